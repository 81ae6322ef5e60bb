//! Answers: sealed by the core, read as WeChat reads them, and by the core itself.

use serde_json::{Value, json};
use wechatpay_core::message_push::{
    EncodingAesKey, Format, PushQuery, Reply, SealedReply, UnverifiedMessage,
};
use wechatpay_core::{Error, UnixTime};
use wechatpay_tests::primitives::{pad, sha1_sorted};
use wechatpay_tests::suite::{Suite, holds, refused, same, unexpected};

use crate::wechat::{AES_KEY, APPID, Fixed, NOW, TOKEN, aes_key, encrypt_blocks, framed, token};

const NONCE: &str = "415670741";

fn seal(text: &str, appid: &str, nonce: &str) -> Result<SealedReply, Error> {
    let random = &mut Fixed(b"0123456789abcdef".to_vec());
    Reply::new(text, appid)?.seal(&aes_key(), &token(), UnixTime::from_secs(NOW), nonce, random)
}

pub(crate) fn suite(suite: &mut Suite) {
    for text in
        ["", "success", r#"{"demo_resp":"good luck"}"#, "<xml>支付]]></xml>", &"x".repeat(5000)]
    {
        suite.accepts(format!("{} bytes", text.len()), || {
            let sealed = seal(text, APPID, NONCE).map_err(unexpected)?;
            let expected = encrypt_blocks(AES_KEY, &pad(&framed(text.as_bytes(), APPID), 32));
            same(&sealed.encrypt, &expected)?;
            let time = NOW.to_string();
            same(&sealed.msg_signature, &sha1_sorted(vec![TOKEN, &time, NONCE, &expected]))
        });
    }
    suite.accepts("as JSON: the time is a number, the nonce a text", || {
        let sealed = seal("{}", APPID, NONCE).map_err(unexpected)?;
        let body: Value =
            serde_json::from_str(&sealed.to_body(Format::Json)).map_err(|e| e.to_string())?;
        same(
            body,
            json!({ "Encrypt": sealed.encrypt, "MsgSignature": sealed.msg_signature,
                "TimeStamp": NOW, "Nonce": NONCE }),
        )
    });
    suite.accepts("as XML", || {
        let sealed = seal("<xml></xml>", APPID, NONCE).map_err(unexpected)?;
        let expected = format!(
            "<xml><Encrypt><![CDATA[{}]]></Encrypt><MsgSignature><![CDATA[{}]]></MsgSignature>\
             <TimeStamp>{NOW}</TimeStamp><Nonce><![CDATA[{NONCE}]]></Nonce></xml>",
            sealed.encrypt, sealed.msg_signature
        );
        same(sealed.to_body(Format::Xml), expected)
    });
    for format in [Format::Json, Format::Xml] {
        suite.accepts(format!("{format:?}, opened again"), || {
            let sealed = seal("text", APPID, NONCE).map_err(unexpected)?;
            let (time, body) = (NOW.to_string(), sealed.to_body(format));
            let message = PushQuery::from_pairs([
                ("timestamp", time.as_str()),
                ("nonce", NONCE),
                ("msg_signature", &sealed.msg_signature),
            ])
            .and_then(|query| UnverifiedMessage::new(query, body.as_bytes()))
            .and_then(|message| message.verify(&token())?.open(&aes_key(), APPID))
            .map_err(unexpected)?;
            same(message.text(), "text")
        });
    }
    suite.accepts("the random bytes come from the generator", || {
        let sealed = |random: &[u8]| {
            let reply = Reply::new("x", APPID)?;
            let random = &mut Fixed(random.to_vec());
            reply.seal(&aes_key(), &token(), UnixTime::from_secs(NOW), NONCE, random)
        };
        let (one, two) =
            (sealed(&[1; 16]).map_err(unexpected)?, sealed(&[2; 16]).map_err(unexpected)?);
        holds(one.encrypt != two.encrypt, "the same twice")
    });
    for appid in ["", " ", "wx\n", &"x".repeat(65)] {
        suite.refuses(format!("appid {appid:?}"), || {
            refused(seal("x", appid, NONCE), "ERR_ARGUMENT_INVALID")
        });
    }
    for nonce in ["", " ", "a&b", "随机", "]]>", &"1".repeat(65)] {
        suite.refuses(format!("nonce {nonce:?}"), || {
            refused(seal("x", APPID, nonce), "ERR_ARGUMENT_INVALID")
        });
    }
    suite.refuses("opened with another key", || {
        let sealed = seal("x", APPID, NONCE).map_err(unexpected)?;
        let (time, body) = (NOW.to_string(), sealed.to_body(Format::Json));
        let query = PushQuery::from_pairs([
            ("timestamp", time.as_str()),
            ("nonce", NONCE),
            ("msg_signature", &sealed.msg_signature),
        ]);
        let other = EncodingAesKey::new(&"B".repeat(43)).map_err(unexpected)?;
        let opened = query
            .and_then(|query| UnverifiedMessage::new(query, body.as_bytes()))
            .and_then(|message| message.verify(&token())?.open(&other, APPID));
        refused(opened, "ERR_DECRYPT_FAILED")
    });
}
