//! A suite for each kind of vectors: every case is accepted, or refused with the one code that fits.

use wechatpay_core::Error;

use crate::suite::{Check, Runner, Suite, refused, same, unexpected};
use crate::vector::{self, Case};

/// How the cases of a kind are checked: what came out, or the error it ended in.
pub type Handler = fn(&Case) -> Result<Check, Error>;

/// The kinds that a test binary takes up.
#[derive(Debug)]
pub struct Kinds {
    /// As coverage.json names it.
    pub test_binary: &'static str,
    pub handlers: &'static [(&'static str, Handler)],
    /// The code of a negative case.
    pub expected_code: fn(&Case) -> &'static str,
}

impl Kinds {
    pub fn suites(&self, runner: Runner) -> Runner {
        let runner = self.handlers.iter().fold(runner, |runner, (kind, handler)| {
            runner.suite(kind, |suite| self.run(suite, kind, *handler))
        });
        runner.suite(&format!("{}/coverage", self.test_binary), |suite| self.coverage(suite))
    }

    fn run(&self, suite: &mut Suite, kind: &str, handler: Handler) {
        let exceptions = vector::exceptions(kind);
        for case in vector::load(kind) {
            if let Some(exception) = exceptions.get(&case.name) {
                suite.refuses(&case.name, || refused(handler(&case), &exception.code));
            } else if case.must_succeed() {
                suite.accepts(&case.name, || handler(&case).map_err(unexpected)?);
            } else {
                let code = (self.expected_code)(&case);
                suite.refuses(&case.name, || refused(handler(&case), code));
            }
        }
    }

    fn coverage(&self, suite: &mut Suite) {
        suite.accepts("the kinds taken up are those that coverage.json says", || {
            let taken = self.handlers.iter().map(|(kind, _)| (*kind).to_owned()).collect();
            same(taken, vector::kinds_of(self.test_binary))
        });
    }
}
