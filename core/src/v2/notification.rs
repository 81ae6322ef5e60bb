use crate::error::Error;
use crate::keys::ApiV3Key;
use crate::v2::api_key::ApiKey;
use crate::v2::event::EventNotification;
use crate::v2::fields::Fields;
use crate::v2::payment::Payment;
use crate::v2::response::{BusinessError, business_result};
use crate::v2::sign::{self, SignType};

/// A notification (通知) as it arrived at the `notify_url`. Anybody may have sent it.
///
/// Refund notifications are another kind: see
/// [`EncryptedRefundNotification`](crate::v2::EncryptedRefundNotification).
#[derive(Clone, Debug)]
pub struct UnverifiedNotification {
    fields: Fields,
}

impl UnverifiedNotification {
    /// Reads the body.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if it is not flat XML with the root `<xml>`.
    pub fn parse(xml: &[u8]) -> Result<Self, Error> {
        Fields::parse(xml, "xml").map(|fields| Self { fields })
    }

    /// Checks `sign` over all fields, also those that WeChat Pay may add one day. Its length tells
    /// MD5 from HMAC-SHA256, for not every notification of an HMAC-SHA256 order carries
    /// `sign_type`; `pinned` allows only one of them.
    ///
    /// There is no timestamp in it: a replay verifies. Apply each order once.
    ///
    /// # Errors
    /// [`Error::SignMissing`], [`Error::AlgorithmMismatch`] if the type is not the pinned one, or
    /// [`Error::MacInvalid`].
    pub fn verify(self, key: &ApiKey, pinned: Option<SignType>) -> Result<Notification, Error> {
        let sign_type = sign::verify(&self.fields, key, pinned)?;
        Ok(Notification { fields: self.fields, sign_type })
    }
}

/// A notification whose `sign` matched.
///
/// WeChat Pay may send the same notification many times: apply each order once. Compare `appid`,
/// `mch_id`, order number and amount with the own order before acting on it
/// (`doc/v2/merchant/4011937248`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    fields: Fields,
    sign_type: SignType,
}

impl Notification {
    /// All fields, known here or not.
    #[must_use]
    pub const fn fields(&self) -> &Fields {
        &self.fields
    }

    /// How it was signed.
    #[must_use]
    pub const fn sign_type(&self) -> SignType {
        self.sign_type
    }

    /// The fields of a success, or why the business failed.
    ///
    /// # Errors
    /// [`BusinessError`] if `result_code` is not `SUCCESS`.
    pub fn result(&self) -> Result<&Fields, BusinessError<'_>> {
        business_result(&self.fields)
    }

    /// The payment, if this is the notification of one (支付结果通知) and `result_code` is `SUCCESS`.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] that names the field which is missing or has another form.
    pub fn payment(&self) -> Result<Payment<'_>, Error> {
        Payment::read(&self.fields)
    }

    /// Decrypts the event of a payscore notification (免押租借, 免押速住), which is encrypted under the
    /// APIv3 key inside an APIv2 message.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if there is no event inside, [`Error::AlgorithmMismatch`] if it is
    /// not encrypted with AEAD_AES_256_GCM, [`Error::DecryptFailed`] if the APIv3 key is not that
    /// of the merchant.
    pub fn open_event(&self, key: &ApiV3Key) -> Result<EventNotification, Error> {
        EventNotification::open(&self.fields, key)
    }
}
