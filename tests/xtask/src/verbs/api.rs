//! `cargo xtask api`: the listings of everything public.

use crate::arguments::Arguments;
use crate::error::Result;
use crate::npm;
use crate::process::Program;
use crate::toolchain;
use crate::verbs::Verb;
use crate::verbs::package;
use crate::verbs::setup;
use crate::workspace;

pub(super) const VERB: Verb = Verb {
    name: "api",
    summary: "write the listings of the public API in tests/api",
    help: "\
The crate as rustdoc sees it with every feature on, the names that can be imported from the npm package, and its
declarations. `cargo xtask test --only api` fails while they are not those that are committed, and says what breaks.",
    run,
};

fn run(arguments: Arguments) -> Result<()> {
    arguments.finish()?;
    let toolchain = setup::set_up(&[toolchain::WASM32])?;
    package::package_when_stale(&toolchain)?;
    install()?;
    node().arg("tests/api/write.mjs").run()
}

/// The package is imported from where its own tests have it.
pub(super) fn install() -> Result<()> {
    let folder = workspace::at("tests/js");
    npm::install(&folder)?;
    npm::install_tarball(&folder)
}

pub(super) fn node() -> Program {
    let target = workspace::target_directory().join("xtask/api");
    Program::new("node").quiet_env("API_TARGET", target)
}
