//! What a merchant may not sign, because WeChat Pay would refuse it or read it as something else.

use wechatpay_core::keys::{Identity, MerchantKey};
use wechatpay_core::signature::Signature;
use wechatpay_core::v3::{AppPayment, RequestPayment, SignableRequest};
use wechatpay_core::{Error, UnixTime};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Suite, holds, refused, same, unexpected};
use wechatpay_tests::vector;

const ARGUMENT: &str = "ERR_ARGUMENT_INVALID";
const MCHID: &str = "1900007291";
const SERIAL_NO: &str = "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C";
const NONCE: &str = "593BEC0C930BF1AFEB40B4A08C8FB242";
const TIME: UnixTime = UnixTime::from_secs(1_554_208_460);

/// Texts that would end a line, or a quoted value, or are nothing at all.
const NO_TOKENS: [&str; 9] = ["", " ", "a b", "a\n", "\na", "a\r\nb", "a\"b", "a\\b", "微信"];

fn message(method: &str, url: &str, body: &[u8]) -> Result<String, Error> {
    let identity = Identity::merchant(MCHID, SERIAL_NO)?;
    let unsigned = SignableRequest::new(method, url, body)?.finalize(&identity, TIME, NONCE)?;
    Ok(String::from_utf8(unsigned.message().to_vec()).expect("a text"))
}

pub(crate) fn cases(suite: &mut Suite) {
    urls(suite);
    lines(suite);
    identities(suite);
    payments(suite);
}

fn urls(suite: &mut Suite) {
    for (url, canonical) in [
        ("/v3/certificates", "/v3/certificates"),
        ("https://api.mch.weixin.qq.com/v3/certificates", "/v3/certificates"),
        ("HTTPS://API2.MCH.WEIXIN.QQ.COM:443/v3/certificates", "/v3/certificates"),
        ("http://127.0.0.1:8080/v3/a?b=c", "/v3/a?b=c"),
        ("https://api.mch.weixin.qq.com/v3/a?b=c#top", "/v3/a?b=c"),
        ("/v3/a?b=%7B%22c%22%3A1%7D", "/v3/a?b=%7B%22c%22%3A1%7D"),
        ("/v3/a?to=https://example.com/x", "/v3/a?to=https://example.com/x"),
        ("/v3/a?to=../b&and=.", "/v3/a?to=../b&and=."),
        ("/v3/out-trade-no/A_1-2|3*", "/v3/out-trade-no/A_1-2|3*"),
        ("/v3/a.b/..c/.../%2e%2e%2e/b.", "/v3/a.b/..c/.../%2e%2e%2e/b."),
        ("/v3/it's", "/v3/it's"),
        ("https://api.mch.weixin.qq.com/v3/a/", "/v3/a/"),
        ("https://api.mch.weixin.qq.com/v3/a?", "/v3/a?"),
        ("https://api.mch.weixin.qq.com", "/"),
        ("/", "/"),
    ] {
        suite.accepts(format!("url {url}"), || {
            let message = message("GET", url, b"").map_err(unexpected)?;
            same(message.lines().nth(1), Some(canonical))
        });
    }
    for url in [
        "",
        " ",
        "v3/certificates",
        "test",
        "?a=b",
        "#top",
        "//api.mch.weixin.qq.com/v3/a",
        "ftp://api.mch.weixin.qq.com/v3/a",
        "api.mch.weixin.qq.com/v3/a",
        "https://",
        "https:///v3/a",
        "https://#top",
        "https://api.mch.weixin.qq.com?a=b",
        "/v3/a b",
        "/v3/a\n",
        "/v3/\u{7f}",
        "/v3/a\r\nHost: x",
        "/v3/商户",
        "/v3/a?name=张三",
        "/v3/pay/transactions/id/{transaction_id}",
        "/v3/pay/transactions/out-trade-no/{out_trade_no}/close",
        " /v3/a",
        "/v3/a ",
        "/v3/a?b={\"c\":1}",
        "/v3/a?b=it's",
        "/v3/\"a\"",
        "/v3/<a>",
        "/v3/`a`",
        "/v3/a^b",
        "/v3\\a",
        "/v3/a?b=c\\d",
        "/v3/./a",
        "/v3/../a",
        "/v3/a/..",
        "/v3/a/.",
        "/..",
        "/v3/%2e/a",
        "/v3/%2E%2e/a",
        "/v3/.%2E/a",
        "/v3/%2e./a?b=c",
        "https://api.mch.weixin.qq.com/../v3/a",
        "\\v3\\a",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https:/api.mch.weixin.qq.com/v3/a",
    ] {
        suite.refuses(format!("url {url:?}"), || refused(message("GET", url, b""), ARGUMENT));
    }
    for method in
        ["", "get ", "GET\n", "HEAD", "OPTIONS", "CONNECT", "TRACE", "POST /v3", "*", "取"]
    {
        suite
            .refuses(format!("method {method:?}"), || refused(message(method, "/", b""), ARGUMENT));
    }
    for method in ["get", "Post", "PUT", "patch", "DELETE"] {
        suite.accepts(format!("method {method}"), || {
            let message = message(method, "/v3/a", b"").map_err(unexpected)?;
            same(message.lines().next(), Some(method.to_uppercase().as_str()))
        });
    }
}

/// Five lines, each ended by LF, whatever the body.
fn lines(suite: &mut Suite) {
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        suite.accepts(format!("{method} without a body has five lines"), || {
            let expected = format!("{method}\n/v3/a\n1554208460\n{NONCE}\n\n");
            same(message(method, "/v3/a", b"").map_err(unexpected)?, expected)
        });
    }
    for body in
        ["{}", "{\"a\":1}\n", "\n", "\"a JSON string\"", "{\"a\":\"http:\\/\\/b\"}", "😀", "\0"]
    {
        suite.accepts(format!("body {body:?} as it is"), || {
            let expected = format!("POST\n/v3/a\n1554208460\n{NONCE}\n{body}\n");
            same(message("POST", "/v3/a", body.as_bytes()).map_err(unexpected)?, expected)
        });
    }
    suite.accepts("body that is no text", || {
        let identity = Identity::merchant(MCHID, SERIAL_NO).map_err(unexpected)?;
        let unsigned = SignableRequest::new("POST", "/", b"\xff\xfe")
            .and_then(|request| request.finalize(&identity, TIME, NONCE))
            .map_err(unexpected)?;
        holds(unsigned.message().to_vec().ends_with(b"\n\xff\xfe\n"), "other bytes are signed")
    });
    for nonce in NO_TOKENS {
        suite.refuses(format!("nonce_str {nonce:?}"), || {
            let identity = Identity::merchant(MCHID, SERIAL_NO).map_err(unexpected)?;
            let request = SignableRequest::new("GET", "/", b"").map_err(unexpected)?;
            refused(request.finalize(&identity, TIME, nonce), ARGUMENT)
        });
    }
    suite.refuses("nonce_str of 129 characters", || {
        let identity = Identity::merchant(MCHID, SERIAL_NO).map_err(unexpected)?;
        let request = SignableRequest::new("GET", "/", b"").map_err(unexpected)?;
        refused(request.finalize(&identity, TIME, &"n".repeat(129)), ARGUMENT)
    });
}

fn identities(suite: &mut Suite) {
    for mchid in NO_TOKENS.into_iter().chain(["1900007291,serial_no", "1900007291\",x=\"", "-1"]) {
        suite.refuses(format!("mchid {mchid:?}"), || {
            refused(Identity::merchant(mchid, SERIAL_NO), ARGUMENT)
        });
    }
    suite.refuses("mchid of 33 digits", || {
        refused(Identity::merchant(&"1".repeat(33), SERIAL_NO), ARGUMENT)
    });
    for serial_no in NO_TOKENS.into_iter().chain([
        "PUB_KEY_ID_0114232134912410000000000000",
        "0x1DDE55AD",
        "1D:DE:55:AD",
        "serial=1DDE55AD",
        "apiclient_cert.pem",
    ]) {
        suite.refuses(format!("serial_no {serial_no:?}"), || {
            refused(Identity::merchant(MCHID, serial_no), ARGUMENT)
        });
    }
    suite.accepts("serial_no in lower case is written in upper case", || {
        let identity = Identity::merchant(MCHID, &SERIAL_NO.to_lowercase()).map_err(unexpected)?;
        same(identity.serial_no().as_str(), SERIAL_NO)
    });
    for len in [0, 513, 100_000] {
        suite.refuses(format!("signature of {len} bytes made elsewhere"), || {
            refused(Signature::from_bytes(&vec![1; len]), ARGUMENT)
        });
    }
    suite.accepts("the header is one line with every quote closed", || {
        let pem = vector::key("throwaway-merchant-key.pem");
        let key = MerchantKey::new(MCHID, SERIAL_NO, pem.as_bytes()).map_err(unexpected)?;
        let header = SignableRequest::new("GET", "/v3/certificates", b"")
            .and_then(|request| request.finalize(key.identity(), TIME, NONCE))
            .and_then(|unsigned| unsigned.sign(&key, &mut TestRng::new(7)))
            .map_err(unexpected)?
            .to_string();
        same(header.matches('"').count(), 10)?;
        holds(header.ends_with('"') && !header.contains('\n'), header)
    });
}

fn payments(suite: &mut Suite) {
    const APPID: &str = "wx2421b1c4370ec43b";
    const PREPAY_ID: &str = "wx201410272009395522657a690389285100";
    let long = "a".repeat(65);
    let no_tokens = || NO_TOKENS.into_iter().chain([long.as_str()]);
    for appid in no_tokens() {
        suite.refuses(format!("appid {appid:?}"), || {
            refused(RequestPayment::new(appid, PREPAY_ID), ARGUMENT)?;
            refused(AppPayment::new(appid, MCHID, PREPAY_ID), ARGUMENT)
        });
    }
    for prepay_id in no_tokens().chain(["prepay_id=wx2014", "prepay_id=", "=wx2014"]) {
        suite.refuses(format!("prepay_id {prepay_id:?}"), || {
            refused(RequestPayment::new(APPID, prepay_id), ARGUMENT)?;
            refused(AppPayment::new(APPID, MCHID, prepay_id), ARGUMENT)
        });
    }
    for partnerid in no_tokens() {
        suite.refuses(format!("partnerid {partnerid:?}"), || {
            refused(AppPayment::new(APPID, partnerid, PREPAY_ID), ARGUMENT)
        });
    }
    for nonce in no_tokens() {
        suite.refuses(format!("nonceStr {nonce:?}"), || {
            let payment = RequestPayment::new(APPID, PREPAY_ID).map_err(unexpected)?;
            refused(payment.finalize(TIME, nonce), ARGUMENT)?;
            let payment = AppPayment::new(APPID, MCHID, PREPAY_ID).map_err(unexpected)?;
            refused(payment.finalize(TIME, nonce), ARGUMENT)
        });
    }
    suite.accepts("the mini program signs prepay_id=, the app does not", || {
        let mini = RequestPayment::new(APPID, PREPAY_ID)
            .and_then(|payment| payment.finalize(TIME, NONCE))
            .map_err(unexpected)?;
        let app = AppPayment::new(APPID, MCHID, PREPAY_ID)
            .and_then(|payment| payment.finalize(TIME, NONCE))
            .map_err(unexpected)?;
        let start = format!("{APPID}\n1554208460\n{NONCE}\n");
        same(mini.message().to_vec(), format!("{start}prepay_id={PREPAY_ID}\n").into_bytes())?;
        same(app.message().to_vec(), format!("{start}{PREPAY_ID}\n").into_bytes())
    });
}
