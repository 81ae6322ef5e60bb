//! `cargo xtask bench`: everything side by side in one run, and what was promised of it.

mod figures;
mod goals;
mod machine;
mod results;
mod versions;

use std::fs;
use std::path::PathBuf;

use crate::arguments::Arguments;
use crate::error::Context as _;
use crate::error::Error;
use crate::error::Result;
use crate::lock;
use crate::npm;
use crate::process::Program;
use crate::toolchain;
use crate::toolchain::Toolchain;
use crate::tools;
use crate::verbs::Verb;
use crate::verbs::bench::figures::Figures;
use crate::verbs::package;
use crate::verbs::setup;
use crate::workspace;

pub(super) const VERB: Verb = Verb {
    name: "bench",
    summary: "measure this beside its peers and write tests/bench/RESULTS.md",
    help: "\
  --check   fail when a goal is missed

npm packages, crates and Python's wechatpayv3 run the same operations on the same input, in turns. Nothing reaches
the network while it is measured. The first run compiles the peers, which takes minutes; leave the machine alone
during any. Python is left out where there is no python3 with venv and pip.",
    run,
};

const RUST: &str = "tests/bench/rust/Cargo.toml";
const RSA_IN_WASM: &str = "tests/bench/wasm/Cargo.toml";

fn run(mut arguments: Arguments) -> Result<()> {
    let check = arguments.flag("--check");
    arguments.finish()?;
    let toolchain = setup::set_up(&[toolchain::WASM32])?;
    package::package_when_stale(&toolchain)?;
    let rsa_in_wasm = prepare(&toolchain)?;

    println!("\nload before the run: {}", machine::load());
    let mut figures = Figures::default();
    javascript(&rsa_in_wasm, &mut figures)?;
    rust(&mut figures)?;
    let python = python(&mut figures);

    let mut versions = vec![
        versions::npm(&figures)?,
        format!("crates: {}", versions::crates(RUST, &figures)?),
        format!("in WebAssembly: {}", versions::crates(RSA_IN_WASM, &figures)?),
    ];
    match python {
        Ok(version) => versions.push(version),
        Err(error) => println!("\nwechatpayv3 is left out: {}", error.text()),
    }
    let outcomes = goals::outcomes(&figures);
    let file = workspace::at("tests/bench/RESULTS.md");
    fs::write(&file, results::page(&figures, &outcomes, &versions)?).doing("write", &file)?;
    println!("\n{}", goals::table(&outcomes));
    println!("load after the run: {}\nwrote {}", machine::load(), workspace::shown(&file));
    match outcomes.iter().filter(|outcome| !outcome.is_met()).count() {
        missed if check && missed > 0 => Err(Error::new(format!("{missed} goals are missed"))),
        _ => Ok(()),
    }
}

/// Compiles and installs beforehand, so that nothing else runs beside what is measured; the `rsa` crate in WebAssembly.
fn prepare(toolchain: &Toolchain) -> Result<PathBuf> {
    let _lock = lock::take()?;
    npm::install(&folder())?;
    npm::install_tarball(&folder())?;
    cargo_bench().arg("--no-run").run()?;
    toolchain
        .cargo("build", &toolchain::WASM32)
        .args(["--release", "--manifest-path", RSA_IN_WASM])
        .env("CARGO_TARGET_DIR", built())
        .run()?;
    Ok(built().join(toolchain::WASM32.triple).join("release/rsa_in_wasm.wasm"))
}

fn javascript(rsa_in_wasm: &std::path::Path, figures: &mut Figures) -> Result<()> {
    let program = Program::new("node").arg("bench.mjs").arg(rsa_in_wasm).directory(&folder());
    program.run_reading(|line| figures.read(line))
}

fn rust(figures: &mut Figures) -> Result<()> {
    cargo_bench().env("RATIOS", "").run_reading(|line| figures.read(line))
}

/// What was measured, as its versions.
fn python(figures: &mut Figures) -> Result<String> {
    let interpreter = tools::python_with_wechatpayv3()?;
    let input = built().join("notification.json");
    Program::new("node").arg("write-notification.mjs").arg(&input).directory(&folder()).run()?;
    let program = Program::new(&interpreter).arg("tests/bench/python/bench.py").arg(&input);
    program.run_reading(|line| figures.read(line))?;
    versions::python(&interpreter)
}

fn cargo_bench() -> Program {
    Program::cargo()
        .args(["bench", "--locked", "--manifest-path", RUST])
        .env("CARGO_TARGET_DIR", built())
}

fn folder() -> PathBuf {
    workspace::at("tests/bench/js")
}

/// Apart from what the workspace itself builds.
fn built() -> PathBuf {
    workspace::target_directory().join("bench")
}
