//! Deliveries made for tests: the valid one opens, each fault ends in its own error.

use wechatpay_core::keys::{ApiV3Key, PlatformKeys};
use wechatpay_core::v3::testing::{Delivery, Fault, NotificationContent, TestPlatform};
use wechatpay_core::v3::{
    Notification, UnverifiedNotification, UnverifiedResponse, WechatpayHeaders,
};
use wechatpay_core::{Error, Tolerance, UnixTime};
use wechatpay_tests::platform::{self, PUB_KEY_ID};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Suite, holds, refused, same, unexpected};
use wechatpay_tests::vector;

const TIME: UnixTime = UnixTime::from_secs(platform::NOW);
const CONTENT: NotificationContent<'_> = NotificationContent {
    id: "EV-1",
    create_time: "2026-11-18T16:26:40+08:00",
    event_type: "TRANSACTION.SUCCESS",
    original_type: "transaction",
    summary: "支付成功",
    resource: platform::TRANSACTION,
};

fn test_platform() -> TestPlatform {
    let key = vector::key("throwaway-platform-key.pem");
    TestPlatform::new(PUB_KEY_ID, key.as_bytes()).expect("a test platform")
}

/// A platform of 国密.
fn shangmi_platform() -> TestPlatform {
    let key = vector::key("flurl-sm2-key.pem");
    TestPlatform::new(PUB_KEY_ID, key.as_bytes()).expect("a test platform")
}

/// The platform, and the name under which it signs.
fn kinds() -> [(TestPlatform, &'static str); 3] {
    let brand = test_platform().for_brand().expect("a brand has RSA keys");
    [
        (test_platform(), "WECHATPAY2-SHA256-RSA2048"),
        (brand, "WECHATPAY-BRAND-SHA256-RSA2048"),
        (shangmi_platform(), "WECHATPAY2-SM2-WITH-SM3"),
    ]
}

fn headers(delivery: &Delivery) -> Result<WechatpayHeaders<'_>, Error> {
    WechatpayHeaders::from_pairs(delivery.headers.iter().map(|(n, v)| (*n, v.as_str())))
}

fn open(delivery: &Delivery, keys: &PlatformKeys) -> Result<Notification, Error> {
    UnverifiedNotification::new(headers(delivery)?, &delivery.body)
        .verify(keys, TIME, Tolerance::default())?
        .open(&platform::api_v3_key())
}

pub(crate) fn suite(suite: &mut Suite) {
    for (test, signature_type) in kinds() {
        deliveries(suite, &test, signature_type);
    }
    suite.accepts("an independent platform's keys open it too", || {
        let (rng, key) = (&mut TestRng::new(5), platform::api_v3_key());
        let made = test_platform().notification(&CONTENT, &key, TIME, None, rng);
        open(&made.map_err(unexpected)?, &platform::trusted()).map_err(unexpected).map(drop)
    });
    suite.refuses("an unknown serial, whichever is the own", || {
        let serial = "PUB_KEY_ID_0000000000000000000000000000";
        let private_key = vector::key("throwaway-platform-key.pem");
        let test = TestPlatform::new(serial, private_key.as_bytes()).map_err(unexpected)?;
        let keys = PlatformKeys::new([test.platform_key()]).map_err(unexpected)?;
        let (rng, key) = (&mut TestRng::new(5), platform::api_v3_key());
        let made = test.notification(&CONTENT, &key, TIME, Some(Fault::SerialUnknown), rng);
        refused(open(&made.map_err(unexpected)?, &keys), "ERR_SERIAL_UNKNOWN")
    });
    suite.refuses("a brand with an SM2 key", || {
        refused(shangmi_platform().for_brand(), "ERR_SCHEME_UNSUPPORTED")
    });
    suite.refuses("a platform without a private key", || {
        let key = vector::key("throwaway-platform-pub.pem");
        refused(TestPlatform::new(PUB_KEY_ID, key.as_bytes()), "ERR_KEY_INVALID")
    });
    suite.refuses("a platform with a key of another curve", || {
        let key = vector::key("throwaway-ec-key.pem");
        refused(TestPlatform::new(PUB_KEY_ID, key.as_bytes()), "ERR_KEY_INVALID")
    });
    suite.refuses("a platform without a serial", || {
        let key = vector::key("throwaway-platform-key.pem");
        refused(TestPlatform::new("", key.as_bytes()), "ERR_ARGUMENT_INVALID")
    });
}

fn deliveries(suite: &mut Suite, test: &TestPlatform, signature_type: &str) {
    let rng = &mut TestRng::new(5);
    let keys = PlatformKeys::new([test.platform_key()]).expect("a set");
    let key = platform::api_v3_key();
    let mut make = |fault| test.notification(&CONTENT, &key, TIME, fault, rng).expect("a delivery");

    suite.accepts(format!("{signature_type}: without a fault it opens"), || {
        let made = make(None);
        let named = made.headers.iter().find(|(name, _)| *name == "Wechatpay-Signature-Type");
        same(named.map(|(_, value)| value.as_str()), Some(signature_type))?;
        let notification = open(&make(None), &keys).map_err(unexpected)?;
        same(notification.id.as_str(), "EV-1")?;
        same(notification.summary.as_str(), "支付成功")?;
        same(notification.original_type.as_deref(), Some("transaction"))?;
        same(notification.resource(), platform::TRANSACTION)
    });
    suite.accepts(format!("{signature_type}: no two are alike"), || {
        holds(make(None) != make(None), "equal deliveries")
    });
    for fault in Fault::ALL {
        suite.refuses(format!("{signature_type}: {fault:?}"), || {
            refused(open(&make(Some(*fault)), &keys), fault.code())
        });
    }
    suite.refuses(format!("{signature_type}: another APIv3 key"), || {
        let other = ApiV3Key::new(&[b'x'; 32]).expect("32 bytes");
        let made = test.notification(&CONTENT, &other, TIME, None, rng).expect("a delivery");
        refused(open(&made, &keys), "ERR_DECRYPT_FAILED")
    });
    let verify = |delivery: &Delivery| {
        UnverifiedResponse::new(headers(delivery)?, &delivery.body)
            .verify(&keys, TIME, Tolerance::default())
            .map(|verified| verified.body().to_vec())
    };
    suite.accepts(format!("{signature_type}: a response verifies"), || {
        let made = test.response(b"{}", TIME, None, &mut TestRng::new(6)).map_err(unexpected)?;
        same(verify(&made), Ok(b"{}".to_vec()))
    });
    suite.accepts(format!("{signature_type}: an empty response verifies"), || {
        let made = test.response(b"", TIME, None, &mut TestRng::new(6)).map_err(unexpected)?;
        same(verify(&made), Ok(Vec::new()))
    });
    for fault in Fault::ALL {
        for body in [&b"{}"[..], b""] {
            suite.refuses(format!("{signature_type}: a response {body:?} with {fault:?}"), || {
                let made = test.response(body, TIME, Some(*fault), &mut TestRng::new(6));
                if fault.is_of_notifications() {
                    return refused(made, "ERR_ARGUMENT_INVALID");
                }
                refused(verify(&made.map_err(unexpected)?), fault.code())
            });
        }
    }
    suite.refuses(format!("{signature_type}: without a header that there never is"), || {
        let fault = Some(Fault::HeaderMissing("Wechatpay-Signatur"));
        refused(test.response(b"", TIME, fault, &mut TestRng::new(6)), "ERR_ARGUMENT_INVALID")
    });
}
