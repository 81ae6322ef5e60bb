//! Programs that tests run, found or installed.

use std::process::Command;
use std::process::Stdio;

use crate::apt;
use crate::error::Error;
use crate::error::Result;
use crate::process::Program;

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
