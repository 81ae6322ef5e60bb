//! Escapes in texts (RFC 8259 §7).

/// How many bytes the escape at the start of `raw` has, by its form alone.
pub(super) fn len(raw: &[u8]) -> Option<usize> {
    match raw {
        [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => Some(2),
        [b'\\', b'u', digits @ ..] => {
            digits.get(..4)?.iter().all(u8::is_ascii_hexdigit).then_some(6)
        }
        _ => None,
    }
}

/// Whether the raw text is `name` once its escapes are read.
pub(super) fn is_equal(mut raw: &[u8], name: &str) -> bool {
    let mut name = name.as_bytes();
    while let [first, rest @ ..] = raw {
        let mut utf8 = [*first; 4];
        let (unit, behind) = match escape(raw) {
            _ if *first != b'\\' => (1, Some(rest)),
            Some((char, len)) => (char.encode_utf8(&mut utf8).len(), raw.get(len..)),
            None => return false,
        };
        match (utf8.get(..unit).and_then(|unit| name.strip_prefix(unit)), behind) {
            (Some(name_left), Some(raw_left)) => (name, raw) = (name_left, raw_left),
            _ => return false,
        }
    }
    name.is_empty()
}

/// Reads the escapes of a text; it never gets longer. `None` for half of a surrogate pair.
pub(crate) fn unescape_in_place(text: &mut [u8]) -> Option<&mut [u8]> {
    let Some(first) = text.iter().position(|byte| *byte == b'\\') else { return Some(text) };
    let (mut from, mut to) = (first, first);
    while let Some(&byte) = text.get(from) {
        if byte != b'\\' {
            *text.get_mut(to)? = byte;
            (from, to) = (from + 1, to + 1);
            continue;
        }
        let (char, len) = escape(text.get(from..)?)?;
        to += char.encode_utf8(text.get_mut(to..to + char.len_utf8())?).len();
        from += len;
    }
    text.get_mut(..to)
}

/// The character that the escape at the start of `raw` stands for, and how many bytes it takes.
fn escape(raw: &[u8]) -> Option<(char, usize)> {
    let char = match raw.get(1)? {
        b'u' => return unicode(raw),
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        other => char::from(*other),
    };
    Some((char, 2))
}

/// `\u` and four digits, or two of them for a surrogate pair.
fn unicode(raw: &[u8]) -> Option<(char, usize)> {
    let first = code_unit(raw)?;
    if let Some(char) = char::from_u32(first) {
        return Some((char, 6));
    }
    let second = code_unit(raw.get(6..)?)?;
    let is_pair = (0xd800..0xdc00).contains(&first) && (0xdc00..0xe000).contains(&second);
    let code = 0x1_0000 + ((first & 0x3ff) << 10 | second & 0x3ff);
    char::from_u32(code).filter(|_| is_pair).map(|char| (char, 12))
}

fn code_unit(raw: &[u8]) -> Option<u32> {
    let digits = raw.strip_prefix(b"\\u")?.get(..4)?;
    u32::from_str_radix(core::str::from_utf8(digits).ok()?, 16).ok()
}
