//! PEM and the little DER the tests need, without the help of the core.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The DER in a PEM document.
pub fn der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).map(str::trim).collect();
    // Traditional encryption puts headers before the base64; what they encrypt is no DER anyway.
    STANDARD.decode(body).unwrap_or_default()
}

/// The SubjectPublicKeyInfo of an RSA key inside a certificate.
pub fn rsa_spki(certificate: &[u8]) -> Vec<u8> {
    // SEQUENCE { SEQUENCE { rsaEncryption, NULL }, BIT STRING …
    const ALGORITHM: [u8; 15] =
        [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
    let windows = certificate.windows(4 + ALGORITHM.len() + 1);
    let start = windows.enumerate().find_map(|(at, window)| {
        let is_start = window.starts_with(&[0x30, 0x82]) && window[4..].starts_with(&ALGORITHM);
        (is_start && window.ends_with(&[0x03])).then_some(at)
    });
    let start = start.expect("an RSA public key");
    let len = usize::from(certificate[start + 2]) << 8 | usize::from(certificate[start + 3]);
    certificate[start..start + 4 + len].to_vec()
}
