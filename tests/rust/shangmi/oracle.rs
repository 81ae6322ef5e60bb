//! OpenSSL as the other side, and SM4-GCM built on its SM4.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use wechatpay_tests::openssl::{self, Workshop};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::vector;

use crate::der;

/// A workshop that no other run has.
pub(crate) fn own_workshop(name: &str) -> Workshop {
    Workshop::open(env!("CARGO_TARGET_TMPDIR"), &format!("{name}-{}", std::process::id()))
}

/// The user id of WeChat Pay.
pub(crate) const USER_ID: &str = "1234567812345678";

/// Files for `openssl`, each with a name of its own, so that threads do not meet.
pub(crate) struct Oracle {
    workshop: Workshop,
    files: AtomicUsize,
}

/// A key pair that both sides have.
pub(crate) struct KeyPair {
    /// PKCS#8, or SEC1 in `sec1` form, as PEM.
    pub(crate) private_pem: Vec<u8>,
    /// SubjectPublicKeyInfo.
    pub(crate) public_der: Vec<u8>,
    private_path: String,
    public_path: String,
}

impl Oracle {
    pub(crate) fn open(folder: &str) -> Self {
        let workshop = Workshop::open(env!("CARGO_TARGET_TMPDIR"), folder);
        Self { workshop, files: AtomicUsize::new(0) }
    }

    /// A key pair from 32 seeded bytes, which OpenSSL gets without its public half.
    pub(crate) fn key_pair(&self, rng: &mut TestRng) -> KeyPair {
        let mut secret = rng.bytes(32);
        secret[0] &= 0x7f;
        let sec1 = der::sec1(&secret, Some(der::CURVE_SM2), None);
        let path = self.write(&sec1);
        let pem = openssl::run(&["pkey", "-inform", "DER", "-in", &path]).expect("a private key");
        fs::remove_file(path).expect("a file");
        self.key_pair_of(&pem)
    }

    /// The key pair of a file in tests/vectors/keys.
    pub(crate) fn published(&self, file: &str) -> KeyPair {
        self.key_pair_of(vector::key(file).as_bytes())
    }

    fn key_pair_of(&self, private_pem: &[u8]) -> KeyPair {
        let private_path = self.write(private_pem);
        let public_path = self.name();
        openssl::run(&["pkey", "-in", &private_path, "-pubout", "-out", &public_path])
            .expect("a public key");
        let public_der =
            openssl::run(&["pkey", "-pubin", "-in", &public_path, "-outform", "DER", "-pubout"])
                .expect("a public key");
        KeyPair { private_pem: private_pem.to_vec(), public_der, private_path, public_path }
    }

    pub(crate) fn sign(&self, key: &KeyPair, message: &[u8], user_id: &str) -> Vec<u8> {
        let message = self.write(message);
        let signature = openssl::run(&[
            "pkeyutl",
            "-sign",
            "-rawin",
            "-digest",
            "sm3",
            "-pkeyopt",
            &format!("distid:{user_id}"),
            "-inkey",
            &key.private_path,
            "-in",
            &message,
        ])
        .expect("a signature");
        fs::remove_file(message).expect("a file");
        signature
    }

    pub(crate) fn verify(&self, key: &KeyPair, message: &[u8], signature: &[u8]) -> bool {
        let (message, signature) = (self.write(message), self.write(signature));
        let verified = openssl::run(&[
            "pkeyutl",
            "-verify",
            "-rawin",
            "-digest",
            "sm3",
            "-pkeyopt",
            &format!("distid:{USER_ID}"),
            "-pubin",
            "-inkey",
            &key.public_path,
            "-in",
            &message,
            "-sigfile",
            &signature,
        ])
        .is_ok();
        fs::remove_file(message).expect("a file");
        fs::remove_file(signature).expect("a file");
        verified
    }

    pub(crate) fn encrypt(&self, key: &KeyPair, plaintext: &[u8]) -> Vec<u8> {
        let file = self.write(plaintext);
        let ciphertext = openssl::run(&[
            "pkeyutl",
            "-encrypt",
            "-pubin",
            "-inkey",
            &key.public_path,
            "-in",
            &file,
        ])
        .expect("a ciphertext");
        fs::remove_file(file).expect("a file");
        ciphertext
    }

    pub(crate) fn decrypt(&self, key: &KeyPair, ciphertext: &[u8]) -> Result<Vec<u8>, String> {
        let file = self.write(ciphertext);
        let plaintext =
            openssl::run(&["pkeyutl", "-decrypt", "-inkey", &key.private_path, "-in", &file]);
        fs::remove_file(file).expect("a file");
        plaintext
    }

    /// The digests of many messages, in one process.
    pub(crate) fn sm3(&self, messages: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let files: Vec<String> = messages.iter().map(|message| self.write(message)).collect();
        let mut arguments = vec!["dgst", "-sm3", "-r"];
        arguments.extend(files.iter().map(String::as_str));
        let output = String::from_utf8(openssl::run(&arguments).expect("digests")).expect("text");
        for file in files {
            fs::remove_file(file).expect("a file");
        }
        output.lines().map(|line| unhex(line.split(' ').next().expect("a digest"))).collect()
    }

    /// Encrypts many messages under one key, in one process: ciphertext, then tag.
    pub(crate) fn seal_sm4_gcm(&self, key: &[u8; 16], messages: &[Plain]) -> Vec<Vec<u8>> {
        // Block 0 is the hash key; then for each message the block that masks its tag and its
        // counter blocks (NIST SP 800-38D §7.1 with a 96-bit nonce).
        let counters = |message: &Plain| {
            let nonce = message.nonce;
            let blocks = message.text.len().div_ceil(16) as u32;
            (1..blocks + 2).map(move |counter| {
                let mut block = [0; 16];
                block[..12].copy_from_slice(&nonce);
                block[12..].copy_from_slice(&counter.to_be_bytes());
                block
            })
        };
        let mut blocks = vec![[0; 16]];
        blocks.extend(messages.iter().flat_map(counters));
        let stream = self.sm4_ecb(key, &blocks.concat());
        let mut stream = stream.chunks(16).map(|block| <[u8; 16]>::try_from(block).expect("16"));
        let hash_key = u128::from_be_bytes(stream.next().expect("the hash key"));
        let seal = |message: &Plain| {
            let tag_mask = stream.next().expect("a block");
            let mut sealed = message.text.clone();
            for block in sealed.chunks_mut(16) {
                let key = stream.next().expect("a block");
                block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
            }
            let tag = ghash(hash_key, &message.associated_data, &sealed);
            sealed.extend((tag ^ u128::from_be_bytes(tag_mask)).to_be_bytes());
            sealed
        };
        messages.iter().map(seal).collect()
    }

    fn sm4_ecb(&self, key: &[u8; 16], blocks: &[u8]) -> Vec<u8> {
        let file = self.write(blocks);
        let key: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        let output = openssl::run(&["enc", "-sm4-ecb", "-e", "-nopad", "-K", &key, "-in", &file]);
        fs::remove_file(file).expect("a file");
        output.expect("SM4 in ECB mode")
    }

    fn write(&self, bytes: &[u8]) -> String {
        let path = self.name();
        fs::write(&path, bytes).unwrap_or_else(|error| panic!("{path}: {error}"));
        path
    }

    fn name(&self) -> String {
        let number = self.files.fetch_add(1, Ordering::Relaxed);
        self.workshop.path(&format!("{}-{number}", std::process::id()))
    }
}

impl Drop for KeyPair {
    fn drop(&mut self) {
        for path in [&self.private_path, &self.public_path] {
            // The folder is a temporary one; a file left in it does no harm.
            drop(fs::remove_file(path));
        }
    }
}

/// A message to encrypt.
pub(crate) struct Plain {
    pub(crate) nonce: [u8; 12],
    pub(crate) associated_data: Vec<u8>,
    pub(crate) text: Vec<u8>,
}

/// GHASH over the associated data, the ciphertext and their lengths (NIST SP 800-38D §6.4).
fn ghash(key: u128, associated_data: &[u8], ciphertext: &[u8]) -> u128 {
    let blocks = |bytes: &[u8]| -> Vec<u128> {
        let padded = |chunk: &[u8]| {
            let mut block = [0; 16];
            block[..chunk.len()].copy_from_slice(chunk);
            u128::from_be_bytes(block)
        };
        bytes.chunks(16).map(padded).collect()
    };
    let lengths = ((associated_data.len() as u128 * 8) << 64) | (ciphertext.len() as u128 * 8);
    let all = blocks(associated_data).into_iter().chain(blocks(ciphertext)).chain([lengths]);
    all.fold(0, |state, block| multiply(state ^ block, key))
}

/// Multiplication in GF(2^128), most significant bit first (NIST SP 800-38D §6.3).
fn multiply(left: u128, right: u128) -> u128 {
    let mut product = 0;
    let mut shifted = right;
    for bit in (0..128).rev() {
        if left >> bit & 1 == 1 {
            product ^= shifted;
        }
        let carry = shifted & 1;
        shifted >>= 1;
        if carry == 1 {
            shifted ^= 0xe1 << 120;
        }
    }
    product
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("hex digits");
    (0..text.len()).step_by(2).map(digit).collect()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
