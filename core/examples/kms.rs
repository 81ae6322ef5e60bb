//! A private key in a cloud KMS that answers later: `finalize` gives the bytes, `assemble` takes the signature.
//!
//! `cargo run -p wechatpay-core --example kms`

use core::error::Error;
use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};

use getrandom::SysRng;
use wechatpay_core::UnixTime;
use wechatpay_core::keys::{Identity, MerchantKey};
use wechatpay_core::rand_core::UnwrapErr;
use wechatpay_core::signature::{Message, Signature, Signer};
use wechatpay_core::v3::SignableRequest;

/// What is needed of a KMS.
pub trait Kms {
    /// RSASSA-PKCS1-v1_5 with SHA-256 over these bytes. A KMS that wants a digest gets `message.sha256()`.
    fn sign(&self, message: Vec<u8>) -> impl Future<Output = Result<Vec<u8>, Box<dyn Error>>>;
}

/// The `Authorization` header of a request.
///
/// # Errors
/// Those of the KMS, and of arguments.
pub async fn authorize(
    kms: &impl Kms,
    identity: &Identity,
    (method, url, body): (&str, &str, &[u8]),
    now: UnixTime,
    nonce_str: &str,
) -> Result<String, Box<dyn Error>> {
    let unsigned = SignableRequest::new(method, url, body)?.finalize(identity, now, nonce_str)?;
    let signature = kms.sign(unsigned.message().to_vec()).await?;
    Ok(unsigned.assemble(&Signature::from_bytes(&signature)?).to_string())
}

/// Signs with a KMS in software, and compares with the key itself.
///
/// # Errors
/// Any failure of it.
pub fn main() -> Result<(), Box<dyn Error>> {
    let serial_no = "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C";
    let pem = std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/vectors/keys/throwaway-merchant-key.pem"
    ))?;
    let key = MerchantKey::new("1900007291", serial_no, &pem)?;
    let identity = Identity::merchant("1900007291", serial_no)?;
    let request = ("GET", "/v3/certificates", b"".as_slice());
    let now = UnixTime::from_secs(1_700_000_000);

    let kms = SoftKms(MerchantKey::new("1900007291", serial_no, &pem)?);
    let authorization = finished(authorize(&kms, &identity, request, now, "n"))?;
    let expected = SignableRequest::new(request.0, request.1, request.2)?
        .finalize(&identity, now, "n")?
        .sign(&key, &mut UnwrapErr(SysRng))?;
    if authorization != expected.to_string() {
        return Err("the KMS and the key differ".into());
    }
    println!("Authorization: {authorization}");

    match finished(authorize(&Refusing, &identity, request, now, "n")) {
        Err(error) if error.to_string() == "access denied" => Ok(()),
        other => Err(format!("a KMS that refuses gave {other:?}").into()),
    }
}

/// In the place of a service.
struct SoftKms(MerchantKey);

impl Kms for SoftKms {
    async fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, Box<dyn Error>> {
        let signature = self.0.sign(&Message::raw(&message), &mut UnwrapErr(SysRng))?;
        Ok(signature.as_bytes().to_vec())
    }
}

/// A service that does not let this program sign.
struct Refusing;

impl Kms for Refusing {
    async fn sign(&self, _: Vec<u8>) -> Result<Vec<u8>, Box<dyn Error>> {
        Err("access denied".into())
    }
}

/// In the place of a runtime: nothing here waits for anything.
fn finished<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(result) = work.as_mut().poll(&mut context) {
            return result;
        }
    }
}
