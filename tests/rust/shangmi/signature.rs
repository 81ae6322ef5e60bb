//! Signatures that are almost right. Where OpenSSL can be asked, it refuses them as well.

use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Suite, holds};

use crate::der::{self, N, integer, sequence, split_signature, tlv};
use crate::oracle::{KeyPair, Oracle, USER_ID};
use crate::vectors::private_key;

const MESSAGE: &[u8] = b"POST\n/v3/pay/transactions/jsapi\n1795000000\nnonce\n{}\n";

pub(crate) fn suite(suite: &mut Suite) {
    let oracle = Oracle::open("shangmi-signature");
    let pair = oracle.published("flurl-sm2-key.pem");
    let other = oracle.published("wechatpay-java-sm2-merchant-key.pem");
    let signature = oracle.sign(&pair, MESSAGE, USER_ID);
    accepted(suite, &oracle, &pair, &signature);

    let key = private_key(&pair.private_pem);
    let mut refuse = |case: &str, wrong: &[u8]| {
        suite.refuses(case, || {
            holds(!key.public_key().verify([MESSAGE], wrong), "was accepted")?;
            holds(!oracle.verify(&pair, MESSAGE, wrong), "OpenSSL accepts it")
        });
    };
    for (case, wrong) in wrong_numbers(&signature).into_iter().chain(wrong_forms(&signature)) {
        refuse(case, &wrong);
    }
    for len in 0..signature.len() {
        refuse(&format!("the first {len} bytes"), &signature[..len]);
    }
    refuse("under another key", &oracle.sign(&other, MESSAGE, USER_ID));
    for user_id in ["1234567812345677", "12345678123456780", "ALICE123@YAHOO.COM", ""] {
        refuse(&format!("user id {user_id:?}"), &oracle.sign(&pair, MESSAGE, user_id));
    }
    for (case, message) in [
        ("last line feed missing", &MESSAGE[..MESSAGE.len() - 1]),
        ("line feed added", &[MESSAGE, b"\n"].concat()),
        ("empty message", b""),
    ] {
        suite.refuses(case, || {
            holds(!key.public_key().verify([message], &signature), "was accepted")
        });
    }
}

fn accepted(suite: &mut Suite, oracle: &Oracle, pair: &KeyPair, signature: &[u8]) {
    let key = private_key(&pair.private_pem);
    suite.accepts("of OpenSSL", || holds(key.public_key().verify([MESSAGE], signature), "refused"));
    suite.accepts("of a message in pieces", || {
        let pieces = MESSAGE.chunks(7).chain([&b""[..]]);
        holds(key.public_key().verify(pieces, signature), "refused")
    });
    suite.accepts("the same randomness gives the same signature", || {
        let sign = |seed| key.sign([MESSAGE], &mut TestRng::new(seed)).expect("a signature");
        holds(sign(1) == sign(1), "it does not")?;
        holds(sign(1) != sign(2), "other randomness gives the same one")
    });
    suite.accepts("bad randomness does not repeat the secret number", || {
        // Two signatures with one k give the key away, and show it by r - e being equal.
        struct Zeros;
        impl wechatpay_core::rand_core::TryRng for Zeros {
            type Error = std::convert::Infallible;
            fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
                Ok(0)
            }
            fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
                Ok(0)
            }
            fn try_fill_bytes(&mut self, target: &mut [u8]) -> Result<(), Self::Error> {
                target.fill(0);
                Ok(())
            }
        }
        impl wechatpay_core::rand_core::TryCryptoRng for Zeros {}
        let sign = |message: &[u8]| key.sign([message], &mut Zeros).expect("a signature");
        let (first, second) = (sign(b"first"), sign(b"second"));
        holds(oracle.verify(pair, b"first", &first), "OpenSSL refuses the first")?;
        holds(oracle.verify(pair, b"second", &second), "OpenSSL refuses the second")?;
        holds(
            x_of(oracle, pair, b"first", &first) != x_of(oracle, pair, b"second", &second),
            "same k",
        )
    });
}

/// r - e modulo n, which is the x of the point k G, the digest e being that of user id and message.
fn x_of(oracle: &Oracle, pair: &KeyPair, message: &[u8], signature: &[u8]) -> [u8; 32] {
    let curve = crate::oracle::unhex(concat!(
        "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC",
        "28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93",
        "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7",
        "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0",
    ));
    let point = &pair.public_der[pair.public_der.len() - 64..];
    let user = [&[0, 128], USER_ID.as_bytes(), &curve, point].concat();
    let z = oracle.sm3(&[user]).remove(0);
    let e = oracle.sm3(&[[&z[..], message].concat()]).remove(0).try_into().expect("32 bytes");
    let (r, _) = split_signature(signature);
    if r >= e { der::subtract(&r, &e) } else { der::subtract(&N, &der::subtract(&e, &r)) }
}

fn wrong_numbers(signature: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let (r, s) = split_signature(signature);
    let with = |r: &[u8], s: &[u8]| sequence(&[&integer(r), &integer(s)]);
    vec![
        ("r = 0", with(&[], &s)),
        ("s = 0", with(&r, &[])),
        ("r = s = 0", with(&[], &[])),
        ("r = s = 1", with(&[1], &[1])),
        ("r = n", with(&N, &s)),
        ("s = n", with(&r, &N)),
        ("r = n - 1", with(&der::offset(N, -1), &s)),
        ("r = n + 1", with(&der::offset(N, 1), &s)),
        ("s = n + 1", with(&r, &der::offset(N, 1))),
        ("r + n", with(&der::add(&r, &N), &s)),
        ("s + n", with(&r, &der::add(&s, &N))),
        ("n - r", with(&der::subtract(&N, &r), &s)),
        ("n - s", with(&r, &der::subtract(&N, &s))),
        ("s = n - r, so that r + s = 0", with(&r, &der::subtract(&N, &r))),
        ("r = s = 2^256 - 1", with(&[0xff; 32], &[0xff; 32])),
        ("r and s swapped", with(&s, &r)),
        ("r twice", with(&r, &r)),
        ("s twice", with(&s, &s)),
        ("r with a bit flipped", with(&flip(r), &s)),
        ("s with a bit flipped", with(&r, &flip(s))),
        ("r of 40 bytes", with(&[&[1; 8][..], &r].concat(), &s)),
    ]
}

/// The right numbers in DER that is not strict.
fn wrong_forms(signature: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let (r, s) = split_signature(signature);
    let (r_der, s_der) = (integer(&r), integer(&s));
    let members = [&r_der[..], &s_der].concat();
    let zero_before = |number: &[u8; 32]| tlv(2, &[&[0, 0], &number[..]].concat());
    let length = members.len() as u8;
    let negative = |number: [u8; 32]| {
        let mut digits = number;
        digits[0] |= 0x80;
        tlv(2, &digits)
    };
    vec![
        ("r with zeros before it", sequence(&[&zero_before(&r), &s_der])),
        ("s with zeros before it", sequence(&[&r_der, &zero_before(&s)])),
        ("r negative", sequence(&[&negative(r), &s_der])),
        ("s negative", sequence(&[&r_der, &negative(s)])),
        ("r without digits", sequence(&[&tlv(2, &[]), &s_der])),
        ("s without digits", sequence(&[&r_der, &tlv(2, &[])])),
        ("length in the long form", [&[0x30, 0x81, length], &members[..]].concat()),
        ("length in two bytes", [&[0x30, 0x82, 0, length], &members[..]].concat()),
        ("length of r in the long form", {
            let r = [&[2, 0x81, r_der[1]], &r_der[2..]].concat();
            sequence(&[&r, &s_der])
        }),
        ("indefinite length", [&[0x30, 0x80], &members[..], &[0, 0]].concat()),
        ("length too great", [&[0x30, length + 1], &members[..]].concat()),
        ("length too small", [&[0x30, length - 1], &members[..]].concat()),
        ("a byte behind it", [signature, &[0]].concat()),
        ("a second signature behind it", [signature, signature].concat()),
        ("a third member", sequence(&[&members, &integer(&[1])])),
        ("NULL behind s", sequence(&[&members, &[5, 0]])),
        ("only r", sequence(&[&r_der])),
        ("no member", sequence(&[])),
        ("SET", tlv(0x31, &members)),
        ("primitive SEQUENCE", tlv(0x10, &members)),
        ("r as OCTET STRING", sequence(&[&tlv(4, &r), &s_der])),
        ("r as ENUMERATED", sequence(&[&tlv(10, &r_der[2..]), &s_der])),
        ("in a SEQUENCE once more", sequence(&[signature])),
        ("in an OCTET STRING", tlv(4, signature)),
        ("r and s without DER", [r, s].concat()),
        ("nothing", Vec::new()),
        ("zeros", vec![0; 72]),
    ]
}

fn flip(number: [u8; 32]) -> [u8; 32] {
    let mut flipped = number;
    flipped[16] ^= 0x10;
    flipped
}
