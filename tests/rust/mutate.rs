//! Damage at random.

use crate::rng::TestRng;

/// Pieces that readers of numbers, base64, JSON, XML, PEM and DER stumble over.
const INTERESTING: [&[u8]; 41] = [
    b"\0",
    b"\n",
    b"\r\n",
    b" ",
    b"\"",
    b"\\",
    b"\\u0000",
    b"{",
    b"}",
    b"[",
    b"null",
    b"=",
    b"0",
    b"-1",
    b"99999999999999999999",
    b"<",
    b">",
    b"&",
    b";",
    b"/>",
    b"<xml>",
    b"</xml>",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"-->",
    b"<?",
    b"?>",
    b"<!DOCTYPE x>",
    b"&#0;",
    b"&#x41;",
    b"&amp;",
    b"&lt;",
    b"-----",
    b"\x30\x84\xff\xff\xff\xff",
    b"\xff",
    b"\xff\xff\xff\xff",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xa8",
    b"\xc2\xa0",
];

/// One to four edits: bits, bytes, cuts, repetitions, and pieces that readers stumble over.
pub fn damaged(rng: &mut TestRng, input: &[u8]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=rng.below(4) {
        // The two ends are where trimming and padding go wrong.
        let at = match rng.below(6) {
            0 => 0,
            1 => bytes.len(),
            _ => rng.below(bytes.len() + 1),
        };
        let end = (at + 1 + rng.below(16)).min(bytes.len());
        match rng.below(8) {
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
            inserted_or_replaced => {
                let piece = *rng.pick(&INTERESTING);
                let end = if inserted_or_replaced == 6 { at } else { end };
                bytes.splice(at..end, piece.iter().copied());
            }
        }
    }
    bytes
}

/// As [`damaged`], for what the core takes as text.
pub fn damaged_text(rng: &mut TestRng, input: &str) -> String {
    String::from_utf8_lossy(&damaged(rng, input.as_bytes())).into_owned()
}
