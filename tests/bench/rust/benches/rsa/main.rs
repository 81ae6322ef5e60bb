//! RSA at each width: this engine, the `rsa` crate, ring and aws-lc-rs, side by side.
//!
//! `cargo bench --manifest-path tests/bench/rust/Cargo.toml`. With `RATIOS=` (or a part of the
//! name of a case) it measures by processor time instead, all in turns, and prints ratios: for a machine
//! that is busy with other things.

mod cases;
mod ratios;

use std::env;

use criterion::Criterion;

fn main() {
    let cases = cases::all();
    if env::var_os("RATIOS").is_some() {
        return ratios::print(&cases);
    }
    let mut criterion = Criterion::default().configure_from_args();
    for case in &cases {
        let mut group = criterion.benchmark_group(&case.name);
        for (who, operation) in &case.operations {
            group.bench_function(*who, |bencher| bencher.iter(operation));
        }
        group.finish();
    }
    criterion.final_summary();
}
