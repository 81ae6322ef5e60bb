//! Headers as they cross the border: name, value, name, value, ….

use alloc::string::String;

pub(crate) fn pairs(headers: &[String]) -> impl Iterator<Item = (&str, &str)> {
    headers.chunks_exact(2).filter_map(|pair| match pair {
        [name, value] => Some((name.as_str(), value.as_str())),
        _ => None,
    })
}
