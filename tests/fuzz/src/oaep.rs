//! RSAES-OAEP: sensitive fields.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use num_bigint::BigUint;
use rsa::pkcs8::DecodePublicKey;
use rsa::traits::PublicKeyParts;
use sha1::{Digest, Sha1};
use wechatpay_core::hazmat;
use wechatpay_core::keys::MerchantKey;
use wechatpay_core::v3::decrypt_sensitive;
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::vector;

use crate::input::{choice, edited, parts, text};

struct Keys {
    merchant: MerchantKey,
    private: hazmat::PrivateKey,
    modulus: BigUint,
}

static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let [private, public] =
        ["throwaway-merchant-key.pem", "throwaway-merchant-pub.pem"].map(vector::key);
    let public = rsa::PublicKey::from_public_key_pem(&public).expect("a public key");
    Keys {
        merchant: MerchantKey::new("1900007291", "01", private.as_bytes()).expect("a key"),
        private: hazmat::PrivateKey::parse(private.as_bytes()).expect("a key"),
        modulus: BigUint::from_bytes_be(&public.n().to_be_bytes()),
    }
});

/// Ciphertexts as they come, and blocks that were encrypted, whatever is in them: what a naive twin takes out of a block
/// is what is decrypted.
pub fn oaep(data: &[u8]) {
    let (choice, rest) = choice(data);
    let mut rng = TestRng::new(u64::from(choice));
    match choice % 4 {
        0 => drop(decrypt_sensitive(&text(rest), &KEYS.merchant, &mut rng)),
        1 => drop(KEYS.private.decrypt_oaep_sha1(rest, &mut rng)),
        _ => {
            let [script, unmasked] = parts(rest);
            let mut block = [0; 256];
            let is_whole = choice % 4 == 2;
            let contents =
                if is_whole { edited(&valid(unmasked), script) } else { unmasked.to_vec() };
            for (slot, byte) in block.iter_mut().zip(contents) {
                *slot = byte;
            }
            masked(&mut block);
            let block_number = BigUint::from_bytes_be(&block);
            if block_number >= KEYS.modulus {
                return;
            }
            let number =
                block_number.modpow(&BigUint::from(65_537_u32), &KEYS.modulus).to_bytes_be();
            let ciphertext = [vec![0; 256 - number.len()], number].concat();
            let found = KEYS.private.decrypt_oaep_sha1(&ciphertext, &mut rng);
            let expected = plaintext(block);
            assert_eq!(found.as_deref(), expected.as_ref());
            let sensitive =
                decrypt_sensitive(&STANDARD.encode(&ciphertext), &KEYS.merchant, &mut rng);
            assert_eq!(sensitive.ok(), expected.and_then(|bytes| String::from_utf8(bytes).ok()));
        }
    }
}

/// 0, a seed, the digest of the label, zeros, 1 and a plaintext, before anything is masked.
fn valid(plaintext: &[u8]) -> Vec<u8> {
    let plaintext = &plaintext[..plaintext.len().min(214)];
    let padding = vec![0; 214 - plaintext.len()];
    [&[0], &[7; 20][..], &Sha1::digest(b""), &padding, &[1], plaintext].concat()
}

fn masked(block: &mut [u8; 256]) {
    let (seed, data) = block[1..].split_at_mut(20);
    mask(seed, data);
    mask(data, seed);
}

fn plaintext(mut block: [u8; 256]) -> Option<Vec<u8>> {
    let first = block[0];
    let (seed, data) = block[1..].split_at_mut(20);
    mask(data, seed);
    mask(seed, data);
    let padded = data.strip_prefix(&*Sha1::digest(b""))?;
    let at = padded.iter().position(|byte| *byte != 0)?;
    (first == 0 && padded[at] == 1).then(|| padded[at + 1..].to_vec())
}

/// MGF1 with SHA-1.
fn mask(seed: &[u8], target: &mut [u8]) {
    for (block, counter) in target.chunks_mut(20).zip(0_u32..) {
        let digest = Sha1::digest([seed, &counter.to_be_bytes()].concat());
        block.iter_mut().zip(digest).for_each(|(byte, mask)| *byte ^= mask);
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let cases = vector::load("rsa_oaep");
    let ciphertexts = cases.iter().filter_map(|case| case.optional_input("ciphertext_base64"));
    let raw = ciphertexts.map(|base64| [&[0], base64.as_bytes()].concat());
    let valid = [&b"\x02\xffA"[..], b"\x02\x00\x01\x00\x01\xffname", b"\x03\xff\x00"];
    raw.chain(valid.map(<[u8]>::to_vec)).collect()
}
