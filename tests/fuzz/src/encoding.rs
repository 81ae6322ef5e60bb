//! Base64, JSON and PEM.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::fmt;
use wechatpay_core::hazmat::encoding;
use wechatpay_core::message_push::EncodingAesKey;
use wechatpay_core::mini_program::{SecureApiKey, SessionKey};
use wechatpay_core::signature::Signature;
use wechatpay_core::v3::ApiError;

use wechatpay_tests::vector;

use crate::input::{choice, text};

/// Every decoder gives what a naive one gives, and only canonical text is decoded.
pub fn base64(data: &[u8]) {
    let given = text(data);
    let expected = naive_base64(given.as_bytes());
    let len = expected.as_ref().map(Vec::len);
    assert_eq!(encoding::decode_base64(&given), expected);
    let mut in_place = given.as_bytes().to_vec();
    let decoded = encoding::decode_base64_in_place(&mut in_place).map(|bytes| bytes.to_vec());
    assert_eq!(decoded, expected, "in place");
    assert_eq!(SessionKey::new(&given).is_ok(), len == Some(16), "session key");
    assert_eq!(SecureApiKey::new("01", &given).is_ok(), len == Some(32), "key of the server API");
    let is_alphabet = |byte| sextet(byte).is_some();
    let is_encoding_aes_key = given.len() == 43 && given.bytes().all(is_alphabet);
    assert_eq!(EncodingAesKey::new(&given).is_ok(), is_encoding_aes_key, "EncodingAESKey");
    let signature = Signature::parse_base64(&given).map(|signature| signature.as_bytes().to_vec());
    let fits = expected.clone().filter(|bytes| bytes.len() <= 512);
    assert_eq!(signature, fits, "signature");
    if let Some(bytes) = expected {
        assert_eq!(written(&bytes), given, "what is decoded is encoded alike");
    }
    assert_eq!(written(data), STANDARD.encode(data), "encoded");
}

fn written(bytes: &[u8]) -> String {
    let mut out = String::new();
    encoding::write_base64(bytes, &mut out).expect("a string takes it");
    out
}

fn naive_base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let groups = text.chunks(4);
    let last = groups.len().wrapping_sub(1);
    for (index, group) in groups.enumerate() {
        let group: [u8; 4] = group.try_into().ok()?;
        let padding = group.iter().rev().take_while(|byte| **byte == b'=').count();
        if padding > 2 || (padding > 0 && index != last) {
            return None;
        }
        let mut bits = 0_u32;
        for byte in &group[..4 - padding] {
            bits = bits << 6 | sextet(*byte)?;
        }
        bits <<= 6 * padding;
        let [_, decoded @ ..] = bits.to_be_bytes();
        let (kept, dropped) = decoded.split_at(3 - padding);
        if dropped.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend_from_slice(kept);
    }
    Some(bytes)
}

fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

/// What is read of an object is what serde_json reads, and the two refuse the same texts; beyond that, more than 32
/// levels and a wanted member that is there twice are refused.
pub fn json(data: &[u8]) {
    let given = text(data);
    let names = ["a", "resource"];
    let found = encoding::json_members(&given, names);
    let is_object = serde_json::from_str::<IgnoredAny>(&given).is_ok()
        && given.trim_ascii_start().starts_with('{');
    let is_readable = is_object && depth(&given) <= 32;
    assert!(is_readable || found.is_none(), "accepted what serde_json refuses");
    if let Ok(Members(members)) = serde_json::from_str(&given) {
        let count = |name: &str| members.iter().filter(|(found, _)| found == name).count();
        let is_twice = names.iter().any(|name| count(name) > 1);
        assert_eq!(found.is_some(), is_readable && !is_twice);
        for (name, value) in names.into_iter().zip(found.into_iter().flatten()) {
            let value = value.map(|raw| serde_json::from_str::<Value>(raw).expect("a value"));
            let expected = members.iter().find(|(found, _)| found == name).map(|(_, value)| value);
            assert_eq!(value.as_ref(), expected, "{name}");
        }
    }
    unescaping(&given);
    error_answer(data);
}

fn unescaping(given: &str) {
    let quoted = format!("\"{given}\"");
    let mut text = given.as_bytes().to_vec();
    let found = encoding::unescape_json(&mut text).map(|text| text.to_vec());
    if serde_json::from_str::<IgnoredAny>(&quoted).is_ok() {
        let expected = serde_json::from_str::<String>(&quoted).ok().map(String::into_bytes);
        assert_eq!(found, expected, "escapes");
    }
}

fn error_answer(body: &[u8]) {
    let Ok(error) = ApiError::parse(400, body) else { return };
    let detail = error.detail().map(serde_json::from_str::<IgnoredAny>);
    assert!(detail.is_none_or(|detail| detail.is_ok()), "the detail is no JSON");
    if let Ok(Members(members)) = serde_json::from_slice(body) {
        let code = members.iter().find(|(name, _)| name == "code").map(|(_, value)| value);
        assert_eq!(code.and_then(Value::as_str), Some(&*error.code));
    }
    assert_eq!(error.is("SYSTEM_ERROR"), error.code.replace('_', "") == "SYSTEMERROR");
}

/// How deep brackets are nested outside of texts.
fn depth(json: &str) -> usize {
    let (mut depth, mut deepest, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => depth += 1,
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// The members of an object in their order, repeated ones as often as they are there.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// DER comes through every armour that people put around it; and what a strict reader of PEM takes is taken alike.
pub fn pem(data: &[u8]) {
    // An encrypted key is told by its header, and is not decoded.
    if let Some(der) = encoding::der_of_file(data).ok().filter(|der| !der.is_empty()) {
        assert_eq!(encoding::der_of_file(&der).as_ref(), Ok(&der), "DER is taken as it is");
    }
    if let Ok((_, der)) = pem_rfc7468::decode_vec(data) {
        let is_der = matches!(*der, [0x30, 0x81..=0x84, ..]);
        let is_sole = data.windows(11).filter(|window| window == b"-----BEGIN ").count() == 1;
        if is_der && is_sole && !is_der_already(data) {
            assert_eq!(encoding::der_of_file(data), Ok(der), "a strict reader takes it");
        }
    }
    let (form, contents) = choice(data);
    let der = [&[0x30, 0x84, 0, 0, 0, 0], contents].concat();
    assert_eq!(encoding::der_of_file(&armoured(&der, form)), Ok(der), "in form {form}");
}

fn is_der_already(data: &[u8]) -> bool {
    data.trim_ascii_start().starts_with(&[0x30])
}

/// The DER as a text file of one of the forms that are met.
fn armoured(der: &[u8], form: u8) -> Vec<u8> {
    let line_end = ["\n", "\r\n", "\\n", " \n\t", ""][usize::from(form % 5)];
    let text = STANDARD.encode(der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    let body = lines.join(line_end);
    let (label, labels) = ("CERTIFICATE", (form / 5).is_multiple_of(2));
    let armoured = if labels {
        format!("-----BEGIN {label}-----{line_end}{body}{line_end}-----END {label}-----{line_end}")
    } else {
        body
    };
    match form / 10 % 4 {
        0 => armoured.into_bytes(),
        1 => format!("\u{feff}{armoured}").into_bytes(),
        2 => format!("\"{armoured}\"").into_bytes(),
        _ => format!(" \n'{armoured}'\r\n").into_bytes(),
    }
}

pub fn base64_seeds() -> Vec<Vec<u8>> {
    let lengths = [0, 1, 2, 3, 16, 32, 256, 512, 513];
    let texts = lengths.map(|len| STANDARD.encode(vec![0xa5; len]).into_bytes());
    let key = b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB";
    // Padding where a decoder that goes piece by piece has a border.
    let padded = [&[b'A'; 254][..], b"==AAAA"].concat();
    let wrong = [key.to_vec(), b"AB==".to_vec(), b"-_-_".to_vec(), padded];
    texts.into_iter().chain(wrong).collect()
}

pub fn json_seeds() -> Vec<Vec<u8>> {
    let texts = [
        r#" {"a":[1,{"b":"\"\u00e9"}],"resource":{"x":-0.5e+7},"c":null}"#,
        r#"{"\u0061":true,"resource":"\ud83d\udcb0\n"}"#,
        r#"{"a":1,"b":2,"\u0061":3}"#,
        r#"{"code":"PARAM_ERROR","message":"x","detail":{"field":"/amount"}}"#,
        r"\ud83d\udcb0\/\u0000",
    ];
    let notifications = vector::load("apiv3_notify");
    let bodies = notifications.iter().filter_map(|case| case.optional_input("body"));
    texts.into_iter().chain(bodies).map(|text| text.as_bytes().to_vec()).collect()
}

pub fn pem_seeds() -> Vec<Vec<u8>> {
    // Of public things only: what is kept of a run is published.
    let files = vector::keys();
    let files = files.iter().filter(|file| file.contains("-cert") || file.contains("-pub"));
    files.map(|file| vector::key(file).into_bytes()).collect()
}

#[cfg(test)]
#[test]
fn the_oracles_know_their_trade() {
    assert_eq!(naive_base64(b"AA=="), Some(vec![0]));
    assert_eq!(naive_base64(b"AB=="), None);
    assert_eq!(naive_base64(b"AA==AA=="), None);
    assert_eq!(naive_base64(b"A==="), None);
    assert_eq!(naive_base64(b""), Some(vec![]));
    assert_eq!(depth("{\"[\\\"[\":[{}]}"), 3);
    let distinct: std::collections::BTreeSet<Vec<u8>> =
        (0..40).map(|form| armoured(&[0x30; 99], form)).collect();
    assert_eq!(distinct.len(), 40);
}
