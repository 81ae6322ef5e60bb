//! What comes from elsewhere: crates, npm packages, compilers.

use crate::cases::Table;
use crate::error::Error;
use crate::error::Result;
use crate::npm;
use crate::process::Program;
use crate::tools;
use crate::verbs::test::Length;
use crate::verbs::test::count;
use crate::workspace;

const CARGO_DENY: &str = "0.20.2";

/// Every workspace has a lock file of its own.
const MANIFESTS: [&str; 3] =
    ["Cargo.toml", "tests/bench/rust/Cargo.toml", "tests/bench/wasm/Cargo.toml"];

const AUDITED: [&str; 4] = ["node-demo", "node-demo/edge", "tests/js", "wasm"];

/// The oldest compiler, as `rust-version` in Cargo.toml says.
const OLDEST: &str = "1.88.0";

pub(super) fn run(table: &mut Table, _: Length) -> Result<()> {
    let locks = Program::new("node").args([
        "--test",
        "--test-reporter=spec",
        "tests/supply/locks.test.mjs",
    ]);
    let locks = count(table, "supply", locks, true);
    locks.and(audit()).and(deny()).and(oldest_compiler())
}

/// Advisories for what is run with a network, where they can be asked for. `locks.test.mjs` has a list without.
fn audit() -> Result<()> {
    for folder in AUDITED {
        let (is_clean, said) = npm::npm(&workspace::at(folder))
            .args(["audit", "--package-lock-only", "--audit=true"])
            .capture()?;
        if said.contains("audit endpoint returned an error") {
            println!("NOT CHECKED: npm advisories; the registry does not give them here");
            return Ok(());
        }
        if !is_clean {
            return Err(Error::new(format!("npm audit of {folder}\n{said}")));
        }
    }
    Ok(())
}

/// Licences, sources, versions; and advisories, where their database can be reached.
fn deny() -> Result<()> {
    let deny = tools::cargo_program("cargo-deny", CARGO_DENY)?;
    for manifest in MANIFESTS {
        let check = |what: &[&str]| {
            Program::new(&deny)
                .args(["--manifest-path", manifest, "--locked", "--log-level", "error"])
                .args(["--config", ".cargo/deny.toml", "check", "--hide-inclusion-graph"])
                .args(what)
        };
        check(&["bans", "licenses", "sources"]).run()?;
        let fetched =
            Program::new(&deny).args(["--config", ".cargo/deny.toml", "fetch", "db"]).read();
        match fetched {
            Ok(_) => check(&["--disable-fetch", "advisories"]).run()?,
            Err(_) => {
                println!("NOT CHECKED: advisories; their database cannot be reached from here");
            }
        }
    }
    Ok(())
}

/// Every `rust-version` is a promise.
fn oldest_compiler() -> Result<()> {
    if let Err(error) = tools::rust_toolchain(OLDEST, &[]) {
        println!("NOT CHECKED: Rust {OLDEST} cannot be had here: {}", error.text());
        return Ok(());
    }
    Program::new("rustup")
        .args(["run", OLDEST, "cargo", "check", "--locked", "--all-features"])
        .args(["--package", "wechatpay-core", "--package", "wechatpay-wasm"])
        .env("CARGO_TARGET_DIR", workspace::target_directory().join("oldest"))
        .run()
}
