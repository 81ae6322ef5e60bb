//! What OpenSSL made for this run: a file of named values, see `inputs.mjs`.

use crate::machine;

const MAX_LEN: usize = 48 * 1024;

pub struct Inputs<'a>(&'a [u8]);

impl<'a> Inputs<'a> {
    /// Reads the file into memory that is there for it.
    pub fn read(buffer: &'a mut Buffer) -> Self {
        Self(machine::read_file("inputs", &mut buffer.0).expect("the file of inputs"))
    }

    /// A value: name and value stand behind their lengths, of two bytes each.
    pub fn bytes(&self, name: &str) -> &'a [u8] {
        let mut rest = self.0;
        while let Some((found, behind)) = chunk(rest) {
            let (value, behind) = chunk(behind).expect("a value");
            if found == name.as_bytes() {
                return value;
            }
            rest = behind;
        }
        machine::print(&["no input ", name, "\n"]);
        machine::exit(4)
    }

    pub fn text(&self, name: &str) -> &'a str {
        core::str::from_utf8(self.bytes(name)).expect("text")
    }

    pub fn number(&self, name: &str) -> u64 {
        self.text(name).parse().expect("a number")
    }
}

pub struct Buffer([u8; MAX_LEN]);

impl Buffer {
    pub const fn new() -> Self {
        Self([0; MAX_LEN])
    }
}

impl Default for Buffer {
    fn default() -> Self {
        Self::new()
    }
}

fn chunk(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_le_bytes(*len)))
}
