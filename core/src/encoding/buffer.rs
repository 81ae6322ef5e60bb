use core::fmt;

use crate::error::Error;

/// Text that is written into memory of the caller's.
pub(crate) struct Buffer<'a> {
    out: &'a mut [u8],
    len: usize,
}

impl<'a> Buffer<'a> {
    /// Gives what `write` has written.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] if it does not fit.
    pub(crate) fn filled_by(
        out: &'a mut [u8],
        write: impl FnOnce(&mut dyn fmt::Write) -> fmt::Result,
    ) -> Result<&'a str, Error> {
        let mut buffer = Self { out, len: 0 };
        let outcome = write(&mut buffer);
        let Self { out, len } = buffer;
        let text = outcome.ok().and_then(|()| core::str::from_utf8(out.get(..len)?).ok());
        text.ok_or(Error::ArgumentInvalid {
            name: "buffer",
            expected: "a longer one; what was to be written does not fit",
        })
    }
}

impl fmt::Write for Buffer<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len.checked_add(text.len()).ok_or(fmt::Error)?;
        let target = self.out.get_mut(self.len..end).ok_or(fmt::Error)?;
        target.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}
