//! Cases that are counted; the first wrong one ends the program.

use wechatpay_core::Error;

use crate::machine::{Decimal, exit, print};

pub struct Suite {
    name: &'static str,
    positive: u32,
    negative: u32,
}

impl Suite {
    pub fn new(name: &'static str) -> Self {
        Self { name, positive: 0, negative: 0 }
    }

    /// What is the same as OpenSSL's answer.
    pub fn is(&mut self, case: &str, found: &[u8], expected: &[u8]) {
        self.holds(case, found == expected);
    }

    pub fn holds(&mut self, case: &str, is_right: bool) {
        if !is_right {
            self.fail(case, "is wrong");
        }
        self.positive += 1;
    }

    /// A result that must be there.
    pub fn some<T>(&mut self, case: &str, result: Result<T, Error>) -> T {
        match result {
            Ok(value) => {
                self.positive += 1;
                value
            }
            Err(error) => self.fail(case, error.code()),
        }
    }

    /// What must be refused, and with this code.
    pub fn refuses<T>(&mut self, case: &str, result: Result<T, Error>, code: &str) {
        match result {
            Ok(_) => self.fail(case, "was accepted"),
            Err(error) if error.code() != code => self.fail(case, error.code()),
            Err(_) => self.negative += 1,
        }
    }

    pub fn count(&mut self, cases: u32) {
        self.positive += cases;
    }

    pub fn finish(self) {
        let (positive, negative) = (Decimal::new(self.positive), Decimal::new(self.negative));
        print(&[
            "cases suite=",
            self.name,
            " positive=",
            positive.as_str(),
            " negative=",
            negative.as_str(),
            "\n",
        ]);
    }

    pub fn fail(&self, case: &str, what: &str) -> ! {
        print(&[self.name, ": ", case, ": ", what, "\n"]);
        exit(1)
    }
}
