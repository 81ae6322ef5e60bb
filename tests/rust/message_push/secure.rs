//! Secure mode: what is right opens; every other signature, key, length, padding and receiver does not.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wechatpay_core::Tolerance;
use wechatpay_core::UnixTime;
use wechatpay_core::message_push::{EncodingAesKey, Format, Token, UnverifiedMessage};
use wechatpay_tests::primitives::{sha1, sha1_sorted};
use wechatpay_tests::suite::{Suite, refused, same, unexpected};

use crate::wechat::{APPID, NOW, Push, TEXT, TOKEN, aes_key, framed, token};

pub(crate) fn suite(suite: &mut Suite) {
    good(suite);
    as_json(suite);
    signatures(suite);
    queries(suite);
    bodies(suite);
    paddings(suite);
    frames(suite);
    receivers(suite);
    keys(suite);
}

fn good(suite: &mut Suite) {
    for (name, push, format) in
        [("JSON", Push::good(), Format::Json), ("XML", Push::good().into_xml(), Format::Xml)]
    {
        suite.accepts(name, || {
            let message = push.open().map_err(unexpected)?;
            same(message.text(), TEXT)?;
            same(message.format(), format)?;
            let json: Value = message.json_as().map_err(unexpected)?;
            same(json["OutTradeNo"].as_str(), Some("支付1"))
        });
    }
    suite.accepts("Encrypt with its slashes escaped as \\/", || {
        let mut push = Push::good();
        push.body = push.body.replace('/', "\\/");
        same(push.open().map_err(unexpected)?.text(), TEXT)
    });
    suite.accepts(
        "compatibility mode: the message stands beside it in plain text, and is not read",
        || {
            let mut push = Push::good();
            let encrypt = push.encrypt.clone();
            push.body = json!({ "OutTradeNo": "forged", "Encrypt": encrypt }).to_string();
            same(push.open().map_err(unexpected)?.text(), TEXT)
        },
    );
    suite.accepts("the parameter signature is not looked at", || {
        let mut push = Push::good();
        push.set("signature", "wrong");
        push.open().map(drop).map_err(unexpected)
    });
    for len in [0, 1, 10, 11, 12, 13, 31, 32, 33, 1000, 70_000] {
        suite.accepts(format!("a message of {len} bytes"), || {
            let text = "x".repeat(len);
            let push = Push::of_plaintext(&framed(text.as_bytes(), APPID));
            same(push.open().map_err(unexpected)?.text(), text.as_str())
        });
    }
    suite.accepts("fresh", || {
        let push = Push::good();
        let query = push.parsed_query().map_err(unexpected)?;
        query
            .fresh(UnixTime::from_secs(NOW + 60), Tolerance::default())
            .map(drop)
            .map_err(unexpected)
    });
    suite.refuses("stale", || {
        let push = Push::good();
        let query = push.parsed_query().map_err(unexpected)?;
        let fresh = query.fresh(UnixTime::from_secs(NOW + 301), Tolerance::default());
        refused(fresh, "ERR_TIMESTAMP_OUTSIDE_WINDOW")
    });
}

/// XML as JSON: texts, objects and lists.
fn as_json(suite: &mut Suite) {
    let open = |text: &str| Push::of_plaintext(&framed(text.as_bytes(), APPID)).into_xml().open();
    for (xml, json) in [
        ("<xml></xml>", json!("")),
        ("<xml><a>1</a><b><![CDATA[<&]]></b></xml>", json!({ "a": "1", "b": "<&" })),
        ("<xml>\n<a>\n<b>x</b>\n</a>\n<c/></xml>", json!({ "a": { "b": "x" }, "c": "" })),
        (
            "<xml><i>1</i><i><j>2</j></i><i>3</i><k>4</k></xml>",
            json!({ "i": ["1", { "j": "2" }, "3"], "k": "4" }),
        ),
    ] {
        suite.accepts(xml, || {
            same(open(xml).and_then(|m| m.json_as::<Value>()).map_err(unexpected)?, json)
        });
    }
    for text in ["[]", "", "1", "<xml>", "<!DOCTYPE x><xml/>", "<xml a='1'/>"] {
        suite.refuses(format!("in an XML push: {text}"), || {
            refused(open(text).and_then(|message| message.json_as::<Value>()), "ERR_BODY_MALFORMED")
        });
    }
    for text in ["<xml>", "", "{", "\"{}\""] {
        suite.refuses(format!("in a JSON push: {text}"), || {
            let message = Push::of_plaintext(&framed(text.as_bytes(), APPID)).open();
            refused(message.and_then(|message| message.json_as::<Value>()), "ERR_BODY_MALFORMED")
        });
    }
}

fn signatures(suite: &mut Suite) {
    let good = Push::good();
    let (timestamp, nonce) = (good.parameter("timestamp"), good.parameter("nonce"));
    let signature = good.parameter("msg_signature");
    for (name, value) in [
        ("empty", String::new()),
        ("upper case", signature.to_uppercase()),
        ("cut off", signature[..39].to_owned()),
        ("too long", format!("{signature}0")),
        ("a blank before it", format!(" {signature}")),
        ("that of plain mode", good.parameter("signature")),
        ("unsorted", sha1([TOKEN, &timestamp, &nonce, &good.encrypt].concat().as_bytes())),
        ("without token", sha1_sorted(vec![&timestamp, &nonce, &good.encrypt])),
        ("another token", sha1_sorted(vec!["AAAAAtoken2", &timestamp, &nonce, &good.encrypt])),
        ("over the body", sha1_sorted(vec![TOKEN, &timestamp, &nonce, &good.body])),
    ] {
        suite.refuses(format!("msg_signature: {name}"), || {
            let mut push = good.clone();
            push.set("msg_signature", &value);
            refused(push.open(), "ERR_MAC_INVALID")
        });
    }
    for at in 0..40 {
        suite.refuses(format!("msg_signature, digit {at} changed"), || {
            let mut digits = signature.clone().into_bytes();
            digits[at] = if digits[at] == b'0' { b'1' } else { b'0' };
            let mut push = good.clone();
            push.set("msg_signature", &String::from_utf8(digits).map_err(|e| e.to_string())?);
            refused(push.open(), "ERR_MAC_INVALID")
        });
    }
    for (name, value) in [("timestamp", "1795000001"), ("nonce", "415670742")] {
        suite.refuses(format!("another {name}"), || {
            let mut push = good.clone();
            push.set(name, value);
            refused(push.open(), "ERR_MAC_INVALID")
        });
    }
    suite.refuses("another Encrypt", || {
        let mut push = good.clone();
        push.body = push.body.replacen(&good.encrypt[..4], "AAAA", 1);
        refused(push.open(), "ERR_MAC_INVALID")
    });
    suite.refuses("another token configured", || {
        let query = good.parsed_query().map_err(unexpected)?;
        let message = UnverifiedMessage::new(query, good.body.as_bytes()).map_err(unexpected)?;
        let other = Token::new("AAAAAtoken2").map_err(unexpected)?;
        refused(message.verify(&other), "ERR_MAC_INVALID")
    });
    border(suite);
}

/// The signed texts are joined without a border. Whole cipher blocks moved from `Encrypt` into the nonce
/// leave the joined text as it was: the limit on the nonce catches that.
fn border(suite: &mut Suite) {
    let mut push = (0_u8..=255)
        .map(|n| {
            let text = [&[n][..], TEXT.as_bytes()].concat();
            Push::of_plaintext(&framed(&text, APPID))
        })
        .find(|push| {
            let moved = &push.encrypt[..64];
            moved.bytes().all(|b| b.is_ascii_alphanumeric()) && push.encrypt.as_str() > "z"
        });
    // Such a ciphertext is rare; without one, letters and digits stand in for it.
    let mut push = push.take().unwrap_or_else(|| Push::of_encrypt(&"z".repeat(192)));
    for moved in [1, 4, 16, 48, 63, 64, 128] {
        suite.refuses(format!("{moved} characters of Encrypt moved into the nonce"), || {
            let mut shifted = push.clone();
            let nonce = push.parameter("nonce");
            shifted.set("nonce", &format!("{nonce}{}", &push.encrypt[..moved]));
            shifted.body = json!({ "Encrypt": &push.encrypt[moved..] }).to_string();
            match shifted.open().err().map(|error| error.code()) {
                Some("ERR_ARGUMENT_INVALID" | "ERR_DECRYPT_FAILED" | "ERR_MAC_INVALID") => Ok(()),
                other => Err(format!("{other:?}")),
            }
        });
    }
    push.sign();
}

fn queries(suite: &mut Suite) {
    for name in ["timestamp", "nonce", "msg_signature"] {
        suite.refuses(format!("without {name}"), || {
            let mut push = Push::good();
            push.remove(name);
            refused(push.open(), "ERR_ARGUMENT_INVALID")
        });
        suite.refuses(format!("{name} twice"), || {
            let mut push = Push::good();
            push.query.push((name.to_owned(), push.parameter(name)));
            refused(push.open(), "ERR_ARGUMENT_INVALID")
        });
    }
    suite.refuses("names of parameters in upper case", || {
        let mut push = Push::good();
        for (name, _) in &mut push.query {
            name.make_ascii_uppercase();
        }
        refused(push.open(), "ERR_ARGUMENT_INVALID")
    });
}

fn bodies(suite: &mut Suite) {
    let good = Push::good();
    let encrypt = good.encrypt.as_str();
    for body in [
        "",
        " ",
        "null",
        "[]",
        "{}",
        encrypt,
        TEXT,
        r#"{"Encrypt":null}"#,
        r#"{"Encrypt":""}"#,
        r#"{"Encrypt":1}"#,
        &json!({ "encrypt": encrypt }).to_string(),
        &json!({ "ENCRYPT": encrypt }).to_string(),
        &json!({ "xml": { "Encrypt": encrypt } }).to_string(),
        &json!({ "Encrypt": [encrypt] }).to_string(),
        &format!(r#"{{"Encrypt":"{encrypt}","Encrypt":"{encrypt}"}}"#),
        &format!(r#"{{"Encrypt":"{encrypt}"}} x"#),
        &format!(r#"{{"Encrypt":"{encrypt}\n"}}"#),
        &format!(r#"{{"Encrypt":" {encrypt}"}}"#),
        &format!(r#"{{"Encrypt":"{}"}}"#, encrypt.replace('+', "-").replace('/', "_") + "_"),
        &format!(r#"{{"Encrypt":"{encrypt}""#),
    ] {
        suite.refuses(format!("body {}", body.replace(encrypt, "…")), || {
            let mut push = good.clone();
            push.body = body.to_owned();
            refused(push.open(), "ERR_BODY_MALFORMED")
        });
    }
    for (name, encrypt) in [
        ("unpadded", "AAAA".repeat(10) + "AAA"),
        ("stray bits", "A".repeat(41) + "B=="),
        ("padding in the middle", "AAA=".repeat(16)),
        ("one block only", STANDARD.encode([0; 16])),
        ("no whole block", STANDARD.encode([0; 40])),
    ] {
        suite.refuses(format!("signed Encrypt: {name}"), || {
            refused(Push::of_encrypt(&encrypt).open(), "ERR_DECRYPT_FAILED")
        });
    }
}

/// The right frame under every padding but the right one.
fn paddings(suite: &mut Suite) {
    let full = |len: usize| {
        let mut plaintext = framed(TEXT.as_bytes(), APPID);
        plaintext.resize(plaintext.len().next_multiple_of(32) + len, b'x');
        plaintext
    };
    for last in (0..=255).filter(|last| *last != 1) {
        suite.refuses(format!("padding byte {last} alone"), || {
            let blocks = [full(31), vec![last]].concat();
            refused(Push::of_blocks(&blocks).open(), "ERR_DECRYPT_FAILED")
        });
    }
    for count in 2..=32_usize {
        for at in [0, count / 2, count - 2] {
            suite.refuses(format!("padding of {count}, byte {at} wrong"), || {
                let mut blocks = [full(32 - count), vec![count as u8; count]].concat();
                let start = blocks.len() - count;
                blocks[start + at] ^= 0x80;
                refused(Push::of_blocks(&blocks).open(), "ERR_DECRYPT_FAILED")
            });
        }
    }
    for blocks in [vec![32; 32], vec![16; 16], vec![33; 48], vec![0; 64]] {
        suite.refuses(format!("nothing but {} bytes of {}", blocks.len(), blocks[0]), || {
            refused(Push::of_blocks(&blocks).open(), "ERR_DECRYPT_FAILED")
        });
    }
    suite.accepts("padding to 16 where it is padding to 32 as well", || {
        // OpenSSL would pad to 16; from 1 to 16 bytes are the same under both.
        let mut text = TEXT.to_owned();
        while !matches!(framed(text.as_bytes(), APPID).len() % 32, 16..=31) {
            text.push(' ');
        }
        let push = Push::of_plaintext(&framed(text.as_bytes(), APPID));
        same(push.open().map_err(unexpected)?.text(), text.as_str())
    });
}

/// Lengths that lie.
fn frames(suite: &mut Suite) {
    let with_len = |len: u32| {
        let mut plaintext = framed(TEXT.as_bytes(), APPID);
        plaintext[16..20].copy_from_slice(&len.to_be_bytes());
        Push::of_plaintext(&plaintext).open()
    };
    let (text, appid) = (TEXT.len() as u32, APPID.len() as u32);
    for len in
        [text + appid + 1, text + appid + 100, i32::MAX as u32, 1 << 31, u32::MAX - 20, u32::MAX]
    {
        suite.refuses(format!("length {len}"), || refused(with_len(len), "ERR_DECRYPT_FAILED"));
    }
    for len in [0, 1, text - 3, text + 1, text + appid] {
        suite.refuses(format!("length {len}, inside"), || {
            refused(with_len(len), "ERR_APPID_MISMATCH")
        });
    }
    suite.refuses("a length in the other byte order", || {
        refused(with_len(text.swap_bytes()), "ERR_DECRYPT_FAILED")
    });
    for len in [0, 1, 15, 16, 19] {
        suite.refuses(format!("a frame of {len} bytes"), || {
            refused(Push::of_plaintext(&vec![b'1'; len]).open(), "ERR_DECRYPT_FAILED")
        });
    }
    suite.refuses("no message and no receiver", || {
        refused(Push::of_plaintext(&[0; 20]).open(), "ERR_APPID_MISMATCH")
    });
    for (name, text) in [
        ("a character cut off", &"支付".as_bytes()[..5]),
        ("a surrogate", b"\xed\xa0\x80"),
        ("a byte that no text has", b"\xff"),
    ] {
        suite.refuses(format!("a message that is not UTF-8: {name}"), || {
            refused(Push::of_plaintext(&framed(text, APPID)).open(), "ERR_DECRYPT_FAILED")
        });
    }
}

fn receivers(suite: &mut Suite) {
    for appid in
        ["", "wx0000000000000000", "wxba5fad812f8e6fb", "wxba5fad812f8e6fb9 ", "WXBA5FAD812F8E6FB9"]
    {
        suite.refuses(format!("made for {appid:?}"), || {
            let push = Push::of_plaintext(&framed(TEXT.as_bytes(), appid));
            refused(push.open(), "ERR_APPID_MISMATCH")
        });
    }
    suite.refuses("configured for another", || {
        let mut push = Push::good();
        push.appid = "wx0000000000000000".to_owned();
        refused(push.open(), "ERR_APPID_MISMATCH")
    });
    for appid in ["", " ", "wx\n", "小程序"] {
        suite.refuses(format!("configured as {appid:?}"), || {
            let mut push = Push::of_plaintext(&framed(TEXT.as_bytes(), appid));
            push.appid = appid.to_owned();
            refused(push.open(), "ERR_ARGUMENT_INVALID")
        });
    }
}

fn keys(suite: &mut Suite) {
    let push = Push::good();
    let verified = || {
        let query = push.parsed_query().map_err(unexpected)?;
        let message = UnverifiedMessage::new(query, push.body.as_bytes()).map_err(unexpected)?;
        message.verify(&token()).map_err(unexpected)
    };
    suite.accepts("the key", || verified()?.open(&aes_key(), APPID).map(drop).map_err(unexpected));
    for n in 0..300 {
        suite.refuses(format!("another key, #{n}"), || {
            let key = format!("{n:03}defghijklmnopqrstuvwxyz0123456789ABCDEFG");
            let key = EncodingAesKey::new(&key).map_err(unexpected)?;
            // Beyond the padding, which one key in 256 survives, no frame comes out.
            match verified()?.open(&key, APPID).err().map(|error| error.code()) {
                Some("ERR_DECRYPT_FAILED" | "ERR_APPID_MISMATCH") => Ok(()),
                other => Err(format!("{other:?}")),
            }
        });
    }
}
