//! npm folders: installed when their lock file changed, and no more often.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use crate::error::Context as _;
use crate::error::Error;
use crate::error::Result;
use crate::fingerprint;
use crate::fingerprint::Fingerprint;
use crate::process::Program;
use crate::workspace;

const OLDEST_NODE: u32 = 20;

/// The folders with a package.json that the workspace owns; those of other runtimes install with their tests.
pub(crate) const FOLDERS: [&str; 3] = ["wasm", "tests/js", "node-demo"];

/// Where `cargo xtask package` puts the tarball.
pub(crate) fn tarball() -> PathBuf {
    workspace::at("wasm/dist/wechatpay-wasm.tgz")
}

pub(crate) fn npm(folder: &Path) -> Program {
    Program::new("npm").quiet_env("NO_UPDATE_NOTIFIER", "1").directory(folder)
}

/// Refuses a Node that is too old to run anything here.
pub(crate) fn check_node() -> Result<String> {
    let version = Program::new("node").arg("--version").read()?.trim().to_owned();
    let major = version.trim_start_matches('v').split('.').next().map(str::parse);
    match major {
        Some(Ok::<u32, _>(major)) if major >= OLDEST_NODE => Ok(version),
        _ => Err(Error::new(format!("Node {OLDEST_NODE} or later is needed; `node` is {version}"))),
    }
}

/// Installs what the lock file of `folder` names. True when there was anything to do.
pub(crate) fn install(folder: &Path) -> Result<bool> {
    let mut lock = Fingerprint::new();
    lock.path(&folder.join("package-lock.json"))?;
    let memory = folder.join("node_modules/.xtask-lock");
    if fingerprint::remembered(&memory, &lock.finish()) {
        return Ok(false);
    }
    npm(folder).args(["ci", "--no-audit", "--no-fund"]).run()?;
    fingerprint::remember(&memory, &lock.finish())?;
    Ok(true)
}

/// Installs the packed tarball beside what the lock file names, as a user would.
pub(crate) fn install_tarball(folder: &Path) -> Result<()> {
    let tarball = tarball();
    let mut content = Fingerprint::new();
    content.bytes(&fs::read(&tarball).doing("read", &tarball)?);
    let memory = folder.join("node_modules/.xtask-tarball");
    if fingerprint::remembered(&memory, &content.finish()) {
        return Ok(());
    }
    npm(folder)
        .args(["install", "--no-save", "--no-audit", "--no-fund", "--prefer-offline"])
        .arg(&tarball)
        .run()?;
    fingerprint::remember(&memory, &content.finish())
}
