//! Bodies that are signed, and still no notifications.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wechatpay_core::UnixTime;
use wechatpay_core::v3::{Event, Refund, RefundStatus, UnverifiedResponse};
use wechatpay_tests::platform::{
    API_V3_KEY, NONCE, Platform, SERIAL, TRANSACTION, envelope, resource, seal, trusted,
};
use wechatpay_tests::suite::{Check, Suite, holds, refused, same, unexpected};

const MALFORMED: &str = "ERR_BODY_MALFORMED";

pub(crate) fn cases(suite: &mut Suite) {
    let platform = Platform::trusted();
    let post = |body: &[u8]| platform.post(SERIAL, body);
    let good = envelope(&resource(API_V3_KEY, NONCE, Some("transaction"), TRANSACTION));
    let value: Value = serde_json::from_str(&good).expect("JSON");

    for body in [
        "",
        " ",
        "\n",
        "null",
        "true",
        "0",
        "\"\"",
        "[]",
        "{}",
        "[{}]",
        "{",
        "}",
        "{}{}",
        "not JSON",
        "{'id':1}",
        "<xml></xml>",
        "\u{feff}{}",
        "[object Object]",
        "id=1&create_time=2",
        "\0",
    ] {
        suite
            .refuses(format!("body {body:?}"), || refused(post(body.as_bytes()).open(), MALFORMED));
    }
    for (what, body) in [
        ("a byte order mark before", format!("\u{feff}{good}")),
        ("rubbish behind", format!("{good}x")),
        ("a second body behind", format!("{good}{good}")),
        ("a NUL behind", format!("{good}\0")),
        ("its last brace cut", good[..good.len() - 1].to_owned()),
        ("a comma too many", good.replacen('}', ",}", 1)),
        ("a comment", good.replacen('{', "{/**/", 1)),
        ("a lone surrogate", good.replace("支付成功", "\\ud800")),
        ("a raw control character", good.replace("支付成功", "a\u{1}b")),
        ("as a JSON string", format!("{good:?}")),
        ("in an array", format!("[{good}]")),
    ] {
        suite.refuses(what, || refused(post(body.as_bytes()).open(), MALFORMED));
    }
    for (what, bytes) in [
        ("not UTF-8 in a value that is read", b"EV-\xff\xfe".as_slice()),
        ("a truncated UTF-8 sequence", b"EV-\xe6\x94"),
        ("an overlong UTF-8 sequence", b"EV-\xc0\xaf"),
        ("a surrogate in UTF-8", b"EV-\xed\xa0\x80"),
    ] {
        suite.refuses(what, || {
            let at = good.find("EV-2018022511223320873").expect("the id");
            let rest = &good.as_bytes()[at + "EV-2018022511223320873".len()..];
            let body = [&good.as_bytes()[..at], bytes, rest].concat();
            refused(post(&body).open(), MALFORMED)
        });
    }
    suite.refuses("UTF-16", || {
        let body: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
        refused(post(&body).open(), MALFORMED)
    });
    members(suite, &platform, &value);
    lists(suite, &platform, &value);
    depth(suite, &platform, &good);
    events(suite, &platform);
    suite.refuses("the error says where, and repeats nothing", || {
        let body = good.replace("\"id\":", "\"id\":secret-of-the-body,\"x\":");
        let error = post(body.as_bytes()).open().expect_err("refused");
        let text = format!("{error} {error:?}");
        holds(text.contains("line 1") && !text.contains("secret"), text)
    });
}

/// Members missing, `null`, of another type, or there twice.
fn members(suite: &mut Suite, platform: &Platform, value: &Value) {
    let open = |value: &Value| platform.post(SERIAL, value.to_string()).open();
    let without = |member: &str| {
        let mut value = value.clone();
        let object = match member.split_once('.') {
            Some((outer, _)) => &mut value[outer],
            None => &mut value,
        };
        let name = member.rsplit('.').next().expect("a name");
        object.as_object_mut().expect("an object").remove(name);
        value
    };
    let with = |member: &str, new: Value| {
        let mut value = value.clone();
        match member.split_once('.') {
            Some((outer, inner)) => value[outer][inner] = new,
            None => value[member] = new,
        }
        value
    };
    for member in [
        "id",
        "create_time",
        "event_type",
        "resource",
        "resource.algorithm",
        "resource.ciphertext",
        "resource.nonce",
    ] {
        suite.refuses(format!("{member} missing"), || refused(open(&without(member)), MALFORMED));
        for wrong in [Value::Null, json!(1), json!(true), json!({}), json!([])] {
            suite.refuses(format!("{member} is {wrong}"), || {
                refused(open(&with(member, wrong)), MALFORMED)
            });
        }
    }
    suite
        .refuses("resource is a text", || refused(open(&with("resource", json!("{}"))), MALFORMED));
    for member in ["summary", "resource_type", "resource.associated_data", "resource.original_type"]
    {
        suite.refuses(format!("{member} is a number"), || {
            refused(open(&with(member, json!(1))), MALFORMED)
        });
    }
    for member in
        ["id", "event_type", "resource", "algorithm", "ciphertext", "nonce", "associated_data"]
    {
        suite.refuses(format!("{member} twice"), || {
            let text = value.to_string();
            let (at, name) = (text.find(&format!("\"{member}\":")), format!("\"{member}\":\"\","));
            let at = at.expect("the member");
            let body = format!("{}{name}{}", &text[..at], &text[at..]);
            refused(platform.post(SERIAL, body).open(), MALFORMED)
        });
    }
    for member in ["summary", "resource_type", "resource.original_type"] {
        suite.accepts(format!("{member} missing"), || {
            open(&without(member)).map(drop).map_err(unexpected)
        });
    }
    for member in ["an_unknown_member", "resource.an_unknown_member"] {
        suite.accepts(format!("{member} is passed over"), || {
            let unknown = json!({"a": [1, null, {"b": "c"}]});
            open(&with(member, unknown)).map(drop).map_err(unexpected)
        });
    }
}

/// Members in a list, in the order in which the core names them: values without their names.
fn lists(suite: &mut Suite, platform: &Platform, value: &Value) {
    let listed = |value: &Value, names: &[&str]| -> Value {
        names.iter().map(|name| value[name].clone()).collect()
    };
    let outer = ["id", "create_time", "event_type", "resource_type", "summary", "resource"];
    let inner = ["algorithm", "ciphertext", "nonce", "associated_data", "original_type"];
    let mut half = value.clone();
    half["resource"] = listed(&value["resource"], &inner);
    for (what, body) in [
        ("the members in a list", listed(value, &outer)),
        ("the members of the resource in a list", half.clone()),
        ("both in lists", listed(&half, &outer)),
    ] {
        suite.refuses(what, || refused(platform.post(SERIAL, body.to_string()).open(), MALFORMED));
    }
    suite.refuses("a decrypted refund in a list", || {
        let mut sealed = resource(API_V3_KEY, NONCE, None, r#"["1","SUCCESS"]"#);
        sealed["original_type"] = "refund".into();
        let body = envelope(&sealed).replace("TRANSACTION.SUCCESS", "REFUND.SUCCESS");
        let opened = platform.post(SERIAL, body).open().map_err(unexpected)?;
        refused(opened.event(), MALFORMED)
    });
}

/// Nested so deep that a recursive reader would run out of stack.
fn depth(suite: &mut Suite, platform: &Platform, good: &str) {
    const DEPTH: usize = 200_000;
    for (what, open, close) in [("arrays", "[", "]"), ("objects", "{\"a\":", "}")] {
        let nested = format!("{}1{}", open.repeat(DEPTH), close.repeat(DEPTH));
        suite.refuses(format!("{what} as the body"), || {
            refused(platform.post(SERIAL, nested.as_str()).open(), MALFORMED)
        });
        suite.refuses(format!("{what} never closed"), || {
            refused(platform.post(SERIAL, open.repeat(DEPTH)).open(), MALFORMED)
        });
        suite.refuses(format!("{what} as the id"), || {
            let body = good.replace("\"EV-2018022511223320873\"", &nested);
            refused(platform.post(SERIAL, body).open(), MALFORMED)
        });
        suite.refuses(format!("{what} as the decrypted resource"), || {
            let body = envelope(&resource(API_V3_KEY, NONCE, None, &nested));
            let opened = platform.post(SERIAL, body).open().map_err(unexpected)?;
            refused(opened.event(), MALFORMED)?;
            refused(opened.resource_as::<Value>(), MALFORMED)
        });
    }
}

fn open_event(
    platform: &Platform,
    event_type: &str,
    original_type: Option<&str>,
    text: &str,
) -> Result<Event, wechatpay_core::Error> {
    let mut body: Value = json!({
        "id": "1", "create_time": "2026-11-18T16:26:40+08:00", "event_type": event_type,
        "resource": {
            "algorithm": "AEAD_AES_256_GCM",
            "nonce": NONCE,
            "ciphertext": seal(API_V3_KEY, NONCE, "", text.as_bytes()),
        }
    });
    if let Some(original_type) = original_type {
        body["resource"]["original_type"] = original_type.into();
    }
    platform.post(SERIAL, body.to_string()).open()?.event()
}

/// JSON without regard to the order of its members.
fn read(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

/// What a signed answer says.
fn answer<T: DeserializeOwned>(
    platform: &Platform,
    text: &str,
) -> Result<T, wechatpay_core::Error> {
    let message = platform.post(SERIAL, text);
    let now = UnixTime::from_secs(message.now);
    UnverifiedResponse::new(message.parse_headers()?, &message.body)
        .verify(&trusted(), now, message.tolerance)?
        .body_as()
}

/// The typed form of what was decrypted.
fn events(suite: &mut Suite, platform: &Platform) {
    let partner = r#"{"sp_appid":"wx1","sp_mchid":"2","sub_appid":"wx3","sub_mchid":"4","out_trade_no":"5","trade_state":"SUCCESS","payer":{"sp_openid":"6","sub_openid":"7"},"amount":{"total":1},"new":[1]}"#;
    suite.accepts("partner form", || {
        match open_event(platform, "TRANSACTION.SUCCESS", Some("transaction"), partner) {
            Ok(Event::Transaction(order)) => {
                same(order.sub_mchid.as_deref(), Some("4"))?;
                same(order.payer.and_then(|payer| payer.sub_openid).as_deref(), Some("7"))?;
                same(order.other.get("new"), Some(&json!([1])))
            }
            other => Err(format!("{other:?}")),
        }
    });
    suite.accepts("combined form", || {
        let combined = r#"{"combine_appid":"wx1","combine_mchid":"2","combine_out_trade_no":"3","combine_payer_info":{"openid":"7"},"scene_info":{"device_id":"8"},"sub_orders":[{"mchid":"4","sub_mchid":"9","out_trade_no":"5","trade_state":"SUCCESS","bank_type":"OTHERS","attach":"a","amount":{"total_amount":6,"payer_amount":6,"currency":"CNY","payer_currency":"CNY"}}]}"#;
        match open_event(platform, "TRANSACTION.SUCCESS", None, combined) {
            Ok(Event::CombineTransaction(order)) => {
                let sub_order = &order.sub_orders[0];
                let amount = sub_order.amount.as_ref().ok_or("no amount")?;
                same((amount.total_amount, amount.payer_amount), (Some(6), Some(6)))?;
                same(amount.payer_currency.as_deref(), Some("CNY"))?;
                same(sub_order.sub_mchid.as_deref(), Some("9"))?;
                same(sub_order.bank_type.as_deref(), Some("OTHERS"))?;
                same(sub_order.attach.as_deref(), Some("a"))?;
                let text = serde_json::to_string(&order).map_err(|error| error.to_string())?;
                same(read(&text), read(combined))
            }
            other => Err(format!("{other:?}")),
        }
    });
    let refunds = [
        (
            "direct",
            r#"{"mchid":"1","transaction_id":"2","out_trade_no":"3","refund_id":"4","out_refund_no":"5","refund_status":"SUCCESS","success_time":"2026-11-18T16:26:40+08:00","user_received_account":"x0403","amount":{"total":999,"refund":998,"payer_total":997,"payer_refund":996}}"#,
        ),
        (
            "partner",
            r#"{"sp_mchid":"1","sub_mchid":"6","transaction_id":"2","out_trade_no":"3","refund_id":"4","out_refund_no":"5","refund_status":"ABNORMAL","user_received_account":"x0403","amount":{"total":999,"refund":998,"payer_total":997,"payer_refund":996},"new":[1]}"#,
        ),
    ];
    for (form, text) in refunds {
        suite.accepts(format!("refund, {form} form"), || {
            match open_event(platform, "REFUND.SUCCESS", Some("refund"), text) {
                Ok(Event::Refund(refund)) => {
                    let amount = refund.amount.as_ref().ok_or("no amount")?;
                    same((amount.total, amount.refund), (Some(999), Some(998)))?;
                    same((amount.payer_total, amount.payer_refund), (Some(997), Some(996)))?;
                    same(refund.out_refund_no.as_str(), "5")?;
                    let text_again =
                        serde_json::to_string(&refund).map_err(|error| error.to_string())?;
                    same(read(&text_again), read(text))
                }
                other => Err(format!("{other:?}")),
            }
        });
    }
    for (status, name) in [
        (RefundStatus::Success, "SUCCESS"),
        (RefundStatus::Closed, "CLOSED"),
        (RefundStatus::Abnormal, "ABNORMAL"),
        (RefundStatus::Processing, "PROCESSING"),
        (RefundStatus::Other("NEW".into()), "NEW"),
    ] {
        suite.accepts(format!("refund {name}, as an answer tells it"), || {
            let text = format!(
                r#"{{"refund_id":"4","out_refund_no":"5","transaction_id":"2","out_trade_no":"3","channel":"ORIGINAL","user_received_account":"x0403","create_time":"2026-11-18T16:26:40+08:00","status":"{name}","funds_account":"AVAILABLE","amount":{{"total":9,"refund":8,"from":[],"payer_total":7,"payer_refund":6,"settlement_refund":5,"settlement_total":4,"discount_refund":3,"currency":"CNY"}}}}"#
            );
            let refund: Refund = answer(platform, &text).map_err(unexpected)?;
            let amount = refund.amount.ok_or("no amount")?;
            same(refund.refund_status, status)?;
            same(refund.channel.as_deref(), Some("ORIGINAL"))?;
            same(refund.funds_account.as_deref(), Some("AVAILABLE"))?;
            same(refund.create_time.as_deref(), Some("2026-11-18T16:26:40+08:00"))?;
            same((amount.settlement_refund, amount.settlement_total), (Some(5), Some(4)))?;
            same((amount.discount_refund, amount.currency.as_deref()), (Some(3), Some("CNY")))?;
            same(amount.other.get("from"), Some(&json!([])))?;
            holds(amount.other.len() == 1 && refund.other.is_empty(), "a member has no place")
        });
    }
    for (event_type, original_type) in [
        ("PAYSCORE.USER_PAID", Some("payscore")),
        ("MCHTRANSFER.BILL.FINISHED", Some("mch_payment")),
        ("TRANSACTION.SUCCESS", Some("profitsharing")),
        ("SECURITY_ECHO.SUCCESS", Some("security")),
        ("NOT.KNOWN.YET", None),
        ("", None),
    ] {
        suite.accepts(format!("{event_type:?} of {original_type:?} is passed through"), || {
            match open_event(platform, event_type, original_type, r#"{"a":{"b":1}}"#) {
                Ok(Event::Other(members)) => same(&members["a"]["b"], &json!(1)),
                other => Err(format!("{other:?}")),
            }
        });
    }
    suite.accepts("unknown states and trade types are kept", || {
        let text = r#"{"out_trade_no":"1","trade_state":"ACCEPT","trade_type":"PAP"}"#;
        match open_event(platform, "TRANSACTION.SUCCESS", None, text) {
            Ok(Event::Transaction(order)) => {
                same(order.trade_state.as_str(), "ACCEPT")?;
                same(order.trade_type.map(|kind| kind.as_str().to_owned()).as_deref(), Some("PAP"))
            }
            other => Err(format!("{other:?}")),
        }
    });
    let malformed = |event_type: &'static str, text: &str| -> Check {
        refused(open_event(platform, event_type, None, text), MALFORMED)
    };
    for text in ["", "null", "[]", "1", "\"\"", "not JSON", "{", "{}x"] {
        suite.refuses(format!("decrypted resource {text:?}"), || {
            malformed("TRANSACTION.SUCCESS", text)?;
            malformed("REFUND.SUCCESS", text)?;
            malformed("NOT.KNOWN.YET", text)
        });
    }
    for total in [
        "\"100\"",
        "-0",
        "1.0",
        "18446744073709551616",
        "1.5",
        "1e2",
        "true",
        "[100]",
        "9223372036854775808",
        "1e400",
    ] {
        suite.refuses(format!("amount.total is {total}"), || {
            malformed(
                "TRANSACTION.SUCCESS",
                &format!(
                    r#"{{"out_trade_no":"1","trade_state":"SUCCESS","amount":{{"total":{total}}}}}"#
                ),
            )
        });
    }
    suite.refuses("order number is a number", || {
        malformed("TRANSACTION.SUCCESS", r#"{"out_trade_no":1,"trade_state":"SUCCESS"}"#)
    });
    for text in ["", "[]", "{}", r#"{"out_refund_no":1,"status":"SUCCESS"}"#] {
        suite.refuses(format!("{text:?} as the answer to a refund"), || {
            refused(answer::<Refund>(platform, text), MALFORMED)
        });
    }
    suite.refuses("refund without its state", || {
        malformed("REFUND.SUCCESS", r#"{"out_refund_no":"1"}"#)
    });
    for twice in [
        r#"{"out_trade_no":"1","out_trade_no":"2","trade_state":"SUCCESS"}"#,
        r#"{"out_trade_no":"1","trade_state":"NOTPAY","trade_\u0073tate":"SUCCESS"}"#,
        r#"{"out_trade_no":"1","trade_state":"SUCCESS","amount":{"total":1,"total":2}}"#,
    ] {
        suite.refuses(format!("a member twice: {twice}"), || {
            malformed("TRANSACTION.SUCCESS", twice)
        });
    }
    suite.refuses("an order that is nested too deeply", || {
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        malformed(
            "TRANSACTION.SUCCESS",
            &format!(r#"{{"out_trade_no":"1","trade_state":"SUCCESS","new":{deep}}}"#),
        )
    });
    suite.accepts("the largest amount there is", || {
        let text = r#"{"out_trade_no":"1","trade_state":"SUCCESS","amount":{"total":9223372036854775807,"new":18446744073709551615}}"#;
        match open_event(platform, "TRANSACTION.SUCCESS", None, text) {
            Ok(Event::Transaction(order)) => {
                let amount = order.amount.ok_or("no amount")?;
                same(amount.total, Some(i64::MAX))?;
                same(amount.other.get("new"), Some(&json!(u64::MAX)))
            }
            other => Err(format!("{other:?}")),
        }
    });
}
