//! Signs a request with the private key of a merchant, and prints its `Authorization` header.
//!
//! `cargo run -p wechatpay-core --example sign -- <mchid> <serial_no> <apiclient_key.pem> <METHOD> <url> [<body file>]`
//!
//! `curl -H "$(cargo run --example sign -- …)" --data-binary @<body file> <url>` then sends it, as the very bytes of the
//! file were signed.

use core::error::Error;
use std::time::SystemTime;

use getrandom::SysRng;
use wechatpay_core::UnixTime;
use wechatpay_core::keys::MerchantKey;
use wechatpay_core::rand_core::{CryptoRng, UnwrapErr};
use wechatpay_core::v3::SignableRequest;

/// The header line.
///
/// # Errors
/// Those of an argument that cannot be signed.
pub fn header(
    merchant: &MerchantKey,
    (method, url, body): (&str, &str, &[u8]),
    now: UnixTime,
    rng: &mut dyn CryptoRng,
) -> Result<String, wechatpay_core::Error> {
    let nonce_str = format!("{:016x}{:016x}", rng.next_u64(), rng.next_u64());
    let request = SignableRequest::new(method, url, body)?;
    let signed = request.finalize(merchant.identity(), now, &nonce_str)?.sign(merchant, rng)?;
    Ok(format!("Authorization: {signed}"))
}

/// Reads the arguments.
///
/// # Errors
/// A file that cannot be read, a key or an argument that cannot be used.
pub fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ([mchid, serial_no, key, method, url], body) = (match arguments.as_slice() {
        [first @ .., body] if arguments.len() == 6 => (first, std::fs::read(body)?),
        all => (all, Vec::new()),
    }) else {
        return Err("expected mchid, serial_no, apiclient_key.pem, method, url, and a body".into());
    };
    let merchant = MerchantKey::new(mchid, serial_no, &std::fs::read(key)?)?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let rng = &mut UnwrapErr(SysRng);
    println!("{}", header(&merchant, (method, url, &body), UnixTime::from_secs(now), rng)?);
    Ok(())
}
