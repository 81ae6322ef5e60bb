//! Certificates and chains of them.

use std::sync::LazyLock;

use der::{Decode, Encode};
use wechatpay_core::hazmat::encoding;
use wechatpay_core::x509::{Certificate, verify_chain};
use wechatpay_core::{Error, UnixTime, hazmat};
use wechatpay_tests::{pem, vector};

use crate::input::{SEPARATOR, choice, edited, parts};

static BASES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let files = vector::keys();
    let certificates = files.iter().filter(|file| file.contains("-cert"));
    certificates.map(|file| pem::der(&vector::key(file))).collect()
});

/// What the `x509-cert` crate reads is read, with the same serial, validity and key.
pub fn certificate(data: &[u8]) {
    let (choice, rest) = choice(data);
    let input = match usize::from(choice).checked_sub(1).and_then(|index| BASES.get(index)) {
        Some(base) => edited(base, rest),
        None => rest.to_vec(),
    };
    let found = Certificate::parse(&input);
    let Ok(oracle) = x509_cert::Certificate::from_der(&input) else { return };
    let oracle = oracle.tbs_certificate();
    let spki = oracle.subject_public_key_info().to_der().expect("DER");
    let key = hazmat::PublicKey::parse_der(&spki);
    match found {
        Ok(found) => {
            let serial = oracle.serial_number().as_bytes();
            let serial =
                serial.strip_prefix(&[0]).filter(|rest| !rest.is_empty()).unwrap_or(serial);
            let hex: String = serial.iter().map(|byte| format!("{byte:02X}")).collect();
            assert_eq!(found.serial().as_str(), hex);
            let seconds = |time: x509_cert::time::Time| time.to_unix_duration().as_secs();
            assert_eq!(found.not_before().as_secs(), seconds(oracle.validity().not_before));
            assert_eq!(found.not_after().as_secs(), seconds(oracle.validity().not_after));
            assert_eq!(found.rsa_public_key(), key.as_ref().ok());
        }
        Err(Error::CertificateInvalid { reason }) => {
            let is_long = reason == "its serial number is too long";
            assert!(key.is_err() || is_long, "x509-cert reads it, and its key is good: {reason}");
        }
        Err(other) => panic!("a certificate is refused with {other}"),
    }
}

pub fn certificate_seeds() -> Vec<Vec<u8>> {
    let raw = BASES.iter().map(|der| [&[0], &**der].concat());
    let armoured = vector::keys().into_iter().filter(|file| file.contains("-cert"));
    let armoured = armoured.map(|file| [&[0], vector::key(&file).as_bytes()].concat());
    (1..=BASES.len()).map(|index| vec![index as u8]).chain(raw).chain(armoured).collect()
}

/// Issued for this target, valid until 2126; nobody has their keys any more.
static CHAIN: LazyLock<[Vec<u8>; 3]> = LazyLock::new(|| {
    [
        include_str!("chain/leaf.pem"),
        include_str!("chain/authority.pem"),
        include_str!("chain/root.pem"),
    ]
    .map(pem::der)
});

const NOW: UnixTime = UnixTime::from_secs(1_900_000_000);

/// A chain under a root is accepted if it is the very chain that was issued, and no other.
pub fn chain(data: &[u8]) {
    let [leaf, authority, raw] = parts(data);
    let [genuine_leaf, genuine_authority, root] = &*CHAIN;
    let (leaf, authority) = (edited(genuine_leaf, leaf), edited(genuine_authority, authority));
    // Blanks and quotes around a file do not count.
    let is_same = |file: &[u8], der: &Vec<u8>| encoding::der_of_file(file).as_ref() == Ok(der);
    let is_genuine = is_same(&leaf, genuine_leaf) && is_same(&authority, genuine_authority);
    let verified = verify_chain(&[&leaf, &authority], root, NOW);
    assert_eq!(verified.is_ok(), is_genuine, "{verified:?}");
    if !raw.is_empty() {
        let pieces: Vec<&[u8]> = raw.split(|byte| *byte == SEPARATOR).collect();
        assert!(verify_chain(&pieces, root, NOW).is_err(), "nobody signed this");
        let _ = verify_chain(&[&leaf, &authority], raw, NOW);
    }
}

pub fn chain_seeds() -> Vec<Vec<u8>> {
    vec![vec![], vec![SEPARATOR, 0, 0, 1, 0x30], b"\xff\xff0".to_vec()]
}
