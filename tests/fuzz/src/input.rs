//! How the bytes of an input become the arguments of what is tested.

use std::borrow::Cow;

/// Between two parts of an input: no UTF-8 text has this byte.
pub const SEPARATOR: u8 = 0xff;

/// The parts of an input; those that are not there are empty, the last one has all the rest.
pub fn parts<const N: usize>(data: &[u8]) -> [&[u8]; N] {
    let mut found = data.splitn(N, |byte| *byte == SEPARATOR);
    [(); N].map(|()| found.next().unwrap_or_default())
}

/// An input of these parts.
pub fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.join(&SEPARATOR)
}

/// The first byte, 0 if there is none, and the rest.
pub fn choice(data: &[u8]) -> (u8, &[u8]) {
    data.split_first().map_or((0, data), |(first, rest)| (*first, rest))
}

pub fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// Applies edits of four bytes each: kind, place, value. Nothing is edited by an empty script, so that an input can
/// reach what only a genuine message or key reaches, and hold no key.
pub fn edited(base: &[u8], script: &[u8]) -> Vec<u8> {
    let mut bytes = base.to_vec();
    for edit in script.chunks_exact(4).take(64) {
        let [kind, high, low, value] = [edit[0], edit[1], edit[2], edit[3]];
        let at = usize::from(u16::from_be_bytes([high, low])) % (bytes.len() + 1);
        let end = (at + 1 + usize::from(value)).min(bytes.len());
        match kind % 5 {
            0 if at < bytes.len() => bytes[at] = value,
            1 if at < bytes.len() => bytes[at] ^= value,
            2 => bytes.insert(at, value),
            3 => drop(bytes.drain(at..end)),
            4 => bytes.truncate(at),
            _ => {}
        }
    }
    bytes
}
