use core::fmt;

use crate::error::Error;

/// Names a key: the serial number of a certificate (upper-case hex), or the id of a WeChat Pay
/// public key (`PUB_KEY_ID_…`). This is what the `Wechatpay-Serial` header and `serial_no` carry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Serial {
    text: [u8; Self::MAX_LEN],
    len: u8,
}

impl Serial {
    /// Longest serial accepted, in bytes. An X.509 serial number has at most 20 octets, so 40 hex
    /// digits (RFC 5280 §4.1.2.2); a public key id has 44 characters.
    pub const MAX_LEN: usize = 64;

    /// What the id of a WeChat Pay public key begins with.
    pub const PUBLIC_KEY_ID_PREFIX: &'static str = "PUB_KEY_ID_";

    /// Reads a serial as configured or received. Hex digits become upper case; nothing is added or
    /// dropped, a leading zero in particular.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] unless it is `PUB_KEY_ID_` and digits or letters, or hex digits.
    pub fn parse(serial: &str) -> Result<Self, Error> {
        let body = serial.strip_prefix(Self::PUBLIC_KEY_ID_PREFIX);
        let well_formed = match body {
            Some(id) => !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric()),
            None => !serial.is_empty() && serial.bytes().all(|b| b.is_ascii_hexdigit()),
        };
        let invalid = Error::ArgumentInvalid {
            name: "serial",
            expected: "PUB_KEY_ID_ followed by digits, or a certificate serial number in hex",
        };
        if !well_formed {
            return Err(invalid);
        }
        let mut text = [0; Self::MAX_LEN];
        let (Some(target), Ok(len)) = (text.get_mut(..serial.len()), u8::try_from(serial.len()))
        else {
            return Err(invalid);
        };
        target.copy_from_slice(serial.as_bytes());
        if body.is_none() {
            target.make_ascii_uppercase();
        }
        Ok(Self { text, len })
    }

    /// The serial of a certificate from the magnitude of its DER INTEGER: whole bytes as upper-case
    /// hex, a leading zero digit kept, as WeChat Pay writes it.
    ///
    /// # Errors
    /// [`Error::CertificateInvalid`] if there are no bytes, or more than 32.
    pub fn from_magnitude(magnitude: &[u8]) -> Result<Self, Error> {
        let mut text = [0; Self::MAX_LEN];
        let len = magnitude.len().saturating_mul(2);
        let (Some(target), Ok(len), false) =
            (text.get_mut(..len), u8::try_from(len), magnitude.is_empty())
        else {
            return Err(Error::CertificateInvalid { reason: "its serial number is too long" });
        };
        for (pair, byte) in target.chunks_exact_mut(2).zip(magnitude) {
            for (digit, nibble) in pair.iter_mut().zip([byte >> 4, byte & 15]) {
                *digit = if nibble < 10 { b'0' + nibble } else { b'A' + (nibble - 10) };
            }
        }
        Ok(Self { text, len })
    }

    /// The serial as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text
            .get(..usize::from(self.len))
            .and_then(|text| core::str::from_utf8(text).ok())
            .unwrap_or_default()
    }

    /// Whether this is the id of a WeChat Pay public key, not the serial of a certificate.
    #[must_use]
    pub fn is_public_key_id(&self) -> bool {
        self.as_str().starts_with(Self::PUBLIC_KEY_ID_PREFIX)
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Serial({self})")
    }
}
