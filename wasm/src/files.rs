//! Digests of downloads and uploads, and certificate chains.

use wasm_bindgen::prelude::wasm_bindgen;
use wechatpay_core::UnixTime;
use wechatpay_core::v3::DownloadDigest;
use wechatpay_core::v3::MediaMeta;
use wechatpay_core::v3::ResponseSignature;
use wechatpay_core::x509;

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
