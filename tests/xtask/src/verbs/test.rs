//! `cargo xtask test`: everything that must hold, and a table of how much of it ran.

mod api;
mod deep;
mod faults;
mod features;
mod peers;
mod supply;

use std::path::Path;
use std::time::Instant;

use crate::arguments::Arguments;
use crate::cases::Report;
use crate::cases::Table;
use crate::error::Error;
use crate::error::Result;
use crate::matrix::Matrix;
use crate::npm;
use crate::postgresql;
use crate::process::Program;
use crate::toolchain;
use crate::tools;
use crate::verbs::Verb;
use crate::verbs::embedded;
use crate::verbs::package;
use crate::verbs::setup;
use crate::workspace;

pub(super) const VERB: Verb = Verb {
    name: "test",
    summary: "check, test and count everything",
    help: "\
  --only <part>   one part
  --runtimes      nothing but the npm package on every runtime; prints a matrix runtime x suite
  --faults        nothing but the shop under load while instances, database and platform fail; prints figures
  --mutants       nothing but mutation tests of the code that decides what is genuine: hours
  --miri          nothing but the unit tests of the core under Miri
  --long          100,000 random cases for each width and kernel of the RSA engine instead of 1,000, and the core with
                  every set of features

lint            formatting, clippy (the core with each two of its features, too) and the documentation; warnings are
                errors
supply          lock files, licences and sources of npm packages and crates, advisories, the oldest compiler
embedded        the payment terminal on an emulated Cortex-M4 and RISC-V, see `cargo xtask embedded`
rust            the tests of all crates
engine          the RSA engine on each of its kernels, optimised, against num-bigint, the rsa crate and OpenSSL
constant-time   the private operations under valgrind with their secrets marked
js              the packed npm package on Node, and the recipes of its README
runtimes        the packed npm package on Node 20, 22 and 24, workerd, Deno, Bun, edge-runtime, Chromium and through the
                bundlers, all asked the same; and what publint and attw say of it
api             the public API against its listings, see `cargo xtask api`
peers           other packages for WeChat Pay as judges, and the kinds of bugs that verification is prone to
demo            the merchant backend against the simulated platform, on PGlite and on a PostgreSQL of its own, 400
                orders while everything fails, and the edge worker on Cloudflare's runtime
browser         the phone page in Chromium; screenshots go to target/browser

All parts run, whatever fails. A suite that ran no case is a failure; tests/README.md says how suites report theirs.",
    run,
};

/// A part of the run.
struct Part {
    name: &'static str,
    needs_package: bool,
    run: fn(&mut Table, Length) -> Result<()>,
}

/// How many random cases.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Length {
    Short,
    Long,
}

const PARTS: [Part; 12] = [
    Part { name: "lint", needs_package: false, run: lint },
    Part { name: "supply", needs_package: false, run: supply::run },
    Part { name: "embedded", needs_package: false, run: embedded },
    Part { name: "rust", needs_package: false, run: rust },
    Part { name: "engine", needs_package: false, run: engine },
    Part { name: "constant-time", needs_package: false, run: constant_time },
    Part { name: "js", needs_package: true, run: js },
    Part { name: "runtimes", needs_package: true, run: runtimes },
    Part { name: "api", needs_package: true, run: api::run },
    Part { name: "peers", needs_package: true, run: peers::run },
    Part { name: "demo", needs_package: true, run: demo },
    Part { name: "browser", needs_package: true, run: browser },
];

/// What runs by itself, behind its flag.
type Alone = (&'static str, fn() -> Result<()>);

const ALONE: [Alone; 3] =
    [("--faults", faults::run), ("--mutants", deep::mutants), ("--miri", deep::miri)];

/// The projects of tests/runtimes.
const RUNTIMES: [&str; 7] =
    ["node", "workerd", "deno", "bun", "edge-runtime", "chromium", "bundlers"];

fn run(mut arguments: Arguments) -> Result<()> {
    let only = arguments.value("--only")?;
    let length = if arguments.flag("--long") { Length::Long } else { Length::Short };
    let runtimes = arguments.flag("--runtimes");
    let alone = ALONE.into_iter().filter(|(flag, _)| arguments.flag(flag)).last();
    arguments.finish()?;
    if let Some((_, run)) = alone {
        return run();
    }
    let only = if runtimes { Some("runtimes") } else { only.as_deref() };
    let parts = chosen(only)?;

    if parts.iter().any(|part| part.needs_package) {
        let toolchain = setup::set_up(&[toolchain::WASM32])?;
        package::package_when_stale(&toolchain)?;
    }
    let mut table = Table::default();
    for part in parts {
        println!("\n## {}", part.name);
        if let Err(error) = (part.run)(&mut table, length) {
            println!("\n{}: {}", part.name, error.text());
            table.fault(format!("{}: {}", part.name, error.text()));
        }
    }
    table.print();
    table.judge()
}

fn chosen(only: Option<&str>) -> Result<Vec<&'static Part>> {
    let chosen: Vec<&Part> =
        PARTS.iter().filter(|part| only.is_none_or(|name| name == part.name)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        return Err(Error::new(format!("--only takes one of {}", names.join(", "))));
    }
    Ok(chosen)
}

fn lint(_: &mut Table, length: Length) -> Result<()> {
    tools::cargo_component("fmt", "rustfmt")?;
    tools::cargo_component("clippy", "clippy")?;
    Program::cargo().args(["fmt", "--all", "--check"]).run()?;
    Program::cargo()
        .args(["clippy", "--locked", "--workspace", "--all-targets", "--", "--deny", "warnings"])
        .run()?;
    features::check(length)?;
    Program::cargo()
        .args(["doc", "--locked", "--workspace", "--no-deps"])
        .env("RUSTDOCFLAGS", "--deny warnings")
        .run()
}

fn embedded(table: &mut Table, _: Length) -> Result<()> {
    let started = Instant::now();
    let mut report = Report::default();
    let outcome = embedded::check(&mut |line| report.read(line));
    report.took(started.elapsed().as_secs());
    table.add("embedded", report, true);
    outcome
}

fn rust(table: &mut Table, _: Length) -> Result<()> {
    tools::openssl()?;
    let program = Program::cargo().args(["test", "--locked", "--workspace", "--no-fail-fast"]);
    count(table, "rust", program, true)
}

/// Optimised: the kernels are compiled with the suite, and millions of multiplications without are hours.
fn engine(table: &mut Table, length: Length) -> Result<()> {
    tools::openssl()?;
    let cases = if length == Length::Long { "100000" } else { "1000" };
    let program = Program::cargo()
        .args(["test", "--locked", "--release", "--package", "wechatpay-tests"])
        .args(["--test", "rsa_engine"])
        .env("RSA_ENGINE_CASES", cases);
    count(table, "engine", program, true)
}

/// Both builds: the optimiser can make a branch out of what has none in the source.
fn constant_time(table: &mut Table, _: Length) -> Result<()> {
    tools::valgrind()?;
    let debug = Program::cargo().args(["run", "--locked", "--package", "wechatpay-ct"]);
    count(table, "debug", debug, true)?;
    let release = Program::cargo()
        .args(["run", "--locked", "--release", "--package", "wechatpay-ct"])
        .env("CARGO_PROFILE_RELEASE_STRIP", "none");
    count(table, "release", release, true)
}

fn js(table: &mut Table, _: Length) -> Result<()> {
    tools::openssl()?;
    let folder = workspace::at("tests/js");
    npm::install(&folder)?;
    npm::install_tarball(&folder)?;
    count(table, "js", npm_test(&folder), true)
}

/// A project each, all of which run, whatever fails.
fn runtimes(table: &mut Table, _: Length) -> Result<()> {
    tools::chromium()?;
    let started = Instant::now();
    let mut report = Report::default();
    let mut faults = Vec::new();
    for project in RUNTIMES {
        let folder = workspace::at("tests/runtimes").join(project);
        let outcome = npm::install(&folder)
            .and_then(|_| npm::install_tarball(&folder))
            .and_then(|()| npm_test(&folder).run_reading(|line| report.read(line)));
        faults.extend(outcome.err().map(|error| format!("{project}: {}", error.text())));
    }
    report.took(started.elapsed().as_secs());
    let mut matrix = Matrix::default();
    matrix.take(&mut report);
    table.add("runtimes", report, true);
    table.add_matrix(matrix);
    if faults.is_empty() { Ok(()) } else { Err(Error::new(faults.join("; "))) }
}

fn demo(table: &mut Table, _: Length) -> Result<()> {
    let folder = workspace::at("node-demo");
    npm::install(&folder)?;
    npm::install_tarball(&folder)?;
    let embedded = count(table, "demo", npm_test(&folder), true);
    let server = postgresql::Server::start()?;
    let on_server = npm::npm(&folder)
        .args(["run", "--silent", "test:database"])
        .env("TEST_DATABASE_URL", server.url());
    let on_server = count(table, "postgresql", on_server, true);
    let under_load = faults::run_short(&folder, &server);

    let edge = workspace::at("node-demo/edge");
    npm::install(&edge)?;
    npm::install_tarball(&edge)?;
    embedded.and(on_server).and(under_load).and(count(table, "edge", npm_test(&edge), true))
}

fn browser(table: &mut Table, _: Length) -> Result<()> {
    tools::chromium()?;
    let folder = workspace::at("node-demo");
    npm::install(&folder)?;
    npm::install_tarball(&folder)?;
    let program = npm::npm(&folder).args(["run", "--silent", "test:browser"]);
    count(table, "browser", program, true)
}

fn npm_test(folder: &Path) -> Program {
    npm::npm(folder).args(["test", "--silent"])
}

fn count(
    table: &mut Table,
    runner: &'static str,
    program: Program,
    must_report: bool,
) -> Result<()> {
    let started = Instant::now();
    let mut report = Report::default();
    let outcome = program.run_reading(|line| report.read(line));
    report.took(started.elapsed().as_secs());
    table.add(runner, report, must_report);
    outcome
}
