//! Sensitive fields. The legacy padding of some old interfaces is not offered: what it encrypted is
//! refused like anything else that is not OAEP.

use wechatpay_core::Error;
use wechatpay_core::keys::{MerchantKey, PlatformKey};
use wechatpay_core::v3::{decrypt_sensitive, encrypt_sensitive};
use wechatpay_tests::pem;
use wechatpay_tests::platform::PUB_KEY_ID;
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Check, same};
use wechatpay_tests::vector::{self, Case};

pub(crate) fn oaep(case: &Case) -> Result<Check, Error> {
    if case.optional_input("operation") == Some("encrypt") {
        return encrypt(case);
    }
    let plaintext = decrypt(case)?;
    Ok(same(plaintext.as_str(), case.expected("plaintext")))
}

pub(crate) fn pkcs1v15(case: &Case) -> Result<Check, Error> {
    let plaintext = decrypt(case)?;
    Ok(same(plaintext.as_str(), case.expected("plaintext")))
}

fn decrypt(case: &Case) -> Result<String, Error> {
    let key = MerchantKey::new("1900007291", "1DDE55AD", case.input("private_key_pem").as_bytes())?;
    decrypt_sensitive(case.input("ciphertext_base64"), &key, &mut TestRng::new(12))
}

/// The longest plaintext that fits, and one byte more. What was encrypted is decrypted again, with the
/// private key that belongs to the public one.
fn encrypt(case: &Case) -> Result<Check, Error> {
    let public_key = case.input("public_key_pem");
    let platform = PlatformKey::from_public_key(PUB_KEY_ID, public_key.as_bytes())?;
    let len = usize::try_from(case.number("plaintext_len")).expect("a length");
    let plaintext = "x".repeat(len);
    let ciphertext = encrypt_sensitive(&plaintext, &platform, &mut TestRng::new(13))?;

    let certificate = pem::der(&vector::key("wechatpay-java-merchant-cert.pem"));
    assert_eq!(pem::rsa_spki(&certificate), pem::der(public_key), "the key of this certificate");
    let private_key = vector::key("wechatpay-java-merchant-key.pem");
    let merchant = MerchantKey::new("1900007291", "1DDE55AD", private_key.as_bytes())?;
    let decrypted = decrypt_sensitive(&ciphertext, &merchant, &mut TestRng::new(14))?;
    Ok(same(decrypted, plaintext))
}
