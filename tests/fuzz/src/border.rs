//! The border of the WebAssembly module: the very source of wasm/src, compiled for this machine. It takes texts and
//! bytes as JavaScript gives them, and answers in packed forms that are taken apart here again.

mod extras;

use std::sync::LazyLock;

use sha1::{Digest, Sha1};
use wechatpay_core::keys::{MerchantKey, PlatformKey};
use wechatpay_core::v3::{ApiError, DownloadDigest, MediaMeta, ResponseSignature};
use wechatpay_core::v3::{UnverifiedNotification, UnverifiedStatement, WechatpayHeaders};
use wechatpay_core::v3::{decrypt_sensitive, encrypt_sensitive};
use wechatpay_core::{Error, Tolerance, UnixTime};
use wechatpay_tests::platform::{self, API_V3_KEY, Message, NOW, Platform, SERIAL};
use wechatpay_tests::primitives::hex;
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::vector;
use wechatpay_wasm_native::{
    CertificateChain, DownloadDigestHandle, Failure, MerchantHandle, PlatformKeyList, media_meta,
    parse_api_error, response_signature,
};

use crate::input::{choice, edited, join, parts, text};

const TOLERANCE: u32 = 300;

fn merchant() -> MerchantHandle {
    let mut keys = PlatformKeyList::new();
    let certificate = vector::key("throwaway-platform-cert.pem");
    keys.add(None, certificate.as_bytes()).expect("a certificate");
    of_key(Some("throwaway-merchant-key.pem"), keys)
}

/// Without a file others sign for it.
fn of_key(file: Option<&str>, keys: PlatformKeyList) -> MerchantHandle {
    let key = file.map(|file| vector::key(file).into_bytes());
    let api_v3_key = API_V3_KEY.as_bytes().to_vec();
    MerchantHandle::new(false, NUMBER, "01", key, None, api_v3_key, keys, TOLERANCE, false)
        .expect("a merchant")
}

const NUMBER: &str = "1900007291";
const SM2_KEY: &str = "flurl-sm2-key.pem";
/// What is announced of this file is signed.
const FILE: &[u8] = b"a,b\n1,2\n";

static MERCHANT: LazyLock<MerchantHandle> = LazyLock::new(merchant);
static SM2_MERCHANT: LazyLock<MerchantHandle> =
    LazyLock::new(|| of_key(Some(SM2_KEY), PlatformKeyList::new()));
static SM2_MERCHANT_KEY: LazyLock<MerchantKey> = LazyLock::new(|| {
    MerchantKey::new(NUMBER, "01", vector::key(SM2_KEY).as_bytes()).expect("a key")
});
static SM2_PUBLIC_KEY: LazyLock<PlatformKey> = LazyLock::new(|| {
    let public = vector::key("flurl-sm2-pub.pem");
    PlatformKey::from_public_key("PUB_KEY_ID_01", public.as_bytes()).expect("a key")
});
static GENUINE: LazyLock<Message> = LazyLock::new(|| Platform::trusted().callback());
static FILE_SHA1: LazyLock<String> = LazyLock::new(|| hex(&Sha1::digest(FILE)));
static STATEMENT: LazyLock<Message> =
    LazyLock::new(|| Platform::trusted().post(SERIAL, format!(r#"{{"sha1":"{}"}}"#, *FILE_SHA1)));

/// Both sides of the border say the same.
pub fn border(data: &[u8]) {
    let (choice, rest) = choice(data);
    // What came later has the last numbers, so that inputs that are kept mean what they did.
    match choice {
        LATER.. => match choice % 8 {
            0 => statement(rest),
            1 => sensitive(rest),
            choice => extras::extras(choice, rest),
        },
        _ => match choice % 5 {
            0 => raw_notification(rest),
            1 => altered_notification(rest),
            2 => answers(rest),
            3 => keys(rest),
            _ => files(rest),
        },
    }
}

const LATER: u8 = 208;

fn code(failure: &Failure) -> String {
    let shown = format!("{failure:?}");
    shown.split('"').nth(1).expect("a code").to_owned()
}

fn outcome<T>(result: Result<T, Failure>) -> Result<T, String> {
    result.map_err(|failure| code(&failure))
}

fn expected<T>(result: Result<T, Error>) -> Result<T, String> {
    result.map_err(|error| error.code().to_owned())
}

fn raw_notification(data: &[u8]) {
    let [headers, body] = parts(data);
    notification(&text(headers), body);
}

fn altered_notification(data: &[u8]) {
    let [headers_script, script] = parts(data);
    let headers = edited(packed_headers(&GENUINE).as_bytes(), headers_script);
    notification(&text(&headers), &edited(&GENUINE.body, script));
}

fn packed_headers(message: &Message) -> String {
    let pairs: Vec<&str> =
        message.headers.iter().flat_map(|(n, v)| [n.as_str(), v.as_str()]).collect();
    pairs.join("\0")
}

fn notification(headers: &str, body: &[u8]) {
    let now = u32::try_from(NOW).expect("32 bits");
    let texts: Vec<&str> = headers.split('\0').collect();
    let pairs = || texts.chunks_exact(2).map(|pair| (pair[0], pair[1]));
    let opened = WechatpayHeaders::from_pairs(pairs()).and_then(|headers| {
        UnverifiedNotification::new(headers, body)
            .verify(&platform::trusted(), UnixTime::from_secs(NOW), Tolerance::default())?
            .open(&platform::api_v3_key())
    });
    let texts = expected(opened).map(|opened| {
        let resource = opened.resource().to_owned();
        let texts = [
            opened.id,
            opened.create_time,
            opened.event_type,
            opened.resource_type,
            opened.summary,
        ];
        texts
            .map(Some)
            .into_iter()
            .chain([opened.original_type, Some(resource)])
            .collect::<Vec<_>>()
    });
    let found = outcome(MERCHANT.open_notification(headers, body.to_vec(), now));
    assert_eq!(found.map(|packed| unpacked(&packed)), texts);
    let _ = MERCHANT.verify_response(headers, body, now);
    let _ = MERCHANT.open_certificates(headers, body, now, body.len().is_multiple_of(2));
}

/// As js/merchant.ts takes it apart: lengths in UTF-16, `,` between them, `;` behind them, and a last text that has
/// none.
fn unpacked(packed: &str) -> Vec<Option<String>> {
    let (lengths, texts) = packed.split_once(';').expect("lengths");
    let units: Vec<u16> = texts.encode_utf16().collect();
    let mut rest = &units[..];
    let texts = lengths.split(',').map(|length| {
        let (text, after) = rest.split_at(length.parse().ok()?);
        rest = after;
        Some(String::from_utf16(text).expect("whole characters"))
    });
    let mut texts: Vec<Option<String>> = texts.collect();
    texts.push(Some(String::from_utf16(rest).expect("whole characters")));
    texts
}

/// A file is taken only if it is the one that was announced.
fn statement(data: &[u8]) {
    let [headers_script, digest_script, file] = parts(data);
    let headers = edited(packed_headers(&STATEMENT).as_bytes(), headers_script);
    let digest = edited(FILE_SHA1.as_bytes(), digest_script);
    let (headers, digest) = (text(&headers), text(&digest));
    let texts: Vec<&str> = headers.split('\0').collect();
    let pairs = texts.chunks_exact(2).map(|pair| (pair[0], pair[1]));
    let now = UnixTime::from_secs(NOW);
    let core = WechatpayHeaders::from_pairs(pairs)
        .and_then(|headers| {
            let statement = UnverifiedStatement::new(headers, &digest);
            statement.verify(&platform::trusted(), now, Tolerance::default())
        })
        .and_then(|mut digest| {
            digest.update(file);
            digest.finish()
        });
    let now = u32::try_from(NOW).expect("32 bits");
    let found = outcome(MERCHANT.verify_statement(&headers, &digest, file, now));
    assert!(found.is_err() || file == FILE, "another file");
    assert_eq!(found, expected(core));
}

/// A field under SM2, which is decrypted without randomness: here is no host that could give it.
fn sensitive(data: &[u8]) {
    let [script, plaintext] = parts(data);
    let (plaintext, mut rng) = (text(plaintext), TestRng::new(1));
    let sealed = encrypt_sensitive(&plaintext, &SM2_PUBLIC_KEY, &mut rng).unwrap_or_default();
    let altered = edited(sealed.as_bytes(), script);
    let altered = text(&altered);
    let found = outcome(SM2_MERCHANT.decrypt_sensitive(&altered));
    assert_eq!(found, expected(decrypt_sensitive(&altered, &SM2_MERCHANT_KEY, &mut rng)));
    if altered == sealed && !sealed.is_empty() {
        assert_eq!(found.as_deref(), Ok(&*plaintext));
    }
    let external = of_key(None, PlatformKeyList::new());
    assert_eq!(outcome(external.decrypt_sensitive(&sealed)), Err("ERR_DECRYPT_FAILED".to_owned()));
    let now = u32::try_from(NOW).expect("32 bits");
    let found = outcome(external.encrypt_sensitive(&plaintext, now));
    assert_eq!(found, Err("ERR_KEY_INVALID".to_owned()), "there is no key");
}

fn answers(data: &[u8]) {
    let (status, body) = choice(data);
    let status = 400 + u16::from(status);
    let found = outcome(parse_api_error(status, body));
    let core = expected(ApiError::parse(status, body)).map(|error| {
        let retryable = error.retryable().to_string();
        let detail = error.detail().map(str::to_owned);
        [error.code, error.message, retryable].into_iter().chain(detail).collect::<Vec<_>>()
    });
    assert_eq!(found, core);
}

fn keys(data: &[u8]) {
    let [serial, message, signature, key] = parts(data);
    let (serial, signature) = (text(serial), text(signature));
    let is_verified = MERCHANT.verify_message(&serial, message, &signature).is_ok();
    assert!(!is_verified, "nobody signed this");
    let mut list = PlatformKeyList::new();
    let given = Some(serial.into_owned()).filter(|serial| !serial.is_empty());
    let found = outcome(list.add(given.clone(), key));
    let core = PlatformKey::parse(given.as_deref(), key);
    assert_eq!(found, expected(core.clone()).map(drop));
    let mut external = of_key(None, PlatformKeyList::new());
    let is_own = core.is_ok_and(|key| key.serial().as_str() == external.serial_no());
    let added = outcome(external.add_platform_key(given, key)).map(drop);
    assert_eq!(added, if is_own { Err("ERR_ARGUMENT_INVALID".to_owned()) } else { found });
    let _ = external.answer_serial(u32::try_from(NOW).expect("32 bits"));
    let _ = merchant_with(key);
    let mut chain = CertificateChain::new();
    chain.add(key.to_vec());
    chain.add(message.to_vec());
    assert!(chain.verify(key, 1).is_err(), "nobody issued this in 1970");
}

fn merchant_with(key: &[u8]) -> Result<MerchantHandle, Failure> {
    let keys = PlatformKeyList::new();
    let external = (None, Some(key.to_vec()));
    let (private, certificate) =
        if key.len().is_multiple_of(2) { external } else { (Some(key.to_vec()), None) };
    MerchantHandle::new(
        key.len().is_multiple_of(3),
        NUMBER,
        "01",
        private,
        certificate,
        key.to_vec(),
        keys,
        1,
        false,
    )
}

fn files(data: &[u8]) {
    let [first, second, file] = parts(data);
    let (first, second) = (text(first), text(second));
    assert_eq!(
        outcome(media_meta(&first, file)),
        expected(MediaMeta::new(&first, file)).map(|meta| meta.to_json())
    );
    let digest = DownloadDigestHandle::new(&first, &second).and_then(|mut digest| {
        digest.update(file);
        digest.finish()
    });
    let core = DownloadDigest::new(&first, &second).and_then(|mut digest| {
        digest.update(file);
        digest.finish()
    });
    assert_eq!(outcome(digest), expected(core));
    let name = |signature| match signature {
        ResponseSignature::None => "none".to_owned(),
        ResponseSignature::StatementSha1 => "statementSha1".to_owned(),
        _ => "body".to_owned(),
    };
    assert_eq!(
        outcome(response_signature(&first)),
        expected(ResponseSignature::for_url(&first)).map(name)
    );
}

pub fn seeds() -> Vec<Vec<u8>> {
    let headers = packed_headers(&GENUINE);
    let certificate = vector::key("throwaway-platform-cert.pem");
    let public = vector::key("throwaway-platform-pub.pem");
    let mut seeds = vec![
        [&[0], &*join(&[headers.as_bytes(), &GENUINE.body])].concat(),
        vec![1],
        [&[2, 0], &br#"{"code":"PARAM_ERROR","message":"\u652f","detail":{"field":"x"}}"#[..]]
            .concat(),
        [&[3], &*join(&[SERIAL.as_bytes(), b"text", b"AA==", certificate.as_bytes()])].concat(),
        [&[3], &*join(&[b"PUB_KEY_ID_01", b"text", b"AA==", public.as_bytes()])].concat(),
        [&[4], &*join(&[b"SHA1", b"971c419dd609331343dee105fffd0f4608dc0bf2", b"file"])].concat(),
        [&[4], &*join(&[b"/v3/global/statements?a=b", b"", b""])].concat(),
        [&[LATER], &*join(&[b"", b"", FILE])].concat(),
        [&[LATER], &*join(&[b"", b"\x01\x00\x00\x01", FILE])].concat(),
        [&[LATER + 1], &*join(&[b"", "张三".as_bytes()])].concat(),
        [&[LATER + 1], &*join(&[b"\x01\x00\x09\x01", b"a name"])].concat(),
    ];
    seeds.extend(extras::seeds());
    seeds
}
