//! An endpoint for notifications in axum: 204 when the order is settled, 401 for what is not from WeChat Pay, 500 when
//! settling fails, so that it comes again.
//!
//! `cargo run -p wechatpay-tests --example axum`

use core::error::Error;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use wechatpay_core::keys::{ApiV3Key, PlatformKey, PlatformKeys};
use wechatpay_core::v3::{Event, UnverifiedNotification, WechatpayHeaders};
use wechatpay_core::{Error as WechatPayError, Tolerance, UnixTime};

/// What the endpoint needs.
pub struct Shop {
    /// The keys of WeChat Pay.
    pub platform_keys: PlatformKeys,
    /// Decrypts notifications.
    pub api_v3_key: ApiV3Key,
    /// Your database: what each order costs in fen, and whether it is paid.
    pub orders: Mutex<HashMap<String, (i64, bool)>>,
}

/// The route; the body stays as it arrived.
pub fn app(shop: Arc<Shop>) -> Router {
    Router::new()
        .route("/wechatpay/notify", post(notify))
        .layer(DefaultBodyLimit::max(1 << 20))
        .with_state(shop)
}

async fn notify(State(shop): State<Arc<Shop>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let event = match open(&shop, &headers, &body) {
        Ok(event) => event,
        // What verified and cannot be read is this side's fault: it shall come again.
        Err(
            error @ (WechatPayError::DecryptFailed
            | WechatPayError::AlgorithmMismatch { .. }
            | WechatPayError::BodyMalformed { .. }),
        ) => return failed(&error),
        // No body, no key: it can be logged.
        Err(error) => {
            eprintln!("{}: {error}", error.code());
            return StatusCode::UNAUTHORIZED;
        }
    };
    match settle(&shop, &event) {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(error) => failed(&*error),
    }
}

fn open(shop: &Shop, headers: &HeaderMap, body: &[u8]) -> Result<Event, WechatPayError> {
    let pairs =
        headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let headers = WechatpayHeaders::from_pairs(pairs)?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    UnverifiedNotification::new(headers, body)
        .verify(&shop.platform_keys, UnixTime::from_secs(now.as_secs()), Tolerance::default())?
        .open(&shop.api_v3_key)?
        .event()
}

/// May be called many times for one order: acts once, and only if the payment is the one that was asked for.
fn settle(shop: &Shop, event: &Event) -> Result<(), Box<dyn Error>> {
    let Event::Transaction(paid) = event else { return Ok(()) };
    let mut orders = shop.orders.lock().unwrap_or_else(PoisonError::into_inner);
    let (fen, is_paid) = orders.get_mut(&paid.out_trade_no).ok_or("no such order")?;
    if *is_paid {
        return Ok(());
    }
    let total = paid.amount.as_ref().and_then(|amount| amount.total);
    if total != Some(*fen) {
        return Err("it was not paid as it was placed".into());
    }
    *is_paid = true;
    Ok(())
}

fn failed(error: &dyn core::fmt::Display) -> StatusCode {
    eprintln!("a notification could not be handled: {error}");
    StatusCode::INTERNAL_SERVER_ERROR
}

/// Serves on port 3000.
///
/// # Errors
/// A variable that is missing, a key that cannot be used, a port that is taken.
#[tokio::main(flavor = "current_thread")]
pub async fn main() -> Result<(), Box<dyn Error>> {
    let key = PlatformKey::parse(
        Some(&std::env::var("WECHATPAY_PUBLIC_KEY_ID")?),
        std::env::var("WECHATPAY_PUBLIC_KEY")?.as_bytes(),
    )?;
    let shop = Shop {
        platform_keys: PlatformKeys::new([key])?,
        api_v3_key: ApiV3Key::new(std::env::var("WECHATPAY_API_V3_KEY")?.as_bytes())?,
        orders: Mutex::default(),
    };
    let listener = tokio::net::TcpListener::bind("0.0.0.0:3000").await?;
    Ok(axum::serve(listener, app(Arc::new(shop))).await?)
}
