//! What runs under valgrind.

use std::convert::Infallible;
use std::hint::black_box;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wechatpay_core::hazmat::rsa::{PrivateKeyOn, Radix28, Radix32, Radix64, Widths};
use wechatpay_core::rand_core::{TryCryptoRng, TryRng};

use crate::{der, memcheck};

/// Throw-away keys.
const KEY_2048: &str = include_str!("../../vectors/keys/throwaway-merchant-key-pkcs1.pem");
const KEY_3072: &str = include_str!("../../vectors/keys/throwaway-rsa3072-key.pem");
const KEY_4096: &str = include_str!("../../vectors/keys/flurl-4096-key-pkcs1-crlf.pem");

const DIGEST: [u8; 32] = [0x5a; 32];
const PLAINTEXT: &[u8] = b"a name, an identity number, a bank account";

pub struct Operation {
    pub name: &'static str,
    pub expectation: Expectation,
    pub run: fn(),
}

pub enum Expectation {
    Clean,
    Leak,
}

pub const OPERATIONS: &[Operation] = &[
    clean("import-2048-radix-64", || drop(import::<Radix64>(KEY_2048))),
    clean("import-2048-radix-32", || drop(import::<Radix32>(KEY_2048))),
    clean("import-2048-radix-28", || drop(import::<Radix28>(KEY_2048))),
    clean("import-3072-radix-64", || drop(import::<Radix64>(KEY_3072))),
    clean("import-4096-radix-28", || drop(import::<Radix28>(KEY_4096))),
    clean("sign-2048-radix-64", || sign::<Radix64>(KEY_2048)),
    clean("sign-2048-radix-32", || sign::<Radix32>(KEY_2048)),
    clean("sign-2048-radix-28", || sign::<Radix28>(KEY_2048)),
    clean("sign-3072-radix-64", || sign::<Radix64>(KEY_3072)),
    clean("sign-4096-radix-64", || sign::<Radix64>(KEY_4096)),
    clean("sign-4096-radix-28", || sign::<Radix28>(KEY_4096)),
    clean("sign-pss-2048-radix-64", || sign_pss::<Radix64>(KEY_2048)),
    clean("decrypt-2048-radix-64", || decrypt::<Radix64>(KEY_2048)),
    clean("decrypt-2048-radix-32", || decrypt::<Radix32>(KEY_2048)),
    clean("decrypt-2048-radix-28", || decrypt::<Radix28>(KEY_2048)),
    clean("decrypt-damaged-2048-radix-64", || decrypt_damaged::<Radix64>(KEY_2048)),
    clean("decrypt-damaged-2048-radix-28", || decrypt_damaged::<Radix28>(KEY_2048)),
    leak("leak-branch", leak_by_branch),
    leak("leak-address", leak_by_address),
    leak("leak-key", leak_of_the_key),
    leak("leak-signature", leak_of_a_signature),
];

const fn clean(name: &'static str, run: fn()) -> Operation {
    Operation { name, expectation: Expectation::Clean, run }
}

const fn leak(name: &'static str, run: fn()) -> Operation {
    Operation { name, expectation: Expectation::Leak, run }
}

/// A key all of whose private numbers are secret, from the file on.
fn import<W: Widths>(pem: &str) -> PrivateKeyOn<W> {
    PrivateKeyOn::parse(&secret_der(pem)).expect("the key is good")
}

fn sign<W: Widths>(pem: &str) {
    let signature = import::<W>(pem).sign_pkcs1_sha256(&DIGEST, &mut SecretRng(1));
    let mut signature = signature.expect("a signature");
    memcheck::public(&mut signature);
    let public = PrivateKeyOn::<W>::parse(&read(pem)).expect("the key is good").to_public_key();
    assert!(public.verify_pkcs1_sha256(&DIGEST, &signature), "the signature is wrong");
}

/// The salt is published with the signature: it decides nothing either.
fn sign_pss<W: Widths>(pem: &str) {
    let signature = import::<W>(pem).sign_pss_sha256(&DIGEST, &mut SecretRng(2));
    let mut signature = signature.expect("a signature");
    memcheck::public(&mut signature);
    let public = PrivateKeyOn::<W>::parse(&read(pem)).expect("the key is good").to_public_key();
    assert!(public.verify_pss_sha256(&DIGEST, &signature), "the signature is wrong");
}

fn decrypt<W: Widths>(pem: &str) {
    let public = PrivateKeyOn::<W>::parse(&read(pem)).expect("the key is good").to_public_key();
    let ciphertext = public.encrypt_oaep_sha1(PLAINTEXT, &mut PublicRng(3)).expect("it fits");
    let plaintext = import::<W>(pem).decrypt_oaep_sha1(&ciphertext, &mut SecretRng(4));
    let mut plaintext = plaintext.expect("it was made for this key");
    memcheck::public(&mut plaintext);
    assert_eq!(*plaintext, PLAINTEXT);
}

/// What does not decrypt must not tell why.
fn decrypt_damaged<W: Widths>(pem: &str) {
    let public = PrivateKeyOn::<W>::parse(&read(pem)).expect("the key is good").to_public_key();
    let mut ciphertext = public.encrypt_oaep_sha1(PLAINTEXT, &mut PublicRng(5)).expect("it fits");
    ciphertext[100] ^= 1;
    let plaintext = import::<W>(pem).decrypt_oaep_sha1(&ciphertext, &mut SecretRng(6));
    assert!(plaintext.is_none(), "it was damaged");
}

/// Square and multiply, as it must not be done.
fn leak_by_branch() {
    let mut exponent = 0x1234_5678_u32.to_be_bytes();
    memcheck::secret(&mut exponent);
    let exponent = u32::from_be_bytes(exponent);
    let mut power = 1_u32;
    for position in (0..32).rev() {
        power = black_box(power.wrapping_mul(power));
        if exponent >> position & 1 == 1 {
            power = black_box(power.wrapping_mul(3));
        }
    }
    black_box(power);
}

/// A table read at the place that the exponent says.
fn leak_by_address() {
    let table = black_box([1_u32, 3, 9, 27]);
    let mut index = [2];
    memcheck::secret(&mut index);
    black_box(table[usize::from(index[0] & 3)]);
}

/// A key taken for a secret, and then looked at.
fn leak_of_the_key() {
    let der = secret_der(KEY_2048);
    black_box(der.iter().rposition(|byte| *byte == 0xff));
}

/// What is secret in the key is followed through all of the arithmetic, to its result.
fn leak_of_a_signature() {
    let signature = import::<Radix64>(KEY_2048).sign_pkcs1_sha256(&DIGEST, &mut SecretRng(7));
    black_box(signature.expect("a signature").contains(&0));
}

fn secret_der(pem: &str) -> Vec<u8> {
    let mut der = read(pem);
    for range in der::secrets(&der) {
        memcheck::secret(&mut der[range]);
    }
    der
}

fn read(pem: &str) -> Vec<u8> {
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(text).expect("a PEM file")
}

/// Randomness that decides nothing.
struct SecretRng(u64);

/// Randomness that may be known.
struct PublicRng(u64);

impl TryRng for PublicRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, target: &mut [u8]) -> Result<(), Infallible> {
        for byte in target {
            self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            *byte = (self.0 >> 56) as u8;
        }
        Ok(())
    }
}

impl TryCryptoRng for PublicRng {}

impl TryRng for SecretRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        PublicRng(self.0).try_next_u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        PublicRng(self.0).try_next_u64()
    }

    fn try_fill_bytes(&mut self, target: &mut [u8]) -> Result<(), Infallible> {
        PublicRng(self.0).try_fill_bytes(target)?;
        memcheck::secret(target);
        Ok(())
    }
}

impl TryCryptoRng for SecretRng {}
