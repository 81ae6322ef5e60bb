//! Token and EncodingAESKey: what is taken, and that stray bits change nothing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wechatpay_core::message_push::{EncodingAesKey, Token};
use wechatpay_tests::primitives::pad;
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Suite, refused, same, unexpected};

use crate::wechat::{AES_KEY, APPID, Push, TEXT, encrypt_blocks, framed, token};

pub(crate) fn suite(suite: &mut Suite) {
    for text in ["abc", "AAAAA", "0123456789abcdefghijklmnopqrstuv"] {
        suite.accepts(format!("Token {text}"), || Token::new(text).map(drop).map_err(unexpected));
    }
    for text in [
        "",
        "ab",
        "0123456789abcdefghijklmnopqrstuvw",
        "abc ",
        " abc",
        "abc\n",
        "a-bc",
        "a_bc",
        "令牌令",
        "abc\0",
    ] {
        suite.refuses(format!("Token {text:?}"), || refused(Token::new(text), "ERR_KEY_INVALID"));
    }
    let long = "A".repeat(44);
    for text in [
        "",
        "A",
        &AES_KEY[..42],
        &long,
        &format!("{AES_KEY}="),
        &format!("{}=", &AES_KEY[..42]),
        &format!("{} ", &AES_KEY[..42]),
        &format!("-{}", &AES_KEY[..42]),
        &format!("_{}", &AES_KEY[..42]),
        &format!("{}\n", &AES_KEY[..42]),
        &format!("\0{}", &AES_KEY[..42]),
        &"密".repeat(15)[..43 - 43 % 3],
    ] {
        suite.refuses(format!("EncodingAESKey {text:?}"), || {
            refused(EncodingAesKey::new(text), "ERR_KEY_INVALID")
        });
    }
    // The last of 43 characters has four bits that count and two that do not: each key is written in
    // four ways.
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let rng = &mut TestRng::new(11);
    for n in 0..16 {
        let bytes = [rng.bytes(31), vec![n]].concat();
        let canonical = STANDARD.encode(&bytes);
        let last = ALPHABET.iter().position(|c| *c == canonical.as_bytes()[42]).expect("base64");
        for stray in 0..4 {
            let text = format!("{}{}", &canonical[..42], char::from(ALPHABET[last + stray]));
            suite.accepts(format!("EncodingAESKey {text}, stray bits {stray}"), || {
                let key = EncodingAesKey::new(&text).map_err(unexpected)?;
                let blocks = pad(&framed(TEXT.as_bytes(), APPID), 32);
                let push = Push::of_encrypt(&encrypt_blocks(&canonical[..43], &blocks));
                let query = push.parsed_query().map_err(unexpected)?;
                let message = wechatpay_core::message_push::UnverifiedMessage::new(
                    query,
                    push.body.as_bytes(),
                )
                .and_then(|message| message.verify(&token())?.open(&key, APPID))
                .map_err(unexpected)?;
                same(message.text(), TEXT)
            });
        }
    }
}
