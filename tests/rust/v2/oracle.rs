//! APIv2 a second time, as plainly as can be, with the digests and ciphers of OpenSSL.

use std::collections::BTreeMap;

use wechatpay_core::v2::{ApiKey, Fields, SignType};
use wechatpay_tests::openssl::{self, Workshop};

/// Of no merchant.
pub(crate) const KEY: &str = "throw-away-APIv2-key-of-32-chars";

pub(crate) fn api_key() -> ApiKey {
    ApiKey::new(KEY.as_bytes()).expect("32 characters")
}

pub(crate) type Pairs = Vec<(String, String)>;

pub(crate) fn pairs(pairs: &[(&str, &str)]) -> Pairs {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub(crate) fn fields(pairs: &[(String, String)]) -> Fields {
    Fields::from_pairs(pairs.iter().cloned()).expect("well-formed fields")
}

/// The fields as pairs, to compare.
pub(crate) fn to_pairs(fields: &Fields) -> Pairs {
    fields.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The text that is signed, with the secret behind it.
pub(crate) fn string_sign_temp(pairs: &[(String, String)], secret: &str) -> String {
    let sorted: BTreeMap<&[u8], &str> = pairs
        .iter()
        .filter(|(name, value)| name != "sign" && !value.is_empty())
        .map(|(name, value)| (name.as_bytes(), value.as_str()))
        .collect();
    let texts: Vec<String> = sorted
        .into_iter()
        .map(|(name, value)| format!("{}={value}", String::from_utf8_lossy(name)))
        .collect();
    format!("{}&{secret}", texts.join("&"))
}

/// `sign` by OpenSSL.
pub(crate) fn sign(pairs: &[(String, String)], key: &str, sign_type: SignType) -> String {
    let text = string_sign_temp(pairs, &format!("key={key}"));
    digests(&[text], (sign_type == SignType::HmacSha256).then_some(key)).remove(0)
}

/// Upper-case hex digests of many texts by one OpenSSL process: MD5, or HMAC-SHA256 with a key.
pub(crate) fn digests(texts: &[String], hmac_key: Option<&str>) -> Vec<String> {
    let shop = workshop();
    let files: Vec<String> = texts
        .iter()
        .enumerate()
        .map(|(number, text)| {
            let file = format!("{}-{number}.txt", std::process::id());
            shop.write(&file, text.as_bytes())
        })
        .collect();
    let key_option = hmac_key.map(|key| format!("hexkey:{}", hex(key.as_bytes())));
    let mut arguments = vec!["dgst", "-r"];
    match &key_option {
        None => arguments.push("-md5"),
        Some(option) => arguments.extend(["-sha256", "-mac", "HMAC", "-macopt", option]),
    }
    arguments.extend(files.iter().map(String::as_str));
    let output = openssl::run(&arguments).expect("openssl dgst");
    for file in &files {
        std::fs::remove_file(file).expect("a file written here");
    }
    let output = String::from_utf8(output).expect("hex");
    let digests: Vec<String> = output
        .lines()
        .map(|line| line.split_whitespace().next().expect("a digest").to_uppercase())
        .collect();
    assert_eq!(digests.len(), texts.len(), "one digest per text");
    digests
}

/// AES-256-ECB by OpenSSL. With `padded` false the input must be whole blocks.
pub(crate) fn aes_256_ecb(key: &[u8], input: &[u8], decrypt: bool, padded: bool) -> Vec<u8> {
    let shop = workshop();
    let file = shop.write(&format!("{}-aes", std::process::id()), input);
    let key = hex(key);
    let mut arguments = vec!["enc", "-aes-256-ecb", "-K", &key, "-in", &file];
    if decrypt {
        arguments.push("-d");
    }
    if !padded {
        arguments.push("-nopad");
    }
    openssl::run(&arguments).expect("openssl enc")
}

/// The AES key of refund notifications.
pub(crate) fn aes_key(api_key: &str) -> Vec<u8> {
    digests(&[api_key.to_owned()], None).remove(0).to_lowercase().into_bytes()
}

pub(crate) fn to_xml(pairs: &[(String, String)]) -> String {
    let fields: String = pairs
        .iter()
        .map(|(name, value)| {
            let value = value.replace("]]>", "]]]]><![CDATA[>");
            format!("<{name}><![CDATA[{value}]]></{name}>")
        })
        .collect();
    format!("<xml>{fields}</xml>")
}

/// The document of these fields with the `sign` that OpenSSL makes.
pub(crate) fn signed_xml(pairs: &[(String, String)], sign_type: SignType) -> String {
    let mut pairs = pairs.to_vec();
    pairs.push(("sign".to_owned(), sign(&pairs, KEY, sign_type)));
    to_xml(&pairs)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn workshop() -> Workshop {
    Workshop::open(env!("CARGO_TARGET_TMPDIR"), "v2")
}
