//! wasm-bindgen, as a library: the module made ready for JavaScript, and the glue around it.

use std::path::Path;

use wasm_bindgen_cli_support::Bindgen;

use crate::error::Error;
use crate::error::Result;
use crate::workspace;

/// One glue for all runtimes: it is given a module and finds none by itself.
pub(super) fn generate(module: &Path, folder: &Path) -> Result<()> {
    println!("\n# wasm-bindgen {} -> {}", workspace::shown(module), workspace::shown(folder));
    let failed = |error| Error::new(format!("wasm-bindgen: {error:#}"));
    Bindgen::new()
        .input_path(module)
        .out_name("wechatpay")
        .web(true)
        .map_err(failed)?
        .omit_default_module_path(true)
        .reset_state_function(true)
        .typescript(true)
        .ts_typed_array_buffers(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)
        .map_err(failed)
}
