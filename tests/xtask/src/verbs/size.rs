//! `cargo xtask size`: what users download, held against what it may be.

use std::path::PathBuf;

use crate::arguments::Arguments;
use crate::error::Error;
use crate::error::Result;
use crate::npm;
use crate::process::Program;
use crate::toolchain;
use crate::verbs::Verb;
use crate::verbs::package;
use crate::verbs::package::sizes;
use crate::verbs::package::sizes::Sizes;
use crate::verbs::setup;
use crate::workspace;

pub(super) const VERB: Verb = Verb {
    name: "size",
    summary: "weigh the npm package, and hold it against its goals",
    help: "\
Prints the modules, the tarball, and what esbuild makes of a program that uses one thing of the package, in bytes: as
they are, and compressed as servers do. A goal that is missed is a failure.",
    run,
};

/// Programs that are bundled, minified and without the module, which platforms load as a file of its own.
const BUNDLES: [(&str, &str); 3] = [
    ("merchant", "export { Merchant } from './dist/index.js'"),
    ("mini-program", "export { MiniProgram } from './dist/index.js'"),
    ("everything", "export * from './dist/index.js'"),
];

const BUNDLE: &str = "
import { build } from 'esbuild'

const [contents, outfile] = process.argv.slice(1)
await build({
  stdin: { contents, resolveDir: '.' },
  outfile,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  conditions: ['workerd'],
  external: ['*.wasm'],
  logLevel: 'warning',
})";

/// What the package may weigh, in bytes.
const GOALS: [Goal; 3] = [
    Goal { file: "wasm/dist/wechatpay.wasm", form: "raw", limit: 180_000 },
    Goal { file: "wasm/dist/wechatpay.wasm", form: "brotli", limit: 70_000 },
    Goal { file: "target/bundles/merchant.js", form: "brotli", limit: 10_000 },
];

struct Goal {
    file: &'static str,
    form: &'static str,
    limit: u64,
}

fn run(arguments: Arguments) -> Result<()> {
    arguments.finish()?;
    let toolchain = setup::set_up(&[toolchain::WASM32])?;
    package::package_when_stale(&toolchain)?;
    check()
}

/// Weighs the package as it lies there.
fn check() -> Result<()> {
    let mut files: Vec<PathBuf> = ["wechatpay.wasm", "extras.wasm", "shangmi.wasm"]
        .map(|module| workspace::at("wasm/dist").join(module))
        .to_vec();
    files.push(npm::tarball());
    files.extend(bundles()?);
    let sizes = sizes::measure(&files)?;
    sizes::print(&sizes);

    println!("\n{:<40} {:>9} {:>9}", "goal", "at most", "is");
    let missed = GOALS.iter().filter(|goal| !goal.is_met(&sizes)).count();
    if missed == 0 {
        return Ok(());
    }
    Err(Error::new(format!("{missed} of {} goals of size are missed", GOALS.len())))
}

impl Goal {
    fn is_met(&self, sizes: &[Sizes]) -> bool {
        let measured = sizes.iter().find(|sizes| workspace::shown(&sizes.file) == self.file);
        let found = measured.map(|sizes| if self.form == "raw" { sizes.raw } else { sizes.brotli });
        let is_met = found.is_some_and(|bytes| bytes <= self.limit);
        let figure = found.map_or_else(|| "?".to_owned(), |bytes| bytes.to_string());
        let verdict = if is_met { "" } else { "  MISSED" };
        let what = format!("{} {}", self.file, self.form);
        println!("{what:<40} {:>9} {figure:>9}{verdict}", self.limit);
        is_met
    }
}

fn bundles() -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for (name, source) in BUNDLES {
        let file = workspace::at("target/bundles").join(format!("{name}.js"));
        Program::new("node")
            .directory(&workspace::at("wasm"))
            .args(["--input-type=module", "-e", BUNDLE, source])
            .arg(&file)
            .read()?;
        files.push(file);
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::Goal;
    use super::Sizes;
    use crate::workspace;

    const GOAL: Goal = Goal { file: "wasm/dist/a.wasm", form: "brotli", limit: 10 };

    fn sizes(name: &str, brotli: u64) -> Vec<Sizes> {
        let file = workspace::at("wasm/dist").join(name);
        vec![Sizes { file, raw: 1000, gzip: 100, brotli }]
    }

    #[test]
    fn a_goal_is_met_up_to_its_limit() {
        assert!(GOAL.is_met(&sizes("a.wasm", 10)));
        assert!(!GOAL.is_met(&sizes("a.wasm", 11)));
        assert!(!Goal { form: "raw", ..GOAL }.is_met(&sizes("a.wasm", 10)));
    }

    #[test]
    fn what_was_not_measured_meets_no_goal() {
        assert!(!GOAL.is_met(&[]));
        assert!(!GOAL.is_met(&sizes("b.wasm", 1)));
    }
}
