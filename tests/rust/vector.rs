//! The vectors of tests/vectors, see the README there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

/// One entry. A member that is not listed here fails the load.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    pub source_repo: String,
    pub path: String,
    pub kind: String,
    pub inputs: Map<String, Value>,
    pub expected: Map<String, Value>,
    pub expect_ok: bool,
    pub strict_expect_ok: Option<bool>,
    pub verified: bool,
    pub how: String,
    pub note: Option<String>,
}

impl Case {
    /// Whether a strict implementation accepts this.
    pub fn must_succeed(&self) -> bool {
        self.strict_expect_ok.unwrap_or(self.expect_ok)
    }

    /// A text that must be there.
    pub fn input(&self, member: &str) -> &str {
        self.text(&self.inputs, member).unwrap_or_else(|| panic!("{}: no {member}", self.name))
    }

    /// A text that may be `null` or absent.
    pub fn optional_input(&self, member: &str) -> Option<&str> {
        self.text(&self.inputs, member)
    }

    pub fn expected(&self, member: &str) -> &str {
        self.text(&self.expected, member).unwrap_or_else(|| panic!("{}: no {member}", self.name))
    }

    pub fn optional_expected(&self, member: &str) -> Option<&str> {
        self.text(&self.expected, member)
    }

    pub fn number(&self, member: &str) -> u64 {
        self.inputs[member].as_u64().unwrap_or_else(|| panic!("{}: no {member}", self.name))
    }

    /// The members of an object in `inputs`, as texts.
    pub fn pairs(&self, member: &str) -> Vec<(String, String)> {
        let object = self.inputs[member].as_object().expect("an object");
        object
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().expect("a text").to_owned()))
            .collect()
    }

    fn text<'a>(&self, of: &'a Map<String, Value>, member: &str) -> Option<&'a str> {
        match of.get(member)? {
            Value::Null => None,
            Value::String(text) => Some(text),
            other => panic!("{}: {member} is {other}, not a text", self.name),
        }
    }
}

/// What coverage.json says about a kind in one language: the test that reads it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    pub suite: String,
}

/// A line of coverage.json.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    pub cases: usize,
    pub rust: Coverage,
    pub js: Coverage,
    #[serde(default)]
    pub exceptions: BTreeMap<String, Exception>,
}

/// A published case that succeeds at its source, and that the core refuses with this code.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    pub code: String,
    pub reason: String,
    /// `rust` or `js`, where it holds in that language only.
    pub only: Option<String>,
}

/// The members that `inputs` and `expected` of a kind may have.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    pub inputs: Vec<String>,
    pub expected: Vec<String>,
}

/// tests/vectors.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

/// All cases of a kind, `@keys/…` replaced by the text of the file.
pub fn load(kind: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = read_json(&format!("{kind}.json"));
    assert!(!cases.is_empty(), "{kind}.json has no case");
    for case in &mut cases {
        case.inputs.values_mut().chain(case.expected.values_mut()).for_each(resolve);
    }
    cases
}

pub fn coverage() -> BTreeMap<String, Kind> {
    read_json("coverage.json")
}

/// The exceptions of a kind that hold for the core as it is tested from Rust, by the name of the case.
pub fn exceptions(kind: &str) -> BTreeMap<String, Exception> {
    let mut exceptions = coverage().remove(kind).expect("a line in coverage.json").exceptions;
    exceptions
        .retain(|_, exception| exception.only.as_deref().is_none_or(|language| language == "rust"));
    exceptions
}

/// The kinds that coverage.json gives to a test binary of tests/rust. The binary checks that it has
/// taken up these, all of them and no other.
pub fn kinds_of(test_binary: &str) -> BTreeSet<String> {
    let is_there = |kind: &Kind| kind.rust.suite == test_binary;
    coverage().into_iter().filter(|(_, kind)| is_there(kind)).map(|(name, _)| name).collect()
}

pub fn schema() -> BTreeMap<String, Schema> {
    read_json("schema.json")
}

/// The text of a file in tests/vectors/keys, byte for byte.
pub fn key(file: &str) -> String {
    let path = folder().join("keys").join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files of tests/vectors/keys, sorted.
pub fn keys() -> Vec<String> {
    let mut files: Vec<String> = fs::read_dir(folder().join("keys"))
        .expect("tests/vectors/keys")
        .flatten()
        .filter_map(|file| file.file_name().into_string().ok())
        .filter(|file| file.ends_with(".pem"))
        .collect();
    files.sort();
    files
}

fn resolve(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Some(file) = text.strip_prefix("@keys/") {
                *text = key(file);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(resolve),
        Value::Object(members) => members.values_mut().for_each(resolve),
        _ => {}
    }
}

fn read_json<T: for<'de> Deserialize<'de>>(file: &str) -> T {
    let path = folder().join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
