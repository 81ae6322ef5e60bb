//! Texts on their way to the host: one string costs less than an object.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Texts in one, behind their lengths in UTF-16: `3,,5;` for a text of 3, none, and one of 5.
pub(crate) fn packed(texts: &[Option<&str>]) -> String {
    let lengths = texts
        .iter()
        .map(|text| text.map_or_else(String::new, |text| text.encode_utf16().count().to_string()));
    let mut packed = lengths.collect::<Vec<_>>().join(",");
    packed.push(';');
    packed.extend(texts.iter().copied().flatten());
    packed
}
