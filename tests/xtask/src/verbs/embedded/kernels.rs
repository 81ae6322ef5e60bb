//! The kernels of the RSA engine as WebAssembly, against the same naive arithmetic.

use crate::error::Result;
use crate::process::Program;
use crate::toolchain;
use crate::toolchain::Toolchain;
use crate::verbs::embedded::PROFILE;

const RUN: &str = "
const module = new WebAssembly.Module(require('node:fs').readFileSync(process.argv[1]))
const { run_kernels } = new WebAssembly.Instance(module).exports
const seed = require('node:crypto').randomInt(2 ** 32)
const cases = run_kernels(seed)
if (cases === 0) throw new Error(`a kernel is wrong with seed ${seed}`)
console.log(`cases suite=embedded/kernels positive=${cases} negative=0`)";

pub(super) fn run(toolchain: &Toolchain, each: &mut dyn FnMut(&str)) -> Result<()> {
    toolchain
        .cargo("rustc", &toolchain::WASM32)
        .args(["--package", "wechatpay-embedded", "--lib", "--profile", PROFILE])
        .args(["--crate-type", "cdylib"])
        .run()?;
    let module = toolchain.output(&toolchain::WASM32, PROFILE).join("wechatpay_embedded.wasm");
    Program::new("node").args(["-e", RUN]).arg(module).run_reading(each)
}
