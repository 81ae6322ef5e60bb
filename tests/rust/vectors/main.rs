//! The vectors of tests/vectors through the public API of the core, one suite per kind.

mod certificates;
mod request;
mod rsa;
mod sensitive;
mod verify;

use std::process::ExitCode;

use wechatpay_tests::suite::Runner;
use wechatpay_tests::vector::Case;
use wechatpay_tests::vector_suites::Kinds;

const KINDS: Kinds = Kinds {
    test_binary: "vectors",
    handlers: &[
        ("aes_256_gcm", verify::aes_256_gcm),
        ("apiv3_authorization", request::authorization),
        ("apiv3_certificates", certificates::downloaded),
        ("apiv3_notify", verify::notify),
        ("apiv3_paysign", request::paysign),
        ("apiv3_request_sign", request::sign),
        ("apiv3_verify", verify::response),
        ("rsa_oaep", sensitive::oaep),
        ("rsa_pkcs1v15_encrypt", sensitive::pkcs1v15),
        ("rsa_sha256_sign", rsa::sign),
        ("rsa_sha256_verify", rsa::verify),
        ("x509_serial", certificates::serial),
    ],
    expected_code,
};

fn main() -> ExitCode {
    KINDS.suites(Runner::from_args()).finish()
}

/// The code a case must end in. Every negative case has one answer, not just "an error".
fn expected_code(case: &Case) -> &'static str {
    let name = case.name.as_str();
    match case.kind.as_str() {
        "aes_256_gcm" if case.input("key").len() != 32 => "ERR_API_V3_KEY_INVALID",
        "aes_256_gcm" => "ERR_DECRYPT_FAILED",
        "apiv3_certificates" => "ERR_API_V3_KEY_INVALID",
        "apiv3_notify" => match case.optional_expected("error") {
            None => "ERR_API_V3_KEY_INVALID",
            Some("algorithm") => "ERR_ALGORITHM_MISMATCH",
            Some("nonce length") => "ERR_DECRYPT_FAILED",
            Some("json" | "resource missing") => "ERR_BODY_MALFORMED",
            Some("timestamp") => "ERR_TIMESTAMP_OUTSIDE_WINDOW",
            Some(other) => panic!("{name}: no code is known for the error {other:?}"),
        },
        "apiv3_paysign" => "ERR_SIGNATURE_INVALID",
        "apiv3_verify" if name.contains("SIGNTEST") => "ERR_SIGNATURE_PROBE",
        "apiv3_verify" if name.contains("clock") => "ERR_TIMESTAMP_OUTSIDE_WINDOW",
        "apiv3_verify" if name.contains("serial is not") => "ERR_SERIAL_UNKNOWN",
        "apiv3_verify" => "ERR_SIGNATURE_INVALID",
        "rsa_oaep" if case.optional_input("operation") == Some("encrypt") => {
            "ERR_PLAINTEXT_TOO_LONG"
        }
        "rsa_oaep" | "rsa_pkcs1v15_encrypt" => "ERR_DECRYPT_FAILED",
        "rsa_sha256_verify" if name.contains("serial") => "ERR_HEADER_INVALID",
        "rsa_sha256_verify" => "ERR_SIGNATURE_INVALID",
        other => panic!("{name}: no negative case of {other} was known"),
    }
}
