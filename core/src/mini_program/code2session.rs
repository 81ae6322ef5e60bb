use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::encoding::{json, percent};
use crate::error::Error;
use crate::mini_program::api_error::ApiError;
use crate::mini_program::argument;
use crate::mini_program::session_key::SessionKey;
use crate::secret::SecretText;

/// The AppSecret of the mini program. Wiped on drop; `Debug` shows nothing of it.
#[derive(Debug)]
pub struct AppSecret(SecretText);

impl AppSecret {
    /// Takes the AppSecret as the mini program platform shows it.
    ///
    /// # Errors
    /// [`Error::KeyInvalid`] if it is empty, longer than 128 characters, or not visible ASCII.
    pub fn new(app_secret: &str) -> Result<Self, Error> {
        SecretText::new(app_secret).map(Self).ok_or(Error::KeyInvalid {
            key: "AppSecret",
            reason: "it is empty, too long, or has white space in it. Expected the 32 characters of \
                     the mini program platform, under Development > Settings",
        })
    }
}

/// A login about to be checked (小程序登录凭证校验): trades the `code` of `wx.login` for the user's openid
/// and session key (`developers.weixin.qq.com/miniprogram/dev/server/API/user-login/api_code2session`).
///
/// A code lives for 5 minutes and can be traded once.
pub struct Code2Session<'a> {
    appid: &'a str,
    secret: &'a AppSecret,
    js_code: &'a str,
}

/// Where to send it.
const URL: &str = "https://api.weixin.qq.com/sns/jscode2session";

/// Where to send it when the first does not answer.
const BACKUP_URL: &str = "https://api2.weixin.qq.com/sns/jscode2session";

impl<'a> Code2Session<'a> {
    /// `js_code` is what the mini program got from `wx.login`. It comes from the client: it may be
    /// anything, and is percent-encoded.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed `appid`, or a `js_code` that is empty, longer than
    /// 256 characters or not visible ASCII.
    pub fn new(appid: &'a str, secret: &'a AppSecret, js_code: &'a str) -> Result<Self, Error> {
        let expected = "the code that the mini program got from wx.login";
        let js_code = argument::token("js_code", js_code, 256, expected)?;
        Ok(Self { appid: argument::appid(appid)?, secret, js_code })
    }

    /// The URL to send a GET request to.
    #[must_use]
    pub fn url(&self) -> SecretUrl {
        self.on(URL)
    }

    /// The URL on the backup host.
    #[must_use]
    pub fn backup_url(&self) -> SecretUrl {
        self.on(BACKUP_URL)
    }

    fn on(&self, url: &str) -> SecretUrl {
        let parts = [
            ("?appid=", self.appid),
            ("&secret=", self.secret.0.secret_str()),
            ("&js_code=", self.js_code),
            ("&grant_type=", "authorization_code"),
        ];
        // A string that grows would leave copies.
        let longest = |(name, value): (&str, &str)| name.len() + 3 * value.len();
        let capacity = url.len() + parts.map(longest).iter().sum::<usize>();
        let mut full = Zeroizing::new(String::with_capacity(capacity));
        full.push_str(url);
        for (name, value) in parts {
            full.push_str(name);
            percent::push(&mut full, value);
        }
        SecretUrl(full)
    }
}

impl fmt::Debug for Code2Session<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Code2Session").field("appid", &self.appid).finish_non_exhaustive()
    }
}

/// A URL with the AppSecret in it. Wiped on drop; `Debug` shows nothing of it. HTTP clients and
/// proxies log URLs: keep this one out of theirs.
pub struct SecretUrl(Zeroizing<String>);

impl SecretUrl {
    /// The whole URL.
    #[must_use]
    pub fn secret_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretUrl").finish_non_exhaustive()
    }
}

/// A user who has logged in. `Debug` shows nothing of the session key.
#[derive(Debug)]
pub struct Session {
    openid: String,
    unionid: Option<String>,
    session_key: SessionKey,
}

impl Session {
    /// Reads the answer of WeChat: a session, or the reason why there is none. Its content type is
    /// `text/plain`, and its status is 200 either way.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if it is neither; [`Error::KeyInvalid`] for a session key of another
    /// form.
    pub fn parse(body: &[u8]) -> Result<Result<Self, ApiError>, Error> {
        #[derive(Deserialize)]
        struct Answer<'a> {
            openid: String,
            #[serde(default)]
            unionid: Option<String>,
            #[serde(borrow)]
            session_key: Cow<'a, str>,
        }
        if let Some(refusal) = ApiError::parse(body)? {
            return Ok(Err(refusal));
        }
        let Answer { openid, unionid, session_key } =
            json::parse_object("answer of code2Session", body)?;
        let session_key = Zeroizing::new(session_key.into_owned());
        if openid.is_empty() {
            return Err(Error::BodyMalformed {
                part: "answer of code2Session",
                line: 0,
                column: 0,
            });
        }
        let unionid = unionid.filter(|unionid| !unionid.is_empty());
        Ok(Ok(Self { openid, unionid, session_key: SessionKey::new(&session_key)? }))
    }

    /// The user, in this mini program.
    #[must_use]
    pub fn openid(&self) -> &str {
        &self.openid
    }

    /// The user, in all programs of one WeChat Open Platform account; `None` if the mini program
    /// belongs to none.
    #[must_use]
    pub fn unionid(&self) -> Option<&str> {
        self.unionid.as_deref()
    }

    /// The key of the session.
    #[must_use]
    pub const fn session_key(&self) -> &SessionKey {
        &self.session_key
    }

    /// The key of the session, alone.
    #[must_use]
    pub fn into_session_key(self) -> SessionKey {
        self.session_key
    }
}
