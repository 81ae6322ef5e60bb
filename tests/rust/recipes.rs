//! The recipes in the READMEs are the text of programs in core/examples, and these programs run.

#[path = "../../core/examples/merchant.rs"]
mod merchant;
#[path = "../../core/examples/terminal.rs"]
mod terminal;

use std::fs;
use std::process::ExitCode;

use wechatpay_tests::source;
use wechatpay_tests::suite::{Runner, Suite, holds, same};

fn main() -> ExitCode {
    Runner::from_args().suite("recipes", recipes).finish()
}

fn recipes(suite: &mut Suite) {
    suite.accepts("merchant.rs runs", || merchant::main().map_err(|error| error.to_string()));
    suite.accepts("terminal.rs runs", || terminal::main().map_err(|error| error.to_string()));
    for (readme, examples) in
        [("README.md", &["merchant"][..]), ("core/README.md", &["merchant", "terminal"])]
    {
        suite.accepts(format!("{readme} shows the examples"), || {
            let shown = blocks(readme, "rust");
            same(shown.len(), examples.len())?;
            examples.iter().zip(shown).try_for_each(|(example, shown)| {
                holds(shown == recipe(example), format!("a block differs from {example}.rs"))
            })
        });
    }
}

/// The marked part of an example.
fn recipe(example: &str) -> String {
    let path = source::root().join(format!("core/examples/{example}.rs"));
    let text = fs::read_to_string(path).expect("the example");
    let (_, rest) = text.split_once("// recipe\n").expect("a beginning");
    let (recipe, _) = rest.split_once("// end of recipe").expect("an end");
    recipe.trim().to_owned()
}

/// The code blocks of a language in a file.
fn blocks(file: &str, language: &str) -> Vec<String> {
    let text = fs::read_to_string(source::root().join(file)).expect(file);
    let fence = format!("```{language}\n");
    let block = |rest: &str| rest.split_once("\n```").map(|(block, _)| block.trim().to_owned());
    text.split(&fence).skip(1).filter_map(block).collect()
}
