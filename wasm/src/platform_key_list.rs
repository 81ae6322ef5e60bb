//! The platform keys of a merchant, on their way into it.

use alloc::format;
use alloc::string::String;

use wasm_bindgen::prelude::wasm_bindgen;
use wechatpay_core::keys::PlatformKey;
use wechatpay_core::keys::PlatformKeys;

use crate::failure::Failure;

/// Collects keys one by one, so that an error can name the one it is about.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct PlatformKeyList {
    pub(crate) keys: PlatformKeys,
    length: usize,
}

#[wasm_bindgen]
impl PlatformKeyList {
    /// An empty list.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a public key with its serial, or a certificate.
    ///
    /// # Errors
    /// Those of [`PlatformKey::parse`] and [`PlatformKeys::insert`].
    pub fn add(&mut self, serial: Option<String>, key: &[u8]) -> Result<(), Failure> {
        let place = format!("platformKeys[{}]", self.length);
        PlatformKey::parse(serial.as_deref(), key)
            .and_then(|key| self.keys.insert(key))
            .map_err(|error| Failure::from(error).about(&place))?;
        self.length = self.length.saturating_add(1);
        Ok(())
    }
}
