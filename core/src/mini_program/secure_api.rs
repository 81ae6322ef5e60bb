//! The encrypted and signed server API (服务端 API 签名加密): AES256_GCM and RSAwithSHA256, the latter
//! being RSASSA-PSS with a salt of 32 bytes
//! (`developers.weixin.qq.com/miniprogram/dev/server/getting_started/api_signature.html`).

mod keys;
mod request;
mod response;

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::hash;
use crate::time::UnixTime;

pub use self::keys::{SecureApiCertificate, SecureApiKey, SecureApiPrivateKey};
pub use self::request::{SealedSecureRequest, SecureRequest, SignedSecureRequest};
pub use self::response::{
    SecureResponse, SecureResponseHeaders, UnverifiedSecureResponse, VerifiedSecureResponse,
};

/// The body of an encrypted request or response.
#[derive(Deserialize, Serialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    iv: Cow<'a, str>,
    #[serde(borrow)]
    data: Cow<'a, str>,
    #[serde(borrow)]
    authtag: Cow<'a, str>,
}

/// What a request or a response is about. Encryption binds all of it, the signature all and the body.
#[derive(Clone, Copy, Debug)]
struct Subject<'a> {
    url: &'a str,
    appid: &'a str,
    timestamp: UnixTime,
}

impl Subject<'_> {
    /// `url|appid|timestamp|sn`.
    fn associated_data(&self, sn: &str) -> String {
        format!("{}|{}|{}|{sn}", self.url, self.appid, self.timestamp)
    }

    /// `url\nappid\ntimestamp\nbody`, without a line end behind it.
    fn message(&self, body: &str) -> String {
        format!("{}\n{}\n{}\n{body}", self.url, self.appid, self.timestamp)
    }

    fn digest(&self, body: &str) -> [u8; 32] {
        hash::sha256([self.message(body).as_bytes()])
    }
}

/// Cuts query and fragment off a full URL. The access token stands there; it is neither signed nor
/// kept.
fn url_path(url: &str) -> Result<&str, Error> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let host = path.strip_prefix("https://").unwrap_or_default();
    let is_plain = path.bytes().all(|b| b.is_ascii_graphic() && b != b'|');
    if is_plain && host.split_once('/').is_some_and(|(host, _)| !host.is_empty()) {
        return Ok(path);
    }
    Err(Error::ArgumentInvalid {
        name: "url",
        expected: "the full URL of the API, such as https://api.weixin.qq.com/wxa/getuserriskrank",
    })
}
