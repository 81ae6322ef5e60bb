//! The APIv2 key and the other secrets, as they are configured.

use wechatpay_core::Error;
use wechatpay_core::jssdk::JsapiTicket;
use wechatpay_core::v2::{ApiKey, WorkwxSecret};
use wechatpay_tests::suite::{Suite, holds, refused, same};

use crate::oracle::KEY;

pub(crate) fn suite(suite: &mut Suite) {
    suite.accepts("32 letters and digits", || {
        holds(ApiKey::new(b"192006250b4c09247ec02edce69f6a2d").is_ok(), "was refused")
    });
    for (name, key) in [
        ("empty", String::new()),
        ("one character", "k".to_owned()),
        ("31 characters", KEY[1..].to_owned()),
        ("33 characters", format!("{KEY}x")),
        ("a line end behind it", format!("{KEY}\n")),
        ("a blank before it", format!(" {KEY}")),
        ("a blank instead of the last character", format!("{} ", &KEY[1..])),
        ("a blank inside", KEY.replacen('-', " ", 1)),
        ("a control character inside", KEY.replacen('-', "\0", 1)),
        ("10 Chinese characters and 2 digits", "密钥".repeat(5) + "12"),
        ("64 hex digits", "0123456789abcdef".repeat(4)),
    ] {
        suite.refuses(format!("key: {name}"), || refused(ApiKey::new(key.as_bytes()), CODE));
    }
    suite.refuses("key: not UTF-8", || refused(ApiKey::new(&[0xff; 32]), CODE));
    for (key, text) in [
        ("", "has 0 bytes; expected exactly 32"),
        ("abc", "has 3 bytes; expected exactly 32"),
        (&format!(" {KEY}\r\n"), "has 35 bytes, of which 3 are surrounding white space"),
        (&KEY.replacen('-', " ", 1), "not all of them are visible ASCII"),
    ] {
        suite.refuses(format!("the error of {key:?} says so"), || {
            let error = ApiKey::new(key.as_bytes()).expect_err("a malformed key");
            let message = error.to_string();
            holds(message.contains(text), &message)?;
            holds(key.len() < 3 || !message.contains(key.trim()), "the error shows the key")
        });
    }
    suite.refuses("the error carries both lengths", || {
        let found = ApiKey::new(format!("{KEY}\n").as_bytes()).err();
        same(found, Some(Error::ApiKeyInvalid { found: 33, trimmed: 32 }))
    });
    for (name, secret) in [
        ("empty", String::new()),
        ("with a line end", "secret\n".to_owned()),
        ("with a blank", "sec ret".to_owned()),
        ("129 bytes", "s".repeat(129)),
    ] {
        suite.refuses(format!("WeCom secret: {name}"), || {
            refused(WorkwxSecret::new(secret.as_bytes()), "ERR_KEY_INVALID")
        });
    }
    for (name, ticket) in [
        ("empty", String::new()),
        ("with a line end", "ticket\n".to_owned()),
        ("the whole answer", r#"{"errcode":0,"ticket":"bxLd"}"#.to_owned()),
        ("513 bytes", "t".repeat(513)),
    ] {
        suite.refuses(format!("jsapi_ticket: {name}"), || {
            refused(JsapiTicket::new(ticket.as_bytes()), "ERR_KEY_INVALID")
        });
    }
    suite.accepts("Debug shows no secret", || {
        let key = ApiKey::new(KEY.as_bytes()).expect("a key");
        let secret = WorkwxSecret::new(b"wecom-secret").expect("a secret");
        let ticket = JsapiTicket::new(b"jsapi-ticket").expect("a ticket");
        let shown = format!("{key:?} {key:#?} {secret:?} {ticket:?}");
        let bytes = format!("{:?}", KEY.as_bytes());
        for piece in [KEY, "wecom-secret", "jsapi-ticket", &bytes[1..bytes.len() - 1]] {
            holds(!shown.contains(piece), &shown)?;
        }
        Ok(())
    });
}

const CODE: &str = "ERR_API_KEY_INVALID";
