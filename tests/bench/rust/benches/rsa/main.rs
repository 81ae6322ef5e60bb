//! RSA at each width beside the `rsa` crate, ring and aws-lc-rs; whole operations beside other crates for WeChat Pay.
//!
//! `cargo bench --manifest-path tests/bench/rust/Cargo.toml`. With `RATIOS=` (or a part of the
//! name of a case) it measures all in turns instead and prints medians: what `cargo xtask bench` reads.

mod cases;
mod ratios;
mod sensitive;
mod whole;

use std::env;

use criterion::Criterion;

fn main() {
    let cases: Vec<_> =
        [cases::all(), whole::all(), sensitive::all()].into_iter().flatten().collect();
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
