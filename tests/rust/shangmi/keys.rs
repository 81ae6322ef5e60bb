//! Key files and certificates: what is read, and what is refused with which reason.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wechatpay_core::Error;
use wechatpay_core::hazmat::shangmi::PublicKey;
use wechatpay_core::keys::{Identity, MerchantKey, PlatformKey, PlatformKeys};
use wechatpay_core::signature::Scheme;
use wechatpay_core::x509::Certificate;
use wechatpay_tests::openssl::{self, Workshop};
use wechatpay_tests::platform::PUB_KEY_ID;
use wechatpay_tests::suite::{Check, Suite, holds, refused, same, unexpected};
use wechatpay_tests::vector;

use crate::der::{self, CURVE_P_256, CURVE_SM2, N, P};
use crate::oracle::own_workshop;
use crate::vectors::{private_key, public_key};

const MCHID: &str = "1900000001";
const SERIAL: &str = "54E7F59ED8DF4570CFB14780EA8152D45A675EE6";
const KEY: &str = "flurl-sm2-key.pem";
const PUBLIC: &str = "flurl-sm2-pub.pem";
const CERTIFICATE: &str = "flurl-sm2-cert.pem";

pub(crate) fn suite(suite: &mut Suite) {
    let workshop = own_workshop("shangmi-keys");
    let pem = vector::key(KEY);
    let secret = private_scalar(&pem);
    let point = point(&vector::key(PUBLIC));
    private_keys_read(suite, &workshop, &secret, &point);
    private_keys_refused(suite, &secret, &point);
    public_keys_read(suite, &workshop, &point);
    public_keys_refused(suite, &point);
    certificates(suite);
    schemes(suite);
    workshop.close();
}

fn merchant(key: &[u8]) -> Result<MerchantKey, Error> {
    MerchantKey::new(MCHID, SERIAL, key)
}

fn private_keys_read(suite: &mut Suite, workshop: &Workshop, secret: &[u8], point: &[u8]) {
    let pem = vector::key(KEY);
    let pkcs8 = armour_off(&pem);
    // OpenSSL labels it SM2 PRIVATE KEY.
    let traditional = {
        let input = workshop.write("key.pem", pem.as_bytes());
        openssl::run(&["ec", "-in", &input]).expect("the key as SEC1")
    };
    let labelled_ec = String::from_utf8_lossy(&traditional).replace("SM2 PRIVATE", "EC PRIVATE");
    let with_parameters = {
        let mut text = openssl::run(&["ecparam", "-name", "SM2"]).expect("parameters");
        text.extend(&traditional);
        text
    };
    let sec1 = der::sec1(secret, Some(CURVE_SM2), None);
    let inputs: Vec<(&str, Vec<u8>)> = vec![
        ("PKCS#8, PEM", pem.clone().into_bytes()),
        ("PKCS#8, PEM with CRLF", pem.replace('\n', "\r\n").into_bytes()),
        ("PKCS#8, PEM with a literal \\n", pem.replace('\n', "\\n").into_bytes()),
        ("PKCS#8, base64 without armour", STANDARD.encode(&pkcs8).into_bytes()),
        ("PKCS#8, DER", pkcs8.clone()),
        ("PKCS#8 without the public key", der::pkcs8(CURVE_SM2, &der::sec1(secret, None, None))),
        ("PKCS#8 that names the curve twice", der::pkcs8(CURVE_SM2, &sec1)),
        ("SEC1, PEM", labelled_ec.into_bytes()),
        ("SEC1, PEM labelled by its curve", traditional.clone()),
        ("SEC1, PEM behind its parameters", with_parameters),
        ("SEC1, DER", armour_off(&String::from_utf8_lossy(&traditional))),
        ("SEC1, DER without the public key", sec1.clone()),
        ("SEC1, DER with the public key", der::sec1(secret, Some(CURVE_SM2), Some(point))),
        (
            "SEC1 with the public key compressed",
            der::sec1(secret, Some(CURVE_SM2), Some(&compress(point))),
        ),
        ("private number n - 2", der::sec1(&der::offset(N, -2), Some(CURVE_SM2), None)),
        ("private number 1", der::sec1(&number(1), Some(CURVE_SM2), None)),
    ];
    for (case, input) in inputs {
        suite.accepts(case, || {
            let key = merchant(&input).map_err(unexpected)?;
            same(key.identity().scheme(), Scheme::Sm2WithSm3)?;
            let expected = public_key(&vector::key(PUBLIC));
            let is_same = private_key(&input).public_key() == &expected;
            holds(is_same != case.starts_with("private number"), "the public half is another")
        });
    }
}

fn private_keys_refused(suite: &mut Suite, secret: &[u8], point: &[u8]) {
    let sec1 = |secret: &[u8]| der::sec1(secret, Some(CURVE_SM2), None);
    let whole = der::pkcs8(CURVE_SM2, &der::sec1(secret, None, Some(point)));
    let long = [&[0], secret].concat();
    let mut other_point = point.to_vec();
    other_point[64] ^= 1;
    let mixed = sec1_with(secret, &certificate_point("wechatpay-java-sm2-merchant-cert.pem"));
    let inputs: Vec<(&str, Vec<u8>, &str)> = vec![
        ("P-256, PKCS#8", vector::key("throwaway-ec-key.pem").into(), "other than SM2"),
        ("P-256, SEC1", der::sec1(secret, Some(CURVE_P_256), None), "other than SM2"),
        ("P-256 inside, SM2 outside", pkcs8_of(CURVE_SM2, secret, CURVE_P_256), "other than SM2"),
        ("SM2 inside, P-256 outside", pkcs8_of(CURVE_P_256, secret, CURVE_SM2), "other than SM2"),
        ("SEC1 without a curve", der::sec1(secret, None, None), "does not name its elliptic curve"),
        ("curve parameters NULL", der::pkcs8(&[5, 0], &sec1(secret)), "other than SM2"),
        ("private number 0", sec1(&number(0)), "do not belong together"),
        ("private number n", sec1(&N), "do not belong together"),
        ("private number n + 1", sec1(&der::offset(N, 1)), "do not belong together"),
        ("private number 2^256 - 1", sec1(&[0xff; 32]), "do not belong together"),
        ("private number n - 1", sec1(&der::offset(N, -1)), "n - 1"),
        ("private number of 33 bytes", sec1(&long), "damaged"),
        ("private number of 16 bytes", sec1(&secret[..16]), "damaged"),
        ("private number of no bytes", sec1(&[]), "damaged"),
        ("public key off the curve in it", sec1_with(secret, &other_point), "not one of the curve"),
        ("public key of another in it", mixed, "do not belong together"),
        ("public key of no bytes in it", sec1_with(secret, &[]), "not one of the curve"),
        ("zero point in it", sec1_with(secret, &[0]), "not one of the curve"),
        ("version 2", version_2(secret), "damaged"),
        ("a byte behind PKCS#8", [&whole[..], &[0]].concat(), ""),
        (
            "a byte behind SEC1 inside",
            der::pkcs8(CURVE_SM2, &[&sec1(secret)[..], &[0]].concat()),
            "",
        ),
        ("the public key", vector::key(PUBLIC).into(), "it is a public key"),
        ("the public key, DER", armour_off(&vector::key(PUBLIC)), "it is a public key"),
        ("the certificate", vector::key(CERTIFICATE).into(), "it is a certificate"),
        ("encrypted", encrypted(), "encrypted with a passphrase"),
        ("empty", Vec::new(), "empty"),
    ];
    for (case, input, reason) in inputs {
        suite.refuses(case, || teaches(merchant(&input), "ERR_KEY_INVALID", reason));
    }
    for len in 0..whole.len() {
        let cut = &whole[..len];
        suite.refuses(format!("PKCS#8, the first {len} bytes"), || {
            refused(merchant(cut), "ERR_KEY_INVALID")
        });
    }
}

fn public_keys_read(suite: &mut Suite, workshop: &Workshop, point: &[u8]) {
    let pem = vector::key(PUBLIC);
    let by_openssl = {
        let input = workshop.write("pub.pem", pem.as_bytes());
        openssl::run(&["ec", "-pubin", "-in", &input, "-pubout", "-conv_form", "compressed"])
            .expect("a compressed key")
    };
    let inputs: [(&str, Vec<u8>); 5] = [
        ("PEM", pem.clone().into_bytes()),
        ("PEM with CRLF", pem.replace('\n', "\r\n").into_bytes()),
        ("DER", armour_off(&pem)),
        ("compressed", der::spki(CURVE_SM2, &compress(point))),
        ("compressed by openssl", by_openssl),
    ];
    for (case, input) in inputs {
        suite.accepts(format!("public key, {case}"), || {
            let key = PlatformKey::from_public_key(PUB_KEY_ID, &input).map_err(unexpected)?;
            same(key.scheme(), Scheme::Sm2WithSm3)?;
            let parsed = PlatformKey::parse(Some(PUB_KEY_ID), &input).map_err(unexpected)?;
            holds(parsed == key, "parse reads another key")?;
            let plain = PlatformKey::from_public_key(PUB_KEY_ID, pem.as_bytes());
            holds(plain.is_ok_and(|plain| plain == key), "another key was read")
        });
    }
}

fn public_keys_refused(suite: &mut Suite, point: &[u8]) {
    let with = |change: fn(&mut Vec<u8>)| {
        let mut changed = point.to_vec();
        change(&mut changed);
        der::spki(CURVE_SM2, &changed)
    };
    let (x, y) = (&point[1..33], &point[33..]);
    let inputs: Vec<(&str, Vec<u8>, &str)> = vec![
        ("x changed", with(|p| p[32] ^= 1), "not one of the curve"),
        ("y changed", with(|p| p[64] ^= 1), "not one of the curve"),
        ("x and y swapped", spki_of(y, x), "not one of the curve"),
        ("x = y = 0", spki_of(&[0; 32], &[0; 32]), "not one of the curve"),
        ("x = p", spki_of(&P, y), "not one of the curve"),
        ("y = p", spki_of(x, &P), "not one of the curve"),
        ("x = 2^256 - 1", spki_of(&[0xff; 32], y), "not one of the curve"),
        ("zero point", der::spki(CURVE_SM2, &[0]), "not one of the curve"),
        ("no point", der::spki(CURVE_SM2, &[]), "not one of the curve"),
        ("point cut off", with(|p| p.truncate(64)), "not one of the curve"),
        ("a byte behind the point", with(|p| p.push(0)), "not one of the curve"),
        ("hybrid form", with(|p| p[0] = 6), "not one of the curve"),
        ("unknown form", with(|p| p[0] = 5), "not one of the curve"),
        ("compressed, x not on the curve", der::spki(CURVE_SM2, &off_curve(x)), "not one of"),
        ("named P-256", der::spki(CURVE_P_256, point), "other than SM2"),
        ("P-256", vector::key("throwaway-ec-pub.pem").into(), "other than SM2"),
        ("parameters NULL", der::spki(&[5, 0], point), "other than SM2"),
        ("no parameters", der::spki(&[], point), "other than SM2"),
        ("the private key", vector::key(KEY).into(), "it is a private key"),
        ("the certificate", vector::key(CERTIFICATE).into(), "it is a certificate"),
    ];
    for (case, input, reason) in inputs {
        suite.refuses(format!("public key, {case}"), || {
            teaches(PlatformKey::from_public_key(PUB_KEY_ID, &input), "ERR_KEY_INVALID", reason)
        });
    }
    let whole = der::spki(CURVE_SM2, point);
    for len in 0..whole.len() {
        suite.refuses(format!("public key, the first {len} bytes"), || {
            refused(PlatformKey::from_public_key(PUB_KEY_ID, &whole[..len]), "ERR_KEY_INVALID")
        });
    }
    suite.refuses("public key, a byte behind it", || {
        let input = [&whole[..], &[0]].concat();
        refused(PlatformKey::from_public_key(PUB_KEY_ID, &input), "ERR_KEY_INVALID")
    });
}

fn certificates(suite: &mut Suite) {
    for (file, serial) in [
        (CERTIFICATE, "E5A81B02429D8D08"),
        ("wechatpay-java-sm2-merchant-cert.pem", SERIAL),
        ("wechatpay-java-sm2-platform-cert.pem", "3F1E989910B253E069A11568C91C57CA44568158"),
    ] {
        let pem = vector::key(file);
        suite.accepts(file, || {
            let key = PlatformKey::from_certificate(pem.as_bytes()).map_err(unexpected)?;
            same(key.serial().as_str(), serial)?;
            same(key.scheme(), Scheme::Sm2WithSm3)?;
            let by_der = PlatformKey::parse(None, &armour_off(&pem)).map_err(unexpected)?;
            holds(by_der == key, "DER reads as another key")
        });
        suite.refuses(format!("{file}, its point changed"), || {
            let mut der = armour_off(&pem);
            let at = find(&der, &certificate_point(file));
            der[at + 64] ^= 1;
            teaches(PlatformKey::from_certificate(&der), "ERR_CERTIFICATE_INVALID", "of the curve")
        });
    }
    let ec = vector::key("throwaway-ec-cert.pem");
    suite.refuses("certificate of P-256", || {
        teaches(
            PlatformKey::from_certificate(ec.as_bytes()),
            "ERR_CERTIFICATE_INVALID",
            "Expected an X.509 certificate with an RSA or SM2 public key",
        )
    });
    suite.refuses("RSA certificates have no SM2 key", || {
        let pem = vector::key("throwaway-platform-cert.pem");
        let certificate = Certificate::parse(pem.as_bytes()).map_err(unexpected)?;
        holds(certificate.sm2_public_key().is_none(), "an SM2 key came out of it")
    });
}

fn schemes(suite: &mut Suite) {
    let sm2 = vector::key(KEY);
    let rsa = vector::key("throwaway-merchant-key.pem");
    let identity = || Identity::merchant(MCHID, SERIAL).expect("an identity");
    let identity_sm2 = || identity().with_scheme(Scheme::Sm2WithSm3).expect("an SM2 identity");
    suite.accepts("the key decides the scheme of a merchant", || {
        let scheme = |key: &str| merchant(key.as_bytes()).map(|key| key.identity().scheme());
        same(scheme(&sm2), Ok(Scheme::Sm2WithSm3))?;
        same(scheme(&rsa), Ok(Scheme::Sha256Rsa2048))
    });
    suite.accepts("an identity of the scheme of its key", || {
        MerchantKey::from_identity(identity_sm2(), sm2.as_bytes()).map_err(unexpected)?;
        MerchantKey::from_identity(identity(), rsa.as_bytes()).map_err(unexpected)?;
        Ok(())
    });
    suite.refuses("an RSA identity with an SM2 key", || {
        refused(MerchantKey::from_identity(identity(), sm2.as_bytes()), "ERR_SCHEME_UNSUPPORTED")
    });
    suite.refuses("an SM2 identity with an RSA key", || {
        refused(
            MerchantKey::from_identity(identity_sm2(), rsa.as_bytes()),
            "ERR_SCHEME_UNSUPPORTED",
        )
    });
    let brand = || Identity::brand("40000000", SERIAL).expect("a brand");
    suite.refuses("a brand with an SM2 key", || {
        refused(MerchantKey::from_identity(brand(), sm2.as_bytes()), "ERR_SCHEME_UNSUPPORTED")
    });
    suite.refuses("a brand of the SM2 scheme", || {
        refused(brand().with_scheme(Scheme::Sm2WithSm3), "ERR_SCHEME_UNSUPPORTED")
    });
    suite.accepts("the merchant's own key is recognised among platform keys", || {
        let own = PlatformKey::from_public_key(PUB_KEY_ID, vector::key(PUBLIC).as_bytes());
        holds(
            own.map_err(unexpected)?.belongs_to(&merchant(sm2.as_bytes()).map_err(unexpected)?),
            "",
        )
    });
    suite.refuses("two keys of one serial", || {
        let key = |file| PlatformKey::from_public_key(PUB_KEY_ID, vector::key(file).as_bytes());
        let keys = [key(PUBLIC), key("throwaway-platform-pub.pem")].map(|key| key.expect("a key"));
        refused(PlatformKeys::new(keys), "ERR_ARGUMENT_INVALID")
    });
    suite.accepts("Debug shows no key", || {
        let shown = format!("{:?}", merchant(sm2.as_bytes()).map_err(unexpected)?);
        let secret = private_scalar(&sm2);
        let is_there = |part: &str| shown.to_lowercase().contains(part);
        holds(!is_there(&crate::oracle::hex(&secret[..4])), "the private number is in it")?;
        holds(!is_there(&format!("{}, {}", secret[0], secret[1])), "the private number is in it")?;
        holds(is_there("sm2"), "it does not say which kind of key it is")
    });
}

fn teaches<T>(result: Result<T, Error>, code: &str, reason: &str) -> Check {
    let text = result.as_ref().err().map(ToString::to_string).unwrap_or_default();
    refused(result, code)?;
    holds(text.contains(reason), format!("{text:?} does not say {reason:?}"))
}

fn armour_off(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    STANDARD.decode(body).expect("base64")
}

/// The 32 bytes of the private number, which stand behind the version of the ECPrivateKey.
fn private_scalar(pem: &str) -> Vec<u8> {
    let der = armour_off(pem);
    let at = find(&der, &[2, 1, 1, 4, 32]) + 5;
    der[at..at + 32].to_vec()
}

/// The uncompressed point at the end of a SubjectPublicKeyInfo.
fn point(pem: &str) -> Vec<u8> {
    let der = armour_off(pem);
    der[der.len() - 65..].to_vec()
}

/// The uncompressed point in a certificate.
fn certificate_point(file: &str) -> Vec<u8> {
    let der = armour_off(&vector::key(file));
    let at = find(&der, &[0x03, 66, 0, 4]) + 3;
    der[at..at + 65].to_vec()
}

fn find(haystack: &[u8], needle: &[u8]) -> usize {
    haystack.windows(needle.len()).position(|window| window == needle).expect("it is in there")
}

fn compress(point: &[u8]) -> Vec<u8> {
    [&[2 + (point[64] & 1)], &point[1..33]].concat()
}

/// A compressed point with an x, near this one, that no point of the curve has.
fn off_curve(x: &[u8]) -> Vec<u8> {
    let candidates = (0..=u8::MAX).map(|last| [&[2], &x[..31], &[last]].concat());
    candidates
        .into_iter()
        .find(|point| PublicKey::parse_der(&der::spki(CURVE_SM2, point)).is_err())
        .expect("half of them are off the curve")
}

fn spki_of(x: &[u8], y: &[u8]) -> Vec<u8> {
    der::spki(CURVE_SM2, &[&[4], x, y].concat())
}

fn pkcs8_of(outside: &[u8], secret: &[u8], inside: &[u8]) -> Vec<u8> {
    der::pkcs8(outside, &der::sec1(secret, Some(inside), None))
}

fn sec1_with(secret: &[u8], point: &[u8]) -> Vec<u8> {
    der::sec1(secret, Some(CURVE_SM2), Some(point))
}

fn version_2(secret: &[u8]) -> Vec<u8> {
    let ec = der::sequence(&[&der::integer(&[2]), &der::octets(secret)]);
    der::pkcs8(CURVE_SM2, &ec)
}

fn number(last: u8) -> [u8; 32] {
    let mut number = [0; 32];
    number[31] = last;
    number
}

fn encrypted() -> Vec<u8> {
    vector::key("throwaway-encrypted-key.pem").into()
}
