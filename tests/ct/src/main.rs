//! Runs each operation under valgrind with its secrets marked as undefined; see README.md.

mod der;
mod memcheck;
mod operations;

use std::env;
use std::process::{Command, ExitCode};

use crate::operations::{Expectation, OPERATIONS};

/// What valgrind exits with when it has something to report.
const REPORTED: i32 = 99;

fn main() -> ExitCode {
    let result = match env::args().nth(1) {
        Some(name) => inside(&name),
        None => outside(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("constant_time: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Under valgrind: one operation.
fn inside(name: &str) -> Result<(), String> {
    if !memcheck::is_running() {
        return Err("an operation alone proves nothing outside of valgrind".into());
    }
    let operation = OPERATIONS.iter().find(|operation| operation.name == name);
    operation.ok_or_else(|| format!("no operation is called {name}")).map(|found| (found.run)())
}

/// All operations, each in a valgrind of its own.
fn outside() -> Result<(), String> {
    let (mut clean, mut caught) = (0, 0);
    for operation in OPERATIONS {
        let reported = reports(operation.name)?;
        match operation.expectation {
            Expectation::Clean if reported => {
                return Err(format!("{}: depends on a secret, see above", operation.name));
            }
            Expectation::Leak if !reported => {
                return Err(format!("{}: leaks, and was not caught", operation.name));
            }
            Expectation::Clean => clean += 1,
            Expectation::Leak => caught += 1,
        }
        println!("constant_time: {}", operation.name);
    }
    println!("cases suite=constant_time positive={clean} negative={caught}");
    Ok(())
}

/// Whether valgrind had something to report.
fn reports(operation: &str) -> Result<bool, String> {
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let suppressions = concat!("--suppressions=", env!("CARGO_MANIFEST_DIR"), "/declassified.supp");
    let output = Command::new("valgrind")
        .args(["--quiet", "--tool=memcheck", &format!("--error-exitcode={REPORTED}"), suppressions])
        .arg(program)
        .arg(operation)
        .output()
        .map_err(|error| {
            format!("cannot run valgrind: {error}. Install it: apt-get install valgrind")
        })?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(0) => Ok(false),
        Some(REPORTED) => {
            if !operation.starts_with("leak") {
                eprintln!("{complaint}");
            }
            Ok(true)
        }
        _ => Err(format!("{operation}: {}\n{complaint}", output.status)),
    }
}
