//! `cargo xtask test --faults`: the shop under load, while its instances and its database are killed.

use crate::error::Result;
use crate::npm;
use crate::postgresql;
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
    npm::npm(&folder)
        .args(["run", "--silent", "faults"])
        .env("DATABASE_URL", server.url())
        .quiet_env("POSTGRESQL_RESTART", server.restart_command()?)
        .run_and_pass_code_on()
}
