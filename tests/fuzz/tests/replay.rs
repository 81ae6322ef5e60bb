//! Every target on the inputs that are kept: seeds made from the vectors, the corpus, and the findings of the past.
//!
//! `cargo test -p wechatpay-fuzz -- <target>` runs one; `cargo test -p wechatpay-fuzz -- --file <target> <path>` an
//! input that is not kept yet.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use wechatpay_fuzz::{TARGETS, Target};
use wechatpay_tests::suite::{Check, Runner, Suite, holds};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, target, file] = &arguments[..]
        && flag == "--file"
    {
        let target = Target::named(target).expect("a target of this name");
        (target.run)(&fs::read(file).expect("a readable file"));
        println!("{} has nothing to say about {file}", target.name);
        return ExitCode::SUCCESS;
    }
    let mut runner = Runner::from_args();
    for target in TARGETS {
        runner = runner.suite(&format!("fuzz/{}", target.name), |suite| replay(suite, target));
    }
    runner.suite("fuzz/targets", targets).finish()
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn replay(suite: &mut Suite, target: &Target) {
    for (index, seed) in (target.seeds)().iter().enumerate() {
        suite.accepts(format!("seed {index}"), || run(target, seed));
    }
    for kept in ["corpus", "findings"] {
        let Ok(inputs) = fs::read_dir(folder(kept).join(target.name)) else { continue };
        for input in inputs.flatten() {
            let name = format!("{kept}/{}/{}", target.name, input.file_name().display());
            suite.accepts(name, || run(target, &fs::read(input.path()).expect("a readable file")));
        }
    }
}

fn run(target: &Target, input: &[u8]) -> Check {
    (target.run)(input);
    Ok(())
}

/// Programs, folders and targets belong together.
fn targets(suite: &mut Suite) {
    suite.accepts("one program for each target", || {
        let manifest = fs::read_to_string(folder("Cargo.toml")).expect("a manifest");
        let count = manifest.matches("[[bin]]").count();
        holds(count == TARGETS.len(), format!("{count} programs, {} targets", TARGETS.len()))?;
        TARGETS.iter().try_for_each(|Target { name, .. }| {
            let path = format!("fuzz_targets/{name}.rs");
            let program = fs::read_to_string(folder(&path)).map_err(|error| error.to_string())?;
            holds(program.contains(&format!("\"{name}\"")), format!("{path} runs another target"))?;
            holds(manifest.contains(&format!("path = \"{path}\"")), format!("{path} is not built"))
        })
    });
    for kept in ["corpus", "findings"] {
        for entry in fs::read_dir(folder(kept)).into_iter().flatten().flatten() {
            let name = entry.file_name().display().to_string();
            suite.accepts(format!("{kept}/{name}"), || {
                holds(TARGETS.iter().any(|target| target.name == name), "there is no such target")
            });
        }
    }
}
