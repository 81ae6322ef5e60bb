//! What stops a verb.

use std::fmt::Display;
use std::path::Path;

pub(crate) type Result<T> = std::result::Result<T, Error>;

#[derive(Debug)]
pub(crate) enum Error {
    /// A program that was run on the caller's behalf said all there is to say; pass its code on.
    Exit(u8),
    /// What went wrong and what to do, in sentences.
    Message(String),
}

impl Error {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::Message(message.into())
    }

    pub(crate) fn text(&self) -> String {
        match self {
            Self::Exit(code) => format!("ended with {code}"),
            Self::Message(message) => message.clone(),
        }
    }
}

/// Adds what was being done, and to which file, to an error that does not know it.
pub(crate) trait Context<T> {
    fn doing(self, what: &str, path: &Path) -> Result<T>;
}

impl<T, E: Display> Context<T> for std::result::Result<T, E> {
    fn doing(self, what: &str, path: &Path) -> Result<T> {
        self.map_err(|error| Error::new(format!("cannot {what} {}: {error}", path.display())))
    }
}
