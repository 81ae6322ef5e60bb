//! The vectors of APIv2, and the digests.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use wechatpay_core::hazmat::{md5, open_aes_256_ecb, seal_aes_256_ecb, sign_v2};
use wechatpay_core::jssdk::{Config, JsapiTicket};
use wechatpay_core::v2::{
    ApiKey, EncryptedRefundNotification, Fields, SignType, SignableRequest, UnverifiedNotification,
    UnverifiedResponse, WorkwxSecret, sign, string_a, workwx_sign,
};
use wechatpay_core::v3::{DownloadDigest, MediaMeta};
use wechatpay_core::{Error, UnixTime};
use wechatpay_tests::suite::{Check, Runner, holds, same, unexpected};
use wechatpay_tests::vector::Case;
use wechatpay_tests::vector_suites::Kinds;

use crate::oracle::{self, KEY, Pairs, api_key, fields, hex, to_pairs, to_xml};

const KINDS: Kinds = Kinds {
    test_binary: "v2",
    handlers: &[
        ("aes_256_ecb", aes_256_ecb),
        ("hash", hash),
        ("v2_ksort", v2_ksort),
        ("v2_query_string", v2_query_string),
        ("v2_req_info", v2_req_info),
        ("v2_sign", v2_sign),
        ("v2_xml", v2_xml),
    ],
    expected_code,
};

pub(crate) fn suites(runner: Runner) -> Runner {
    KINDS.suites(runner)
}

fn expected_code(case: &Case) -> &'static str {
    match case.kind.as_str() {
        "v2_req_info" => "ERR_DECRYPT_FAILED",
        "v2_sign" if case.input("key").len() != 32 => "ERR_API_KEY_INVALID",
        "v2_sign" => "ERR_MAC_INVALID",
        "v2_xml" => "ERR_BODY_MALFORMED",
        other => panic!("no negative case of {other} was known"),
    }
}

fn aes_256_ecb(case: &Case) -> Result<Check, Error> {
    let key: &[u8; 32] = case.input("aes_key").as_bytes().try_into().expect("32 bytes");
    let ciphertext = STANDARD.decode(case.input("req_info")).expect("base64");
    let mut opened = ciphertext.clone();
    open_aes_256_ecb(key, &mut opened)?;
    let mut sealed = case.expected("plaintext").as_bytes().to_vec();
    seal_aes_256_ecb(key, &mut sealed);
    Ok(same(opened.as_slice(), case.expected("plaintext").as_bytes())
        .and_then(|()| same(sealed, ciphertext)))
}

fn hash(case: &Case) -> Result<Check, Error> {
    let message = || case.optional_input("message").or(case.optional_input("thing"));
    let message = message().expect("a message");
    let expected = case.expected("hex");
    let key = case.optional_input("key");
    Ok(match (case.input("alg"), key) {
        ("SHA1", None) if message.starts_with("jsapi_ticket=") => wx_config(message, expected)?,
        ("SHA1", None) => {
            let mut digest = DownloadDigest::new("SHA1", expected)?;
            digest.update(message.as_bytes());
            digest.finish().map_err(unexpected)
        }
        ("SHA256", None) => {
            let meta = MediaMeta::new("a.png", message.as_bytes())?.to_json();
            holds(meta.contains(expected), meta)
        }
        ("MD5", None) => same(hex(&md5(message.as_bytes())).as_str(), expected),
        ("MD5", Some(secret)) => {
            assert_eq!(message, "", "the fields that were signed");
            let is_agency = case.inputs.get("agency") == Some(&Value::Bool(true));
            let found = if is_agency {
                workwx_sign(&Fields::new(), &WorkwxSecret::new(secret.as_bytes())?)
            } else {
                sign(&Fields::new(), &ApiKey::new(secret.as_bytes())?, SignType::Md5)
            };
            same(found.to_lowercase().as_str(), expected)
        }
        other => Err(format!("an algorithm that was not known: {other:?}")),
    })
}

/// The whole text is given; its parts go in one by one.
fn wx_config(message: &str, expected: &str) -> Result<Check, Error> {
    let part = |name: &str, next: &str| -> &str {
        let behind = message.split_once(&format!("{name}=")).expect("the part").1;
        behind.split_once(next).map_or(behind, |(part, _)| part)
    };
    let timestamp = UnixTime::parse(part("timestamp", "&")).expect("a timestamp");
    let url = format!("{}#fragment", part("url", "#"));
    let ticket = JsapiTicket::new(part("jsapi_ticket", "&").as_bytes())?;
    let params = Config::new("wxd930ea5d5a258f4f", &url)?;
    let params = params.sign(&ticket, timestamp, part("noncestr", "&"))?;
    Ok(same(params.signature.as_str(), expected))
}

fn v2_ksort(case: &Case) -> Result<Check, Error> {
    let names = |value: &Value| -> Vec<String> {
        let names = value.as_array().expect("names").iter();
        names.map(|name| name.as_str().expect("a name").to_owned()).collect()
    };
    let given = names(&case.inputs["keys"]);
    let text = string_a(&Fields::from_pairs(given.iter().map(|name| (name.as_str(), "1")))?);
    let found = text.split('&').map(|pair| pair.trim_end_matches("=1").to_owned()).collect();
    Ok(same(found, names(&case.expected["sorted"])))
}

fn v2_query_string(case: &Case) -> Result<Check, Error> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let pairs = case.inputs["pairs"].as_array().expect("pairs").iter();
    let pairs: Pairs = pairs.map(|pair| (text(&pair[0]), text(&pair[1]))).collect();
    Ok(same(string_a(&Fields::from_pairs(pairs)?).as_str(), case.expected("string")))
}

fn v2_req_info(case: &Case) -> Result<Check, Error> {
    let secret = case.input("api_key");
    assert_eq!(hex(&md5(secret.as_bytes())), case.input("aes_key"), "the AES key");
    let body = to_xml(&oracle::pairs(&[
        ("return_code", "SUCCESS"),
        ("appid", "wx8888888888888888"),
        ("req_info", case.input("req_info")),
    ]));
    let notification = EncryptedRefundNotification::parse(body.as_bytes())?;
    let notification = notification.open(&ApiKey::new(secret.as_bytes())?)?;
    let refund = notification.refund().map(|refund| refund.out_refund_no.to_owned());
    let expected = read_plainly(case.expected("plaintext"));
    Ok(same(to_pairs(notification.refund_fields()), expected)
        .and_then(|()| holds(refund.is_ok(), "the refund has not all its fields")))
}

fn v2_sign(case: &Case) -> Result<Check, Error> {
    let pairs = case.pairs("params");
    let (key, list) = (case.input("key"), fields(&pairs));
    let sign_type = SignType::parse(case.input("sign_type")).expect("a sign type");
    let expected_text = case.input("string_to_sign");
    assert_eq!(format!("{}&key={key}", string_a(&list)), expected_text, "{}", case.name);
    let raw = sign_v2(&list, key.as_bytes(), sign_type);
    assert_eq!(raw == case.expected("sign"), case.must_succeed(), "{}", case.name);

    let key = ApiKey::new(key.as_bytes())?;
    let mut signed: Pairs = pairs.into_iter().filter(|(name, _)| name != "sign").collect();
    signed.push(("sign".to_owned(), case.expected("sign").to_owned()));
    let notification = UnverifiedNotification::parse(to_xml(&signed).as_bytes())?;
    let notification = notification.verify(&key, Some(sign_type))?;
    Ok(same(to_pairs(notification.fields()), signed)
        .and_then(|()| same(sign(&list, &key, sign_type).as_str(), case.expected("sign"))))
}

fn v2_xml(case: &Case) -> Result<Check, Error> {
    let Some(xml) = case.optional_input("xml") else { return write(case) };
    if case.name.starts_with("getpublickey") {
        let response = UnverifiedResponse::parse(xml.as_bytes())?;
        let response = response.accept_unsigned("/risk/getpublickey")?;
        return Ok(same(to_pairs(response.fields()), read_plainly(xml)));
    }
    if xml.starts_with("<root>") {
        let aes_key = hex(&md5(KEY.as_bytes()));
        let mut buffer = xml.as_bytes().to_vec();
        seal_aes_256_ecb(aes_key.as_bytes().try_into().expect("32 digits"), &mut buffer);
        let body = to_xml(&oracle::pairs(&[
            ("return_code", "SUCCESS"),
            ("req_info", &STANDARD.encode(buffer)),
        ]));
        let notification = EncryptedRefundNotification::parse(body.as_bytes())?.open(&api_key())?;
        return Ok(same(to_pairs(notification.refund_fields()), read_plainly(xml)));
    }
    // Fields of an unverified document cannot be seen; so it gets a `sign` of a key that is known.
    UnverifiedNotification::parse(xml.as_bytes())?;
    let mut expected = read_plainly(xml);
    let sign = oracle::sign(&expected, KEY, SignType::Md5);
    let old = expected.iter().find(|(name, _)| name == "sign").expect("a sign").1.clone();
    let resigned = xml.replace(&old, &sign);
    expected
        .iter_mut()
        .filter(|(name, _)| name == "sign")
        .for_each(|(_, value)| *value = sign.clone());
    let notification = UnverifiedNotification::parse(resigned.as_bytes())?;
    Ok(same(to_pairs(notification.verify(&api_key(), None)?.fields()), expected))
}

fn write(case: &Case) -> Result<Check, Error> {
    // The key of the other vectors of this source.
    let key = ApiKey::new(b"192006250b4c09247ec02edce69f6a2d")?;
    let request = SignableRequest::new(fields(&case.pairs("params")))?.sign(&key, SignType::Md5)?;
    Ok(same(request.fields().get("sign"), case.optional_input("sign"))
        .and_then(|()| same(request.to_xml().as_str(), case.expected("xml"))))
}

/// Names and values of a flat document, found without a parser: every value ends at its end tag.
fn read_plainly(xml: &str) -> Pairs {
    let mut pairs = Vec::new();
    let mut rest = xml.split_once('>').expect("a root").1;
    while let Some((_, behind)) = rest.split_once('<') {
        if behind.starts_with('/') {
            break;
        }
        let (name, behind) = behind.split_once('>').expect("a start tag");
        let (value, behind) = behind.split_once(&format!("</{name}>")).expect("an end tag");
        let cdata = value.strip_prefix("<![CDATA[").and_then(|value| value.strip_suffix("]]>"));
        pairs.push((name.to_owned(), cdata.unwrap_or(value).to_owned()));
        rest = behind;
    }
    pairs
}
