//! What test suites say about themselves, and the table made of it. The form is in tests/README.md.

use std::collections::BTreeMap;

use crate::algorithms;
use crate::error::Error;
use crate::error::Result;
use crate::matrix::Matrix;

const PREFIX: &str = "cases suite=";

/// Cases of one suite that were asserted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) positive: u64,
    pub(crate) negative: u64,
}

impl Count {
    pub(crate) fn total(self) -> u64 {
        self.positive.saturating_add(self.negative)
    }
}

/// Everything one runner (`rust`, `js`, …) reported.
#[derive(Debug, Default)]
pub(crate) struct Report {
    suites: BTreeMap<String, Count>,
    malformed: Vec<String>,
    /// Test functions the runner itself counted.
    tests: u64,
    seconds: u64,
}

impl Report {
    /// Takes one line of a runner's output.
    pub(crate) fn read(&mut self, line: &str) {
        if let Some(start) = line.find(PREFIX) {
            match line.get(start..).and_then(parse) {
                Some((suite, count)) => {
                    let sum = self.suites.entry(suite).or_default();
                    sum.positive = sum.positive.saturating_add(count.positive);
                    sum.negative = sum.negative.saturating_add(count.negative);
                }
                None => self.malformed.push(line.trim().to_owned()),
            }
        }
        self.tests = self.tests.saturating_add(tests(line).unwrap_or(0));
    }

    pub(crate) fn count(&self, suite: &str) -> Option<Count> {
        self.suites.get(suite).copied()
    }

    pub(crate) fn suites(&self) -> impl Iterator<Item = &str> {
        self.suites.keys().map(String::as_str)
    }

    /// Takes out the suites whose names begin so; gives the rest of their names.
    pub(crate) fn take(&mut self, prefix: &str) -> BTreeMap<String, Count> {
        let mut taken = BTreeMap::new();
        self.suites.retain(|suite, count| {
            let rest = suite.strip_prefix(prefix);
            taken.extend(rest.map(|rest| (rest.to_owned(), *count)));
            rest.is_none()
        });
        taken
    }

    pub(crate) fn took(&mut self, seconds: u64) {
        self.seconds = seconds;
    }

    fn faults(&self, runner: &str, must_report: bool) -> Vec<String> {
        let mut faults: Vec<String> =
            self.malformed.iter().map(|line| format!("{runner}: cannot read {line:?}")).collect();
        let empty = self.suites.iter().filter(|(_, count)| **count == Count::default());
        faults.extend(empty.map(|(suite, _)| format!("{runner}: suite {suite} ran no case")));
        if self.tests == 0 && self.suites.is_empty() {
            faults.push(format!("{runner}: no test ran"));
        }
        if must_report && self.suites.is_empty() {
            faults.push(format!("{runner}: no suite reported its cases"));
        }
        faults
    }
}

/// The reports of a whole run.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<(&'static str, Report)>,
    matrix: Option<Matrix>,
    faults: Vec<String>,
}

impl Table {
    pub(crate) fn add(&mut self, runner: &'static str, report: Report, must_report: bool) {
        self.faults.extend(report.faults(runner, must_report));
        self.rows.push((runner, report));
    }

    pub(crate) fn add_matrix(&mut self, matrix: Matrix) {
        self.faults.extend(matrix.faults());
        self.matrix = Some(matrix);
    }

    pub(crate) fn fault(&mut self, fault: String) {
        self.faults.push(fault);
    }

    pub(crate) fn print(&self) {
        if self.rows.is_empty() {
            return;
        }
        let width = self
            .rows
            .iter()
            .flat_map(|(_, report)| report.suites.keys())
            .map(String::len)
            .max()
            .unwrap_or(0)
            .max("(test functions)".len());
        println!("\n{:<10} {:<width$} {:>9} {:>9}", "runner", "suite", "positive", "negative");
        let mut total = Count::default();
        for (runner, report) in &self.rows {
            for (suite, count) in &report.suites {
                let Count { positive, negative } = count;
                println!("{runner:<10} {suite:<width$} {positive:>9} {negative:>9}");
                total.positive = total.positive.saturating_add(*positive);
                total.negative = total.negative.saturating_add(*negative);
            }
            let Report { tests, seconds, .. } = report;
            println!(
                "{runner:<10} {:<width$} {tests:>9} {:>9}",
                "(test functions)",
                format!("{seconds} s")
            );
        }
        println!("{:<10} {:<width$} {:>9} {:>9}", "", "cases", total.positive, total.negative);
        algorithms::print(self.report("rust"), self.report("js"));
        if let Some(matrix) = &self.matrix {
            matrix.print();
        }
    }

    pub(crate) fn judge(mut self) -> Result<()> {
        self.faults.extend(algorithms::faults(self.report("rust"), self.report("js")));
        if self.faults.is_empty() {
            return Ok(());
        }
        Err(Error::new(format!("not green\n  {}", self.faults.join("\n  "))))
    }

    fn report(&self, runner: &str) -> Option<&Report> {
        self.rows.iter().find_map(|(name, report)| (*name == runner).then_some(report))
    }
}

fn parse(text: &str) -> Option<(String, Count)> {
    let rest = text.strip_prefix(PREFIX)?;
    let mut words = rest.split(' ');
    let suite = words.next()?;
    let positive = words.next()?.strip_prefix("positive=")?.parse().ok()?;
    let negative = words.next()?.strip_prefix("negative=")?.parse().ok()?;
    let named = !suite.is_empty()
        && suite.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-./".contains(&byte)
        });
    (named && words.next().is_none()).then(|| (suite.to_owned(), Count { positive, negative }))
}

/// The number of passed tests, where a line of libtest or of node:test says it.
fn tests(line: &str) -> Option<u64> {
    if let Some(rest) = line.strip_prefix("test result: ok. ") {
        return rest.split(' ').next()?.parse().ok();
    }
    let line = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ "))?;
    line.strip_prefix("pass ")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::Count;
    use super::Report;
    use super::Table;

    fn report(lines: &[&str]) -> Report {
        let mut report = Report::default();
        lines.iter().for_each(|line| report.read(line));
        report
    }

    #[test]
    fn lines_of_one_suite_are_added_behind_any_mark() {
        let report = report(&[
            "cases suite=x509_serial positive=1 negative=2",
            "# cases suite=x509_serial positive=10 negative=0",
            "test result: ok. 3 passed; 0 failed; 0 ignored",
            "ℹ pass 4",
        ]);
        assert_eq!(report.suites["x509_serial"], Count { positive: 11, negative: 2 });
        assert_eq!(report.tests, 7);
        assert!(report.faults("rust", true).is_empty());
    }

    #[test]
    fn a_suite_without_cases_fails_the_run() {
        let mut table = Table::default();
        let lines = ["cases suite=empty positive=0 negative=0", "# pass 1"];
        table.add("workerd", report(&lines), true);
        table.judge().unwrap_err();
    }

    #[test]
    fn silence_fails_the_run() {
        for (lines, must_report) in [(&[][..], false), (&["# pass 1"][..], true)] {
            let mut table = Table::default();
            table.add("workerd", report(lines), must_report);
            table.judge().unwrap_err();
        }
    }

    #[test]
    fn a_line_that_does_not_parse_fails_the_run() {
        for line in [
            "cases suite=Upper positive=1 negative=1",
            "cases suite=a positive=1",
            "cases suite=a positive=one negative=1",
            "cases suite= positive=1 negative=1",
            "cases suite=a positive=1 negative=1 skipped=1",
        ] {
            assert_eq!(report(&[line]).malformed.len(), 1, "{line}");
        }
    }
}
