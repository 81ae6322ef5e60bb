//! The options of a verb, taken one by one; what is left over at the end is an error.

use crate::error::{Error, Result};

#[derive(Debug)]
pub(crate) struct Arguments {
    verb: &'static str,
    rest: Vec<String>,
}

impl Arguments {
    pub(crate) fn new(verb: &'static str, rest: Vec<String>) -> Self {
        Self { verb, rest }
    }

    /// Takes `--name`; true when it was there.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let before = self.rest.len();
        self.rest.retain(|argument| argument != name);
        self.rest.len() != before
    }

    /// Takes `--name value` or `--name=value`.
    pub(crate) fn value(&mut self, name: &str) -> Result<Option<String>> {
        let Some(at) = self.rest.iter().position(|argument| {
            argument.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        }) else {
            return Ok(None);
        };
        let taken = self.rest.remove(at);
        if let Some((_, value)) = taken.split_once('=') {
            return Ok(Some(value.to_owned()));
        }
        match self.rest.get(at) {
            Some(value) if !value.starts_with("--") => Ok(Some(self.rest.remove(at))),
            _ => Err(Error::new(format!(
                "{name} needs a value; see `cargo xtask {} --help`",
                self.verb
            ))),
        }
    }

    /// Ends the taking: an option that nobody took is one that does not exist.
    pub(crate) fn finish(self) -> Result<()> {
        match self.rest.first() {
            None => Ok(()),
            Some(argument) => Err(Error::new(format!(
                "`cargo xtask {verb}` knows no {argument:?}; see `cargo xtask {verb} --help`",
                verb = self.verb
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Arguments;

    fn arguments(list: &[&str]) -> Arguments {
        Arguments::new("demo", list.iter().map(|&argument| argument.to_owned()).collect())
    }

    #[test]
    fn both_spellings_of_a_value() {
        for list in [&["--once", "--port", "80"][..], &["--port=80", "--once"]] {
            let mut arguments = arguments(list);
            assert_eq!(arguments.value("--port").unwrap().as_deref(), Some("80"));
            assert!(arguments.flag("--once"));
            arguments.finish().unwrap();
        }
    }

    #[test]
    fn a_value_is_not_the_next_option() {
        arguments(&["--port", "--once"]).value("--port").unwrap_err();
        arguments(&["--port"]).value("--port").unwrap_err();
    }

    #[test]
    fn a_longer_name_is_another_option() {
        let mut arguments = arguments(&["--ports", "80"]);
        assert!(arguments.value("--port").unwrap().is_none());
        arguments.finish().unwrap_err();
    }
}
