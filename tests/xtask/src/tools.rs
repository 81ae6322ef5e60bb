//! Programs that tests run, found or installed.

use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;

use crate::apt;
use crate::error::Error;
use crate::error::Result;
use crate::process::Program;
use crate::workspace;

/// `cargo fmt`, `cargo clippy`: parts of a rustup toolchain that its minimal profile leaves out.
pub(crate) fn cargo_component(subcommand: &str, component: &str) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    if runs(Command::new(cargo).args([subcommand, "--version"])) {
        return Ok(());
    }
    Program::new("rustup").args(["component", "add", component]).run().map_err(|error| {
        Error::new(format!(
            "`cargo {subcommand}` is missing, and rustup could not add {component}: {}",
            error.text()
        ))
    })
}

/// The OpenSSL command line, which suites hold the core against.
pub(crate) fn openssl() -> Result<()> {
    if runs(Command::new("openssl").arg("version")) {
        return Ok(());
    }
    apt::install(&["openssl"])
}

/// A program from crates.io in the one version that the tests know, apart from those of the user.
pub(crate) fn cargo_program(name: &str, version: &str) -> Result<PathBuf> {
    let folder = workspace::memory("tools");
    let program = folder.join("bin").join(name);
    // As cargo calls it: some answer nobody else.
    let subcommand = name.trim_start_matches("cargo-");
    let is_there =
        Command::new(&program).args([subcommand, "--version"]).output().is_ok_and(|said| {
            String::from_utf8_lossy(&said.stdout).split_whitespace().any(|word| word == version)
        });
    if !is_there {
        // Compiled faster, as it runs for seconds.
        Program::cargo()
            .args(["install", name, "--version", version, "--locked", "--debug", "--root"])
            .arg(&folder)
            .quiet_env("CARGO_TARGET_DIR", workspace::target_directory().join("tools"))
            .quiet_env("CARGO_PROFILE_DEV_DEBUG", "0")
            .run()?;
    }
    Ok(program)
}

/// Another compiler beside the one in use.
pub(crate) fn rust_toolchain(name: &str, components: &[&str]) -> Result<()> {
    let components = components.iter().flat_map(|component| ["--component", component]);
    Program::new("rustup")
        .args(["toolchain", "install", name, "--profile", "minimal", "--no-self-update"])
        .args(components)
        .run()
}

/// A Python that has wechatpayv3, in the version that the benchmark pins.
pub(crate) fn python_with_wechatpayv3() -> Result<PathBuf> {
    let folder = workspace::target_directory().join("bench/python");
    let interpreter = folder.join("bin/python");
    let make = || Program::new("python3").args(["-m", "venv"]).arg(&folder).run();
    if !runs(Command::new(&interpreter).args(["-m", "pip", "--version"])) && make().is_err() {
        apt::install(&["python3-venv"])?;
        make()?;
    }
    Program::new(&interpreter)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .args(["-r", "tests/bench/python/requirements.txt"])
        .run()?;
    Ok(interpreter)
}

/// Follows what depends on a secret.
pub(crate) fn valgrind() -> Result<()> {
    if runs(Command::new("valgrind").arg("--version")) {
        return Ok(());
    }
    apt::install(&["valgrind"])
}

/// Whether each of these programs is there.
pub(crate) fn all_run(programs: &[&str]) -> bool {
    programs.iter().all(|program| runs(Command::new(program).arg("--version")))
}

/// The browser that the phone page is tested in, and glyphs for its Chinese.
pub(crate) fn chromium() -> Result<()> {
    if runs(Command::new("chromium").arg("--version")) {
        return Ok(());
    }
    apt::install(&["chromium", "fonts-noto-cjk"])
}

fn runs(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}
