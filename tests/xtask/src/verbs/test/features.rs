//! The features of the core, put together.

use std::collections::BTreeSet;
use std::fs;

use crate::error::Context as _;
use crate::error::Result;
use crate::process::Program;
use crate::verbs::test::Length;
use crate::workspace;

type Set = BTreeSet<String>;

/// Compiles the core with none of its features, each, each two, and all but each; in a long run with every set there is.
pub(super) fn check(length: Length) -> Result<()> {
    let features = Features::read()?;
    let sets = if length == Length::Long { features.powerset() } else { features.pairs() };
    println!("\n{} sets of features, apart from those that others imply", sets.len());
    for set in sets {
        let list: Vec<&str> = set.iter().map(String::as_str).collect();
        Program::cargo()
            .args(["clippy", "--quiet", "--locked", "--package", "wechatpay-core"])
            .args(["--no-default-features", "--features", &list.join(",")])
            // The examples have to do with nothing; with more, they are compiled elsewhere.
            .args(set.is_empty().then_some("--all-targets"))
            .args(["--", "--deny", "warnings"])
            .run()?;
    }
    Ok(())
}

/// What core/Cargo.toml declares, and which feature brings which others.
#[derive(Debug)]
struct Features(Vec<(String, Vec<String>)>);

impl Features {
    fn read() -> Result<Self> {
        let manifest = workspace::at("core/Cargo.toml");
        let text = fs::read_to_string(&manifest).doing("read", &manifest)?;
        Ok(Self::parse(&text))
    }

    fn parse(manifest: &str) -> Self {
        let table = manifest.split("\n[").find_map(|table| table.strip_prefix("features]\n"));
        let lines = table.unwrap_or_default().lines().filter_map(|line| line.split_once(" = "));
        let declared: Vec<(&str, &str)> = lines.filter(|(name, _)| *name != "default").collect();
        let names: Vec<&str> = declared.iter().map(|(name, _)| *name).collect();
        let implied = |list: &str| -> Vec<String> {
            let words = list.split(['"', ',', ' ', '[', ']']);
            words.filter(|word| names.contains(word)).map(str::to_owned).collect()
        };
        Self(declared.iter().map(|(name, list)| ((*name).to_owned(), implied(list))).collect())
    }

    fn names(&self) -> impl DoubleEndedIterator<Item = &str> + Clone {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// With all that these bring along.
    fn closed<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Set {
        let mut set = Set::new();
        let mut waiting: Vec<&str> = names.into_iter().collect();
        while let Some(name) = waiting.pop() {
            if set.insert(name.to_owned()) {
                let declared = self.0.iter().filter(|(other, _)| other == name);
                waiting.extend(declared.flat_map(|(_, implied)| implied).map(String::as_str));
            }
        }
        set
    }

    fn pairs(&self) -> BTreeSet<Set> {
        let few = self.names().flat_map(|a| self.names().map(move |b| [a, b]));
        let many = self.names().map(|left_out| self.names().filter(move |name| *name != left_out));
        let mut sets: BTreeSet<Set> = few.map(|pair| self.closed(pair)).collect();
        sets.extend(many.map(|names| self.closed(names)));
        sets.extend([Set::new(), self.closed(self.names())]);
        sets
    }

    fn powerset(&self) -> BTreeSet<Set> {
        self.names().fold(BTreeSet::from([Set::new()]), |sets, name| {
            let with =
                sets.iter().map(|set| self.closed(set.iter().map(String::as_str).chain([name])));
            with.chain(sets.iter().cloned()).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Features;

    const MANIFEST: &str = "[package]\nname = \"a\"\n\n[features]\ndefault = [\"x\"]\nx = [\"dep:x\"]\n# Text.\ny = [\"x\", \"dep:y\"]\nz = []\n\n[dependencies]\nx = \"1\"\n";

    fn shown(sets: impl IntoIterator<Item = super::Set>) -> Vec<String> {
        sets.into_iter().map(|set| set.into_iter().collect::<Vec<_>>().join(",")).collect()
    }

    #[test]
    fn what_a_feature_implies_is_there_with_it() {
        let features = Features::parse(MANIFEST);
        assert_eq!(shown([features.closed(["y"])]), ["x,y"]);
    }

    #[test]
    fn every_set_once() {
        let features = Features::parse(MANIFEST);
        let all = ["", "x", "x,y", "x,y,z", "x,z", "z"];
        assert_eq!(shown(features.powerset()), all);
        assert_eq!(shown(features.pairs()), all);
    }
}
