//! The programs of core/examples and tests/examples run, and refuse what they have to.

#[expect(dead_code, reason = "its server is not started here")]
#[path = "../examples/axum.rs"]
mod axum_example;
#[path = "../../core/examples/hsm.rs"]
mod hsm;
#[path = "../../core/examples/kms.rs"]
mod kms;
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
use wechatpay_core::keys::{ApiV3Key, PlatformKeys};
use wechatpay_core::rand_core::UnwrapErr;
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
