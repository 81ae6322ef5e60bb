//! `cargo xtask test --faults`: the shop under load, while its instances and its database are killed.

use std::path::Path;

use crate::error::Result;
use crate::npm;
use crate::postgresql;
use crate::process::Program;
use crate::toolchain;
use crate::verbs::package;
use crate::verbs::setup;
use crate::workspace;

/// Passes on the exit code of the run: 0 only if every invariant held.
pub(super) fn run() -> Result<()> {
    let toolchain = setup::set_up(&[toolchain::WASM32])?;
    package::package_when_stale(&toolchain)?;
    let folder = workspace::at("node-demo");
    npm::install(&folder)?;
    npm::install_tarball(&folder)?;
    let server = postgresql::Server::start()?;
    program(&folder, &server)?.run_and_pass_code_on()
}

/// The same with few orders, so that every run of the tests has it.
pub(super) fn run_short(folder: &Path, server: &postgresql::Server) -> Result<()> {
    program(folder, server)?.args(["--orders", "400", "--buyers", "40"]).run()
}

fn program(folder: &Path, server: &postgresql::Server) -> Result<Program> {
    Ok(npm::npm(folder)
        .args(["run", "--silent", "faults", "--"])
        .env("DATABASE_URL", server.url())
        .quiet_env("POSTGRESQL_RESTART", server.restart_command()?))
}
