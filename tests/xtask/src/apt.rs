//! Debian packages.

use crate::error::Result;
use crate::process::Program;

pub(crate) fn install(packages: &[&str]) -> Result<()> {
    apt_get(&["update"])?;
    apt_get(&[&["install", "--yes", "--no-install-recommends"], packages].concat())
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let root = Program::new("id").arg("-u").read()?.trim() == "0";
    let program = if root {
        Program::new("apt-get")
    } else {
        Program::new("sudo").args([
            "--non-interactive",
            "--preserve-env=DEBIAN_FRONTEND",
            "apt-get",
        ])
    };
    program.env("DEBIAN_FRONTEND", "noninteractive").args(arguments).run()
}
