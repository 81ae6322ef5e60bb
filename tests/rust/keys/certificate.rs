//! Platform certificates.

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
    suite.accepts("valid until after 2050", || {
        same(expected.not_after().as_secs() - expected.not_before().as_secs(), 36_500 * 86_400)
    });
    suite.accepts("first of a chain", || {
        let chain = pem.clone() + &vector::key("throwaway-platform-next-cert.pem");
        same(Certificate::parse(chain.as_bytes()).map_err(unexpected)?, expected.clone())
    });
    suite.accepts("behind its private key in one file", || {
        let both = vector::key("throwaway-platform-key.pem") + &pem;
        same(Certificate::parse(both.as_bytes()).map_err(unexpected)?, expected.clone())
    });

    for (file, words) in [
        ("throwaway-platform-key.pem", "private key"),
        ("throwaway-merchant-key-pkcs1.pem", "private key"),
        ("throwaway-platform-pub.pem", "public key"),
        ("flurl-4096-pub-pkcs1-crlf.pem", "public key"),
        ("throwaway-ec-cert.pem", "RSA|elliptic curve"),
    ] {
        let pem = vector::key(file);
        suite.refuses(file, || {
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
