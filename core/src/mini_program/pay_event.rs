use core::fmt;

use serde::de::DeserializeOwned;

use crate::encoding::json;
use crate::error::Error;
use crate::mini_program::app_key::{AppKeys, Env};
use crate::mini_program::argument;
use crate::mini_program::session_key::check_hex;

/// The payment part of a mini game's delivery push: `Payload` with its `PayEventSig`
/// (`developers.weixin.qq.com/minigame/introduction/commercialization/virtual-payment/event.html`).
///
/// Pushes of mini programs (`xpay_goods_deliver_notify`, …) carry no such signature: what proves them is
/// the message push itself, in secure mode.
#[derive(Clone, Copy)]
pub struct UnverifiedPayEvent<'a> {
    event: &'a str,
    payload: &'a str,
    pay_event_sig: &'a str,
}

impl<'a> UnverifiedPayEvent<'a> {
    /// `event` is `Event` of the message; `payload` and `pay_event_sig` are `Payload` and `PayEventSig`
    /// inside `MiniGame`. `Payload` is a text that holds JSON: it must not be parsed and written again.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for an `event` of anything but letters, digits and `_`: a `&` in it
    /// would move the border between the two that are signed.
    pub fn new(event: &'a str, payload: &'a str, pay_event_sig: &'a str) -> Result<Self, Error> {
        let expected = "the Event of the message, such as minigame_game_pay_goods_deliver_notify";
        argument::token("event", event, 128, expected)?;
        if !event.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(Error::ArgumentInvalid { name: "event", expected });
        }
        Ok(Self { event, payload, pay_event_sig })
    }

    /// Checks that `PayEventSig` is HMAC-SHA256 over `Event&Payload` with the AppKey of the environment
    /// that the payload names in `Env` (live where it names none), in lower-case hex.
    ///
    /// # Errors
    /// [`Error::MacInvalid`] if it is not; [`Error::ArgumentInvalid`] for a payload that is no JSON
    /// object; [`Error::KeyInvalid`] if there is no AppKey for its environment.
    pub fn verify(self, app_keys: &AppKeys) -> Result<VerifiedPayEvent<'a>, Error> {
        let env = Env::of_event("Payload", self.payload)?;
        let mac = app_keys.mac(env, self.event, self.payload)?;
        check_hex("PayEventSig", &mac, self.pay_event_sig)?;
        Ok(VerifiedPayEvent { env, payload: self.payload })
    }
}

impl fmt::Debug for UnverifiedPayEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedPayEvent").field("event", &self.event).finish_non_exhaustive()
    }
}

/// A payment event that WeChat signed. Check [`env`](Self::env) before anything is delivered: an order
/// of the sandbox costs nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct VerifiedPayEvent<'a> {
    env: Env,
    payload: &'a str,
}

impl<'a> VerifiedPayEvent<'a> {
    /// The environment of the order.
    #[must_use]
    pub const fn env(&self) -> Env {
        self.env
    }

    /// The JSON text of `Payload`.
    #[must_use]
    pub const fn json(&self) -> &'a str {
        self.payload
    }

    /// `Payload` as a type of the caller's.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if it is not of that form.
    pub fn json_as<T: DeserializeOwned>(&self) -> Result<T, Error> {
        json::parse("Payload", self.payload.as_bytes())
    }
}

impl fmt::Debug for VerifiedPayEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedPayEvent").field("env", &self.env).finish_non_exhaustive()
    }
}
