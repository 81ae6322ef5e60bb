//! Certificate chains.

use wasm_bindgen::prelude::wasm_bindgen;
use wechatpay_core::UnixTime;
use wechatpay_core::x509;

use crate::failure::Failure;

/// A chain on its way to be checked.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct CertificateChain(Vec<Vec<u8>>);

#[wasm_bindgen]
impl CertificateChain {
    /// An empty chain.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the certificate in question, then that of its issuer, and so on.
    pub fn add(&mut self, certificate: Vec<u8>) {
        self.0.push(certificate);
    }

    /// Accepts the chain under this root.
    ///
    /// # Errors
    /// `ERR_CERTIFICATE_INVALID`.
    pub fn verify(&self, root: &[u8], now: u32) -> Result<(), Failure> {
        let chain: Vec<&[u8]> = self.0.iter().map(Vec::as_slice).collect();
        x509::verify_chain(&chain, root, UnixTime::from_secs(u64::from(now))).map_err(Failure::from)
    }
}
