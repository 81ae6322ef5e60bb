//! What `Debug` and `Display` print of everything that holds a secret or a user's data.

use std::fmt::Debug;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wechatpay_core::UnixTime;
use wechatpay_core::mini_program::{
    AppKeys, AppSecret, Code2Session, EncryptedData, Env, SecureApiKey, SecureApiPrivateKey,
    SecureRequest, Session, SessionKey, UnverifiedPayEvent, UnverifiedRawData, VirtualPaymentCall,
};
use wechatpay_tests::primitives::{hex, hmac_sha256, sha1};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Suite, holds, unexpected};
use wechatpay_tests::vector;

use crate::wechat::{APPID, KEY, KEY_SN, NOW, SESSION_KEY, URL, encrypt, marked, session_key};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const APP_KEY: &str = "virtual-payment-app-key";

pub(crate) fn suite(suite: &mut Suite) {
    let mut hides = |name: &str, value: &dyn Debug, secrets: &[&str]| {
        suite.refuses(name, || {
            for text in [format!("{value:?}"), format!("{value:#?}")] {
                for secret in secrets {
                    let bytes = STANDARD.decode(secret).unwrap_or_default();
                    let forms = [(*secret).to_owned(), hex(secret.as_bytes()), hex(&bytes)];
                    let list = format!("{:?}", secret.as_bytes());
                    for form in forms.iter().chain([&list]).filter(|form| form.len() > 2) {
                        holds(!text.contains(form.as_str()), format!("it prints {form}: {text}"))?;
                    }
                }
            }
            Ok(())
        });
    };
    let secret = AppSecret::new(SECRET).expect("a secret");
    hides("AppSecret", &secret, &[SECRET]);
    let request = Code2Session::new(APPID, &secret, "0b3xY1ml").expect("a request");
    hides("Code2Session", &request, &[SECRET, "0b3xY1ml"]);
    hides("SecretUrl", &request.url(), &[SECRET, "0b3xY1ml"]);
    hides("SessionKey", &session_key(), &[SESSION_KEY]);
    let answer = format!(r#"{{"openid":"o6","session_key":"{SESSION_KEY}"}}"#);
    let session = Session::parse(answer.as_bytes()).expect("an answer").expect("a session");
    hides("Session", &session, &[SESSION_KEY]);
    let keys = AppKeys::default().with(Env::Live, APP_KEY).expect("a key");
    hides("AppKeys", &keys, &[APP_KEY]);
    let key = SecureApiKey::new(KEY_SN, KEY).expect("a key");
    hides("SecureApiKey", &key, &[KEY]);
    let pem = vector::key("throwaway-merchant-key.pem");
    let private_key = SecureApiPrivateKey::new(pem.as_bytes()).expect("a key");
    let lines: Vec<&str> = pem.lines().filter(|line| line.len() == 64).skip(8).collect();
    hides("SecureApiPrivateKey", &private_key, &lines);

    let signature = sha1(format!("RAW{SESSION_KEY}").as_bytes());
    let raw = UnverifiedRawData::new("RAW", &signature);
    hides("UnverifiedRawData", &raw, &["RAW"]);
    hides("VerifiedRawData", &raw.verify(&session_key()), &["RAW"]);
    let (data, iv) = encrypt(SESSION_KEY, &[1; 16], marked(APPID, NOW).as_bytes());
    let data = EncryptedData::new(&data, &iv).expect("data");
    hides("EncryptedData", &data, &["13580006666"]);
    let data = data.open(&session_key(), APPID).expect("opened");
    hides("UserData", &data, &["13580006666"]);
    hides("PhoneNumber", &data.phone_number(), &["13580006666"]);
    let payload = r#"{"OpenId":"oSecret"}"#;
    let mac = hmac_sha256(APP_KEY.as_bytes(), format!("e&{payload}").as_bytes());
    let event = UnverifiedPayEvent::new("e", payload, &mac).expect("an event");
    hides("UnverifiedPayEvent", &event, &["oSecret"]);
    hides("VerifiedPayEvent", &event.verify(&keys).expect("verified"), &["oSecret"]);
    let call = VirtualPaymentCall::new("/xpay/x", payload).expect("a call");
    hides("VirtualPaymentCall", &call, &["oSecret"]);
    let url = format!("{URL}?access_token=TOKEN");
    let request =
        SecureRequest::new(&url, APPID, r#"{"id":"secret-id"}"#, UnixTime::from_secs(NOW));
    let request = request.expect("a request");
    hides("SecureRequest", &request, &["TOKEN", "secret-id"]);
    let sealed = request.seal(&key, &mut TestRng::new(1)).expect("sealed");
    hides("SealedSecureRequest", &sealed, &["TOKEN", "secret-id", KEY]);

    errors(suite);
}

/// Refusals of keys do not repeat them.
fn errors(suite: &mut Suite) {
    let wrong = "a-key-with a blank";
    for (name, error) in [
        ("AppSecret", AppSecret::new(wrong).err()),
        ("SessionKey", SessionKey::new(wrong).err()),
        ("AppKeys", AppKeys::default().with(Env::Live, wrong).err()),
        ("SecureApiKey", SecureApiKey::new(KEY_SN, wrong).err()),
        ("SecureApiPrivateKey", SecureApiPrivateKey::new(wrong.as_bytes()).err()),
    ] {
        suite.refuses(format!("the error of {name}"), || {
            let error = error.ok_or("was accepted")?;
            let text = format!("{error} {error:?}");
            holds(!text.contains(wrong), &text)?;
            holds(error.to_string().len() > 40, "it teaches nothing")
        });
    }
    suite.refuses("the error of a session", || {
        let answer = r#"{"openid":"o6","session_key":"tiihtNczf5v6AKRyjwEUhQ=?"}"#;
        let error = Session::parse(answer.as_bytes()).err().ok_or("was accepted")?;
        let text = format!("{error} {error:?}");
        holds(!text.contains("tiiht") && !text.contains("o6"), text)
    });
    suite.accepts("an error of WeChat's server says what to do", || {
        let answer = br#"{"errcode":40163,"errmsg":"code been used"}"#;
        let refusal = Session::parse(answer).map_err(unexpected)?.err().ok_or("a session")?;
        let text = refusal.to_string();
        holds(text.contains("40163") && text.contains("wx.login"), text)
    });
}
