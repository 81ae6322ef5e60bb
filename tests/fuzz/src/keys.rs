//! Private and public keys, RSA and SM2.

use std::sync::LazyLock;

use rsa::pkcs1::{DecodeRsaPrivateKey, DecodeRsaPublicKey, EncodeRsaPublicKey};
use rsa::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePublicKey};
use rsa::traits::PublicKeyParts;
use wechatpay_core::hazmat::{self, shangmi};
use wechatpay_core::keys::{MerchantKey, PlatformKey};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::{pem, vector};

use crate::input::{choice, edited};

/// The keys of tests/vectors/keys with such a name, as DER. An input edits them and never holds one.
fn bases(is_wanted: fn(&str) -> bool) -> Vec<Vec<u8>> {
    let files = vector::keys();
    files.iter().filter(|file| is_wanted(file)).map(|file| pem::der(&vector::key(file))).collect()
}

/// The rest of the input itself, or a key that it edits.
fn der(data: &[u8], bases: &[Vec<u8>]) -> Vec<u8> {
    let (choice, rest) = choice(data);
    match usize::from(choice).checked_sub(1).and_then(|index| bases.get(index)) {
        Some(base) => edited(base, rest),
        None => rest.to_vec(),
    }
}

/// What the `rsa` crate takes is taken within the limits that are documented, and it is the same key.
pub fn public_key(data: &[u8]) {
    static BASES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| bases(|file| file.contains("-pub")));
    let der = der(data, &BASES);
    let found = hazmat::PublicKey::parse_der(&der);
    let _ = PlatformKey::parse(Some("PUB_KEY_ID_01"), &der);
    let oracle = rsa::PublicKey::from_public_key_der(&der)
        .ok()
        .or_else(|| rsa::PublicKey::from_pkcs1_der(&der).ok());
    // The rsa crate takes keys that are restricted to PSS, the core those of rsaEncryption.
    let is_for_pss = der.windows(PSS.len()).any(|window| window == PSS);
    if let Some(oracle) = oracle.filter(|_| !is_for_pss) {
        let bits = oracle.n().bit_width();
        let is_odd = oracle.n().to_be_bytes().last().is_some_and(|byte| byte & 1 == 1);
        if (2048..=4096).contains(&bits) && is_odd {
            let again = oracle.to_pkcs1_der().expect("DER");
            let same = hazmat::PublicKey::parse_der(again.as_bytes());
            assert_eq!(found, same, "it is another key");
            found.as_ref().expect("the rsa crate takes it");
        } else {
            found.as_ref().expect_err("it is too short, too long or even");
        }
    }
    if let Ok(key) = found {
        let mut rng = TestRng::new(1);
        assert!((256..=512).contains(&key.modulus_len()));
        key.encrypt_oaep_sha1(b"text", &mut rng).expect("any key encrypts a short text");
        assert!(!key.verify_pkcs1_sha256(&[0; 32], &vec![0; key.modulus_len()]));
    }
    if let Ok(Some(key)) = shangmi::PublicKey::parse_der(&der) {
        key.encrypt(b"text", &mut TestRng::new(1)).expect("any key encrypts a short text");
    }
}

/// id-RSASSA-PSS, 1.2.840.113549.1.1.10.
const PSS: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];

/// A key that is taken signs what its public half verifies, decrypts what that encrypts, and is the key that the `rsa`
/// crate reads.
pub fn private_key(data: &[u8]) {
    static BASES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| bases(|file| file.contains("-key")));
    let der = der(data, &BASES);
    let mut rng = TestRng::new(1);
    let _ = MerchantKey::new("1900007291", "01", &der);
    if let Ok(key) = hazmat::PrivateKey::parse(&der) {
        let public = key.to_public_key();
        // Its numbers belong together; whether two of them are prime shows here, and only here.
        if let Some(signature) = key.sign_pkcs1_sha256(&[7; 32], &mut rng) {
            assert!(public.verify_pkcs1_sha256(&[7; 32], &signature));
        }
        let oracle = rsa::PrivateKey::from_pkcs8_der(&der)
            .ok()
            .or_else(|| rsa::PrivateKey::from_pkcs1_der(&der).ok());
        if let Some(oracle) = oracle {
            let spki = oracle.to_public_key().to_public_key_der().expect("DER");
            assert_eq!(hazmat::PublicKey::parse_der(spki.as_bytes()), Ok(public));
        }
    }
    if let Ok(Some(key)) = shangmi::PrivateKey::parse(&der) {
        let signature = key.sign([&b"text"[..]], &mut rng).expect("any key signs");
        assert!(key.public_key().verify([&b"text"[..]], &signature));
        let sealed = key.public_key().encrypt(b"text", &mut rng).expect("any key encrypts");
        assert_eq!(key.decrypt(&sealed).as_deref().map(Vec::as_slice), Some(&b"text"[..]));
    }
}

/// One input for each key, and the DER of each public one.
pub fn public_key_seeds() -> Vec<Vec<u8>> {
    let bases = bases(|file| file.contains("-pub"));
    let raw = bases.iter().map(|der| [&[0], &**der].concat());
    (1..=bases.len()).map(|index| vec![index as u8]).chain(raw).collect()
}

/// One input for each key.
pub fn private_key_seeds() -> Vec<Vec<u8>> {
    let count = bases(|file| file.contains("-key")).len();
    (1..=count).map(|index| vec![index as u8]).collect()
}
