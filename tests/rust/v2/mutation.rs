//! Documents mutated at random: nothing may panic, and nothing whose fields differ from what was
//! signed may be accepted.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wechatpay_core::hazmat::{md5, seal_aes_256_ecb};
use wechatpay_core::v2::{
    EncryptedRefundNotification, SignType, UnverifiedNotification, UnverifiedResponse,
};
use wechatpay_tests::leaks;
use wechatpay_tests::mutate::damaged;
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Suite, holds, is_refused};

use crate::notification::PAYMENT;
use crate::oracle::{KEY, Pairs, api_key, hex, pairs, signed_xml, to_pairs, to_xml};

pub(crate) fn suite(suite: &mut Suite, seed: u64) {
    let rng = &mut TestRng::new(seed);
    let count = TestRng::seed_from_env("MUTATIONS", 400);
    for sign_type in [SignType::Md5, SignType::HmacSha256] {
        let xml = signed_xml(&pairs(&PAYMENT), sign_type);
        let genuine = taking_part(&pairs(&PAYMENT));
        let name = format!("payment, {sign_type}");
        notifications(suite, rng, count, &name, xml.as_bytes(), &genuine);
    }
    let styles = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<xml>\n <a>1&amp;&#x4e2d;</a>\r\n \
        <b><![CDATA[<c>]]]]><![CDATA[>]]></b><d/></xml>\n";
    let list = pairs(&[("a", "1&中"), ("b", "<c>]]>"), ("d", "")]);
    let sign = crate::oracle::sign(&list, KEY, SignType::Md5);
    let xml = styles.replace("<d/>", &format!("<d/><sign>{sign}</sign>"));
    notifications(suite, rng, count, "every style", xml.as_bytes(), &taking_part(&list));
    refunds(suite, rng, count);
    suite.refuses("the key passes in an error", || {
        holds(leaks::found_in(KEY).is_some(), "was not found")
    });
}

/// What a signature says of the fields: it says nothing of empty values, nor of the order.
fn taking_part(list: &[(String, String)]) -> Pairs {
    let mut list: Pairs =
        list.iter().filter(|(name, value)| name != "sign" && !value.is_empty()).cloned().collect();
    list.sort();
    list
}

fn notifications(
    suite: &mut Suite,
    rng: &mut TestRng,
    count: u64,
    name: &str,
    document: &[u8],
    genuine: &Pairs,
) {
    for number in 0..count {
        let mutated = damaged(rng, document);
        suite.decides(format!("{name}, mutation {number}"), || {
            let response = UnverifiedResponse::parse(&mutated)
                .and_then(|response| response.verify(&api_key(), None));
            is_refused(&response)?;
            let result = UnverifiedNotification::parse(&mutated)
                .and_then(|notification| notification.verify(&api_key(), None));
            is_refused(&result)?;
            let Ok(notification) = result else { return Ok(false) };
            is_refused(&notification.payment())?;
            let _ = notification.result();
            let found = taking_part(&to_pairs(notification.fields()));
            if &found == genuine {
                return Ok(true);
            }
            Err(format!("accepted as {found:?}: {}", String::from_utf8_lossy(&mutated)))
        });
    }
}

/// Ciphertext and plaintext of refund notifications. They are not authenticated, so that only
/// panics and impossible padding would be wrong.
fn refunds(suite: &mut Suite, rng: &mut TestRng, count: u64) {
    let aes_key: [u8; 32] = hex(&md5(KEY.as_bytes())).into_bytes().try_into().expect("32 digits");
    let plaintext =
        b"<root><refund_fee><![CDATA[3960]]></refund_fee><refund_id>5&lt;</refund_id></root>";
    for number in 0..count {
        let inside = number % 2 == 0;
        let mut buffer = if inside { damaged(rng, plaintext) } else { plaintext.to_vec() };
        seal_aes_256_ecb(&aes_key, &mut buffer);
        let mut req_info = STANDARD.encode(buffer).into_bytes();
        if !inside {
            req_info = damaged(rng, &req_info);
        }
        let body = to_xml(&pairs(&[("return_code", "SUCCESS"), ("req_info", "@")]));
        let body = body.into_bytes();
        let at = body.iter().position(|byte| *byte == b'@').expect("the place");
        let body = [&body[..at], &req_info, &body[at + 1..]].concat();
        suite.decides(format!("refund, mutation {number}"), || {
            let opened =
                EncryptedRefundNotification::parse(&body).and_then(|one| one.open(&api_key()));
            is_refused(&opened)?;
            let Ok(opened) = opened else { return Ok(false) };
            is_refused(&opened.refund())?;
            Ok(true)
        });
    }
}
