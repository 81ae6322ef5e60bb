//! What is printed: error codes and messages that help, and nothing secret in any of it.

mod errors;
mod secrets;

use std::process::ExitCode;

use wechatpay_tests::suite::Runner;

fn main() -> ExitCode {
    Runner::from_args()
        .suite("secrecy/error_codes", errors::codes)
        .suite("secrecy/error_texts", errors::texts)
        .suite("secrecy/debug", secrets::debug)
        .suite("secrecy/errors", secrets::errors)
        .suite("secrecy/detector", secrets::detector)
        .finish()
}
