//! The vectors themselves: complete, well-formed, covered; and no private key anywhere else.

use std::collections::BTreeSet;
use std::fs;
use std::process::ExitCode;

use wechatpay_tests::source;
use wechatpay_tests::suite::{Check, Runner, Suite, holds, same};
use wechatpay_tests::vector;

fn main() -> ExitCode {
    Runner::from_args()
        .suite("corpus/vectors", vectors)
        .suite("corpus/keys", keys)
        .suite("corpus/private_keys", private_keys)
        .finish()
}

/// Number of entries; it changes only with an import.
const TOTAL: usize = 237;

fn vectors(suite: &mut Suite) {
    let coverage = vector::coverage();
    let schema = vector::schema();
    suite.accepts("one file per kind, and no other", || {
        let files: BTreeSet<String> = fs::read_dir(vector::folder())
            .expect("tests/vectors")
            .flatten()
            .filter_map(|file| file.file_name().to_str()?.strip_suffix(".json").map(str::to_owned))
            .filter(|kind| kind != "coverage" && kind != "schema")
            .collect();
        same(files, coverage.keys().cloned().collect())?;
        same(schema.keys().collect::<Vec<_>>(), coverage.keys().collect())
    });
    suite.accepts("total", || {
        same(coverage.keys().map(|kind| vector::load(kind).len()).sum(), TOTAL)
    });
    for (kind, entry) in &coverage {
        suite.accepts(kind, || {
            let cases = vector::load(kind);
            same(cases.len(), entry.cases)?;
            let names: BTreeSet<_> = cases.iter().map(|case| &case.name).collect();
            holds(names.len() == cases.len(), "two cases have one name")?;
            for (name, exception) in &entry.exceptions {
                let is_needed = cases.iter().any(|case| &case.name == name && case.must_succeed());
                holds(is_needed, format!("no case that must succeed is named {name:?}"))?;
                holds(!exception.reason.is_empty(), format!("{name:?} needs a reason"))?;
                let language = exception.only.as_deref();
                holds(matches!(language, None | Some("rust" | "js")), "only is rust or js")?;
            }
            for language in [&entry.rust, &entry.js] {
                holds(!language.suite.is_empty(), "the suite needs a name")?;
            }
            cases.iter().try_for_each(|case| well_formed(kind, case, &schema[kind]))
        });
    }
    suite.refuses("a member that is not in the format", || {
        let entry = r#"{"name":"","source_repo":"","path":"","kind":"","inputs":{},"expected":{},
            "expect_ok":true,"verified":true,"how":"","expect_okay":true}"#;
        match serde_json::from_str::<vector::Case>(entry) {
            Ok(_) => Err("an unknown member was read over".to_owned()),
            Err(error) => holds(error.to_string().contains("expect_okay"), error),
        }
    });
}

fn well_formed(kind: &str, case: &vector::Case, schema: &vector::Schema) -> Check {
    let name = &case.name;
    same(case.kind.as_str(), kind)?;
    holds(case.verified, format!("{name}: not verified"))?;
    for text in [name, &case.source_repo, &case.path, &case.how] {
        holds(!text.is_empty(), format!("{name}: a member is empty"))?;
    }
    for (members, known) in [(&case.inputs, &schema.inputs), (&case.expected, &schema.expected)] {
        holds(!members.is_empty(), format!("{name}: inputs or expected is empty"))?;
        for member in members.keys() {
            holds(known.contains(member), format!("{name}: {member} is not in schema.json"))?;
        }
    }
    holds(
        case.strict_expect_ok != Some(case.expect_ok),
        format!("{name}: strict_expect_ok says nothing new"),
    )
}

/// Every file in keys/ is explained, and every one named by a vector is there.
fn keys(suite: &mut Suite) {
    let folder = vector::folder().join("keys");
    let readme = fs::read_to_string(folder.join("README.md")).expect("keys/README.md");
    let all_json: String = vector::coverage()
        .keys()
        .map(|kind| {
            fs::read_to_string(vector::folder().join(format!("{kind}.json"))).expect("json")
        })
        .collect();
    for file in fs::read_dir(&folder).expect("keys").flatten() {
        let file = file.file_name().into_string().expect("UTF-8");
        if file == "README.md" {
            continue;
        }
        suite.accepts(&file, || {
            holds(readme.contains(&format!("`{file}`")), "README.md does not say what it is")?;
            let is_used =
                file.starts_with("throwaway-") || all_json.contains(&format!("\"@keys/{file}\""));
            holds(is_used, "no vector uses it")?;
            holds(vector::key(&file).starts_with("-----BEGIN "), "it is not PEM")
        });
    }
}

fn private_keys(suite: &mut Suite) {
    suite.accepts("no file but those of tests/vectors/keys", || {
        let files = source::files();
        holds(files.iter().any(|file| file.ends_with("core/src/lib.rs")), "no source was read")?;
        for file in files {
            let name = source::relative(&file);
            let Ok(text) = fs::read_to_string(&file) else { continue };
            let at = key_material(&text).filter(|_| !name.starts_with("tests/vectors/keys/"));
            if let Some(at) = at {
                let line = text[..at].lines().count();
                return Err(format!("{name}, near line {line}, holds a private key"));
            }
        }
        Ok(())
    });
    for file in fs::read_dir(vector::folder().join("keys")).expect("keys").flatten() {
        let name = file.file_name().into_string().expect("UTF-8");
        let text = fs::read_to_string(file.path()).expect("a text");
        if !text.contains("PRIVATE KEY-----") {
            continue;
        }
        suite.refuses(format!("{name} anywhere else"), || found(&text));
        suite.refuses(format!("{name} as a JSON string"), || found(&format!("{text:?}")));
        if !name.contains("encrypted") && !name.contains("-sm2-") && !name.contains("-ec-") {
            let bare: String = text.lines().filter(|line| !line.starts_with('-')).collect();
            suite.refuses(format!("{name} without its armour"), || found(&bare));
        }
    }
    suite.accepts("a label without a key", || {
        let code = "format!(\"-----BEGIN PRIVATE KEY-----\\n{body}\\n-----END PRIVATE KEY-----\")";
        holds(key_material(code).is_none(), "code that mentions the label was taken for a key")
    });
}

fn found(text: &str) -> Check {
    holds(key_material(text).is_some(), "was not found")
}

/// Where a private key begins in a text: a PEM label with base64 after it, or the first bytes of an
/// unencrypted RSA key in base64.
fn key_material(text: &str) -> Option<usize> {
    const LABEL: &str = "PRIVATE KEY-----";
    let behind_label = text.match_indices(LABEL).find_map(|(at, _)| {
        let after = text[at + LABEL.len()..].replace("\\r", "").replace("\\n", "");
        let body = after.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        let skipped = after.len() - body.len();
        let run = body.chars().take_while(|c| c.is_ascii_alphanumeric() || "+/".contains(*c));
        let is_encrypted = after.chars().take(64).collect::<String>().contains("DEK-Info");
        (skipped < 64 && run.take(40).count() == 40 || is_encrypted).then_some(at)
    });
    // PKCS#8 with rsaEncryption, and PKCS#1 with 2048 to 4096 bits; in two pieces, so that this file
    // does not find itself.
    let pkcs8 = ["ADANBgkqhkiG9w0B", "AQEFAASC"].concat();
    let pkcs1 = ["IBAAKCAQ", "IBAAKCAg"].map(|start| [start, "EA"].concat());
    behind_label.or_else(|| text.find(&pkcs8)).or_else(|| pkcs1.iter().find_map(|p| text.find(p)))
}
