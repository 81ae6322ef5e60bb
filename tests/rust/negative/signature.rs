//! Signatures that are none.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use rsa::BoxedUint;
use rsa::pkcs8::DecodePrivateKey;
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, Pss};
use sha2::{Digest, Sha256, Sha512};
use wechatpay_tests::platform::{Message, Platform};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Suite, holds};
use wechatpay_tests::vector;

use crate::both_refused;

const INVALID: &str = "ERR_SIGNATURE_INVALID";

pub(crate) fn cases(suite: &mut Suite) {
    let platform = Platform::trusted();
    let genuine = platform.callback();
    text(suite, &genuine);
    numbers(suite, &genuine);
    paddings(suite, &genuine);
    probes(suite, &genuine);

    for (what, signed) in [
        ("nothing", Vec::new()),
        ("the body alone", genuine.body.clone()),
        ("the message without its last LF", {
            let mut message = genuine.signed_bytes();
            message.pop();
            message
        }),
        ("the message with one LF more", [genuine.signed_bytes().as_slice(), b"\n"].concat()),
        ("the message with CRLF", {
            let text = String::from_utf8(genuine.signed_bytes()).expect("a text");
            text.replace('\n', "\r\n").into_bytes()
        }),
        ("the five lines of a request", {
            let text = String::from_utf8(genuine.signed_bytes()).expect("a text");
            format!("POST\n/notify\n{text}").into_bytes()
        }),
        ("the digest of the message", Sha256::digest(genuine.signed_bytes()).to_vec()),
    ] {
        suite.refuses(format!("signature of {what}"), || {
            let mut message = genuine.clone();
            set_raw(&mut message, &platform.sign(&signed));
            both_refused(&message, INVALID)
        });
    }
    suite.refuses("the error says nothing of the message", || {
        let mut message = genuine.clone();
        set_raw(&mut message, &[1; 256]);
        let error = message.open().expect_err("refused");
        let text = format!("{error} {error:?}");
        holds(
            !text.contains(message.header("Wechatpay-Nonce"))
                && !text.contains(message.header("Wechatpay-Signature"))
                && !text.contains("ciphertext"),
            text,
        )
    });
}

fn set_raw(message: &mut Message, raw: &[u8]) {
    message.set("Wechatpay-Signature", STANDARD.encode(raw));
}

/// Texts that are not, or not quite, the base64 of the signature.
fn text(suite: &mut Suite, genuine: &Message) {
    let good = genuine.header("Wechatpay-Signature").to_owned();
    let raw = genuine.signature();
    assert!(good.contains('+') || good.contains('/'), "URL-safe base64 must make a difference");
    let half = good.len() / 2;
    let stray_bits = {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut bytes = good.clone().into_bytes();
        let last = bytes.len() - 3;
        let value = alphabet.iter().position(|b| *b == bytes[last]).expect("base64");
        bytes[last] = alphabet[value | 1];
        assert_ne!(bytes, good.as_bytes(), "the unused bits of the last digit were 0");
        String::from_utf8(bytes).expect("base64")
    };
    for (what, signature) in [
        ("not base64", "not base64!".to_owned()),
        ("an asterisk in it", good.replacen(char::is_alphanumeric, "*", 1)),
        ("URL-safe", URL_SAFE.encode(&raw)),
        ("unpadded", STANDARD_NO_PAD.encode(&raw)),
        ("padding doubled", format!("{good}==")),
        ("stray bits before the padding", stray_bits),
        ("blank before", format!(" {good}")),
        ("blank inside", format!("{} {}", &good[..half], &good[half..])),
        ("folded", format!("{}\r\n {}", &good[..half], &good[half..])),
        ("plus signs turned into blanks", good.replace('+', " ")),
        ("quoted", format!("\"{good}\"")),
        ("percent-encoded", good.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")),
        ("twice in base64", STANDARD.encode(&good)),
        ("in hexadecimal", raw.iter().map(|byte| format!("{byte:02x}")).collect()),
        ("in lower case", good.to_lowercase()),
        ("cut by one character", good[1..].to_owned()),
        ("cut by four characters", good[4..].to_owned()),
        ("itself twice", format!("{good}{good}")),
        ("joined to itself by a comma", format!("{good},{good}")),
        ("a megabyte", "A".repeat(1 << 20)),
        ("Chinese", "签名".to_owned()),
    ] {
        suite.refuses(what, || {
            let mut message = genuine.clone();
            message.set("Wechatpay-Signature", signature);
            both_refused(&message, INVALID)
        });
    }
}

/// Numbers a verifier may take for something they are not.
fn numbers(suite: &mut Suite, genuine: &Message) {
    let raw = genuine.signature();
    let key = platform_key();
    let modulus = key.n().to_be_bytes().to_vec();
    let number = |bytes: &[u8]| BoxedUint::from_be_slice(bytes, 2048 + 64).expect("fits");
    let with_modulus = number(&raw).wrapping_add(number(&modulus)).to_be_bytes().to_vec();
    let negated = number(&modulus).wrapping_sub(number(&raw)).to_be_bytes().to_vec();
    let mut cases = vec![
        ("empty", Vec::new()),
        ("one byte", vec![1]),
        ("all zero", vec![0; 256]),
        ("one", [vec![0; 255], vec![1]].concat()),
        ("all ones", vec![0xff; 256]),
        ("the modulus", modulus.clone()),
        ("the modulus less one", {
            let mut bytes = modulus.clone();
            bytes[255] -= 1;
            bytes
        }),
        ("the modulus less the signature", negated[negated.len() - 256..].to_vec()),
        ("with the modulus added", with_modulus),
        ("one byte short", raw[1..].to_vec()),
        ("its last byte cut", raw[..255].to_vec()),
        ("a zero before", [&[0], raw.as_slice()].concat()),
        ("a zero behind", [raw.as_slice(), &[0]].concat()),
        ("reversed", raw.iter().rev().copied().collect()),
        ("twice", [raw.as_slice(), &raw].concat()),
    ];
    for len in [20, 32, 64, 128, 384, 512, 513, 4_096] {
        cases.push(("a length of its own", vec![0x55; len]));
    }
    for (what, signature) in cases {
        let name = format!("{what}, {} bytes", signature.len());
        suite.refuses(name, || {
            let mut message = genuine.clone();
            set_raw(&mut message, &signature);
            both_refused(&message, INVALID)
        });
    }
    for at in (0..256).step_by(5) {
        suite.refuses(format!("bit {} of byte {at} flipped", at % 8), || {
            let mut message = genuine.clone();
            let mut raw = raw.clone();
            raw[at] ^= 1 << (at % 8);
            set_raw(&mut message, &raw);
            both_refused(&message, INVALID)
        });
    }
}

fn platform_key() -> rsa::PrivateKey {
    let pem = vector::key("throwaway-platform-key.pem");
    rsa::PrivateKey::from_pkcs8_pem(&pem).expect("a PKCS#8 RSA key")
}

/// Signed with the right key over the right message, in another way.
fn paddings(suite: &mut Suite, genuine: &Message) {
    let key = platform_key();
    let message = genuine.signed_bytes();
    let (sha256, sha512) = (Sha256::digest(&message), Sha512::digest(&message));
    let digest_info = |last: &[u8]| {
        // SEQUENCE { SEQUENCE { id-sha256 [, NULL] }, OCTET STRING }, with `last` as the parameters
        let oid = [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
        let algorithm = [&oid, last].concat();
        let contents =
            [&[0x30, algorithm.len() as u8], algorithm.as_slice(), &[0x04, 32], &sha256].concat();
        [&[0x30, contents.len() as u8], contents.as_slice()].concat()
    };
    let unprefixed = |digest_info: &[u8]| {
        key.sign(Pkcs1v15Sign::new_unprefixed(), digest_info).expect("a signature")
    };
    for (what, signature) in [
        ("SHA-512", key.sign(Pkcs1v15Sign::new::<Sha512>(), &sha512).expect("a signature")),
        ("no DigestInfo", unprefixed(&sha256)),
        ("DigestInfo without NULL", unprefixed(&digest_info(&[]))),
        ("DigestInfo with other parameters", unprefixed(&digest_info(&[0x05, 0x01, 0x00]))),
        (
            "DigestInfo with rubbish behind",
            unprefixed(&[digest_info(&[5, 0]).as_slice(), &[0; 8]].concat()),
        ),
        ("PSS", {
            let mut rng = TestRng::new(11);
            key.sign_with_rng(&mut rng, Pss::<Sha256>::new(), &sha256).expect("a signature")
        }),
    ] {
        suite.refuses(what, || {
            let mut message = genuine.clone();
            set_raw(&mut message, &signature);
            both_refused(&message, INVALID)
        });
    }
    suite.accepts("DigestInfo put together here", || {
        let mut message = genuine.clone();
        set_raw(&mut message, &unprefixed(&digest_info(&[0x05, 0x00])));
        crate::both_accepted(&message)
    });
}

/// `WECHATPAY/SIGNTEST/`: told apart, and refused.
fn probes(suite: &mut Suite, genuine: &Message) {
    let good = genuine.header("Wechatpay-Signature").to_owned();
    for (what, signature) in [
        ("prefix and a good signature", format!("WECHATPAY/SIGNTEST/{good}")),
        ("prefix alone", "WECHATPAY/SIGNTEST/".to_owned()),
        ("of the length of a signature", format!("WECHATPAY/SIGNTEST/{}", &good[19..])),
        ("not base64", "WECHATPAY/SIGNTEST/测试".to_owned()),
        ("of odd length", "WECHATPAY/SIGNTEST/abc".to_owned()),
    ] {
        suite.refuses(format!("probe: {what}"), || {
            let mut message = genuine.clone();
            message.set("Wechatpay-Signature", signature);
            both_refused(&message, "ERR_SIGNATURE_PROBE")
        });
    }
    for (what, signature) in [
        ("prefix in lower case", format!("wechatpay/signtest/{good}")),
        ("prefix in the middle", format!("AAAA/WECHATPAY/SIGNTEST/{}", &good[24..])),
        ("prefix behind a blank", format!(" WECHATPAY/SIGNTEST/{good}")),
        ("half of the prefix", format!("WECHATPAY/SIGN{}", &good[14..])),
    ] {
        suite.refuses(format!("no probe: {what}"), || {
            let mut message = genuine.clone();
            message.set("Wechatpay-Signature", signature);
            both_refused(&message, INVALID)
        });
    }
}
