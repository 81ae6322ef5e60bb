//! What a terminal does, step by step, and what it must refuse.

use wechatpay_core::keys::{ApiV3Key, MerchantKey, PlatformKey};
use wechatpay_core::v2::{ApiKey, Sign, SignType};
use wechatpay_core::v3::{
    AppPayment, RequestPayment, SignableRequest, UnverifiedResponse, WechatpayHeaders,
};
use wechatpay_core::x509::Certificate;
use wechatpay_core::{Error, Tolerance, UnixTime};

use crate::inputs::Inputs;
use crate::machine::measure;
use crate::notification::{self, Delivery};
use crate::order::Order;
use crate::rng::TestRng;
use crate::suite::Suite;

const APPID: &str = "wxd678efh567hg6787";

fn merchant(inputs: &Inputs<'_>, form: &str) -> Result<MerchantKey, Error> {
    MerchantKey::new(inputs.text("mchid"), inputs.text("serial_no"), inputs.bytes(form))
}

fn platform_key(inputs: &Inputs<'_>, form: &str) -> Result<PlatformKey, Error> {
    PlatformKey::from_public_key(inputs.text("platform_id"), inputs.bytes(form))
}

/// Keys in every form, and a platform certificate.
pub fn keys(inputs: &Inputs<'_>) {
    let mut suite = Suite::new("embedded/keys");
    for (name, form) in [
        ("import a private key, PKCS#8 PEM", "merchant_pem"),
        ("import a private key, PKCS#8 DER", "merchant_pkcs8"),
        ("import a private key, PKCS#1 DER", "merchant_pkcs1"),
    ] {
        let key = measure(form, || merchant(inputs, form));
        suite.some(name, key);
    }
    let der = suite.some("a public key, DER", platform_key(inputs, "platform_der"));
    let pem = suite.some("a public key, PEM", platform_key(inputs, "platform_pem"));
    suite.holds("both are one key", der == pem);
    for form in ["certificate_der", "certificate_pem"] {
        let certificate = measure(form, || Certificate::parse(inputs.bytes(form)));
        let certificate = suite.some(form, certificate);
        let serial = certificate.serial();
        suite.is("serial", serial.as_str().as_bytes(), inputs.bytes("certificate_serial"));
        let not_before = certificate.not_before().as_secs();
        suite.holds("not before", not_before == inputs.number("certificate_not_before"));
        let not_after = certificate.not_after().as_secs();
        suite.holds("not after", not_after == inputs.number("certificate_not_after"));
    }

    let invalid = "ERR_KEY_INVALID";
    suite.refuses("a public key as private", merchant(inputs, "platform_der"), invalid);
    suite.refuses("a certificate as private", merchant(inputs, "certificate_pem"), invalid);
    suite.refuses("a key of 3072 bits", platform_key(inputs, "long_pem"), invalid);
    suite.refuses("a private key as public", platform_key(inputs, "merchant_pem"), invalid);
    let mut damaged = [0; 2048];
    let der = inputs.bytes("merchant_pkcs8");
    let damaged = &mut damaged[..der.len()];
    for position in [0, 1, 30, 100, 400, der.len() - 1] {
        damaged.copy_from_slice(der);
        damaged[position] ^= 4;
        let key = MerchantKey::new(inputs.text("mchid"), inputs.text("serial_no"), damaged);
        suite.refuses("a damaged private key", key, invalid);
    }
    let certificate = inputs.bytes("certificate_der");
    let cut = Certificate::parse(&certificate[..certificate.len() - 1]);
    suite.refuses("a certificate cut off", cut, "ERR_CERTIFICATE_INVALID");
    suite.refuses("a short APIv3 key", ApiV3Key::new(b"short"), "ERR_API_V3_KEY_INVALID");
    suite.finish();
}

/// The order, and the parameters with which the payment is invoked.
pub fn requests(inputs: &Inputs<'_>) {
    let mut suite = Suite::new("embedded/requests");
    let mut rng = TestRng::new(inputs.number("seed"));
    let merchant = suite.some("the merchant's key", merchant(inputs, "merchant_pkcs8"));
    let (now, nonce_str) = (UnixTime::from_secs(inputs.number("now")), inputs.text("nonce_str"));
    let (mut order, mut buffer) = ([0; 512], [0; 1024]);

    let order = write_order(inputs, &mut order).unwrap_or_default();
    suite.is("the order", order, inputs.bytes("order"));
    suite.holds("no order without room", write_order(inputs, &mut [0; 100]).is_none());
    let request = SignableRequest::new("post", inputs.text("url"), order)
        .and_then(|request| request.finalize(merchant.identity(), now, nonce_str));
    let request = suite.some("a request", request);
    let parts = request.message();
    let message = parts.parts().flatten();
    suite.holds("its message", message.eq(inputs.bytes("request_message")));
    let signed = measure("sign", || request.clone().sign(&merchant, &mut rng));
    let signed = suite.some("a signature", signed);
    let header = suite.some("a header", signed.write(&mut buffer));
    suite.is("authorization", header.as_bytes(), inputs.bytes("authorization"));
    let len = header.len();
    suite.some("a buffer that just fits", signed.write(&mut buffer[..len]));
    let short = signed.write(&mut buffer[..len - 1]);
    suite.refuses("a buffer too short", short, "ERR_ARGUMENT_INVALID");

    let prepay_id = inputs.text("prepay_id");
    let unsigned =
        RequestPayment::new(APPID, prepay_id).and_then(|payment| payment.finalize(now, nonce_str));
    let unsigned = suite.some("payment parameters", unsigned);
    let signature = suite.some("their signature", unsigned.signature(&merchant, &mut rng));
    let json = suite.some("their JSON", unsigned.write_json(&signature, &mut buffer));
    suite.is("wx.requestPayment", json.as_bytes(), inputs.bytes("request_payment"));
    let unsigned = AppPayment::new(APPID, inputs.text("mchid"), prepay_id)
        .and_then(|payment| payment.finalize(now, nonce_str));
    let unsigned = suite.some("app parameters", unsigned);
    let signature = suite.some("their signature", unsigned.signature(&merchant, &mut rng));
    let json = suite.some("their JSON", unsigned.write_json(&signature, &mut buffer));
    suite.is("PayReq", json.as_bytes(), inputs.bytes("app_payment"));

    let invalid = "ERR_ARGUMENT_INVALID";
    suite.refuses("a method", SignableRequest::new("BREW", "/v3/pay", order), invalid);
    suite.refuses("a placeholder", SignableRequest::new("GET", "/v3/{id}", b""), invalid);
    suite.refuses("a line end", RequestPayment::new("wx1\nwx2", prepay_id), invalid);
    suite.refuses("prepay_id= twice", RequestPayment::new(APPID, "prepay_id=wx1"), invalid);
    suite.finish();
}

fn write_order<'b>(inputs: &Inputs<'_>, buffer: &'b mut [u8]) -> Option<&'b [u8]> {
    let order = Order {
        appid: APPID,
        mchid: inputs.text("mchid"),
        description: "扫码支付",
        out_trade_no: inputs.text("out_trade_no"),
        notify_url: "https://terminal.example/notify",
        total: u32::try_from(inputs.number("total")).ok()?,
    };
    order.write(buffer)
}

/// What WeChat Pay posts and answers, and what others do in its name.
pub fn notifications(inputs: &Inputs<'_>) {
    let mut suite = Suite::new("embedded/notifications");
    let now = inputs.number("now");
    let keys = [
        suite.some("a public key", platform_key(inputs, "platform_der")),
        suite.some("a certificate", PlatformKey::from_certificate(inputs.bytes("certificate_pem"))),
    ];
    let key = suite.some("APIv3 key", ApiV3Key::new(inputs.bytes("api_v3_key")));
    let delivery = |body, signature| Delivery::new(inputs, body, signature);

    let mut plain = delivery("notification_body", "notification_signature");
    let verified = suite.some("verify", measure("verify", || plain.verify(&keys, now)));
    let opened = suite.some("open", measure("open", || notification::open(verified, &key)));
    suite.is("resource", opened.resource().as_bytes(), inputs.bytes("resource"));
    suite.is("id", opened.id.as_bytes(), inputs.bytes("notification_id"));
    suite.is("event type", opened.event_type.as_bytes(), b"TRANSACTION.SUCCESS");
    let mut escaped = delivery("escaped_body", "escaped_signature");
    let verified = suite.some("verify with escapes", escaped.verify(&keys, now));
    let opened = suite.some("open with escapes", notification::open(verified, &key));
    suite.is("resource", opened.resource().as_bytes(), inputs.bytes("resource"));
    suite.is("summary", opened.summary.as_bytes(), "支付成功".as_bytes());
    let mut certified = delivery("certified_body", "certified_signature");
    certified.serial = inputs.text("certificate_serial");
    suite.some("by certificate", certified.verify(&keys, now).map(drop));
    for (name, signature) in
        [("response_body", "response_signature"), ("empty_body", "empty_signature")]
    {
        let answer = delivery(name, signature);
        let response = suite.some("headers", answer.headers());
        let response = verify_response(response, inputs.bytes(name), &keys, now);
        suite.some("an answer", response);
    }

    refusals(&mut suite, inputs, &keys, now);
    for (name, signature, code) in [
        ("not_json_body", "not_json_signature", "ERR_BODY_MALFORMED"),
        ("no_resource_body", "no_resource_signature", "ERR_BODY_MALFORMED"),
        ("cut_body", "cut_signature", "ERR_BODY_MALFORMED"),
        ("no_text_body", "no_text_signature", "ERR_BODY_MALFORMED"),
        ("other_algorithm_body", "other_algorithm_signature", "ERR_ALGORITHM_MISMATCH"),
        ("other_data_body", "other_data_signature", "ERR_DECRYPT_FAILED"),
        ("no_base64_body", "no_base64_signature", "ERR_DECRYPT_FAILED"),
        ("bad_tag_body", "bad_tag_signature", "ERR_DECRYPT_FAILED"),
        ("only_a_tag_cut_body", "only_a_tag_cut_signature", "ERR_DECRYPT_FAILED"),
        ("short_nonce_body", "short_nonce_signature", "ERR_DECRYPT_FAILED"),
    ] {
        let mut delivery = delivery(name, signature);
        let verified = suite.some(name, delivery.verify(&keys, now));
        suite.refuses(name, notification::open(verified, &key), code);
    }
    let mut delivery = delivery("notification_body", "notification_signature");
    let verified = suite.some("verify", delivery.verify(&keys, now));
    let other = suite.some("another key", ApiV3Key::new(b"another APIv3 key of 32 bytes !!"));
    let opened = notification::open(verified, &other);
    suite.refuses("another APIv3 key", opened, "ERR_DECRYPT_FAILED");
    suite.finish();
}

fn verify_response(
    headers: WechatpayHeaders<'_>,
    body: &[u8],
    keys: &[PlatformKey],
    now: u64,
) -> Result<(), Error> {
    UnverifiedResponse::new(headers, body)
        .verify(keys, UnixTime::from_secs(now), Tolerance::default())
        .map(drop)
}

/// Deliveries that nothing is read of.
fn refusals(suite: &mut Suite, inputs: &Inputs<'_>, keys: &[PlatformKey], now: u64) {
    let delivery = || Delivery::new(inputs, "notification_body", "notification_signature");
    let invalid = "ERR_SIGNATURE_INVALID";
    let len = delivery().len;
    for position in [0, 1, len / 2, len - 1] {
        let mut altered = delivery();
        altered.body[position] ^= 1;
        suite.refuses("an altered body", altered.verify(keys, now), invalid);
    }
    let mut cut = delivery();
    cut.len -= 1;
    suite.refuses("a body cut off", cut.verify(keys, now), invalid);
    for (name, signature) in [
        ("the signature of another", "response_signature"),
        ("no signature", "nonce_str"),
        ("a longer one", "long_signature"),
        ("one made for an older time", "old_signature"),
    ] {
        let mut other = delivery();
        other.signature = inputs.text(signature);
        suite.refuses(name, other.verify(keys, now), invalid);
    }
    let mut other = delivery();
    other.nonce = inputs.text("prepay_id");
    suite.refuses("another nonce", other.verify(keys, now), invalid);
    let mut other = delivery();
    other.serial = inputs.text("certificate_serial");
    suite.refuses("the other key", other.verify(keys, now), invalid);
    let mut other = delivery();
    other.serial = inputs.text("serial_no");
    suite.refuses("an unknown serial", other.verify(keys, now), "ERR_SERIAL_UNKNOWN");
    let no_keys = delivery().verify(&[], now).map(drop);
    suite.refuses("no keys", no_keys, "ERR_SERIAL_UNKNOWN");
    let outside = "ERR_TIMESTAMP_OUTSIDE_WINDOW";
    suite.refuses("an old one", delivery().verify(keys, now + 301), outside);
    suite.refuses("an early one", delivery().verify(keys, now - 301), outside);
    let mut probe = delivery();
    probe.signature = "WECHATPAY/SIGNTEST/AAAA";
    suite.refuses("a probe", probe.verify(keys, now), "ERR_SIGNATURE_PROBE");
    let mut other = delivery();
    other.timestamp = "now";
    suite.refuses("no timestamp", other.verify(keys, now), "ERR_HEADER_INVALID");
}

/// The signature of APIv2.
pub fn api_v2(inputs: &Inputs<'_>) {
    let mut suite = Suite::new("embedded/v2");
    let key = suite.some("APIv2 key", ApiKey::new(inputs.bytes("api_v2_key")));
    let mut fields = [
        ("total_fee", "1"),
        ("appid", APPID),
        ("mch_id", inputs.text("mchid")),
        ("sign", "what is signed does not count"),
        ("attach", ""),
        ("nonce_str", inputs.text("nonce_str")),
        ("sign_type", "HMAC-SHA256"),
        ("body", "扫码支付"),
    ];
    for (name, sign_type) in [("v2_hmac", SignType::HmacSha256), ("v2_md5", SignType::Md5)] {
        let sign = measure(name, || Sign::of(&mut fields, &key, sign_type));
        let sign = suite.some(name, sign);
        suite.is(name, sign.as_str().as_bytes(), inputs.bytes(name));
        suite.holds("its own", sign.matches(inputs.text(name)));
        let of_another = !sign.matches("") && !sign.matches(inputs.text("api_v2_key"));
        suite.holds("no other", of_another);
    }
    let twice = Sign::of(&mut [("a", "1"), ("b", "2"), ("a", "1")], &key, SignType::HmacSha256);
    suite.refuses("a field twice", twice, "ERR_ARGUMENT_INVALID");
    suite.refuses("a short APIv2 key", ApiKey::new(b"short"), "ERR_API_KEY_INVALID");
    suite.finish();
}
