use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde::Deserialize;

use crate::encoding::json;
use crate::keys::PlatformKey;
use crate::serial::Serial;
use crate::signature::{Message, Signature, Verifier};
use crate::time::{Tolerance, UnixTime};
use crate::v3::authorization;
use crate::v3::explain::delivery::read_signature;
use crate::v3::explain::{Cause, Part, variants};

/// A request that WeChat Pay refused with `SIGN_ERROR`, as it was sent.
#[derive(Clone, Copy)]
pub struct CapturedRequest<'a> {
    /// The method sent.
    pub method: &'a str,
    /// The URL sent, full or relative.
    pub url: &'a str,
    /// The body sent, empty if there was none.
    pub body: &'a [u8],
    /// The `Authorization` header sent.
    pub authorization: &'a str,
    /// The merchant API certificate (`apiclient_cert.pem`), read like a platform certificate.
    pub merchant_certificate: &'a PlatformKey,
    /// The body of the answer, if at hand: `SIGN_ERROR` tells the message that WeChat Pay built.
    pub answer: Option<&'a [u8]>,
    /// The clock of WeChat Pay when it answered (the `Date` header), or one that is right.
    pub now: UnixTime,
}

impl fmt::Debug for CapturedRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CapturedRequest")
            .field("method", &self.method)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// The causes why the signature of this request is refused, those that were proved. Nothing if the
/// signature is in order as far as it can be seen from here.
#[must_use]
pub fn explain_request(captured: &CapturedRequest<'_>) -> Vec<Cause> {
    let mut causes = Vec::new();
    let header = AuthorizationHeader::parse(captured.authorization);
    explain_serial(captured, &header, &mut causes);
    explain_clock(captured, &header, &mut causes);
    let signature = header.signature.map(|text| unfold(text, &mut causes));
    if let Some(signature) = signature.and_then(|text| read_signature(&text, &mut causes)) {
        explain_message(captured, &header, &signature, &mut causes);
    }
    explain_answer(captured, &header, &mut causes);
    causes
}

/// The items of an `Authorization` header, as far as they are there.
#[derive(Default)]
struct AuthorizationHeader<'a> {
    nonce_str: &'a str,
    timestamp: &'a str,
    serial_no: &'a str,
    signature: Option<&'a str>,
}

impl<'a> AuthorizationHeader<'a> {
    fn parse(header: &'a str) -> Self {
        let items = header.trim().split_once(' ').map_or("", |(_scheme, items)| items);
        let mut parsed = Self::default();
        for item in items.split(',') {
            let Some((name, value)) = item.split_once('=') else { continue };
            let value = value.trim().trim_matches('"');
            match name.trim() {
                "nonce_str" => parsed.nonce_str = value,
                "timestamp" => parsed.timestamp = value,
                "serial_no" => parsed.serial_no = value,
                "signature" => parsed.signature = Some(value),
                _ => {}
            }
        }
        parsed
    }
}

fn explain_serial(
    captured: &CapturedRequest<'_>,
    header: &AuthorizationHeader<'_>,
    causes: &mut Vec<Cause>,
) {
    let expected = captured.merchant_certificate.serial();
    match Serial::parse(header.serial_no) {
        Ok(serial) if serial.is_public_key_id() => causes.push(Cause::SerialKindInRequest),
        Ok(serial) if serial == expected => {}
        _ => causes.push(Cause::SerialNotOfCertificate { expected }),
    }
}

fn explain_clock(
    captured: &CapturedRequest<'_>,
    header: &AuthorizationHeader<'_>,
    causes: &mut Vec<Cause>,
) {
    let Some(timestamp) = UnixTime::parse(header.timestamp).or_else(|| milliseconds(header)) else {
        return;
    };
    if header.timestamp.len() > 12 {
        causes.push(Cause::TimestampMilliseconds);
    } else if Tolerance::default().check(timestamp, captured.now).is_err() {
        causes.push(Cause::ClockOff {
            seconds: timestamp.as_secs().abs_diff(captured.now.as_secs()),
            message_is_older: timestamp < captured.now,
        });
    }
}

fn milliseconds(header: &AuthorizationHeader<'_>) -> Option<UnixTime> {
    let milliseconds: u64 = header.timestamp.parse().ok()?;
    (header.timestamp.len() == 13).then(|| UnixTime::from_secs(milliseconds / 1000))
}

/// Takes white space out of the signature: encoders for mail break base64 into lines.
fn unfold(signature: &str, causes: &mut Vec<Cause>) -> String {
    let compact: String = signature.chars().filter(|c| !c.is_whitespace()).collect();
    if compact.len() != signature.len() {
        causes.push(Cause::HeaderFolded { name: "Authorization" });
    }
    compact
}

/// Looks for the message that was signed.
fn explain_message(
    captured: &CapturedRequest<'_>,
    header: &AuthorizationHeader<'_>,
    signature: &Signature,
    causes: &mut Vec<Cause>,
) {
    let signed = |message: &[u8]| {
        captured.merchant_certificate.verify(&Message::raw(message), signature).is_ok()
    };
    let url = authorization::path_and_query(captured.url).unwrap_or(captured.url);
    let method = captured.method.to_ascii_uppercase();
    let message = |method: &str, url: &str, body: &[u8]| {
        let head = format!("{method}\n{url}\n{}\n{}\n", header.timestamp, header.nonce_str);
        [head.as_bytes(), body, b"\n"].concat()
    };
    let right = message(&method, url, captured.body);
    if signed(&right) {
        return;
    }
    let path = url.split_once('?').map_or(url, |(path, _)| path);
    let whole = right.strip_suffix(b"\n").unwrap_or(&right);
    let without_body_line = message(&method, url, b"");
    let crlf = variants::other_line_ends(&right);
    let attempts = [
        (whole.to_vec(), Cause::MessageNewlineLost),
        (without_last_byte(&without_body_line), Cause::MessageNewlineLost),
        (crlf.into_iter().nth(1).unwrap_or_default(), Cause::MessageCrlf),
        (message(&method, path, captured.body), Cause::QueryNotSigned),
        (message(&method, captured.url, captured.body), Cause::UrlWithHost),
        (message(&method.to_ascii_lowercase(), url, captured.body), Cause::MethodLowerCase),
        (message(&method, url, b""), Cause::BodyNotSigned),
        (message(&method, url, json_string(captured.body).as_bytes()), Cause::BodySerialisedTwice),
    ];
    let newlines = variants::without_newline(captured.body)
        .map(|body| (message(&method, url, &body), Cause::BodyNewlineAdded))
        .into_iter()
        .chain(
            variants::with_newline(captured.body)
                .map(|body| (message(&method, url, &body), Cause::BodyNewlineLost)),
        );
    let rewritten = variants::rewritten(captured.body)
        .into_iter()
        .map(|body| (message(&method, url, &body), Cause::BodyReserialised));
    let proved = newlines.chain(attempts).chain(rewritten).find(|(m, _)| signed(m));
    causes.push(match proved {
        Some((_, cause)) => cause,
        None if captured.merchant_certificate.made(signature) => Cause::MessageOther,
        None => Cause::MerchantKeyOther,
    });
}

fn without_last_byte(message: &[u8]) -> Vec<u8> {
    message.split_last().map_or(&[][..], |(_, rest)| rest).to_vec()
}

fn json_string(body: &[u8]) -> String {
    core::str::from_utf8(body)
        .ok()
        .and_then(|text| serde_json::to_string(text).ok())
        .unwrap_or_default()
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    detail: Detail<'a>,
}

#[derive(Deserialize)]
struct Detail<'a> {
    #[serde(borrow)]
    sign_information: SignInformation<'a>,
}

/// What WeChat Pay says of the message it built.
#[derive(Deserialize)]
struct SignInformation<'a> {
    #[serde(borrow, default)]
    method: alloc::borrow::Cow<'a, str>,
    #[serde(borrow, default)]
    url: alloc::borrow::Cow<'a, str>,
    #[serde(default)]
    sign_message_length: Option<usize>,
}

/// Compares the message that WeChat Pay built with the one that belongs to the request.
fn explain_answer(
    captured: &CapturedRequest<'_>,
    header: &AuthorizationHeader<'_>,
    causes: &mut Vec<Cause>,
) {
    let answer = captured.answer.and_then(|body| json::parse_object::<Answer<'_>>("", body).ok());
    let Some(Answer { detail: Detail { sign_information: theirs } }) = answer else { return };
    let url = authorization::path_and_query(captured.url).unwrap_or(captured.url);
    if !theirs.method.is_empty() && !theirs.method.eq_ignore_ascii_case(captured.method) {
        causes.push(Cause::Mismatch { part: Part::Method });
    }
    if !theirs.url.is_empty() && theirs.url != url {
        causes.push(Cause::Mismatch { part: Part::Url });
        return;
    }
    let parts = [captured.method, url, header.timestamp, header.nonce_str];
    let head: usize = parts.iter().map(|part| part.len() + 1).sum();
    let body = captured.body;
    let lengths = [
        head + body.len() + 1,
        // The length may count characters instead of bytes.
        head + String::from_utf8_lossy(body).to_string().chars().count() + 1,
    ];
    if theirs.sign_message_length.is_some_and(|length| !lengths.contains(&length)) {
        causes.push(Cause::Mismatch { part: Part::BodyLength });
    }
}
