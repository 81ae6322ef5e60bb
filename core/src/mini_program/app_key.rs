use alloc::string::String;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use crate::encoding::{hex, json};
use crate::error::Error;
use crate::hash;
use crate::secret::SecretText;

/// The environment of virtual payment (`env`). Each has an AppKey of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Env {
    /// 0: real money (现网).
    Live,
    /// 1: for tests (沙箱).
    Sandbox,
}

impl Env {
    /// The `env` of a JSON object that WeChat is called with; without it, it is live. `Env` is refused: it would
    /// be overlooked, and what was meant for the sandbox would move real money.
    pub(super) fn of_call(name: &'static str, text: &str) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Call {
            #[serde(default)]
            env: u8,
            #[serde(default, rename = "Env", deserialize_with = "is_there")]
            is_misspelt: bool,
        }
        fn is_there<'a, D: Deserializer<'a>>(member: D) -> Result<bool, D::Error> {
            IgnoredAny::deserialize(member).map(|_| true)
        }
        let call = json::parse_object(name, text.as_bytes());
        Self::of(name, call.ok().filter(|call: &Call| !call.is_misspelt).map(|call| call.env))
    }

    /// The `Env` of the payload of an event; without it, it is live.
    pub(super) fn of_event(name: &'static str, text: &str) -> Result<Self, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Event {
            #[serde(default)]
            env: u8,
        }
        Self::of(name, json::parse_object(name, text.as_bytes()).ok().map(|Event { env }| env))
    }

    fn of(name: &'static str, env: Option<u8>) -> Result<Self, Error> {
        match env {
            Some(0) => Ok(Self::Live),
            Some(1) => Ok(Self::Sandbox),
            _ => Err(Error::ArgumentInvalid {
                name,
                expected: "a JSON object, as text, with env 0 (live) or 1 (sandbox)",
            }),
        }
    }
}

/// The AppKeys of virtual payment (虚拟支付), one for each environment. Wiped on drop; `Debug` shows
/// nothing of them.
///
/// Which one signs is not up to the caller: it is the one of the `env` inside the text that is signed.
#[derive(Debug, Default)]
pub struct AppKeys {
    live: Option<SecretText>,
    sandbox: Option<SecretText>,
}

impl AppKeys {
    /// Adds the AppKey of an environment, as the mini program platform shows it under virtual payment.
    ///
    /// # Errors
    /// [`Error::KeyInvalid`] if it is empty, longer than 128 characters, or not visible ASCII;
    /// [`Error::ArgumentInvalid`] if the environment has one already.
    pub fn with(mut self, env: Env, app_key: &str) -> Result<Self, Error> {
        let slot = match env {
            Env::Live => &mut self.live,
            Env::Sandbox => &mut self.sandbox,
        };
        let key = SecretText::new(app_key).ok_or(Error::KeyInvalid {
            key: "AppKey",
            reason: "it is empty, too long, or has white space in it. Expected the key that the mini \
                     program platform shows under virtual payment",
        })?;
        if slot.replace(key).is_some() {
            return Err(Error::ArgumentInvalid {
                name: "app_key",
                expected: "one AppKey for each environment",
            });
        }
        Ok(self)
    }

    /// HMAC-SHA256 over `subject&text`.
    pub(super) fn mac(&self, env: Env, subject: &str, text: &str) -> Result<[u8; 32], Error> {
        let (key, reason) = match env {
            Env::Live => (&self.live, "there is none for env 0 (live), which the text names"),
            Env::Sandbox => {
                (&self.sandbox, "there is none for env 1 (sandbox), which the text names")
            }
        };
        let key = key.as_ref().ok_or(Error::KeyInvalid { key: "AppKey", reason })?;
        let message = [subject.as_bytes(), b"&", text.as_bytes()];
        Ok(hash::hmac_sha256(key.secret_str().as_bytes(), message))
    }

    pub(super) fn pay_sig(&self, env: Env, subject: &str, text: &str) -> Result<String, Error> {
        self.mac(env, subject, text).map(|mac| hex::encode(&mac))
    }
}
