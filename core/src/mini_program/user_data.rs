use alloc::string::String;
use core::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::constant_time;
use crate::encoding::json::{self, Object};
use crate::error::Error;
use crate::time::{Tolerance, UnixTime};

/// What [`EncryptedData`](super::EncryptedData) held: made by WeChat, for this mini program. `Debug`
/// shows the watermark only.
#[derive(Clone, PartialEq, Eq)]
pub struct UserData {
    watermark: Watermark,
    json: String,
}

impl UserData {
    /// Reads the watermark of what was decrypted. A wrong key survives the padding once in 256 times,
    /// so that a text without watermark is a failed decryption too.
    pub(super) fn from_decrypted(json: String, appid: &str) -> Result<Self, Error> {
        let Marked { watermark: Object(watermark) } =
            json::parse_object("", json.as_bytes()).map_err(|_| Error::DecryptFailed)?;
        let watermark = Watermark {
            appid: watermark.appid,
            timestamp: UnixTime::from_secs(watermark.timestamp),
        };
        if constant_time::eq(watermark.appid.as_bytes(), appid.as_bytes()) {
            return Ok(Self { watermark, json });
        }
        Err(Error::AppidMismatch)
    }

    /// Accepts the data if WeChat made it within `tolerance` of `now`: it may be sent again and again
    /// as long as the session lasts.
    ///
    /// # Errors
    /// [`Error::TimestampOutsideWindow`] otherwise.
    pub fn fresh(self, now: UnixTime, tolerance: Tolerance) -> Result<Self, Error> {
        tolerance.check(self.watermark.timestamp, now)?;
        Ok(self)
    }

    /// For which mini program, and when, WeChat made the data.
    #[must_use]
    pub const fn watermark(&self) -> &Watermark {
        &self.watermark
    }

    /// The JSON text.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }

    /// The data as a type of the caller's.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if it is not of that form.
    pub fn json_as<T: DeserializeOwned>(&self) -> Result<T, Error> {
        json::parse("user data", self.json.as_bytes())
    }

    /// The data of `wx.getUserInfo` and `wx.getUserProfile`.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if it is other data.
    pub fn user_info(&self) -> Result<UserInfo, Error> {
        self.json_as()
    }

    /// The data of a `getPhoneNumber` button.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if it is other data.
    pub fn phone_number(&self) -> Result<PhoneNumber, Error> {
        self.json_as()
    }
}

impl fmt::Debug for UserData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserData").field("watermark", &self.watermark).finish_non_exhaustive()
    }
}

/// The mark that WeChat leaves in user data (数据水印).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Watermark {
    /// The mini program that the data is meant for.
    pub appid: String,
    /// When the user gave the data.
    pub timestamp: UnixTime,
}

/// A user's profile. Since 2021 most of it is a placeholder; `open_id` and `union_id` are not.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserInfo {
    /// The user, in this mini program. Not in the data of `wx.getUserProfile`.
    pub open_id: Option<String>,
    /// The user, in all programs of one WeChat Open Platform account.
    pub union_id: Option<String>,
    /// Nickname.
    pub nick_name: String,
    /// 0 unknown, 1 male, 2 female.
    pub gender: Option<u8>,
    /// Such as `zh_CN`.
    pub language: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Province.
    pub province: Option<String>,
    /// Country.
    pub country: Option<String>,
    /// URL of the user's picture.
    pub avatar_url: Option<String>,
}

impl fmt::Debug for UserInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserInfo").finish_non_exhaustive()
    }
}

/// A user's phone number.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PhoneNumber {
    /// The number; one from abroad begins with its country code.
    pub phone_number: String,
    /// The number without country code.
    pub pure_phone_number: String,
    /// The country code.
    pub country_code: String,
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PhoneNumber").finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Marked {
    watermark: Object<Mark>,
}

#[derive(Deserialize)]
struct Mark {
    appid: String,
    timestamp: u64,
}
