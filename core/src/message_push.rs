//! Message push (消息推送): events and messages that WeChat posts to the URL set in the mini program
//! platform, in plain mode (明文模式) and in secure mode (安全模式, WXBizMsgCrypt), as XML or JSON
//! (`developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html`).
//!
//! In plain mode nothing signs the message itself: whoever has seen one pair of query and signature
//! can send any message with it. Payments and deliveries belong into secure mode.
//!
//! ```
//! use wechatpay_core::message_push::{EncodingAesKey, PushQuery, Token, UnverifiedMessage};
//!
//! # fn main() -> Result<(), wechatpay_core::Error> {
//! let token = Token::new("AAAAA")?;
//! let key = EncodingAesKey::new("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")?;
//! let query = PushQuery::from_pairs([
//!     ("timestamp", "1713424427"),
//!     ("nonce", "415670741"),
//!     ("encrypt_type", "aes"),
//!     ("msg_signature", "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"),
//! ])?;
//! let body = br#"{"ToUserName":"gh_97417a04a28d","Encrypt":"ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="}"#;
//!
//! let message = UnverifiedMessage::new(query, body)?
//!     .verify(&token)?
//!     .open(&key, "wxba5fad812f8e6fb9")?;
//! assert_eq!(message.text(), r#"{"demo_resp":"good luck"}"#);
//! # Ok(())
//! # }
//! ```

mod envelope;
mod keys;
mod message;
mod plain;
mod query;
mod reply;
mod signature;
mod url_check;

pub use self::envelope::Format;
pub use self::keys::{EncodingAesKey, Token};
pub use self::message::{Message, UnverifiedMessage, VerifiedMessage};
pub use self::plain::{PlainMessage, UnverifiedPlainMessage};
pub use self::query::PushQuery;
pub use self::reply::{Reply, SealedReply};
pub use self::url_check::UrlCheck;
