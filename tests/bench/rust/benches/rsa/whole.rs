//! Whole operations of APIv3: this core beside the crates that do the same, each as its documentation calls it.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use getrandom::SysRng;
use wechatpay_core::keys::{ApiV3Key, MerchantKey, PlatformKey, PlatformKeys};
use wechatpay_core::rand_core::UnwrapErr;
use wechatpay_core::v3::testing::{Delivery, NotificationContent, TestPlatform};
use wechatpay_core::v3::{
    RequestPayment, SignableRequest, UnverifiedNotification, UnverifiedResponse, WechatpayHeaders,
};
use wechatpay_core::{Tolerance, UnixTime};
use wxpay_rs::auth::{Sha256RsaSigner, Sha256RsaVerifier, Signer as _, Verifier};
use wxpay_rs::notify::{NotifyHandler, NotifyHeaders};

use crate::cases::{Case, Clock};

const MCHID: &str = "1900000001";
const APPID: &str = "wx8888888888888888";
const SERIAL_NO: &str = "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C";
const PUBLIC_KEY_ID: &str = "PUB_KEY_ID_0119000000012024010100000000000001";
const API_V3_KEY: &str = "0123456789abcdefghijklmnopqrstuv";
const NONCE: &str = "593BEC0C930BF1AFEB40B4A08C8FB242";
const PATH: &str = "/v3/pay/transactions/jsapi";
const PREPAY_ID: &str = "wx201410272009395522657a690389285100";
const OWN_KEY: &str = include_str!("../../../../vectors/keys/throwaway-merchant-key.pem");
const THEIR_KEY: &str = include_str!("../../../../vectors/keys/throwaway-platform-next-key.pem");
const THEIR_PUBLIC_KEY: &str =
    include_str!("../../../../vectors/keys/throwaway-platform-next-pub.pem");
const ORDER: &str = include_str!("../../../order.json");
const TRANSACTION: &str = include_str!("../../../transaction.json");

pub fn all() -> Vec<Case> {
    vec![authorization(), pay_parameters(), notification(), response()]
}

fn authorization() -> Case {
    let (ours, signer, theirs) = (merchant(), Arc::new(signer()), wechat_pay());
    let runtime = runtime();
    Case {
        name: "request authorization".into(),
        clock: Clock::Wall,
        operations: vec![
            (
                "ours",
                Box::new(move || {
                    let unsigned = SignableRequest::new("POST", PATH, ORDER.as_bytes())
                        .and_then(|request| request.finalize(ours.identity(), now(), NONCE));
                    let signed = unsigned.and_then(|it| it.sign(&ours, &mut UnwrapErr(SysRng)));
                    assert!(signed.expect("signed").to_string().starts_with("WECHATPAY2"));
                }),
            ),
            (
                "wxpay-rs",
                Box::new(move || {
                    let timestamp = seconds();
                    let message =
                        Sha256RsaSigner::build_sign_message("POST", PATH, timestamp, NONCE, ORDER);
                    let signature = runtime.block_on(signer.sign(&message)).expect("signed");
                    assert!(
                        !signer.build_authorization_header(NONCE, timestamp, &signature).is_empty()
                    );
                }),
            ),
            (
                "wechat-pay",
                Box::new(move || {
                    let built = wechat_pay::auth::build_authorization(&theirs, "POST", PATH, ORDER);
                    assert!(built.is_ok());
                }),
            ),
        ],
    }
}

fn pay_parameters() -> Case {
    let (ours, signer, theirs) = (merchant(), Arc::new(signer()), wechat_pay());
    let runtime = runtime();
    Case {
        name: "pay parameters".into(),
        clock: Clock::Wall,
        operations: vec![
            (
                "ours",
                Box::new(move || {
                    let unsigned = RequestPayment::new(APPID, PREPAY_ID)
                        .and_then(|payment| payment.finalize(now(), NONCE));
                    assert!(unsigned.and_then(|it| it.sign(&ours, &mut UnwrapErr(SysRng))).is_ok());
                }),
            ),
            (
                "wxpay-rs",
                Box::new(move || {
                    let message =
                        format!("{APPID}\n{}\n{NONCE}\nprepay_id={PREPAY_ID}\n", seconds());
                    assert!(runtime.block_on(signer.sign(&message)).is_ok());
                }),
            ),
            (
                "wechat-pay",
                Box::new(move || {
                    assert!(wechat_pay::auth::sign_pay_params(&theirs, PREPAY_ID).is_ok());
                }),
            ),
        ],
    }
}

fn notification() -> Case {
    let (keys, key) = (platform_keys(), ApiV3Key::new(API_V3_KEY.as_bytes()).expect("a key"));
    let (handler, config) = (handler(), wechat_pay());
    let runtime = runtime();
    let [ours, theirs, others] = [(); 3].map(|()| delivered());
    Case {
        name: "notification to object".into(),
        clock: Clock::Wall,
        operations: vec![
            (
                "ours",
                Box::new(move || {
                    let pairs = ours.headers.iter().map(|(name, value)| (*name, value.as_str()));
                    let headers = WechatpayHeaders::from_pairs(pairs).expect("headers");
                    let opened = UnverifiedNotification::new(headers, &ours.body)
                        .verify(&keys, now(), tolerance())
                        .and_then(|verified| verified.open(&key));
                    assert!(opened.and_then(|notification| notification.event()).is_ok());
                }),
            ),
            (
                "wxpay-rs",
                Box::new(move || {
                    let [timestamp, nonce, serial, signature] = headers(&theirs);
                    let headers = NotifyHeaders { timestamp, nonce, serial, signature };
                    runtime.block_on(async {
                        let request = handler.verify_and_parse(headers, &theirs.body).await;
                        let request = request.expect("verified");
                        assert!(handler.handle_verified_payment_notify(&request).await.is_ok());
                    });
                }),
            ),
            (
                "wechat-pay",
                Box::new(move || {
                    let [timestamp, nonce, serial, signature] = headers(&others);
                    let headers =
                        wechat_pay::NotifyHeaders::new(timestamp, nonce, signature, serial);
                    let body = std::str::from_utf8(&others.body).expect("text");
                    let handler = wechat_pay::NotifyHandler::new(&config);
                    assert!(handler.parse_transaction(&headers, body).is_ok());
                }),
            ),
        ],
    }
}

fn response() -> Case {
    let (keys, verifier, runtime) = (platform_keys(), verifier(), runtime());
    let [ours, theirs, others] = [(); 3].map(|()| delivered());
    Case {
        name: "response verification".into(),
        clock: Clock::Wall,
        operations: vec![
            (
                "ours",
                Box::new(move || {
                    let pairs = ours.headers.iter().map(|(name, value)| (*name, value.as_str()));
                    let headers = WechatpayHeaders::from_pairs(pairs).expect("headers");
                    let response = UnverifiedResponse::new(headers, &ours.body);
                    assert!(response.verify(&keys, now(), tolerance()).is_ok());
                }),
            ),
            (
                "wxpay-rs",
                Box::new(move || {
                    let [timestamp, nonce, serial, signature] = headers(&theirs);
                    let timestamp = timestamp.parse().expect("digits");
                    let body = std::str::from_utf8(&theirs.body).expect("text");
                    let message = Sha256RsaVerifier::build_verify_message(timestamp, nonce, body);
                    let verified = verifier.verify_with_serial(&message, signature, serial);
                    assert!(runtime.block_on(verified).expect("verified"));
                }),
            ),
            (
                "wechat-pay",
                Box::new(move || {
                    let [timestamp, nonce, _, signature] = headers(&others);
                    let body = std::str::from_utf8(&others.body).expect("text");
                    let message = wechat_pay::auth::build_verify_message(timestamp, nonce, body);
                    let verified =
                        wechat_pay::auth::verify_signature(THEIR_PUBLIC_KEY, &message, signature);
                    assert!(verified.is_ok());
                }),
            ),
        ],
    }
}

fn merchant() -> MerchantKey {
    MerchantKey::new(MCHID, SERIAL_NO, OWN_KEY.as_bytes()).expect("a key")
}

fn platform_keys() -> PlatformKeys {
    let key = PlatformKey::from_public_key(PUBLIC_KEY_ID, THEIR_PUBLIC_KEY.as_bytes());
    PlatformKeys::new([key.expect("a key")]).expect("one key")
}

fn signer() -> Sha256RsaSigner {
    Sha256RsaSigner::new(MCHID, OWN_KEY.as_bytes(), SERIAL_NO).expect("a key")
}

fn verifier() -> Arc<dyn Verifier> {
    let keys = vec![(PUBLIC_KEY_ID.to_owned(), THEIR_PUBLIC_KEY.as_bytes().to_vec())];
    Arc::new(Sha256RsaVerifier::new_with_public_keys(vec![], keys).expect("a key"))
}

fn handler() -> NotifyHandler {
    let config = wxpay_rs::NotifyConfig {
        api_v3_key: API_V3_KEY.into(),
        cert_serial_number: SERIAL_NO.into(),
        platform_certificate: vec![],
    };
    NotifyHandler::new(config, verifier()).expect("a key")
}

fn wechat_pay() -> wechat_pay::Config {
    wechat_pay::Config::new(APPID, MCHID, API_V3_KEY, SERIAL_NO, OWN_KEY)
        .expect("a key")
        .with_platform_public_key(PUBLIC_KEY_ID, THEIR_PUBLIC_KEY)
}

fn delivered() -> Delivery {
    let platform = TestPlatform::new(PUBLIC_KEY_ID, THEIR_KEY.as_bytes()).expect("a key");
    let content = NotificationContent {
        id: "EV-2018022511223320873",
        create_time: "2018-06-08T10:34:56+08:00",
        event_type: "TRANSACTION.SUCCESS",
        original_type: "transaction",
        summary: "支付成功",
        resource: TRANSACTION.trim(),
    };
    let key = ApiV3Key::new(API_V3_KEY.as_bytes()).expect("a key");
    platform
        .notification(&content, &key, now(), None, &mut UnwrapErr(SysRng))
        .expect("a notification")
}

/// Timestamp, nonce, serial and signature.
fn headers(delivery: &Delivery) -> [&str; 4] {
    ["Timestamp", "Nonce", "Serial", "Signature"].map(|wanted| {
        let found = delivery.headers.iter().find(|(name, _)| name.ends_with(&format!("-{wanted}")));
        found.map(|(_, value)| value.as_str()).expect("it is there")
    })
}

/// The measuring thread polls the futures; signing hops to another thread, as it does for its users.
fn runtime() -> Arc<tokio::runtime::Runtime> {
    Arc::new(tokio::runtime::Runtime::new().expect("threads"))
}

fn now() -> UnixTime {
    UnixTime::from_secs(seconds().unsigned_abs())
}

fn seconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    since.as_secs().try_into().expect("before the end of time")
}

const fn tolerance() -> Tolerance {
    Tolerance::from_secs(300)
}
