//! What the debugger does for the program: printing, reading a file, ending
//! (<https://github.com/ARM-software/abi-aa/blob/main/semihosting/semihosting.rst>).

use crate::machine::processor::call;

const OPEN: u32 = 0x01;
const WRITE: u32 = 0x05;
const READ: u32 = 0x06;
const EXIT_EXTENDED: u32 = 0x20;

const READ_BINARY: u32 = 1;
const WRITE_TEXT: u32 = 4;
const APPLICATION_EXIT: u32 = 0x20026;

pub fn print(parts: &[&str]) {
    let Some(console) = open(":tt", WRITE_TEXT) else { return };
    for part in parts {
        call(WRITE, [console, part.as_ptr() as u32, part.len() as u32].as_ptr());
    }
}

/// Fills the front of the buffer with a file; the rest if it was longer is lost.
pub fn read_file<'b>(name: &str, buffer: &'b mut [u8]) -> Option<&'b [u8]> {
    let file = open(name, READ_BINARY)?;
    let block = [file, buffer.as_mut_ptr() as u32, buffer.len() as u32];
    let missing = call(READ, block.as_ptr()) as usize;
    buffer.get(..buffer.len().checked_sub(missing)?)
}

pub fn exit(code: u32) -> ! {
    loop {
        call(EXIT_EXTENDED, [APPLICATION_EXIT, code].as_ptr());
    }
}

/// The name is followed by a zero byte, which a `str` does not have.
fn open(name: &str, mode: u32) -> Option<u32> {
    let mut text = [0; 32];
    text.get_mut(..name.len())?.copy_from_slice(name.as_bytes());
    let handle = call(OPEN, [text.as_ptr() as u32, mode, name.len() as u32].as_ptr());
    (handle != u32::MAX).then_some(handle)
}
