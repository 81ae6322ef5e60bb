//! How an error of the core reaches JavaScript.

use alloc::format;
use alloc::string::String;
use alloc::string::ToString;
use alloc::vec;

use wasm_bindgen::JsValue;
use wechatpay_core::Error;

/// What is thrown: code and message; the facade makes a `WechatPayError` of them.
#[derive(Debug)]
pub struct Failure {
    code: &'static str,
    message: String,
}

impl Failure {
    /// Something that signs outside of the module did not.
    #[cfg(feature = "merchant")]
    pub(crate) fn signer(message: &str) -> Self {
        Self { code: Error::SigningFailed.code(), message: message.into() }
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
        vec![String::from(failure.code), failure.message].into()
    }
}

fn camel_case(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    let mut at_word = false;
    for letter in name.chars() {
        match letter {
            '_' => at_word = true,
            letter if at_word => {
                camel.push(letter.to_ascii_uppercase());
                at_word = false;
            }
            letter => camel.push(letter),
        }
    }
    camel
}
