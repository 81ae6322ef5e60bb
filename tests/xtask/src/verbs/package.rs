//! `cargo xtask package`: from the Rust sources to the tarball that npm would publish.

mod bindings;
mod builder_paths;
mod module;
pub(super) mod sizes;

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use crate::arguments::Arguments;
use crate::error::Context as _;
use crate::error::Error;
use crate::error::Result;
use crate::fingerprint;
use crate::fingerprint::Fingerprint;
use crate::lock;
use crate::npm;
use crate::toolchain;
use crate::toolchain::Toolchain;
use crate::verbs::Verb;
use crate::verbs::setup;
use crate::workspace;

pub(super) const VERB: Verb = Verb {
    name: "package",
    summary: "build the npm package into wasm/dist/wechatpay-wasm.tgz",
    help: "\
The release module is compiled, bound to JavaScript, joined with the compiled facade of wasm/js and packed. The same
sources and compiler give the same bytes, and nothing in them tells where they were built.",
    run,
};

/// What the tarball is made of.
const INPUTS: [&str; 9] = [
    "Cargo.toml",
    "Cargo.lock",
    "LICENSE",
    "core/Cargo.toml",
    "core/README.md",
    "core/src",
    "tests/xtask/Cargo.toml",
    "tests/xtask/src/verbs",
    "wasm",
];

/// The modules that the facade is joined with, by their features. Most programs need the first and no other.
const MODULES: [(&str, &str); 3] = [
    ("merchant", "bindings"),
    ("extras", "bindings/extras"),
    ("extras,merchant,shangmi", "bindings/shangmi"),
];

fn run(arguments: Arguments) -> Result<()> {
    arguments.finish()?;
    let toolchain = setup::set_up(&[toolchain::WASM32])?;
    let _lock = lock::take()?;
    build(&toolchain)
}

/// Packs unless the tarball is that of these very sources already.
pub(super) fn package_when_stale(toolchain: &Toolchain) -> Result<()> {
    let _lock = lock::take()?;
    if npm::tarball().exists() && fingerprint::remembered(&memory(), &inputs(toolchain)?) {
        println!("{} is up to date", workspace::shown(&npm::tarball()));
        return Ok(());
    }
    build(toolchain)
}

fn build(toolchain: &Toolchain) -> Result<()> {
    let inputs = inputs(toolchain)?;
    let wasm = workspace::at("wasm");
    let dist = wasm.join("dist");
    empty(&dist)?;

    for (features, folder) in MODULES {
        let compiled = module::compile(toolchain, features)?;
        bindings::generate(&compiled, &dist.join(folder))?;
    }
    npm::npm(&wasm).args(["run", "--silent", "build"]).run()?;
    let shipped = builder_paths::check(&wasm)?;
    let tarball = pack(&wasm, &dist)?;

    let modules =
        shipped.into_iter().filter(|file| file.extension().is_some_and(|end| end == "wasm"));
    sizes::print(&sizes::measure(&modules.chain([tarball]).collect::<Vec<_>>())?);
    fingerprint::remember(&memory(), &inputs)
}

/// Packs under npm's own name, with the version in it, and under one that stays.
fn pack(wasm: &Path, dist: &Path) -> Result<PathBuf> {
    npm::npm(wasm).args(["pack", "--silent", "--pack-destination"]).arg(dist).run()?;
    let named = dist.join(format!("wechatpay-wasm-{}.tgz", env!("CARGO_PKG_VERSION")));
    if !named.exists() {
        return Err(Error::new(format!(
            "npm packed another version than {}; wasm/package.json and Cargo.toml must name the same",
            env!("CARGO_PKG_VERSION")
        )));
    }
    fs::copy(&named, npm::tarball()).doing("copy", &named)?;
    Ok(npm::tarball())
}

fn memory() -> PathBuf {
    workspace::memory("package")
}

fn inputs(toolchain: &Toolchain) -> Result<String> {
    let mut fingerprint = Fingerprint::new();
    fingerprint.bytes(toolchain.identity()?.as_bytes());
    for input in INPUTS {
        fingerprint.path(&workspace::at(input))?;
    }
    Ok(fingerprint.finish())
}

fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).doing("empty", folder)?;
    }
    fs::create_dir_all(folder).doing("create", folder)
}
