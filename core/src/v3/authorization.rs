use core::fmt;

use crate::encoding::Buffer;
use crate::error::Error;
use crate::keys::{Identity, Party};
use crate::signature::{Assemble, Message, Scheme, Signable, Signature, Unsigned};
use crate::time::{Decimal, UnixTime};
use crate::v3::argument;

/// A request to WeChat Pay, reduced to what is signed of it: method, canonical URL and body
/// (`doc/v3/merchant/4012365336`).
#[derive(Clone, Copy)]
pub struct SignableRequest<'a> {
    method: &'static str,
    url: &'a str,
    body: &'a [u8],
}

impl<'a> SignableRequest<'a> {
    /// A request about to be sent.
    ///
    /// `method` is `GET`, `POST`, `PUT`, `PATCH` or `DELETE`. `url` is a full `http(s)` URL or begins
    /// with `/`; it must be percent-encoded exactly as it will be sent. Scheme, host and fragment are
    /// not signed. `body` is the exact bytes that will be sent, empty if there is none; for a media
    /// upload it is the JSON text of the `meta` part.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for an unknown method, or a URL that is not percent-encoded, has a
    /// `.` or `..` as a segment, or still has a `{placeholder}` in its path.
    pub fn new(method: &str, url: &'a str, body: &'a [u8]) -> Result<Self, Error> {
        Ok(Self { method: canonical_method(method)?, url: canonical_url(url)?, body })
    }

    /// The path and query that are signed.
    #[must_use]
    pub const fn canonical_url(&self) -> &'a str {
        self.url
    }

    /// Adds who signs, when, and a random string.
    ///
    /// WeChat Pay refuses a `timestamp` more than 5 minutes off.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a `nonce_str` that is empty, too long or not visible ASCII.
    pub fn finalize(
        self,
        identity: &'a Identity,
        timestamp: UnixTime,
        nonce_str: &'a str,
    ) -> Result<Unsigned<UnsignedAuthorization<'a>>, Error> {
        Ok(Unsigned::new(UnsignedAuthorization {
            request: self,
            identity,
            timestamp: timestamp.to_decimal(),
            nonce_str: argument::nonce_str(nonce_str)?,
        }))
    }
}

impl fmt::Debug for SignableRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignableRequest")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("body_len", &self.body.len())
            .finish()
    }
}

/// An `Authorization` header that lacks its signature.
#[derive(Clone, Copy, Debug)]
pub struct UnsignedAuthorization<'a> {
    request: SignableRequest<'a>,
    identity: &'a Identity,
    timestamp: Decimal,
    nonce_str: &'a str,
}

impl Signable for UnsignedAuthorization<'_> {
    fn message(&self) -> Message<'_> {
        Message::new([
            self.request.method.as_bytes(),
            self.request.url.as_bytes(),
            self.timestamp.as_str().as_bytes(),
            self.nonce_str.as_bytes(),
            self.request.body,
        ])
    }

    fn accepts(&self, scheme: Scheme) -> bool {
        scheme == self.identity.scheme()
    }
}

impl<'a> Assemble for UnsignedAuthorization<'a> {
    type Signed = Authorization<'a>;

    fn assemble(self, signature: &Signature) -> Authorization<'a> {
        Authorization {
            identity: self.identity,
            timestamp: self.timestamp,
            nonce_str: self.nonce_str,
            signature: signature.clone(),
        }
    }
}

/// The value of the `Authorization` header; `Display` writes it.
#[derive(Clone, Debug)]
pub struct Authorization<'a> {
    identity: &'a Identity,
    timestamp: Decimal,
    nonce_str: &'a str,
    signature: Signature,
}

impl Authorization<'_> {
    /// Writes the value into a buffer: about 600 bytes for RSA-2048.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] if the buffer is too small.
    pub fn write<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b str, Error> {
        Buffer::filled_by(buffer, |out| self.write_to(out))
    }

    fn write_to(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        let (scheme, name, number) = match self.identity.party() {
            Party::Brand(brand_id) => (Scheme::BRAND, " brand_id=\"", brand_id),
            Party::Merchant(mchid) => (self.identity.scheme().as_str(), " mchid=\"", mchid),
        };
        for part in [
            scheme,
            name,
            number.as_str(),
            "\",nonce_str=\"",
            self.nonce_str,
            "\",timestamp=\"",
            self.timestamp.as_str(),
            "\",serial_no=\"",
            self.identity.serial_no().as_str(),
            "\",signature=\"",
        ] {
            out.write_str(part)?;
        }
        self.signature.write_base64_to(out)?;
        out.write_str("\"")
    }
}

impl fmt::Display for Authorization<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_to(f)
    }
}

fn canonical_method(method: &str) -> Result<&'static str, Error> {
    ["GET", "POST", "PUT", "PATCH", "DELETE"]
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(method))
        .ok_or(Error::ArgumentInvalid {
            name: "method",
            expected: "GET, POST, PUT, PATCH or DELETE",
        })
}

/// Path and query, in a form that reaches WeChat Pay as it is.
pub(super) fn canonical_url(url: &str) -> Result<&str, Error> {
    let url = path_and_query(url)?;
    if !url.bytes().all(|b| b.is_ascii_graphic()) {
        return invalid_url("a percent-encoded URL, exactly as it will be sent");
    }
    let mut parts = url.as_bytes().splitn(2, |byte| *byte == b'?');
    let (path, query) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if path.iter().any(|byte| matches!(byte, b'{' | b'}')) {
        return invalid_url("a path whose {placeholders} are replaced");
    }
    // What every HTTP client changes on the way is not what was signed.
    let is_changed = |byte| matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`');
    if url.bytes().any(is_changed) || query.contains(&b'\'') {
        return invalid_url(
            "a percent-encoded URL, exactly as it will be sent: quotes as %22 and %27",
        );
    }
    if path.split(|byte| *byte == b'/').any(is_dots) {
        return invalid_url("a path without the segments . and .., which no client sends");
    }
    Ok(url)
}

/// Cuts scheme, host and fragment off.
pub(super) fn path_and_query(url: &str) -> Result<&str, Error> {
    let fragment = url.bytes().position(|byte| byte == b'#');
    let url = fragment.and_then(|at| url.get(..at)).unwrap_or(url);
    let url = match after_scheme(url) {
        None => url,
        Some(rest) => {
            let at = rest.bytes().position(|byte| matches!(byte, b'/' | b'?'));
            match at.and_then(|at| rest.get(at..)) {
                _ if rest.starts_with('/') || rest.is_empty() => {
                    return invalid_url("a host after ://");
                }
                Some(url) if url.starts_with('/') => url,
                Some(_) => return invalid_url("a path between host and query"),
                None => "/",
            }
        }
    };
    if !url.starts_with('/') || url.starts_with("//") {
        return invalid_url("a full https URL, or a path that begins with one /");
    }
    Ok(url)
}

fn after_scheme(url: &str) -> Option<&str> {
    ["https://", "http://"].into_iter().find_map(|scheme| {
        let (start, rest) = url.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then_some(rest)
    })
}

const fn invalid_url<T>(expected: &'static str) -> Result<T, Error> {
    Err(Error::ArgumentInvalid { name: "url", expected })
}

/// `.` or `..`, in any spelling.
fn is_dots(segment: &[u8]) -> bool {
    let spellings: [&[u8]; 6] = [b".", b"..", b"%2e", b".%2e", b"%2e.", b"%2e%2e"];
    spellings.iter().any(|dots| segment.eq_ignore_ascii_case(dots))
}
