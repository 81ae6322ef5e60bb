use core::fmt;

use crate::encoding::Buffer;
use crate::error::Error;
use crate::keys::PlatformKey;
use crate::time::{Tolerance, UnixTime};
use crate::v3::download::DownloadDigest;
use crate::v3::headers::WechatpayHeaders;
use crate::v3::verification;

/// The answer to `GET /v3/global/statements` (older: `/v3/statements`, `/hk/v3/statements`): a file, of
/// which only the SHA-1 is signed.
#[derive(Clone, Copy)]
pub struct UnverifiedStatement<'a> {
    headers: WechatpayHeaders<'a>,
    statement_sha1: &'a str,
}

impl<'a> UnverifiedStatement<'a> {
    /// `statement_sha1` is the value of the header `Wechatpay-Statement-Sha1`.
    #[must_use]
    pub const fn new(headers: WechatpayHeaders<'a>, statement_sha1: &'a str) -> Self {
        Self { headers, statement_sha1 }
    }

    /// Checks serial, time and signature of the announced digest. The file itself is then to be held
    /// against the digest returned.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed digest; otherwise as
    /// [`UnverifiedResponse::verify`](crate::v3::UnverifiedResponse::verify).
    pub fn verify(
        self,
        keys: &(impl AsRef<[PlatformKey]> + ?Sized),
        now: UnixTime,
        tolerance: Tolerance,
    ) -> Result<DownloadDigest, Error> {
        let digest = DownloadDigest::new("SHA1", self.statement_sha1)?;
        let mut buffer = [0; 64];
        let body = Buffer::filled_by(&mut buffer, |out| {
            ["{\"sha1\":\"", self.statement_sha1, "\"}"]
                .into_iter()
                .try_for_each(|part| out.write_str(part))
        })?;
        verification::verify(&self.headers, body.as_bytes(), keys.as_ref(), now, tolerance)?;
        Ok(digest)
    }
}

impl fmt::Debug for UnverifiedStatement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedStatement")
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}
