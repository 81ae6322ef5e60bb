//! Where things are.

use std::path::Path;
use std::path::PathBuf;

/// The top of the repository. `cargo run` says where this crate is; without it, where it was compiled.
pub(crate) fn root() -> PathBuf {
    let here =
        std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let here = Path::new(&here);
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// A path below the top of the repository.
pub(crate) fn at(relative: &str) -> PathBuf {
    root().join(relative)
}

/// Where cargo puts what it builds.
pub(crate) fn target_directory() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| at("target"), |set| root().join(set))
}

/// What verbs remember between two runs.
pub(crate) fn memory(name: &str) -> PathBuf {
    target_directory().join("xtask").join(name)
}

/// The path as a reader at the top of the repository would type it.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
