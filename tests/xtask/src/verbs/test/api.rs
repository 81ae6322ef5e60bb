//! The public API against the listings of it.

use crate::cases::Table;
use crate::error::Result;
use crate::verbs::api;
use crate::verbs::test::Length;
use crate::verbs::test::count;

pub(super) fn run(table: &mut Table, _: Length) -> Result<()> {
    api::install()?;
    let program = api::node().args(["--test", "--test-reporter=spec", "tests/api/api.test.mjs"]);
    count(table, "api", program, true)
}
