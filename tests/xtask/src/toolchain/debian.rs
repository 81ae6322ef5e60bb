//! The second way: Debian's `rustc-web` and `rust-web-src`, a compiler new enough for browsers and its sources.

use std::path::Path;
use std::path::PathBuf;

use crate::apt;
use crate::error::Error;
use crate::error::Result;
use crate::process::Program;
use crate::toolchain;
use crate::toolchain::Target;
use crate::workspace;

pub(crate) const COMPILER: &str = "/usr/bin/rustc";
const PACKAGES: [&str; 2] = ["rustc-web", "rust-web-src"];

#[derive(Debug)]
pub(crate) struct Debian {
    version: String,
    /// `rust-lld` of the toolchain that brought cargo; Debian ships none.
    linker: PathBuf,
}

impl Debian {
    /// What is installed, if that is enough.
    pub(crate) fn installed(sysroot: &Path) -> Option<Self> {
        if !Path::new(COMPILER).exists() {
            return None;
        }
        let own = Program::new(COMPILER).args(["--print", "sysroot"]).read().ok()?;
        let sources = Path::new(own.trim()).join("lib/rustlib/src/rust/library/std/Cargo.toml");
        let version = field(&Program::new(COMPILER).arg("-vV").read().ok()?, "release: ")?;
        let new_enough = numbers(&version) >= numbers(env!("CARGO_PKG_RUST_VERSION"));
        let linker = linker(sysroot).ok()?;
        (sources.exists() && new_enough).then_some(Self { version, linker })
    }

    pub(crate) fn install(sysroot: &Path) -> Result<Self> {
        linker(sysroot)?;
        apt::install(&PACKAGES)?;
        Self::installed(sysroot).ok_or_else(|| {
            Error::new(format!(
                "{} were installed, but {COMPILER} is not a compiler of {} or later with its sources",
                PACKAGES.join(" and "),
                env!("CARGO_PKG_RUST_VERSION"),
            ))
        })
    }

    pub(crate) fn describe(&self) -> String {
        format!("Debian's rustc {} and the standard library built from its sources", self.version)
    }

    pub(crate) fn prepare(&self, program: Program, target: &Target) -> Program {
        let linker =
            format!("CARGO_TARGET_{}_LINKER", target.triple.replace('-', "_").to_uppercase());
        program
            .env("RUSTC", COMPILER)
            // -Zbuild-std is not stable; the compiler and its sources are of one release, so it is safe here.
            .env("RUSTC_BOOTSTRAP", "1")
            .env(&linker, &self.linker)
            .env("CARGO_TARGET_DIR", target_directory())
            .arg(format!("-Zbuild-std={}", target.crates))
    }
}

/// A folder of its own: two compilers in one would rebuild each other's work.
pub(crate) fn target_directory() -> PathBuf {
    workspace::target_directory().join("debian")
}

fn linker(sysroot: &Path) -> Result<PathBuf> {
    let linker = sysroot.join("lib/rustlib").join(toolchain::host()?).join("bin/rust-lld");
    if linker.exists() {
        return Ok(linker);
    }
    Err(Error::new(format!(
        "{} is not there; the toolchains that rustup installs have it",
        linker.display()
    )))
}

fn field(text: &str, name: &str) -> Option<String> {
    text.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned)
}

/// `1.96.0` as numbers that compare in order.
fn numbers(version: &str) -> Vec<u32> {
    version.split(['.', '-']).map_while(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(numbers("1.100.0") > numbers("1.88"));
        assert!(numbers("1.88.0") >= numbers("1.88"));
        assert!(numbers("1.63.0") < numbers("1.88"));
        assert!(numbers("1.96.0-nightly") > numbers("1.88"));
    }
}
