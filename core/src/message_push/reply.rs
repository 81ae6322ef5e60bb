use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRng;
use serde::Serialize;

use crate::block_mode::seal_aes_256_cbc_pad_32;
use crate::encoding::{base64, xml};
use crate::error::Error;
use crate::message_push::envelope::Format;
use crate::message_push::keys::{EncodingAesKey, Token};
use crate::message_push::message::check_appid;
use crate::message_push::signature;
use crate::time::UnixTime;

/// The answer to a push in secure mode, about to be encrypted and signed. A push that needs no answer
/// takes the bare text `success`.
#[derive(Clone, Copy)]
pub struct Reply<'a> {
    text: &'a str,
    appid: &'a str,
}

impl<'a> Reply<'a> {
    /// `text` is the answer, XML or JSON as the push was.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for an empty `appid`.
    pub fn new(text: &'a str, appid: &'a str) -> Result<Self, Error> {
        check_appid(appid)?;
        Ok(Self { text, appid })
    }

    /// Encrypts and signs the answer. `rng` makes the 16 bytes before the message; `nonce` is a random
    /// text of letters and digits, such as the nonce of the push.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed `nonce`, or a text of 4 GiB or more.
    pub fn seal(
        self,
        key: &EncodingAesKey,
        token: &Token,
        timestamp: UnixTime,
        nonce: &str,
        rng: &mut dyn CryptoRng,
    ) -> Result<SealedReply, Error> {
        let is_plain = nonce.bytes().all(|b| b.is_ascii_alphanumeric());
        if !(1..=64).contains(&nonce.len()) || !is_plain {
            let expected = "1 to 64 letters and digits";
            return Err(Error::ArgumentInvalid { name: "nonce", expected });
        }
        let encrypt = self.encrypt(key, rng)?;
        let digits = format!("{timestamp}");
        let msg_signature = signature::sign(token, [&digits, nonce, &encrypt]);
        Ok(SealedReply { encrypt, msg_signature, timestamp, nonce: nonce.into() })
    }

    fn encrypt(self, key: &EncodingAesKey, rng: &mut dyn CryptoRng) -> Result<String, Error> {
        let len = u32::try_from(self.text.len()).map_err(|_| Error::ArgumentInvalid {
            name: "text",
            expected: "a message of fewer than 4294967296 bytes",
        })?;
        let mut random = [0; 16];
        rng.fill_bytes(&mut random);
        let (text, appid) = (self.text.as_bytes(), self.appid.as_bytes());
        let parts = [random.as_slice(), &len.to_be_bytes(), text, appid];
        // Room for the padding too: a buffer that grows would leave a copy of the message behind.
        let mut buffer =
            Vec::with_capacity(parts.iter().map(|part| part.len()).sum::<usize>() + 32);
        parts.iter().for_each(|part| buffer.extend_from_slice(part));
        seal_aes_256_cbc_pad_32(key.secret_bytes(), &key.iv(), &mut buffer);
        Ok(base64::encode(&buffer))
    }
}

impl fmt::Debug for Reply<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").field("appid", &self.appid).finish_non_exhaustive()
    }
}

/// An answer, encrypted and signed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SealedReply {
    /// `Encrypt`, in base64.
    pub encrypt: String,
    /// `MsgSignature`.
    pub msg_signature: String,
    /// `TimeStamp`.
    pub timestamp: UnixTime,
    /// `Nonce`.
    pub nonce: String,
}

impl SealedReply {
    /// The body to answer with. As JSON, `TimeStamp` is a number and `Nonce` a text, as documented.
    #[must_use]
    pub fn to_body(&self, format: Format) -> String {
        match format {
            Format::Json => self.to_json(),
            Format::Xml => self.to_xml(),
        }
    }

    fn to_json(&self) -> String {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Body<'a> {
            encrypt: &'a str,
            msg_signature: &'a str,
            time_stamp: u64,
            nonce: &'a str,
        }
        let body = Body {
            encrypt: &self.encrypt,
            msg_signature: &self.msg_signature,
            time_stamp: self.timestamp.as_secs(),
            nonce: &self.nonce,
        };
        serde_json::to_string(&body).unwrap_or_default()
    }

    fn to_xml(&self) -> String {
        let mut body = String::from("<xml>");
        xml::write_cdata(&mut body, "Encrypt", &self.encrypt);
        xml::write_cdata(&mut body, "MsgSignature", &self.msg_signature);
        body.push_str(&format!("<TimeStamp>{}</TimeStamp>", self.timestamp));
        xml::write_cdata(&mut body, "Nonce", &self.nonce);
        body.push_str("</xml>");
        body
    }
}
