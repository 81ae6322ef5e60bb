//! Key files as people really have them, and files that are no keys, or not the right ones.

mod api_v3;
mod certificate;
mod form;
mod merchant;
mod numbers;
mod platform;
mod signature;

use std::process::ExitCode;

use wechatpay_core::Error;
use wechatpay_tests::suite::{Check, Runner, holds, refused};

fn main() -> ExitCode {
    Runner::from_args()
        .suite("keys/merchant", merchant::cases)
        .suite("keys/numbers", numbers::cases)
        .suite("keys/platform", platform::cases)
        .suite("keys/certificate", certificate::cases)
        .suite("keys/api_v3", api_v3::cases)
        .suite("keys/signature", signature::cases)
        .finish()
}

/// Refused with a code, and with a sentence that names what was found, in one of the ways divided by `|`.
fn refused_saying<T>(result: Result<T, Error>, code: &str, words: &str) -> Check {
    let text = result.as_ref().err().map(ToString::to_string).unwrap_or_default();
    refused(result, code)?;
    holds(
        words.split('|').any(|words| text.contains(words)),
        format!("the message does not say {words:?}: {text}"),
    )
}
