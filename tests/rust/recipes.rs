//! The recipe in the READMEs is the text of core/examples/merchant.rs, and that program runs.

#[path = "../../core/examples/merchant.rs"]
mod merchant;

use std::fs;
use std::process::ExitCode;

use wechatpay_tests::source;
use wechatpay_tests::suite::{Runner, Suite, holds, same};

fn main() -> ExitCode {
    Runner::from_args().suite("recipes", recipes).finish()
}

fn recipes(suite: &mut Suite) {
    suite.accepts("the example runs", || merchant::main().map_err(|error| error.to_string()));
    for readme in ["README.md", "core/README.md"] {
        suite.accepts(format!("{readme} shows the example"), || {
            let shown = blocks(readme, "rust");
            same(shown.len(), 1)?;
            holds(shown[0] == recipe(), "the block differs from core/examples/merchant.rs")
        });
    }
}

/// The marked part of the example.
fn recipe() -> String {
    let path = source::root().join("core/examples/merchant.rs");
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
