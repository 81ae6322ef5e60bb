//! The first way: `rustup target add`.

use std::path::Path;
use std::path::PathBuf;

use crate::error::Result;
use crate::process::Program;
use crate::toolchain::Target;

/// Where the compiler that runs here keeps its libraries and tools.
pub(crate) fn sysroot() -> Result<PathBuf> {
    let path = Program::new("rustc").args(["--print", "sysroot"]).read()?;
    Ok(PathBuf::from(path.trim()))
}

/// The targets whose standard library is not there.
pub(crate) fn missing<'a>(sysroot: &Path, targets: &'a [Target]) -> Vec<&'a Target> {
    let library = |target: &Target| sysroot.join("lib/rustlib").join(target.triple).join("lib");
    targets.iter().filter(|target| !library(target).is_dir()).collect()
}

pub(crate) fn add(targets: &[&Target]) -> Result<()> {
    Program::new("rustup")
        .env("RUSTUP_MAX_RETRIES", "1")
        .args(["target", "add"])
        .args(targets.iter().map(|target| target.triple))
        .run()
}
