//! Against OpenSSL, which shares no code with anything here.

use std::fs;

use sha2::{Digest, Sha256};
use wechatpay_core::hazmat::{PrivateKey, PublicKey};
use wechatpay_tests::openssl::{self, Workshop};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Check, Suite, holds, same};

const LENGTHS: [usize; 4] = [2048, 2056, 3072, 4096];
const CASES: usize = 5;

const OAEP: &str = "rsa_padding_mode:oaep";
const PSS: &[&str] = &["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"];

pub fn all(suite: &mut Suite, mut rng: TestRng) {
    let workshop = Workshop::open(env!("CARGO_TARGET_TMPDIR"), "rsa_engine");
    for bits in LENGTHS {
        let setup = Setup::new(&workshop, bits).expect("a key");
        for case in 0..CASES {
            let message = rng.bytes(100);
            suite.accepts(format!("{bits} bits: signature {case}"), || {
                setup.signs_alike(&message, &mut rng)
            });
            suite.accepts(format!("{bits} bits: PSS {case}"), || setup.pss(&message, &mut rng));
            suite.accepts(format!("{bits} bits: OAEP {case}"), || setup.oaep(&mut rng));
        }
    }
}

struct Setup<'a> {
    workshop: &'a Workshop,
    private_path: String,
    public_path: String,
    private: PrivateKey,
    public: PublicKey,
}

impl<'a> Setup<'a> {
    fn new(workshop: &'a Workshop, bits: usize) -> Result<Self, String> {
        let key = workshop.rsa_key(bits)?;
        let public = workshop.public_key_of(&key)?;
        let der =
            openssl::run(&["pkey", "-pubin", "-in", &workshop.path(&public), "-outform", "DER"])?;
        Ok(Self {
            workshop,
            private_path: workshop.path(&key),
            public_path: workshop.path(&public),
            private: PrivateKey::parse(&workshop.read(&key))?,
            public: PublicKey::parse_der(&der)?,
        })
    }

    fn signs_alike(&self, message: &[u8], rng: &mut TestRng) -> Check {
        let digest = Sha256::digest(message).into();
        let ours = self.private.sign_pkcs1_sha256(&digest, rng).ok_or("signed nothing")?;
        let theirs = self.sign(message, &[])?;
        holds(self.public.verify_pkcs1_sha256(&digest, &theirs), "does not verify OpenSSL's")?;
        same(ours, theirs)
    }

    fn pss(&self, message: &[u8], rng: &mut TestRng) -> Check {
        let digest = Sha256::digest(message).into();
        let theirs = self.sign(message, PSS)?;
        holds(self.public.verify_pss_sha256(&digest, &theirs), "does not verify OpenSSL's")?;
        let ours = self.private.sign_pss_sha256(&digest, rng).ok_or("signed nothing")?;
        let message = self.workshop.write("message", message);
        let signature = self.workshop.write("signature", &ours);
        let verify =
            ["dgst", "-sha256", "-verify", &self.public_path, "-signature", &signature, &message];
        openssl::run(&[&verify[..4], PSS, &verify[4..]].concat()).map(drop)
    }

    fn oaep(&self, rng: &mut TestRng) -> Check {
        let plaintext = rng.bytes(rng.clone().below(self.public.max_oaep_sha1_len() + 1));
        let ours = self.public.encrypt_oaep_sha1(&plaintext, rng).ok_or("encrypted nothing")?;
        same(self.pkeyutl(&["-decrypt", "-inkey", &self.private_path], &ours)?, plaintext.clone())?;
        let encrypt = ["-encrypt", "-pubin", "-inkey", &self.public_path];
        let theirs = self.pkeyutl(&encrypt, &plaintext)?;
        let found = self.private.decrypt_oaep_sha1(&theirs, rng).ok_or("decrypted nothing")?;
        same(found.to_vec(), plaintext)
    }

    fn sign(&self, message: &[u8], options: &[&str]) -> Result<Vec<u8>, String> {
        let message = self.workshop.write("message", message);
        let sign = ["dgst", "-sha256", "-sign", &self.private_path];
        openssl::run(&[&sign[..], options, &[&message]].concat())
    }

    fn pkeyutl(&self, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, String> {
        let (input, output) = (self.workshop.write("in", input), self.workshop.path("out"));
        let rest = ["-pkeyopt", OAEP, "-in", &input, "-out", &output];
        openssl::run(&[&["pkeyutl"], arguments, &rest].concat())?;
        fs::read(&output).map_err(|error| format!("{output}: {error}"))
    }
}
