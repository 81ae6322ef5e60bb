use alloc::string::String;

use serde::Serialize;

use crate::encoding::percent;
use crate::error::Error;
use crate::time::UnixTime;
use crate::v2::api_key::ApiKey;
use crate::v2::argument;
use crate::v2::fields::Fields;
use crate::v2::sign::{self, SignType};

/// A mini program red packet (小程序红包) about to be opened by `wx.sendBizRedPacket`
/// (`doc/v2/partner/4011941288`).
#[derive(Clone, Copy, Debug)]
pub struct RedPacket<'a> {
    appid: &'a str,
    package: &'a str,
}

impl<'a> RedPacket<'a> {
    /// `package` is what `sendminiprogramhb` answered, as it came: `sendid=…&ver=…&sign=…`.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed argument, also for a `package` that is
    /// URL-encoded already.
    pub fn new(appid: &'a str, package: &'a str) -> Result<Self, Error> {
        let well_formed = (1..=1024).contains(&package.len())
            && package.contains('=')
            && package.bytes().all(|b| b.is_ascii_graphic());
        if !well_formed {
            return Err(Error::ArgumentInvalid {
                name: "package",
                expected: "the package that sendminiprogramhb answered, not URL-encoded",
            });
        }
        Ok(Self { appid: argument::appid(appid)?, package })
    }

    /// Adds the time and a random string of at most 32 characters.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed `nonce_str`.
    pub fn finalize(
        self,
        timestamp: UnixTime,
        nonce_str: &'a str,
    ) -> Result<UnsignedRedPacket<'a>, Error> {
        let nonce_str = argument::nonce_str(nonce_str)?;
        Ok(UnsignedRedPacket { red_packet: self, timestamp, nonce_str })
    }
}

/// Red packet parameters that lack their `paySign`.
#[derive(Clone, Copy, Debug)]
#[must_use = "nothing is signed before `sign`"]
pub struct UnsignedRedPacket<'a> {
    red_packet: RedPacket<'a>,
    timestamp: UnixTime,
    nonce_str: &'a str,
}

impl UnsignedRedPacket<'_> {
    /// Signs by MD5, the only type there is here: `appId`, `nonceStr`, `timeStamp` and the raw
    /// `package`. Unlike in payments, `signType` does not take part.
    ///
    /// # Errors
    /// None that the constructors have not given already.
    pub fn sign(self, key: &ApiKey) -> Result<RedPacketParams, Error> {
        let time_stamp = self.timestamp.to_decimal();
        let fields = Fields::from_pairs([
            ("appId", self.red_packet.appid),
            ("timeStamp", time_stamp.as_str()),
            ("nonceStr", self.nonce_str),
            ("package", self.red_packet.package),
        ])?;
        Ok(RedPacketParams {
            pay_sign: sign::sign(&fields, key, SignType::Md5),
            time_stamp: time_stamp.as_str().into(),
            nonce_str: self.nonce_str.into(),
            package: percent::encode(self.red_packet.package),
            sign_type: SignType::Md5.as_str().into(),
        })
    }
}

/// The fields of `wx.sendBizRedPacket`. Serialized under WeChat's names (`timeStamp`, `nonceStr`,
/// …).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RedPacketParams {
    /// UNIX seconds, as a string.
    pub time_stamp: String,
    /// The random string.
    pub nonce_str: String,
    /// The package, URL-encoded.
    pub package: String,
    /// `MD5`. Not signed.
    pub sign_type: String,
    /// The signature, in upper-case hex.
    pub pay_sign: String,
}
