//! The table of errors.

use std::collections::BTreeSet;
use std::fs;

use wechatpay_core::Error;
use wechatpay_core::keys::{ApiV3Key, MerchantKey, PlatformKey, Serial};
use wechatpay_tests::source;
use wechatpay_tests::suite::{Suite, holds, same};
use wechatpay_tests::vector;

/// One error of each variant, as far as possible one that the core really gives.
pub(crate) fn samples() -> Vec<Error> {
    let serial = Serial::parse("0A39C0FFEE").expect("a serial");
    let key_error = |file: &str| {
        MerchantKey::new("1900007291", "1DDE55AD", vector::key(file).as_bytes()).expect_err(file)
    };
    let api_v3_key_error = |len| ApiV3Key::new(&vec![b'k'; len]).expect_err("refused");
    let certificate = vector::key("throwaway-ec-cert.pem");
    vec![
        Error::AlgorithmMismatch { expected: "AEAD_AES_256_GCM" },
        Error::ApiKeyInvalid { found: 31, trimmed: 31 },
        Error::ApiKeyInvalid { found: 33, trimmed: 32 },
        api_v3_key_error(31),
        ApiV3Key::new(b"0123456789abcdef0123456789abcdef\n").expect_err("refused"),
        Error::AppidMismatch,
        MerchantKey::new("", "1DDE55AD", b"").expect_err("refused"),
        MerchantKey::new("1900007291", "PUB_KEY_ID_1", b"").expect_err("refused"),
        Error::BodyMalformed { part: "notification body", line: 0, column: 0 },
        Error::BodyMalformed { part: "notification body", line: 1, column: 2 },
        PlatformKey::from_certificate(certificate.as_bytes()).expect_err("refused"),
        Error::DecryptFailed,
        Error::DigestMismatch,
        Error::HeaderInvalid { name: "Wechatpay-Nonce", expected: "visible ASCII" },
        Error::HeaderMissing { name: "Wechatpay-Nonce" },
        key_error("throwaway-encrypted-key.pem"),
        key_error("throwaway-merchant-pub.pem"),
        key_error("throwaway-merchant-cert.pem"),
        Error::MacInvalid { name: "sign" },
        Error::PlaintextTooLong { found: 215, limit: 214 },
        Error::SchemeUnsupported,
        Error::SerialUnknown { serial },
        Error::SignatureInvalid { serial },
        Error::SignatureProbe,
        Error::SigningFailed,
        Error::SignMissing,
        Error::TimestampOutsideWindow { timestamp: 1, now: 302, tolerance: 300 },
        Error::TimestampOutsideWindow { timestamp: 302, now: 1, tolerance: 300 },
    ]
}

/// Codes are stable, unique, derived from the name of the variant, and listed.
pub(crate) fn codes(suite: &mut Suite) {
    let text = fs::read_to_string(source::root().join("core/src/error.rs")).expect("error.rs");
    let variants = variants(&text);
    suite.accepts("CODES lists every variant once, in order", || {
        let codes: Vec<String> = variants.iter().map(|variant| code_of(variant)).collect();
        let listed: Vec<&str> = Error::CODES.to_vec();
        same(listed.iter().collect::<BTreeSet<_>>().len(), listed.len())?;
        same(listed.windows(2).all(|pair| pair[0] < pair[1]), true)?;
        let in_order: BTreeSet<&str> = codes.iter().map(String::as_str).collect();
        same(listed, in_order.into_iter().collect())
    });
    suite.accepts("this test knows every variant", || {
        let known: BTreeSet<&str> = samples().iter().map(Error::code).collect();
        same(known, Error::CODES.iter().copied().collect())
    });
    // What has been published stays: a code may join this list, and none may leave it.
    for code in [
        "ERR_ALGORITHM_MISMATCH",
        "ERR_API_V3_KEY_INVALID",
        "ERR_ARGUMENT_INVALID",
        "ERR_BODY_MALFORMED",
        "ERR_CERTIFICATE_INVALID",
        "ERR_DECRYPT_FAILED",
        "ERR_HEADER_INVALID",
        "ERR_HEADER_MISSING",
        "ERR_KEY_INVALID",
        "ERR_SCHEME_UNSUPPORTED",
        "ERR_SERIAL_UNKNOWN",
        "ERR_SIGNATURE_INVALID",
        "ERR_SIGNATURE_PROBE",
        "ERR_SIGNING_FAILED",
        "ERR_TIMESTAMP_OUTSIDE_WINDOW",
    ] {
        suite.accepts(code, || holds(Error::CODES.contains(&code), "it is gone"));
    }
    for error in samples() {
        suite.accepts(format!("{error:?} as {}", error.code()), || {
            let debug = format!("{error:?}");
            let variant = debug.split([' ', '{']).next().unwrap_or_default();
            same(error.code(), code_of(variant).as_str())
        });
    }
}

/// `Display` is a sentence for somebody who has never seen this library: what is wrong, and what to do.
pub(crate) fn texts(suite: &mut Suite) {
    const ADVICE: [&str; 24] = [
        "expected",
        "Expected",
        "Check",
        "check",
        "Add",
        "Set",
        "Keep",
        "Compare",
        "Pass",
        "answer",
        "Answer",
        "Remove",
        "Verify",
        "Synchronise",
        "Decrypt",
        "Ask",
        "Download",
        "Use",
        "Query",
        "Take",
        "Send",
        "Split",
        "Fetch",
        "Shorten",
    ];
    for error in samples() {
        suite.accepts(format!("{error:?}"), || {
            let text = error.to_string();
            holds(text.len() >= 40, format!("too short to help: {text}"))?;
            holds(text.len() <= 400, format!("too long to read: {text}"))?;
            holds(
                !text.contains(['\n', '\t']) && !text.contains("  "),
                format!("not one line: {text}"),
            )?;
            holds(ADVICE.iter().any(|word| text.contains(word)), format!("no advice: {text}"))?;
            let first = text.chars().next().unwrap_or(' ');
            let begins_with_name = text.starts_with("Wechatpay-") || text.starts_with("APIv");
            holds(first.is_lowercase() || begins_with_name, format!("not lower case: {text}"))?;
            holds(!text.ends_with('.'), format!("ends in a full stop: {text}"))
        });
    }
}

/// The variants of `pub enum Error`, as they stand in the source.
fn variants(source: &str) -> Vec<String> {
    let (_, body) = source.split_once("pub enum Error {\n").expect("the enum");
    let (body, _) = body.split_once("\n}").expect("its end");
    body.lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(char::is_uppercase))
        .map(|line| line.chars().take_while(char::is_ascii_alphanumeric).collect())
        .collect()
}

/// `ApiV3KeyInvalid` → `ERR_API_V3_KEY_INVALID`.
fn code_of(variant: &str) -> String {
    let mut code = String::from("ERR");
    for c in variant.chars() {
        if c.is_ascii_uppercase() {
            code.push('_');
        }
        code.push(c.to_ascii_uppercase());
    }
    code
}
