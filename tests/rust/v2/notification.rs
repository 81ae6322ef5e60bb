//! Payment notifications: what must verify, and everything that was seen going wrong elsewhere.

use wechatpay_core::Error;
use wechatpay_core::v2::{ApiKey, Notification, SignType, UnverifiedNotification};
use wechatpay_tests::suite::{Check, Suite, holds, refused, same, unexpected};

use crate::oracle::{self, KEY, Pairs, api_key, pairs, signed_xml, to_pairs, to_xml};

pub(crate) const PAYMENT: [(&str, &str); 22] = [
    ("appid", "wx2421b1c4370ec43b"),
    ("attach", "支付测试"),
    ("bank_type", "CFT"),
    ("cash_fee", "1"),
    ("coupon_count", "1"),
    ("coupon_fee", "10"),
    ("coupon_fee_0", "10"),
    ("coupon_id_0", "10000"),
    ("device_info", ""),
    ("fee_type", "CNY"),
    ("is_subscribe", "Y"),
    ("mch_id", "10000100"),
    ("nonce_str", "5d2b6c2a8db53831f7eda20af46e531c"),
    ("openid", "oUpF8uMEb4qRXf22hE3X68TekukE"),
    ("out_trade_no", "1409811653"),
    ("result_code", "SUCCESS"),
    ("return_code", "SUCCESS"),
    ("time_end", "20140903131540"),
    ("total_fee", "11"),
    ("trade_type", "JSAPI"),
    ("transaction_id", "1004400740201409030005092168"),
    ("settlement_total_fee", "11"),
];

const TYPES: [SignType; 2] = [SignType::Md5, SignType::HmacSha256];

fn verify(xml: &str, pinned: Option<SignType>) -> Result<Notification, Error> {
    UnverifiedNotification::parse(xml.as_bytes())?.verify(&api_key(), pinned)
}

/// The payment with some fields replaced or added (`Some`) or taken away (`None`).
fn with(changes: &[(&str, Option<&str>)]) -> Pairs {
    let mut list = pairs(&PAYMENT);
    for (name, value) in changes {
        list.retain(|(found, _)| found != name);
        list.extend(value.map(|value| ((*name).to_owned(), value.to_owned())));
    }
    list
}

/// The payment, and a `sign` that is given.
fn with_sign(sign: &str) -> String {
    to_xml(&with(&[("sign", Some(sign))]))
}

pub(crate) fn suite(suite: &mut Suite) {
    for sign_type in TYPES {
        for pinned in [None, Some(sign_type)] {
            suite.accepts(format!("{sign_type}, pinned: {pinned:?}"), || {
                let xml = signed_xml(&pairs(&PAYMENT), sign_type);
                let notification = verify(&xml, pinned).map_err(unexpected)?;
                same(notification.sign_type(), sign_type)?;
                same(notification.fields().len(), PAYMENT.len() + 1)?;
                typed(&notification)
            });
        }
        suite.accepts(format!("{sign_type}, with or without sign_type among the fields"), || {
            let named = with(&[("sign_type", Some(sign_type.as_str()))]);
            verify(&signed_xml(&named, sign_type), None).map_err(unexpected)?;
            verify(&signed_xml(&pairs(&PAYMENT), sign_type), None).map_err(unexpected)?;
            Ok(())
        });
        suite.accepts(format!("{sign_type}: fields that nobody knows yet take part"), || {
            let new = with(&[("coupon_type_0", Some("CASH")), ("rate_of_tomorrow", Some("7"))]);
            let notification = verify(&signed_xml(&new, sign_type), None).map_err(unexpected)?;
            same(notification.fields().get("rate_of_tomorrow"), Some("7"))
        });
        suite.refuses(format!("{sign_type}: the other type is pinned"), || {
            let other = TYPES.into_iter().find(|other| *other != sign_type);
            let result = verify(&signed_xml(&pairs(&PAYMENT), sign_type), other);
            refused(result, "ERR_ALGORITHM_MISMATCH")
        });
        every_field_counts(suite, sign_type);
        wrong_signs(suite, sign_type);
    }
    for (name, xml) in [
        ("no sign", to_xml(&pairs(&PAYMENT))),
        ("an empty sign", with_sign("")),
        (
            "a made-up success",
            to_xml(&pairs(&[("return_code", "SUCCESS"), ("result_code", "SUCCESS")])),
        ),
        (
            "a FAIL without sign",
            to_xml(&pairs(&[("return_code", "FAIL"), ("return_msg", "签名失败")])),
        ),
        ("nothing at all", "<xml></xml>".to_owned()),
        ("Sign in capitals only", to_xml(&with(&[("SIGN", Some(&"A".repeat(32)))]))),
    ] {
        for pinned in [None, Some(SignType::Md5), Some(SignType::HmacSha256)] {
            suite.refuses(format!("{name}, pinned: {pinned:?}"), || {
                refused(verify(&xml, pinned), "ERR_SIGN_MISSING")
            });
        }
    }
    suite.refuses(
        "an MD5 sign where the fields say HMAC-SHA256 is still read by its length",
        || {
            let claimed = with(&[("sign_type", Some("HMAC-SHA256"))]);
            let xml = signed_xml(&claimed, SignType::Md5);
            refused(verify(&xml, Some(SignType::HmacSha256)), "ERR_ALGORITHM_MISMATCH")?;
            same(verify(&xml, None).map_err(unexpected)?.sign_type(), SignType::Md5)
        },
    );
    business(suite);
    suite.accepts("Debug shows names only", || {
        let xml = signed_xml(&pairs(&PAYMENT), SignType::Md5);
        let unverified = UnverifiedNotification::parse(xml.as_bytes()).map_err(unexpected)?;
        let shown = format!("{unverified:?}{:?}", verify(&xml, None).map_err(unexpected)?);
        holds(shown.contains("openid") && !shown.contains("oUpF8uMEb4q"), shown)
    });
}

fn typed(notification: &Notification) -> Check {
    let payment = notification.payment().map_err(unexpected)?;
    same((payment.appid, payment.mch_id), ("wx2421b1c4370ec43b", "10000100"))?;
    same((payment.sub_appid, payment.sub_mch_id, payment.sub_openid), (None, None, None))?;
    same((payment.openid, payment.bank_type), (Some("oUpF8uMEb4qRXf22hE3X68TekukE"), Some("CFT")))?;
    same(payment.transaction_id, "1004400740201409030005092168")?;
    same((payment.out_trade_no, payment.trade_type), ("1409811653", "JSAPI"))?;
    same((payment.total_fee, payment.settlement_total_fee), (11, Some(11)))?;
    same((payment.cash_fee, payment.coupon_fee), (Some(1), Some(10)))?;
    same((payment.fee_type, payment.attach), (Some("CNY"), Some("支付测试")))?;
    same(payment.time_end, "20140903131540")
}

/// Changed, taken away, renamed or added: each of it breaks the signature.
fn every_field_counts(suite: &mut Suite, sign_type: SignType) {
    let sign = oracle::sign(&pairs(&PAYMENT), KEY, sign_type);
    let refuse = |suite: &mut Suite, what: String, changes: &[(&str, Option<&str>)]| {
        let mut list = with(changes);
        list.push(("sign".to_owned(), sign.clone()));
        suite.refuses(format!("{sign_type}: {what}"), || {
            refused(verify(&to_xml(&list), None), "ERR_MAC_INVALID")
        });
    };
    for (name, value) in PAYMENT {
        let longer = format!("{value}0");
        refuse(suite, format!("{name} changed"), &[(name, Some(&longer))]);
        if !value.is_empty() {
            refuse(suite, format!("{name} gone"), &[(name, None)]);
            refuse(suite, format!("{name} emptied"), &[(name, Some(""))]);
            let renamed = format!("{name}_");
            refuse(suite, format!("{name} renamed"), &[(name, None), (&renamed, Some(value))]);
        }
    }
    for (name, value) in
        [("zero", "0"), ("blank", " "), ("coupon_id_1", "10001"), ("signature", "1")]
    {
        refuse(suite, format!("{name} added"), &[(name, Some(value))]);
    }
}

fn wrong_signs(suite: &mut Suite, sign_type: SignType) {
    let list = pairs(&PAYMENT);
    let right = oracle::sign(&list, KEY, sign_type);
    let key = "another-APIv2-key-of-32-letters.";
    let mut signs = vec![
        ("another key".to_owned(), oracle::sign(&list, key, sign_type)),
        ("lower case".to_owned(), right.to_lowercase()),
        ("a blank behind".to_owned(), format!("{right} ")),
        ("a line end behind".to_owned(), format!("{right}\n")),
        ("one digit less".to_owned(), right[1..].to_owned()),
        ("one digit more".to_owned(), format!("{right}0")),
        ("zeros".to_owned(), "0".repeat(right.len())),
        ("letters that are no hex".to_owned(), "Z".repeat(right.len())),
        ("Chinese of the same length in bytes".to_owned(), "中".repeat(10) + &right[30..]),
        ("true".to_owned(), "true".to_owned()),
        ("foo".to_owned(), "foo".to_owned()),
        ("base64".to_owned(), "HyyTW5ZwbJF4kYwZCWOpqgHyyTW5ZwbJ".to_owned()),
    ];
    // The digest of the wrong text: values URL-encoded, unsorted, empty values kept, no key, the
    // key of the wrong name, and the plain digest where HMAC belongs.
    let hmac_key = (sign_type == SignType::HmacSha256).then_some(KEY);
    let joined = |list: &[(String, String)]| -> String {
        list.iter().map(|(name, value)| format!("{name}={value}&")).collect()
    };
    let sorted = oracle::string_sign_temp(&list, "");
    let mut with_empty = list.clone();
    with_empty.sort();
    let texts = [
        ("without the key", sorted.trim_end_matches('&').to_owned()),
        ("the key without its name", format!("{sorted}{KEY}")),
        ("secret= for key=", format!("{sorted}secret={KEY}")),
        ("empty values kept", format!("{}key={KEY}", joined(&with_empty))),
        ("unsorted", format!("{}key={KEY}", joined(&list).replace("device_info=&", ""))),
        ("a line end behind the key", format!("{sorted}key={KEY}\n")),
        ("upper-case key", format!("{sorted}key={}", KEY.to_uppercase())),
    ];
    for (name, text) in texts {
        assert_ne!(text, oracle::string_sign_temp(&list, &format!("key={KEY}")), "{name}");
        signs.push((format!("signed {name}"), oracle::digests(&[text], hmac_key).remove(0)));
    }
    for at in 0..right.len() {
        let mut wrong = right.clone().into_bytes();
        wrong[at] = if wrong[at] == b'0' { b'1' } else { b'0' };
        let wrong = String::from_utf8(wrong).expect("hex");
        signs.push((format!("digit {at} changed"), wrong));
    }
    for (name, sign) in signs {
        suite.refuses(format!("{sign_type}: {name}"), || {
            refused(verify(&with_sign(&sign), None), "ERR_MAC_INVALID")
        });
    }
    suite.refuses(format!("{sign_type}: my key is another"), || {
        let xml = signed_xml(&list, sign_type);
        let unverified = UnverifiedNotification::parse(xml.as_bytes()).map_err(unexpected)?;
        let key = ApiKey::new(key.as_bytes()).expect("a key");
        refused(unverified.verify(&key, None), "ERR_MAC_INVALID")
    });
}

/// Genuine, but not a payment; or one whose fields do not fit.
fn business(suite: &mut Suite) {
    let verified = |changes: &[(&str, Option<&str>)]| {
        verify(&signed_xml(&with(changes), SignType::Md5), None).map_err(unexpected)
    };
    suite.accepts("the business result of a success", || {
        let notification = verified(&[])?;
        let result = notification.result().map_err(|error| error.to_string())?;
        same(to_pairs(result), to_pairs(notification.fields()))
    });
    suite.refuses("a payment that failed is told by result_code", || {
        let changes = [
            ("result_code", Some("FAIL")),
            ("err_code", Some("SYSTEMERROR")),
            ("err_code_des", Some("系统错误")),
        ];
        let notification = verified(&changes)?;
        let error = notification.result().err().ok_or("it was taken for a success")?;
        same((error.err_code, error.err_code_des), (Some("SYSTEMERROR"), Some("系统错误")))?;
        holds(error.to_string().contains("SYSTEMERROR"), error)?;
        let payment = notification.payment().map(|payment| payment.total_fee);
        refused(payment, "ERR_BODY_MALFORMED")
    });
    for (what, change) in [
        ("return_code FAIL", ("return_code", Some("FAIL"))),
        ("no result_code", ("result_code", None)),
        ("result_code in small letters", ("result_code", Some("success"))),
        ("no total_fee", ("total_fee", None)),
        ("an empty total_fee", ("total_fee", Some(""))),
        ("a negative total_fee", ("total_fee", Some("-1"))),
        ("a total_fee in yuan", ("total_fee", Some("0.01"))),
        ("a total_fee with a sign", ("total_fee", Some("+1"))),
        ("a total_fee in hex", ("total_fee", Some("0x10"))),
        ("a total_fee in full-width digits", ("total_fee", Some("１１"))),
        ("a total_fee beyond 64 bits", ("total_fee", Some("18446744073709551616"))),
        ("a total_fee of 16 digits", ("total_fee", Some("1000000000000000"))),
        ("a cash_fee with a blank", ("cash_fee", Some(" 1"))),
        ("a coupon_fee that is a word", ("coupon_fee", Some("ten"))),
        ("no transaction_id", ("transaction_id", None)),
        ("no out_trade_no", ("out_trade_no", None)),
        ("no appid", ("appid", None)),
        ("no mch_id", ("mch_id", Some(""))),
        ("no trade_type", ("trade_type", None)),
        ("no time_end", ("time_end", None)),
    ] {
        suite.refuses(what, || {
            let notification = verified(&[change])?;
            let error = notification.payment().err().ok_or("was accepted")?;
            holds(error.to_string().contains(change.0), &error)?;
            refused(Err::<(), _>(error), "ERR_BODY_MALFORMED")
        });
    }
    suite.accepts("partner mode", || {
        let changes =
            [("sub_appid", Some("wx8")), ("sub_mch_id", Some("19")), ("sub_openid", Some("oX"))];
        let notification = verified(&changes)?;
        let payment = notification.payment().map_err(unexpected)?;
        same(
            (payment.sub_appid, payment.sub_mch_id, payment.sub_openid),
            (Some("wx8"), Some("19"), Some("oX")),
        )
    });
}
