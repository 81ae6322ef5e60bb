//! Requests: what is added, what is refused, what is sent.

use wechatpay_core::v2::{Fields, SignType, SignableRequest, UnverifiedNotification};
use wechatpay_tests::suite::{Suite, refused, same, unexpected};

use crate::oracle::{self, KEY, api_key, fields, pairs, to_pairs};

const ORDER: [(&str, &str); 8] = [
    ("appid", "wx2421b1c4370ec43b"),
    ("mch_id", "10000100"),
    ("nonce_str", "1add1a30ac87aa2db72f57a2375d8fec"),
    ("body", "JSAPI支付测试"),
    ("attach", ""),
    ("detail", "{\"goods_name\":\"<iPhone> & ]]> co\"}"),
    ("total_fee", "1"),
    ("notify_url", "https://example.com/notify?a=b"),
];

fn order(more: &[(&str, &str)]) -> Fields {
    fields(&pairs(&[&ORDER, more].concat()))
}

pub(crate) fn suite(suite: &mut Suite) {
    for (sign_type, given, added) in [
        (SignType::Md5, &[][..], &[][..]),
        (SignType::Md5, &[("sign_type", "MD5")], &[]),
        (SignType::HmacSha256, &[], &[("sign_type", "HMAC-SHA256")]),
        (SignType::HmacSha256, &[("sign_type", "HMAC-SHA256")], &[]),
    ] {
        suite.accepts(format!("{sign_type} with {given:?}"), || {
            let request = SignableRequest::new(order(given)).map_err(unexpected)?;
            let signed = request.sign(&api_key(), sign_type).map_err(unexpected)?;
            let mut expected = pairs(&[&ORDER[..], given, added].concat());
            expected.push(("sign".to_owned(), oracle::sign(&expected, KEY, sign_type)));
            same(to_pairs(signed.fields()), expected.clone())?;
            // WeChat Pay reads the same, and finds the signature right.
            let xml = signed.to_xml();
            let read = UnverifiedNotification::parse(xml.as_bytes()).map_err(unexpected)?;
            let read = read.verify(&api_key(), Some(sign_type)).map_err(unexpected)?;
            same(to_pairs(read.fields()), expected)
        });
    }
    suite.accepts("an empty sign_type counts as none", || {
        let request = SignableRequest::new(order(&[("sign_type", "")])).map_err(unexpected)?;
        let signed = request.sign(&api_key(), SignType::Md5).map_err(unexpected)?;
        same(signed.fields().get("sign_type"), Some(""))
    });
    suite.accepts("one field per line, each in CDATA", || {
        let request = SignableRequest::new(fields(&pairs(&[("a", "<]]>&"), ("b", "")])));
        let signed = request.and_then(|request| request.sign(&api_key(), SignType::Md5));
        let sign = oracle::sign(&pairs(&[("a", "<]]>&")]), KEY, SignType::Md5);
        same(
            signed.map_err(unexpected)?.to_xml(),
            format!(
                "<xml>\n<a><![CDATA[<]]]]><![CDATA[>&]]></a>\n<b><![CDATA[]]></b>\n\
                 <sign><![CDATA[{sign}]]></sign>\n</xml>"
            ),
        )
    });
    const CODE: &str = "ERR_ARGUMENT_INVALID";
    for (rule, field) in [
        ("a sign that is there already", ("sign", "")),
        ("the spelling of client parameters", ("signType", "MD5")),
    ] {
        suite.refuses(rule, || refused(SignableRequest::new(order(&[field])), CODE));
    }
    for (sign_type, name) in [
        (SignType::Md5, "HMAC-SHA256"),
        (SignType::HmacSha256, "MD5"),
        (SignType::HmacSha256, "HMAC_SHA256"),
        (SignType::Md5, "md5"),
        (SignType::Md5, "RSA"),
    ] {
        suite.refuses(format!("{sign_type} under the name {name}"), || {
            let request = SignableRequest::new(order(&[("sign_type", name)]));
            refused(request.and_then(|request| request.sign(&api_key(), sign_type)), CODE)
        });
    }
    suite.refuses("an empty sign_type under HMAC-SHA256", || {
        let request = SignableRequest::new(order(&[("sign_type", "")]));
        refused(request.and_then(|request| request.sign(&api_key(), SignType::HmacSha256)), CODE)
    });
}
