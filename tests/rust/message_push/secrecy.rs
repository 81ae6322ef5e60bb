//! What `Debug` and `Display` print of keys and messages.

use std::fmt::Debug;

use wechatpay_core::UnixTime;
use wechatpay_core::message_push::{
    EncodingAesKey, Reply, Token, UnverifiedMessage, UnverifiedPlainMessage,
};
use wechatpay_tests::primitives::hex;
use wechatpay_tests::suite::{Suite, holds};

use crate::wechat::{AES_KEY, APPID, Fixed, NOW, Push, TEXT, TOKEN, aes_key, key_bytes, token};

pub(crate) fn suite(suite: &mut Suite) {
    let bytes = key_bytes(AES_KEY);
    let secrets = [
        TOKEN.to_owned(),
        AES_KEY.to_owned(),
        hex(&bytes),
        format!("{bytes:?}"),
        format!("{:?}", TOKEN.as_bytes()),
        "OutTradeNo".to_owned(),
    ];
    let mut hides = |name: &str, value: &dyn Debug| {
        suite.refuses(name, || {
            for text in [format!("{value:?}"), format!("{value:#?}")] {
                for secret in &secrets {
                    holds(!text.contains(secret), format!("it prints {secret}: {text}"))?;
                }
            }
            Ok(())
        });
    };
    hides("Token", &token());
    hides("EncodingAesKey", &aes_key());
    let push = Push::good();
    let query = push.parsed_query().expect("a query");
    hides("PushQuery", &query);
    let unverified = UnverifiedMessage::new(query, push.body.as_bytes()).expect("a push");
    hides("UnverifiedMessage", &unverified);
    let verified = unverified.verify(&token()).expect("signed");
    hides("VerifiedMessage", &verified);
    hides("Message", &verified.open(&aes_key(), APPID).expect("opened"));
    let plain = UnverifiedPlainMessage::new(query, TEXT.as_bytes());
    hides("UnverifiedPlainMessage", &plain);
    hides("PlainMessage", &plain.verify(&token()).expect("signed"));
    let reply = Reply::new(TEXT, APPID).expect("a reply");
    hides("Reply", &reply);
    let time = UnixTime::from_secs(NOW);
    hides("SealedReply", &reply.seal(&aes_key(), &token(), time, "1", &mut Fixed(vec![1; 16])));

    let wrong = "a wrong key, neither a Token nor 43 letters";
    for (name, error) in
        [("Token", Token::new(wrong).err()), ("EncodingAesKey", EncodingAesKey::new(wrong).err())]
    {
        suite.refuses(format!("the error of {name}"), || {
            let error = error.ok_or("was accepted")?;
            holds(!format!("{error} {error:?}").contains(wrong), "it repeats the key")?;
            holds(error.to_string().len() > 40, "it teaches nothing")
        });
    }
}
