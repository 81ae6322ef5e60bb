//! Fuzzing: what anybody may send is read here, whatever it is. A target is a function that takes any bytes and panics
//! on a finding: a panic of the core, or a property that does not hold.
//!
//! The programs of `fuzz_targets/` run one target each under libFuzzer; `tests/replay.rs` runs all of them on the
//! inputs that are kept, without it.

mod border;
mod certificates;
mod delivery;
mod encoding;
mod explain;
mod headers;
mod host;
mod input;
mod keys;
mod mini_program;
mod oaep;
mod push;
mod request;
mod shangmi;
mod v2;
mod v3;
mod xml;

use std::path::Path;

#[cfg(feature = "libfuzzer")]
pub use libfuzzer_sys;

/// Something to fuzz.
#[derive(Clone, Copy)]
pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]),
    /// Inputs to begin with, made from the vectors.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// Every parser, and every path from bytes of the network to a result.
#[rustfmt::skip]
pub const TARGETS: &[Target] = &[
    Target { name: "base64", run: encoding::base64, seeds: encoding::base64_seeds },
    Target { name: "border", run: border::border, seeds: border::seeds },
    Target { name: "certificate", run: certificates::certificate, seeds: certificates::certificate_seeds },
    Target { name: "chain", run: certificates::chain, seeds: certificates::chain_seeds },
    Target { name: "delivery", run: delivery::delivery, seeds: delivery::seeds },
    Target { name: "encrypted_data", run: mini_program::encrypted_data, seeds: mini_program::encrypted_data_seeds },
    Target { name: "explain", run: explain::explain, seeds: explain::seeds },
    Target { name: "headers", run: headers::headers, seeds: headers::seeds },
    Target { name: "json", run: encoding::json, seeds: encoding::json_seeds },
    Target { name: "mini_program", run: mini_program::mini_program, seeds: mini_program::mini_program_seeds },
    Target { name: "notification", run: v3::notification, seeds: v3::notification_seeds },
    Target { name: "oaep", run: oaep::oaep, seeds: oaep::seeds },
    Target { name: "pem", run: encoding::pem, seeds: encoding::pem_seeds },
    Target { name: "private_key", run: keys::private_key, seeds: keys::private_key_seeds },
    Target { name: "public_key", run: keys::public_key, seeds: keys::public_key_seeds },
    Target { name: "push", run: push::push, seeds: push::push_seeds },
    Target { name: "request", run: request::request, seeds: request::seeds },
    Target { name: "response", run: v3::response, seeds: v3::response_seeds },
    Target { name: "secure_response", run: mini_program::secure_response, seeds: mini_program::secure_response_seeds },
    Target { name: "sm2", run: shangmi::sm2, seeds: shangmi::sm2_seeds },
    Target { name: "sm4", run: shangmi::sm4, seeds: shangmi::sm4_seeds },
    Target { name: "v2_message", run: v2::v2_message, seeds: v2::message_seeds },
    Target { name: "v2_refund", run: v2::v2_refund, seeds: v2::refund_seeds },
    Target { name: "xml", run: push::xml, seeds: push::xml_seeds },
];

impl Target {
    pub fn named(name: &str) -> Option<Self> {
        TARGETS.iter().find(|target| target.name == name).copied()
    }
}

/// Where a program leaves the seeds of its target before it begins, if this is set.
const SEEDS: &str = "WECHATPAY_FUZZ_SEEDS";

/// What a program of `fuzz_targets/` does first.
///
/// # Panics
/// If there is no such target, or its seeds cannot be written.
pub fn begin(name: &str) -> Target {
    let target = Target::named(name).expect("a target of this name");
    if let Some(folder) = std::env::var_os(SEEDS) {
        for (index, seed) in (target.seeds)().into_iter().enumerate() {
            let path = Path::new(&folder).join(format!("seed-{index}"));
            std::fs::write(path, seed).expect("seeds can be written");
        }
    }
    target
}

/// The program of a target.
#[cfg(feature = "libfuzzer")]
#[macro_export]
macro_rules! program {
    ($name:literal) => {
        static TARGET: std::sync::LazyLock<$crate::Target> =
            std::sync::LazyLock::new(|| $crate::begin($name));

        $crate::libfuzzer_sys::fuzz_target!(
            init: {
                std::sync::LazyLock::force(&TARGET);
            },
            |data: &[u8]| (TARGET.run)(data)
        );
    };
}
