//! The mini program side: login, user data, virtual payment, the encrypted server API. What WeChat
//! makes is made here without the core.

mod api_error;
mod code2session;
mod differential;
mod encrypted_data;
mod mutation;
mod oracle;
mod pss;
mod raw_data;
mod secrecy;
mod secure_api_random;
mod secure_request;
mod secure_response;
mod vectors;
mod virtual_payment;
mod wechat;

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::Runner;

fn main() -> ExitCode {
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| age.as_secs());
    let seed = TestRng::seed_from_env("WECHATPAY_SEED", clock);
    println!("mini_program: WECHATPAY_SEED={seed}");
    let runner = vectors::suites(Runner::from_args())
        .suite("mini_program/code2session", code2session::suite)
        .suite("mini_program/api_error", api_error::suite)
        .suite("mini_program/raw_data", raw_data::suite)
        .suite("mini_program/encrypted_data", encrypted_data::suite)
        .suite("mini_program/virtual_payment", virtual_payment::suite)
        .suite("mini_program/secure_request", secure_request::suite)
        .suite("mini_program/secure_response", secure_response::suite)
        .suite("mini_program/pss", pss::suite)
        .suite("wycheproof/rsa_pss", pss::wycheproof)
        .suite("mini_program/secrecy", secrecy::suite)
        .suite("mini_program/mutation", |suite| mutation::suite(suite, seed));
    secure_api_random::suites(differential::suites(runner, seed), seed).finish()
}
