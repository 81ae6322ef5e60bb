//! Messages and requests that must be refused, each for its own reason, between genuine ones that
//! must not be.

mod body;
mod envelope;
mod freshness;
mod headers;
mod order;
mod request;
mod resource;
mod serial;
mod signature;

use std::process::ExitCode;

use wechatpay_core::Error;
use wechatpay_tests::platform::Message;
use wechatpay_tests::suite::{Check, Runner, refused, unexpected};

fn main() -> ExitCode {
    Runner::from_args()
        .suite("negative/headers", headers::cases)
        .suite("negative/serial", serial::cases)
        .suite("negative/freshness", freshness::cases)
        .suite("negative/signature", signature::cases)
        .suite("negative/body", body::cases)
        .suite("negative/envelope", envelope::cases)
        .suite("negative/resource", resource::cases)
        .suite("negative/order", order::cases)
        .suite("negative/request", request::cases)
        .finish()
}

/// Refused as a notification and as a response alike.
fn both_refused(message: &Message, code: &str) -> Check {
    refused(message.open(), code).map_err(|seen| format!("as a notification: {seen}"))?;
    refused(message.verify(), code).map_err(|seen| format!("as a response: {seen}"))
}

/// Accepted as a notification and as a response alike.
fn both_accepted(message: &Message) -> Check {
    let accepted: Result<_, Error> = message.open().and_then(|_| message.verify());
    accepted.map(drop).map_err(unexpected)
}
