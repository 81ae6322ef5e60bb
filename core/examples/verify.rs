//! Says whether a captured notification is genuine, and if not, why.
//!
//! `cargo run -p wechatpay-core --example verify --features explain -- <capture> <PUB_KEY_ID_…> <pub_key.pem>`
//!
//! The capture is the HTTP message as it arrived: headers, an empty line, the body. `WECHATPAY_NOW` is the clock when it
//! arrived, in UNIX seconds; else it is now.

use core::error::Error;
use std::time::SystemTime;

use wechatpay_core::keys::{PlatformKey, PlatformKeys};
use wechatpay_core::v3::explain::{CapturedDelivery, explain_delivery};
use wechatpay_core::v3::{UnverifiedNotification, WechatpayHeaders};
use wechatpay_core::{Tolerance, UnixTime};

/// The verdict in words; `Err` for a message that is refused.
///
/// # Errors
/// The causes that were proved, or the code of the refusal.
pub fn verdict(capture: &[u8], keys: &PlatformKeys, now: UnixTime) -> Result<String, String> {
    let (headers, body) = split(capture).ok_or("no empty line between headers and body")?;
    let tolerance = Tolerance::default();
    let verified = WechatpayHeaders::from_pairs(headers.iter().copied()).and_then(|found| {
        UnverifiedNotification::new(found, body).verify(keys, now, tolerance).map(|_| found)
    });
    let error = match verified {
        Ok(found) => return Ok(format!("signed by WeChat Pay with {}", found.serial())),
        Err(error) => error,
    };
    let captured = CapturedDelivery {
        headers: &headers,
        body,
        platform_keys: keys,
        merchant_certificate: None,
        api_v3_key: None,
        api_v2_key: None,
        now,
        tolerance,
    };
    let causes = explain_delivery(&captured).into_iter().map(|cause| format!("\n{cause}"));
    Err(format!("{}: {error}{}", error.code(), causes.collect::<String>()))
}

/// Reads the arguments.
///
/// # Errors
/// The verdict, if the message is refused.
pub fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [capture, serial, key] = arguments.as_slice() else {
        return Err("expected a capture, a PUB_KEY_ID_… and pub_key.pem".into());
    };
    let keys = PlatformKeys::new([PlatformKey::parse(Some(serial), &std::fs::read(key)?)?])?;
    let now = match std::env::var("WECHATPAY_NOW") {
        Ok(seconds) => seconds.parse()?,
        Err(_) => SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs(),
    };
    println!("{}", verdict(&std::fs::read(capture)?, &keys, UnixTime::from_secs(now))?);
    Ok(())
}

type Pairs<'a> = Vec<(&'a str, &'a str)>;

fn split(capture: &[u8]) -> Option<(Pairs<'_>, &[u8])> {
    let end = capture.windows(4).position(|bytes| bytes == b"\r\n\r\n").map(|at| (at, at + 4));
    let plain = || capture.windows(2).position(|bytes| bytes == b"\n\n").map(|at| (at, at + 2));
    let (head, body) = end.or_else(plain)?;
    let lines = core::str::from_utf8(capture.get(..head)?).ok()?.lines();
    let headers = lines.filter_map(|line| line.split_once(": ")).collect();
    Some((headers, capture.get(body..)?))
}
