//! Texts on their way to the host: one string costs less than an object.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Texts in one, behind the lengths in UTF-16 of all but the last: `3,;` for a text of 3, none, and what is left.
pub(crate) fn packed(texts: &[Option<&str>], last: &str) -> String {
    let lengths = texts
        .iter()
        .map(|text| text.map_or_else(String::new, |text| text.encode_utf16().count().to_string()));
    let mut packed = lengths.collect::<Vec<_>>().join(",");
    packed.push(';');
    packed.extend(texts.iter().copied().flatten());
    packed.push_str(last);
    packed
}
