//! The keys of a merchant, and the keys of WeChat Pay that it trusts.

mod api_v3;
mod merchant;
mod platform;
#[cfg(feature = "alloc")]
mod platform_keys;

pub use self::api_v3::ApiV3Key;
pub use self::merchant::{Identity, MerchantKey, Party, PartyNumber};
pub use self::platform::PlatformKey;
#[cfg(feature = "alloc")]
pub use self::platform_keys::PlatformKeys;
pub use crate::rsa::{PrivateNumbers as RsaPrivateNumbers, PublicNumbers as RsaPublicNumbers};
pub use crate::serial::Serial;
