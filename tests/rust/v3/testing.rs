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

fn headers(delivery: &Delivery) -> Result<WechatpayHeaders<'_>, Error> {
    WechatpayHeaders::from_pairs(delivery.headers.iter().map(|(n, v)| (*n, v.as_str())))
}

fn open(delivery: &Delivery, keys: &PlatformKeys) -> Result<Notification, Error> {
    UnverifiedNotification::new(headers(delivery)?, &delivery.body)
        .verify(keys, TIME, Tolerance::default())?
        .open(&platform::api_v3_key())
}

pub(crate) fn suite(suite: &mut Suite) {
    let rng = &mut TestRng::new(5);
    let test = test_platform();
    let keys = PlatformKeys::new([test.platform_key()]).expect("a set");
    let key = platform::api_v3_key();
    let mut make = |fault| test.notification(&CONTENT, &key, TIME, fault, rng).expect("a delivery");

    suite.accepts("without a fault it opens", || {
        let notification = open(&make(None), &keys).map_err(unexpected)?;
        same(notification.id.as_str(), "EV-1")?;
        same(notification.summary.as_str(), "支付成功")?;
        same(notification.original_type.as_deref(), Some("transaction"))?;
        same(notification.resource(), platform::TRANSACTION)
    });
    suite.accepts("an independent platform's keys open it too", || {
        open(&make(None), &platform::trusted()).map_err(unexpected).map(drop)
    });
    suite.accepts("no two are alike", || holds(make(None) != make(None), "equal deliveries"));
    for fault in Fault::ALL {
        suite.refuses(format!("{fault:?}"), || {
            refused(open(&make(Some(*fault)), &keys), fault.code())
        });
    }
    suite.refuses("another APIv3 key", || {
        let other = ApiV3Key::new(&[b'x'; 32]).expect("32 bytes");
        let made = test.notification(&CONTENT, &other, TIME, None, rng).expect("a delivery");
        refused(open(&made, &keys), "ERR_DECRYPT_FAILED")
    });
    let of_responses = [
        Fault::BodyAltered,
        Fault::ClockAhead,
        Fault::ClockBehind,
        Fault::HeaderMissing("wechatpay-signature"),
        Fault::NonceAltered,
        Fault::SerialUnknown,
        Fault::SignatureAltered,
        Fault::SignatureNotBase64,
        Fault::SignatureProbe,
        Fault::TimestampNotDigits,
    ];
    let verify = |delivery: &Delivery| {
        UnverifiedResponse::new(headers(delivery)?, &delivery.body)
            .verify(&keys, TIME, Tolerance::default())
            .map(|verified| verified.body().to_vec())
    };
    suite.accepts("a response verifies", || {
        let made = test.response(b"{}", TIME, None, &mut TestRng::new(6)).map_err(unexpected)?;
        same(verify(&made), Ok(b"{}".to_vec()))
    });
    for fault in of_responses {
        suite.refuses(format!("a response with {fault:?}"), || {
            let rng = &mut TestRng::new(6);
            let made = test.response(b"{}", TIME, Some(fault), rng).map_err(unexpected)?;
            refused(verify(&made), fault.code())
        });
    }
    suite.refuses("a platform without a private key", || {
        let key = vector::key("throwaway-platform-pub.pem");
        refused(TestPlatform::new(PUB_KEY_ID, key.as_bytes()), "ERR_KEY_INVALID")
    });
    suite.refuses("a platform without a serial", || {
        let key = vector::key("throwaway-platform-key.pem");
        refused(TestPlatform::new("", key.as_bytes()), "ERR_ARGUMENT_INVALID")
    });
}
