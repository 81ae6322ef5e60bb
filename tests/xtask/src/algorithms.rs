//! Which suites test which algorithm, and the table of vectors, random cases and negative cases.
//!
//! A suite that `table.rs` does not name fails the run, and so does one named there that did not run: no suite is
//! lost without a word.

mod table;

use self::table::ALGORITHMS;
use self::table::OTHERS;
use crate::cases::Count;
use crate::cases::Report;

struct Algorithm {
    name: &'static str,
    rust: Suites,
    js: Suites,
}

/// A suite that exercises two algorithms in each of its cases counts for both.
struct Suites {
    /// Published vectors: every case is one.
    vectors: &'static [&'static str],
    /// Fresh cases against another implementation, a direction each.
    random: &'static [&'static str],
    /// Cases made by hand, damaged input, Wycheproof: only what they refuse is in the table.
    more: &'static [&'static str],
}

/// The fewest random cases in a direction.
const RANDOM: u64 = 1_000;

/// One runner's half of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cells {
    vectors: u64,
    random: u64,
    negative: u64,
    /// Only compared with the negative ones.
    positive: u64,
}

impl Suites {
    fn all(&self) -> impl Iterator<Item = &'static str> {
        [self.vectors, self.random, self.more].into_iter().flatten().copied()
    }

    fn cells(&self, report: &Report) -> Cells {
        let sum = |suites: &[&str], part: fn(Count) -> u64| -> u64 {
            suites.iter().map(|suite| part(report.count(suite).unwrap_or_default())).sum()
        };
        let all: Vec<&str> = self.all().collect();
        Cells {
            vectors: sum(self.vectors, Count::total),
            random: sum(self.random, |count| count.positive),
            negative: sum(&all, |count| count.negative),
            positive: sum(&all, |count| count.positive),
        }
    }

    fn faults(&self, report: &Report) -> Vec<String> {
        let missing = self.all().filter(|suite| report.count(suite).is_none());
        let mut faults: Vec<String> =
            missing.map(|suite| format!("suite {suite} did not report")).collect();
        let few = self.random.iter().filter_map(|suite| {
            let count = report.count(suite).filter(|count| count.positive < RANDOM)?;
            Some(format!("suite {suite} has {} random cases, not {RANDOM}", count.positive))
        });
        faults.extend(few);
        let Cells { vectors, random, negative, positive } = self.cells(report);
        if vectors == 0 || random == 0 || negative == 0 {
            faults.push("a cell of the table is zero".to_owned());
        }
        if negative <= positive {
            faults.push(format!("{negative} negative cases for {positive} positive ones"));
        }
        faults
    }
}

/// What is wrong with the coverage of the algorithms; a runner that did not run is not judged.
pub(crate) fn faults(rust: Option<&Report>, js: Option<&Report>) -> Vec<String> {
    let mut faults = Vec::new();
    for (runner, report, of) in columns(rust, js) {
        let Some(report) = report else { continue };
        for algorithm in ALGORITHMS {
            let found = of(algorithm).faults(report);
            faults
                .extend(found.iter().map(|fault| format!("{runner}: {}: {fault}", algorithm.name)));
        }
        let unknown = report.suites().filter(|suite| {
            !OTHERS.iter().any(|other| is_named(other, suite))
                && !ALGORITHMS
                    .iter()
                    .any(|algorithm| of(algorithm).all().any(|name| name == *suite))
        });
        faults.extend(unknown.map(|suite| {
            format!("{runner}: suite {suite} is not in tests/xtask/src/algorithms/table.rs")
        }));
    }
    faults
}

fn is_named(other: &str, suite: &str) -> bool {
    if other.ends_with('/') { suite.starts_with(other) } else { suite == other }
}

pub(crate) fn print(rust: Option<&Report>, js: Option<&Report>) {
    if rust.is_none() && js.is_none() {
        return;
    }
    let width = ALGORITHMS.iter().map(|algorithm| algorithm.name.len()).max().unwrap_or(0);
    let shown: Vec<_> =
        columns(rust, js).into_iter().filter(|(_, report, _)| report.is_some()).collect();
    print!("\n{:<width$}", "algorithm");
    for (runner, ..) in &shown {
        print!(" | {:>12} {:>7} {:>8}", format!("{runner} vectors"), "random", "negative");
    }
    println!();
    for algorithm in ALGORITHMS {
        print!("{:<width$}", algorithm.name);
        for (_, report, of) in &shown {
            let cells = report.map(|report| of(algorithm).cells(report)).unwrap_or_default();
            print!(" | {:>12} {:>7} {:>8}", cells.vectors, cells.random, cells.negative);
        }
        println!();
    }
}

type Column<'a> = (&'static str, Option<&'a Report>, fn(&Algorithm) -> &Suites);

fn columns<'a>(rust: Option<&'a Report>, js: Option<&'a Report>) -> [Column<'a>; 2] {
    [("rust", rust, |algorithm| &algorithm.rust), ("js", js, |algorithm| &algorithm.js)]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A report in which every suite of the Rust column ran enough cases.
    fn lines() -> Vec<String> {
        let suites: BTreeSet<&str> = ALGORITHMS.iter().flat_map(|row| row.rust.all()).collect();
        let line = |suite| format!("cases suite={suite} positive=1000 negative=1001");
        suites.into_iter().map(line).collect()
    }

    fn faults_of(lines: &[String]) -> Vec<String> {
        let mut report = Report::default();
        lines.iter().for_each(|line| report.read(line));
        faults(Some(&report), None)
    }

    #[test]
    fn enough_of_everything_is_no_fault() {
        assert_eq!(faults_of(&lines()), Vec::<String>::new());
    }

    #[test]
    fn a_suite_that_did_not_run_is_a_fault() {
        let mut lines = lines();
        lines.retain(|line| !line.contains("suite=sm4_gcm "));
        let faults = faults_of(&lines);
        assert!(faults.contains(&"rust: SM4-GCM: suite sm4_gcm did not report".to_owned()));
        assert!(faults.contains(&"rust: SM4-GCM: a cell of the table is zero".to_owned()));
    }

    #[test]
    fn a_suite_without_a_place_is_a_fault() {
        let mut lines = lines();
        lines.push("cases suite=sm9 positive=1 negative=1".to_owned());
        let expected = "rust: suite sm9 is not in tests/xtask/src/algorithms/table.rs";
        assert_eq!(faults_of(&lines), [expected]);
        lines.pop();
        lines.push("cases suite=layering/rules positive=1 negative=1".to_owned());
        assert_eq!(faults_of(&lines), Vec::<String>::new());
    }

    #[test]
    fn too_few_random_or_negative_cases_are_faults() {
        let mut lines = lines();
        for line in &mut lines {
            if line.contains("suite=differential/sm4_gcm ") {
                *line = "cases suite=differential/sm4_gcm positive=999 negative=0".to_owned();
            }
        }
        assert_eq!(
            faults_of(&lines),
            [
                "rust: SM4-GCM: suite differential/sm4_gcm has 999 random cases, not 1000",
                "rust: SM4-GCM: 2002 negative cases for 2999 positive ones",
            ]
        );
    }

    #[test]
    fn cells_are_the_sums_of_their_suites() {
        let mut report = Report::default();
        report.read("cases suite=sm4_gcm positive=3 negative=1");
        report.read("cases suite=differential/sm4_gcm positive=1000 negative=5000");
        report.read("cases suite=wycheproof/sm4_gcm positive=38 negative=67");
        let row = ALGORITHMS.iter().find(|row| row.name == "SM4-GCM").expect("a row");
        let cells = Cells { vectors: 4, random: 1_000, negative: 5_068, positive: 1_041 };
        assert_eq!(row.rust.cells(&report), cells);
    }
}
