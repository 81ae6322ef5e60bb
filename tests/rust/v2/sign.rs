//! Which fields take part in a signature, in which order, in which form.

use wechatpay_core::v2::{
    ApiKey, Fields, SignType, UnverifiedNotification, WorkwxApi, WorkwxSecret, sign, string_a,
    workwx_sign,
};
use wechatpay_tests::suite::{Check, Suite, holds, refused, same, unexpected};

use crate::oracle::{self, KEY, api_key, fields, pairs, to_xml};

const TYPES: [SignType; 2] = [SignType::Md5, SignType::HmacSha256];

fn of(list: &[(&str, &str)]) -> Fields {
    fields(&pairs(list))
}

pub(crate) fn suite(suite: &mut Suite) {
    for (name, list) in [
        ("one field", &[("a", "1")][..]),
        ("none", &[]),
        ("Chinese", &[("body", "腾讯充值中心-QQ会员充值"), ("attach", "支付测试💰")]),
        ("values are raw", &[("url", "https://a.b/c?d=e&f=%20+ g"), ("json", r#"{"a":"&=\\"}"#)]),
        (
            "upper case before _ before lower case",
            &[("b", "1"), ("_a", "2"), ("B", "3"), ("A", "4")],
        ),
        ("digits by bytes", &[("coupon_id_10", "a"), ("coupon_id_2", "b"), ("coupon_id_1", "c")]),
        ("a prefix before the longer name", &[("ab", "1"), ("a", "2"), ("a_b", "3"), ("a.b", "4")]),
        ("white space is not empty", &[("a", " "), ("b", "\n"), ("c", "\t")]),
        ("0 is not empty", &[("total_fee", "0"), ("coupon_count", "0"), ("a", "false")]),
        ("names of other spellings take part", &[("Sign", "1"), ("SIGN", "2"), ("signature", "3")]),
        ("a field called key takes part", &[("key", "1"), ("secret", "2")]),
    ] {
        for sign_type in TYPES {
            suite.accepts(format!("{name}, {sign_type}, as OpenSSL has it"), || {
                let found = sign(&of(list), &api_key(), sign_type);
                same(found, oracle::sign(&pairs(list), KEY, sign_type))
            });
        }
        suite.accepts(format!("{name}: stringA"), || {
            let expected = oracle::string_sign_temp(&pairs(list), "");
            same(string_a(&of(list)) + "&", expected)
        });
    }
    suite.accepts("sign and empty values make no difference", || {
        let plain = of(&[("a", "1"), ("b", "2")]);
        let more = of(&[("sign", "x"), ("b", "2"), ("attach", ""), ("a", "1"), ("detail", "")]);
        same(string_a(&more), "a=1&b=2".to_owned())?;
        TYPES.into_iter().try_for_each(|sign_type| {
            same(sign(&plain, &api_key(), sign_type), sign(&more, &api_key(), sign_type))
        })
    });
    suite.accepts("names of the types", || {
        same(SignType::parse("MD5"), Some(SignType::Md5))?;
        same(SignType::parse("HMAC-SHA256"), Some(SignType::HmacSha256))?;
        same(SignType::HmacSha256.to_string().as_str(), "HMAC-SHA256")
    });
    for name in ["", "md5", "HMAC_SHA256", "HMAC-SHA256 ", "RSA", "hmac-sha256"] {
        suite.refuses(format!("type {name:?}"), || same(SignType::parse(name), None));
    }
    // The digest begins with 00: printed as a number it would be shorter.
    leading_zeros(suite);
    fields_that_cannot_be(suite);
    wecom(suite);
}

fn leading_zeros(suite: &mut Suite) {
    for sign_type in TYPES {
        suite.accepts(format!("{sign_type}: leading zeros stay"), || {
            let with_zeros = (0..20_000).find_map(|number: u32| {
                let list = of(&[("nonce_str", &number.to_string())]);
                let found = sign(&list, &api_key(), sign_type);
                found.starts_with("00").then_some((list, found))
            });
            let (list, found) = with_zeros.ok_or("none of 20000 began with 00")?;
            same(&found, &oracle::sign(&oracle::to_pairs(&list), KEY, sign_type))?;
            let mut signed = oracle::to_pairs(&list);
            signed.push(("sign".to_owned(), found));
            verified(&to_xml(&signed))
        });
    }
}

fn verified(xml: &str) -> Check {
    let notification = UnverifiedNotification::parse(xml.as_bytes()).map_err(unexpected)?;
    notification.verify(&api_key(), None).map(|_| ()).map_err(unexpected)
}

fn fields_that_cannot_be(suite: &mut Suite) {
    const CODE: &str = "ERR_ARGUMENT_INVALID";
    let long_name = "n".repeat(65);
    for (rule, name, value) in [
        ("empty name", "", "1"),
        ("name with =", "a=b", "1"),
        ("name with &", "a&b", "1"),
        ("name with a blank", "a b", "1"),
        ("name that ends a tag", "a><b", "1"),
        ("name that begins with a digit", "1a", "1"),
        ("Chinese name", "金额", "1"),
        ("name of 65 characters", &long_name, "1"),
        ("NUL", "a", "1\0"),
        ("escape character", "a", "\u{1b}[2J"),
        ("carriage return", "a", "1\r\n2"),
        ("a character outside XML", "a", "\u{fffe}"),
    ] {
        suite.refuses(rule, || refused(Fields::new().insert(name, value), CODE));
    }
    suite.refuses("a name twice", || refused(Fields::from_pairs([("a", "1"), ("a", "2")]), CODE));
    suite.accepts("Fields tells what is in it, Debug only the names", || {
        let list = of(&[("openid", "oUpF8uMuAJO"), ("total_fee", "")]);
        same((list.len(), list.is_empty()), (2, false))?;
        same(Fields::new().is_empty(), true)?;
        same((list.get("openid"), list.get("OPENID")), (Some("oUpF8uMuAJO"), None))?;
        let shown = format!("{list:?}");
        holds(shown.contains("openid") && !shown.contains("oUpF8"), shown)
    });
}

fn wecom(suite: &mut Suite) {
    let secret = || WorkwxSecret::new(b"at23pxnPBNQY3JiA8N5U1gabiQqxZwqH").expect("a secret");
    let red_packet = [
        ("act_name", "XXX"),
        ("mch_billno", "11111234567890"),
        ("mch_id", "10000098"),
        ("nonce_str", "qFKEgfig76DF9912fewmkp"),
        ("re_openid", "oxTWIuGaIt6gTKsQRLau2M0yL16E"),
        ("total_amount", "100"),
        ("wxappid", "wx123456789"),
        ("wishing", "not signed by WeCom"),
        ("agentid", "1"),
    ];
    suite.accepts("workwx_sign covers its seven fields, sign all", || {
        let mut list = of(&red_packet);
        WorkwxApi::RedPacket.add_workwx_sign(&mut list, &secret()).map_err(unexpected)?;
        let text = oracle::string_sign_temp(
            &pairs(&red_packet[..7]),
            "secret=at23pxnPBNQY3JiA8N5U1gabiQqxZwqH",
        );
        let expected = oracle::digests(&[text], None).remove(0);
        same(list.get("workwx_sign"), Some(expected.as_str()))?;
        holds(string_a(&list).contains(&format!("workwx_sign={expected}&")), "sign leaves it out")
    });
    suite.accepts("exactly the fields given, by hand", || {
        let found = workwx_sign(&of(&red_packet[..7]), &secret());
        let mut list = of(&red_packet);
        WorkwxApi::RedPacket.add_workwx_sign(&mut list, &secret()).map_err(unexpected)?;
        same(list.get("workwx_sign"), Some(found.as_str()))
    });
    for (position, (name, _)) in red_packet[..7].iter().enumerate() {
        suite.refuses(format!("workwx_sign without {name}"), || {
            let mut without = red_packet.to_vec();
            without.remove(position);
            let result = WorkwxApi::RedPacket.add_workwx_sign(&mut of(&without), &secret());
            refused(result, "ERR_ARGUMENT_INVALID")
        });
    }
    suite.refuses("workwx_sign twice", || {
        let mut list = of(&red_packet);
        WorkwxApi::RedPacket.add_workwx_sign(&mut list, &secret()).map_err(unexpected)?;
        let again = WorkwxApi::RedPacket.add_workwx_sign(&mut list, &secret());
        refused(again, "ERR_ARGUMENT_INVALID")
    });
    suite.refuses("a red packet as a transfer", || {
        let result = WorkwxApi::Transfer.add_workwx_sign(&mut of(&red_packet), &secret());
        refused(result, "ERR_ARGUMENT_INVALID")
    });
    suite.refuses("the WeCom secret is not the APIv2 key", || {
        let key = ApiKey::new(b"at23pxnPBNQY3JiA8N5U1gabiQqxZwqH").expect("a key");
        let list = of(&red_packet);
        holds(workwx_sign(&list, &secret()) != sign(&list, &key, SignType::Md5), "they are equal")
    });
}
