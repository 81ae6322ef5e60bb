use alloc::string::String;

use crate::aead;
use crate::encoding::base64;
use crate::error::Error;
use crate::keys::ApiV3Key;
use crate::v2::fields::Fields;

/// The event of a payscore notification in APIv2 form, decrypted. Answer it by
/// [`Answer::to_event_xml`](crate::v2::Answer::to_event_xml).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventNotification {
    /// Unique id of the event.
    pub event_id: String,
    /// Such as `CHECK.SUCCESS`, `CHECK.FAIL`, `TRANSACTION.SUCCESS`, `TRANSACTION.FAIL`.
    pub event_type: String,
    /// When it was created: `yyyyMMddHHmmss` in UTC+8.
    pub event_create_time: Option<String>,
    /// The fields that were encrypted.
    pub fields: Fields,
}

impl EventNotification {
    pub(super) fn open(outer: &Fields, key: &ApiV3Key) -> Result<Self, Error> {
        const ALGORITHM: &str = "AEAD_AES_256_GCM";
        let ciphertext = outer.required("event_ciphertext")?;
        let nonce = outer.required("event_nonce")?;
        let associated_data = outer.get("event_associated_data").unwrap_or_default();
        if outer.required("event_algorithm")? != ALGORITHM {
            return Err(Error::AlgorithmMismatch { expected: ALGORITHM });
        }
        let mut buffer = base64::decode(ciphertext).ok_or(Error::DecryptFailed)?;
        aead::open_aes_256_gcm(
            key.secret_bytes(),
            nonce.as_bytes(),
            associated_data.as_bytes(),
            &mut buffer,
        )?;
        Ok(Self {
            event_id: outer.required("event_id")?.into(),
            event_type: outer.required("event_type")?.into(),
            event_create_time: outer.optional("event_create_time").map(Into::into),
            fields: Fields::parse(&buffer, "xml")?,
        })
    }
}
