//! What is measured: each operation with each library, checked once against the others.

use aws_lc_rs::rsa as aws;
use aws_lc_rs::signature as aws_signature;
use getrandom::SysRng;
use ring::rand::SystemRandom;
use ring::signature as ring_signature;
use rsa::pkcs1::EncodeRsaPublicKey;
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey};
use rsa::{Pkcs1v15Sign, PublicKey as TheirPublic};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use wechatpay_core::hazmat::{PrivateKey, PublicKey};
use wechatpay_core::rand_core::UnwrapErr;

const MESSAGE: &[u8] = b"1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n{}\n";
const PLAINTEXT: &[u8] = b"440101199003071234";

/// Throw-away keys.
const KEYS: [(usize, &str); 3] = [
    (2048, include_str!("../../../../vectors/keys/throwaway-merchant-key.pem")),
    (3072, include_str!("../../../../vectors/keys/throwaway-rsa3072-key.pem")),
    (4096, include_str!("../../../../vectors/keys/flurl-4096-key.pem")),
];

/// What is counted.
#[derive(Clone, Copy)]
pub enum Clock {
    /// The time this thread was on a processor: other work on the machine hardly counts.
    Processor,
    /// All time, for what hops to another thread.
    Wall,
}

pub type Operation = Box<dyn Fn()>;

pub struct Case {
    pub name: String,
    pub clock: Clock,
    pub operations: Vec<(&'static str, Operation)>,
}

pub fn all() -> Vec<Case> {
    KEYS.iter().flat_map(|(bits, pem)| of_key(*bits, pem)).collect()
}

fn of_key(bits: usize, pem: &'static str) -> Vec<Case> {
    let theirs = rsa::PrivateKey::from_pkcs8_pem(pem).expect("a PKCS#8 key");
    vec![
        sign(bits, pem, &theirs),
        verify(bits, &theirs),
        import(bits, pem),
        encrypt(bits, &theirs),
        decrypt(bits, pem, &theirs),
    ]
}

fn case(name: &str, bits: usize, operations: Vec<(&'static str, Operation)>) -> Case {
    Case { name: format!("{name}/{bits}"), clock: Clock::Processor, operations }
}

fn sign(bits: usize, pem: &str, theirs: &rsa::PrivateKey) -> Case {
    let ours = PrivateKey::parse(pem.as_bytes()).expect("a key");
    let pkcs8 = theirs.to_pkcs8_der().expect("it was read");
    let ring = ring_signature::RsaKeyPair::from_pkcs8(pkcs8.as_bytes()).expect("a key");
    let aws = aws_signature::RsaKeyPair::from_pkcs8(pkcs8.as_bytes()).expect("a key");
    let (blinded, plain) = (theirs.clone(), theirs.clone());
    case(
        "sign",
        bits,
        vec![
            (
                "ours",
                Box::new(move || {
                    let signature = ours.sign_pkcs1_sha256(&digest(), &mut UnwrapErr(SysRng));
                    assert!(signature.is_some());
                }),
            ),
            (
                "rsa",
                Box::new(move || {
                    assert!(
                        blinded.sign_with_rng(&mut UnwrapErr(SysRng), padding(), &digest()).is_ok()
                    );
                }),
            ),
            ("rsa unblinded", Box::new(move || assert!(plain.sign(padding(), &digest()).is_ok()))),
            (
                "ring",
                Box::new(move || {
                    let mut signature = vec![0; ring.public().modulus_len()];
                    let (padding, rng) = (&ring_signature::RSA_PKCS1_SHA256, SystemRandom::new());
                    assert!(ring.sign(padding, &rng, MESSAGE, &mut signature).is_ok());
                }),
            ),
            (
                "aws-lc-rs",
                Box::new(move || {
                    let mut signature = vec![0; aws.public_modulus_len()];
                    let padding = &aws_signature::RSA_PKCS1_SHA256;
                    let rng = aws_lc_rs::rand::SystemRandom::new();
                    assert!(aws.sign(padding, &rng, MESSAGE, &mut signature).is_ok());
                }),
            ),
        ],
    )
}

fn verify(bits: usize, theirs: &rsa::PrivateKey) -> Case {
    let public = theirs.to_public_key();
    let signature = theirs.sign(padding(), &digest()).expect("a signature");
    let der = public.to_pkcs1_der().expect("it was read").into_vec();
    let ours = PublicKey::parse_der(&der).expect("a key");
    let ring = ring_signature::UnparsedPublicKey::new(
        &ring_signature::RSA_PKCS1_2048_8192_SHA256,
        der.clone(),
    );
    let aws = aws_signature::ParsedPublicKey::new(
        &aws_signature::RSA_PKCS1_2048_8192_SHA256,
        der.clone(),
    )
    .expect("a key");
    let [s1, s2, s3, s4] = [(); 4].map(|()| signature.clone());
    case(
        "verify",
        bits,
        vec![
            ("ours", Box::new(move || assert!(ours.verify_pkcs1_sha256(&digest(), &s1)))),
            ("rsa", Box::new(move || assert!(public.verify(padding(), &digest(), &s2).is_ok()))),
            ("ring", Box::new(move || assert!(ring.verify(MESSAGE, &s3).is_ok()))),
            ("aws-lc-rs", Box::new(move || assert!(aws.verify_sig(MESSAGE, &s4).is_ok()))),
        ],
    )
}

fn import(bits: usize, pem: &'static str) -> Case {
    let pkcs8 = rsa::PrivateKey::from_pkcs8_pem(pem).and_then(|key| key.to_pkcs8_der());
    let der = pkcs8.expect("a key").as_bytes().to_vec();
    let [d1, d2, d3, d4] = [(); 4].map(|()| der.clone());
    case(
        "import private key",
        bits,
        vec![
            ("ours", Box::new(move || assert!(PrivateKey::parse(&d1).is_ok()))),
            ("rsa", Box::new(move || assert!(rsa::PrivateKey::from_pkcs8_der(&d2).is_ok()))),
            (
                "ring",
                Box::new(move || {
                    assert!(ring_signature::RsaKeyPair::from_pkcs8(&d3).is_ok());
                }),
            ),
            (
                "aws-lc-rs",
                Box::new(move || {
                    assert!(aws_signature::RsaKeyPair::from_pkcs8(&d4).is_ok());
                }),
            ),
        ],
    )
}

fn encrypt(bits: usize, theirs: &rsa::PrivateKey) -> Case {
    let public: TheirPublic = theirs.to_public_key();
    let ours = PublicKey::parse_der(public.to_pkcs1_der().expect("it was read").as_bytes());
    let ours = ours.expect("a key");
    let spki = public.to_public_key_der().expect("it was read");
    let aws = aws::PublicEncryptingKey::from_der(spki.as_bytes()).expect("a key");
    let aws = aws::OaepPublicEncryptingKey::new(aws).expect("a key");
    case(
        "OAEP encrypt",
        bits,
        vec![
            (
                "ours",
                Box::new(move || {
                    assert!(ours.encrypt_oaep_sha1(PLAINTEXT, &mut UnwrapErr(SysRng)).is_some());
                }),
            ),
            (
                "rsa",
                Box::new(move || {
                    let rng = &mut UnwrapErr(SysRng);
                    assert!(public.oaep_encrypt_with_rng::<Sha1, _>(rng, PLAINTEXT).is_ok());
                }),
            ),
            (
                "aws-lc-rs",
                Box::new(move || {
                    let mut ciphertext = vec![0; aws.ciphertext_size()];
                    let algorithm = &aws::OAEP_SHA1_MGF1SHA1;
                    assert!(aws.encrypt(algorithm, PLAINTEXT, &mut ciphertext, None).is_ok());
                }),
            ),
        ],
    )
}

fn decrypt(bits: usize, pem: &str, theirs: &rsa::PrivateKey) -> Case {
    let rng = &mut UnwrapErr(SysRng);
    let ciphertext = theirs.to_public_key().oaep_encrypt_with_rng::<Sha1, _>(rng, PLAINTEXT);
    let ciphertext = ciphertext.expect("it fits");
    let ours = PrivateKey::parse(pem.as_bytes()).expect("a key");
    let pkcs8 = theirs.to_pkcs8_der().expect("it was read");
    let aws = aws::PrivateDecryptingKey::from_pkcs8(pkcs8.as_bytes())
        .ok()
        .and_then(|key| aws::OaepPrivateDecryptingKey::new(key).ok());
    let theirs = theirs.clone();
    let [c1, c2, c3] = [(); 3].map(|()| ciphertext.clone());
    let mut operations: Vec<(&'static str, Operation)> = vec![
        (
            "ours",
            Box::new(move || {
                assert!(ours.decrypt_oaep_sha1(&c1, &mut UnwrapErr(SysRng)).is_some());
            }),
        ),
        (
            "rsa",
            Box::new(move || {
                let rng = &mut UnwrapErr(SysRng);
                assert!(theirs.oaep_decrypt_with_rng::<Sha1, _>(rng, &c2).is_ok());
            }),
        ),
    ];
    if let Some(aws) = aws {
        operations.push((
            "aws-lc-rs",
            Box::new(move || {
                let mut plaintext = vec![0; aws.min_output_size()];
                let algorithm = &aws::OAEP_SHA1_MGF1SHA1;
                assert!(aws.decrypt(algorithm, &c3, &mut plaintext, None).is_ok());
            }),
        ));
    }
    case("OAEP decrypt", bits, operations)
}

/// Hashed each time, as ring and aws-lc-rs do it.
fn digest() -> [u8; 32] {
    Sha256::digest(MESSAGE).into()
}

fn padding() -> Pkcs1v15Sign {
    Pkcs1v15Sign::new::<Sha256>()
}
