//! The body under a signature: any other body, nonce or timestamp does not belong to it.

use wechatpay_tests::platform::{Message, Platform, SERIAL, TRANSACTION};
use wechatpay_tests::suite::{Suite, refused, same, unexpected};

use crate::{both_accepted, both_refused};

const INVALID: &str = "ERR_SIGNATURE_INVALID";

pub(crate) fn cases(suite: &mut Suite) {
    let platform = Platform::trusted();
    let genuine = platform.callback();
    let with = |body: &[u8]| Message { body: body.to_vec(), ..genuine.clone() };

    let len = genuine.body.len();
    for at in [0, 1, 2, len / 4, len / 2, len - 3, len - 2, len - 1] {
        suite.refuses(format!("bit {} of body byte {at} flipped", at % 8), || {
            let mut message = genuine.clone();
            message.body[at] ^= 1 << (at % 8);
            both_refused(&message, INVALID)
        });
    }
    for at in 0..32 {
        suite.refuses(format!("bit flipped in nonce character {at}"), || {
            let mut message = genuine.clone();
            let mut nonce = message.header("Wechatpay-Nonce").to_owned().into_bytes();
            nonce[at] ^= 1;
            message.set("Wechatpay-Nonce", String::from_utf8(nonce).expect("ASCII"));
            both_refused(&message, INVALID)
        });
    }
    for seconds in [-300_i64, -1, 1, 300] {
        suite.refuses(format!("timestamp changed by {seconds} s"), || {
            let mut message = genuine.clone();
            let timestamp = message.now.checked_add_signed(seconds).expect("after 1970");
            message.set("Wechatpay-Timestamp", timestamp.to_string());
            both_refused(&message, INVALID)
        });
    }
    suite.refuses("timestamp with a leading zero", || {
        let mut message = genuine.clone();
        message.set("Wechatpay-Timestamp", format!("0{}", message.now));
        both_refused(&message, INVALID)
    });

    let text = String::from_utf8(genuine.body.clone()).expect("a text");
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    for (what, body) in [
        ("with spaces", serde_json::to_string_pretty(&value).expect("JSON")),
        ("with a space after each colon", text.replace("\":", "\": ")),
        ("with escaped slashes", text.replace('/', "\\/")),
        ("with escaped Chinese", text.replace("支付成功", "\\u652f\\u4ed8\\u6210\\u529f")),
        ("with its members in another order", {
            let (first, rest) = text[1..].split_once(',').expect("two members");
            format!("{{{},{first}}}", rest.trim_end_matches('}').to_owned() + "}")
        }),
        ("as a JSON string", format!("{text:?}")),
        ("with a last LF", format!("{text}\n")),
        ("with a byte order mark", format!("\u{feff}{text}")),
        ("with a NUL behind", format!("{text}\0")),
        ("cut short", text[..text.len() - 1].to_owned()),
        ("empty", String::new()),
        ("null", "null".to_owned()),
        ("[object Object]", "[object Object]".to_owned()),
    ] {
        suite.refuses(format!("body re-serialised: {what}"), || {
            both_refused(&with(body.as_bytes()), INVALID)
        });
    }
    suite.refuses("body in UTF-16", || {
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        both_refused(&with(&utf16), INVALID)
    });
    suite.refuses("body of another notification", || {
        let other = TRANSACTION.replace("100", "999");
        both_refused(&with(other.as_bytes()), INVALID)
    });
    suite.refuses("headers of another notification", || {
        let mut message = genuine.clone();
        message.headers = platform.post(SERIAL, "{}").headers;
        both_refused(&message, INVALID)
    });
    suite.accepts("genuine", || both_accepted(&genuine));

    responses(suite, &platform);
}

/// A response may be anything at all, as long as it is signed.
fn responses(suite: &mut Suite, platform: &Platform) {
    for body in
        [&b""[..], b"{}", b"null", b"\n", b"not JSON", b"\xff\xfe\x00", "微信支付".as_bytes()]
    {
        suite.accepts(format!("response {:?}", String::from_utf8_lossy(body)), || {
            let found = platform.post(SERIAL, body).verify().map_err(unexpected)?;
            same(found, body.to_vec())
        });
        suite.refuses(
            format!("response {:?}, one byte more", String::from_utf8_lossy(body)),
            || {
                let mut message = platform.post(SERIAL, body);
                message.body.push(b'\n');
                refused(message.verify(), INVALID)
            },
        );
    }
    suite.refuses("empty response signed as two lines", || {
        let mut message = platform.post(SERIAL, "");
        let mut lines = message.signed_bytes();
        lines.pop();
        let signature = platform.sign(&lines);
        use base64::Engine;
        let signature = base64::engine::general_purpose::STANDARD.encode(signature);
        message.set("Wechatpay-Signature", signature);
        refused(message.verify(), INVALID)
    });
}
