//! WeChat's side: encrypts and signs pushes.

use std::convert::Infallible;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use wechatpay_core::Error;
use wechatpay_core::message_push::{EncodingAesKey, Message, PushQuery, Token, UnverifiedMessage};
use wechatpay_core::rand_core::{TryCryptoRng, TryRng};
use wechatpay_tests::primitives::{aes_256_cbc, pad, sha1_sorted};

pub(crate) const TOKEN: &str = "AAAAAtoken1";
pub(crate) const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
pub(crate) const APPID: &str = "wxba5fad812f8e6fb9";
pub(crate) const NOW: u64 = 1_795_000_000;
pub(crate) const TEXT: &str =
    r#"{"ToUserName":"gh_1","Event":"xpay_goods_deliver_notify","OutTradeNo":"支付1"}"#;

pub(crate) fn token() -> Token {
    Token::new(TOKEN).expect("a token")
}

pub(crate) fn aes_key() -> EncodingAesKey {
    EncodingAesKey::new(AES_KEY).expect("a key")
}

/// The 32 bytes of an EncodingAESKey, stray bits dropped.
pub(crate) fn key_bytes(encoding_aes_key: &str) -> Vec<u8> {
    let mut bytes = STANDARD.decode(format!("{encoding_aes_key}A")).expect("base64");
    bytes.truncate(32);
    bytes
}

/// `random(16) ‖ length(4) ‖ message ‖ appid`.
pub(crate) fn framed(text: &[u8], appid: &str) -> Vec<u8> {
    let len = (text.len() as u32).to_be_bytes();
    [b"0123456789abcdef", &len[..], text, appid.as_bytes()].concat()
}

/// `Encrypt` of whole blocks.
pub(crate) fn encrypt_blocks(encoding_aes_key: &str, blocks: &[u8]) -> String {
    let key = key_bytes(encoding_aes_key);
    STANDARD.encode(aes_256_cbc(&key, &key[..16], blocks))
}

/// A push in all its parts, each of which can be spoilt.
#[derive(Clone)]
pub(crate) struct Push {
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) encrypt: String,
    pub(crate) appid: String,
}

impl Push {
    /// What WeChat sends when all is well.
    pub(crate) fn good() -> Self {
        Self::of_plaintext(&framed(TEXT.as_bytes(), APPID))
    }

    pub(crate) fn of_plaintext(plaintext: &[u8]) -> Self {
        Self::of_blocks(&pad(plaintext, 32))
    }

    pub(crate) fn of_blocks(blocks: &[u8]) -> Self {
        Self::of_encrypt(&encrypt_blocks(AES_KEY, blocks))
    }

    /// With this `Encrypt`, as JSON, signed.
    pub(crate) fn of_encrypt(encrypt: &str) -> Self {
        let body = json!({ "ToUserName": "gh_1", "Encrypt": encrypt }).to_string();
        let query = [
            ("timestamp", NOW.to_string()),
            ("nonce", "415670741".to_owned()),
            ("openid", "o9AgO5Kd5".to_owned()),
            ("encrypt_type", "aes".to_owned()),
        ];
        let mut push = Self {
            query: query.map(|(name, value)| (name.to_owned(), value)).to_vec(),
            body,
            encrypt: encrypt.to_owned(),
            appid: APPID.to_owned(),
        };
        push.sign();
        push
    }

    /// As XML, with the same signature.
    pub(crate) fn into_xml(mut self) -> Self {
        self.body = format!(
            "<xml>\n<ToUserName><![CDATA[gh_1]]></ToUserName>\n<Encrypt><![CDATA[{}]]></Encrypt>\n</xml>",
            self.encrypt
        );
        self
    }

    /// Signs timestamp, nonce and `Encrypt` as they are now.
    pub(crate) fn sign(&mut self) {
        let (timestamp, nonce) = (self.parameter("timestamp"), self.parameter("nonce"));
        let signature = sha1_sorted(vec![TOKEN, &timestamp, &nonce]);
        let msg_signature = sha1_sorted(vec![TOKEN, &timestamp, &nonce, &self.encrypt]);
        self.set("signature", &signature);
        self.set("msg_signature", &msg_signature);
    }

    pub(crate) fn parameter(&self, name: &str) -> String {
        let found = self.query.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.query.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.query.retain(|(n, _)| n != name);
    }

    pub(crate) fn parsed_query(&self) -> Result<PushQuery<'_>, Error> {
        PushQuery::from_pairs(self.query.iter().map(|(n, v)| (n.as_str(), v.as_str())))
    }

    pub(crate) fn open(&self) -> Result<Message, Error> {
        UnverifiedMessage::new(self.parsed_query()?, self.body.as_bytes())?
            .verify(&token())?
            .open(&aes_key(), &self.appid)
    }
}

/// A generator that gives these bytes, then zeros.
pub(crate) struct Fixed(pub(crate) Vec<u8>);

impl TryRng for Fixed {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unreachable!("bytes only")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("bytes only")
    }

    fn try_fill_bytes(&mut self, target: &mut [u8]) -> Result<(), Infallible> {
        let taken = self.0.len().min(target.len());
        target[..taken].copy_from_slice(&self.0[..taken]);
        self.0.drain(..taken);
        Ok(())
    }
}

impl TryCryptoRng for Fixed {}
