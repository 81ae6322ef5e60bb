//! The programs of core/examples and tests/examples run, and refuse what they have to.

#[expect(dead_code, reason = "its server is not started here")]
#[path = "../examples/axum.rs"]
mod axum_example;
#[expect(dead_code, reason = "its arguments are not read here")]
#[path = "../../core/examples/doctor.rs"]
mod doctor;
#[path = "../../core/examples/hsm.rs"]
mod hsm;
#[path = "../../core/examples/kms.rs"]
mod kms;
#[expect(dead_code, reason = "its arguments are not read here")]
#[path = "../../core/examples/sign.rs"]
mod sign;
#[expect(dead_code, reason = "its arguments are not read here")]
#[path = "../../core/examples/verify.rs"]
mod verify;

use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use getrandom::SysRng;
use tower::ServiceExt as _;
use wechatpay_core::UnixTime;
use wechatpay_core::keys::{ApiV3Key, MerchantKey, PlatformKeys};
use wechatpay_core::rand_core::UnwrapErr;
use wechatpay_core::signature::{Message, Signer as _};
use wechatpay_core::v3::testing::{Delivery, Fault, NotificationContent, TestPlatform};
use wechatpay_tests::source;
use wechatpay_tests::suite::{Runner, Suite, holds, same};

const API_V3_KEY: &[u8] = b"throw-away-APIv3-key-of-32-bytes";
const PAID: &str = r#"{"out_trade_no":"A1","trade_state":"SUCCESS","amount":{"total":100}}"#;

fn main() -> ExitCode {
    Runner::from_args()
        .suite("examples/signers", signers)
        .suite("examples/axum", axum_endpoint)
        .suite("examples/verify", verdicts)
        .suite("examples/doctor", diagnoses)
        .suite("examples/sign", headers)
        .finish()
}

fn signers(suite: &mut Suite) {
    suite.accepts("a PKCS#11 token", || hsm::main().map_err(|error| error.to_string()));
    suite.accepts("an async KMS", || kms::main().map_err(|error| error.to_string()));
}

fn axum_endpoint(suite: &mut Suite) {
    suite.accepts("204 for a payment, and for the same again", || {
        let endpoint = Endpoint::new();
        let delivery = delivery(PAID, None);
        same(endpoint.status(&delivery), StatusCode::NO_CONTENT)?;
        same(endpoint.status(&delivery), StatusCode::NO_CONTENT)?;
        holds(endpoint.is_paid(), "the order is not paid")
    });
    for fault in Fault::ALL {
        suite.refuses(format!("{fault:?}"), || {
            let endpoint = Endpoint::new();
            let status = endpoint.status(&delivery(PAID, Some(*fault)));
            holds(status.is_client_error() || status.is_server_error(), "it passed")?;
            holds(!endpoint.is_paid(), "the order is paid")
        });
    }
    suite.refuses("a payment that does not fit the order", || {
        let endpoint = Endpoint::new();
        let other = PAID.replace("100", "1");
        same(endpoint.status(&delivery(&other, None)), StatusCode::INTERNAL_SERVER_ERROR)?;
        holds(!endpoint.is_paid(), "the order is paid")
    });
    suite.refuses("a body that is too large", || {
        let mut large = delivery(PAID, None);
        large.body.resize(2 << 20, b' ');
        same(Endpoint::new().status(&large), StatusCode::PAYLOAD_TOO_LARGE)
    });
}

fn verdicts(suite: &mut Suite) {
    let keys = PlatformKeys::new([platform().platform_key()]).expect("a key");
    suite.accepts("a genuine one", || {
        verify::verdict(&capture(&delivery(PAID, None)), &keys, now()).map(|_| ())
    });
    for fault in Fault::ALL {
        // What is wrong inside of the encryption does not show to who cannot decrypt.
        if matches!(
            fault.code(),
            "ERR_DECRYPT_FAILED" | "ERR_ALGORITHM_MISMATCH" | "ERR_BODY_MALFORMED"
        ) {
            continue;
        }
        suite.refuses(format!("{fault:?}"), || {
            match verify::verdict(&capture(&delivery(PAID, Some(*fault))), &keys, now()) {
                Err(why) => holds(why.starts_with(fault.code()), &why),
                Ok(verdict) => Err(verdict),
            }
        });
    }
}

fn diagnoses(suite: &mut Suite) {
    let [key, certificate, other, platform] =
        ["merchant-key", "merchant-cert", "platform-key", "platform-cert"].map(throwaway);
    let files = doctor::Files {
        private_key: &key,
        certificate: &certificate,
        api_v3_key: b"throw-away-APIv3-key-of-32-bytes\n",
        platform_key: &platform,
        platform_serial: None,
    };
    suite.accepts("all in order", || {
        let checks = doctor::diagnose(files, now());
        let wrong: Vec<_> = checks.iter().filter(|(_, outcome)| outcome.is_err()).collect();
        holds(checks.len() == 5 && wrong.is_empty(), format!("{wrong:?}"))
    });
    for (label, files, wrong) in [
        ("another key", doctor::Files { private_key: &other, ..files }, "key and certificate"),
        ("no key", doctor::Files { private_key: &certificate, ..files }, "private key"),
        ("no certificate", doctor::Files { certificate: &key, ..files }, "certificate"),
        ("31 bytes", doctor::Files { api_v3_key: &[b'x'; 31], ..files }, "APIv3 key"),
        ("its own", doctor::Files { platform_key: &certificate, ..files }, "platform key"),
        (
            "its own, beside another key",
            doctor::Files { private_key: &other, platform_key: &certificate, ..files },
            "platform key",
        ),
        (
            "an id that is not that of the certificate",
            doctor::Files { platform_serial: Some("PUB_KEY_ID_1"), ..files },
            "platform key",
        ),
    ] {
        suite.refuses(label, || {
            let checks = doctor::diagnose(files, now());
            let (_, outcome) = checks.iter().find(|(name, _)| *name == wrong).expect("a check");
            holds(outcome.is_err(), "it is in order")
        });
    }
    suite.refuses("a certificate of the day after it expired", || {
        let checks = doctor::diagnose(files, UnixTime::from_secs(u64::from(u32::MAX) * 2));
        let (_, outcome) = checks.iter().find(|(name, _)| *name == "certificate").expect("it");
        holds(outcome.is_err(), "it is in order")
    });
}

fn headers(suite: &mut Suite) {
    let serial_no = "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C";
    let merchant = MerchantKey::new("1900007291", serial_no, &throwaway("merchant-key"));
    let merchant = merchant.expect("a key");
    let header = |method, url, body| {
        let request: (&str, &str, &[u8]) = (method, url, body);
        sign::header(&merchant, request, now(), &mut UnwrapErr(SysRng))
    };
    suite.accepts("a request with a body", || {
        let header = header("POST", "https://api.mch.weixin.qq.com/v3/x?a=1", b"{}");
        let header = header.map_err(|error| error.to_string())?;
        let fields = |name: &str| {
            let (_, rest) = header.split_once(&format!("{name}=\"")).expect("the field");
            rest.split('"').next().expect("its end").to_owned()
        };
        let message =
            format!("POST\n/v3/x?a=1\n{}\n{}\n{{}}\n", fields("timestamp"), fields("nonce_str"));
        let expected = merchant
            .sign(&Message::raw(message.as_bytes()), &mut UnwrapErr(SysRng))
            .map_err(|error| error.to_string())?;
        same(fields("signature"), expected.to_base64())?;
        same(fields("serial_no"), serial_no.to_owned())
    });
    for (label, method, url, body) in [
        ("another method", "TRACE", "/v3/x", b"".as_slice()),
        ("no path", "GET", "api.mch.weixin.qq.com", b""),
        ("a line end", "GET", "/v3/x\n", b""),
    ] {
        suite.refuses(label, || match header(method, url, body) {
            Err(error) => same(error.code(), "ERR_ARGUMENT_INVALID"),
            Ok(header) => Err(header),
        });
    }
}

fn throwaway(name: &str) -> Vec<u8> {
    let file = source::root().join(format!("tests/vectors/keys/throwaway-{name}.pem"));
    std::fs::read(file).expect("a key")
}

/// The endpoint with one order.
struct Endpoint(Arc<axum_example::Shop>);

impl Endpoint {
    fn new() -> Self {
        Self(Arc::new(axum_example::Shop {
            platform_keys: PlatformKeys::new([platform().platform_key()]).expect("a key"),
            api_v3_key: ApiV3Key::new(API_V3_KEY).expect("32 bytes"),
            orders: Mutex::new(HashMap::from([("A1".into(), (100, false))])),
        }))
    }

    fn status(&self, delivery: &Delivery) -> StatusCode {
        let request = Request::builder().method(Method::POST).uri("/wechatpay/notify");
        let request = delivery
            .headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, value))
            .body(Body::from(delivery.body.clone()))
            .expect("a request");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let answer = runtime.block_on(axum_example::app(Arc::clone(&self.0)).oneshot(request));
        answer.expect("an answer").status()
    }

    fn is_paid(&self) -> bool {
        self.0.orders.lock().expect("the orders")["A1"].1
    }
}

fn platform() -> TestPlatform {
    let file = source::root().join("tests/vectors/keys/throwaway-platform-key.pem");
    let key = std::fs::read(file).expect("a key");
    TestPlatform::new("PUB_KEY_ID_0114232134912410000000000000", &key).expect("a platform")
}

fn delivery(resource: &str, fault: Option<Fault>) -> Delivery {
    let content = NotificationContent {
        id: "EV-2018022511223320873",
        create_time: "2026-11-23T10:34:56+08:00",
        event_type: "TRANSACTION.SUCCESS",
        original_type: "transaction",
        summary: "支付成功",
        resource,
    };
    let api_v3_key = ApiV3Key::new(API_V3_KEY).expect("32 bytes");
    platform()
        .notification(&content, &api_v3_key, now(), fault, &mut UnwrapErr(SysRng))
        .expect("a delivery")
}

fn now() -> UnixTime {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    UnixTime::from_secs(now.as_secs())
}

/// As it would be kept in a file.
fn capture(delivery: &Delivery) -> Vec<u8> {
    let head: Vec<String> =
        delivery.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    [head.concat().as_bytes(), b"\r\n", &delivery.body].concat()
}
