//! Where the merchant's signatures come from.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::string::ToString;
use alloc::vec::Vec;

use wasm_bindgen::JsValue;
use wechatpay_core::Error;
use wechatpay_core::keys::Identity;
use wechatpay_core::keys::MerchantKey;
use wechatpay_core::keys::PlatformKey;
use wechatpay_core::signature::Assemble;
use wechatpay_core::signature::Message;
use wechatpay_core::signature::Signature;
use wechatpay_core::signature::Signer;
use wechatpay_core::signature::Unsigned;
use wechatpay_core::signature::Verifier;

use crate::failure::Failure;
use crate::random::HostRandom;

/// The private key, or who signs with one that lives elsewhere.
#[derive(Debug)]
pub(super) enum SigningKey {
    Local(Box<MerchantKey>),
    External {
        identity: Identity,
        /// Holds every signature against the merchant's own certificate, where that is known.
        certificate: Option<Box<PlatformKey>>,
    },
}

/// What comes of a message.
pub(super) enum Made<S> {
    /// The bytes that somebody else has to sign first.
    Message(Vec<u8>),
    Signed(S),
}

/// As short as those of RSA-2048, the shortest key that merchants have.
const SHORTEST: usize = 256;

impl SigningKey {
    /// Of who signs elsewhere; the certificate may be the bare public key.
    pub(super) fn external(
        identity: Identity,
        certificate: Option<&[u8]>,
    ) -> Result<Self, Failure> {
        let serial_no = identity.serial_no().to_string();
        let certificate = certificate
            .map(|own| PlatformKey::parse(Some(&serial_no), own))
            .transpose()
            .map_err(|error| Failure::from(error).about("certificate"))?;
        Ok(Self::External { identity, certificate: certificate.map(Box::new) })
    }

    pub(super) fn identity(&self) -> &Identity {
        match self {
            Self::Local(key) => key.identity(),
            Self::External { identity, .. } => identity,
        }
    }

    pub(super) fn local(&self) -> Result<&MerchantKey, Failure> {
        match self {
            Self::Local(key) => Ok(key),
            Self::External { .. } => Err(Failure::from(Error::DecryptFailed)),
        }
    }

    pub(super) fn owns(&self, key: &PlatformKey) -> bool {
        match self {
            Self::Local(own) => key.belongs_to(own),
            Self::External { identity, .. } => key.serial() == identity.serial_no(),
        }
    }

    /// Signs; for a key elsewhere, takes the signature that was made there. Without one there is the message.
    pub(super) fn finish<T: Assemble>(
        &self,
        unsigned: Unsigned<T>,
        signature: Option<&[u8]>,
    ) -> Result<Made<T::Signed>, Failure> {
        if let Self::Local(key) = self {
            return Ok(Made::Signed(unsigned.sign(key.as_ref(), &mut HostRandom)?));
        }
        let made = self.signature(&unsigned.message(), signature)?;
        Ok(made.map(|signature| unsigned.assemble(&signature)))
    }

    /// The same for a message of whatever form.
    pub(super) fn signature(
        &self,
        message: &Message<'_>,
        signature: Option<&[u8]>,
    ) -> Result<Made<Signature>, Failure> {
        let certificate = match self {
            Self::Local(key) => return Ok(Made::Signed(key.sign(message, &mut HostRandom)?)),
            Self::External { certificate, .. } => certificate.as_deref(),
        };
        let Some(signature) = signature else {
            return Ok(Made::Message(message.to_vec()));
        };
        let checked = Signature::from_bytes(signature)
            .ok()
            .filter(|_| signature.len() >= SHORTEST)
            .ok_or_else(|| Failure::signer(NOT_A_SIGNATURE))?;
        if let Some(certificate) = certificate {
            certificate.verify(message, &checked).map_err(|_| Failure::signer(NOT_OF_THIS_KEY))?;
        }
        Ok(Made::Signed(checked))
    }
}

const NOT_A_SIGNATURE: &str = "the signer gave something else than an RSA signature: expected its raw bytes, 256 for \
RSA-2048, not base64 and no DER";
const NOT_OF_THIS_KEY: &str = "the signer gave a signature that the merchant's certificate does not verify: expected \
RSASSA-PKCS1-v1_5 with SHA-256 over the message itself, not over its digest, by the key of that certificate";

impl<S> Made<S> {
    pub(super) fn map<R>(self, work: impl FnOnce(S) -> R) -> Made<R> {
        match self {
            Self::Message(message) => Made::Message(message),
            Self::Signed(signed) => Made::Signed(work(signed)),
        }
    }
}

impl Made<Vec<String>> {
    /// A `Uint8Array` for a message, else the texts.
    pub(super) fn into_js(self) -> JsValue {
        match self {
            Self::Message(message) => JsValue::from(message),
            Self::Signed(texts) => JsValue::from(texts),
        }
    }
}
