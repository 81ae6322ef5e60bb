//! A request of the encrypted server API: what is inside, what binds it, who signed it.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wechatpay_core::UnixTime;
use wechatpay_core::hazmat::PublicKey;
use wechatpay_core::mini_program::{
    SealedSecureRequest, SecureApiKey, SecureApiPrivateKey, SecureRequest,
};
use wechatpay_core::signature::Signature;
use wechatpay_tests::primitives::sign_pss;
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Check, Suite, holds, refused, same, unexpected};
use wechatpay_tests::{pem, vector};

use crate::wechat::{APPID, KEY, KEY_SN, NOW, URL};

const DATA: &str = r#"{"appid":"wx4f4bc4dec97d474b","openid":"oEWz","scene":0}"#;

pub(crate) fn key() -> SecureApiKey {
    SecureApiKey::new(KEY_SN, KEY).expect("a key")
}

fn private_key(file: &str) -> SecureApiPrivateKey {
    SecureApiPrivateKey::new(vector::key(file).as_bytes()).expect("a private key")
}

fn sealed(url: &'static str, data: &'static str) -> SealedSecureRequest<'static> {
    SecureRequest::new(url, APPID, data, UnixTime::from_secs(NOW))
        .and_then(|request| request.seal(&key(), &mut TestRng::new(3)))
        .expect("a sealed request")
}

/// Opens a body as WeChat does, bound to this associated data.
fn opened(body: &str, associated_data: &str) -> Result<String, String> {
    let body: Value = serde_json::from_str(body).map_err(|error| error.to_string())?;
    let member = |name: &str| STANDARD.decode(body[name].as_str().unwrap_or("-"));
    let member = |name| member(name).map_err(|error| format!("{name}: {error}"));
    let (iv, tag): (Vec<u8>, Vec<u8>) = (member("iv")?, member("authtag")?);
    same((iv.len(), tag.len(), body.as_object().map(|body| body.len())), (12, 16, Some(3)))?;
    let sealed = [member("data")?, tag].concat();
    let key = STANDARD.decode(KEY).expect("base64");
    let payload = Payload { msg: &sealed, aad: associated_data.as_bytes() };
    let plaintext = Aes256Gcm::new_from_slice(&key)
        .expect("32 bytes")
        .decrypt(&Nonce::try_from(&iv[..]).expect("12 bytes"), payload)
        .map_err(|_| "does not open".to_owned())?;
    String::from_utf8(plaintext).map_err(|error| error.to_string())
}

pub(crate) fn suite(suite: &mut Suite) {
    encryption(suite);
    signature(suite);
    arguments(suite);
    keys(suite);
}

fn encryption(suite: &mut Suite) {
    let associated_data = format!("{URL}|{APPID}|{NOW}|{KEY_SN}");
    for (name, data, expected) in [
        ("members", DATA, json!({ "appid": APPID, "openid": "oEWz", "scene": 0 })),
        ("none", "{}", json!({})),
        ("blanks around and inside", " {\n \"a\" : [ {} ] } \n", json!({ "a": [{}] })),
        ("braces in texts", r#"{"a":"}{","b":"\"}"}"#, json!({ "a": "}{", "b": "\"}" })),
    ] {
        suite.accepts(format!("data: {name}"), || {
            let request = sealed(URL, data).assemble(&any_signature());
            let plaintext = opened(&request.body, &associated_data)?;
            let mut found: Value = serde_json::from_str(&plaintext).map_err(|e| e.to_string())?;
            let found = found.as_object_mut().ok_or("no object")?;
            same(found.remove("_appid"), Some(APPID.into()))?;
            same(found.remove("_timestamp"), Some(NOW.into()))?;
            let nonce = found.remove("_n").ok_or("no _n")?;
            let nonce =
                STANDARD.decode(nonce.as_str().unwrap_or("-")).map_err(|e| e.to_string())?;
            same(nonce.len(), 16)?;
            same(Value::Object(found.clone()), expected)?;
            let inside = data.trim().trim_start_matches('{').trim_end_matches('}').trim();
            holds(plaintext.contains(inside), "the members were written anew")
        });
    }
    suite.accepts("the query with its token is not signed", || {
        let with_query = "https://api.weixin.qq.com/wxa/getuserriskrank?access_token=TOKEN#x";
        let sealed = sealed(with_query, DATA);
        holds(!format!("{sealed:?}").contains("TOKEN"), "Debug shows the token")?;
        let message = String::from_utf8(sealed.message()).map_err(|error| error.to_string())?;
        holds(message.starts_with(&format!("{URL}\n{APPID}\n{NOW}\n{{\"iv\":")), &message)?;
        holds(message.ends_with('}'), "a line end stands behind the message")
    });
    suite.accepts("iv and _n come from the generator, each time anew", || {
        let request = SecureRequest::new(URL, APPID, DATA, UnixTime::from_secs(NOW));
        let request = request.map_err(unexpected)?;
        let rng = &mut TestRng::new(4);
        let (one, two) = (request.seal(&key(), rng), request.seal(&key(), rng));
        let again = request.seal(&key(), &mut TestRng::new(4)).map_err(unexpected)?.message();
        let (one, two) = (one.map_err(unexpected)?.message(), two.map_err(unexpected)?.message());
        holds(one != two, "the same twice")?;
        same(one, again)
    });
    for (name, other) in [
        ("url", associated_data.replace("getuser", "putuser")),
        ("appid", associated_data.replace("|wx4", "|wx5")),
        ("timestamp", associated_data.replace("|1795", "|1796")),
        ("number of the key", associated_data.replace("|fa05", "|fa06")),
        ("nothing", String::new()),
    ] {
        suite.refuses(format!("opened as one for another {name}"), || {
            let request = sealed(URL, DATA).assemble(&any_signature());
            same(opened(&request.body, &other), Err("does not open".to_owned()))
        });
    }
}

fn signature(suite: &mut Suite) {
    let files = [
        "throwaway-merchant-key.pem",
        "throwaway-merchant-key-pkcs1.pem",
        "throwaway-rsa3072-key.pem",
        "flurl-4096-key.pem",
    ];
    for (file, public) in files.into_iter().zip([
        "throwaway-merchant-pub.pem",
        "throwaway-merchant-pub.pem",
        "throwaway-rsa3072-pub.pem",
        "flurl-4096-pub.pem",
    ]) {
        suite.accepts(format!("signed with {file}"), || {
            let sealed = sealed(URL, DATA);
            let message = sealed.message();
            let signed = sealed.sign(&private_key(file), &mut TestRng::new(5));
            let signed = signed.map_err(unexpected)?;
            same(signed.body.as_bytes(), message.splitn(4, |b| *b == b'\n').nth(3).unwrap_or(b""))?;
            same(
                signed.headers(),
                [
                    ("Wechatmp-Appid", APPID.to_owned()),
                    ("Wechatmp-TimeStamp", NOW.to_string()),
                    ("Wechatmp-Signature", signed.signature.clone()),
                ],
            )?;
            let signature =
                STANDARD.decode(&signed.signature).map_err(|error| error.to_string())?;
            verify(public, &message, &signature, true)?;
            verify(public, &[&message[..], b"\n"].concat(), &signature, false)
        });
    }
    suite.accepts("signed elsewhere", || {
        let sealed = sealed(URL, DATA);
        let rng = &mut TestRng::new(6);
        let made = sign_pss("throwaway-merchant-key.pem", &sealed.message(), 32, rng);
        let signature = Signature::from_bytes(&made).map_err(unexpected)?;
        same(sealed.assemble(&signature).signature, STANDARD.encode(made))
    });
    suite.accepts("a salt makes each signature another", || {
        let (key, rng) = (private_key("throwaway-merchant-key.pem"), &mut TestRng::new(7));
        let mut sign = || sealed(URL, DATA).sign(&key, rng).map(|signed| signed.signature);
        let (one, two) = (sign().map_err(unexpected)?, sign().map_err(unexpected)?);
        holds(one != two, "the same twice")
    });
}

fn any_signature() -> Signature {
    Signature::from_bytes(&[1; 256]).expect("a signature")
}

/// By the public key of the core; `pss` and the differential suite prove that against others.
fn verify(public_key: &str, message: &[u8], signature: &[u8], expected: bool) -> Check {
    use sha2::Digest;

    let key = PublicKey::parse_der(&pem::der(&vector::key(public_key)))?;
    let digest = sha2::Sha256::digest(message).into();
    same(key.verify_pss_sha256(&digest, signature), expected)
}

fn arguments(suite: &mut Suite) {
    let new = |url, appid, data| SecureRequest::new(url, appid, data, UnixTime::from_secs(NOW));
    for url in [
        "",
        "/wxa/getuserriskrank",
        "api.weixin.qq.com/wxa/getuserriskrank",
        "http://api.weixin.qq.com/wxa/getuserriskrank",
        "https://",
        "https://api.weixin.qq.com",
        "https:///wxa",
        "https://api.weixin.qq.com/wxa/ x",
        "https://api.weixin.qq.com/wxa\n",
        "https://api.weixin.qq.com/wxa|",
        "https://api.weixin.qq.com/风控",
    ] {
        suite.refuses(format!("url {url:?}"), || {
            refused(new(url, APPID, DATA), "ERR_ARGUMENT_INVALID")
        });
    }
    for appid in ["", "wx|", "wx\n", "wx 1"] {
        suite.refuses(format!("appid {appid:?}"), || {
            refused(new(URL, appid, DATA), "ERR_ARGUMENT_INVALID")
        });
    }
    for data in [
        "",
        "null",
        "[]",
        "1",
        "{",
        "{}}",
        "{} {}",
        r#"{"a":1,}"#,
        r#"{"_n":"x"}"#,
        r#"{"a":1,"_appid":"wx0"}"#,
        r#"{"_timestamp":0}"#,
        r#"{"_appi\u0064":"wx0"}"#,
    ] {
        suite.refuses(format!("data {data:?}"), || {
            refused(new(URL, APPID, data), "ERR_ARGUMENT_INVALID")
        });
    }
}

fn keys(suite: &mut Suite) {
    for sn in ["", "x", "fa05|", "fa05\n", "PUB_KEY_ID_1", &"a".repeat(65)] {
        suite.refuses(format!("number of the key {sn:?}"), || {
            refused(SecureApiKey::new(sn, KEY), "ERR_ARGUMENT_INVALID")
        });
    }
    for (name, key) in [
        ("empty", String::new()),
        ("16 bytes", STANDARD.encode([1; 16])),
        ("31 bytes", STANDARD.encode([1; 31])),
        ("33 bytes", STANDARD.encode([1; 33])),
        ("without padding", KEY.trim_end_matches('=').to_owned()),
        ("stray bits", KEY.replace("LY=", "LZ=")),
        ("a blank behind", format!("{KEY} ")),
        ("hex", "00".repeat(32)),
    ] {
        suite.refuses(format!("key: {name}"), || {
            refused(SecureApiKey::new(KEY_SN, &key), "ERR_KEY_INVALID")
        });
    }
    for file in [
        "throwaway-merchant-pub.pem",
        "throwaway-merchant-cert.pem",
        "throwaway-encrypted-key.pem",
        "throwaway-ec-key.pem",
        "throwaway-rsa1024-key.pem",
        "flurl-sm2-key.pem",
    ] {
        suite.refuses(format!("private key {file}"), || {
            refused(SecureApiPrivateKey::new(vector::key(file).as_bytes()), "ERR_KEY_INVALID")
        });
    }
}
