use core::fmt;

use crate::error::Error;
use crate::v2::api_key::ApiKey;
use crate::v2::fields::Fields;
use crate::v2::sign::{self, SIGN, SignType};

/// An answer of an APIv2 interface, as it arrived.
#[derive(Clone, Debug)]
pub struct UnverifiedResponse {
    fields: Fields,
}

impl UnverifiedResponse {
    /// Reads the body.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if it is not flat XML with the root `<xml>` and a `return_code`.
    pub fn parse(xml: &[u8]) -> Result<Self, Error> {
        let fields = Fields::parse(xml, "xml")?;
        fields.required(RETURN_CODE)?;
        Ok(Self { fields })
    }

    /// Checks `sign` over all fields. Its length tells MD5 from HMAC-SHA256; `pinned` allows only
    /// one of them.
    ///
    /// # Errors
    /// [`Error::SignMissing`], [`Error::AlgorithmMismatch`] if the type is not the pinned one, or
    /// [`Error::MacInvalid`]. After each of them the effect of the request is unknown: query it.
    pub fn verify(self, key: &ApiKey, pinned: Option<SignType>) -> Result<Response, Error> {
        let sign_type = sign::verify(&self.fields, key, pinned)?;
        Ok(Response { fields: self.fields, sign_type })
    }

    /// Whether there is a `sign`, right or wrong.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.fields.optional(SIGN).is_some()
    }

    /// What WeChat Pay complains about when `return_code` is not `SUCCESS`: it did not take the
    /// request, and such an answer has no `sign`. Good for logs; it proves nothing.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal<'_>> {
        let return_code = self.fields.get(RETURN_CODE).unwrap_or_default();
        (return_code != SUCCESS && !self.is_signed())
            .then(|| Refusal { return_code, return_msg: self.fields.optional("return_msg") })
    }

    /// Takes the answer of an interface that is documented without a `sign`, such as those that
    /// send money. `path` is that of the request, such as `/mmpaymkttransfers/sendredpack`. Only
    /// TLS protects such an answer.
    ///
    /// # Errors
    /// [`Error::SignMissing`] for any other path.
    pub fn accept_unsigned(self, path: &str) -> Result<UnsignedResponse, Error> {
        if UNSIGNED.contains(&path) {
            return Ok(UnsignedResponse { fields: self.fields });
        }
        Err(Error::SignMissing)
    }
}

pub(super) const RETURN_CODE: &str = "return_code";
pub(super) const SUCCESS: &str = "SUCCESS";

/// The interfaces whose pages list no `sign` among the fields of the answer.
const UNSIGNED: [&str; 20] = [
    "/mchrisk/querymchrisk",
    "/mchrisk/setmchriskcallback",
    "/mchrisk/syncmchriskresult",
    "/mmpaymkttransfers/gethbinfo",
    "/mmpaymkttransfers/gettransferinfo",
    "/mmpaymkttransfers/pay_bank",
    "/mmpaymkttransfers/promotion/paywwsptrans2pocket",
    "/mmpaymkttransfers/promotion/querywwsptrans2pocket",
    "/mmpaymkttransfers/promotion/transfers",
    "/mmpaymkttransfers/query_bank",
    "/mmpaymkttransfers/sendgroupredpack",
    "/mmpaymkttransfers/sendminiprogramhb",
    "/mmpaymkttransfers/sendredpack",
    "/pay/downloadbill",
    "/pay/downloadfundflow",
    "/payitil/report",
    "/risk/getpublickey",
    "/risk/getviolation",
    "/secapi/mch/submchmanage",
    "/xdc/apiv2getsignkey/sign/getsignkey",
];

/// Why WeChat Pay did not take a request (通信标识). Unsigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal<'a> {
    /// `FAIL`.
    pub return_code: &'a str,
    /// Such as `签名失败`.
    pub return_msg: Option<&'a str>,
}

/// An answer whose `sign` matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    fields: Fields,
    sign_type: SignType,
}

impl Response {
    /// All fields, known here or not.
    #[must_use]
    pub const fn fields(&self) -> &Fields {
        &self.fields
    }

    /// How it was signed.
    #[must_use]
    pub const fn sign_type(&self) -> SignType {
        self.sign_type
    }

    /// The fields of a success, or why the business failed.
    ///
    /// # Errors
    /// [`BusinessError`] if `result_code` is not `SUCCESS`.
    pub fn result(&self) -> Result<&Fields, BusinessError<'_>> {
        business_result(&self.fields)
    }
}

/// An answer that is unsigned by documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsignedResponse {
    fields: Fields,
}

impl UnsignedResponse {
    /// All fields, none of them authenticated.
    #[must_use]
    pub const fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The fields of a success, or why the business failed.
    ///
    /// # Errors
    /// [`BusinessError`] if `result_code` is not `SUCCESS`.
    pub fn result(&self) -> Result<&Fields, BusinessError<'_>> {
        business_result(&self.fields)
    }
}

/// `result_code` was not `SUCCESS` (业务结果).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BusinessError<'a> {
    /// Such as `ORDERPAID`; its spelling varies between pages, with or without underscores.
    pub err_code: Option<&'a str>,
    /// For humans.
    pub err_code_des: Option<&'a str>,
}

pub(super) fn business_result(fields: &Fields) -> Result<&Fields, BusinessError<'_>> {
    if fields.get("result_code") == Some(SUCCESS) {
        return Ok(fields);
    }
    Err(BusinessError {
        err_code: fields.optional("err_code"),
        err_code_des: fields.optional("err_code_des"),
    })
}

impl fmt::Display for BusinessError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.err_code.unwrap_or("no err_code");
        write!(f, "WeChat Pay answered {code}: {}", self.err_code_des.unwrap_or_default())
    }
}

impl core::error::Error for BusinessError<'_> {}
