//! What files weigh.

use std::path::PathBuf;

use crate::error::Error;
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

/// The size of one file, in bytes.
#[derive(Debug)]
pub(in crate::verbs) struct Sizes {
    pub(in crate::verbs) file: PathBuf,
    pub(in crate::verbs) raw: u64,
    pub(in crate::verbs) gzip: u64,
    pub(in crate::verbs) brotli: u64,
}

pub(in crate::verbs) fn measure(files: &[PathBuf]) -> Result<Vec<Sizes>> {
    let measured = Program::new("node").args(["-e", MEASURE]).args(files).read()?;
    let sizes = files.iter().zip(measured.lines()).map(|(file, line)| {
        let numbers: Vec<u64> = line.split(' ').flat_map(str::parse).collect();
        let [raw, gzip, brotli] = numbers[..] else {
            return Err(Error::new(format!("{} was not measured", workspace::shown(file))));
        };
        Ok(Sizes { file: file.clone(), raw, gzip, brotli })
    });
    sizes.collect()
}

pub(in crate::verbs) fn print(sizes: &[Sizes]) {
    println!("\n{:<40} {:>9} {:>9} {:>9}", "bytes", "raw", "gzip", "brotli");
    for Sizes { file, raw, gzip, brotli } in sizes {
        println!("{:<40} {raw:>9} {gzip:>9} {brotli:>9}", workspace::shown(file));
    }
}
