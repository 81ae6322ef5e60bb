use crate::error::Error;
use crate::v3::authorization;

/// How the 2xx answer to a request is signed, told by its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseSignature {
    /// Over the raw body, the rule.
    Body,
    /// Not at all: downloads of bills, images and receipts. Check the file by the digest that came
    /// with the signed answer that named it.
    None,
    /// Over `{"sha1":"…"}` with the value of the header `Wechatpay-Statement-Sha1`, which is the SHA-1
    /// of the file: overseas statements.
    StatementSha1,
}

impl ResponseSignature {
    /// Reads it off the URL of the request, full or relative.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed URL.
    pub fn for_url(url: &str) -> Result<Self, Error> {
        let url = authorization::canonical_url(url)?;
        let query = url.bytes().position(|byte| byte == b'?');
        let path = query.and_then(|at| url.get(..at)).unwrap_or(url);
        let is_image = |prefix| {
            path.strip_prefix(prefix).is_some_and(|id| {
                !id.is_empty() && id != "upload" && !id.bytes().any(|byte| byte == b'/')
            })
        };
        Ok(match path {
            "/hk/v3/statements" | "/v3/global/statements" | "/v3/statements" => Self::StatementSha1,
            "/v3/billdownload/file"
            | "/v3/new-tax-control-fapiao/download"
            | "/v3/transferdownload/elecvoucherfile"
            | "/v3/transferdownload/signfile" => Self::None,
            _ if is_image("/v3/merchant-service/images/")
                || is_image("/v3/global/merchant-service/images/") =>
            {
                Self::None
            }
            _ => Self::Body,
        })
    }
}
