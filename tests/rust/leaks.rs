//! Whether a text tells a secret, or a body: every error that a suite refuses with is asked.

use std::collections::HashSet;
use std::fs;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::platform::{API_V3_KEY, TRANSACTION};
use crate::source;

/// So much of a secret in a row gives it away.
const PIECE: usize = 11;

/// What the suites take as APIv3 key, APIv2 key, Token, AppSecret and AppKey.
const TEXTS: [&str; 8] = [
    API_V3_KEY,
    "throw-away-APIv2-key-of-32-chars",
    "another-APIv2-key-of-32-letters.",
    "192006250b4c09247ec02edce69f6a2d",
    "AAAAAtoken1",
    "aSecretOf32CharactersInAllHere12",
    "0123456789abcdef0123456789abcdef",
    "virtual-payment-app-key",
];

/// What they take as session_key, key of the server API and EncodingAESKey: base64, the last with a character more.
const BASE64: [&str; 3] = [
    "tiihtNczf5v6AKRyjwEUhQ==",
    "otUpngOjU+nVQaWJIC3D/yMLV17RKaP6t4Ot9tbnzLY=",
    "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGA",
];

static PIECES: LazyLock<HashSet<Vec<char>>> = LazyLock::new(|| {
    let raw = BASE64.map(|text| STANDARD.decode(text).expect("base64"));
    let texts = TEXTS.into_iter().chain(BASE64);
    let mut secrets: Vec<String> = texts.clone().map(str::to_owned).collect();
    let all = texts.map(str::as_bytes).chain(raw.iter().map(Vec::as_slice));
    secrets.extend(all.flat_map(|bytes| [decimal(bytes), hexadecimal(bytes)]));
    secrets.extend(private_lines());
    secrets.extend(values());
    secrets.iter().flat_map(|secret| pieces(secret)).collect()
});

/// The first piece of a secret in `text`: a line of a private key of the corpus, another key of the suites, or what a
/// notification says.
pub fn found_in(text: &str) -> Option<String> {
    pieces(text).find(|piece| PIECES.contains(piece)).map(|piece| piece.iter().collect())
}

fn pieces(text: &str) -> impl Iterator<Item = Vec<char>> + use<> {
    let letters: Vec<char> = text.chars().collect();
    (0..(letters.len() + 1).saturating_sub(PIECE)).map(move |at| letters[at..at + PIECE].to_vec())
}

/// The base64 of every private key, of RSA keys without the first lines, which are the same in the public half.
fn private_lines() -> Vec<String> {
    let folder = source::root().join("tests/vectors/keys");
    let files = fs::read_dir(folder).expect("the folder of keys").flatten().map(|file| file.path());
    let texts = files.filter_map(|path| fs::read_to_string(path).ok());
    let private: Vec<String> = texts.filter(|text| text.contains("PRIVATE KEY-----")).collect();
    let lines = private.iter().flat_map(|text| {
        let public = if text.lines().count() > 12 { 8 } else { 1 };
        text.lines().skip(public).filter(|line| !line.starts_with('-'))
    });
    lines.map(str::to_owned).collect()
}

/// The values of the transaction: their names are in messages, and may be.
fn values() -> Vec<String> {
    let value: serde_json::Value = serde_json::from_str(TRANSACTION).expect("JSON");
    let mut texts = Vec::new();
    collect(&value, &mut texts);
    texts
}

fn collect(value: &serde_json::Value, texts: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => texts.push(text.clone()),
        serde_json::Value::Object(members) => members.values().for_each(|v| collect(v, texts)),
        _ => {}
    }
}

fn decimal(secret: &[u8]) -> String {
    format!("{secret:?}")
}

fn hexadecimal(secret: &[u8]) -> String {
    secret.iter().map(|byte| format!("{byte:02x}")).collect()
}
