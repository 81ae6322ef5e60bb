//! The answer of `GET /v3/certificates`: first download, rotation, and everything that is wrong.

use serde_json::{Value, json};
use wechatpay_core::keys::{ApiV3Key, PlatformKeys};
use wechatpay_core::v3::{PlatformCertificate, UnverifiedResponse};
use wechatpay_core::{Error, UnixTime};
use wechatpay_tests::platform::{self, API_V3_KEY, Message, Platform, SERIAL};
use wechatpay_tests::suite::{Suite, refused, same, unexpected};
use wechatpay_tests::vector;

const FILES: [&str; 2] = ["throwaway-platform-cert.pem", "throwaway-platform-next-cert.pem"];

fn entry(serial: &str, certificate: &str) -> Value {
    let mut resource =
        platform::resource(API_V3_KEY, "61f9c719728a", Some("certificate"), certificate);
    resource.as_object_mut().expect("an object").remove("original_type");
    json!({
        "serial_no": serial,
        "effective_time": "2026-01-01T00:00:00+08:00",
        "expire_time": "2031-01-01T00:00:00+08:00",
        "encrypt_certificate": resource,
    })
}

/// A list of the current certificate, and in a rotation the next one.
fn list(entries: &[Value]) -> String {
    json!({ "data": entries }).to_string()
}

fn current() -> Value {
    entry(SERIAL, &vector::key(FILES[0]))
}

fn next() -> Value {
    entry(platform::NEXT_SERIAL, &vector::key(FILES[1]))
}

fn answer(body: String) -> Message {
    Platform::trusted().post(SERIAL, body)
}

fn bootstrap(message: &Message) -> Result<Vec<PlatformCertificate>, Error> {
    bootstrap_with(message, &platform::api_v3_key())
}

fn bootstrap_with(message: &Message, key: &ApiV3Key) -> Result<Vec<PlatformCertificate>, Error> {
    UnverifiedResponse::new(message.parse_headers()?, &message.body).bootstrap_certificates(
        key,
        UnixTime::from_secs(message.now),
        message.tolerance,
    )
}

pub(crate) fn suite(suite: &mut Suite) {
    suite.accepts("the first download checks itself", || {
        let found = bootstrap(&answer(list(&[current()]))).map_err(unexpected)?;
        let [certificate] = &found[..] else { return Err("not one certificate".into()) };
        same(certificate.key.serial().as_str(), SERIAL)?;
        same(certificate.pem.clone(), vector::key(FILES[0]))?;
        same(certificate.expire_time.as_str(), "2031-01-01T00:00:00+08:00")
    });
    suite.accepts("a rotation brings two, and both verify afterwards", || {
        let found = bootstrap(&answer(list(&[next(), current()]))).map_err(unexpected)?;
        same(found.len(), 2)?;
        let keys = PlatformKeys::new(found.into_iter().map(|c| c.key)).map_err(unexpected)?;
        platform::Platform::trusted().callback().verify_with(&keys).map_err(unexpected)?;
        let next = Platform::load("throwaway-platform-next-key.pem");
        next.post(platform::NEXT_SERIAL, "{}").verify_with(&keys).map_err(unexpected).map(drop)
    });
    suite.accepts("a later download is verified with the keys known", || {
        let message = answer(list(&[next(), current()]));
        let keys = platform::trusted();
        let found =
            UnverifiedResponse::new(message.parse_headers().map_err(unexpected)?, &message.body)
                .verify(&keys, UnixTime::from_secs(message.now), message.tolerance)
                .and_then(|verified| verified.certificates(&platform::api_v3_key()))
                .map_err(unexpected)?;
        same(
            found.iter().map(|c| c.key.serial().to_string()).collect(),
            vec![platform::NEXT_SERIAL.to_owned(), SERIAL.to_owned()],
        )
    });
    suite.accepts("an empty list is an empty list, for a merchant of public keys", || {
        let keys = platform::trusted();
        let message = answer(list(&[]));
        let verified =
            UnverifiedResponse::new(message.parse_headers().map_err(unexpected)?, &message.body)
                .verify(&keys, UnixTime::from_secs(message.now), message.tolerance)
                .map_err(unexpected)?;
        same(verified.certificates(&platform::api_v3_key()), Ok(Vec::new()))
    });

    let mut other_algorithm = current();
    other_algorithm["encrypt_certificate"]["algorithm"] = "AEAD_SM4_GCM".into();
    let mut torn = current();
    torn["encrypt_certificate"]["ciphertext"] = "AAAA".into();
    let mut bare = current();
    bare.as_object_mut().expect("an object").remove("encrypt_certificate");
    let values = |object: &Value, names: &[&str]| -> Value {
        names.iter().map(|name| object[name].clone()).collect()
    };
    let names = ["serial_no", "effective_time", "expire_time", "encrypt_certificate"];
    let listed_entry = values(&current(), &names);
    let mut listed_certificate = current();
    listed_certificate["encrypt_certificate"] = values(
        &listed_certificate["encrypt_certificate"],
        &["algorithm", "ciphertext", "nonce", "associated_data"],
    );
    let wrong = [
        (
            "the answer in a list",
            serde_json::json!([[current()]]).to_string(),
            "ERR_BODY_MALFORMED",
        ),
        ("an entry in a list", list(&[listed_entry]), "ERR_BODY_MALFORMED"),
        ("its certificate in a list", list(&[listed_certificate]), "ERR_BODY_MALFORMED"),
        ("an empty list at the first download", list(&[]), "ERR_SERIAL_UNKNOWN"),
        ("signed by a key that is not in the list", list(&[next()]), "ERR_SERIAL_UNKNOWN"),
        (
            "another serial than announced",
            list(&[entry(platform::NEXT_SERIAL, &vector::key(FILES[0]))]),
            "ERR_CERTIFICATE_INVALID",
        ),
        (
            "the leading zero of the serial lost",
            list(&[entry(&SERIAL[1..], &vector::key(FILES[0]))]),
            "ERR_CERTIFICATE_INVALID",
        ),
        ("no certificate inside", list(&[entry(SERIAL, "hello")]), "ERR_CERTIFICATE_INVALID"),
        (
            "a public key inside",
            list(&[entry(SERIAL, &vector::key("throwaway-platform-pub.pem"))]),
            "ERR_CERTIFICATE_INVALID",
        ),
        (
            "one serial for two certificates",
            list(&[current(), entry(SERIAL, &vector::key(FILES[1]))]),
            "ERR_CERTIFICATE_INVALID",
        ),
        ("another algorithm", list(&[other_algorithm]), "ERR_ALGORITHM_MISMATCH"),
        ("a torn ciphertext", list(&[torn]), "ERR_DECRYPT_FAILED"),
        ("an entry without certificate", list(&[bare]), "ERR_BODY_MALFORMED"),
        ("no list", "{}".into(), "ERR_BODY_MALFORMED"),
        ("no JSON", "<html>".into(), "ERR_BODY_MALFORMED"),
        ("an empty body", String::new(), "ERR_BODY_MALFORMED"),
    ];
    for (name, body, code) in wrong {
        suite.refuses(name, || refused(bootstrap(&answer(body)), code));
    }
    suite.refuses("another APIv3 key", || {
        let other = ApiV3Key::new(&[b'x'; 32]).expect("32 bytes");
        refused(bootstrap_with(&answer(list(&[current()])), &other), "ERR_DECRYPT_FAILED")
    });
    suite.refuses("a list that was altered after signing", || {
        let mut message = answer(list(&[current()]));
        message.body.push(b' ');
        refused(bootstrap(&message), "ERR_SIGNATURE_INVALID")
    });
    suite.refuses("the answer of yesterday", || {
        let mut message = answer(list(&[current()]));
        message.now += 86_400;
        refused(bootstrap(&message), "ERR_TIMESTAMP_OUTSIDE_WINDOW")
    });
    suite.refuses("a probe", || {
        let mut message = answer(list(&[current()]));
        let probe = format!("WECHATPAY/SIGNTEST/{}", message.header("Wechatpay-Signature"));
        message.set("Wechatpay-Signature", probe);
        refused(bootstrap(&message), "ERR_SIGNATURE_PROBE")
    });
}
