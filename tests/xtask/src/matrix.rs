//! The matrix runtime × suite: the cases that each runtime held of the one suite that all are asked.
//!
//! A runtime is one way of loading the package somewhere, a row. Its suites are named `<runtime>/<suite>`, and those of
//! one group share a column. Every runtime is asked the same, so the counts of a suite are the same in all rows.

use std::collections::BTreeMap;

use crate::cases::Count;
use crate::cases::Report;

/// Every row there has to be.
const RUNTIMES: [&str; 36] = [
    "node-20-import",
    "node-20-import-wasm",
    "node-20-require",
    "node-20-require-wasm",
    "node-20-slim",
    "node-22-import",
    "node-22-import-wasm",
    "node-22-require",
    "node-22-require-wasm",
    "node-22-slim",
    "node-24-import",
    "node-24-import-wasm",
    "node-24-require",
    "node-24-require-wasm",
    "node-24-slim",
    "workerd",
    "workerd-nodejs-compat",
    "workerd-slim",
    "miniflare",
    "miniflare-nodejs-compat",
    "miniflare-slim",
    "deno",
    "deno-slim",
    "bun",
    "bun-slim",
    "bun-bundled",
    "edge-runtime",
    "edge-runtime-slim",
    "chromium",
    "chromium-slim",
    "esbuild",
    "esbuild-node",
    "vite",
    "webpack",
    "webpack-node",
    "rollup",
];

/// The published vectors, whose suites have the names of their kinds and no group, and the groups.
const COLUMNS: [&str; 5] = ["vectors", "negative", "arguments", "lifecycle", SHANGMI];
/// Its module is none of those that `wechatpay-wasm/slim` takes.
const SHANGMI: &str = "shangmi";

#[derive(Debug, Default)]
pub(crate) struct Matrix {
    rows: BTreeMap<&'static str, BTreeMap<String, Count>>,
}

impl Matrix {
    /// Takes the suites of the runtimes out of a report.
    pub(crate) fn take(&mut self, report: &mut Report) {
        for runtime in RUNTIMES {
            let suites = report.take(&format!("{runtime}/"));
            if !suites.is_empty() {
                self.rows.entry(runtime).or_default().extend(suites);
            }
        }
    }

    pub(crate) fn print(&self) {
        print!("\n{:<24}", "runtime");
        for column in COLUMNS {
            print!(" {column:>12}");
        }
        println!();
        for runtime in RUNTIMES {
            print!("{runtime:<24}");
            for column in COLUMNS {
                let Count { positive, negative } = self.cell(runtime, column);
                let asked = is_asked(runtime, column);
                let cell = if asked { format!("{positive} + {negative}") } else { "-".to_owned() };
                print!(" {cell:>12}");
            }
            println!();
        }
        println!("cases accepted + cases refused");
    }

    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for runtime in RUNTIMES {
            let asked = COLUMNS.iter().filter(|column| is_asked(runtime, column));
            let empty = asked.filter(|column| self.cell(runtime, column).total() == 0);
            faults.extend(empty.map(|column| format!("{runtime}: no case of {column} held")));
            faults.extend(self.differences(runtime));
        }
        faults
    }

    fn cell(&self, runtime: &str, column: &str) -> Count {
        let suites = self.rows.get(runtime).into_iter().flatten();
        suites.filter(|(suite, _)| column_of(suite) == column).fold(
            Count::default(),
            |sum, (_, count)| Count {
                positive: sum.positive.saturating_add(count.positive),
                negative: sum.negative.saturating_add(count.negative),
            },
        )
    }

    /// Where a runtime held fewer cases than another, or none of a suite.
    fn differences(&self, runtime: &str) -> Vec<String> {
        let Some(row) = self.rows.get(runtime) else { return Vec::new() };
        let expected =
            self.most().into_iter().filter(|(suite, _)| is_asked(runtime, column_of(suite)));
        let fewer = expected.filter(|(suite, most)| row.get(*suite) != Some(most));
        fewer
            .map(|(suite, most)| {
                let held = row.get(suite).copied().unwrap_or_default().total();
                format!("{runtime}: {held} cases of {suite} held, not {}", most.total())
            })
            .collect()
    }

    /// The most that any runtime held of each suite.
    fn most(&self) -> BTreeMap<&str, Count> {
        let mut most: BTreeMap<&str, Count> = BTreeMap::new();
        for (suite, count) in self.rows.values().flatten() {
            let entry = most.entry(suite).or_default();
            entry.positive = entry.positive.max(count.positive);
            entry.negative = entry.negative.max(count.negative);
        }
        most
    }
}

fn column_of(suite: &str) -> &str {
    suite.split_once('/').map_or("vectors", |(group, _)| group)
}

fn is_asked(runtime: &str, column: &str) -> bool {
    column != SHANGMI || !runtime.ends_with("-slim")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(change: impl Fn(&str, &str) -> Option<String>) -> Matrix {
        let mut report = Report::default();
        for runtime in RUNTIMES {
            for suite in [
                "aes_256_gcm",
                "negative/body",
                "arguments/options",
                "lifecycle/free",
                "shangmi/rsa",
            ] {
                if !is_asked(runtime, column_of(suite)) {
                    continue;
                }
                let counts =
                    change(runtime, suite).unwrap_or_else(|| "positive=1 negative=2".to_owned());
                report.read(&format!("cases suite={runtime}/{suite} {counts}"));
            }
        }
        report.read("cases suite=bundle positive=1 negative=1");
        let mut matrix = Matrix::default();
        matrix.take(&mut report);
        assert_eq!(report.suites().collect::<Vec<_>>(), ["bundle"], "the rest stays in the report");
        matrix
    }

    #[test]
    fn a_row_for_each_runtime_is_no_fault() {
        let matrix = matrix(|_, _| None);
        assert_eq!(matrix.faults(), Vec::<String>::new());
        assert_eq!(matrix.cell("deno", "vectors"), Count { positive: 1, negative: 2 });
        assert_eq!(matrix.cell("deno-slim", SHANGMI), Count::default());
    }

    #[test]
    fn a_runtime_that_held_fewer_cases_is_a_fault() {
        let fewer = |runtime: &str, suite: &str| {
            let is_it = runtime == "bun" && suite == "negative/body";
            is_it.then(|| "positive=1 negative=1".to_owned())
        };
        assert_eq!(matrix(fewer).faults(), ["bun: 2 cases of negative/body held, not 3"]);
    }

    #[test]
    fn a_cell_of_zero_is_a_fault() {
        let zero = |runtime: &str, suite: &str| {
            let is_it = runtime == "workerd" && suite == "aes_256_gcm";
            is_it.then(|| "positive=0 negative=0".to_owned())
        };
        let faults = matrix(zero).faults();
        assert!(faults.contains(&"workerd: no case of vectors held".to_owned()), "{faults:?}");
    }

    #[test]
    fn a_runtime_that_did_not_run_is_a_fault() {
        let faults = Matrix::default().faults();
        assert!(faults.contains(&"node-24-require: no case of negative held".to_owned()));
        assert!(!faults.contains(&"deno-slim: no case of shangmi held".to_owned()));
    }
}
