use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::encoding::hex;
use crate::error::Error;
use crate::hash;
use crate::time::UnixTime;

/// The ticket of an official account (`jsapi_ticket`), valid for 7200 seconds, got with its access
/// token. Wiped on drop; `Debug` shows nothing of it.
pub struct JsapiTicket(Zeroizing<Vec<u8>>);

impl JsapiTicket {
    /// Takes the `ticket` of the answer as it came.
    ///
    /// # Errors
    /// [`Error::KeyInvalid`] if it is empty, longer than 512 bytes, or has characters that no
    /// ticket has: all but letters, digits, `_` and `-`.
    pub fn new(ticket: &[u8]) -> Result<Self, Error> {
        let is_plain = ticket.iter().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(b));
        if (1..=512).contains(&ticket.len()) && is_plain {
            return Ok(Self(Zeroizing::new(ticket.to_vec())));
        }
        Err(Error::KeyInvalid {
            key: "jsapi_ticket",
            reason: "expected the ticket that WeChat answered: 1 to 512 letters, digits, _ and -",
        })
    }
}

impl fmt::Debug for JsapiTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsapiTicket").finish_non_exhaustive()
    }
}

/// The configuration of the JS-SDK on one page
/// (`developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/JS-SDK.html`).
#[derive(Clone, Copy, Debug)]
pub struct Config<'a> {
    appid: &'a str,
    url: &'a str,
}

impl<'a> Config<'a> {
    /// `appid` is that of the official account, `url` the `location.href` of the page; what follows
    /// `#` does not take part.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed argument.
    pub fn new(appid: &'a str, url: &'a str) -> Result<Self, Error> {
        let invalid = |name, expected| Error::ArgumentInvalid { name, expected };
        if !(1..=32).contains(&appid.len()) || !appid.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(invalid("appid", "the appid of the official account"));
        }
        let url = url.split_once('#').map_or(url, |(url, _)| url);
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let is_absolute = host.is_some_and(|host| !host.is_empty() && !host.starts_with('/'));
        if !is_absolute || url.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(invalid("url", "the full URL of the page, as location.href has it"));
        }
        Ok(Self { appid, url })
    }

    /// Signs with the time and a random string.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed `nonce_str`.
    pub fn sign(
        self,
        ticket: &JsapiTicket,
        timestamp: UnixTime,
        nonce_str: &str,
    ) -> Result<ConfigParams, Error> {
        let is_plain = nonce_str.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
        if !(1..=128).contains(&nonce_str.len()) || !is_plain {
            let expected = "a random string of 1 to 128 characters of [0-9A-Za-z_-]";
            return Err(Error::ArgumentInvalid { name: "nonce_str", expected });
        }
        let digest = hash::sha1([
            &b"jsapi_ticket="[..],
            &ticket.0,
            b"&noncestr=",
            nonce_str.as_bytes(),
            b"&timestamp=",
            timestamp.to_decimal().as_str().as_bytes(),
            b"&url=",
            self.url.as_bytes(),
        ]);
        Ok(ConfigParams {
            app_id: self.appid.into(),
            timestamp: timestamp.as_secs(),
            nonce_str: nonce_str.into(),
            signature: hex::encode(&digest),
        })
    }
}

/// The signed members of the argument of `wx.config`, under its names (`appId`, `nonceStr`, …).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigParams {
    /// The appid. Not signed.
    pub app_id: String,
    /// UNIX seconds.
    pub timestamp: u64,
    /// The random string.
    pub nonce_str: String,
    /// The signature, in lower-case hex.
    pub signature: String,
}
