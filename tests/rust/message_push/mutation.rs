//! Damaged pushes: nothing panics, and nothing damaged is taken for what it was.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wechatpay_core::message_push::{EncodingAesKey, Token, UnverifiedMessage};
use wechatpay_tests::leaks;
use wechatpay_tests::mutate::{damaged, damaged_text};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Suite, holds, is_refused};

use crate::wechat::{AES_KEY, APPID, Push, TEXT, TOKEN, aes_key, framed, token};

const ROUNDS: usize = 1_000;

pub(crate) fn suite(suite: &mut Suite, seed: u64) {
    let rng = &mut TestRng::new(seed);
    for (format, good) in [("JSON", Push::good()), ("XML", Push::good().into_xml())] {
        for n in 0..ROUNDS {
            suite.refuses(format!("{format} body #{n}"), || {
                let body = damaged(rng, good.body.as_bytes());
                let query = good.parsed_query().expect("a query");
                let opened = UnverifiedMessage::new(query, &body)
                    .and_then(|message| message.verify(&token())?.open(&aes_key(), APPID));
                // What is not signed may change; the message may not.
                let is_refused = is_refused(&opened)?;
                holds(is_refused || opened.is_ok_and(|m| m.text() == TEXT), "another message")
            });
        }
    }
    let good = Push::good();
    for n in 0..ROUNDS {
        suite.refuses(format!("query #{n}"), || {
            let mut push = good.clone();
            let at = rng.below(push.query.len());
            let value = damaged_text(rng, &push.query[at].1);
            let name = push.query[at].0.clone();
            let is_signed = matches!(name.as_str(), "timestamp" | "nonce" | "msg_signature");
            let is_changed = value != push.query[at].1;
            push.query[at].1 = value;
            let opened = push.open();
            holds(is_refused(&opened)? || !(is_signed && is_changed), format!("another {name}"))
        });
    }
    signed(suite, rng);
    keys(suite, rng);
}

/// Frames and ciphertexts that the holder of the token made.
fn signed(suite: &mut Suite, rng: &mut TestRng) {
    let (frame, good) = (framed(TEXT.as_bytes(), APPID), Push::good());
    let ciphertext = STANDARD.decode(&good.encrypt).expect("base64");
    for n in 0..ROUNDS {
        suite.refuses(format!("frame #{n}"), || {
            let frame = damaged(rng, &frame);
            let opened = Push::of_plaintext(&frame).open();
            let is_framed = |text: &str| {
                let len = (text.len() as u32).to_be_bytes();
                frame.get(16..) == Some(&[&len[..], text.as_bytes(), APPID.as_bytes()].concat()[..])
            };
            let is_refused = is_refused(&opened)?;
            holds(is_refused || opened.is_ok_and(|m| is_framed(m.text())), "another frame")
        });
        suite.refuses(format!("ciphertext #{n}"), || {
            let encrypt = STANDARD.encode(damaged(rng, &ciphertext));
            is_refused(&Push::of_encrypt(&encrypt).open()).map(drop)
        });
        suite.refuses(format!("Encrypt #{n}"), || {
            let mut push = good.clone();
            push.encrypt = damaged_text(rng, &good.encrypt);
            push.body = serde_json::json!({ "Encrypt": push.encrypt }).to_string();
            push.sign();
            is_refused(&push.open()).map(drop)
        });
    }
}

fn keys(suite: &mut Suite, rng: &mut TestRng) {
    for secret in [AES_KEY, TOKEN] {
        suite.refuses(format!("{secret} passes in an error"), || {
            holds(leaks::found_in(secret).is_some(), "was not found")
        });
    }
    for n in 0..ROUNDS {
        suite.refuses(format!("keys #{n}"), || {
            is_refused(&Token::new(&damaged_text(rng, TOKEN)))?;
            let text = damaged_text(rng, AES_KEY);
            let is_key = !is_refused(&EncodingAesKey::new(&text))?;
            let is_base64 = |b: u8| b.is_ascii_alphanumeric() || b == b'+' || b == b'/';
            holds(is_key == (text.len() == 43 && text.bytes().all(is_base64)), format!("{text:?}"))
        });
    }
}
