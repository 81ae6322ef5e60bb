//! `cargo xtask embedded`: the core without a heap as firmware, on emulated boards.

mod board;
mod figures;
mod kernels;

use std::fs;
use std::path::Path;

use crate::apt;
use crate::arguments::Arguments;
use crate::error::Context as _;
use crate::error::Error;
use crate::error::Result;
use crate::npm;
use crate::process::Program;
use crate::toolchain;
use crate::toolchain::Toolchain;
use crate::tools;
use crate::verbs::Verb;
use crate::verbs::embedded::board::BOARDS;
use crate::verbs::embedded::board::Board;
use crate::verbs::embedded::figures::Figures;
use crate::workspace;

pub(super) const VERB: Verb = Verb {
    name: "embedded",
    summary: "run the payment terminal on an emulated Cortex-M4 and RISC-V",
    help: "\
  --check   fail where a figure misses its goal

Three programs of tests/embedded run under QEMU on keys and answers that OpenSSL makes for the occasion. Instructions,
stack and flash are printed beside their goals. The kernels of the RSA engine run on these processors and as
WebAssembly. QEMU, OpenSSL and the compiler targets are installed where they are missing.",
    run,
};

/// `[profile.embedded]` in the Cargo.toml of the workspace.
const PROFILE: &str = "embedded";

/// What verifies and opens; the same with signing; all that a terminal does, and the kernels.
const PROGRAMS: [&str; 3] = ["open", "sign-and-open", "terminal"];

/// A heap cannot be linked without one of these.
const ALLOCATORS: [&str; 3] = ["__rust_alloc", "__rdl_alloc", "__rg_alloc"];

fn run(mut arguments: Arguments) -> Result<()> {
    let check = arguments.flag("--check");
    arguments.finish()?;
    let figures = measure(&mut |_| ())?;
    figures.print();
    if check { none(&figures.misses()) } else { Ok(()) }
}

/// Runs all programs, handing over what they print. Fails where a figure misses its goal.
pub(super) fn check(each: &mut dyn FnMut(&str)) -> Result<()> {
    let figures = measure(each)?;
    figures.print();
    none(&figures.misses())
}

fn none(misses: &[String]) -> Result<()> {
    if misses.is_empty() {
        return Ok(());
    }
    Err(Error::new(format!("goals missed\n  {}", misses.join("\n  "))))
}

fn measure(each: &mut dyn FnMut(&str)) -> Result<Figures> {
    let toolchain =
        Toolchain::provide(&[toolchain::CORTEX_M, toolchain::RISC_V, toolchain::WASM32])?;
    println!("{}", toolchain.describe());
    npm::check_node()?;
    tools::openssl()?;
    let emulators: Vec<&str> = BOARDS.iter().map(|board| board.emulator).collect();
    if !tools::all_run(&emulators) {
        apt::install(&["qemu-system-arm", "qemu-system-misc"])?;
    }
    let inputs = workspace::memory("embedded");
    make_inputs(&inputs)?;

    let mut figures = Figures::default();
    for board in &BOARDS {
        build(&toolchain, board)?;
        let folder = toolchain.output(board.target, PROFILE);
        for program in PROGRAMS {
            let file = folder.join(program);
            refuse_allocators(&file)?;
            board.command(&file).directory(&inputs).run_reading(|line| {
                figures.read(board, program, line);
                each(line);
            })?;
        }
    }
    kernels::run(&toolchain, each)?;
    Ok(figures)
}

/// Keys and answers for this run.
fn make_inputs(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).doing("create", folder)?;
    Program::new("node").arg("tests/embedded/inputs.mjs").arg(folder).run()
}

fn build(toolchain: &Toolchain, board: &Board) -> Result<()> {
    toolchain
        .cargo("build", board.target)
        .args(["--package", "wechatpay-embedded", "--bins", "--profile", PROFILE])
        .run()
}

fn refuse_allocators(program: &Path) -> Result<()> {
    let content = fs::read(program).doing("read", program)?;
    let holds = |name: &str| content.windows(name.len()).any(|window| window == name.as_bytes());
    if !holds("firmware") {
        return Err(Error::new(format!("{} has no symbols to look at", program.display())));
    }
    match ALLOCATORS.into_iter().find(|name| holds(name)) {
        Some(name) => Err(Error::new(format!("{} links {name}", program.display()))),
        None => Ok(()),
    }
}
