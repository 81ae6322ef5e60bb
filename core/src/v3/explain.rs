//! Why a signature or a decryption fails: proved by trying, never guessed.
//!
//! This lives outside the path of payments. It takes what failed, repeats the check with one thing
//! changed at a time, and reports what made it succeed. Nothing secret appears in a [`Cause`].

mod cause;
mod delivery;
mod request;
mod variants;

pub use self::cause::{Cause, Part};
pub use self::delivery::{CapturedDelivery, explain_delivery};
pub use self::request::{CapturedRequest, explain_request};
