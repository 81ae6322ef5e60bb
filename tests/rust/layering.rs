//! The layers of core/src: imports only downwards, no WeChat word in the cryptography, nothing of the
//! outside world anywhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use wechatpay_tests::source;
use wechatpay_tests::suite::{Check, Runner, Suite, holds, same};

/// The layers, lowest first, by the comments that head their modules in lib.rs, and the modules that
/// are there by design. A module may use those of lower layers and of its own; in the protocol layer
/// only itself.
const LAYERS: [(&str, &[&str]); 4] = [
    ("// L0 ground", &["encoding", "error", "host", "secret", "serial", "time"]),
    ("// L1 cryptography", &["aead", "asymmetric", "block_mode", "hash", "rsa", "shangmi", "x509"]),
    ("// L2 identity", &["keys", "signature"]),
    ("// L3 protocol", &["jssdk", "message_push", "mini_program", "v2", "v3"]),
];
const CRYPTOGRAPHY: usize = 1;
const PROTOCOL: usize = 3;

/// What only the layers above the cryptography may speak of.
const WECHAT_WORDS: [&str; 13] = [
    "wechat",
    "weixin",
    "微信",
    "tenpay",
    "wxpay",
    "mchid",
    "merchant",
    "apiclient",
    "pub_key",
    "apiv3",
    "prepay",
    "platform cert",
    "notif",
];

/// What the core may not know of: time, randomness, files, network, threads.
const OUTSIDE: [&str; 8] = [
    "std::",
    "getrandom",
    "SystemTime",
    "Instant",
    "thread_rng",
    "OsRng",
    "println!",
    "static mut",
];

/// What decides by a MAC or a digest: it compares by `constant_time::eq`, which does not stop at the first difference.
const COMPARED: [&str; 5] = [
    "message_push/signature.rs",
    "mini_program/session_key.rs",
    "shangmi/encryption.rs",
    "v2/digest.rs",
    "v3/download.rs",
];

fn main() -> ExitCode {
    Runner::from_args()
        .suite("layering/table", table)
        .suite("layering/core", core)
        .suite("layering/rules", rules)
        .suite("layering/macs", macs)
        .finish()
}

fn core(suite: &mut Suite) {
    for path in source::rust_files("core/src") {
        let file = source::relative(&path);
        let text = fs::read_to_string(&path).expect("a text");
        suite.accepts(&file, || {
            check(&file, &text)?;
            holds(text.lines().count() < 500, "500 lines or more: it holds more than one concept")
        });
    }
}

/// The layer of each module, as lib.rs has it.
struct Layers(BTreeMap<String, usize>);

impl Layers {
    fn read() -> Self {
        let lib = fs::read_to_string(source::root().join("core/src/lib.rs")).expect("lib.rs");
        let mut layers = BTreeMap::new();
        let mut current = None;
        for line in lib.lines() {
            let line = line.trim();
            if line.is_empty() {
                current = None;
            } else if let Some(layer) = LAYERS.iter().position(|(heading, _)| *heading == line) {
                current = Some(layer);
            }
            let name = line.strip_prefix("pub ").unwrap_or(line).strip_prefix("mod ");
            if let (Some(layer), Some(name)) =
                (current, name.and_then(|name| name.strip_suffix(';')))
            {
                layers.insert(name.to_owned(), layer);
            }
        }
        Self(layers)
    }

    fn of(&self, module: &str) -> Result<usize, String> {
        let layer = self.0.get(module).copied();
        layer.ok_or_else(|| format!("{module} stands under no layer in lib.rs"))
    }
}

fn table(suite: &mut Suite) {
    let layers = Layers::read();
    for (layer, (heading, modules)) in LAYERS.iter().enumerate() {
        for module in *modules {
            let is_there = source::root().join(format!("core/src/{module}.rs")).exists();
            if is_there {
                suite.accepts(format!("{module} is under {heading}"), || {
                    same(layers.of(module)?, layer)
                });
            }
        }
    }
}

/// Each rule once on a text that breaks it, so that none of them is blind.
fn rules(suite: &mut Suite) {
    for (rule, file, text) in [
        ("cryptography using the protocol", "rsa/key.rs", "use crate::v3::Notification;"),
        ("ground using cryptography", "serial.rs", "use crate::x509::Certificate;"),
        (
            "cryptography using keys, in a group",
            "aead.rs",
            "use crate::{error::Error, keys::ApiV3Key};",
        ),
        (
            "identity using the protocol, in a path",
            "keys/api_v3.rs",
            "fn f() { crate::v3::open() }",
        ),
        ("one protocol using another", "v3/headers.rs", "use crate::v2::xml;"),
        ("up and sideways by super", "rsa/key.rs", "use super::super::keys::ApiV3Key;"),
        ("sideways by super", "aead.rs", "use super::signature::Scheme;"),
        ("module of no layer", "helpers.rs", ""),
        ("use of a module of no layer", "keys.rs", "use crate::helpers::f;"),
        ("glob of the crate", "keys.rs", "use crate::*;"),
        ("WeChat word in the cryptography", "hash.rs", "// as WeChat Pay wants it"),
        ("WeChat word in a text", "x509.rs", "\"it needs its PUB_KEY_ID_\""),
        ("clock", "time.rs", "let now = SystemTime::now();"),
        ("std", "v3.rs", "use std::string::String;"),
        ("randomness", "keys/merchant.rs", "getrandom::fill(&mut nonce);"),
    ] {
        suite.refuses(rule, || {
            holds(check(&format!("core/src/{file}"), text).is_err(), "it was not noticed")
        });
    }
    for (rule, file, text) in [
        ("downwards", "v3/headers.rs", "use crate::keys::PlatformKeys;\nuse crate::error::Error;"),
        ("inside one protocol", "v3/headers.rs", "use crate::v3::verification;"),
        (
            "inside one module by super",
            "rsa/key.rs",
            "use super::pkcs1v15::padding;\npub(super) x: u8",
        ),
        ("inside one layer", "x509.rs", "use crate::rsa::PublicKey;"),
        ("lib.rs names everything", "lib.rs", "pub mod v3;\nuse crate::v3::Event;"),
        ("example in the documentation", "v3.rs", "//! # fn main() -> Box<dyn std::error::Error>"),
        ("words that only look alike", "rsa.rs", "// in its platform word size, of constant time"),
    ] {
        suite.accepts(rule, || check(&format!("core/src/{file}"), text));
    }
}

fn check(file: &str, text: &str) -> Check {
    let path = file.strip_prefix("core/src/").ok_or("not in core/src")?;
    // An example in the documentation is a program of its own.
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    let code: String = text.lines().filter(is_code).flat_map(|line| [line, "\n"]).collect();
    for word in OUTSIDE {
        holds(!code.contains(word), format!("names {word}, which belongs to the caller"))?;
    }
    if path == "lib.rs" {
        return Ok(());
    }
    let modules = modules(path);
    let module = modules[0].as_str();
    let layers = Layers::read();
    let layer = layers.of(module)?;
    if layer == CRYPTOGRAPHY {
        let lower_case = text.to_lowercase();
        for word in WECHAT_WORDS {
            holds(
                !lower_case.contains(word),
                format!("speaks of {word:?}, knowledge of a layer above"),
            )?;
        }
    }
    for used in used_modules(&code, &modules) {
        let used_layer = layers.of(&used)?;
        let is_edge_between_protocols =
            layer == PROTOCOL && used_layer == PROTOCOL && used != module;
        holds(
            used_layer <= layer && !is_edge_between_protocols,
            format!("{module} (layer {layer}) uses {used} (layer {used_layer})"),
        )?;
    }
    Ok(())
}

fn macs(suite: &mut Suite) {
    let read = |file: &str| {
        fs::read_to_string(source::root().join("core/src").join(file)).expect("a text")
    };
    for file in COMPARED {
        suite.accepts(file, || compares_in_constant_time(&read(file)));
    }
    suite.accepts("constant_time::eq looks at every byte", || {
        holds(read("constant_time.rs").contains("left.ct_eq(right)"), "it is not that of subtle")
    });
    suite.refuses("a MAC compared byte by byte", || {
        let text = read("v2/digest.rs").replace("constant_time::eq(", "slices_eq(");
        holds(compares_in_constant_time(&text).is_err(), "it was not noticed")
    });
    suite.refuses("a MAC compared as text", || {
        let text = "constant_time::eq(a, b); if sign(token, texts) != given { }";
        holds(compares_in_constant_time(text).is_err(), "it was not noticed")
    });
}

fn compares_in_constant_time(code: &str) -> Check {
    holds(code.contains("constant_time::eq("), "it does not compare by constant_time::eq")?;
    let compares = |line: &&str| {
        let is_comparison = line.contains("==") || line.contains("!=");
        is_comparison && ["given", "received", "found", "expected"].iter().any(|w| line.contains(w))
    };
    match code.lines().find(compares) {
        Some(line) => Err(format!("it compares by itself: {}", line.trim())),
        None => Ok(()),
    }
}

/// `rsa/key.rs` → `rsa`, `key`.
fn modules(path: &str) -> Vec<String> {
    let path = Path::new(path).with_extension("");
    path.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect()
}

/// The first module behind each `crate::` and each chain of `super::`, groups in braces included.
fn used_modules(text: &str, here: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        found.extend(first_names(&text[at + "crate::".len()..]));
    }
    let mut rest = text;
    while let Some(at) = rest.find("super::") {
        let mut depth = 0;
        rest = &rest[at..];
        while let Some(behind) = rest.strip_prefix("super::") {
            depth += 1;
            rest = behind;
        }
        if depth < here.len() {
            found.push(here[0].clone());
        } else {
            found.extend(first_names(rest));
        }
    }
    found
}

fn first_names(text: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.trim_start()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '*')
            .collect()
    };
    let Some(group) = text.strip_prefix('{') else { return vec![name(text)] };
    let mut depth = 0;
    let mut names = vec![name(group)];
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(name(&group[at + 1..])),
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}
