//! APIv2 and the client invocations: vectors, refusals, mutations, and OpenSSL as the other side.
//!
//! `WECHATPAY_SEED` repeats the random cases of a run, `MUTATIONS` is their number per document
//! (default 400).

mod client;
mod differential;
mod event;
mod jssdk;
mod keys;
mod mutation;
mod notification;
mod oracle;
mod refund;
mod request;
mod response;
mod sign;
mod vectors;
mod xml;

use std::process::ExitCode;
use std::time::SystemTime;

use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::Runner;

fn main() -> ExitCode {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a clock");
    let fresh = now.as_nanos() as u64 >> 16;
    let seed = TestRng::seed_from_env("WECHATPAY_SEED", fresh);
    println!("seed WECHATPAY_SEED={seed}");
    let runner = vectors::suites(Runner::from_args())
        .suite("v2/keys", keys::suite)
        .suite("v2/sign", sign::suite)
        .suite("v2/request", request::suite)
        .suite("v2/xml", xml::suite)
        .suite("v2/notification", notification::suite)
        .suite("v2/response", response::suite)
        .suite("v2/refund_notification", refund::suite)
        .suite("v2/event_notification", event::suite)
        .suite("v2/client", client::suite)
        .suite("jssdk", jssdk::suite)
        .suite("v2/mutation", |suite| mutation::suite(suite, seed));
    differential::suites(runner, seed).finish()
}
