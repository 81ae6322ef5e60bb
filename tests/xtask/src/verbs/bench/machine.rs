//! What a figure depends on.

use std::fs;

use crate::error::Result;
use crate::process::Program;

/// Processor, operating system and versions, a line each.
pub(super) fn description() -> Result<Vec<String>> {
    let read = |program: &str, arguments: &[&str]| {
        Program::new(program).args(arguments).read().map(|text| text.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let versions =
        "`Node ${process.version}, V8 ${process.versions.v8}, OpenSSL ${process.versions.openssl}`";
    let python = read("python3", &["--version"]).unwrap_or_else(|_| "no Python".to_owned());
    Ok(vec![
        format!("{}, {cores} threads, {}", processor(), std::env::consts::OS),
        read("node", &["-p", versions])?,
        format!("{}, {python}", read("rustc", &["--version"])?),
        read("date", &["-u", "+%F"])?,
    ])
}

/// The load averages, where the system tells them.
pub(super) fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, model)| model.to_owned())
}
