//! How an error of the core reaches JavaScript.

use serde::Serialize;
use wasm_bindgen::JsValue;
use wechatpay_core::Error;

use crate::results;

/// What is thrown: a plain object; the facade makes a `WechatPayError` of it.
#[derive(Debug, Serialize)]
pub struct Failure {
    code: &'static str,
    message: String,
}

impl Failure {
    /// Something that signs outside of the module did not.
    #[cfg(feature = "merchant")]
    pub(crate) fn signer(message: &str) -> Self {
        Self { code: Error::SigningFailed.code(), message: message.to_owned() }
    }

    /// Says which of several things the failure is about.
    pub(crate) fn about(mut self, what: &str) -> Self {
        self.message.insert_str(0, ": ");
        self.message.insert_str(0, what);
        self
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let message = match &error {
            // Arguments go by their JavaScript names here.
            Error::ArgumentInvalid { name, expected } => {
                format!("{} cannot be used: expected {expected}", camel_case(name))
            }
            _ => error.to_string(),
        };
        Self { code: error.code(), message }
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        results::to_js(&failure)
    }
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    camel
}
