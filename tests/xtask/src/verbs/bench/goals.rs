//! What was promised, and how it came out.

use std::fmt::Write as _;

use crate::verbs::bench::figures::Figures;

struct Goal {
    what: &'static str,
    measured: fn(&Figures) -> Option<f64>,
    at_most: f64,
}

const GOALS: [Goal; 12] = [
    Goal {
        what: "wasm sign 2048 / `rsa` 0.10 in wasm",
        measured: |all| all.ratio("wasm: sign 2048", "ours", "rsa 0.10"),
        at_most: 0.28,
    },
    Goal {
        what: "wasm verify 2048 / `rsa` 0.10 in wasm",
        measured: |all| all.ratio("wasm: verify 2048", "ours", "rsa 0.10"),
        at_most: 0.15,
    },
    Goal {
        what: "notification to object, wasm only / wechatpay-node-v3",
        measured: |all| all.ratio(NOTIFICATION, "ours, wasm only", "wechatpay-node-v3"),
        at_most: 0.50,
    },
    Goal {
        what: "notification to object, default engine / wechatpay-axios-plugin with cached key",
        measured: |all| all.ratio(NOTIFICATION, "ours", "wechatpay-axios-plugin"),
        at_most: 1.0,
    },
    Goal {
        what: "authorize(), default engine / wechatpay-node-v3",
        measured: |all| all.ratio(AUTHORIZATION, "ours", "wechatpay-node-v3"),
        at_most: 0.37,
    },
    Goal {
        what: "authorize(), default engine / bare crypto.sign with KeyObject",
        measured: |all| all.ratio(AUTHORIZATION, "ours", "node:crypto, KeyObject"),
        at_most: 1.08,
    },
    Goal {
        what: "native sign 2048 / `rsa` 0.10, both blinded",
        measured: |all| all.ratio("rust: sign/2048", "ours", "rsa"),
        at_most: 0.75,
    },
    Goal {
        what: "native verify 2048 / `rsa` 0.10",
        measured: |all| all.ratio("rust: verify/2048", "ours", "rsa"),
        at_most: 0.50,
    },
    Goal {
        what: "native verify 2048 / ring",
        measured: |all| all.ratio("rust: verify/2048", "ours", "ring"),
        at_most: 1.3,
    },
    Goal {
        what: "cold start on Node / wechatpay-node-v3",
        measured: |all| all.ratio("npm: cold start", "ours", "wechatpay-node-v3"),
        at_most: 0.30,
    },
    Goal {
        what: "default .wasm, kB",
        measured: |all| all.value("default .wasm", "raw").map(|bytes| bytes / 1000.0),
        at_most: 180.0,
    },
    Goal {
        what: "default .wasm by brotli, kB",
        measured: |all| all.value("default .wasm", "brotli").map(|bytes| bytes / 1000.0),
        at_most: 70.0,
    },
];

const NOTIFICATION: &str = "npm: notification to object";
const AUTHORIZATION: &str = "npm: request authorization";

/// A goal with what was measured; nothing, if one of its figures is missing.
#[derive(Debug)]
pub(super) struct Outcome {
    what: &'static str,
    measured: Option<f64>,
    at_most: f64,
}

impl Outcome {
    pub(super) fn is_met(&self) -> bool {
        self.measured.is_some_and(|measured| measured <= self.at_most)
    }
}

pub(super) fn outcomes(figures: &Figures) -> Vec<Outcome> {
    let outcome = |goal: &Goal| Outcome {
        what: goal.what,
        measured: (goal.measured)(figures),
        at_most: goal.at_most,
    };
    GOALS.iter().map(outcome).collect()
}

/// As Markdown.
pub(super) fn table(outcomes: &[Outcome]) -> String {
    let mut table = "| goal | at most | measured | |\n|---|---:|---:|---|\n".to_owned();
    for outcome in outcomes {
        let verdict = if outcome.is_met() { "met" } else { "**missed**" };
        let measured =
            outcome.measured.map_or_else(|| "nothing".to_owned(), |value| format!("{value:.3}"));
        let Outcome { what, at_most, .. } = outcome;
        writeln!(table, "| {what} | {at_most} | {measured} | {verdict} |").ok();
    }
    table
}

#[cfg(test)]
mod tests {
    use super::{Figures, outcomes, table};

    #[test]
    fn what_was_not_measured_is_missed() {
        let outcomes = outcomes(&Figures::default());
        assert!(outcomes.iter().all(|outcome| !outcome.is_met()));
        assert_eq!(table(&outcomes).matches("**missed**").count(), outcomes.len());
    }

    #[test]
    fn a_goal_is_met_up_to_its_limit() {
        let mut figures = Figures::default();
        figures.read("bench\tdefault .wasm\traw\t180000\tbytes");
        figures.read("bench\tdefault .wasm\tbrotli\t70001\tbytes");
        let met: Vec<bool> =
            outcomes(&figures).iter().map(super::Outcome::is_met).skip(10).collect();
        assert_eq!(met, [true, false]);
    }
}
