use crate::error::Error;
use crate::keys::PlatformKey;
use crate::signature::{Message, Signature, Verifier};
use crate::time::{Tolerance, UnixTime};
use crate::v3::headers::WechatpayHeaders;

/// What the signature of a probe begins with.
pub(super) const PROBE_PREFIX: &str = "WECHATPAY/SIGNTEST/";

/// Checks who signed a raw body, and when. Notifications and responses are signed alike:
/// `TIMESTAMP\nNONCE\nBODY\n`, an empty body being an empty line (`doc/v3/merchant/4013053420`).
///
/// In this order: the key by its serial, the clock, the signature.
pub(super) fn verify(
    headers: &WechatpayHeaders<'_>,
    body: &[u8],
    keys: &[PlatformKey],
    now: UnixTime,
    tolerance: Tolerance,
) -> Result<(), Error> {
    let key = PlatformKey::find(keys, headers.serial)?;
    if key.scheme() != headers.scheme {
        return Err(Error::SchemeUnsupported);
    }
    tolerance.check(headers.timestamp, now)?;
    if headers.signature.starts_with(PROBE_PREFIX) {
        return Err(Error::SignatureProbe);
    }
    let signature = Signature::parse_base64(headers.signature)
        .ok_or(Error::SignatureInvalid { serial: headers.serial })?;
    let lines = [headers.timestamp_digits.as_bytes(), headers.nonce.as_bytes(), body];
    key.verify(&Message::new(lines), &signature)
}
