//! Checks what a merchant has: private key, certificate, `APIv3` key, and WeChat Pay's public key or certificate.
//!
//! `cargo run -p wechatpay-core --example doctor -- <apiclient_key.pem> <apiclient_cert.pem> <file of the APIv3 key>
//! <pub_key.pem or certificate> [<PUB_KEY_ID_…>]`

use core::error::Error;
use std::time::SystemTime;

use wechatpay_core::UnixTime;
use wechatpay_core::keys::{ApiV3Key, MerchantKey, PlatformKey};

/// The files of a merchant.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// `apiclient_key.pem`.
    pub private_key: &'a [u8],
    /// `apiclient_cert.pem`.
    pub certificate: &'a [u8],
    /// The 32 bytes, a line end after them or not.
    pub api_v3_key: &'a [u8],
    /// `pub_key.pem` or a platform certificate.
    pub platform_key: &'a [u8],
    /// The `PUB_KEY_ID_…` of a public key.
    pub platform_serial: Option<&'a str>,
}

/// What was checked, and what is wrong with it.
pub type Check = (&'static str, Result<String, String>);

/// All checks, in their order.
#[must_use]
pub fn diagnose(files: Files<'_>, now: UnixTime) -> Vec<Check> {
    // Under a serial that is nobody's: what belongs to this key does so by its public half.
    let merchant = MerchantKey::new("0", "00", files.private_key).map_err(|e| e.to_string());
    let certificate = PlatformKey::from_certificate(files.certificate).map_err(|e| e.to_string());
    let (key, own) = (merchant.as_ref().ok(), certificate.as_ref().ok());
    vec![
        ("key and certificate", together(key, own)),
        ("private key", merchant.as_ref().map(|_| "can be read".into()).map_err(Clone::clone)),
        ("certificate", certificate.as_ref().map_err(Clone::clone).and_then(|it| valid(it, now))),
        ("APIv3 key", api_v3_key(files.api_v3_key)),
        ("platform key", platform_key(files, key, own)),
    ]
}

fn valid(certificate: &PlatformKey, now: UnixTime) -> Result<String, String> {
    match certificate.validity() {
        Some((from, to)) if (from..=to).contains(&now) => {
            Ok(format!("its serial number is {}", certificate.serial()))
        }
        _ => Err("it is not yet valid, or expired".into()),
    }
}

fn together(key: Option<&MerchantKey>, own: Option<&PlatformKey>) -> Result<String, String> {
    let (Some(key), Some(own)) = (key, own) else { return Err("both are needed".into()) };
    if own.belongs_to(key) {
        return Ok("belong together".into());
    }
    Err("the certificate was issued for another private key".into())
}

fn api_v3_key(file: &[u8]) -> Result<String, String> {
    let key = file.strip_suffix(b"\n").unwrap_or(file);
    let key = key.strip_suffix(b"\r").unwrap_or(key);
    ApiV3Key::new(key).map(|_| "has 32 bytes".into()).map_err(|error| error.to_string())
}

fn platform_key(
    files: Files<'_>,
    merchant: Option<&MerchantKey>,
    own: Option<&PlatformKey>,
) -> Result<String, String> {
    let key = PlatformKey::parse(files.platform_serial, files.platform_key)
        .map_err(|error| error.to_string())?;
    if merchant.is_some_and(|merchant| key.belongs_to(merchant))
        || own.is_some_and(|own| key.serial() == own.serial())
    {
        return Err("it is the merchant's own; take the one of WeChat Pay".into());
    }
    Ok(format!("goes by {}", key.serial()))
}

/// Reads the arguments; ends with 1 if anything is wrong.
///
/// # Errors
/// A file that cannot be read, and whatever is wrong.
pub fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [private_key, certificate, api_v3_key, platform_key, serial @ ..] = arguments.as_slice()
    else {
        return Err("expected four files, and a PUB_KEY_ID_… for a public key".into());
    };
    let [private_key, certificate, api_v3_key, platform_key] =
        [private_key, certificate, api_v3_key, platform_key].map(std::fs::read);
    let files = Files {
        private_key: &private_key?,
        certificate: &certificate?,
        api_v3_key: &api_v3_key?,
        platform_key: &platform_key?,
        platform_serial: serial.first().map(String::as_str),
    };
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let checks = diagnose(files, UnixTime::from_secs(now));
    for (name, outcome) in &checks {
        match outcome {
            Ok(found) => println!("✓ {name}: {found}"),
            Err(why) => println!("✗ {name}: {why}"),
        }
    }
    let wrong = checks.iter().filter(|(_, outcome)| outcome.is_err()).count();
    if wrong == 0 { Ok(()) } else { Err(format!("{wrong} of {} are wrong", checks.len()).into()) }
}
