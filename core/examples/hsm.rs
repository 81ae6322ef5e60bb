//! A private key that never leaves its token: a PKCS#11 session behind a trait object signs.
//!
//! `cargo run -p wechatpay-core --example hsm`

use core::error::Error;
use core::fmt::Debug;

use getrandom::SysRng;
use wechatpay_core::keys::MerchantKey;
use wechatpay_core::rand_core::{CryptoRng, UnwrapErr};
use wechatpay_core::signature::{Message, Scheme, Signature, Signer};
use wechatpay_core::v3::RequestPayment;
use wechatpay_core::{Error as WechatPayError, UnixTime};

/// What is needed of PKCS#11: `C_SignInit` with `CKM_SHA256_RSA_PKCS`, then `C_Sign`.
pub trait Token: Debug {
    /// The signature, or the `CKR_…` of the token.
    ///
    /// # Errors
    /// What the token says.
    fn sign_sha256_rsa_pkcs(&self, label: &str, data: &[u8]) -> Result<Vec<u8>, u64>;
}

/// A merchant whose key is in a token.
#[derive(Debug)]
pub struct TokenSigner {
    /// The session; any driver will do.
    pub token: Box<dyn Token>,
    /// `CKA_LABEL` of the private key.
    pub label: String,
}

impl Signer for TokenSigner {
    fn scheme(&self) -> Scheme {
        Scheme::Sha256Rsa2048
    }

    /// The token brings randomness of its own.
    fn sign(
        &self,
        message: &Message<'_>,
        _: &mut dyn CryptoRng,
    ) -> Result<Signature, WechatPayError> {
        let signature = self
            .token
            .sign_sha256_rsa_pkcs(&self.label, &message.to_vec())
            .map_err(|_| WechatPayError::SigningFailed)?;
        Signature::from_bytes(&signature)
    }
}

/// Signs with a token in software, and compares with the key itself.
///
/// # Errors
/// Any failure of it.
pub fn main() -> Result<(), Box<dyn Error>> {
    let rng = &mut UnwrapErr(SysRng);
    let serial_no = "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C";
    let pem = std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/vectors/keys/throwaway-merchant-key.pem"
    ))?;
    let key = MerchantKey::new("1900007291", serial_no, &pem)?;
    let token = SoftToken(MerchantKey::new("1900007291", serial_no, &pem)?);
    let signer = TokenSigner { token: Box::new(token), label: "apiclient".into() };

    let unsigned =
        || RequestPayment::new("wx1", "wx2")?.finalize(UnixTime::from_secs(1_700_000_000), "n");
    let signed = unsigned()?.sign(&signer, rng)?;
    if signed != unsigned()?.sign(&key, rng)? {
        return Err("the token and the key differ".into());
    }
    println!("wx.requestPayment({signed:#?})");

    let away = TokenSigner { token: Box::new(Removed), label: String::new() };
    match unsigned()?.sign(&away, rng) {
        Err(WechatPayError::SigningFailed) => Ok(()),
        other => Err(format!("a token that is gone gave {other:?}").into()),
    }
}

/// In the place of a device.
#[derive(Debug)]
struct SoftToken(MerchantKey);

impl Token for SoftToken {
    fn sign_sha256_rsa_pkcs(&self, _: &str, data: &[u8]) -> Result<Vec<u8>, u64> {
        let signature = self.0.sign(&Message::raw(data), &mut UnwrapErr(SysRng));
        signature.map(|signature| signature.as_bytes().to_vec()).map_err(|_| 5)
    }
}

/// A token that was pulled out.
#[derive(Debug)]
struct Removed;

impl Token for Removed {
    fn sign_sha256_rsa_pkcs(&self, _: &str, _: &[u8]) -> Result<Vec<u8>, u64> {
        const CKR_DEVICE_REMOVED: u64 = 0x32;
        Err(CKR_DEVICE_REMOVED)
    }
}
