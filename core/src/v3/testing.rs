//! Makes notifications and responses as WeChat Pay does, with a throw-away platform key: valid ones,
//! and ones broken in exactly one way. For tests of the own handlers; WeChat Pay has no sandbox.

mod fault;

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use rand_core::CryptoRng;
use serde::Serialize;

use crate::aead::{self, seal_aes_256_gcm};
use crate::asymmetric::PrivateKey;
use crate::encoding::base64;
use crate::error::Error;
use crate::keys::{ApiV3Key, PlatformKey, Serial};
#[cfg(feature = "shangmi")]
use crate::shangmi;
use crate::signature::{Message, Scheme, Signature};
use crate::time::UnixTime;
use crate::v3::resource;

pub use self::fault::Fault;

/// A platform key of one's own, private half included.
#[derive(Debug)]
pub struct TestPlatform {
    serial: Serial,
    private_key: PrivateKey,
    signature_type: &'static str,
}

/// What a notification is to tell.
#[derive(Clone, Copy, Debug)]
pub struct NotificationContent<'a> {
    /// Unique id of the notification.
    pub id: &'a str,
    /// When it was created, RFC 3339.
    pub create_time: &'a str,
    /// Such as `TRANSACTION.SUCCESS`.
    pub event_type: &'a str,
    /// Such as `transaction`.
    pub original_type: &'a str,
    /// A remark for humans.
    pub summary: &'a str,
    /// The resource before encryption: JSON text.
    pub resource: &'a str,
}

/// Headers and body, as an HTTP server would receive them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// Names and values of the `Wechatpay-*` headers.
    pub headers: Vec<(&'static str, String)>,
    /// The raw body.
    pub body: Vec<u8>,
}

impl TestPlatform {
    /// Takes a private key made for the test, and the serial or `PUB_KEY_ID_…` it goes by. With the
    /// feature `shangmi` an SM2 key makes a platform of 国密: SM2 signatures, and resources in
    /// AEAD_SM4_GCM.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed serial, [`Error::KeyInvalid`] for a key that cannot
    /// be used.
    pub fn new(serial: &str, private_key: &[u8]) -> Result<Self, Error> {
        let invalid = |reason| Error::KeyInvalid { key: "test platform private key", reason };
        let private_key = PrivateKey::parse(private_key, None).map_err(invalid)?;
        let signature_type = Scheme::of_private(&private_key).as_str();
        Ok(Self { serial: Serial::parse(serial)?, private_key, signature_type })
    }

    /// The platform as a brand (品牌) meets it: `Wechatpay-Signature-Type` is
    /// `WECHATPAY-BRAND-SHA256-RSA2048`.
    ///
    /// # Errors
    /// [`Error::SchemeUnsupported`] for an SM2 key, which no brand has.
    pub fn for_brand(self) -> Result<Self, Error> {
        match self.scheme() {
            Scheme::Sha256Rsa2048 => Ok(Self { signature_type: Scheme::BRAND, ..self }),
            #[cfg(feature = "shangmi")]
            Scheme::Sm2WithSm3 => Err(Error::SchemeUnsupported),
        }
    }

    const fn scheme(&self) -> Scheme {
        Scheme::of_private(&self.private_key)
    }

    /// The public half, for the set that the handler under test trusts.
    #[must_use]
    pub fn platform_key(&self) -> PlatformKey {
        PlatformKey::from_public_half(self.serial, self.private_key.to_public_key())
    }

    /// A notification sent at `time`: valid without a fault, else wrong in exactly that way.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for [`Fault::HeaderMissing`] with a name that is none of the headers;
    /// [`Error::SigningFailed`] if the private key operation fails.
    pub fn notification(
        &self,
        content: &NotificationContent<'_>,
        key: &ApiV3Key,
        time: UnixTime,
        fault: Option<Fault>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Delivery, Error> {
        let nonce = random_hex::<{ aead::NONCE_LEN / 2 }>(rng);
        let original_type = content.original_type;
        let mut sealed = content.resource.as_bytes().to_vec();
        self.seal(key, nonce.as_bytes(), original_type.as_bytes(), &mut sealed)?;
        let altered = match fault {
            Some(Fault::CiphertextAltered) => sealed.first_mut(),
            Some(Fault::TagAltered) => sealed.last_mut(),
            _ => None,
        };
        if let Some(byte) = altered {
            *byte ^= 1;
        }
        let body = Body {
            id: content.id,
            create_time: content.create_time,
            resource_type: "encrypt-resource",
            event_type: content.event_type,
            summary: content.summary,
            resource: Resource {
                original_type,
                algorithm: match fault {
                    Some(Fault::ResourceAlgorithm) => other_algorithm(self.scheme()),
                    _ => resource::algorithm(self.scheme()),
                },
                ciphertext: base64::encode(&sealed),
                associated_data: original_type,
                nonce: match fault {
                    Some(Fault::ResourceNonceLength) => nonce + "0000",
                    _ => nonce,
                },
            },
        };
        let json = match fault {
            Some(Fault::BodyNotJson) => Ok(b"not json".to_vec()),
            _ => serde_json::to_vec(&body),
        };
        let mut delivery = self.deliver(&json.unwrap_or_default(), time, fault, rng)?;
        if fault == Some(Fault::BodyReserialised) {
            delivery.body = serde_json::to_vec_pretty(&body).unwrap_or_default();
        }
        Ok(delivery)
    }

    /// An answer to a request, sent at `time`: valid without a fault, else wrong in exactly that way.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a fault that only a notification can have;
    /// [`Error::SigningFailed`] if the private key operation fails.
    pub fn response(
        &self,
        body: &[u8],
        time: UnixTime,
        fault: Option<Fault>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Delivery, Error> {
        if fault.is_some_and(Fault::is_of_notifications) {
            let expected = "a fault that an answer can have; this one is of notifications only";
            return Err(Error::ArgumentInvalid { name: "fault", expected });
        }
        self.deliver(body, time, fault, rng)
    }

    fn deliver(
        &self,
        body: &[u8],
        time: UnixTime,
        fault: Option<Fault>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Delivery, Error> {
        let timestamp = match fault {
            Some(Fault::ClockAhead) => time.as_secs().saturating_add(600).to_string(),
            Some(Fault::ClockBehind) => time.as_secs().saturating_sub(600).to_string(),
            Some(Fault::TimestampNotDigits) => "1e9".into(),
            _ => time.to_string(),
        };
        let nonce = random_hex::<16>(rng);
        let message = Message::new([timestamp.as_bytes(), nonce.as_bytes(), body]);
        let signature = Signature::fill(|buffer| {
            let len = self.private_key.sign(message.parts(), buffer, rng)?;
            if fault == Some(Fault::SignatureAltered) {
                *buffer.get_mut(..len)?.last_mut()? ^= 1;
            }
            Some(len)
        });
        let signature = signature.ok_or(Error::SigningFailed)?.to_base64();
        let mut headers = Vec::from([
            ("Wechatpay-Timestamp", timestamp.clone()),
            (
                "Wechatpay-Nonce",
                match fault {
                    Some(Fault::NonceAltered) => random_hex::<16>(rng),
                    _ => nonce.clone(),
                },
            ),
            (
                "Wechatpay-Signature",
                match fault {
                    Some(Fault::SignatureNotBase64) => "not base64!".into(),
                    Some(Fault::SignatureProbe) => "WECHATPAY/SIGNTEST/".to_string() + &signature,
                    _ => signature,
                },
            ),
            (
                "Wechatpay-Serial",
                match fault {
                    Some(Fault::SerialUnknown) => self.other_serial().into(),
                    _ => self.serial.to_string(),
                },
            ),
            (
                "Wechatpay-Signature-Type",
                match fault {
                    Some(Fault::SignatureType) => "WECHATPAY2-SHA1-RSA2048",
                    _ => self.signature_type,
                }
                .into(),
            ),
        ]);
        if let Some(Fault::HeaderMissing(missing)) = fault {
            let all = headers.len();
            headers.retain(|(name, _)| !name.eq_ignore_ascii_case(missing));
            if headers.len() == all {
                let expected = "the name of a Wechatpay-* header that a delivery has";
                return Err(Error::ArgumentInvalid { name: "fault", expected });
            }
        }
        let mut body = body.to_vec();
        if fault == Some(Fault::BodyAltered) {
            match body.last_mut() {
                Some(byte) => *byte ^= 1,
                None => body.push(b' '),
            }
        }
        Ok(Delivery { headers, body })
    }

    fn other_serial(&self) -> &'static str {
        const OTHERS: [&str; 2] =
            ["PUB_KEY_ID_0000000000000000000000000000", "PUB_KEY_ID_9999999999999999999999999999"];
        let [first, second] = OTHERS;
        if self.serial.as_str() == first { second } else { first }
    }

    /// Encrypts as the scheme of the key wants it.
    fn seal(
        &self,
        key: &ApiV3Key,
        nonce: &[u8],
        associated_data: &[u8],
        buffer: &mut Vec<u8>,
    ) -> Result<(), Error> {
        match self.scheme() {
            Scheme::Sha256Rsa2048 => {
                seal_aes_256_gcm(key.secret_bytes(), nonce, associated_data, buffer)
            }
            #[cfg(feature = "shangmi")]
            Scheme::Sm2WithSm3 => {
                shangmi::seal_sm4_gcm(&key.to_secret_sm4_key(), nonce, associated_data, buffer)
            }
        }
    }
}

/// An algorithm that does not go with the scheme.
const fn other_algorithm(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Sha256Rsa2048 => "AEAD_SM4_GCM",
        #[cfg(feature = "shangmi")]
        Scheme::Sm2WithSm3 => "AEAD_AES_256_GCM",
    }
}

#[derive(Serialize)]
struct Body<'a> {
    id: &'a str,
    create_time: &'a str,
    resource_type: &'a str,
    event_type: &'a str,
    summary: &'a str,
    resource: Resource<'a>,
}

#[derive(Serialize)]
struct Resource<'a> {
    original_type: &'a str,
    algorithm: &'a str,
    ciphertext: String,
    associated_data: &'a str,
    nonce: String,
}

fn random_hex<const N: usize>(rng: &mut dyn CryptoRng) -> String {
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    crate::encoding::hex::encode(&bytes)
}
