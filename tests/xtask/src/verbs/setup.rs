//! `cargo xtask setup`: what a machine with cargo and Node still lacks.

use std::time::Instant;

use crate::arguments::Arguments;
use crate::error::Result;
use crate::lock;
use crate::npm;
use crate::toolchain;
use crate::toolchain::Target;
use crate::toolchain::Toolchain;
use crate::verbs::Verb;
use crate::workspace;

pub(super) const VERB: Verb = Verb {
    name: "setup",
    summary: "install what is missing: compiler targets and npm packages",
    help: "\
  --embedded   the bare-metal targets too

Compiler targets come from rustup, else from Debian's packages rustc-web and rust-web-src.
WECHATPAY_TOOLCHAIN=rustup or =debian allows only that way. Quick when there is nothing to do.",
    run,
};

fn run(mut arguments: Arguments) -> Result<()> {
    let embedded = arguments.flag("--embedded");
    arguments.finish()?;
    let started = Instant::now();
    let targets: &[Target] = if embedded {
        &[toolchain::WASM32, toolchain::CORTEX_M, toolchain::RISC_V]
    } else {
        &[toolchain::WASM32]
    };
    set_up(targets)?;
    println!("ready ({} ms)", started.elapsed().as_millis());
    Ok(())
}

/// Set-up as the first step of another verb.
pub(super) fn set_up(targets: &[Target]) -> Result<Toolchain> {
    let _lock = lock::take()?;
    let toolchain = Toolchain::provide(targets)?;
    let triples: Vec<&str> = targets.iter().map(|target| target.triple).collect();
    println!("{}: {}", triples.join(", "), toolchain.describe());
    println!("Node {}", npm::check_node()?.trim_start_matches('v'));
    for folder in npm::FOLDERS.map(workspace::at) {
        if folder.join("package.json").exists() {
            npm::install(&folder)?;
        }
    }
    Ok(toolchain)
}
