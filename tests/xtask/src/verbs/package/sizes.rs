//! What the package weighs.

use std::path::Path;
use std::path::PathBuf;

use crate::error::Result;
use crate::process::Program;
use crate::workspace;

/// Node has the compressors that servers use.
const MEASURE: &str = "
const { readFileSync } = require('node:fs')
const { brotliCompressSync, gzipSync } = require('node:zlib')
for (const file of process.argv.slice(1)) {
  const raw = readFileSync(file)
  console.log([raw.length, gzipSync(raw, { level: 9 }).length, brotliCompressSync(raw).length].join(' '))
}";

/// Prints the size of the modules and of the tarball.
pub(super) fn print(shipped: &[PathBuf], tarball: &Path) -> Result<()> {
    let modules = shipped.iter().filter(|file| file.extension().is_some_and(|end| end == "wasm"));
    let files: Vec<&Path> = modules.map(PathBuf::as_path).chain([tarball]).collect();
    let measured = Program::new("node").args(["-e", MEASURE]).args(&files).read()?;
    println!("\n{:<40} {:>9} {:>9} {:>9}", "bytes", "raw", "gzip", "brotli");
    for (file, line) in files.iter().zip(measured.lines()) {
        let mut sizes = line.split(' ');
        let mut next = || sizes.next().unwrap_or_default();
        println!("{:<40} {:>9} {:>9} {:>9}", workspace::shown(file), next(), next(), next());
    }
    Ok(())
}
