//! Deliveries that the core forges itself (`test-util`), with genuine signatures: without a fault they open to what was
//! put in, with one they are refused with the code that is documented for it.

use std::sync::LazyLock;

use wechatpay_core::keys::{ApiV3Key, PlatformKeys};
use wechatpay_core::v3::testing::{Delivery, Fault, NotificationContent, TestPlatform};
use wechatpay_core::v3::{
    Notification, UnverifiedNotification, UnverifiedResponse, WechatpayHeaders,
};
use wechatpay_core::{Error, Tolerance, UnixTime};
use wechatpay_tests::platform::{self, NOW, PUB_KEY_ID};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::vector;

use crate::input::{choice, join, parts, text};

/// A platform of RSA and one of 国密, each with the keys that trust it.
static PLATFORMS: LazyLock<[(TestPlatform, PlatformKeys); 2]> = LazyLock::new(|| {
    ["throwaway-platform-key.pem", "flurl-sm2-key.pem"].map(|file| {
        let platform = TestPlatform::new(PUB_KEY_ID, vector::key(file).as_bytes()).expect("a key");
        let keys = PlatformKeys::new([platform.platform_key()]).expect("one key");
        (platform, keys)
    })
});
static API_V3: LazyLock<ApiV3Key> = LazyLock::new(platform::api_v3_key);

pub fn delivery(data: &[u8]) {
    let (kind, rest) = choice(data);
    let (fault, rest) = choice(rest);
    let fault = Fault::ALL.get(usize::from(fault).wrapping_sub(1)).copied();
    let texts: [&[u8]; 6] = parts(rest);
    let [id, create_time, event_type, original_type, summary, resource] = texts.map(text);
    let content = NotificationContent {
        id: &id,
        create_time: &create_time,
        event_type: &event_type,
        original_type: &original_type,
        summary: &summary,
        resource: &resource,
    };
    let (platform, keys) = &PLATFORMS[usize::from(kind % 2)];
    let mut rng = TestRng::new(u64::from(kind));
    let now = UnixTime::from_secs(NOW);
    let delivery = platform
        .notification(&content, &API_V3, now, fault, &mut rng)
        .expect("any text can be sent");
    let opened = open(&delivery, keys);
    if let Some(fault) = fault {
        // A ciphertext of no byte has no byte but those of its tag.
        assert_eq!(opened.map_err(|error| error.code()).err(), Some(fault.code()), "{fault:?}");
        return;
    }
    let opened = opened.expect("it is genuine");
    let found = [&opened.id, &opened.create_time, &opened.event_type, &opened.summary];
    assert_eq!(found, [&*id, &*create_time, &*event_type, &*summary]);
    assert_eq!(opened.original_type.as_deref(), Some(&*original_type));
    assert_eq!(opened.resource(), resource);
    let response = platform.response(rest, now, None, &mut rng).expect("any body can be sent");
    let verified = UnverifiedResponse::new(
        headers(&response).expect("well-formed"),
        &response.body,
    )
    .verify(keys, now, Tolerance::default());
    assert_eq!(verified.map(|verified| verified.body().to_vec()), Ok(rest.to_vec()));
}

fn headers(delivery: &Delivery) -> Result<WechatpayHeaders<'_>, Error> {
    WechatpayHeaders::from_pairs(
        delivery.headers.iter().map(|(name, value)| (*name, value.as_str())),
    )
}

fn open(delivery: &Delivery, keys: &PlatformKeys) -> Result<Notification, Error> {
    let now = UnixTime::from_secs(NOW);
    UnverifiedNotification::new(headers(delivery)?, &delivery.body)
        .verify(keys, now, Tolerance::default())?
        .open(&API_V3)
}

pub fn seeds() -> Vec<Vec<u8>> {
    let texts = join(&[
        b"EV-1",
        b"2026-11-18T16:26:40+08:00",
        b"TRANSACTION.SUCCESS",
        b"transaction",
        "支付成功".as_bytes(),
        platform::TRANSACTION.as_bytes(),
    ]);
    let faults = 0..=Fault::ALL.len();
    let both = faults.flat_map(|fault| [0, 1].map(|kind| [&[kind, fault as u8], &*texts].concat()));
    both.collect()
}
