//! Whole operations, both ways with the `rsa` crate. RSASSA-PKCS1-v1_5 has one signature for a message,
//! so a signature that `rsa` verifies is the one that `rsa` makes.
//!
//! `rsa` reads no keys with primes of unequal length; there the public operation of `num-bigint` judges.

use num_bigint::BigUint;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::{Pkcs1v15Sign, Pss};
use sha1::Sha1;
use sha2::Sha256;
use wechatpay_core::hazmat::rsa::{PrivateKeyOn, PublicKeyOn, Widths};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Check, Suite, holds, same};

use crate::cases;
use crate::keys::Numbers;

/// Lengths of p and q in bits.
type Lengths = (usize, usize);

/// The widths, which get all the random cases.
const WIDTHS: [Lengths; 3] = [(1024, 1024), (1536, 1536), (2048, 2048)];

/// Primes of unequal length and of lengths between the widths, which get a few.
const SHAPES: [Lengths; 8] = [
    (1100, 948),
    (948, 1100),
    (1900, 640),
    (640, 1900),
    (1025, 1024),
    (1030, 1030),
    (1281, 1280),
    (2000, 2000),
];
const SHA_256_DIGEST_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

const CASES_PER_SHAPE: usize = 20;

/// The smallest, the usual kind, long runs of zeros and of ones, the largest.
const EXPONENTS: [u64; 5] = [3, 17, (1 << 32) + 1, (1 << 32) - 5, (1 << 33) - 1];

pub fn all<W: Widths>(suite: &mut Suite, mut rng: TestRng) {
    for lengths in WIDTHS {
        Pair::<W>::new(lengths, 65_537).run(suite, cases(), &mut rng);
    }
    for lengths in SHAPES {
        shape::<W>(suite, lengths, &mut rng);
    }
    for exponent in EXPONENTS {
        Pair::<W>::new(WIDTHS[0], exponent).run(suite, CASES_PER_SHAPE, &mut rng);
    }
}

struct Pair<W: Widths> {
    name: String,
    ours: PrivateKeyOn<W>,
    ours_public: PublicKeyOn<W>,
    theirs: rsa::PrivateKey,
    theirs_public: rsa::PublicKey,
}

impl<W: Widths> Pair<W> {
    fn new((p, q): Lengths, exponent: u64) -> Self {
        let der = Numbers::generate(p, q, exponent).pkcs1();
        let ours = PrivateKeyOn::parse(&der).expect("the engine reads the key");
        let theirs = rsa::PrivateKey::from_pkcs1_der(&der).expect("the oracle reads the key");
        Self {
            name: format!("{p} + {q} bits, e = {exponent}"),
            ours_public: ours.to_public_key(),
            theirs_public: theirs.to_public_key(),
            ours,
            theirs,
        }
    }

    fn run(&self, suite: &mut Suite, cases: usize, rng: &mut TestRng) {
        // PSS and OAEP cost the oracle private operations of its own, which are slow.
        let seldom = (cases / 1000).clamp(20, 100);
        for case in 0..cases {
            let name = format!("{}: random {case}", self.name);
            let digest = rng.bytes(32).try_into().expect("32 bytes");
            let mut signature = Vec::new();
            suite.accepts(&name, || {
                signature = self.ours.sign_pkcs1_sha256(&digest, rng).ok_or("signed nothing")?;
                self.theirs_public.verify(padding(), &digest, &signature).map_err(explain)?;
                holds(self.ours_public.verify_pkcs1_sha256(&digest, &signature), "did not verify")
            });
            suite.refuses(&name, || self.refuses_damage(&digest, signature, rng));
            if case % seldom == 0 {
                suite.accepts(format!("{name}: same signature"), || {
                    let theirs = self.theirs.sign(padding(), &digest).map_err(explain)?;
                    same(self.ours.sign_pkcs1_sha256(&digest, rng), Some(theirs))
                });
                suite.accepts(format!("{name}: PSS"), || self.pss(&digest, rng));
                suite.accepts(format!("{name}: OAEP"), || self.oaep(rng));
            }
        }
    }

    fn refuses_damage(&self, digest: &[u8; 32], signature: Vec<u8>, rng: &mut TestRng) -> Check {
        let mut damaged = signature;
        let position = rng.below(damaged.len());
        damaged[position] ^= 1 << rng.below(8);
        holds(!self.ours_public.verify_pkcs1_sha256(digest, &damaged), "a damaged one verified")
    }

    fn pss(&self, digest: &[u8; 32], rng: &mut TestRng) -> Check {
        let ours = self.ours.sign_pss_sha256(digest, rng).ok_or("signed nothing")?;
        self.theirs_public.verify(pss(), digest, &ours).map_err(explain)?;
        let theirs = self.theirs.sign_with_rng(rng, pss(), digest).map_err(explain)?;
        holds(self.ours_public.verify_pss_sha256(digest, &theirs), "did not verify")?;
        self.refuses_damaged_pss(digest, theirs, rng)
    }

    fn refuses_damaged_pss(
        &self,
        digest: &[u8; 32],
        mut signature: Vec<u8>,
        rng: &mut TestRng,
    ) -> Check {
        let position = rng.below(signature.len());
        signature[position] ^= 1 << rng.below(8);
        holds(!self.ours_public.verify_pss_sha256(digest, &signature), "a damaged one verified")
    }

    fn oaep(&self, rng: &mut TestRng) -> Check {
        let longest = self.ours_public.max_oaep_sha1_len();
        for len in [0, 1, rng.below(longest), longest] {
            let plaintext = rng.bytes(len);
            let ours = self.ours_public.encrypt_oaep_sha1(&plaintext, rng).ok_or("too long")?;
            let theirs = self.theirs_public.oaep_encrypt_with_rng::<Sha1, _>(rng, &plaintext);
            let theirs = theirs.map_err(explain)?;
            let found = self.theirs.oaep_decrypt_with_rng::<Sha1, _>(rng, &ours);
            same(found.map_err(explain)?, plaintext.clone())?;
            let found = self.ours.decrypt_oaep_sha1(&theirs, rng).ok_or("decrypted nothing")?;
            same(found.to_vec(), plaintext)?;
        }
        let too_long = rng.bytes(longest + 1);
        same(self.ours_public.encrypt_oaep_sha1(&too_long, rng), None)
    }
}

/// A key that only `num-bigint` can judge.
fn shape<W: Widths>(suite: &mut Suite, (p, q): Lengths, rng: &mut TestRng) {
    let numbers = Numbers::generate(p, q, 65_537);
    let private = PrivateKeyOn::<W>::parse(&numbers.pkcs1()).expect("a key");
    let public = private.to_public_key();
    for case in 0..CASES_PER_SHAPE {
        let name = format!("{p} + {q} bits: random {case}");
        let digest = rng.bytes(32).try_into().expect("32 bytes");
        let mut signature = Vec::new();
        suite.accepts(&name, || {
            signature = private.sign_pkcs1_sha256(&digest, rng).ok_or("signed nothing")?;
            let block = BigUint::from_bytes_be(&signature).modpow(&numbers.e, &numbers.n);
            same(block, BigUint::from_bytes_be(&encoded(&digest, numbers.len())))?;
            holds(public.verify_pkcs1_sha256(&digest, &signature), "did not verify")
        });
        suite.accepts(format!("{name}: there and back"), || {
            let pss = private.sign_pss_sha256(&digest, rng).ok_or("signed nothing")?;
            holds(public.verify_pss_sha256(&digest, &pss), "PSS did not verify")?;
            let ciphertext = public.encrypt_oaep_sha1(&digest, rng).ok_or("too long")?;
            let plaintext = private.decrypt_oaep_sha1(&ciphertext, rng).ok_or("nothing")?;
            same(plaintext.to_vec(), digest.to_vec())
        });
        suite.refuses(&name, || {
            let beyond = BigUint::from_bytes_be(&signature) + &numbers.n;
            let beyond = beyond.to_bytes_be();
            holds(!public.verify_pkcs1_sha256(&digest, &beyond), "one beyond n verified")?;
            let n = numbers.n.to_bytes_be();
            holds(private.decrypt_oaep_sha1(&n, rng).is_none(), "n was decrypted")
        });
    }
}

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2).
fn encoded(digest: &[u8; 32], len: usize) -> Vec<u8> {
    let info = [&SHA_256_DIGEST_INFO[..], digest].concat();
    let padding = vec![0xff; len - info.len() - 3];
    [&[0, 1], &padding[..], &[0], &info].concat()
}

fn padding() -> Pkcs1v15Sign {
    Pkcs1v15Sign::new::<Sha256>()
}

fn pss() -> Pss<Sha256> {
    Pss::new_with_salt(32)
}

fn explain(error: rsa::Error) -> String {
    format!("the oracle refused: {error}")
}
