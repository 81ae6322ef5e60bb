//! Other packages for WeChat Pay as judges, and the kinds of bugs that signing and verification are prone to.

use crate::cases::Table;
use crate::error::Result;
use crate::npm;
use crate::tools;
use crate::verbs::test::Length;
use crate::verbs::test::count;
use crate::verbs::test::npm_test;
use crate::workspace;

/// Peers run with the network shut off inside their processes: some call out on their own.
pub(super) fn run(table: &mut Table, _: Length) -> Result<()> {
    tools::openssl()?;
    let python = tools::python_with_wechatpayv3()?;
    // Some of the cases that the kinds of bugs name are there.
    let js = workspace::at("tests/js");
    let peers = workspace::at("tests/peers");
    for folder in [&js, &peers] {
        npm::install(folder)?;
        npm::install_tarball(folder)?;
    }
    count(table, "peers", npm_test(&peers).env("PEERS_PYTHON", python), true)
}
