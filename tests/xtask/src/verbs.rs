//! The verbs, one file each.

mod api;
mod bench;
mod demo;
mod embedded;
mod fuzz;
mod package;
mod setup;
mod size;
mod test;

use crate::arguments::Arguments;
use crate::error::Error;
use crate::error::Result;

/// What a file in `verbs/` declares.
#[derive(Debug)]
struct Verb {
    name: &'static str,
    summary: &'static str,
    /// Options, one per line, and whatever else a reader of `--help` needs.
    help: &'static str,
    run: fn(Arguments) -> Result<()>,
}

const VERBS: [Verb; 9] = [
    setup::VERB,
    demo::VERB,
    test::VERB,
    fuzz::VERB,
    bench::VERB,
    size::VERB,
    embedded::VERB,
    package::VERB,
    api::VERB,
];

pub(crate) fn dispatch(arguments: &[String]) -> Result<()> {
    let (name, rest) = match arguments.split_first() {
        None => return print_help(None),
        Some((name, rest)) => (name.as_str(), rest),
    };
    if ["help", "--help", "-h"].contains(&name) {
        return print_help(rest.first().map(String::as_str));
    }
    let verb = find(name)?;
    if rest.iter().any(|argument| argument == "--help" || argument == "-h") {
        return print_help(Some(verb.name));
    }
    (verb.run)(Arguments::new(verb.name, rest.to_vec()))
}

fn find(name: &str) -> Result<&'static Verb> {
    VERBS.iter().find(|verb| verb.name == name).ok_or_else(|| {
        let names: Vec<&str> = VERBS.iter().map(|verb| verb.name).collect();
        Error::new(format!("there is no verb {name:?}; the verbs are {}", names.join(", ")))
    })
}

fn print_help(verb: Option<&str>) -> Result<()> {
    if let Some(name) = verb {
        let verb = find(name)?;
        println!("cargo xtask {}: {}\n\n{}", verb.name, verb.summary, verb.help.trim_end());
        return Ok(());
    }
    println!("cargo xtask <verb> [options]\n");
    for verb in &VERBS {
        println!("  {:<9} {}", verb.name, verb.summary);
    }
    println!(
        "\n`cargo xtask <verb> --help` tells more. Each verb sets up what it needs by itself."
    );
    Ok(())
}
