use crate::error::Error;
use crate::serial::Serial;
use crate::signature::Scheme;
use crate::time::UnixTime;

/// The `Wechatpay-*` headers of a notification or a response, parsed once. Nothing in them is to be
/// trusted before the signature is verified.
#[derive(Clone, Copy, Debug)]
pub struct WechatpayHeaders<'a> {
    pub(super) timestamp_digits: &'a str,
    pub(super) timestamp: UnixTime,
    pub(super) nonce: &'a str,
    pub(super) serial: Serial,
    pub(super) signature: &'a str,
    pub(super) scheme: Scheme,
}

const TIMESTAMP: &str = "Wechatpay-Timestamp";
const NONCE: &str = "Wechatpay-Nonce";
const SERIAL: &str = "Wechatpay-Serial";
const SIGNATURE: &str = "Wechatpay-Signature";
const SIGNATURE_TYPE: &str = "Wechatpay-Signature-Type";

/// The headers read here.
pub(super) const NAMES: [&str; 5] = [TIMESTAMP, NONCE, SERIAL, SIGNATURE, SIGNATURE_TYPE];

impl<'a> WechatpayHeaders<'a> {
    /// Picks the headers out of all that arrived; names are compared without regard to case.
    ///
    /// Without `Wechatpay-Signature-Type` the scheme is `WECHATPAY2-SHA256-RSA2048`, which a brand meets as
    /// `WECHATPAY-BRAND-SHA256-RSA2048`.
    ///
    /// # Errors
    /// [`Error::HeaderMissing`], [`Error::HeaderInvalid`] (also for one that comes twice), or
    /// [`Error::SchemeUnsupported`].
    pub fn from_pairs(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Error> {
        let mut found = [None; 5];
        for (name, value) in pairs {
            for (header, slot) in NAMES.into_iter().zip(&mut found) {
                if header.eq_ignore_ascii_case(name) && slot.replace(value).is_some() {
                    return Err(Error::HeaderInvalid { name: header, expected: "it only once" });
                }
            }
        }
        let [timestamp, nonce, serial, signature, signature_type] = found;
        let present = |name, value: Option<&'a str>| value.ok_or(Error::HeaderMissing { name });
        let timestamp = present(TIMESTAMP, timestamp)?;
        let nonce = present(NONCE, nonce)?;
        let serial = present(SERIAL, serial)?;
        let signature = present(SIGNATURE, signature)?;

        let invalid = |name, expected| Error::HeaderInvalid { name, expected };
        if !(1..=128).contains(&nonce.len()) || !nonce.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(invalid(NONCE, "1 to 128 visible ASCII characters"));
        }
        Ok(Self {
            timestamp_digits: timestamp,
            timestamp: UnixTime::parse(timestamp)
                .ok_or(invalid(TIMESTAMP, "UNIX seconds as 1 to 12 decimal digits"))?,
            nonce,
            serial: Serial::parse(serial).map_err(|_| {
                invalid(SERIAL, "a serial number in hex, or PUB_KEY_ID_ and digits")
            })?,
            signature,
            scheme: parse_scheme(signature_type)?,
        })
    }

    /// The serial of the key that is said to have signed.
    #[must_use]
    pub const fn serial(&self) -> Serial {
        self.serial
    }

    /// The time that is said to be that of the signature.
    #[must_use]
    pub const fn timestamp(&self) -> UnixTime {
        self.timestamp
    }
}

fn parse_scheme(signature_type: Option<&str>) -> Result<Scheme, Error> {
    match signature_type {
        None => Ok(Scheme::Sha256Rsa2048),
        // What a brand gets is signed as everything else; only the name differs.
        Some(Scheme::BRAND) => Ok(Scheme::Sha256Rsa2048),
        Some(name) => Scheme::ALL
            .iter()
            .find(|scheme| scheme.as_str() == name)
            .copied()
            .ok_or(Error::SchemeUnsupported),
    }
}
