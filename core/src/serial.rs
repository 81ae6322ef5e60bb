use core::fmt;

use crate::error::Error;
use crate::short_text::ShortText;

/// Names a key: the serial number of a certificate (upper-case hex), or the id of a WeChat Pay
/// public key (`PUB_KEY_ID_…`). This is what the `Wechatpay-Serial` header and `serial_no` carry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Serial(ShortText<{ Self::MAX_LEN }>);

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
        let text = ShortText::new(serial).ok_or(invalid)?;
        Ok(Self(if body.is_none() { text.to_ascii_uppercase() } else { text }))
    }

    /// The serial of a certificate from the magnitude of its DER INTEGER: whole bytes as upper-case
    /// hex, a leading zero digit kept, as WeChat Pay writes it.
    ///
    /// # Errors
    /// [`Error::CertificateInvalid`] if there are no bytes, or more than 32.
    pub fn from_magnitude(magnitude: &[u8]) -> Result<Self, Error> {
        let text = Some(magnitude).filter(|magnitude| !magnitude.is_empty());
        text.and_then(ShortText::hex)
            .map(Self)
            .ok_or(Error::CertificateInvalid { reason: "its serial number is too long" })
    }

    /// The serial as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
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
