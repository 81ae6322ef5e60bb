//! The published vectors of the mini program side.

use wechatpay_core::mini_program::{
    AppKeys, EncryptedData, Env, RequestVirtualPayment, SecureApiCertificate, SecureApiKey,
    SessionKey, UnverifiedRawData, UnverifiedSecureResponse, VirtualPaymentCall,
    VirtualPaymentMode,
};
use wechatpay_core::{Error, Tolerance, UnixTime};
use wechatpay_tests::suite::{Check, Runner, same};
use wechatpay_tests::vector::{self, Case};
use wechatpay_tests::vector_suites::Kinds;

use crate::wechat::{self, Response};

const KINDS: Kinds = Kinds {
    test_binary: "mini_program",
    handlers: &[
        ("mini_encrypted_data", encrypted_data),
        ("mini_raw_data", raw_data),
        ("mini_secure_api", secure_api),
        ("mini_session_signature", session_signature),
        ("xpay", xpay),
    ],
    expected_code,
};

pub(crate) fn suites(runner: Runner) -> Runner {
    KINDS.suites(runner)
}

fn expected_code(case: &Case) -> &'static str {
    match case.kind.as_str() {
        "mini_encrypted_data" if case.name.contains("iv of 1 byte") => "ERR_ARGUMENT_INVALID",
        "mini_encrypted_data" if case.name.contains("other appid") => "ERR_APPID_MISMATCH",
        "mini_encrypted_data" => "ERR_DECRYPT_FAILED",
        "mini_raw_data" => "ERR_MAC_INVALID",
        other => panic!("no negative case of {other} was known"),
    }
}

/// Where the published data names no appid, that of the watermark is the right one.
fn encrypted_data(case: &Case) -> Result<Check, Error> {
    let in_watermark = case.optional_expected("plaintext").map(|plaintext| {
        let plaintext: serde_json::Value = serde_json::from_str(plaintext).expect("JSON");
        plaintext["watermark"]["appid"].as_str().expect("an appid").to_owned()
    });
    let appid = case.optional_input("appid").or(in_watermark.as_deref()).unwrap_or("wx0");
    let session_key = SessionKey::new(case.input("session_key"))?;
    let data = EncryptedData::new(case.input("encrypted_data"), case.input("iv"))?
        .open(&session_key, appid)?;
    Ok(same(data.json(), case.expected("plaintext")))
}

fn raw_data(case: &Case) -> Result<Check, Error> {
    let raw_data = case.input("raw_data");
    let session_key = SessionKey::new(case.input("session_key"))?;
    UnverifiedRawData::new(raw_data, case.expected("signature"))
        .verify(&session_key)
        .map(|verified| same(verified.json(), raw_data))
}

fn session_signature(case: &Case) -> Result<Check, Error> {
    let session_key = SessionKey::new(case.input("session_key"))?;
    let signature = session_key.signature(case.input("post_data").as_bytes());
    Ok(same(signature.as_str(), case.expected("signature")))
}

/// One case is the ciphertext of a response, the other its signature. The ciphertext is signed anew
/// under a certificate of these tests; the signed response is opened with the key of the other case.
fn secure_api(case: &Case) -> Result<Check, Error> {
    match case.optional_input("aad") {
        Some(_) => {
            let response = Response::of_vector(case).signed();
            let opened = response.verify()?.open(&response.key())?;
            Ok(same(opened.json(), case.expected("plaintext")))
        }
        None => signed_response(case),
    }
}

fn signed_response(case: &Case) -> Result<Check, Error> {
    let mut lines = case.input("message").splitn(4, '\n');
    let mut line = || lines.next().expect("four lines");
    let (url, appid, timestamp, body) = (line(), line(), line(), line());
    let sn = "79ba700ea147819f640941bceb38b1d1";
    let headers = wechat::headers(appid, timestamp, sn, case.input("signature_base64"));
    let certificate = SecureApiCertificate::new(sn, case.input("certificate_pem").as_bytes())?;
    let now = UnixTime::parse(timestamp).expect("a time");
    let verified = UnverifiedSecureResponse::new(wechat::parse(&headers)?, url, body)?.verify(
        &[certificate],
        appid,
        now,
        Tolerance::default(),
    )?;
    let encrypted = &vector::load("mini_secure_api")[0];
    let sn = encrypted.input("aad").rsplit('|').next().expect("a number");
    let opened = verified.open(&SecureApiKey::new(sn, encrypted.input("key_base64"))?)?;
    Ok(same(opened.json(), encrypted.expected("plaintext")))
}

/// A case whose session key is none is refused for it, after its `pay_sig` was compared.
fn xpay(case: &Case) -> Result<Check, Error> {
    let Some(uri) = case.optional_input("uri") else {
        // Midas 1.0 signs a query string.
        return VirtualPaymentCall::new(case.input("string"), "{}").map(|_| Ok(()));
    };
    let post_body = case.input("post_body");
    let app_keys = AppKeys::default()
        .with(Env::Live, case.input("app_key"))?
        .with(Env::Sandbox, case.input("app_key"))?;
    let session_key = SessionKey::new(case.input("session_key"));
    if uri == "requestVirtualPayment" {
        let call = RequestVirtualPayment::new(VirtualPaymentMode::ShortSeriesGoods, post_body)?;
        let any = SessionKey::new("AAAAAAAAAAAAAAAAAAAAAA==")?;
        assert_eq!(call.sign(&app_keys, &any)?.pay_sig, case.expected("pay_sig"));
        let params = call.sign(&app_keys, &session_key?)?;
        return Ok(same(params.signature.as_str(), case.expected("signature")));
    }
    let call = VirtualPaymentCall::new(uri, post_body)?;
    assert_eq!(call.pay_sig(&app_keys)?, case.expected("pay_sig"));
    Ok(same(call.signature(&session_key?).as_str(), case.expected("signature")))
}
