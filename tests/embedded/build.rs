//! Where the linker puts things, for targets without an operating system.

use std::env;

fn main() {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "none") {
        let arch = env::var("CARGO_CFG_TARGET_ARCH").expect("cargo sets it");
        let folder = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
        println!("cargo::rustc-link-arg-bins=-T{folder}/{arch}.ld");
        println!("cargo::rerun-if-changed={arch}.ld");
    }
}
