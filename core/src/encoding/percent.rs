//! Percent-encoding of query values.

use alloc::string::String;

/// Encodes as JavaScript's `encodeURIComponent` does: everything but letters, digits and
/// `-_.!~*'()`.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    push(&mut encoded, text);
    encoded
}

/// Appends the text, encoded. A secret goes into a string that is wiped, and is long enough not to
/// grow: three bytes for each of the text.
pub(crate) fn push(out: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().map_or('0', char::from);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

/// `name=value` pairs joined by `&`, values encoded.
pub(crate) fn query<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = String::new();
    for (name, value) in pairs {
        if !query.is_empty() {
            query.push('&');
        }
        for part in [name, "=", &encode(value)] {
            query.push_str(part);
        }
    }
    query
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_like_encode_uri_component() {
        assert_eq!(encode("a-Z_0.!~*'()"), "a-Z_0.!~*'()");
        assert_eq!(encode("a=b&c d+/%|\"\u{7f}"), "a%3Db%26c%20d%2B%2F%25%7C%22%7F");
        assert_eq!(encode("支付💰"), "%E6%94%AF%E4%BB%98%F0%9F%92%B0");
        assert_eq!(query([("a", "1="), ("b", "")]), "a=1%3D&b=");
        assert_eq!(query([]), "");
    }
}
