//! Forms in which one body may have been written.

use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value};

/// The body without, and with, a line end at its end; with its line ends changed.
pub(super) fn without_newline(body: &[u8]) -> Option<Vec<u8>> {
    let trimmed = body.strip_suffix(b"\r\n").or_else(|| body.strip_suffix(b"\n"))?;
    Some(trimmed.to_vec())
}

pub(super) fn with_newline(body: &[u8]) -> [Vec<u8>; 2] {
    [[body, b"\n"].concat(), [body, b"\r\n"].concat()]
}

pub(super) fn other_line_ends(body: &[u8]) -> [Vec<u8>; 2] {
    let lf: Vec<u8> = lines(body).collect::<Vec<_>>().join(&b"\n"[..]);
    let crlf = lines(body).collect::<Vec<_>>().join(&b"\r\n"[..]);
    [lf, crlf]
}

fn lines(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    body.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// Forms of the same JSON: compact or spaced, escaped or not, in the member orders that are known.
pub(super) fn rewritten(body: &[u8]) -> Vec<Vec<u8>> {
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return Vec::new() };
    let mut texts = Vec::from([compact(body)]);
    for envelope in ENVELOPE_ORDERS {
        for resource in RESOURCE_ORDERS {
            texts.extend(write_in_order(&value, envelope, resource));
        }
    }
    let mut forms: Vec<Vec<u8>> = Vec::new();
    for text in texts {
        for form in escapes(&text) {
            if form != body && !forms.contains(&form) {
                forms.push(form);
            }
        }
    }
    forms
}

/// Orders in which the members of a notification are documented and seen.
const ENVELOPE_ORDERS: [&[&str]; 3] = [
    &["id", "create_time", "resource_type", "event_type", "summary", "resource"],
    &["id", "create_time", "resource_type", "event_type", "resource", "summary"],
    &["id", "create_time", "event_type", "resource_type", "summary", "resource"],
];
const RESOURCE_ORDERS: [&[&str]; 3] = [
    &["original_type", "algorithm", "ciphertext", "associated_data", "nonce"],
    &["algorithm", "ciphertext", "nonce", "associated_data", "original_type"],
    &["algorithm", "ciphertext", "associated_data", "nonce", "original_type"],
];

fn write_in_order(value: &Value, envelope: &[&str], resource: &[&str]) -> Option<Vec<u8>> {
    let members = value.as_object()?;
    let mut text = String::from("{");
    push_members(&mut text, members, envelope, |text, name, member| {
        match member.as_object().filter(|_| name == "resource") {
            Some(members) => {
                text.push('{');
                push_members(text, members, resource, |text, _, member| push_value(text, member));
                text.push('}');
            }
            None => push_value(text, member),
        }
    });
    text.push('}');
    Some(text.into_bytes())
}

fn push_members(
    text: &mut String,
    members: &Map<String, Value>,
    order: &[&str],
    push: impl Fn(&mut String, &str, &Value),
) {
    let known = order.iter().filter_map(|name| members.get_key_value(*name));
    let unknown = members.iter().filter(|(name, _)| !order.contains(&name.as_str()));
    for (index, (name, member)) in known.chain(unknown).enumerate() {
        if index > 0 {
            text.push(',');
        }
        push_value(text, &Value::String(name.clone()));
        text.push(':');
        push(text, name, member);
    }
}

fn push_value(text: &mut String, value: &Value) {
    text.push_str(&serde_json::to_string(value).unwrap_or_default());
}

/// Without the white space between tokens.
fn compact(json: &[u8]) -> Vec<u8> {
    let mut in_string = false;
    let mut escaped = false;
    let keep = |byte: &&u8| {
        let inside = in_string;
        match **byte {
            b'"' if !escaped => in_string = !in_string,
            b'\\' if in_string && !escaped => {
                escaped = true;
                return true;
            }
            _ => {}
        }
        escaped = false;
        inside || !byte.is_ascii_whitespace()
    };
    json.iter().filter(keep).copied().collect()
}

/// The text as it is; with `/` unescaped; with `/` escaped; with non-ASCII characters unescaped.
fn escapes(json: &[u8]) -> [Vec<u8>; 4] {
    let unescaped = replace(json, b"\\/", b"/");
    let escaped = replace(&unescaped, b"/", b"\\/");
    [json.to_vec(), unescaped.clone(), escaped, unescape_unicode(&unescaped)]
}

fn replace(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(from) {
            out.extend_from_slice(to);
            rest = after;
        } else {
            out.push(*first);
            rest = tail;
        }
    }
    out
}

/// `\uXXXX` of non-ASCII characters as UTF-8.
fn unescape_unicode(json: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(json.len());
    let mut rest = json;
    while let Some((first, tail)) = rest.split_first() {
        let escape = rest.strip_prefix(b"\\u").and_then(|tail| tail.split_at_checked(4));
        let character = escape.and_then(|(digits, after)| {
            let digits = core::str::from_utf8(digits).ok()?;
            let character = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
            (!character.is_ascii()).then_some((character, after))
        });
        if let Some((character, after)) = character {
            out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            rest = after;
        } else {
            out.push(*first);
            rest = tail;
        }
    }
    out
}
