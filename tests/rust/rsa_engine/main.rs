//! The RSA engine, on each of its kernels, against `num-bigint`, the `rsa` crate and OpenSSL.
//!
//! 100 random cases of each kind, as many as wanted with `RSA_ENGINE_CASES=100000`; the seed is printed and can
//! be set as `RSA_ENGINE_SEED`.

mod import;
mod kernels;
mod keys;
mod openssl;
mod oracle;

use std::process::ExitCode;

use wechatpay_core::hazmat::rsa::{Radix28, Radix32, Radix64};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::Runner;

fn main() -> ExitCode {
    let seed = TestRng::seed_from_env("RSA_ENGINE_SEED", 20_260_901);
    println!("rsa_engine: RSA_ENGINE_SEED={seed} RSA_ENGINE_CASES={}", cases());
    let rng = || TestRng::new(seed);
    Runner::from_args()
        .suite("rsa_engine/radix_28", |suite| kernels::radix_28(suite, rng()))
        .suite("rsa_engine/radix_32", |suite| kernels::radix_32(suite, rng()))
        .suite("rsa_engine/radix_64", |suite| kernels::radix_64(suite, rng()))
        .suite("rsa_engine/oracle_28", |suite| oracle::all::<Radix28>(suite, rng()))
        .suite("rsa_engine/oracle_32", |suite| oracle::all::<Radix32>(suite, rng()))
        .suite("rsa_engine/oracle_64", |suite| oracle::all::<Radix64>(suite, rng()))
        .suite("rsa_engine/openssl", |suite| openssl::all(suite, rng()))
        .suite("rsa_engine/import", import::all)
        .finish()
}

/// Random cases of each kind.
fn cases() -> usize {
    std::env::var("RSA_ENGINE_CASES").map_or(100, |cases| {
        cases.parse().unwrap_or_else(|_| panic!("RSA_ENGINE_CASES must be a number, not {cases:?}"))
    })
}
