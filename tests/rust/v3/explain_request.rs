//! Every cause of a `SIGN_ERROR`, proved; and none where there is none.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use wechatpay_core::UnixTime;
use wechatpay_core::keys::{MerchantKey, PlatformKey};
use wechatpay_core::v3::SignableRequest;
use wechatpay_core::v3::explain::{CapturedRequest, Cause, Part, explain_request};
use wechatpay_tests::platform::{NOW, Platform};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Suite, same, unexpected};
use wechatpay_tests::vector;

const SERIAL: &str = "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C";
const NONCE: &str = "593BEC0C930BF1AFEB40B4A08C8FB242";
const URL: &str = "/v3/pay/transactions/jsapi?mchid=1900007291";
const BODY: &str = r#"{"description":"图书/一本","amount":{"total":100}}"#;

type Written = fn(String) -> String;

/// A request as it was sent, right unless a case changes it.
struct Sent {
    method: &'static str,
    url: &'static str,
    body: String,
    signed: String,
    timestamp: String,
    serial_no: &'static str,
    signer: &'static str,
    answer: Option<String>,
    /// How the signature is written, in standard base64 where nothing is said.
    written: Written,
}

impl Sent {
    fn right() -> Self {
        Self {
            method: "POST",
            url: URL,
            body: BODY.into(),
            signed: message("POST", URL, BODY),
            timestamp: NOW.to_string(),
            serial_no: SERIAL,
            signer: "throwaway-merchant-key.pem",
            answer: None,
            written: |base64| base64,
        }
    }

    fn signed(signed: impl Into<String>) -> Self {
        Self { signed: signed.into(), ..Self::right() }
    }

    fn explain(&self) -> Vec<Cause> {
        let signature = Platform::load(self.signer).sign(self.signed.as_bytes());
        let signature = (self.written)(STANDARD.encode(signature));
        let authorization = format!(
            "WECHATPAY2-SHA256-RSA2048 mchid=\"1900007291\",nonce_str=\"{NONCE}\",timestamp=\"{}\",\
             serial_no=\"{}\",signature=\"{signature}\"",
            self.timestamp, self.serial_no
        );
        let certificate = vector::key("throwaway-merchant-cert.pem");
        explain_request(&CapturedRequest {
            method: self.method,
            url: self.url,
            body: self.body.as_bytes(),
            authorization: &authorization,
            merchant_certificate: &PlatformKey::from_certificate(certificate.as_bytes())
                .expect("a certificate"),
            answer: self.answer.as_deref().map(str::as_bytes),
            now: UnixTime::from_secs(NOW),
        })
    }
}

fn message(method: &str, url: &str, body: &str) -> String {
    format!("{method}\n{url}\n{NOW}\n{NONCE}\n{body}\n")
}

fn sign_error(method: &str, url: &str, length: usize) -> Option<String> {
    let sign_information = json!({
        "method": method,
        "url": url,
        "sign_message_length": length,
        "truncated_sign_message": format!("{method}\n{url}\n"),
    });
    Some(
        json!({
            "code": "SIGN_ERROR",
            "message": "错误的签名，验签失败",
            "detail": { "issue": "sign not match", "sign_information": sign_information },
        })
        .to_string(),
    )
}

pub(crate) fn suite(suite: &mut Suite) {
    suite.accepts("nothing is wrong", || same(Sent::right().explain(), vec![]));
    suite.accepts("nothing is wrong with what the core signs", || {
        let key = vector::key("throwaway-merchant-key.pem");
        let key = MerchantKey::new("1900007291", SERIAL, key.as_bytes()).map_err(unexpected)?;
        let authorization = SignableRequest::new("POST", URL, BODY.as_bytes())
            .and_then(|r| r.finalize(key.identity(), UnixTime::from_secs(NOW), NONCE))
            .and_then(|unsigned| unsigned.sign(&key, &mut TestRng::new(1)))
            .map_err(unexpected)?
            .to_string();
        let certificate = vector::key("throwaway-merchant-cert.pem");
        let merchant_certificate =
            PlatformKey::from_certificate(certificate.as_bytes()).map_err(unexpected)?;
        let causes = explain_request(&CapturedRequest {
            method: "POST",
            url: URL,
            body: BODY.as_bytes(),
            authorization: &authorization,
            merchant_certificate: &merchant_certificate,
            answer: None,
            now: UnixTime::from_secs(NOW),
        });
        same(causes, vec![])
    });
    suite.accepts("an answer that agrees adds nothing", || {
        let length = message("POST", URL, BODY).len();
        let sent = Sent { answer: sign_error("POST", URL, length), ..Sent::right() };
        same(sent.explain(), vec![])
    });

    let path = "/v3/pay/transactions/jsapi";
    let full = format!("https://api.mch.weixin.qq.com{URL}");
    let right = message("POST", URL, BODY);
    let signed = [
        ("the query left out", message("POST", path, BODY), Cause::QueryNotSigned),
        ("the method in lower case", message("post", URL, BODY), Cause::MethodLowerCase),
        ("the body left out", message("POST", URL, ""), Cause::BodyNotSigned),
        ("no last line end", right.trim_end().into(), Cause::MessageNewlineLost),
        ("CRLF", right.replace('\n', "\r\n"), Cause::MessageCrlf),
        ("spaces", message("POST", URL, &BODY.replace(':', ": ")), Cause::MessageOther),
        (
            "slashes escaped",
            message("POST", URL, &BODY.replace('/', "\\/")),
            Cause::BodyReserialised,
        ),
        (
            "members sorted",
            message("POST", URL, r#"{"amount":{"total":100},"description":"图书/一本"}"#),
            Cause::BodyReserialised,
        ),
        (
            "serialised twice",
            message("POST", URL, &serde_json::to_string(BODY).expect("JSON")),
            Cause::BodySerialisedTwice,
        ),
        ("a line end more", message("POST", URL, &format!("{BODY}\n")), Cause::BodyNewlineLost),
        ("another amount", message("POST", URL, &BODY.replace("100", "1")), Cause::MessageOther),
        ("another path", message("POST", "/v3/refund", BODY), Cause::MessageOther),
    ];
    for (name, signed, cause) in signed {
        suite.refuses(format!("signed with {name}"), || {
            same(Sent::signed(signed).explain(), vec![cause])
        });
    }
    suite.refuses("signed with the full URL", || {
        let sent = Sent {
            url: "https://api.mch.weixin.qq.com/v3/pay/transactions/jsapi?mchid=1900007291",
            ..Sent::signed(message("POST", &full, BODY))
        };
        same(sent.explain(), vec![Cause::UrlWithHost])
    });
    suite.refuses("sent with a line end more", || {
        let sent = Sent { body: format!("{BODY}\n"), ..Sent::right() };
        same(sent.explain(), vec![Cause::BodyNewlineAdded])
    });
    suite.refuses("an empty body signed without its line", || {
        let signed = format!("GET\n{path}\n{NOW}\n{NONCE}\n");
        let sent = Sent { method: "GET", url: path, body: String::new(), ..Sent::signed(signed) };
        same(sent.explain(), vec![Cause::MessageNewlineLost])
    });
    suite.refuses("another merchant's private key", || {
        let sent = Sent { signer: "wechatpay-java-merchant-key.pem", ..Sent::right() };
        same(sent.explain(), vec![Cause::MerchantKeyOther])
    });
    let url_safe: Written = |base64| base64.replace('+', "-").replace('/', "_").replace('=', "");
    suite.refuses("URL-safe base64", || {
        let sent = Sent { written: url_safe, ..Sent::right() };
        same(sent.explain(), vec![Cause::SignatureBase64Url])
    });
    let folds: [(&str, Written); 3] = [
        ("lines", |base64| format!("{}\r\n {}", &base64[..76], &base64[76..])),
        ("blanks", |base64| format!("{} {}", &base64[..64], &base64[64..])),
        ("a line end", |base64| base64 + "\n"),
    ];
    for (name, written) in folds {
        suite.refuses(format!("a signature with {name}"), || {
            let folded = Cause::HeaderFolded { name: "Authorization" };
            same(Sent { written, ..Sent::right() }.explain(), vec![folded.clone()])?;
            let signed = message("POST", path, BODY);
            let sent = Sent { written, ..Sent::signed(signed) };
            same(sent.explain(), vec![folded, Cause::QueryNotSigned])
        });
    }
    suite.refuses("the id of WeChat Pay's key as serial_no", || {
        let sent = Sent { serial_no: "PUB_KEY_ID_0114232134912410000000000000", ..Sent::right() };
        same(sent.explain(), vec![Cause::SerialKindInRequest])
    });
    for serial_no in ["0A39C0FFEE00112233445566778899AABBCCDDEE", "", "1DDE55AD"] {
        suite.refuses(format!("{serial_no:?} as serial_no"), || {
            let found = Sent { serial_no, ..Sent::right() }.explain();
            same(found.iter().map(Cause::code).collect(), vec!["SERIAL_NOT_OF_CERTIFICATE"])
        });
    }
    for (by, older) in [(301, true), (301, false), (28_800, true)] {
        let time = if older { NOW - by } else { NOW + by };
        suite.refuses(format!("a clock {by} s off, older: {older}"), || {
            let signed = right.replace(&NOW.to_string(), &time.to_string());
            let sent = Sent { timestamp: time.to_string(), ..Sent::signed(signed) };
            same(sent.explain(), vec![Cause::ClockOff { seconds: by, message_is_older: older }])
        });
    }
    suite.refuses("milliseconds", || {
        let timestamp = format!("{NOW}000");
        let signed = right.replace(&NOW.to_string(), &timestamp);
        same(
            Sent { timestamp, ..Sent::signed(signed) }.explain(),
            vec![Cause::TimestampMilliseconds],
        )
    });
    answers(suite);
    for authorization in ["", "Bearer abc", "WECHATPAY2-SHA256-RSA2048 ", "=,=,=\"", "\u{0} \u{0}"]
    {
        suite.refuses(format!("the header {authorization:?}"), || {
            let certificate = vector::key("throwaway-merchant-cert.pem");
            let certificate =
                PlatformKey::from_certificate(certificate.as_bytes()).map_err(unexpected)?;
            let causes = explain_request(&CapturedRequest {
                method: "POST",
                url: URL,
                body: b"",
                authorization,
                merchant_certificate: &certificate,
                answer: Some(b"not json"),
                now: UnixTime::from_secs(NOW),
            });
            same(causes.iter().map(Cause::code).collect(), vec!["SERIAL_NOT_OF_CERTIFICATE"])
        });
    }
}

/// What WeChat Pay says it built.
fn answers(suite: &mut Suite) {
    let length = message("POST", URL, BODY).len();
    let cases = [
        ("another method", sign_error("GET", URL, length), Part::Method),
        ("no query", sign_error("POST", "/v3/pay/transactions/jsapi", length), Part::Url),
        ("another length", sign_error("POST", URL, length + 1), Part::BodyLength),
    ];
    for (name, answer, part) in cases {
        suite.refuses(format!("WeChat Pay saw {name}"), || {
            same(Sent { answer, ..Sent::right() }.explain(), vec![Cause::Mismatch { part }])
        });
    }
}
