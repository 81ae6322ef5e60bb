//! What takes too long for every run: mutation tests, and an interpreter that sees undefined behaviour.

use crate::error::Result;
use crate::process::Program;
use crate::tools;
use crate::workspace;

const CARGO_MUTANTS: &str = "27.1.0";

/// Changes the decision code of the core in every way that cargo-mutants knows, one at a time; each must fail a test.
/// `.cargo/mutants.toml` says which code that is, which suites judge it, and which mutants change nothing.
pub(super) fn mutants() -> Result<()> {
    let program = tools::cargo_program("cargo-mutants", CARGO_MUTANTS)?;
    // Where the tests fail without a mutant, each would seem to be caught. It looks for them in the core alone.
    Program::cargo().args(["test", "--locked", "--package", JUDGES]).run()?;
    Program::new(program)
        .args(["mutants", "--package", "wechatpay-core", "--test-package", JUDGES])
        .args(["--baseline", "skip", "--timeout", "300", "--jobs", "2", "--output"])
        .arg(workspace::memory("mutants"))
        .run()
}

const JUDGES: &str = "wechatpay-tests";

/// The unit tests of the core, but those of its RSA engine, which would be hours.
pub(super) fn miri() -> Result<()> {
    tools::rust_toolchain("nightly", &["miri", "rust-src"])?;
    Program::new("rustup")
        .args([
            "run",
            "nightly",
            "cargo",
            "miri",
            "test",
            "--locked",
            "--package",
            "wechatpay-core",
            "--lib",
        ])
        .args(["--all-features", "--"])
        .args(TOO_LONG.iter().flat_map(|name| ["--skip", name]))
        .env("CARGO_TARGET_DIR", workspace::target_directory().join("miri"))
        .run()
}

const TOO_LONG: [&str; 1] = ["rsa::"];
