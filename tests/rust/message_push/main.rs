//! Message push: the URL check, plain mode and secure mode, XML and JSON. What WeChat sends is made
//! here without the core.

mod differential;
mod keys;
mod mutation;
mod plain;
mod reply;
mod secrecy;
mod secure;
mod vectors;
mod wechat;
mod xml;

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::Runner;

fn main() -> ExitCode {
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| age.as_secs());
    let seed = TestRng::seed_from_env("WECHATPAY_SEED", clock);
    println!("message_push: WECHATPAY_SEED={seed}");
    let runner = vectors::suites(Runner::from_args())
        .suite("message_push/keys", keys::suite)
        .suite("message_push/url_check", plain::url_check)
        .suite("message_push/plain", plain::suite)
        .suite("message_push/secure", secure::suite)
        .suite("message_push/xml", xml::suite)
        .suite("message_push/reply", reply::suite)
        .suite("message_push/secrecy", secrecy::suite)
        .suite("message_push/mutation", |suite| mutation::suite(suite, seed));
    differential::suites(runner, seed).finish()
}
