use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRng;
use serde::de::IgnoredAny;
use zeroize::Zeroizing;

use crate::aead;
use crate::encoding::base64;
use crate::error::Error;
use crate::mini_program::argument;
use crate::mini_program::secure_api::{
    Envelope, SecureApiKey, SecureApiPrivateKey, Subject, url_path,
};
use crate::signature::Signature;
use crate::time::UnixTime;

/// A request to a server API of the mini program, about to be encrypted, then signed. Only some APIs
/// take it; each says so in its documentation.
#[derive(Clone, Copy)]
pub struct SecureRequest<'a> {
    subject: Subject<'a>,
    members: &'a str,
}

/// The members that encryption adds to the caller's.
const RESERVED: [&str; 3] = ["_n", "_appid", "_timestamp"];

impl<'a> SecureRequest<'a> {
    /// `url` is the full URL; a query with the access token is left out of what is signed. `data` is a
    /// JSON object with the parameters of the API, those of its query too, without the access token.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed `url` or `appid`, or if `data` is no JSON object or
    /// has one of the members `_n`, `_appid` and `_timestamp`, which are added here.
    pub fn new(
        url: &'a str,
        appid: &'a str,
        data: &'a str,
        timestamp: UnixTime,
    ) -> Result<Self, Error> {
        Ok(Self {
            subject: Subject { url: url_path(url)?, appid: argument::appid(appid)?, timestamp },
            members: members(data)?,
        })
    }

    /// Encrypts the data. `rng` makes the 12 bytes of `iv` and the 16 of `_n`; with one `iv` used twice
    /// under a key, its traffic lies open.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for data beyond what AES-GCM can take.
    pub fn seal(
        self,
        key: &SecureApiKey,
        rng: &mut dyn CryptoRng,
    ) -> Result<SealedSecureRequest<'a>, Error> {
        let mut random = Zeroizing::new([0; aead::NONCE_LEN + 16]);
        rng.fill_bytes(random.as_mut_slice());
        let (iv, nonce) = random.split_at_checked(aead::NONCE_LEN).unwrap_or_default();

        let mut buffer = self.plaintext(&base64::encode(nonce)).into_bytes();
        let associated_data = self.subject.associated_data(key.sn());
        aead::seal_aes_256_gcm(key.secret_bytes(), iv, associated_data.as_bytes(), &mut buffer)?;
        let tag = buffer.split_off(buffer.len().saturating_sub(aead::TAG_LEN));
        let envelope = Envelope {
            iv: Cow::Owned(base64::encode(iv)),
            data: Cow::Owned(base64::encode(&buffer)),
            authtag: Cow::Owned(base64::encode(&tag)),
        };
        let body = serde_json::to_string(&envelope).map_err(|_| Error::SigningFailed)?;
        Ok(SealedSecureRequest { subject: self.subject, body })
    }

    /// The caller's members behind those that protect them.
    fn plaintext(&self, nonce: &str) -> String {
        let Subject { appid, timestamp, .. } = self.subject;
        let comma = if self.members.is_empty() { "" } else { "," };
        let [n, a, t] = RESERVED;
        format!(r#"{{"{n}":"{nonce}","{a}":"{appid}","{t}":{timestamp}{comma}{}}}"#, self.members)
    }
}

impl fmt::Debug for SecureRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecureRequest").field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// An encrypted request that lacks its signature.
#[derive(Clone, Debug)]
pub struct SealedSecureRequest<'a> {
    subject: Subject<'a>,
    body: String,
}

impl<'a> SealedSecureRequest<'a> {
    /// The exact bytes to sign, for a key that is elsewhere (HSM, KMS): RSASSA-PSS with SHA-256 and a
    /// salt of 32 bytes.
    #[must_use]
    pub fn message(&self) -> Vec<u8> {
        self.subject.message(&self.body).into_bytes()
    }

    /// Puts a signature of [`message`](Self::message), made elsewhere, into its place. It is not
    /// checked here.
    #[must_use]
    pub fn assemble(self, signature: &Signature) -> SignedSecureRequest<'a> {
        SignedSecureRequest {
            appid: self.subject.appid,
            timestamp: self.subject.timestamp,
            signature: signature.to_base64(),
            body: self.body,
        }
    }

    /// Signs the request. `rng` makes the salt and blinds the private operation.
    ///
    /// # Errors
    /// [`Error::SigningFailed`] if the private operation failed its check.
    pub fn sign(
        self,
        key: &SecureApiPrivateKey,
        rng: &mut dyn CryptoRng,
    ) -> Result<SignedSecureRequest<'a>, Error> {
        let signature = key.sign(&self.subject.digest(&self.body), rng)?;
        Ok(self.assemble(&Signature::from_bytes(&signature)?))
    }
}

/// A request, encrypted and signed: send the body to the URL, with the access token in its query and
/// these headers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignedSecureRequest<'a> {
    /// `Wechatmp-Appid`.
    pub appid: &'a str,
    /// `Wechatmp-TimeStamp`.
    pub timestamp: UnixTime,
    /// `Wechatmp-Signature`.
    pub signature: String,
    /// The body, as JSON text. It must be sent as it is.
    pub body: String,
}

impl SignedSecureRequest<'_> {
    /// The headers with their names.
    #[must_use]
    pub fn headers(&self) -> [(&'static str, String); 3] {
        [
            ("Wechatmp-Appid", self.appid.into()),
            ("Wechatmp-TimeStamp", format!("{}", self.timestamp)),
            ("Wechatmp-Signature", self.signature.clone()),
        ]
    }
}

/// The inside of a JSON object, checked.
fn members(data: &str) -> Result<&str, Error> {
    let invalid = Error::ArgumentInvalid {
        name: "data",
        expected: "a JSON object, as text, without the members _n, _appid and _timestamp",
    };
    type Members<'a> = alloc::collections::BTreeMap<Cow<'a, str>, IgnoredAny>;
    let Ok(names) = serde_json::from_str::<Members<'_>>(data) else { return Err(invalid) };
    if RESERVED.iter().any(|name| names.contains_key(*name)) {
        return Err(invalid);
    }
    let inside = data.trim_ascii().strip_prefix('{').and_then(|data| data.strip_suffix('}'));
    inside.map(str::trim_ascii).ok_or(invalid)
}
