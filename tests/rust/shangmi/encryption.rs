//! SM2 ciphertexts that are almost right.

use sm2::elliptic_curve::point::AffineCoordinates;
use sm2::{NonZeroScalar, ProjectivePoint};
use wechatpay_core::hazmat::shangmi::{PrivateKey, PublicKey, sm3};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Suite, holds, same};

use crate::der::{self, P, ciphertext, integer, octets, sequence, split_ciphertext, tlv};
use crate::oracle::{KeyPair, Oracle};
use crate::vectors::private_key;

const PLAINTEXT: &[u8] = "身份证号 11010119900307001X".as_bytes();

pub(crate) fn suite(suite: &mut Suite) {
    let oracle = Oracle::open("shangmi-encryption");
    let pair = oracle.published("flurl-sm2-key.pem");
    let other = oracle.published("wechatpay-java-sm2-merchant-key.pem");
    let key = private_key(&pair.private_pem);
    let right = oracle.encrypt(&pair, PLAINTEXT);
    suite.accepts("of OpenSSL", || {
        same(key.decrypt(&right).as_deref().map(Vec::as_slice), Some(PLAINTEXT))
    });
    randomness(suite, &key);

    let mut refuse = |case: &str, wrong: &[u8]| {
        suite.refuses(case, || holds(key.decrypt(wrong).is_none(), "was accepted"));
    };
    for (case, wrong) in wrong_values(&right).into_iter().chain(wrong_forms(&right)) {
        refuse(case, &wrong);
    }
    for len in 0..right.len() {
        refuse(&format!("the first {len} bytes"), &right[..len]);
    }
    for at in 0..right.len() {
        let mut flipped = right.clone();
        flipped[at] ^= 1 << (at % 8);
        refuse(&format!("a bit of byte {at} flipped"), &flipped);
    }
    refuse("for another key", &oracle.encrypt(&other, PLAINTEXT));
    zero_key_stream(suite, &pair, &key);
    suite.refuses("an empty plaintext", || {
        let ciphertext = key.public_key().encrypt(b"", &mut TestRng::new(1));
        holds(ciphertext.is_none(), "was encrypted")
    });
}

fn randomness(suite: &mut Suite, key: &PrivateKey) {
    suite.accepts(
        "the same randomness gives the same ciphertext, other randomness another",
        || {
            let encrypt = |seed| key.public_key().encrypt(PLAINTEXT, &mut TestRng::new(seed));
            holds(encrypt(1).is_some(), "nothing was encrypted")?;
            holds(encrypt(1) == encrypt(1), "it does not")?;
            holds(encrypt(1) != encrypt(2), "the ciphertexts are equal")
        },
    );
    suite.accepts("one byte never stays as it is", || {
        for seed in 0..2_000 {
            let ciphertext = key.public_key().encrypt(b"7", &mut TestRng::new(seed));
            let (.., cipher) = split_ciphertext(&ciphertext.ok_or("nothing was encrypted")?);
            holds(cipher != b"7", format!("seed {seed}: the key stream is zero"))?;
        }
        Ok(())
    });
}

/// A ciphertext whose key stream is zero everywhere is refused (GB/T 32918.4 §7.1 B4), though its
/// digest is right; the same with one byte more, whose key stream is not zero, is taken.
fn zero_key_stream(suite: &mut Suite, pair: &KeyPair, key: &PrivateKey) {
    let point = &pair.public_der[pair.public_der.len() - 65..];
    let public_key = sm2::PublicKey::from_sec1_bytes(point).expect("a point").to_projective();
    let mut k = [0; 32];
    let (ephemeral, x, y, stream) = (1_u32..)
        .find_map(|number| {
            k[28..].copy_from_slice(&number.to_be_bytes());
            let k = *NonZeroScalar::try_from(&k[..]).expect("a scalar");
            let ephemeral = (ProjectivePoint::GENERATOR * k).to_affine();
            let shared = (public_key * k).to_affine();
            let (x, y): ([u8; 32], [u8; 32]) = (shared.x().into(), shared.y().into());
            let stream = sm3([&x[..], &y, &1_u32.to_be_bytes()]);
            (stream[0] == 0 && stream[1] != 0).then_some((ephemeral, x, y, stream))
        })
        .expect("one in 256");
    let seal = |text: &[u8]| {
        let cipher: Vec<u8> = text.iter().zip(stream).map(|(byte, key)| byte ^ key).collect();
        ciphertext(&ephemeral.x(), &ephemeral.y(), &sm3([&x, text, &y]), &cipher)
    };
    suite.accepts("a key stream that begins with zero", || {
        same(key.decrypt(&seal(b"77")).as_deref().map(Vec::as_slice), Some(&b"77"[..]))
    });
    suite.refuses("a key stream of nothing but zero", || {
        holds(key.decrypt(&seal(b"7")).is_none(), "was accepted")
    });
    suite.refuses("nothing encrypted, with the digest of nothing", || {
        holds(key.decrypt(&seal(b"")).is_none(), "was accepted")
    });
}

fn wrong_values(right: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let (x, y, hash, cipher) = split_ciphertext(right);
    let flipped = |bytes: &[u8]| {
        let mut flipped = bytes.to_vec();
        *flipped.last_mut().expect("a byte") ^= 1;
        flipped
    };
    vec![
        ("x changed", ciphertext(&flipped(&x), &y, &hash, &cipher)),
        ("y changed", ciphertext(&x, &flipped(&y), &hash, &cipher)),
        ("y of the opposite point", ciphertext(&x, &der::subtract(&P, &y), &hash, &cipher)),
        ("x and y swapped", ciphertext(&y, &x, &hash, &cipher)),
        ("x = y = 0", ciphertext(&[], &[], &hash, &cipher)),
        ("x = p", ciphertext(&P, &y, &hash, &cipher)),
        ("x + p", ciphertext(&der::add(&x, &P), &y, &hash, &cipher)),
        ("y + p", ciphertext(&x, &der::add(&y, &P), &hash, &cipher)),
        ("x = 2^256 - 1", ciphertext(&[0xff; 32], &y, &hash, &cipher)),
        ("x of 40 bytes", ciphertext(&[&[1; 8], &x[..]].concat(), &y, &hash, &cipher)),
        ("hash changed", ciphertext(&x, &y, &flipped(&hash), &cipher)),
        ("hash cut off", ciphertext(&x, &y, &hash[..31], &cipher)),
        ("hash of 33 bytes", ciphertext(&x, &y, &[&hash[..], &[0]].concat(), &cipher)),
        ("hash of 16 bytes", ciphertext(&x, &y, &hash[..16], &cipher)),
        ("no hash", ciphertext(&x, &y, &[], &cipher)),
        ("cipher changed", ciphertext(&x, &y, &hash, &flipped(&cipher))),
        ("cipher cut off", ciphertext(&x, &y, &hash, &cipher[1..])),
        ("cipher with a byte more", ciphertext(&x, &y, &hash, &[&cipher[..], &[0]].concat())),
        ("no cipher", ciphertext(&x, &y, &hash, &[])),
        ("hash and cipher swapped: C1C2C3", ciphertext(&x, &y, &cipher, &hash)),
    ]
}

fn wrong_forms(right: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let (x, y, hash, cipher) = split_ciphertext(right);
    let (x_der, y_der) = (integer(&x), integer(&y));
    let (hash_der, cipher_der) = (octets(&hash), octets(&cipher));
    let members = [&x_der[..], &y_der, &hash_der, &cipher_der].concat();
    let point = [&[4], &x[..], &y].concat();
    let zeros = |number: &[u8; 32]| tlv(2, &[&[0, 0], &number[..]].concat());
    vec![
        ("x with zeros before it", sequence(&[&zeros(&x), &y_der, &hash_der, &cipher_der])),
        ("y with zeros before it", sequence(&[&x_der, &zeros(&y), &hash_der, &cipher_der])),
        ("x negative", sequence(&[&tlv(2, &[0xff; 32]), &y_der, &hash_der, &cipher_der])),
        ("x as OCTET STRING", sequence(&[&octets(&x), &y_der, &hash_der, &cipher_der])),
        ("hash as BIT STRING", sequence(&[&x_der, &y_der, &tlv(3, &hash), &cipher_der])),
        ("cipher as UTF8String", sequence(&[&x_der, &y_der, &hash_der, &tlv(12, &cipher)])),
        ("point as one OCTET STRING", sequence(&[&octets(&point), &hash_der, &cipher_der])),
        ("three members", sequence(&[&x_der, &y_der, &hash_der])),
        ("a fifth member", sequence(&[&members, &octets(&[])])),
        ("no member", sequence(&[])),
        ("a byte behind it", [right, &[0]].concat()),
        ("length in two bytes", [&[0x30, 0x82, 0, members.len() as u8], &members[..]].concat()),
        ("indefinite length", [&[0x30, 0x80], &members[..], &[0, 0]].concat()),
        ("SET", tlv(0x31, &members)),
        ("C1C3C2 without DER", [&point[..], &hash, &cipher].concat()),
        ("C1C2C3 without DER", [&point[..], &cipher, &hash].concat()),
        ("nothing", Vec::new()),
    ]
}

/// What the tests of whole messages encrypt with.
pub(crate) fn key_of(pair: &KeyPair) -> PublicKey {
    PublicKey::parse_der(&pair.public_der).expect("a public key").expect("an SM2 key")
}
