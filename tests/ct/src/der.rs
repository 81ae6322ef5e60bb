//! Where the private numbers of a key file lie.

use std::ops::Range;

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;

/// The version, n and e come first and are public.
const PUBLIC_INTEGERS: usize = 3;

/// DER's rules look at the first two bytes of a number: whether it has a leading zero, and needs one.
const LOOKED_AT: usize = 2;

/// The bytes of d, p, q, dp, dq and qinv in a PKCS#1 or PKCS#8 key, without the two that reading DER
/// looks at.
pub fn secrets(der: &[u8]) -> Vec<Range<usize>> {
    let (start, end) = contents(der, 0, SEQUENCE);
    let (_, after_version) = contents(der, start, INTEGER);
    if der[after_version] == SEQUENCE {
        let (_, after_algorithm) = contents(der, after_version, SEQUENCE);
        let (key, _) = contents(der, after_algorithm, OCTET_STRING);
        return secrets(&der[key..]).into_iter().map(|r| r.start + key..r.end + key).collect();
    }
    let (mut at, mut ranges) = (start, Vec::new());
    while at < end {
        let (start, next) = contents(der, at, INTEGER);
        ranges.push(start + LOOKED_AT..next);
        at = next;
    }
    ranges.split_off(PUBLIC_INTEGERS)
}

/// Start and end of the contents of the element at `at`.
fn contents(der: &[u8], at: usize, tag: u8) -> (usize, usize) {
    assert_eq!(der[at], tag, "the key file is neither PKCS#1 nor PKCS#8");
    let (start, len) = match der[at + 1] {
        0x82 => (at + 4, usize::from(der[at + 2]) << 8 | usize::from(der[at + 3])),
        0x81 => (at + 3, usize::from(der[at + 2])),
        len => (at + 2, usize::from(len)),
    };
    (start, start + len)
}
