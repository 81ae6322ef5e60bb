//! The WebAssembly module as rustc makes it.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use crate::error::Context as _;
use crate::error::Error;
use crate::error::Result;
use crate::process::Program;
use crate::toolchain;
use crate::toolchain::Toolchain;
use crate::workspace;

/// `[profile.wasm]` in the Cargo.toml of the workspace.
const PROFILE: &str = "wasm";

/// With these features of wechatpay-wasm and no others.
pub(super) fn compile(toolchain: &Toolchain, features: &str) -> Result<PathBuf> {
    // The prefixes to remap are folders that the first download creates.
    Program::cargo().args(["fetch", "--locked"]).run()?;
    toolchain
        .cargo("build", &toolchain::WASM32)
        .args(["--package", "wechatpay-wasm", "--profile", PROFILE])
        .args(["--no-default-features", "--features", features])
        .quiet_env("CARGO_ENCODED_RUSTFLAGS", flags()?)
        .run()?;
    Ok(toolchain.output(&toolchain::WASM32, PROFILE).join("wechatpay_wasm.wasm"))
}

/// The shorter of two implementations where a crate has both: what is downloaded counts, and a notification is short.
const COMPACT: [&str; 4] =
    ["--cfg", "sha2_backend_soft=\"compact\"", "--cfg", "aes_backend_soft=\"compact\""];

/// Panic messages carry file names; without remapping they would carry the builder's folders as well.
fn flags() -> Result<String> {
    let mut prefixes = vec![(workspace::root(), "wechatpay")];
    let registry = cargo_home()?.join("registry/src");
    for entry in fs::read_dir(&registry).doing("list", &registry)? {
        prefixes.push((entry.doing("list", &registry)?.path(), "crates"));
    }
    let remapped = prefixes
        .iter()
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", Path::display(from)));
    let flags: Vec<String> = COMPACT.into_iter().map(str::to_owned).chain(remapped).collect();
    Ok(flags.join("\x1f"))
}

/// Where cargo keeps what it downloads.
pub(super) fn cargo_home() -> Result<PathBuf> {
    std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))
        .ok_or_else(|| Error::new("neither CARGO_HOME nor HOME is set"))
}
