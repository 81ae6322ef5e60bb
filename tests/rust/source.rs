//! The files of this repository, for tests about the source itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The top of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace").to_owned()
}

/// All files that are, or would be, part of the repository: what git tracks or does not ignore.
/// Outside a git checkout, everything but build output and local settings.
pub fn files() -> Vec<PathBuf> {
    let root = root();
    let listing = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(&root)
        .output();
    let mut files: Vec<PathBuf> = match listing {
        Ok(output) if output.status.success() => String::from_utf8(output.stdout)
            .expect("paths in UTF-8")
            .split_terminator('\0')
            .map(|path| root.join(path))
            .filter(|path| path.is_file())
            .collect(),
        _ => {
            let mut files = Vec::new();
            walk(&root, &mut files);
            files
        }
    };
    files.sort();
    files
}

/// All files below a folder that end in `.rs`.
pub fn rust_files(folder: &str) -> Vec<PathBuf> {
    let folder = root().join(folder);
    let is_wanted = |path: &PathBuf| {
        path.starts_with(&folder) && path.extension().is_some_and(|extension| extension == "rs")
    };
    files().into_iter().filter(is_wanted).collect()
}

/// The path from the top of the repository, with `/`.
pub fn relative(path: &Path) -> String {
    let path = path.strip_prefix(root()).unwrap_or(path);
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    const PASSED_OVER: [&str; 5] = [".git", "target", "node_modules", "dist", ".env"];
    for entry in fs::read_dir(folder).expect("a readable folder").flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if PASSED_OVER.iter().any(|passed| name == *passed) {
            continue;
        }
        if path.is_dir() {
            walk(&path, files);
        } else {
            files.push(path);
        }
    }
}
