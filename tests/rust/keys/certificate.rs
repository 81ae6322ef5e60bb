//! Platform certificates.

use wechatpay_core::hazmat::PublicKey;
use wechatpay_core::keys::PlatformKey;
use wechatpay_core::x509::Certificate;
use wechatpay_tests::pem::der;
use wechatpay_tests::platform::{NEXT_SERIAL, SERIAL};
use wechatpay_tests::suite::{Suite, refused, same, unexpected};
use wechatpay_tests::vector;

use crate::form;
use crate::refused_saying;

const INVALID: &str = "ERR_CERTIFICATE_INVALID";

pub(crate) fn cases(suite: &mut Suite) {
    let pem = vector::key("throwaway-platform-cert.pem");
    let expected = Certificate::parse(pem.as_bytes()).expect("a certificate");
    for (what, bytes) in form::tolerated(&pem) {
        suite.accepts(what, || {
            same(Certificate::parse(&bytes).map_err(unexpected)?, expected.clone())?;
            let key = PlatformKey::parse(None, &bytes).map_err(unexpected)?;
            same(key.serial().as_str(), SERIAL)
        });
    }
    for (what, bytes) in form::damaged(&pem) {
        suite.refuses(what, || refused(PlatformKey::from_certificate(&bytes), INVALID));
    }
    suite.accepts("serial with its first bit set", || {
        let pem = vector::key("throwaway-platform-next-cert.pem");
        let certificate = Certificate::parse(pem.as_bytes()).map_err(unexpected)?;
        same(certificate.serial().as_str(), NEXT_SERIAL)
    });
    serials(suite, &der(&pem));
    suite.accepts("valid until after 2050", || {
        same(expected.not_after().as_secs() - expected.not_before().as_secs(), 36_500 * 86_400)
    });
    suite.accepts("the key in it", || {
        let public = der(&vector::key("throwaway-platform-pub.pem"));
        let key = PublicKey::parse_der(&public).map_err(str::to_owned)?;
        same(expected.rsa_public_key(), Some(&key))
    });
    suite.accepts("first of a chain", || {
        let chain = pem.clone() + &vector::key("throwaway-platform-next-cert.pem");
        same(Certificate::parse(chain.as_bytes()).map_err(unexpected)?, expected.clone())
    });
    suite.accepts("behind its private key in one file", || {
        let both = vector::key("throwaway-platform-key.pem") + &pem;
        let key = PlatformKey::parse(None, both.as_bytes()).map_err(unexpected)?;
        same(key.serial().as_str(), SERIAL)?;
        same(Certificate::parse(both.as_bytes()).map_err(unexpected)?, expected.clone())
    });

    for (file, words) in [
        ("throwaway-platform-key.pem", "it is a private key"),
        ("throwaway-merchant-key-pkcs1.pem", "it is a private key"),
        ("throwaway-platform-pub.pem", "it is a public key"),
        ("flurl-4096-pub-pkcs1-crlf.pem", "it is a public key"),
        ("throwaway-ec-cert.pem", "RSA|elliptic curve"),
    ] {
        let pem = vector::key(file);
        suite.refuses(file, || {
            refused_saying(Certificate::parse(pem.as_bytes()), INVALID, words)?;
            refused_saying(PlatformKey::from_certificate(pem.as_bytes()), INVALID, words)
        });
        suite.refuses(format!("{file}, DER"), || {
            refused(PlatformKey::from_certificate(&der(&pem)), INVALID)
        });
    }
    for label in ["CERTIFICATE REQUEST", "X509 CRL", "PKCS7", "certificate"] {
        suite.refuses(format!("label {label}"), || {
            let pem = pem.replace("CERTIFICATE", label);
            refused(PlatformKey::from_certificate(pem.as_bytes()), INVALID)
        });
    }
}

/// The serial is every byte of the number, as it stands there but for the zero that keeps it positive.
fn serials(suite: &mut Suite, der: &[u8]) {
    let long = [[0x7f; 31].as_slice(), &[1]].concat();
    for (number, expected) in [
        (&[0x00][..], "00"),
        (&[0x01], "01"),
        (&[0x00, 0x80], "80"),
        (&[0x0a, 0x39], "0A39"),
        (&[0x00, 0xf0, 0x00], "F000"),
        (&long, &("7F".repeat(31) + "01")),
    ] {
        suite.accepts(format!("serial of the bytes {number:02x?}"), || {
            let certificate = Certificate::parse(&with_serial(der, number)).map_err(unexpected)?;
            same(certificate.serial().as_str(), expected)
        });
    }
    for number in [&[][..], &[0x01; 33], &[0x01; 100]] {
        suite.refuses(format!("serial of {} bytes", number.len()), || {
            refused(Certificate::parse(&with_serial(der, number)), INVALID)
        });
    }
}

/// The certificate with another serial number in it, and nothing but lengths changed beside.
fn with_serial(der: &[u8], number: &[u8]) -> Vec<u8> {
    let tlv = |tag: u8, value: &[u8]| {
        let len = u16::try_from(value.len()).expect("a short value").to_be_bytes();
        [&[tag, 0x82], &len[..], value].concat()
    };
    let short = |tag: u8, value: &[u8]| {
        let len = u8::try_from(value.len()).expect("a short value");
        [&[tag, len], value].concat()
    };
    // SEQUENCE { SEQUENCE { [0] version, INTEGER serial, … }, … }, both lengths in two bytes.
    assert_eq!((der[0], der[1], der[4], der[5]), (0x30, 0x82, 0x30, 0x82));
    let tbs_end = 8 + usize::from(u16::from_be_bytes([der[6], der[7]]));
    let (version, serial) = (&der[8..13], 15 + usize::from(der[14]));
    assert_eq!((version, der[13]), (&[0xa0, 3, 2, 1, 2][..], 0x02));
    let tbs = tlv(0x30, &[version, &short(0x02, number), &der[serial..tbs_end]].concat());
    tlv(0x30, &[tbs.as_slice(), &der[tbs_end..]].concat())
}
