//! A runner for suites made of many small cases.
//!
//! Every case is counted after it held, and every suite ends with one line,
//! `cases suite=<name> positive=<n> negative=<n>`. A case that fails or panics does not keep the
//! others from running. A suite without cases fails: a loop over an empty list proves nothing.

use std::any::Any;
use std::fmt::{Debug, Display};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use wechatpay_core::Error;

use crate::leaks;

/// What a case comes to: nothing to say, or what was seen instead.
pub type Check = Result<(), String>;

/// The suites of one test binary. `cargo test --test <binary> -- <text>…` runs only the cases whose
/// name, as `suite: case`, contains one of the texts, and names those that held.
pub struct Runner {
    filters: Vec<Filter>,
    failures: Vec<String>,
    failed: usize,
    total: usize,
}

/// A text to look for, and whether any case had it in its name.
#[derive(Clone)]
struct Filter {
    text: String,
    found: bool,
}

/// Failures of one suite that are shown; when everything fails, the first few say why.
const SHOWN: usize = 20;

impl Runner {
    pub fn from_args() -> Self {
        let texts = std::env::args().skip(1).filter(|argument| !argument.starts_with('-'));
        let filters = texts.map(|text| Filter { text, found: false }).collect();
        Self { filters, failures: Vec::new(), failed: 0, total: 0 }
    }

    /// Runs the cases of one suite and prints their number.
    #[must_use]
    pub fn suite(mut self, name: &str, cases: impl FnOnce(&mut Suite)) -> Self {
        let mut suite = Suite {
            name: name.to_owned(),
            filters: self.filters,
            positive: 0,
            negative: 0,
            failures: Vec::new(),
        };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| cases(&mut suite))) {
            suite.failures.push(format!("{name}: panicked between cases: {}", text_of(&*panic)));
        }
        self.filters = suite.filters;
        let held = suite.positive + suite.negative;
        if held == 0 && self.filters.is_empty() && suite.failures.is_empty() {
            suite.failures.push(format!("{name}: no case ran"));
        }
        if held > 0 {
            println!("cases suite={name} positive={} negative={}", suite.positive, suite.negative);
        }
        self.total += held;
        self.failed += suite.failures.len();
        let rest = suite.failures.len().saturating_sub(SHOWN);
        suite.failures.truncate(SHOWN);
        if rest > 0 {
            suite.failures.push(format!("{name}: and {rest} more"));
        }
        self.failures.append(&mut suite.failures);
        self
    }

    #[must_use]
    pub fn finish(self) -> ExitCode {
        for failure in &self.failures {
            eprintln!("FAILED {failure}");
        }
        let lost: Vec<&Filter> = self.filters.iter().filter(|filter| !filter.found).collect();
        for Filter { text, .. } in &lost {
            eprintln!("FAILED no case has {text:?} in its name");
        }
        if self.failures.is_empty() && lost.is_empty() {
            return ExitCode::SUCCESS;
        }
        eprintln!("{} failed, {} held", self.failed, self.total);
        ExitCode::FAILURE
    }
}

/// One suite while it runs.
pub struct Suite {
    name: String,
    filters: Vec<Filter>,
    positive: usize,
    negative: usize,
    failures: Vec<String>,
}

impl Suite {
    /// A case that must succeed, with the right result.
    pub fn accepts(&mut self, case: impl Display, check: impl FnOnce() -> Check) {
        self.positive += self.run(&case.to_string(), check);
    }

    /// A case that must be refused, for the right reason.
    pub fn refuses(&mut self, case: impl Display, check: impl FnOnce() -> Check) {
        self.negative += self.run(&case.to_string(), check);
    }

    /// A case that may go either way, as long as it goes there in order: `Ok(true)` says that it was
    /// accepted and that this was right, `Ok(false)` that it was refused. Counted as what it was.
    pub fn decides(&mut self, case: impl Display, check: impl FnOnce() -> Result<bool, String>) {
        let mut accepted = false;
        let held = self.run(&case.to_string(), || {
            accepted = check()?;
            Ok(())
        });
        if accepted {
            self.positive += held;
        } else {
            self.negative += held;
        }
    }

    fn run(&mut self, case: &str, check: impl FnOnce() -> Check) -> usize {
        let label = format!("{}: {case}", self.name);
        let mut is_wanted = self.filters.is_empty();
        for filter in self.filters.iter_mut().filter(|filter| label.contains(&filter.text)) {
            filter.found = true;
            is_wanted = true;
        }
        if !is_wanted {
            return 0;
        }
        match catch_unwind(AssertUnwindSafe(check)) {
            Ok(Ok(())) => {
                if !self.filters.is_empty() {
                    println!("held {label}");
                }
                return 1;
            }
            Ok(Err(seen)) => self.failures.push(format!("{label}: {seen}")),
            Err(panic) => self.failures.push(format!("{label}: panicked: {}", text_of(&*panic))),
        }
        0
    }
}

/// The result is an error of this code, and tells no secret and nothing of a body.
pub fn refused<T>(result: Result<T, Error>, code: &str) -> Check {
    match result {
        Ok(_) => Err(format!("was accepted, expected {code}")),
        Err(error) if error.code() == code => discreet(&error),
        Err(error) => Err(format!("expected {code}, got {}: {error}", error.code())),
    }
}

/// Whether the result is an error; one that tells a secret or something of a body fails the case.
pub fn is_refused<T, E: Display + Debug>(result: &Result<T, E>) -> Result<bool, String> {
    match result {
        Ok(_) => Ok(false),
        Err(error) => discreet(error).map(|()| true),
    }
}

fn discreet(error: &(impl Display + Debug)) -> Check {
    let text = format!("{error}\n{error:?}");
    leaks::found_in(&text).map_or(Ok(()), |secret| Err(format!("{secret:?} is in {text}")))
}

/// The two are equal.
pub fn same<T: PartialEq + Debug>(found: T, expected: T) -> Check {
    if found == expected {
        return Ok(());
    }
    Err(format!("expected {expected:?}, found {found:?}"))
}

/// The condition holds; `otherwise` says what it means that it does not.
pub fn holds(condition: bool, otherwise: impl Display) -> Check {
    if condition { Ok(()) } else { Err(otherwise.to_string()) }
}

/// The error as it is reported by a case that must succeed.
pub fn unexpected(error: Error) -> String {
    format!("unexpected {}: {error}", error.code())
}

fn text_of(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("with something that is no text")
}
