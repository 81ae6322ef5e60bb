//! Headers and queries: names and values, one after the other.

use wechatpay_core::UnixTime;
use wechatpay_core::keys::Serial;
use wechatpay_core::message_push::PushQuery;
use wechatpay_core::mini_program::SecureResponseHeaders;
use wechatpay_core::v3::WechatpayHeaders;

use crate::input::{SEPARATOR, join, text};

/// The readers accept what a naive one accepts.
pub fn headers(data: &[u8]) {
    let texts: Vec<_> = data.split(|byte| *byte == SEPARATOR).map(text).collect();
    let pairs: Vec<(&str, &str)> =
        texts.chunks_exact(2).map(|pair| (&*pair[0], &*pair[1])).collect();
    let found = WechatpayHeaders::from_pairs(pairs.iter().copied());
    let expected = naive(&pairs);
    assert_eq!(found.is_ok(), expected.is_some(), "{found:?}");
    if let (Ok(found), Some((serial, timestamp))) = (found, expected) {
        assert_eq!(found.serial().as_str(), serial);
        assert_eq!(found.timestamp().as_secs(), timestamp);
    }
    let _ = SecureResponseHeaders::from_pairs(pairs.iter().copied());
    let query = PushQuery::from_pairs(pairs.iter().copied());
    assert_eq!(query.is_ok(), is_query(&pairs), "{query:?}");
    for value in &texts {
        assert_eq!(UnixTime::parse(value).map(UnixTime::as_secs), naive_time(value));
        assert_eq!(Serial::parse(value).ok().map(|serial| serial.to_string()), naive_serial(value));
    }
}

/// The value of the only one of this name; the outer `None` if there are several.
fn sole<'a>(pairs: &[(&str, &'a str)], is_named: impl Fn(&str) -> bool) -> Option<Option<&'a str>> {
    let mut found = pairs.iter().filter(|(name, _)| is_named(name)).map(|(_, value)| *value);
    let first = found.next();
    found.next().is_none().then_some(first)
}

fn naive(pairs: &[(&str, &str)]) -> Option<(String, u64)> {
    let header = |name: &str| sole(pairs, |found| found.to_ascii_lowercase() == name);
    let timestamp = header("wechatpay-timestamp")??;
    let nonce = header("wechatpay-nonce")??;
    let serial = header("wechatpay-serial")??;
    header("wechatpay-signature")??;
    let scheme = header("wechatpay-signature-type")?;
    let schemes =
        ["WECHATPAY2-SHA256-RSA2048", "WECHATPAY-BRAND-SHA256-RSA2048", "WECHATPAY2-SM2-WITH-SM3"];
    let is_nonce =
        (1..=128).contains(&nonce.len()) && nonce.bytes().all(|b| (33..127).contains(&b));
    (is_nonce && scheme.is_none_or(|scheme| schemes.contains(&scheme)))
        .then_some(())
        .and_then(|()| Some((naive_serial(serial)?, naive_time(timestamp)?)))
}

fn naive_time(text: &str) -> Option<u64> {
    let is_number = (1..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().expect("12 digits"))
}

fn naive_serial(text: &str) -> Option<String> {
    let is_word =
        |text: &str, is: fn(&u8) -> bool| !text.is_empty() && text.as_bytes().iter().all(is);
    let serial = match text.strip_prefix("PUB_KEY_ID_") {
        Some(id) => is_word(id, u8::is_ascii_alphanumeric).then(|| text.to_owned()),
        None => is_word(text, u8::is_ascii_hexdigit).then(|| text.to_uppercase()),
    };
    serial.filter(|serial| serial.len() <= 64)
}

fn is_query(pairs: &[(&str, &str)]) -> bool {
    let read = |name: &str| sole(pairs, |found| found == name);
    let names = ["timestamp", "nonce", "signature", "msg_signature", "echostr", "encrypt_type"];
    let [Some(timestamp), Some(nonce), Some(_), Some(_), Some(_), Some(kind)] = names.map(read)
    else {
        return false;
    };
    timestamp.and_then(naive_time).is_some()
        && nonce.is_some_and(|nonce| (1..=64).contains(&nonce.len()))
        && nonce.is_some_and(|nonce| nonce.bytes().all(|b| b.is_ascii_alphanumeric()))
        && kind.is_none_or(|kind| kind == "aes" || kind == "raw")
}

pub fn seeds() -> Vec<Vec<u8>> {
    let lists: [&[&str]; 3] = [
        &[
            "Wechatpay-Timestamp",
            "1554209980",
            "wechatpay-nonce",
            "c5ac7061fccab6bf3e254dcf98995b8c",
            "Wechatpay-Serial",
            "PUB_KEY_ID_0114232134912410000000000000",
            "Wechatpay-Signature",
            "CtcbzwtQjN8rnOXItEBJ5aQF",
            "Wechatpay-Signature-Type",
            "WECHATPAY2-SHA256-RSA2048",
        ],
        &[
            "Wechatmp-Appid",
            "wx8888888888888888",
            "Wechatmp-TimeStamp",
            "1795000000",
            "Wechatmp-Serial",
            "97845f6ed842ea860df6fdf65941ff56",
            "Wechatmp-Signature",
            "AA==",
            "Wechatmp-Serial-Deprecated",
            "01",
            "Wechatmp-Signature-Deprecated",
            "AA==",
        ],
        &[
            "timestamp",
            "1714037059",
            "nonce",
            "415670741",
            "signature",
            "f464b24f",
            "msg_signature",
            "046e02f8",
            "echostr",
            "4375120948345356249",
            "encrypt_type",
            "aes",
        ],
    ];
    lists.map(|list| join(&list.iter().map(|text| text.as_bytes()).collect::<Vec<_>>())).into()
}
