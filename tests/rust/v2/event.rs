//! Payscore notifications of APIv2: signed with the APIv2 key, encrypted with the APIv3 key.

use wechatpay_core::Error;
use wechatpay_core::keys::ApiV3Key;
use wechatpay_core::v2::{EventNotification, SignType, UnverifiedNotification};
use wechatpay_tests::platform::{API_V3_KEY, NONCE, seal};
use wechatpay_tests::suite::{Suite, holds, refused, same, unexpected};

use crate::oracle::{Pairs, api_key, pairs, signed_xml, to_pairs};

/// As the page shows it, the blank in the tag included.
const PLAINTEXT: &str = "<xml>\n  <state>USER_ACCEPTED</state>\n  <service_id>1234352342</service_id>\n  \
    <out_order_no >1234352342545345454</out_order_no>\n  <room>豪华双人房</room>\n  \
    <deposit_amount>10000</deposit_amount>\n</xml>\n";

fn event(plaintext: &str) -> Pairs {
    pairs(&[
        ("mch_id", "10000100"),
        ("app_id", "wx2134213414324"),
        ("event_id", "EV-2018022511223320873"),
        ("event_create_time", "20180225112233"),
        ("event_type", "CHECK.SUCCESS"),
        ("event_algorithm", "AEAD_AES_256_GCM"),
        ("event_nonce", NONCE),
        ("event_associated_data", "payscore"),
        ("event_ciphertext", &seal(API_V3_KEY, NONCE, "payscore", plaintext.as_bytes())),
        ("algorithm", "HMAC-SHA256"),
        ("nonce_str", "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"),
    ])
}

fn changed(name: &str, value: Option<&str>) -> Pairs {
    let mut list = event(PLAINTEXT);
    list.retain(|(found, _)| found != name);
    list.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    list
}

fn open(list: &Pairs) -> Result<EventNotification, Error> {
    let xml = signed_xml(list, SignType::HmacSha256);
    UnverifiedNotification::parse(xml.as_bytes())?
        .verify(&api_key(), Some(SignType::HmacSha256))?
        .open_event(&ApiV3Key::new(API_V3_KEY.as_bytes())?)
}

pub(crate) fn suite(suite: &mut Suite) {
    suite.accepts("an event", || {
        let event = open(&event(PLAINTEXT)).map_err(unexpected)?;
        same(
            (event.event_id.as_str(), event.event_type.as_str()),
            ("EV-2018022511223320873", "CHECK.SUCCESS"),
        )?;
        same(event.event_create_time.as_deref(), Some("20180225112233"))?;
        let expected = pairs(&[
            ("state", "USER_ACCEPTED"),
            ("service_id", "1234352342"),
            ("out_order_no", "1234352342545345454"),
            ("room", "豪华双人房"),
            ("deposit_amount", "10000"),
        ]);
        same(to_pairs(&event.fields), expected)?;
        let shown = format!("{event:?}");
        holds(!shown.contains("10000"), shown)
    });
    suite.accepts("without associated data and time", || {
        let mut list = changed("event_associated_data", None);
        list.retain(|(name, _)| name != "event_create_time");
        let ciphertext = seal(API_V3_KEY, NONCE, "", PLAINTEXT.as_bytes());
        list.iter_mut().find(|(name, _)| name == "event_ciphertext").expect("it").1 = ciphertext;
        same(open(&list).map_err(unexpected)?.event_create_time, None)
    });
    let ciphertext = seal(API_V3_KEY, NONCE, "payscore", PLAINTEXT.as_bytes());
    for (what, name, value, code) in [
        (
            "another algorithm",
            "event_algorithm",
            Some("AEAD_AES_128_GCM"),
            "ERR_ALGORITHM_MISMATCH",
        ),
        ("no algorithm", "event_algorithm", None, "ERR_BODY_MALFORMED"),
        ("no ciphertext", "event_ciphertext", None, "ERR_BODY_MALFORMED"),
        ("no nonce", "event_nonce", None, "ERR_BODY_MALFORMED"),
        ("no event_id", "event_id", None, "ERR_BODY_MALFORMED"),
        ("no event_type", "event_type", Some(""), "ERR_BODY_MALFORMED"),
        ("a nonce of 11 bytes", "event_nonce", Some(&NONCE[1..]), "ERR_DECRYPT_FAILED"),
        ("another nonce", "event_nonce", Some("000000000000"), "ERR_DECRYPT_FAILED"),
        ("other associated data", "event_associated_data", Some("payscor"), "ERR_DECRYPT_FAILED"),
        ("associated data gone", "event_associated_data", None, "ERR_DECRYPT_FAILED"),
        ("no base64", "event_ciphertext", Some("@@@@"), "ERR_DECRYPT_FAILED"),
        ("no tag", "event_ciphertext", Some("AAAA"), "ERR_DECRYPT_FAILED"),
        (
            "cut off",
            "event_ciphertext",
            Some(&ciphertext[..ciphertext.len() - 24]),
            "ERR_DECRYPT_FAILED",
        ),
    ] {
        suite.refuses(what, || refused(open(&changed(name, value)), code));
    }
    suite.refuses("another APIv3 key", || {
        let xml = signed_xml(&event(PLAINTEXT), SignType::HmacSha256);
        let notification = UnverifiedNotification::parse(xml.as_bytes());
        let notification = notification.and_then(|one| one.verify(&api_key(), None));
        let key = ApiV3Key::new(&[b'k'; 32]).expect("a key");
        refused(notification.map_err(unexpected)?.open_event(&key), "ERR_DECRYPT_FAILED")
    });
    suite.refuses("a sign that does not match is found before anything is decrypted", || {
        let xml =
            signed_xml(&event(PLAINTEXT), SignType::HmacSha256).replace("CHECK.", "TRANSACTION.");
        let notification = UnverifiedNotification::parse(xml.as_bytes()).map_err(unexpected)?;
        refused(notification.verify(&api_key(), None), "ERR_MAC_INVALID")
    });
    for (what, plaintext) in [("JSON", "{}"), ("another root", "<root></root>"), ("nothing", "")] {
        suite.refuses(format!("inside: {what}"), || {
            refused(open(&event(plaintext)), "ERR_BODY_MALFORMED")
        });
    }
}
