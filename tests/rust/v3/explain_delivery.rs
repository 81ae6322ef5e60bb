//! Every cause of a refused notification, proved; and none where there is none.

use wechatpay_core::keys::{PlatformKey, PlatformKeys};
use wechatpay_core::v3::explain::{CapturedDelivery, Cause, explain_delivery};
use wechatpay_core::{Tolerance, UnixTime};
use wechatpay_tests::platform::{
    self, API_V3_KEY, Message, NEXT_SERIAL, NOW, PUB_KEY_ID, Platform, SERIAL,
};
use wechatpay_tests::suite::{Check, Suite, holds, same};
use wechatpay_tests::vector;

/// What a merchant configured, right unless a case changes it.
struct Setup {
    keys: PlatformKeys,
    merchant: Option<PlatformKey>,
    api_v3_key: Vec<u8>,
    api_v2_key: Option<Vec<u8>>,
}

impl Setup {
    fn right() -> Self {
        Self {
            keys: platform::trusted(),
            merchant: Some(certificate("throwaway-merchant-cert.pem")),
            api_v3_key: API_V3_KEY.into(),
            api_v2_key: None,
        }
    }

    fn with_keys(keys: impl IntoIterator<Item = PlatformKey>) -> Self {
        Self { keys: PlatformKeys::new(keys).expect("serials"), ..Self::right() }
    }

    fn explain(&self, message: &Message) -> Vec<Cause> {
        let headers: Vec<_> =
            message.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        explain_delivery(&CapturedDelivery {
            headers: &headers,
            body: &message.body,
            platform_keys: &self.keys,
            merchant_certificate: self.merchant.as_ref(),
            api_v3_key: Some(&self.api_v3_key),
            api_v2_key: self.api_v2_key.as_deref(),
            now: UnixTime::from_secs(message.now),
            tolerance: Tolerance::default(),
        })
    }
}

fn certificate(file: &str) -> PlatformKey {
    PlatformKey::from_certificate(vector::key(file).as_bytes()).expect("a certificate")
}

fn public_key(serial: &str, file: &str) -> PlatformKey {
    PlatformKey::from_public_key(serial, vector::key(file).as_bytes()).expect("a public key")
}

/// The causes are these, and no secret or body is in their texts.
fn proves(setup: &Setup, message: &Message, causes: &[Cause]) -> Check {
    let found = setup.explain(message);
    for cause in &found {
        let text = format!("{cause} {cause:?} {}", cause.code());
        holds(!text.contains(API_V3_KEY), "the APIv3 key is in the text")?;
        holds(!text.contains("ciphertext"), "the body is in the text")?;
    }
    same(found, causes.to_vec())
}

fn callback() -> Message {
    Platform::trusted().callback()
}

/// A callback that is signed over one body and arrives with another.
fn changed(signed: &str, arrived: &str) -> Message {
    let mut message = Platform::trusted().post(SERIAL, signed);
    message.body = arrived.into();
    message
}

fn body() -> String {
    String::from_utf8(callback().body).expect("UTF-8")
}

pub(crate) fn suite(suite: &mut Suite) {
    let right = Setup::right();
    suite.accepts("nothing is wrong", || proves(&right, &callback(), &[]));
    suite.accepts("nothing is wrong with a response either", || {
        proves(&right, &Platform::trusted().post(PUB_KEY_ID, ""), &[])
    });
    suite.accepts("a forgery is not explained away", || {
        let mut message = callback();
        message.resign(&Platform::load("throwaway-platform-next-key.pem"));
        proves(&right, &message, &[])
    });
    bodies(suite, &right);
    headers(suite, &right);
    serials(suite);
    keys(suite, &right);
    suite.accepts("an honest answer to garbage", || {
        let mut message = callback();
        message.set("Wechatpay-Signature", "AAAA");
        message.body = vec![0xff; 100];
        proves(&right, &message, &[])
    });
}

fn bodies(suite: &mut Suite, right: &Setup) {
    let documented = concat!(
        r#"{"id":"EV-1","create_time":"2026-11-18T16:26:40+08:00","resource_type":"encrypt-resource","#,
        r#""event_type":"TRANSACTION.SUCCESS","summary":"支付/成功","resource":{"original_type":"transaction","#,
        r#""algorithm":"AEAD_AES_256_GCM","ciphertext":"AAAA","associated_data":"","nonce":"katvtHDDPxkw"}}"#
    );
    let value: serde_json::Value = serde_json::from_str(documented).expect("JSON");
    let sorted = value.to_string();
    let spaced = serde_json::to_string_pretty(&value).expect("JSON");
    let python = documented.replace("\":", "\": ").replace(",\"", ", \"");
    let ascii = documented.replace("支付", "\\u652f\\u4ed8").replace("成功", "\\u6210\\u529f");
    let slashes = documented.replace('/', "\\/");
    let rewritten = [
        ("members sorted", documented, sorted.as_str()),
        ("pretty-printed", documented, &spaced),
        ("spaces behind colons and commas", documented, &python),
        ("Chinese escaped", documented, &ascii),
        ("slashes escaped", documented, &slashes),
        ("slashes unescaped", &slashes, documented),
        ("white space taken out", &python.replace(": ", ":").replace(", ", ","), &sorted),
    ];
    for (name, signed, arrived) in rewritten {
        suite.refuses(format!("re-serialised: {name}"), || {
            let mut setup = Setup::right();
            setup.api_v3_key = API_V3_KEY.into();
            let found = setup.explain(&changed(signed, arrived));
            same(found.first(), Some(&Cause::BodyReserialised))
        });
    }
    let body = body();
    let with_newline = format!("{body}\n");
    let with_crlf = format!("{body}\r\n");
    let lines = body.replace(",\"", ",\n\"");
    let crlf_lines = lines.replace('\n', "\r\n");
    let cases = [
        ("a line end added", body.as_str(), with_newline.as_str(), Cause::BodyNewlineAdded),
        ("CRLF added", &body, &with_crlf, Cause::BodyNewlineAdded),
        ("a line end lost", &with_newline, &body, Cause::BodyNewlineLost),
        ("CRLF lost", &with_crlf, &body, Cause::BodyNewlineLost),
        ("LF became CRLF", &lines, &crlf_lines, Cause::BodyLineEnds),
        ("CRLF became LF", &crlf_lines, &lines, Cause::BodyLineEnds),
    ];
    for (name, signed, arrived, cause) in cases {
        suite.refuses(name, || proves(right, &changed(signed, arrived), &[cause]));
    }
    suite.refuses("an amount changed on the way", || {
        proves(right, &changed(&body, &body.replace("EV", "EW")), &[Cause::MessageOther])
    });
}

fn headers(suite: &mut Suite, right: &Setup) {
    for name in
        ["Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Serial", "Wechatpay-Signature"]
    {
        suite.refuses(format!("{name} missing"), || {
            let mut message = callback();
            message.remove(name);
            proves(right, &message, &[Cause::HeaderMissing { name }])
        });
    }
    let fold = |message: &Message, with: &str| {
        let signature = message.header("Wechatpay-Signature");
        let (head, tail) = signature.split_at(76);
        format!("{head}{with}{tail}")
    };
    for with in [" ", "\r\n ", "\n"] {
        suite.refuses(format!("signature folded with {with:?}"), || {
            let mut message = callback();
            message.set("Wechatpay-Signature", fold(&message, with));
            proves(right, &message, &[Cause::HeaderFolded { name: "Wechatpay-Signature" }])
        });
    }
    suite.refuses("URL-safe base64", || {
        let mut message = callback();
        let text = message.header("Wechatpay-Signature").replace('+', "-").replace('/', "_");
        message.set("Wechatpay-Signature", text.trim_end_matches('='));
        proves(right, &message, &[Cause::SignatureBase64Url])
    });
    suite.refuses("a probe", || {
        let mut message = callback();
        message.set("Wechatpay-Signature", "WECHATPAY/SIGNTEST/abc=");
        proves(right, &message, &[Cause::SignatureProbe])
    });
    for (by, older) in [(301, true), (86_400, true), (301, false), (31_536_000, false)] {
        suite.refuses(format!("clock off by {by} s, older: {older}"), || {
            let mut message = callback();
            message.now = if older { NOW + by } else { NOW - by };
            let cause = Cause::ClockOff { seconds: by, message_is_older: older };
            proves(right, &message, &[cause])
        });
    }
    suite.refuses("a stale clock and a changed body at once", || {
        let mut message = changed(&body(), &format!("{}\n", body()));
        message.now += 1_000;
        let clock = Cause::ClockOff { seconds: 1_000, message_is_older: true };
        proves(right, &message, &[Cause::BodyNewlineAdded, clock])
    });
}

fn serials(suite: &mut Suite) {
    let plain = |serial: &str| Platform::trusted().post(serial, "{}");
    let next = || certificate("throwaway-platform-next-cert.pem");
    suite.refuses("only certificates configured, signed by the public key", || {
        let setup = Setup::with_keys([next()]);
        let message = plain(PUB_KEY_ID);
        let found = setup.explain(&message);
        let kind = |cause: &&Cause| cause.code() == "SERIAL_KIND_UNKNOWN";
        same(found.iter().filter(kind).count(), 1)
    });
    suite.refuses("only the public key configured, signed by a certificate", || {
        let setup = Setup::with_keys([public_key(PUB_KEY_ID, "throwaway-platform-next-pub.pem")]);
        let found = setup.explain(&plain(SERIAL));
        same(found.first().map(Cause::code), Some("SERIAL_KIND_UNKNOWN"))
    });
    suite.refuses("the certificate before the rotation", || {
        let found = Setup::with_keys([next()]).explain(&plain(SERIAL));
        same(found.first().map(Cause::code), Some("SERIAL_UNKNOWN"))
    });
    suite.refuses("no key configured", || {
        let found = Setup::with_keys([]).explain(&plain(SERIAL));
        same(found.first().map(Cause::code), Some("SERIAL_UNKNOWN"))
    });
    suite.refuses("keys of two serials exchanged", || {
        let setup = Setup::with_keys([
            public_key(NEXT_SERIAL, "throwaway-platform-pub.pem"),
            public_key(SERIAL, "throwaway-platform-next-pub.pem"),
        ]);
        let found = setup.explain(&plain(SERIAL));
        same(found.first().map(Cause::code), Some("KEY_OF_OTHER_SERIAL"))
    });
    suite.refuses("the merchant's certificate configured as the platform's", || {
        let setup = Setup::with_keys([certificate("throwaway-merchant-cert.pem")]);
        let found = setup.explain(&plain(SERIAL));
        same(found.first().map(Cause::code), Some("MERCHANT_KEY_AS_PLATFORM_KEY"))
    });
    suite.refuses("the merchant's public key under the platform's id", || {
        let setup = Setup::with_keys([public_key(PUB_KEY_ID, "throwaway-merchant-pub.pem")]);
        let found = setup.explain(&plain(PUB_KEY_ID));
        same(found.first().map(Cause::code), Some("MERCHANT_KEY_AS_PLATFORM_KEY"))
    });
}

fn keys(suite: &mut Suite, right: &Setup) {
    let with_key = |key: &[u8]| Setup { api_v3_key: key.into(), ..Setup::right() };
    let padded = [format!(" {API_V3_KEY}"), format!("{API_V3_KEY}\n"), format!("{API_V3_KEY}\r\n")];
    for key in padded {
        suite.refuses(format!("{} blanks around the APIv3 key", key.len() - 32), || {
            proves(&with_key(key.as_bytes()), &callback(), &[Cause::ApiV3KeyBlanks])
        });
    }
    for len in [0, 16, 31, 33, 64] {
        suite.refuses(format!("an APIv3 key of {len} bytes"), || {
            let cause = Cause::ApiV3KeyLength { found: len };
            proves(&with_key(&vec![b'k'; len]), &callback(), &[cause])
        });
    }
    suite.refuses("another APIv3 key", || {
        proves(&with_key(&[b'k'; 32]), &callback(), &[Cause::ApiV3KeyWrong])
    });
    suite.refuses("the APIv2 key as APIv3 key", || {
        let v2 = b"192006250b4c09247ec02edce69f6a2d";
        let setup = Setup { api_v2_key: Some(v2.to_vec()), ..with_key(v2) };
        proves(&setup, &callback(), &[Cause::ApiV2KeyAsApiV3Key])
    });
    suite.accepts("an APIv2 key beside the right APIv3 key", || {
        let setup = Setup { api_v2_key: Some(API_V3_KEY.into()), ..Setup::right() };
        proves(&setup, &callback(), &[])
    });
    suite.accepts("a body that is no notification", || {
        proves(right, &Platform::trusted().post(SERIAL, "not json"), &[])
    });
}
