use core::ops::Range;

use crate::encoding::json::{Value, escape};

const MAX_DEPTH: u32 = 32;

/// Steps through JSON text and checks its syntax. A function that gives `None` has stopped at what is
/// wrong.
pub(super) struct Reader<'a> {
    json: &'a [u8],
    at: usize,
    end: usize,
}

/// What is done with each member of an object: raw name, value. `false` refuses it.
type Each<'a> = &'a mut dyn FnMut(&[u8], Value) -> bool;

impl<'a> Reader<'a> {
    pub(super) fn new(json: &'a [u8], part: Range<usize>) -> Self {
        Self { json, at: part.start, end: part.end.min(json.len()) }
    }

    pub(super) const fn position(&self) -> usize {
        self.at
    }

    /// One object and nothing else.
    pub(super) fn document(&mut self, each: Each<'_>) -> Option<()> {
        self.skip_space();
        self.object(MAX_DEPTH, each)?;
        self.skip_space();
        (self.at == self.end).then_some(())
    }

    fn object(&mut self, depth: u32, each: Each<'_>) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        self.expect(b'{')?;
        self.skip_space();
        if self.take(b'}') {
            return Some(());
        }
        loop {
            let name = self.text()?;
            self.skip_space();
            self.expect(b':')?;
            self.skip_space();
            let value = self.value(depth)?;
            if !each(self.json.get(name)?, value) {
                return None;
            }
            self.skip_space();
            if !self.take(b',') {
                return self.expect(b'}');
            }
            self.skip_space();
        }
    }

    /// An array and nothing else.
    #[cfg(feature = "alloc")]
    pub(super) fn items(&mut self, each: &mut dyn FnMut(Value)) -> Option<()> {
        self.array(MAX_DEPTH, each)?;
        (self.at == self.end).then_some(())
    }

    fn array(&mut self, depth: u32, each: &mut dyn FnMut(Value)) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        self.expect(b'[')?;
        self.skip_space();
        if self.take(b']') {
            return Some(());
        }
        loop {
            each(self.value(depth)?);
            self.skip_space();
            if !self.take(b',') {
                return self.expect(b']');
            }
            self.skip_space();
        }
    }

    fn value(&mut self, depth: u32) -> Option<Value> {
        let start = self.at;
        match self.peek()? {
            b'"' => return self.text().map(Value::Text),
            b'{' => {
                self.object(depth, &mut |_, _| true)?;
                return Some(Value::Object(start..self.at));
            }
            b'n' => return self.word(b"null").map(|()| Value::Null),
            b'[' => {
                self.array(depth, &mut drop)?;
                return Some(Value::Array(start..self.at));
            }
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            _ => self.number(),
        }?;
        Some(Value::Other(start..self.at))
    }

    /// What stands between two quotes.
    fn text(&mut self) -> Option<Range<usize>> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            let rest = self.json.get(self.at..self.end)?;
            let special = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..b' '));
            self.at += special.unwrap_or(rest.len());
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += escape::len(self.json.get(self.at..self.end)?)?,
                _ => return None,
            }
        }
        let end = self.at;
        self.at += 1;
        Some(start..end)
    }

    fn number(&mut self) -> Option<()> {
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        word.iter().try_for_each(|byte| self.expect(*byte))
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.take(byte).then_some(())
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn peek(&self) -> Option<u8> {
        self.json.get(..self.end)?.get(self.at).copied()
    }
}
