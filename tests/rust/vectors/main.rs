//! The vectors of tests/vectors through the public API of the core, one suite per kind.

mod certificates;
mod request;
mod rsa;
mod sensitive;
mod verify;

use std::process::ExitCode;

use wechatpay_core::Error;
use wechatpay_tests::suite::{Check, Runner, Suite, refused, same, unexpected};
use wechatpay_tests::vector::{self, Case};

/// How the cases of a kind are checked: what came out, or the error it ended in.
type Handler = fn(&Case) -> Result<Check, Error>;

const KINDS: &[(&str, Handler)] = &[
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
];

fn main() -> ExitCode {
    let runner = KINDS.iter().fold(Runner::from_args(), |runner, (kind, handler)| {
        runner.suite(kind, |suite| run(suite, kind, *handler))
    });
    runner.suite("coverage", coverage).finish()
}

fn run(suite: &mut Suite, kind: &str, handler: Handler) {
    let exceptions = vector::exceptions(kind);
    for case in vector::load(kind) {
        if let Some(exception) = exceptions.get(&case.name) {
            suite.refuses(&case.name, || refused(handler(&case), &exception.code));
        } else if case.must_succeed() {
            suite.accepts(&case.name, || handler(&case).map_err(unexpected)?);
        } else {
            let code = expected_code(&case);
            suite.refuses(&case.name, || refused(handler(&case), code));
        }
    }
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

/// coverage.json says of this language what is true.
fn coverage(suite: &mut Suite) {
    suite.accepts("the kinds taken up are those that coverage.json says", || {
        same(
            KINDS.iter().map(|(kind, _)| (*kind).to_owned()).collect(),
            vector::kinds_of("vectors"),
        )
    });
}
