//! 国密: SM2, SM3 and SM4, from single operations to whole notifications. `openssl` signs, encrypts
//! and judges; what it lacks (SM4 in GCM) is built here on its block cipher.

mod chain;
mod der;
mod differential;
mod encryption;
mod keys;
mod mutation;
mod oracle;
mod protocol;
mod signature;
mod vectors;
mod wycheproof;

use std::process::ExitCode;

use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::Runner;

fn main() -> ExitCode {
    let seed = TestRng::seed_from_env("WECHATPAY_SEED", differential::fresh_seed());
    println!("seed WECHATPAY_SEED={seed}");
    let runner = Runner::from_args();
    let runner = vectors::suites(runner);
    let runner = runner
        .suite("shangmi/keys", keys::suite)
        .suite("shangmi/signature", signature::suite)
        .suite("shangmi/encryption", encryption::suite)
        .suite("shangmi/protocol", protocol::suite)
        .suite("shangmi/chain", chain::suite)
        .suite("shangmi/mutation", |suite| mutation::suite(suite, seed))
        .suite("wycheproof/sm4_gcm", wycheproof::suite);
    differential::suites(runner, seed).finish()
}
