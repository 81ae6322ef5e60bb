//! Names and values as they cross the border: name, value, name, value, ….

#[cfg(feature = "extras")]
use alloc::string::String;

/// Of headers, in one text with a NUL between them, which none of them holds: a string costs less than a list.
pub(crate) fn header_pairs(headers: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut parts = headers.split('\0');
    core::iter::from_fn(move || Some((parts.next()?, parts.next()?)))
}

#[cfg(feature = "extras")]
pub(crate) fn pairs(pairs: &[String]) -> impl Iterator<Item = (&str, &str)> {
    pairs.chunks_exact(2).filter_map(|pair| match pair {
        [name, value] => Some((name.as_str(), value.as_str())),
        _ => None,
    })
}
