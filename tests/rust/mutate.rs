//! Damage at random.

use crate::rng::TestRng;

/// Values that parsers stumble over.
const INTERESTING: [&[u8]; 18] = [
    b"\0",
    b"\n",
    b" ",
    b"\"",
    b"\\",
    b"\\u0000",
    b"{",
    b"}",
    b"[",
    b"<",
    b"]]>",
    b"&amp;",
    b"=",
    b"-1",
    b"99999999999999999999",
    b"null",
    b"\xff\xff\xff\xff",
    b"\xed\xa0\x80",
];

/// One to four edits: bits, bytes, cuts, repetitions, and values that parsers stumble over.
pub fn damaged(rng: &mut TestRng, input: &[u8]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=rng.below(4) {
        let at = rng.below(bytes.len() + 1);
        let end = (at + 1 + rng.below(16)).min(bytes.len());
        match rng.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << rng.below(8),
            1 if at < bytes.len() => bytes[at] = rng.number() as u8,
            2 => bytes.insert(at, rng.number() as u8),
            3 => drop(bytes.drain(at..end)),
            4 => bytes.truncate(at),
            5 => {
                let piece = bytes[at..end].to_vec();
                let to = rng.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            _ => {
                let value = *rng.pick(&INTERESTING);
                bytes.splice(at..end, value.iter().copied());
            }
        }
    }
    bytes
}

/// As [`damaged`], for what the core takes as text.
pub fn damaged_text(rng: &mut TestRng, input: &str) -> String {
    String::from_utf8_lossy(&damaged(rng, input.as_bytes())).into_owned()
}
