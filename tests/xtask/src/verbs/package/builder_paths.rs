//! What is shipped must not tell where, or by whom, it was built.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use crate::error::Context as _;
use crate::error::Error;
use crate::error::Result;
use crate::verbs::package::module;
use crate::workspace;

/// Looks through every file of `dist` that is packed; gives them back.
pub(super) fn check(wasm: &Path) -> Result<Vec<PathBuf>> {
    let mut forbidden = vec![workspace::root(), module::cargo_home()?];
    forbidden.extend(std::env::home_dir().filter(|home| home.components().count() > 1));
    let mut shipped = Vec::new();
    files(&wasm.join("dist"), &mut shipped)?;
    for file in &shipped {
        let content = fs::read(file).doing("read", file)?;
        for path in &forbidden {
            let path = path.to_string_lossy();
            if content.windows(path.len()).any(|window| window == path.as_bytes()) {
                return Err(Error::new(format!(
                    "{} contains {path}: a prefix is missing in the remapping",
                    workspace::shown(file)
                )));
            }
        }
    }
    Ok(shipped)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).doing("list", folder)? {
        let path = entry.doing("list", folder)?.path();
        if path.is_file() {
            found.push(path);
        } else if !path.ends_with("bindings") {
            files(&path, found)?;
        }
    }
    found.sort();
    Ok(())
}
