//! tests/bench/RESULTS.md.

use std::fmt::Write as _;
use std::fs;

use crate::error::Context as _;
use crate::error::Result;
use crate::verbs::bench::figures::{Figure, Figures};
use crate::verbs::bench::goals::{self, Outcome};
use crate::verbs::bench::machine;
use crate::workspace;

const HEAD: &str = "\
# Benchmark

Written by `cargo xtask bench`. All contenders of a table run in turns, on the same input; the figures are medians.
Take them as ratios: the machine decides the rest.
";

pub(super) fn page(figures: &Figures, outcomes: &[Outcome], versions: &[String]) -> Result<String> {
    let mut page = HEAD.to_owned();
    page.push('\n');
    for line in machine::description()?.iter().chain(versions) {
        writeln!(page, "- {line}").ok();
    }
    writeln!(page, "\n## Goals\n\n{}", goals::table(outcomes)).ok();
    let remarks = workspace::at("tests/bench/remarks.md");
    page.push_str(&fs::read_to_string(&remarks).doing("read", &remarks)?);
    page.push_str("\n## Figures\n");
    for group in figures.groups() {
        page.push_str(&table(group, figures));
    }
    Ok(page)
}

fn table(mut group: Vec<&Figure>, figures: &Figures) -> String {
    group.sort_by(|a, b| a.value.total_cmp(&b.value));
    let (what, unit) = group.first().map_or(("", ""), |first| (&*first.what, &*first.unit));
    let (head, ours) = reference(what, figures);
    let mut table = format!("\n### {what}\n\n| | {unit} | {head} |\n|---|---:|---:|\n");
    for figure in group {
        let value = if figure.unit == "bytes" {
            format!("{:.0}", figure.value)
        } else {
            format!("{:.1}", figure.value)
        };
        let ratio = ours.map_or_else(String::new, |ours| format!("{:.2}", figure.value / ours));
        writeln!(table, "| {} | {value} | {ratio} |", figure.who).ok();
    }
    table
}

/// What the ratios of a table are to: the head of their column, and its figure.
fn reference(what: &str, figures: &Figures) -> (&'static str, Option<f64>) {
    match what.strip_prefix("python: ") {
        Some(operation) => {
            let ours = figures.value(&format!("npm: {operation}"), "ours");
            ("to ours on npm, default engine", ours)
        }
        None => ("to ours", figures.value(what, "ours")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Figures, table};

    #[test]
    fn the_quickest_comes_first() {
        let mut figures = Figures::default();
        figures.read("bench\tsign\tpeer\t60.00\tµs");
        figures.read("bench\tsign\tours\t30.00\tµs");
        let [group] = figures.groups().try_into().expect("one operation");
        let table = table(group, &figures);
        assert!(table.ends_with("| ours | 30.0 | 1.00 |\n| peer | 60.0 | 2.00 |\n"), "{table}");
    }

    #[test]
    fn python_is_held_against_ours_on_npm() {
        let mut figures = Figures::default();
        figures.read("bench\tnpm: sign\tours\t30.00\tµs");
        figures.read("bench\tpython: sign\twechatpayv3\t60.00\tµs");
        let [_, group] = figures.groups().try_into().expect("two operations");
        let table = table(group, &figures);
        assert!(table.contains("| to ours on npm, default engine |"), "{table}");
        assert!(table.ends_with("| wechatpayv3 | 60.0 | 2.00 |\n"), "{table}");
    }
}
