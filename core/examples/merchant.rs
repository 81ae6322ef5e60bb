//! A merchant's side of a payment, from the signed order to the opened notification.
//!
//! `cargo run -p wechatpay-core --example merchant --features test-util`

use core::error::Error;
use std::time::SystemTime;

use getrandom::SysRng;
use wechatpay_core::rand_core::UnwrapErr;
use wechatpay_core::v3::testing::{NotificationContent, TestPlatform};

// recipe
use wechatpay_core::keys::{ApiV3Key, MerchantKey, PlatformKeys};
use wechatpay_core::rand_core::CryptoRng;
use wechatpay_core::v3::{
    Event, RequestPayment, RequestPaymentParams, SignableRequest, UnverifiedNotification,
    WechatpayHeaders,
};
use wechatpay_core::{Tolerance, UnixTime};

/// The `Authorization` header of a request. Send exactly the bytes that were signed.
fn authorize(
    merchant: &MerchantKey,
    body: &str,
    now: UnixTime,
    nonce_str: &str,
    rng: &mut dyn CryptoRng,
) -> Result<String, wechatpay_core::Error> {
    let request = SignableRequest::new("POST", "/v3/pay/transactions/jsapi", body.as_bytes())?;
    let unsigned = request.finalize(merchant.identity(), now, nonce_str)?;
    Ok(unsigned.sign(merchant, rng)?.to_string())
}

/// What the mini program hands to `wx.requestPayment`.
fn request_payment(
    merchant: &MerchantKey,
    appid: &str,
    prepay_id: &str,
    now: UnixTime,
    nonce_str: &str,
    rng: &mut dyn CryptoRng,
) -> Result<RequestPaymentParams, wechatpay_core::Error> {
    RequestPayment::new(appid, prepay_id)?.finalize(now, nonce_str)?.sign(merchant, rng)
}

/// What WeChat Pay posted to the `notify_url`: nothing can be read of it before all is checked.
fn open_notification(
    headers: &[(&str, &str)],
    raw_body: &[u8],
    platform_keys: &PlatformKeys,
    api_v3_key: &ApiV3Key,
    now: UnixTime,
) -> Result<Event, wechatpay_core::Error> {
    let headers = WechatpayHeaders::from_pairs(headers.iter().copied())?;
    UnverifiedNotification::new(headers, raw_body)
        .verify(platform_keys, now, Tolerance::default())?
        .open(api_v3_key)?
        .event()
}
// end of recipe

/// Runs the recipe with the throw-away keys of tests/vectors/keys, against a platform of its own.
///
/// # Errors
/// Any failure of it.
pub fn main() -> Result<(), Box<dyn Error>> {
    let rng = &mut UnwrapErr(SysRng);
    let key = |file: &str| std::fs::read(format!("{KEYS}/{file}"));
    let serial_no = "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C";
    let merchant = MerchantKey::new("1900007291", serial_no, &key("throwaway-merchant-key.pem")?)?;
    let platform = TestPlatform::new(
        "PUB_KEY_ID_0114232134912410000000000000",
        &key("throwaway-platform-key.pem")?,
    )?;
    let platform_keys = PlatformKeys::new([platform.platform_key()])?;
    let api_v3_key = ApiV3Key::new(b"throw-away-APIv3-key-of-32-bytes")?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let now = UnixTime::from_secs(now);

    let order = r#"{"appid":"wxd678efh567hg6787","out_trade_no":"20261123001"}"#;
    let authorization = authorize(&merchant, order, now, &nonce_str(rng), rng)?;
    println!("Authorization: {authorization}\n");

    let (appid, prepay_id) = ("wxd678efh567hg6787", "wx201410272009395522657a690389285100");
    let params = request_payment(&merchant, appid, prepay_id, now, &nonce_str(rng), rng)?;
    println!("wx.requestPayment({params:#?})\n");

    let content = NotificationContent {
        id: "EV-2018022511223320873",
        create_time: "2026-11-23T10:34:56+08:00",
        event_type: "TRANSACTION.SUCCESS",
        original_type: "transaction",
        summary: "支付成功",
        resource: r#"{"out_trade_no":"20261123001","trade_state":"SUCCESS","amount":{"total":100}}"#,
    };
    let delivery = platform.notification(&content, &api_v3_key, now, None, rng)?;
    let headers: Vec<_> = delivery.headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
    match open_notification(&headers, &delivery.body, &platform_keys, &api_v3_key, now)? {
        Event::Transaction(paid) => println!("{} is {}", paid.out_trade_no, paid.trade_state),
        other => return Err(format!("not a payment: {other:?}").into()),
    }
    Ok(())
}

const KEYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/keys");

/// 32 random hex digits.
fn nonce_str(rng: &mut dyn CryptoRng) -> String {
    format!("{:016x}{:016x}", rng.next_u64(), rng.next_u64())
}
