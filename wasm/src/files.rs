//! Digests of downloads and uploads.

use alloc::string::String;

use wasm_bindgen::prelude::wasm_bindgen;
use wechatpay_core::v3::DownloadDigest;
use wechatpay_core::v3::MediaMeta;
use wechatpay_core::v3::ResponseSignature;

use crate::failure::Failure;

/// The digest of a download, taken piece by piece.
#[wasm_bindgen]
#[derive(Debug)]
pub struct DownloadDigestHandle(DownloadDigest);

#[wasm_bindgen]
impl DownloadDigestHandle {
    /// What the signed answer announced.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID`.
    #[wasm_bindgen(constructor)]
    pub fn new(hash_type: &str, hash_value: &str) -> Result<Self, Failure> {
        DownloadDigest::new(hash_type, hash_value).map(Self).map_err(Failure::from)
    }

    /// Takes the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// Accepts the file.
    ///
    /// # Errors
    /// `ERR_DIGEST_MISMATCH`.
    pub fn finish(self) -> Result<(), Failure> {
        self.0.finish().map_err(Failure::from)
    }
}

/// The JSON text of the `meta` part of an upload.
///
/// # Errors
/// `ERR_ARGUMENT_INVALID`.
#[wasm_bindgen(js_name = mediaMeta)]
pub fn media_meta(filename: &str, file: &[u8]) -> Result<String, Failure> {
    MediaMeta::new(filename, file).map(|meta| meta.to_json()).map_err(Failure::from)
}

/// How the answer to a request is signed: `body`, `none` or `statementSha1`.
///
/// # Errors
/// `ERR_ARGUMENT_INVALID`.
#[wasm_bindgen(js_name = responseSignature)]
pub fn response_signature(url: &str) -> Result<String, Failure> {
    let name = match ResponseSignature::for_url(url)? {
        ResponseSignature::None => "none",
        ResponseSignature::StatementSha1 => "statementSha1",
        _ => "body",
    };
    Ok(name.into())
}
