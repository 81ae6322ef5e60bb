//! The keys of a merchant, and the keys of WeChat Pay that it trusts.

mod api_v3;
mod merchant;
mod platform;

pub use self::api_v3::ApiV3Key;
pub use self::merchant::{Identity, MerchantKey, Party};
pub use self::platform::{PlatformKey, PlatformKeys};
pub use crate::serial::Serial;
