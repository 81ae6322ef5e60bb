//! `cargo xtask demo`: the six steps of a payment, on the packed npm package.

use crate::arguments::Arguments;
use crate::error::Result;
use crate::npm;
use crate::toolchain;
use crate::verbs::Verb;
use crate::verbs::package;
use crate::verbs::setup;
use crate::workspace;

pub(super) const VERB: Verb = Verb {
    name: "demo",
    summary: "run the merchant backend against a local WeChat Pay and buy something",
    help: "\
  --once       buy by itself, print the six steps, exit 0 only if the order ended paid
  --port <n>   port of the page where one can buy (without --once)",
    run,
};

fn run(mut arguments: Arguments) -> Result<()> {
    let once = arguments.flag("--once");
    let port = arguments.value("--port")?;
    arguments.finish()?;

    let toolchain = setup::set_up(&[toolchain::WASM32])?;
    package::package_when_stale(&toolchain)?;
    let folder = workspace::at("node-demo");
    npm::install_tarball(&folder)?;

    let mut demo = npm::npm(&folder).args(["run", "--silent", "demo", "--"]);
    if once {
        demo = demo.arg("--once");
    }
    if let Some(port) = port {
        demo = demo.args(["--port", &port]);
    }
    demo.run_and_pass_code_on()
}
