//! APIv2: XML, signatures, refund notifications, events.

use std::borrow::Cow;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wechatpay_core::hazmat;
use wechatpay_core::keys::ApiV3Key;
use wechatpay_core::v2::{
    ApiKey, EncryptedRefundNotification, Fields, SignType, SignableRequest, UnverifiedNotification,
    UnverifiedResponse,
};
use wechatpay_tests::primitives::{hex, hmac_sha256};
use wechatpay_tests::{platform, vector};

use crate::input::{SEPARATOR, choice, edited, join, parts, text};
use crate::xml;

const KEY: &[u8; 32] = b"throw-away-APIv2-key-of-32-chars";
static API: LazyLock<ApiKey> = LazyLock::new(|| ApiKey::new(KEY).expect("32 characters"));
static API_V3: LazyLock<ApiV3Key> = LazyLock::new(platform::api_v3_key);

/// Answers and notifications are accepted if a naive twin finds their sign right, and what was signed comes back.
pub fn v2_message(data: &[u8]) {
    let (choice, rest) = choice(data);
    match choice % 3 {
        0 => received(rest),
        1 => received(&signed(rest)),
        _ => sent(rest),
    }
}

fn received(document: &[u8]) {
    let oracle = xml::flat(document, "xml");
    // roxmltree has changed these line ends, and so the text that is signed.
    let is_comparable = !document.contains(&b'\r');
    let notification = UnverifiedNotification::parse(document);
    if notification.is_ok() {
        oracle.as_ref().expect("roxmltree reads no such fields");
    }
    let _ = EncryptedRefundNotification::parse(document).map(|refund| refund.open(&API));
    if let Ok(response) = UnverifiedResponse::parse(document) {
        let _ = response.refusal();
        let verified = response.verify(&API, None);
        let is_signed = is_signed(&oracle.clone().unwrap_or_default());
        assert!(!is_comparable || verified.is_ok() == is_signed, "{verified:?}");
        let _ = verified.as_ref().map(|response| response.result().is_ok());
    }
    let Ok(notification) = notification else { return };
    let fields = oracle.unwrap_or_default();
    for pinned in [SignType::Md5, SignType::HmacSha256] {
        if let Ok(verified) = notification.clone().verify(&API, Some(pinned)) {
            assert_eq!(verified.sign_type(), pinned);
        }
    }
    let verified = notification.verify(&API, None);
    assert!(!is_comparable || verified.is_ok() == is_signed(&fields), "{verified:?}");
    if let Ok(verified) = verified {
        let found: Vec<_> =
            verified.fields().iter().map(|(n, v)| (n.to_owned(), xml::line_ends(v))).collect();
        assert_eq!(
            found,
            fields.iter().map(|(n, v)| (n.clone(), xml::line_ends(v))).collect::<Vec<_>>()
        );
        let _ = (verified.payment().is_ok(), verified.result().is_ok());
        let _ = verified.open_event(&API_V3);
    }
}

/// A document around raw XML, or around the fields of a message, signed.
fn signed(data: &[u8]) -> Vec<u8> {
    let (is_hmac, raw) = choice(data);
    let document = [b"<xml>", raw, b"</xml>"].concat();
    let Some(mut fields) = xml::flat(&document, "xml") else { return document };
    let sign = naive_sign(&mut fields, is_hmac % 2 == 1);
    [b"<xml>", raw, b"<sign>", sign.as_bytes(), b"</sign></xml>"].concat()
}

fn is_signed(fields: &[(String, String)]) -> bool {
    let sign = fields.iter().find(|(name, _)| name == "sign").map_or("", |(_, sign)| sign);
    let mut fields = fields.to_vec();
    match sign.len() {
        32 => naive_sign(&mut fields, false) == sign,
        64 => naive_sign(&mut fields, true) == sign,
        _ => false,
    }
}

fn naive_sign(fields: &mut [(String, String)], is_hmac: bool) -> String {
    fields.sort_unstable();
    let taken = fields.iter().filter(|(name, value)| name != "sign" && !value.is_empty());
    let string_a: String = taken.map(|(name, value)| format!("{name}={value}&")).collect();
    let separator = if string_a.is_empty() { "&" } else { "" };
    let key = std::str::from_utf8(KEY).expect("ASCII");
    let message = format!("{string_a}{separator}key={key}");
    let digest = match is_hmac {
        true => hmac_sha256(KEY, message.as_bytes()),
        false => hex(&hazmat::md5(message.as_bytes())),
    };
    digest.to_uppercase()
}

/// What is signed to be sent is read back, and with one byte altered it is another message or none.
fn sent(data: &[u8]) {
    let (is_hmac, rest) = choice(data);
    let [script, list] = parts(rest);
    let texts: Vec<Cow<'_, str>> = list.split(|byte| *byte == SEPARATOR).map(text).collect();
    let pairs = texts.chunks_exact(2).map(|pair| (&*pair[0], &*pair[1]));
    let Ok(fields) = Fields::from_pairs(pairs) else { return };
    let Ok(request) = SignableRequest::new(fields) else { return };
    let sign_type = if is_hmac % 2 == 1 { SignType::HmacSha256 } else { SignType::Md5 };
    let Ok(signed) = request.sign(&API, sign_type) else { return };
    let document = signed.to_xml();
    let Ok(notification) = UnverifiedNotification::parse(document.as_bytes()) else {
        let is_long = document.len() > 256 * 1024 || signed.fields().len() > 1000;
        assert!(is_long, "what is sent can be read");
        return;
    };
    let verified = notification.verify(&API, Some(sign_type)).expect("it is signed");
    assert_eq!(verified.fields(), signed.fields());
    let altered = edited(document.as_bytes(), script);
    received(&altered);
}

pub fn message_seeds() -> Vec<Vec<u8>> {
    let documents = vector::load("v2_xml");
    let documents =
        documents.iter().filter_map(|case| Some(case.optional_input("xml")?.as_bytes()));
    let raw = documents.map(|xml| [b"\0", xml].concat());
    let paid = b"<return_code><![CDATA[SUCCESS]]></return_code><result_code>SUCCESS</result_code><appid>wx8888888888888888</appid><mch_id>1900007291</mch_id><transaction_id>1</transaction_id><out_trade_no>2</out_trade_no><trade_type>JSAPI</trade_type><total_fee>100</total_fee><time_end>20261118162640</time_end>";
    let event = platform::seal(platform::API_V3_KEY, platform::NONCE, "x", b"<xml><a>1</a></xml>");
    let event = format!(
        "<event_id>1</event_id><event_type>2</event_type><event_algorithm>AEAD_AES_256_GCM</event_algorithm><event_nonce>{}</event_nonce><event_associated_data>x</event_associated_data><event_ciphertext>{event}</event_ciphertext>",
        platform::NONCE
    );
    let signed = [0, 1].map(|kind| [&[1, kind], &paid[..]].concat());
    let event = [&[1, 1], event.as_bytes()].concat();
    let sent =
        [&[2, 1], &*join(&[b"", b"appid", b"wx8888888888888888", b"attach", b"a&b<]]>"])].concat();
    let wrong = [32, 64].map(|len| {
        let sign = "0".repeat(len);
        let fields = "<return_code>SUCCESS</return_code><a>1</a>";
        format!("\0<xml>{fields}<sign>{sign}</sign></xml>").into_bytes()
    });
    raw.chain(signed).chain(wrong).chain([event, sent]).collect()
}

/// `req_info` gives what was encrypted, and nothing for what was not.
pub fn v2_refund(data: &[u8]) {
    let (choice, rest) = choice(data);
    let [outer, script, plaintext] = parts(rest);
    let outer = text(outer);
    let mut sealed = plaintext.to_vec();
    hazmat::seal_aes_256_ecb(&REFUND_KEY, &mut sealed);
    let altered = edited(&sealed, script);
    let info =
        if choice % 2 == 0 { STANDARD.encode(&altered) } else { text(plaintext).into_owned() };
    let document = format!(
        "<xml><return_code>SUCCESS</return_code>{outer}<req_info><![CDATA[{info}]]></req_info></xml>"
    );
    let Ok(notification) = EncryptedRefundNotification::parse(document.as_bytes()) else { return };
    let opened = notification.open(&API);
    if let Ok(opened) = &opened {
        let _ = opened.refund();
        let found = opened.refund_fields().iter().map(|(n, v)| (n.to_owned(), xml::line_ends(v)));
        if choice % 2 == 0 && altered == sealed {
            let expected = xml::flat(plaintext, "root").expect("roxmltree reads it");
            let expected = expected.into_iter().map(|(n, v)| (n, xml::line_ends(&v)));
            assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        }
    }
}

static REFUND_KEY: LazyLock<[u8; 32]> =
    LazyLock::new(|| hex(&hazmat::md5(KEY)).into_bytes().try_into().expect("32 digits"));

pub fn refund_seeds() -> Vec<Vec<u8>> {
    let plaintexts = vector::load("v2_req_info");
    let plaintexts = plaintexts.iter().filter_map(|case| case.optional_expected("plaintext"));
    let genuine = plaintexts.map(|plaintext| {
        [&[0], &*join(&[b"<appid>wx1</appid>", b"", plaintext.as_bytes()])].concat()
    });
    genuine.chain([[&[1], &*join(&[b"", b"", b"AAAA"])].concat()]).collect()
}
