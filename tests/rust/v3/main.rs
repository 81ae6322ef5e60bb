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
use std::time::{SystemTime, UNIX_EPOCH};

use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::Runner;

fn main() -> ExitCode {
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| age.as_secs());
    let seed = TestRng::seed_from_env("WECHATPAY_SEED", clock);
    let count = TestRng::seed_from_env("WECHATPAY_RANDOM_CASES", 1_000);
    println!("v3: WECHATPAY_SEED={seed} WECHATPAY_RANDOM_CASES={count}");
    Runner::from_args()
        .suite("sensitive", sensitive::by_hand)
        .suite("random/rsa_oaep_core_decrypts", |suite| {
            sensitive::core_decrypts(suite, seed, count);
        })
        .suite("random/rsa_oaep_core_encrypts", |suite| {
            sensitive::core_encrypts(suite, seed, count);
        })
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
