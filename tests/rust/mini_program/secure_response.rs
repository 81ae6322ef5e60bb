//! A response of the encrypted server API, right and then wrong in each of its parts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wechatpay_core::mini_program::{SecureApiCertificate, SecureApiKey};
use wechatpay_core::{Error, Tolerance, UnixTime};
use wechatpay_tests::suite::{Suite, holds, refused, same, unexpected};
use wechatpay_tests::vector;

use crate::wechat::{
    APPID, CERTIFICATE_SN, KEY_SN, NOW, Response, URL, certificate, parse, plaintext,
};

const OTHER_SN: &str = "2171af9cdf1d7404423852e7e183d852";

pub(crate) fn suite(suite: &mut Suite) {
    good(suite);
    rotation(suite);
    headers(suite);
    freshness(suite);
    signatures(suite);
    bodies(suite);
    insides(suite);
    certificates(suite);
}

fn good(suite: &mut Suite) {
    suite.accepts("as WeChat sends it", || {
        let response = Response::good();
        same(response.open().map_err(unexpected)?, plaintext(APPID, NOW))?;
        let verified = response.verify().map_err(unexpected)?;
        same(verified.is_certificate_deprecated(), false)?;
        let json: Value =
            verified.open(&response.key()).and_then(|r| r.json_as()).map_err(unexpected)?;
        same(json["risk_rank"].as_u64(), Some(0))
    });
    suite.accepts("names of headers in lower case, the number in upper case", || {
        let mut response = Response::good();
        for (name, value) in &mut response.headers {
            name.make_ascii_lowercase();
            if name == "wechatmp-serial" {
                value.make_ascii_uppercase();
            }
        }
        response.open().map(drop).map_err(unexpected)
    });
    suite.accepts("the URL of the request with its query", || {
        let mut response = Response::good();
        response.url += "?access_token=x";
        response.open().map(drop).map_err(unexpected)
    });
}

/// Two signatures, and each of the two certificates configured.
fn rotation(suite: &mut Suite) {
    let mut response = Response::good();
    let next = response.signature("throwaway-platform-next-key.pem", 32);
    response.set("Wechatmp-Serial-Deprecated", CERTIFICATE_SN);
    let old = response.headers.iter().find(|(n, _)| n == "Wechatmp-Signature").cloned();
    response.set("Wechatmp-Signature-Deprecated", &old.expect("a signature").1);
    response.set("Wechatmp-Serial", OTHER_SN);
    response.set("Wechatmp-Signature", &next);
    let old = || certificate(CERTIFICATE_SN, "throwaway-platform-cert.pem");
    let new = || certificate(OTHER_SN, "throwaway-platform-next-cert.pem");
    for (name, certificates, is_deprecated) in [
        ("the old certificate", vec![old()], true),
        ("the new certificate", vec![new()], false),
        ("both certificates", vec![old(), new()], false),
    ] {
        suite.accepts(name, || {
            let verified = response.verify_with(&certificates).map_err(unexpected)?;
            same(verified.is_certificate_deprecated(), is_deprecated)
        });
    }
    suite.refuses("the old signature under the new number", || {
        let mut response = response.clone();
        response.set("Wechatmp-Serial", CERTIFICATE_SN);
        refused(response.verify_with(&[old()]), "ERR_SIGNATURE_INVALID")
    });
    for name in ["Wechatmp-Serial-Deprecated", "Wechatmp-Signature-Deprecated"] {
        suite.refuses(format!("without {name}"), || {
            let mut response = response.clone();
            response.remove(name);
            refused(response.verify_with(&[new()]), "ERR_HEADER_MISSING")
        });
    }
    suite.refuses("no certificate", || refused(response.verify_with(&[]), "ERR_HEADER_INVALID"));
    suite.refuses("the numbers of the two changed", || {
        let old = certificate(OTHER_SN, "throwaway-platform-cert.pem");
        refused(response.verify_with(&[old]), "ERR_SIGNATURE_INVALID")
    });
}

fn headers(suite: &mut Suite) {
    for name in ["Wechatmp-Appid", "Wechatmp-TimeStamp", "Wechatmp-Serial", "Wechatmp-Signature"] {
        suite.refuses(format!("without {name}"), || {
            let mut response = Response::good();
            response.remove(name);
            refused(response.open(), "ERR_HEADER_MISSING")
        });
        suite.refuses(format!("{name} twice"), || {
            let mut response = Response::good();
            let found = response.headers.iter().find(|(n, _)| n == name).cloned();
            let (_, value) = found.ok_or("no such header")?;
            response.headers.push((name.to_lowercase(), value));
            refused(response.open(), "ERR_HEADER_INVALID")
        });
    }
    for (name, value) in [
        ("Wechatmp-Appid", "wx0000000000000000"),
        ("Wechatmp-Appid", ""),
        ("Wechatmp-TimeStamp", ""),
        ("Wechatmp-TimeStamp", "-1"),
        ("Wechatmp-TimeStamp", "1795000000.0"),
        ("Wechatmp-TimeStamp", "1795000000000000"),
        ("Wechatmp-Serial", ""),
        ("Wechatmp-Serial", "x"),
        ("Wechatmp-Serial", OTHER_SN),
        ("Wechatmp-Serial-Deprecated", "x"),
    ] {
        suite.refuses(format!("{name}: {value}"), || {
            let mut response = Response::good();
            response.set("Wechatmp-Signature-Deprecated", "AAAA");
            response.set("Wechatmp-Serial-Deprecated", OTHER_SN);
            response.set(name, value);
            let certificates = [certificate(CERTIFICATE_SN, "throwaway-platform-cert.pem")];
            refused(response.verify_with(&certificates), "ERR_HEADER_INVALID")
        });
    }
    suite.refuses("no headers", || refused(parse(&Vec::new()), "ERR_HEADER_MISSING"));
}

fn freshness(suite: &mut Suite) {
    for (now, fresh) in
        [(NOW - 300, true), (NOW + 300, true), (NOW - 301, false), (NOW + 301, false), (0, false)]
    {
        let mut response = Response::good();
        response.now = now;
        if fresh {
            suite.accepts(now, || response.open().map(drop).map_err(unexpected));
        } else {
            suite.refuses(now, || refused(response.open(), "ERR_TIMESTAMP_OUTSIDE_WINDOW"));
        }
    }
    suite.refuses("stale, whatever its signature", || {
        let mut response = Response::good();
        response.set("Wechatmp-Signature", "AAAA");
        response.now = NOW + 301;
        refused(response.open(), "ERR_TIMESTAMP_OUTSIDE_WINDOW")
    });
}

fn signatures(suite: &mut Suite) {
    let key = "throwaway-platform-key.pem";
    for salt_len in [0, 1, 20, 31, 33, 64, 222] {
        suite.refuses(format!("salt of {salt_len} bytes"), || {
            let response = Response::good().signed_with(key, salt_len);
            refused(response.open(), "ERR_SIGNATURE_INVALID")
        });
    }
    suite.refuses("signed with another key", || {
        let response = Response::good().signed_with("throwaway-platform-next-key.pem", 32);
        refused(response.open(), "ERR_SIGNATURE_INVALID")
    });
    suite.refuses("signed by PKCS#1 v1.5", || {
        let mut response = Response::good();
        let message = format!("{URL}\n{APPID}\n{NOW}\n{}", response.body);
        let signature = wechatpay_tests::platform::Platform::load(key).sign(message.as_bytes());
        response.set("Wechatmp-Signature", &STANDARD.encode(signature));
        refused(response.open(), "ERR_SIGNATURE_INVALID")
    });
    suite.refuses("signed with a line end behind", || {
        let mut response = Response::good();
        response.body.push('\n');
        let signature = response.signature(key, 32);
        response.body.pop();
        response.set("Wechatmp-Signature", &signature);
        refused(response.open(), "ERR_SIGNATURE_INVALID")
    });
    let good = Response::good();
    let signature = STANDARD.decode(good.signature(key, 32)).expect("base64");
    for bit in [0, 7, 8, 1024, 2046, 2047] {
        suite.refuses(format!("bit {bit} of the signature"), || {
            let (mut response, mut signature) = (good.clone(), signature.clone());
            signature[bit / 8] ^= 1 << (bit % 8);
            response.set("Wechatmp-Signature", &STANDARD.encode(signature));
            refused(response.open(), "ERR_SIGNATURE_INVALID")
        });
    }
    for (name, value) in [
        ("empty", String::new()),
        ("no base64", "*".to_owned()),
        ("unpadded", STANDARD.encode(&signature).replace('=', "")),
        ("a byte short", STANDARD.encode(&signature[1..])),
        ("a byte long", STANDARD.encode([&[0], &signature[..]].concat())),
        ("zeros", STANDARD.encode([0; 256])),
        ("ones", STANDARD.encode([255; 256])),
        ("a probe", format!("WECHATPAY/SIGNTEST/{}", STANDARD.encode(&signature))),
    ] {
        suite.refuses(format!("signature: {name}"), || {
            let mut response = good.clone();
            response.set("Wechatmp-Signature", &value);
            refused(response.open(), "ERR_SIGNATURE_INVALID")
        });
    }
    for (name, spoil) in [
        ("url", (|r| r.url = r.url.replace("getuser", "putuser")) as fn(&mut Response)),
        ("timestamp", |r| r.set("Wechatmp-TimeStamp", &(NOW + 1).to_string())),
        ("body", |r| r.body = r.body.replacen("\"iv\"", " \"iv\"", 1)),
        ("body without its end", |r| r.body.truncate(r.body.len() - 1)),
    ] {
        suite.refuses(format!("another {name} than was signed"), || {
            let mut response = good.clone();
            spoil(&mut response);
            refused(response.open(), "ERR_SIGNATURE_INVALID")
        });
    }
}

/// Bodies that WeChat signed, but that cannot be opened.
fn bodies(suite: &mut Suite) {
    let open = |body: String| {
        let mut response = Response::good();
        response.body = body;
        response.signed().open()
    };
    for body in ["", "null", "{}", "[]", r#"{"errcode":40234,"errmsg":"no"}"#, "{\"iv\":1}"] {
        suite.refuses(format!("body {body:?}"), || {
            refused(open(body.to_owned()), "ERR_BODY_MALFORMED")
        });
    }
    let good: Value = serde_json::from_str(&Response::good().body).expect("JSON");
    for name in ["iv", "data", "authtag"] {
        let mut without = good.clone();
        without.as_object_mut().expect("an object").remove(name);
        suite.refuses(format!("without {name}"), || {
            refused(open(without.to_string()), "ERR_BODY_MALFORMED")
        });
        let text = good[name].as_str().expect("a text");
        let bytes = STANDARD.decode(text).expect("base64");
        let mut flipped = bytes.clone();
        flipped[0] ^= 1;
        for (what, value) in [
            ("a bit changed", STANDARD.encode(&flipped)),
            ("empty", String::new()),
            ("a byte short", STANDARD.encode(&bytes[..bytes.len() - 1])),
            ("a byte long", STANDARD.encode([&bytes[..], &[0]].concat())),
            ("no base64", format!("{text}*")),
            ("a line end", format!("{text}\n")),
            ("URL-safe", STANDARD.encode([0xfb; 12]).replace('+', "-")),
        ] {
            let mut spoilt = good.clone();
            spoilt[name] = json!(value);
            suite.refuses(format!("{name}: {what}"), || {
                refused(open(spoilt.to_string()), "ERR_DECRYPT_FAILED")
            });
        }
    }
    suite.refuses("a byte moved from data to authtag", || {
        let bytes =
            |name: &str| STANDARD.decode(good[name].as_str().unwrap_or("")).expect("base64");
        let (mut data, tag) = (bytes("data"), bytes("authtag"));
        let last = data.pop().ok_or("no data")?;
        let mut moved = good.clone();
        moved["data"] = json!(STANDARD.encode(data));
        moved["authtag"] = json!(STANDARD.encode([&[last], &tag[..]].concat()));
        refused(open(moved.to_string()), "ERR_DECRYPT_FAILED")
    });
}

/// Responses that open, but are not for this request.
fn insides(suite: &mut Suite) {
    for (name, text, code) in [
        ("another appid", plaintext("wx0000000000000000", NOW), "ERR_APPID_MISMATCH"),
        ("an empty appid", plaintext("", NOW), "ERR_APPID_MISMATCH"),
        ("another time", plaintext(APPID, NOW + 1), "ERR_BODY_MALFORMED"),
        ("no time", json!({ "_appid": APPID }).to_string(), "ERR_BODY_MALFORMED"),
        ("no appid", json!({ "_timestamp": NOW }).to_string(), "ERR_BODY_MALFORMED"),
        (
            "a time in text",
            plaintext(APPID, NOW).replace("1795000000", "\"1795000000\""),
            "ERR_BODY_MALFORMED",
        ),
        ("no JSON", "x".to_owned(), "ERR_BODY_MALFORMED"),
        ("nothing", String::new(), "ERR_BODY_MALFORMED"),
    ] {
        suite.refuses(name, || refused(Response::new(&text).open(), code));
    }
    for (name, spoil) in [
        ("url", (|r| r.url.push('x')) as fn(&mut Response)),
        ("time", |r| r.timestamp += 1),
        ("key number", |r| r.key_sn = KEY_SN.replace("fa", "fb")),
    ] {
        suite.refuses(format!("encrypted for another {name}, signed for this one"), || {
            let mut response = Response::good();
            spoil(&mut response);
            refused(response.signed().open(), "ERR_DECRYPT_FAILED")
        });
    }
    suite.refuses("another key", || {
        let response = Response::good();
        let key = SecureApiKey::new(KEY_SN, &STANDARD.encode([1; 32])).map_err(unexpected)?;
        refused(response.verify().map_err(unexpected)?.open(&key), "ERR_DECRYPT_FAILED")
    });
    suite.refuses("Debug shows none of it", || {
        let response = Response::good();
        let verified = response.verify().map_err(unexpected)?;
        let text = format!("{verified:?} {:?}", verified.open(&response.key()));
        holds(!text.contains("risk_rank") && !text.contains("authtag"), text)
    });
    for appid in ["", "wx|", "wx\n"] {
        suite.refuses(format!("own appid {appid:?}"), || {
            let mut response = Response::good();
            response.appid = appid.to_owned();
            refused(response.verify(), "ERR_ARGUMENT_INVALID")
        });
    }
}

fn certificates(suite: &mut Suite) {
    let new = |sn: &str, file: &str| -> Result<SecureApiCertificate, Error> {
        SecureApiCertificate::new(sn, vector::key(file).as_bytes())
    };
    for sn in ["", "x", "79ba\n", "PUB_KEY_ID_79ba"] {
        suite.refuses(format!("number {sn:?}"), || {
            refused(new(sn, "throwaway-platform-cert.pem"), "ERR_ARGUMENT_INVALID")
        });
    }
    for file in [
        "throwaway-platform-pub.pem",
        "throwaway-platform-key.pem",
        "throwaway-ec-cert.pem",
        "flurl-sm2-cert.pem",
    ] {
        suite.refuses(file, || refused(new(CERTIFICATE_SN, file), "ERR_CERTIFICATE_INVALID"));
    }
    suite.refuses("a response without a window", || {
        let response = Response::good();
        let tolerance = Tolerance::from_secs(0);
        let found = parse(&response.headers).and_then(|headers| {
            let now = UnixTime::from_secs(NOW + 1);
            let certificates = [certificate(CERTIFICATE_SN, "throwaway-platform-cert.pem")];
            wechatpay_core::mini_program::UnverifiedSecureResponse::new(
                headers,
                URL,
                &response.body,
            )?
            .verify(&certificates, APPID, now, tolerance)
            .map(drop)
        });
        refused(found, "ERR_TIMESTAMP_OUTSIDE_WINDOW")
    });
}
