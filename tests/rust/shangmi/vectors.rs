//! The vectors of the four kinds. Those of whole messages are in `protocol`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wechatpay_core::hazmat::shangmi::{PrivateKey, PublicKey, open_sm4_gcm, sm3};
use wechatpay_core::x509::Certificate;
use wechatpay_tests::suite::{Check, Runner, Suite, holds, same};
use wechatpay_tests::vector::{self, Case};

use crate::oracle::{hex, unhex};

/// What an operation came to: `None` where it was refused.
type Operation = fn(&Case) -> Option<Check>;

const KINDS: [(&str, Operation); 4] =
    [("sm2_decrypt", decrypt), ("sm2_verify", verify), ("sm3", digest), ("sm4_gcm", open)];

pub(crate) fn suites(runner: Runner) -> Runner {
    let runner = KINDS.into_iter().fold(runner, |runner, (kind, operation)| {
        runner.suite(kind, |suite| run(suite, kind, operation))
    });
    runner.suite("shangmi/coverage", |suite| {
        suite.accepts("the kinds taken up are those that coverage.json says", || {
            same(
                KINDS.iter().map(|(kind, _)| (*kind).to_owned()).collect(),
                vector::kinds_of("shangmi"),
            )
        });
    })
}

fn run(suite: &mut Suite, kind: &str, operation: Operation) {
    for case in vector::load(kind) {
        if case.must_succeed() {
            suite.accepts(&case.name, || operation(&case).unwrap_or(Err("was refused".into())));
        } else {
            suite.refuses(&case.name, || holds(operation(&case).is_none(), "was accepted"));
        }
    }
}

fn verify(case: &Case) -> Option<Check> {
    assert_eq!(case.input("user_id"), "1234567812345678", "the only user id there is");
    let key = public_key(case.input("public_key_or_cert_pem"));
    let signature = STANDARD.decode(case.input("signature_der_base64")).ok()?;
    key.verify([case.input("message").as_bytes()], &signature).then_some(Ok(()))
}

fn decrypt(case: &Case) -> Option<Check> {
    let key = private_key(case.input("private_key_pem").as_bytes());
    let ciphertext = STANDARD.decode(case.input("ciphertext_der_base64")).expect("base64");
    let plaintext = key.decrypt(&ciphertext)?;
    Some(same(&plaintext[..], case.expected("plaintext").as_bytes()))
}

fn digest(case: &Case) -> Option<Check> {
    let digest = hex(&sm3([case.input("message").as_bytes()]));
    Some(same(digest.to_uppercase().as_str(), case.expected("hex")))
}

fn open(case: &Case) -> Option<Check> {
    let key: [u8; 16] = unhex(case.input("sm4_key_hex")).try_into().expect("16 bytes");
    if let Some(api_v3_key) = case.optional_input("apiv3_key") {
        let derived = sm3([api_v3_key.as_bytes()]);
        assert_eq!(derived[..16], key, "the key is the first half of the digest");
    }
    let mut buffer = STANDARD.decode(case.input("ciphertext_base64")).expect("base64");
    let associated_data = case.input("associated_data").as_bytes();
    let nonce = case.input("nonce").as_bytes();
    match open_sm4_gcm(&key, nonce, associated_data, &mut buffer) {
        Ok(()) => Some(same(&buffer[..], case.expected("plaintext").as_bytes())),
        Err(_) => None,
    }
}

/// The key of a certificate or of a SubjectPublicKeyInfo, as PEM.
pub(crate) fn public_key(pem: &str) -> PublicKey {
    if pem.contains("BEGIN CERTIFICATE") {
        let certificate = Certificate::parse(pem.as_bytes()).expect("a certificate");
        return certificate.sm2_public_key().expect("an SM2 key").clone();
    }
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = STANDARD.decode(body).expect("base64");
    PublicKey::parse_der(&der).expect("a public key").expect("an SM2 key")
}

pub(crate) fn private_key(input: &[u8]) -> PrivateKey {
    PrivateKey::parse(input).expect("a private key").expect("an SM2 key")
}
