//! What the merchant signs.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::to_value;
use wechatpay_core::hazmat::PrivateKey;
use wechatpay_core::keys::{Identity, MerchantKey};
use wechatpay_core::signature::Signature;
use wechatpay_core::v3::{AppPayment, RequestPayment, SignableRequest};
use wechatpay_core::{Error, UnixTime};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Check, same};
use wechatpay_tests::vector::Case;

const MCHID: &str = "1900007291";
const SERIAL_NO: &str = "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB";

fn time(case: &Case) -> UnixTime {
    UnixTime::parse(case.input("timestamp")).expect("a timestamp")
}

/// The five lines, and their signature to the byte.
pub(crate) fn sign(case: &Case) -> Result<Check, Error> {
    let pem = case.input("private_key_pem").as_bytes();
    let message = case.input("message");
    let key = PrivateKey::parse(pem).expect("a private key");
    let digest = sha256(message.as_bytes());
    let raw = key.sign_pkcs1_sha256(&digest, &mut TestRng::new(1)).expect("a signature");
    let expected = case.expected("signature_base64");
    if STANDARD.encode(raw) != expected {
        return Ok(Err("the message of the vector has another signature".to_owned()));
    }

    let key = MerchantKey::new(MCHID, SERIAL_NO, pem)?;
    let body = case.input("body").as_bytes();
    let unsigned = SignableRequest::new(case.input("method"), case.input("canonical_url"), body)?
        .finalize(key.identity(), time(case), case.input("nonce_str"))?;
    let lines = unsigned.message().to_vec();
    let header = unsigned.sign(&key, &mut TestRng::new(2))?.to_string();
    Ok((|| {
        same(String::from_utf8_lossy(&lines).as_ref(), message)?;
        same(text(&parse(&header), "signature"), expected)
    })())
}

/// The layout of the header. The published tests use mock signatures and mock schemes, and put the
/// fields in various orders, which WeChat Pay leaves free.
pub(crate) fn authorization(case: &Case) -> Result<Check, Error> {
    if let Some(header) = case.optional_input("header") {
        return Ok(official_header(case, header));
    }
    let identity = Identity::merchant(case.input("mchid"), case.input("serial_no"))?;
    let body = case.optional_input("body").unwrap_or_default().as_bytes();
    let url = case.optional_input("canonical_url").or(case.optional_input("url"));
    let url = url.unwrap_or("/v3/certificates");
    let unsigned = SignableRequest::new(case.optional_input("method").unwrap_or("GET"), url, body)?
        .finalize(&identity, time(case), case.input("nonce_str"))?;
    let message = unsigned.message().to_vec();

    let (header, expected) = if let Some(pem) = case.optional_input("private_key_pem") {
        let key = MerchantKey::new(case.input("mchid"), case.input("serial_no"), pem.as_bytes())?;
        let header = unsigned.sign(&key, &mut TestRng::new(3))?.to_string();
        (header, case.expected("authorization").to_owned())
    } else {
        let mock = case.optional_input("mock_signature").or(case.optional_input("signature"));
        let mock = mock.expect("a signature");
        let signature = Signature::from_bytes(mock.as_bytes())?;
        let header = unsigned.assemble(&signature).to_string();
        let expected = case
            .expected("authorization")
            .replace(case.optional_input("schema").unwrap_or_default(), "")
            .replace("WECHATPAY2-SHA256-RSA2048", "")
            .replace(
                &format!("signature=\"{mock}\""),
                &format!("signature=\"{}\"", STANDARD.encode(mock)),
            );
        (header, format!("WECHATPAY2-SHA256-RSA2048{expected}"))
    };
    Ok((|| {
        if let Some(lines) = case.optional_expected("message") {
            same(String::from_utf8_lossy(&message).as_ref(), lines)?;
        }
        if case.name == "axios field order" {
            return same(parse(&header), parse(&expected));
        }
        same(header, expected)
    })())
}

/// The example of the documentation has no signature value; its form is that of ours.
fn official_header(case: &Case, header: &str) -> Check {
    let value = header.strip_prefix("Authorization: ").ok_or("no header name")?;
    let fields = parse(value);
    let order: Vec<&str> = case.expected["order"]
        .as_array()
        .ok_or("no order")?
        .iter()
        .filter_map(serde_json::Value::as_str)
        .collect();
    let identity = Identity::merchant(text(&fields, "mchid"), text(&fields, "serial_no"))
        .map_err(|error| error.to_string())?;
    let timestamp = UnixTime::parse(text(&fields, "timestamp")).ok_or("no timestamp")?;
    let ours = SignableRequest::new("GET", "/", b"")
        .and_then(|request| request.finalize(&identity, timestamp, text(&fields, "nonce_str")))
        .and_then(|unsigned| Ok(unsigned.assemble(&Signature::from_bytes(b"x")?).to_string()))
        .map_err(|error| error.to_string())?;
    let ours = parse(&ours);
    for field in &order {
        let expected = if *field == "signature" { "eA==" } else { text(&fields, field) };
        same(text(&ours, field), expected)?;
    }
    same(ours.len(), order.len())
}

/// The parameters of `wx.requestPayment` and of the app SDK, to the byte. In the negative cases the
/// signature is that of the other kind.
pub(crate) fn paysign(case: &Case) -> Result<Check, Error> {
    let key = MerchantKey::new(MCHID, SERIAL_NO, case.input("private_key_pem").as_bytes())?;
    let (appid, prepay_id) = (case.input("appid"), case.input("prepay_id"));
    let (time, nonce) = (time(case), case.input("nonce_str"));
    let mut rng = TestRng::new(4);
    let (message, fields, sign) = if case.input("mode") == "app" {
        let unsigned = AppPayment::new(appid, MCHID, prepay_id)?.finalize(time, nonce)?;
        let message = unsigned.message().to_vec();
        let signed = unsigned.sign(&key, &mut rng)?;
        (message, to_value(&signed).expect("JSON"), signed.sign)
    } else {
        let unsigned = RequestPayment::new(appid, prepay_id)?.finalize(time, nonce)?;
        let message = unsigned.message().to_vec();
        let signed = unsigned.sign(&key, &mut rng)?;
        (message, to_value(&signed).expect("JSON"), signed.pay_sign)
    };
    if sign != case.expected("sign") {
        return Err(Error::SignatureInvalid { serial: key.identity().serial_no() });
    }
    let mut expected = case.expected["client_fields"].clone();
    if expected["partnerid"] == "<mchid>" {
        expected["partnerid"] = MCHID.into();
    }
    Ok((|| {
        same(String::from_utf8_lossy(&message).as_ref(), case.input("message"))?;
        same(fields, expected)
    })())
}

type Fields = serde_json::Map<String, serde_json::Value>;

/// `scheme a="b",c="d"` as an object; panics on any other form.
fn parse(header: &str) -> Fields {
    let (scheme, fields) = header.split_once(' ').expect("a space after the scheme");
    assert_eq!(scheme, "WECHATPAY2-SHA256-RSA2048");
    fields
        .split(',')
        .map(|field| {
            let (name, value) = field.split_once('=').expect("name=value");
            let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
            (name.to_owned(), value.expect("a quoted value").into())
        })
        .collect()
}

fn text<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).and_then(serde_json::Value::as_str).unwrap_or_default()
}

pub(crate) fn sha256(message: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(message).into()
}
