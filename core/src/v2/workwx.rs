use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroizing;

use crate::encoding::hex;
use crate::error::Error;
use crate::hash;
use crate::v2::fields::Fields;
use crate::v2::{digest, sign};

/// The secret of the payment application in WeCom (企业微信). Wiped on drop; `Debug` shows nothing of
/// it.
pub struct WorkwxSecret(Zeroizing<Vec<u8>>);

impl WorkwxSecret {
    /// Takes the secret as the WeCom administration shows it.
    ///
    /// # Errors
    /// [`Error::KeyInvalid`] if it is empty, longer than 128 bytes, or has white space or other
    /// characters that are not visible ASCII.
    pub fn new(secret: &[u8]) -> Result<Self, Error> {
        let is_visible = secret.iter().all(u8::is_ascii_graphic);
        if (1..=128).contains(&secret.len()) && is_visible {
            return Ok(Self(Zeroizing::new(secret.to_vec())));
        }
        Err(Error::KeyInvalid {
            key: "WeCom secret",
            reason: "expected 1 to 128 characters of visible ASCII, without white space",
        })
    }
}

impl fmt::Debug for WorkwxSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkwxSecret").finish_non_exhaustive()
    }
}

/// A payment API of WeCom that takes a `workwx_sign` beside `sign`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WorkwxApi {
    /// `sendworkwxredpack`: red packets.
    RedPacket,
    /// `paywwsptrans2pocket`: payments to a user.
    Transfer,
}

impl WorkwxApi {
    /// The fields that `workwx_sign` covers, no others
    /// (`developer.work.weixin.qq.com/document/path/90281`).
    #[must_use]
    pub const fn signed_fields(self) -> &'static [&'static str] {
        match self {
            Self::RedPacket => &[
                "act_name",
                "mch_billno",
                "mch_id",
                "nonce_str",
                "re_openid",
                "total_amount",
                "wxappid",
            ],
            Self::Transfer => &[
                "amount",
                "appid",
                "desc",
                "mch_id",
                "nonce_str",
                "openid",
                "partner_trade_no",
                "ww_msg_type",
            ],
        }
    }

    /// Adds `workwx_sign` to the fields of a request. Sign the request after it: `sign` covers
    /// `workwx_sign` too.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] if a field that it covers is missing, or it is there already.
    pub fn add_workwx_sign(self, fields: &mut Fields, secret: &WorkwxSecret) -> Result<(), Error> {
        let mut covered = Fields::new();
        for name in self.signed_fields() {
            let expected = "it, for workwx_sign covers it";
            let value = fields.optional(name).ok_or(Error::ArgumentInvalid { name, expected })?;
            covered.insert(*name, value)?;
        }
        fields.insert("workwx_sign", workwx_sign(&covered, secret))
    }
}

/// The WeCom signature of exactly these fields: MD5 with `&secret=…` in place of `&key=…`,
/// upper-case hex.
#[must_use]
pub fn workwx_sign(fields: &Fields, secret: &WorkwxSecret) -> String {
    hex::encode_upper(&hash::md5(digest::parts(&sign::sorted(fields), "secret=", &secret.0)))
}
