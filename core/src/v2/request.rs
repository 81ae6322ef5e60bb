use alloc::string::String;

use crate::error::Error;
use crate::v2::api_key::ApiKey;
use crate::v2::fields::Fields;
use crate::v2::sign::{self, SIGN, SignType};

/// A request to an APIv2 interface, about to be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignableRequest {
    fields: Fields,
}

impl SignableRequest {
    /// Takes all fields but `sign`, `nonce_str` among them where the interface has it.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] if there is a `sign`, which is only now to be made, or a
    /// `signType`, which is spelled `sign_type` here.
    pub fn new(fields: Fields) -> Result<Self, Error> {
        if fields.get(SIGN).is_some() {
            return Err(Error::ArgumentInvalid {
                name: "fields",
                expected: "no `sign` among them: signing adds it",
            });
        }
        if fields.get("signType").is_some() {
            return Err(Error::ArgumentInvalid {
                name: "fields",
                expected: "`sign_type` in requests; `signType` is its name in client parameters",
            });
        }
        Ok(Self { fields })
    }

    /// Signs all fields. For HMAC-SHA256 `sign_type` is added where it is missing: without it
    /// WeChat Pay checks MD5.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] if the field `sign_type` names the other type.
    pub fn sign(mut self, key: &ApiKey, sign_type: SignType) -> Result<SignedRequest, Error> {
        match self.fields.optional(SIGN_TYPE) {
            Some(name) if name != sign_type.as_str() => {
                return Err(Error::ArgumentInvalid {
                    name: SIGN_TYPE,
                    expected: "the type that the request is signed with, MD5 or HMAC-SHA256",
                });
            }
            None if sign_type != SignType::Md5 => {
                self.fields.insert(SIGN_TYPE, sign_type.as_str())?;
            }
            _ => {}
        }
        let sign = sign::sign(&self.fields, key, sign_type);
        self.fields.insert(SIGN, sign)?;
        Ok(SignedRequest { fields: self.fields })
    }
}

const SIGN_TYPE: &str = "sign_type";

/// A request with its `sign`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRequest {
    fields: Fields,
}

impl SignedRequest {
    /// All fields, `sign` last.
    #[must_use]
    pub const fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The body to send, as `text/xml; charset=utf-8`.
    #[must_use]
    pub fn to_xml(&self) -> String {
        self.fields.to_xml()
    }
}
