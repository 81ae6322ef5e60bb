//! What APIv3 has beside signing and verifying: sensitive fields, certificates and their chains,
//! downloads, uploads, error answers, the explanation of failures, and deliveries for tests.

mod answers;
mod certificates;
mod chain;
mod explain_delivery;
mod explain_request;
mod files;
mod sensitive;
mod testing;

use std::process::ExitCode;

use wechatpay_tests::suite::Runner;

fn main() -> ExitCode {
    Runner::from_args()
        .suite("sensitive", sensitive::by_hand)
        .suite("sensitive_random", sensitive::random)
        .suite("certificates", certificates::suite)
        .suite("certificate_chain", chain::suite)
        .suite("downloads_and_uploads", files::suite)
        .suite("api_error", answers::api_error)
        .suite("response_signature", answers::response_signature)
        .suite("explain_delivery", explain_delivery::suite)
        .suite("explain_request", explain_request::suite)
        .suite("test_platform", testing::suite)
        .finish()
}
