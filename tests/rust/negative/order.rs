//! Of several faults the first in the order of the checks decides: headers, key, clock, signature,
//! JSON, algorithm, decryption. A stranger thus learns nothing from a later check.

use wechatpay_tests::platform::{
    API_V3_KEY, Message, NONCE, Platform, SERIAL, TRANSACTION, envelope, resource,
};
use wechatpay_tests::suite::{Suite, refused};

/// A fault: its name, the code it ends in, and how it is made. Later ones of a message are made first,
/// so that a signed fault stays signed.
type Fault = (&'static str, &'static str, fn(&mut Message, &Platform));

const FAULTS: [Fault; 8] = [
    ("header missing", "ERR_HEADER_MISSING", |message, _| message.remove("Wechatpay-Nonce")),
    ("timestamp malformed", "ERR_HEADER_INVALID", |message, _| {
        message.set("Wechatpay-Timestamp", "now");
    }),
    ("serial unknown", "ERR_SERIAL_UNKNOWN", |message, _| {
        message.set("Wechatpay-Serial", "ABCDEF");
    }),
    ("clock off", "ERR_TIMESTAMP_OUTSIDE_WINDOW", |message, _| message.now += 301),
    ("signature wrong", "ERR_SIGNATURE_INVALID", |message, _| message.body.push(b' ')),
    ("not JSON", "ERR_BODY_MALFORMED", |message, platform| {
        message.body.insert(0, b'x');
        message.resign(platform);
    }),
    ("algorithm wrong", "ERR_ALGORITHM_MISMATCH", |message, platform| {
        replace(message, platform, "AEAD_AES_256_GCM", "AEAD_SM4_GCM");
    }),
    ("nonce wrong", "ERR_DECRYPT_FAILED", |message, platform| {
        replace(message, platform, NONCE, "short");
    }),
];

fn replace(message: &mut Message, platform: &Platform, from: &str, to: &str) {
    let body = String::from_utf8(message.body.clone()).expect("a text");
    assert!(body.contains(from), "{from} is in the body");
    message.body = body.replace(from, to).into_bytes();
    message.resign(platform);
}

pub(crate) fn cases(suite: &mut Suite) {
    let platform = Platform::trusted();
    let body = envelope(&resource(API_V3_KEY, NONCE, Some("transaction"), TRANSACTION));
    for (first, (name, code, make)) in FAULTS.iter().enumerate() {
        for (later_name, _, make_later) in &FAULTS[first + 1..] {
            suite.refuses(format!("{name} and {later_name}"), || {
                let mut message = platform.post(SERIAL, body.as_str());
                make_later(&mut message, &platform);
                make(&mut message, &platform);
                refused(message.open(), code)
            });
        }
        suite.refuses(format!("{name} and everything after it"), || {
            let mut message = platform.post(SERIAL, body.as_str());
            for (_, _, make) in FAULTS[first..].iter().rev() {
                make(&mut message, &platform);
            }
            refused(message.open(), code)
        });
    }
    suite.refuses("probe outside the window", || {
        let mut message = platform.post(SERIAL, body.as_str());
        message.set("Wechatpay-Signature", "WECHATPAY/SIGNTEST/x");
        message.now += 301;
        refused(message.open(), "ERR_TIMESTAMP_OUTSIDE_WINDOW")
    });
    suite.refuses("probe under an unknown serial", || {
        let mut message = platform.post("ABCDEF", body.as_str());
        message.set("Wechatpay-Signature", "WECHATPAY/SIGNTEST/x");
        refused(message.open(), "ERR_SERIAL_UNKNOWN")
    });
}
