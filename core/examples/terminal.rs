//! A payment terminal's side of a payment, without a heap: every result goes into a buffer of the
//! caller's, and a notification is opened where it arrived. With `alloc`, see `merchant.rs`.
//!
//! `cargo run -p wechatpay-core --example terminal`

use core::error::Error;
use std::time::SystemTime;

use getrandom::SysRng;
use wechatpay_core::rand_core::UnwrapErr;

// recipe
use wechatpay_core::keys::{ApiV3Key, MerchantKey, PlatformKey};
use wechatpay_core::rand_core::CryptoRng;
use wechatpay_core::v3::{
    NotificationRef, RequestPayment, SignableRequest, UnverifiedNotification, WechatpayHeaders,
};
use wechatpay_core::{Tolerance, UnixTime};

/// The `Authorization` header of a request. Send exactly the bytes that were signed.
fn authorize<'b>(
    merchant: &MerchantKey,
    body: &[u8],
    now: UnixTime,
    nonce_str: &str,
    rng: &mut dyn CryptoRng,
    buffer: &'b mut [u8],
) -> Result<&'b str, wechatpay_core::Error> {
    let request = SignableRequest::new("POST", "/v3/pay/transactions/jsapi", body)?;
    let unsigned = request.finalize(merchant.identity(), now, nonce_str)?;
    unsigned.sign(merchant, rng)?.write(buffer)
}

/// The five fields of `wx.requestPayment`, as JSON.
fn request_payment<'b>(
    merchant: &MerchantKey,
    (appid, prepay_id): (&str, &str),
    now: UnixTime,
    nonce_str: &str,
    rng: &mut dyn CryptoRng,
    buffer: &'b mut [u8],
) -> Result<&'b str, wechatpay_core::Error> {
    let unsigned = RequestPayment::new(appid, prepay_id)?.finalize(now, nonce_str)?;
    let signature = unsigned.signature(merchant, rng)?;
    unsigned.write_json(&signature, buffer)
}

/// What WeChat Pay posted to the `notify_url`: nothing can be read of it before all is checked. It is
/// decrypted in place.
fn open_notification<'b>(
    headers: &[(&str, &str)],
    raw_body: &'b mut [u8],
    platform_keys: &[PlatformKey],
    api_v3_key: &ApiV3Key,
    now: UnixTime,
) -> Result<NotificationRef<'b>, wechatpay_core::Error> {
    let headers = WechatpayHeaders::from_pairs(headers.iter().copied())?;
    UnverifiedNotification::in_place(headers, raw_body)
        .verify(platform_keys, now, Tolerance::default())?
        .open_in_place(api_v3_key)
}
// end of recipe

/// Runs the recipe with the throw-away keys of tests/vectors/keys. What was posted is a forgery here.
///
/// # Errors
/// Any failure of it.
pub fn main() -> Result<(), Box<dyn Error>> {
    let rng = &mut UnwrapErr(SysRng);
    let serial_no = "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C";
    let merchant = MerchantKey::new("1900007291", serial_no, MERCHANT_KEY)?;
    let platform_key =
        PlatformKey::from_public_key("PUB_KEY_ID_0114232134912410000000000000", PLATFORM_KEY)?;
    let api_v3_key = ApiV3Key::new(b"throw-away-APIv3-key-of-32-bytes")?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let now = UnixTime::from_secs(now);

    let mut buffer = [0; 1024];
    let order = br#"{"appid":"wxd678efh567hg6787","out_trade_no":"20261123001"}"#;
    let authorization = authorize(&merchant, order, now, "a-random-string", rng, &mut buffer)?;
    println!("Authorization: {authorization}\n");

    let order = ("wxd678efh567hg6787", "wx201410272009395522657a690389285100");
    let params = request_payment(&merchant, order, now, "a-random-string", rng, &mut buffer)?;
    println!("wx.requestPayment({params})\n");

    let timestamp = now.to_string();
    let headers = [
        ("Wechatpay-Timestamp", timestamp.as_str()),
        ("Wechatpay-Nonce", "a-random-string"),
        ("Wechatpay-Serial", "PUB_KEY_ID_0114232134912410000000000000"),
        ("Wechatpay-Signature", "Zm9yZ2Vk"),
    ];
    let mut body = *br#"{"id":"1"}"#;
    match open_notification(&headers, &mut body, &[platform_key], &api_v3_key, now) {
        Err(error) => println!("refused: {error}"),
        Ok(paid) => return Err(format!("a forgery was accepted: {paid:?}").into()),
    }
    Ok(())
}

const MERCHANT_KEY: &[u8] = include_bytes!("../../tests/vectors/keys/throwaway-merchant-key.pem");
const PLATFORM_KEY: &[u8] = include_bytes!("../../tests/vectors/keys/throwaway-platform-pub.pem");
