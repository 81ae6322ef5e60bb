use crate::error::Error;
use crate::message_push::keys::Token;
use crate::message_push::query::PushQuery;

/// The GET request by which WeChat checks the URL when it is set (验证消息的确来自微信服务器).
#[derive(Clone, Copy, Debug)]
pub struct UrlCheck<'a> {
    query: PushQuery<'a>,
}

impl<'a> UrlCheck<'a> {
    /// A check by its query.
    #[must_use]
    pub const fn new(query: PushQuery<'a>) -> Self {
        Self { query }
    }

    /// Checks `signature`, and gives `echostr`: answer with it, and nothing around it, as
    /// `text/plain`. The signature does not cover it, so never answer with it as HTML.
    ///
    /// # Errors
    /// [`Error::MacInvalid`] if the signature is not one under this token;
    /// [`Error::ArgumentInvalid`] without `signature` or `echostr`.
    pub fn verify(self, token: &Token) -> Result<&'a str, Error> {
        self.query.verify_signature(token)?;
        self.query.echostr()
    }
}
