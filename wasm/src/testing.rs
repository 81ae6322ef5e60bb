//! Deliveries for tests.

use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wechatpay_core::Error;
use wechatpay_core::UnixTime;
use wechatpay_core::keys::ApiV3Key;
use wechatpay_core::v3::testing::Delivery;
use wechatpay_core::v3::testing::Fault;
use wechatpay_core::v3::testing::NotificationContent;
use wechatpay_core::v3::testing::TestPlatform;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::random::HostRandom;
use crate::results;

/// A platform key of one's own.
#[wasm_bindgen]
#[derive(Debug)]
pub struct TestPlatformHandle(TestPlatform);

#[derive(Serialize)]
struct DeliveryParts {
    headers: Vec<(&'static str, String)>,
    body: String,
}

#[wasm_bindgen]
impl TestPlatformHandle {
    /// Takes a private key made for the test; `brand` for what a brand receives.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID`, `ERR_KEY_INVALID` or `ERR_SCHEME_UNSUPPORTED`.
    #[wasm_bindgen(constructor)]
    pub fn new(serial: &str, private_key: Vec<u8>, brand: bool) -> Result<Self, Failure> {
        let private_key = Zeroizing::new(private_key);
        let platform = TestPlatform::new(serial, &private_key)?;
        Ok(Self(if brand { platform.for_brand()? } else { platform }))
    }

    /// A notification, valid or broken in one way.
    ///
    /// # Errors
    /// `ERR_API_V3_KEY_INVALID` or `ERR_ARGUMENT_INVALID`.
    #[allow(clippy::too_many_arguments)]
    pub fn notification(
        &self,
        id: &str,
        create_time: &str,
        event_type: &str,
        original_type: &str,
        summary: &str,
        resource: &str,
        api_v3_key: Vec<u8>,
        now: u32,
        fault: Option<String>,
    ) -> Result<JsValue, Failure> {
        let api_v3_key = Zeroizing::new(api_v3_key);
        let content =
            NotificationContent { id, create_time, event_type, original_type, summary, resource };
        let (key, now) = (ApiV3Key::new(&api_v3_key)?, UnixTime::from_secs(u64::from(now)));
        let fault = parse_fault(fault.as_deref())?;
        Ok(to_js(self.0.notification(&content, &key, now, fault, &mut HostRandom)?))
    }

    /// An answer, valid or broken in one way.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID`.
    pub fn response(
        &self,
        body: &[u8],
        now: u32,
        fault: Option<String>,
    ) -> Result<JsValue, Failure> {
        // It comes back as text.
        core::str::from_utf8(body)
            .map_err(|_| Error::ArgumentInvalid { name: "body", expected: "text in UTF-8" })?;
        let now = UnixTime::from_secs(u64::from(now));
        let fault = parse_fault(fault.as_deref())?;
        Ok(to_js(self.0.response(body, now, fault, &mut HostRandom)?))
    }
}

/// Name and error code of every fault, in pairs.
#[wasm_bindgen(js_name = testFaults)]
#[must_use]
pub fn test_faults() -> Vec<String> {
    Fault::ALL.iter().flat_map(|fault| [name(*fault), fault.code().into()]).collect()
}

fn parse_fault(wanted: Option<&str>) -> Result<Option<Fault>, Failure> {
    let Some(wanted) = wanted else { return Ok(None) };
    let found = Fault::ALL.iter().copied().find(|fault| name(*fault) == wanted);
    let expected = "one of TestPlatform.faults, or nothing for a valid delivery";
    found.map(Some).ok_or(Failure::from(Error::ArgumentInvalid { name: "fault", expected }))
}

/// `BodyAltered` as `bodyAltered`, `HeaderMissing("Wechatpay-Nonce")` as `headerMissing:Wechatpay-Nonce`.
fn name(fault: Fault) -> String {
    if let Fault::HeaderMissing(header) = fault {
        return format!("headerMissing:{header}");
    }
    let variant = format!("{fault:?}");
    let mut letters = variant.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

fn to_js(delivery: Delivery) -> JsValue {
    let body = String::from_utf8_lossy(&delivery.body).into_owned();
    results::to_js(&DeliveryParts { headers: delivery.headers, body })
}
