//! `cargo xtask <verb>`: the one door to building, testing and showing this workspace.
//!
//! A verb is a file in `verbs/`; everything else here is what verbs are made of.
#![allow(clippy::std_instead_of_alloc, clippy::std_instead_of_core)]

mod algorithms;
mod apt;
mod arguments;
mod cases;
mod error;
mod fingerprint;
mod lock;
mod matrix;
mod npm;
mod postgresql;
mod process;
mod toolchain;
mod tools;
mod verbs;
mod workspace;

use std::process::ExitCode;

use crate::error::Error;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match verbs::dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Error::Exit(code)) => ExitCode::from(code),
        Err(Error::Message(message)) => {
            eprintln!("\nerror: {message}");
            ExitCode::FAILURE
        }
    }
}
