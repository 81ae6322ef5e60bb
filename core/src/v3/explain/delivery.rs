use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::constant_time;
use crate::encoding::base64;
use crate::error::Error;
use crate::keys::{ApiV3Key, PlatformKey, PlatformKeys};
use crate::serial::Serial;
use crate::signature::{Message, Scheme, Signature, Verifier};
use crate::time::{Tolerance, UnixTime};
use crate::v3::envelope;
use crate::v3::explain::{Cause, variants};
use crate::v3::headers::{self, WechatpayHeaders};
use crate::v3::verification;

/// A notification or response that was refused, and what it was held against.
#[derive(Clone, Copy)]
pub struct CapturedDelivery<'a> {
    /// All headers that arrived.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body, in the form in which it was verified.
    pub body: &'a [u8],
    /// The platform keys configured.
    pub platform_keys: &'a PlatformKeys,
    /// The merchant's own certificate or public key as a platform key, to find it among them.
    pub merchant_certificate: Option<&'a PlatformKey>,
    /// The APIv3 key as configured, well-formed or not; for notifications.
    pub api_v3_key: Option<&'a [u8]>,
    /// The APIv2 key as configured, to tell whether the two were mixed up.
    pub api_v2_key: Option<&'a [u8]>,
    /// The clock when it was verified.
    pub now: UnixTime,
    /// The tolerance it was verified with.
    pub tolerance: Tolerance,
}

impl fmt::Debug for CapturedDelivery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CapturedDelivery").field("now", &self.now).finish_non_exhaustive()
    }
}

/// The causes why this delivery is refused, those that were proved, the gravest first. Nothing if it
/// is in order, or if what is wrong cannot be told from a forgery.
#[must_use]
pub fn explain_delivery(captured: &CapturedDelivery<'_>) -> Vec<Cause> {
    let mut causes = Vec::new();
    if let Some(merchant) = captured.merchant_certificate {
        let own = captured.platform_keys.iter().filter(|key| key.is_same_key(merchant));
        causes.extend(own.map(|key| Cause::MerchantKeyAsPlatformKey { serial: key.serial() }));
    }
    let unfolded = unfold(captured.headers, &mut causes);
    let pairs = unfolded.iter().map(|(name, value)| (*name, value.as_str()));
    let headers = match WechatpayHeaders::from_pairs(pairs) {
        Ok(headers) => headers,
        Err(Error::HeaderMissing { name }) => {
            causes.push(Cause::HeaderMissing { name });
            return causes;
        }
        Err(_) => return causes,
    };
    if headers.signature.starts_with(verification::PROBE_PREFIX) {
        causes.push(Cause::SignatureProbe);
        return causes;
    }
    if !find_signature(captured, &headers, &mut causes) {
        return causes;
    }
    if captured.tolerance.check(headers.timestamp, captured.now).is_err() {
        causes.push(Cause::ClockOff {
            seconds: headers.timestamp.as_secs().abs_diff(captured.now.as_secs()),
            message_is_older: headers.timestamp < captured.now,
        });
    }
    explain_decryption(captured, headers.scheme, &mut causes);
    causes
}

/// Takes white space out of the headers that never have any.
fn unfold<'a>(headers: &[(&'a str, &str)], causes: &mut Vec<Cause>) -> Vec<(&'a str, String)> {
    let unfold = |(name, value): &(&'a str, &str)| {
        let known = headers::NAMES.into_iter().find(|known| known.eq_ignore_ascii_case(name));
        let compact: String = value.chars().filter(|c| !c.is_whitespace()).collect();
        match known {
            Some(name) if compact.len() != value.len() => {
                causes.push(Cause::HeaderFolded { name });
                (name, compact)
            }
            _ => (*name, (*value).into()),
        }
    };
    headers.iter().map(unfold).collect()
}

/// Looks for the key and the body under which the signature is genuine.
fn find_signature(
    captured: &CapturedDelivery<'_>,
    headers: &WechatpayHeaders<'_>,
    causes: &mut Vec<Cause>,
) -> bool {
    let Some(signature) = read_signature(headers.signature, causes) else { return false };
    let genuine = |key: &PlatformKey, body: &[u8]| {
        let lines = [headers.timestamp_digits.as_bytes(), headers.nonce.as_bytes(), body];
        key.verify(&Message::new(lines), &signature).is_ok()
    };
    let named = captured.platform_keys.find(headers.serial).ok();
    let others = || captured.platform_keys.iter().filter(|key| key.serial() != headers.serial);
    let keys = || named.into_iter().chain(others());
    for (body, cause) in bodies(captured.body) {
        if let Some(key) = keys().find(|key| genuine(key, &body)) {
            if key.serial() != headers.serial {
                causes.push(Cause::KeyOfOtherSerial { serial: key.serial() });
            }
            causes.extend(cause);
            return true;
        }
    }
    match named {
        None => causes.push(explain_serial(captured.platform_keys, headers.serial)),
        Some(key) if key.made(&signature) => {
            causes.push(Cause::MessageOther);
            return false;
        }
        Some(_) => {}
    }
    if let Some(key) = others().find(|key| key.made(&signature)) {
        causes.push(Cause::KeyOfOtherSerial { serial: key.serial() });
    }
    false
}

/// The body as it is, then in other forms, each with the cause it would prove.
fn bodies(body: &[u8]) -> impl Iterator<Item = (Vec<u8>, Option<Cause>)> {
    let proves = |cause: Cause| move |body| (body, Some(cause.clone()));
    core::iter::once((body.to_vec(), None))
        .chain(variants::without_newline(body).map(proves(Cause::BodyNewlineAdded)))
        .chain(variants::with_newline(body).map(proves(Cause::BodyNewlineLost)))
        .chain(variants::other_line_ends(body).map(proves(Cause::BodyLineEnds)))
        .chain(variants::rewritten(body).into_iter().map(proves(Cause::BodyReserialised)))
}

fn explain_serial(keys: &PlatformKeys, serial: Serial) -> Cause {
    let mut kinds = keys.iter().map(|key| key.serial().is_public_key_id()).peekable();
    if kinds.peek().is_some() && kinds.all(|kind| kind != serial.is_public_key_id()) {
        return Cause::SerialKindUnknown { serial };
    }
    Cause::SerialUnknown { serial }
}

/// Standard base64, or the URL-safe or unpadded form of it.
pub(super) fn read_signature(text: &str, causes: &mut Vec<Cause>) -> Option<Signature> {
    if let Some(signature) = Signature::parse_base64(text) {
        return Some(signature);
    }
    let standard: String = text
        .trim_end_matches('=')
        .chars()
        .map(|c| match c {
            '-' => '+',
            '_' => '/',
            c => c,
        })
        .collect();
    let padding = "=".repeat(standard.len().wrapping_neg() % 4);
    let bytes = base64::decode(&(standard + &padding))?;
    causes.push(Cause::SignatureBase64Url);
    Signature::from_bytes(&bytes).ok()
}

fn explain_decryption(captured: &CapturedDelivery<'_>, scheme: Scheme, causes: &mut Vec<Cause>) {
    let Some(key) = captured.api_v3_key.filter(|_| envelope::is_well_formed(captured.body)) else {
        return;
    };
    let opens = |key: &[u8]| {
        ApiV3Key::new(key).is_ok_and(|key| {
            envelope::open_in_place(&mut captured.body.to_vec(), &key, scheme).is_ok()
        })
    };
    if opens(key) {
        return;
    }
    if captured.api_v2_key.is_some_and(|v2| constant_time::eq(v2.trim_ascii(), key.trim_ascii())) {
        causes.push(Cause::ApiV2KeyAsApiV3Key);
    } else if opens(key.trim_ascii()) {
        causes.push(Cause::ApiV3KeyBlanks);
    } else if key.len() == 32 {
        causes.push(Cause::ApiV3KeyWrong);
    } else {
        causes.push(Cause::ApiV3KeyLength { found: key.len() });
    }
}
