//! Overseas statements, of which only the digest is signed.

use wasm_bindgen::prelude::wasm_bindgen;
use wechatpay_core::v3::UnverifiedStatement;
use wechatpay_core::v3::WechatpayHeaders;

use crate::failure::Failure;
use crate::headers::header_pairs;
use crate::merchant::MerchantHandle;
use crate::merchant::seconds;

#[wasm_bindgen]
impl MerchantHandle {
    /// Verifies the announced digest, then holds the file against it.
    ///
    /// # Errors
    /// Every `ERR_…` of verification, and `ERR_DIGEST_MISMATCH`.
    #[wasm_bindgen(js_name = verifyStatement)]
    pub fn verify_statement(
        &self,
        headers: &str,
        statement_sha1: &str,
        file: &[u8],
        now: u32,
    ) -> Result<(), Failure> {
        let headers = WechatpayHeaders::from_pairs(header_pairs(headers))?;
        let statement = UnverifiedStatement::new(headers, statement_sha1);
        let mut digest = statement.verify(&self.platform_keys, seconds(now), self.tolerance)?;
        digest.update(file);
        digest.finish().map_err(Failure::from)
    }
}
