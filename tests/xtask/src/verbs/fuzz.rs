//! `cargo xtask fuzz`: what anybody may send, made up by libFuzzer, and the JavaScript API called with nonsense.

mod run;

use std::collections::VecDeque;
use std::fs;
use std::sync::Mutex;
use std::thread;

use crate::apt;
use crate::arguments::Arguments;
use crate::error::Context as _;
use crate::error::Error;
use crate::error::Result;
use crate::npm;
use crate::process::Program;
use crate::toolchain;
use crate::tools;
use crate::verbs::Verb;
use crate::verbs::fuzz::run::Run;
use crate::verbs::package;
use crate::verbs::setup;
use crate::workspace;

pub(super) const VERB: Verb = Verb {
    name: "fuzz",
    summary: "feed every parser and the JavaScript API what nobody should send",
    help: "\
  --seconds <n>     how long each target runs, 20 without it
  --seed <n>        begin where this number says, 1 to 4294967295; anywhere without it
  --only <target>   one target: a file of tests/fuzz/fuzz_targets, or js
  --keep            add to tests/fuzz/corpus what covers more than is kept there, of this run and those before it

Targets run side by side, one for each processor. A finding is written to target/xtask/fuzz, and the run fails;
tests/fuzz/README.md says how to keep it.",
    run,
};

/// What libFuzzer wants to see of a program. All of it is in the stable compiler.
const INSTRUMENTED: &str = "-Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Cllvm-args=-simplifycfg-branch-fold-threshold=0";

/// The target that is not a program of Rust.
const JS: &str = "js";

fn run(mut arguments: Arguments) -> Result<()> {
    let number = |name: &str, text: String| {
        text.parse().map_err(|_| Error::new(format!("{name} takes a whole number")))
    };
    let seconds = arguments.value("--seconds")?.unwrap_or_else(|| "20".to_owned());
    let seconds: u32 = number("--seconds", seconds)?;
    let seed = arguments.value("--seed")?.map(|seed| number("--seed", seed)).transpose()?;
    let only = arguments.value("--only")?;
    let keep = arguments.flag("--keep");
    arguments.finish()?;
    let targets = chosen(only.as_deref())?;

    let (scripts, programs): (Vec<String>, Vec<String>) =
        targets.into_iter().partition(|target| target == JS);
    let mut runs = Vec::new();
    if !programs.is_empty() {
        let folder = build(&programs)?;
        for target in &programs {
            runs.push(Run::of_program(target, &folder.join(target), seconds, seed)?);
        }
    }
    if !scripts.is_empty() {
        install_package()?;
        runs.push(Run::of_js(seconds, seed));
    }
    let findings = side_by_side(runs);
    if keep {
        programs.iter().try_for_each(|target| Run::keep(target))?;
    }
    if findings.is_empty() {
        return Ok(());
    }
    Err(Error::new(format!("findings\n  {}", findings.join("\n  "))))
}

/// Every target, or the one that is asked for.
fn chosen(only: Option<&str>) -> Result<Vec<String>> {
    let folder = workspace::at("tests/fuzz/fuzz_targets");
    let mut targets: Vec<String> = fs::read_dir(&folder)
        .doing("list", &folder)?
        .flatten()
        .filter_map(|file| Some(file.file_name().to_str()?.strip_suffix(".rs")?.to_owned()))
        .collect();
    targets.sort();
    targets.push(JS.to_owned());
    let Some(only) = only else { return Ok(targets) };
    if targets.iter().any(|target| target == only) {
        return Ok(vec![only.to_owned()]);
    }
    Err(Error::new(format!("--only takes one of {}", targets.join(", "))))
}

/// Compiles the programs; the folder that they are in.
fn build(programs: &[String]) -> Result<std::path::PathBuf> {
    if !tools::all_run(&["c++"]) {
        apt::install(&["g++"])?;
    }
    let host = toolchain::host()?;
    let bins = programs.iter().flat_map(|program| ["--bin", program]);
    Program::cargo()
        .args(["build", "--locked", "--package", "wechatpay-fuzz", "--features", "libfuzzer"])
        // With a target the flags are not for build scripts.
        .args(["--profile", "fuzz", "--target", &host])
        .args(bins)
        .quiet_env("RUSTFLAGS", INSTRUMENTED)
        .run()?;
    Ok(workspace::target_directory().join(host).join("fuzz"))
}

fn install_package() -> Result<()> {
    let toolchain = setup::set_up(&[toolchain::WASM32])?;
    package::package_when_stale(&toolchain)?;
    let folder = workspace::at("tests/js");
    npm::install(&folder)?;
    npm::install_tarball(&folder)
}

/// Runs all of them, one for each processor at a time. Gives a line for each finding.
fn side_by_side(runs: Vec<Run>) -> Vec<String> {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let queue = Mutex::new(VecDeque::from(runs));
    let findings = Mutex::new(Vec::new());
    let next = || queue.lock().ok().and_then(|mut queue| queue.pop_front());
    thread::scope(|scope| {
        for _ in 0..processors {
            scope.spawn(|| {
                while let Some(run) = next() {
                    if let (Err(error), Ok(mut findings)) = (run.finish(), findings.lock()) {
                        findings.push(error.text());
                    }
                }
            });
        }
    });
    findings.into_inner().unwrap_or_default()
}
