//! The border of what is beside payments of APIv3: message push, APIv2, mini programs.

use std::str::from_utf8;
use std::sync::LazyLock;

use wechatpay_core::keys::ApiV3Key;
use wechatpay_core::message_push::{EncodingAesKey, PushQuery, Token, UrlCheck};
use wechatpay_core::mini_program::{
    AppKeys, AppSecret, Code2Session, EncryptedData, Env, SecureApiCertificate, SecureApiKey,
    SecureApiPrivateKey, SessionKey, UnverifiedPayEvent, UnverifiedRawData,
};
use wechatpay_core::v2::{
    self, Answer, ApiKey, Coupon, Fields, H5Coupon, SignType, WorkwxApi, WorkwxSecret,
};
use wechatpay_core::v3::testing::TestPlatform;
use wechatpay_core::{Error, Tolerance, UnixTime};
use wechatpay_tests::platform::NOW;
use wechatpay_tests::primitives::{aes_128_cbc, hmac_sha256, pad, sha1, sha1_sorted};
use wechatpay_tests::vector;
use wechatpay_wasm_native::{
    CouponList, MerchantV2Handle, MessagePushHandle, MiniProgramHandle, SecureApiHandle,
    TestPlatformHandle, notification_answer, string_a, user_signature, verify_raw_data,
    workwx_sign,
};

use crate::border::{TOLERANCE, expected, outcome};
use crate::input::{SEPARATOR, edited, join, parts, text};

const APPID: &str = "wx4f4bc4dec97d474b";
const TOKEN: &str = "AAAAAtoken1";
const API_KEY: &str = "throw-away-APIv2-key-of-32-chars";
const APP_SECRET: &str = "0123456789abcdef0123456789abcdef";
const APP_KEYS: [&str; 2] = ["live-app-key", "sandbox-app-key"];
const SESSION_KEY: &str = "tiihtNczf5v6AKRyjwEUhQ==";
const IV: &str = "BwcHBwcHBwcHBwcHBwcHBw==";
const MCHID: &str = "1900007291";

static PUSH: LazyLock<MessagePushHandle> = LazyLock::new(|| {
    MessagePushHandle::new(APPID.into(), TOKEN.into(), None, Some(TOLERANCE)).expect("a token")
});
static V2: LazyLock<(MerchantV2Handle, ApiKey)> = LazyLock::new(|| {
    let handle = MerchantV2Handle::new(API_KEY.into(), None).expect("a key");
    (handle, ApiKey::new(API_KEY.as_bytes()).expect("a key"))
});
static MINI: LazyLock<MiniProgramHandle> = LazyLock::new(|| {
    let [live, sandbox] = APP_KEYS.map(|key| Some(key.into()));
    MiniProgramHandle::new(APPID.into(), Some(APP_SECRET.into()), live, sandbox).expect("keys")
});

pub(super) fn extras(choice: u8, data: &[u8]) {
    match choice {
        2 => url_check(data),
        3 => texts_of_v2(data),
        4 => coupon(data),
        5 => login(data),
        6 => user_data(data),
        _ => keys(data),
    }
}

fn seconds() -> u32 {
    u32::try_from(NOW).expect("32 bits")
}

/// Name, value, name, value, …, as they cross.
fn pairs(list: &[String]) -> impl Iterator<Item = (&str, &str)> {
    list.chunks_exact(2).map(|pair| (pair[0].as_str(), pair[1].as_str()))
}

/// A query as it came, and one that WeChat signed.
fn url_check(data: &[u8]) {
    let [query, nonce, echostr] = parts(data);
    let [query, nonce, echostr] = [query, nonce, echostr].map(|part| text(part).into_owned());
    let timestamp = NOW.to_string();
    let signature = sha1_sorted(vec![TOKEN, &timestamp, &nonce]);
    let names = ["signature", "timestamp", "nonce", "echostr"].map(str::to_owned);
    let signed = names.into_iter().zip([signature, timestamp, nonce.clone(), echostr.clone()]);
    let signed: Vec<String> = signed.flat_map(|(name, value)| [name, value]).collect();
    let (now, tolerance) = (UnixTime::from_secs(NOW), Tolerance::from_secs(TOLERANCE));
    let token = Token::new(TOKEN).expect("a token");
    for query in [query.split('\0').map(str::to_owned).collect(), signed] {
        let core = PushQuery::from_pairs(pairs(&query))
            .and_then(|query| query.fresh(now, tolerance))
            .and_then(|query| UrlCheck::new(query).verify(&token));
        let found = outcome(PUSH.verify_url(query.clone(), seconds()));
        assert_eq!(found, expected(core.map(str::to_owned)));
    }
    // With a key it would ask the host for randomness.
    let sealed = outcome(PUSH.seal_reply(&echostr, true, seconds(), &nonce));
    assert_eq!(sealed, Err("ERR_KEY_INVALID".to_owned()));
}

fn texts_of_v2(data: &[u8]) {
    let [name, secret, list] = parts(data);
    let name = text(name);
    let list: Vec<String> =
        list.split(|byte| *byte == SEPARATOR).map(|part| text(part).into_owned()).collect();
    let fields = || Fields::from_pairs(pairs(&list));
    let (handle, key) = &*V2;
    let core = fields().map(|fields| v2::string_a(&fields));
    assert_eq!(outcome(string_a(list.clone())), expected(core));
    let sign_type = SignType::parse(&name);
    let sign_type = sign_type.ok_or(Error::ArgumentInvalid { name: "sign_type", expected: "" });
    let core = fields().and_then(|fields| Ok(v2::sign(&fields, key, sign_type?)));
    assert_eq!(outcome(handle.sign(list.clone(), &name)), expected(core));
    for (is_transfer, api) in [(false, WorkwxApi::RedPacket), (true, WorkwxApi::Transfer)] {
        let core = WorkwxSecret::new(secret).and_then(|secret| {
            let mut fields = fields()?;
            api.add_workwx_sign(&mut fields, &secret)?;
            Ok(fields.get("workwx_sign").unwrap_or_default().to_owned())
        });
        let found = outcome(workwx_sign(is_transfer, list.clone(), secret.to_vec()));
        assert_eq!(found, expected(core));
    }
    let answer = Answer::Fail(&name);
    assert_eq!(notification_answer(Some(name.to_string()), false), answer.to_xml());
    assert_eq!(notification_answer(Some(name.to_string()), true), answer.to_event_xml());
}

fn coupon(data: &[u8]) {
    let [stock, request, code, merchant, time, openid] = parts(data).map(text);
    let given =
        [code, merchant, time].map(|part| Some(part.into_owned()).filter(|t| !t.is_empty()));
    let [code, merchant, time] = given;
    let core = || {
        let mut coupon = Coupon::new(&stock, &request)?;
        if let Some(code) = &code {
            coupon = coupon.coupon_code(code)?;
        }
        if let Some(merchant) = &merchant {
            coupon = coupon.create_coupon_merchant(merchant)?;
        }
        if let Some(time) = &time {
            coupon = coupon.customize_send_time(time)?;
        }
        H5Coupon::new(MCHID, &openid, coupon)?.sign(&V2.1)
    };
    let mut list = CouponList::new();
    let added = list.add(&stock, &request, code.clone(), merchant.clone(), time.clone());
    let found = added.and_then(|()| V2.0.coupon_url(MCHID, &openid, list));
    assert_eq!(outcome(found), expected(core()));
}

fn login(data: &[u8]) {
    let [first, second, mac] = parts(data).map(text);
    let secret = AppSecret::new(APP_SECRET).expect("a secret");
    for backup in [false, true] {
        let core = Code2Session::new(APPID, &secret, &first).map(|request| {
            let url = if backup { request.backup_url() } else { request.url() };
            Some(url.secret_str().to_owned())
        });
        assert_eq!(outcome(MINI.code2session_url(&first, backup)), expected(core));
    }
    let [live, sandbox] = APP_KEYS;
    let keys = AppKeys::default().with(Env::Live, live);
    let keys = keys.and_then(|keys| keys.with(Env::Sandbox, sandbox)).expect("keys");
    let message = format!("{first}&{second}");
    let genuine = APP_KEYS.map(|key| hmac_sha256(key.as_bytes(), message.as_bytes()));
    for mac in genuine.iter().map(String::as_str).chain([&*mac]) {
        let core = UnverifiedPayEvent::new(&first, &second, mac)
            .and_then(|event| event.verify(&keys))
            .map(|event| u8::from(event.env() == Env::Sandbox));
        assert_eq!(outcome(MINI.verify_pay_event(&first, &second, mac)), expected(core));
    }
}

fn user_data(data: &[u8]) {
    let [key_script, script, raw, mac] = parts(data);
    let key = edited(SESSION_KEY.as_bytes(), key_script);
    let session_key = || SessionKey::new(from_utf8(&key).unwrap_or_default());
    let raw = text(raw);
    let signature = session_key().map(|key| key.signature(raw.as_bytes()));
    assert_eq!(outcome(user_signature(key.clone(), raw.as_bytes())), expected(signature));
    for mac in [sha1(format!("{raw}{SESSION_KEY}").as_bytes()), text(mac).into_owned()] {
        let core =
            session_key().and_then(|key| UnverifiedRawData::new(&raw, &mac).verify(&key).map(drop));
        assert_eq!(outcome(verify_raw_data(key.clone(), &raw, &mac)), expected(core));
    }
    let sealed = sealed(raw.as_bytes());
    let sealed = edited(sealed.as_bytes(), script);
    let sealed = text(&sealed);
    for tolerance in [None, Some(TOLERANCE)] {
        let core = session_key().and_then(|key| {
            let opened = EncryptedData::new(&sealed, IV)?.open(&key, APPID)?;
            let Some(tolerance) = tolerance else { return Ok(opened) };
            opened.fresh(UnixTime::from_secs(NOW), Tolerance::from_secs(tolerance))
        });
        let found = MINI.open_encrypted_data(key.clone(), &sealed, IV, seconds(), tolerance);
        assert_eq!(outcome(found), expected(core.map(|opened| opened.json().to_owned())));
    }
}

fn sealed(plaintext: &[u8]) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let [key, iv] = [SESSION_KEY, IV].map(|text| STANDARD.decode(text).expect("base64"));
    STANDARD.encode(aes_128_cbc(&key, &iv, &pad(plaintext, 16)))
}

/// Keys of every kind, each of which is refused as the core refuses it.
fn keys(data: &[u8]) {
    let [number, first, second] = parts(data);
    let number = text(number);
    let (text_of_first, text_of_second) =
        (from_utf8(first).unwrap_or_default(), from_utf8(second).unwrap_or_default());
    let (bytes, other) = (|| first.to_vec(), || second.to_vec());

    let core = Token::new(text_of_first).and_then(|_| EncodingAesKey::new(text_of_second));
    let found = MessagePushHandle::new(APPID.into(), bytes(), Some(other()), None);
    assert_eq!(outcome(found).map(drop), expected(core).map(drop));

    let core = ApiKey::new(first).and_then(|_| ApiV3Key::new(second));
    let found = MerchantV2Handle::new(bytes(), Some(other()));
    assert_eq!(outcome(found).map(drop), expected(core).map(drop));

    let core = AppKeys::default().with(Env::Live, text_of_first);
    let core = core.and_then(|_| AppSecret::new(text_of_second));
    let found = MiniProgramHandle::new(APPID.into(), Some(other()), Some(bytes()), None);
    assert_eq!(outcome(found).map(drop), expected(core).map(drop));

    let core = SecureApiKey::new(&number, text_of_first)
        .and_then(|_| SecureApiPrivateKey::new(second).map(drop));
    let found = SecureApiHandle::new(APPID.into(), &number, bytes(), other(), TOLERANCE, false);
    let handle = outcome(found);
    assert_eq!(handle.as_ref().map(drop), expected(core).as_ref().map(drop));
    if let Ok(mut handle) = handle {
        let core = SecureApiCertificate::new(&number, second);
        let found = outcome(handle.add_certificate(&number, second));
        assert_eq!(found, expected(core).map(drop));
    }

    let core = TestPlatform::new(&number, second);
    let found = TestPlatformHandle::new(&number, other(), false);
    assert_eq!(outcome(found).map(drop), expected(core).map(drop));
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let later = super::LATER;
    let marked = format!(r#"{{"a":1,"watermark":{{"appid":"{APPID}","timestamp":{NOW}}}}}"#);
    let event = "minigame_game_pay_goods_deliver_notify";
    let key = vector::key("throwaway-merchant-key.pem");
    let symmetric = b"otUpngOjU+nVQaWJIC3D/yMLV17RKaP6t4Ot9tbnzLY=";
    let seed = |choice: u8, given: &[&[u8]]| [&[later + choice], &*join(given)].concat();
    vec![
        seed(2, &[b"signature\0a\0timestamp\x001795000000\0nonce\0n", b"415670741", b"43751"]),
        seed(3, &[b"MD5", b"secret", b"appid", b"wx1", b"total_fee", b"1"]),
        seed(
            3,
            &[
                b"HMAC-SHA256",
                b"secret",
                b"act_name",
                b"a",
                b"mch_billno",
                b"1",
                b"mch_id",
                b"1",
                b"nonce_str",
                b"n",
                b"re_openid",
                b"o",
                b"total_amount",
                b"1",
                b"wxappid",
                b"wx1",
            ],
        ),
        seed(4, &[b"1", b"2", b"c", b"3", b"2020-11-08T00:00:00+08:00", b"o"]),
        seed(5, &[b"0b3xY1ml2mvRWd4wxWnl2Lplsz3xY1mk", b"", b""]),
        seed(5, &[event.as_bytes(), br#"{"Env":1,"OpenId":"o"}"#, b""]),
        seed(6, &[b"", b"", marked.as_bytes(), b""]),
        seed(6, &[b"\x01\x00\x00\x01", b"\x01\x00\x00\x01", marked.as_bytes(), b"00"]),
        seed(7, &[b"fa05fe1e5bcc79b81ad5ad4b58acf787", symmetric, key.as_bytes()]),
        seed(7, &[b"1", TOKEN.as_bytes(), b"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"]),
        seed(7, &[b"1", API_KEY.as_bytes(), API_KEY.as_bytes()]),
    ]
}
