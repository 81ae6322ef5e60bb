//! Compilers for targets that this machine may not have yet.
//!
//! rustup is asked first. Where its server does not answer, Debian's compiler and its sources of the standard
//! library do the same: cargo then builds the standard library along, and the linker comes from the toolchain
//! that is already here.

mod debian;
mod rustup;

use std::path::PathBuf;

use crate::error::Error;
use crate::error::Result;
use crate::process::Program;
use crate::toolchain::debian::Debian;
use crate::workspace;

/// The machine itself.
pub(crate) fn host() -> Result<String> {
    let told = Program::new("rustc").arg("-vV").read()?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| Error::new("`rustc -vV` names no host"))
}

/// A target that is not the machine itself.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) triple: &'static str,
    /// What has to be built when the target's standard library does not come ready.
    crates: &'static str,
}

pub(crate) const WASM32: Target =
    Target { triple: "wasm32-unknown-unknown", crates: "std,panic_abort" };
pub(crate) const CORTEX_M: Target =
    Target { triple: "thumbv7em-none-eabihf", crates: "core,alloc" };
pub(crate) const RISC_V: Target =
    Target { triple: "riscv32imac-unknown-none-elf", crates: "core,alloc" };

/// Set to `rustup` or `debian` to use that way and no other.
const CHOICE: &str = "WECHATPAY_TOOLCHAIN";

/// How the targets asked for can be compiled here.
#[derive(Debug)]
pub(crate) enum Toolchain {
    Rustup,
    Debian(Debian),
}

impl Toolchain {
    /// Finds what compiles `targets`, or installs it.
    pub(crate) fn provide(targets: &[Target]) -> Result<Self> {
        match std::env::var(CHOICE).ok().as_deref() {
            None | Some("") => Self::either(targets),
            Some("rustup") => {
                let sysroot = rustup::sysroot()?;
                let missing = rustup::missing(&sysroot, targets);
                if !missing.is_empty() {
                    rustup::add(&missing)?;
                }
                Ok(Self::Rustup)
            }
            Some("debian") => {
                let sysroot = rustup::sysroot()?;
                match Debian::installed(&sysroot) {
                    Some(debian) => Ok(Self::Debian(debian)),
                    None => Debian::install(&sysroot).map(Self::Debian),
                }
            }
            Some(other) => Err(Error::new(format!(
                "{CHOICE} is {other:?}; it can be `rustup`, `debian`, or unset"
            ))),
        }
    }

    fn either(targets: &[Target]) -> Result<Self> {
        let sysroot = rustup::sysroot()?;
        let missing = rustup::missing(&sysroot, targets);
        if missing.is_empty() {
            return Ok(Self::Rustup);
        }
        if let Some(debian) = Debian::installed(&sysroot) {
            return Ok(Self::Debian(debian));
        }
        let Err(first) = rustup::add(&missing) else {
            return Ok(Self::Rustup);
        };
        println!("rustup could not help; trying Debian's packages");
        Debian::install(&sysroot).map(Self::Debian).map_err(|second| {
            let triples: Vec<&str> = missing.iter().map(|target| target.triple).collect();
            Error::new(format!(
                "no way to compile for {}\n  rustup: {}\n  Debian: {}\n\
                 Install the target by hand (`rustup target add {}`) and run this again.",
                triples.join(", "),
                first.text(),
                second.text(),
                triples.join(" "),
            ))
        })
    }

    /// One line that says which way was taken.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Rustup => "standard libraries of the rustup toolchain".to_owned(),
            Self::Debian(debian) => debian.describe(),
        }
    }

    /// Which compiler, to the commit: another one makes other bytes.
    pub(crate) fn identity(&self) -> Result<String> {
        let compiler = match self {
            Self::Rustup => "rustc",
            Self::Debian(_) => debian::COMPILER,
        };
        Program::new(compiler).arg("-vV").read()
    }

    /// `cargo <verb> --target …`, complete but for what is to be built.
    pub(crate) fn cargo(&self, verb: &str, target: &Target) -> Program {
        let program = Program::cargo().arg(verb).arg("--locked").args(["--target", target.triple]);
        match self {
            Self::Rustup => program,
            Self::Debian(debian) => debian.prepare(program, target),
        }
    }

    /// Where [`Toolchain::cargo`] leaves what it built for `target`.
    pub(crate) fn output(&self, target: &Target, profile: &str) -> PathBuf {
        self.target_directory().join(target.triple).join(profile)
    }

    fn target_directory(&self) -> PathBuf {
        match self {
            Self::Rustup => workspace::target_directory(),
            Self::Debian(_) => debian::target_directory(),
        }
    }
}
