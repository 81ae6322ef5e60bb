//! A payment terminal as firmware, on the core without a heap. See README.md.
#![cfg_attr(target_os = "none", no_std)]

pub mod kernels;
pub mod naive;
pub mod rng;

#[cfg(target_os = "none")]
pub mod inputs;
#[cfg(target_os = "none")]
pub mod machine;
#[cfg(target_os = "none")]
pub mod notification;
#[cfg(target_os = "none")]
pub mod order;
#[cfg(target_os = "none")]
pub mod suite;
#[cfg(target_os = "none")]
pub mod terminal;

/// For WebAssembly: runs the kernels, and gives the number of cases; 0 if a result was wrong.
#[cfg(target_family = "wasm")]
#[unsafe(no_mangle)]
pub extern "C" fn run_kernels(seed: u32) -> u32 {
    kernels::run(u64::from(seed)).unwrap_or(0)
}
