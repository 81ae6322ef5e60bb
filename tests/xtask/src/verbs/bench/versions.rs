//! Which versions were measured.

use std::path::Path;

use crate::error::Result;
use crate::process::Program;
use crate::verbs::bench::figures::Figures;

/// The npm packages that have a figure, by the lock file.
pub(super) fn npm(figures: &Figures) -> Result<String> {
    let script = "\
        const { packages } = require('./tests/bench/js/package-lock.json'); \
        const direct = Object.keys(packages[''].dependencies); \
        direct.map((name) => `${name} v${packages[`node_modules/${name}`].version}`).join('\\n')";
    let listed = Program::new("node").args(["-p", script]).read()?;
    Ok(format!("npm: {}", measured(&listed, figures)))
}

/// The crates that have a figure, by the lock file of `manifest`.
pub(super) fn crates(manifest: &str, figures: &Figures) -> Result<String> {
    let listed = Program::cargo()
        .args(["tree", "--locked", "--depth", "1", "--prefix", "none", "--manifest-path", manifest])
        .read()?;
    Ok(measured(&listed, figures))
}

/// wechatpayv3 as it is installed, and what computes for it.
pub(super) fn python(interpreter: &Path) -> Result<String> {
    let script = "\
from importlib.metadata import version
from cryptography.hazmat.backends.openssl import backend
packages = [f'{name} {version(name)}' for name in ('wechatpayv3', 'cryptography')]
print(*packages, backend.openssl_version_text(), sep=', ')";
    let said = Program::new(interpreter).args(["-c", script]).read()?;
    Ok(format!("Python: {}", said.trim()))
}

/// From lines of a name, ` v` and a version, those that have a figure.
fn measured(listed: &str, figures: &Figures) -> String {
    let pairs = listed.lines().filter_map(|line| line.split_once(" v"));
    let known = pairs.filter(|(name, _)| figures.name(name));
    known.map(|(name, version)| format!("{name} {version}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{Figures, measured};

    #[test]
    fn only_contenders_are_named() {
        let mut figures = Figures::default();
        figures.read("bench\trust: sign\trsa\t60.00\tµs");
        figures.read("bench\trust: sign\tring\t30.00\tµs");
        let listed = "the-bench v0.1.0 (/somewhere)\nring v0.17.14\nrsa v0.10.0\nsha2 v0.11.1\n";
        assert_eq!(measured(listed, &figures), "ring 0.17.14, rsa 0.10.0");
    }
}
