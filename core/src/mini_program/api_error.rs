use alloc::string::String;
use core::fmt;

use serde::Deserialize;

use crate::encoding::json;
use crate::error::Error;

/// What WeChat's servers answer instead of a result: `{"errcode","errmsg"}` with an `errcode` other than
/// 0, and HTTP status 200.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiError {
    /// Which error.
    pub errcode: ErrCode,
    /// For humans only; it carries the `rid` that WeChat's diagnosis asks for.
    pub errmsg: String,
}

impl ApiError {
    /// Looks for an error in an answer of `api.weixin.qq.com`: `None` if `errcode` is absent or 0, for
    /// either means success.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if the body is no JSON object; a gateway answered instead.
    pub fn parse(body: &[u8]) -> Result<Option<Self>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(default)]
            errcode: i64,
            #[serde(default)]
            errmsg: String,
        }
        let Answer { errcode, errmsg } = json::parse_object("answer of WeChat's server", body)?;
        Ok((errcode != 0).then(|| Self { errcode: ErrCode::from(errcode), errmsg }))
    }

    /// Whether the same request may be sent again after a pause.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        self.errcode.retryable()
    }

    /// What to do about it.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        self.errcode.advice()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WeChat answered errcode {}: {}. {}", self.errcode, self.errmsg, self.advice())
    }
}

impl core::error::Error for ApiError {}

macro_rules! err_codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $retryable:literal, $advice:literal;)+) => {
        /// An `errcode` of `api.weixin.qq.com`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrCode {
            $($(#[$doc])* $variant,)+
            /// A code not known here, as it came.
            Other(i64),
        }

        impl ErrCode {
            /// Every code known by name.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The number.
            #[must_use]
            pub const fn code(self) -> i64 {
                match self {
                    $(Self::$variant => $code,)+
                    Self::Other(code) => code,
                }
            }

            /// Whether the same request may be sent again after a pause.
            #[must_use]
            pub const fn retryable(self) -> bool {
                match self {
                    $(Self::$variant => $retryable,)+
                    Self::Other(_) => false,
                }
            }

            /// What to do about it.
            #[must_use]
            pub const fn advice(self) -> &'static str {
                match self {
                    $(Self::$variant => $advice,)+
                    Self::Other(_) => "Look the code up in WeChat's documentation, and mend the \
                                       request before it is sent again",
                }
            }
        }

        impl From<i64> for ErrCode {
            fn from(code: i64) -> Self {
                match code {
                    $($code => Self::$variant,)+
                    other => Self::Other(other),
                }
            }
        }
    };
}

// Sources: developers.weixin.qq.com, the tables "错误码" of api_code2session, api_checksessionkey and
// api_signature, the general table (全局返回码), and that of virtual payment (虚拟支付).
err_codes! {
    /// The system is busy.
    SystemError = -1, true, "Wait a moment and send the same request again";

    /// The access_token, or the AppSecret, is wrong.
    InvalidCredential = 40001, false,
        "Fetch a new access_token; if it was just fetched, compare appid and AppSecret with the mini \
         program platform";
    /// The appid is wrong.
    InvalidAppid = 40013, false, "Compare the appid with the mini program platform";
    /// The access_token is not one.
    InvalidAccessToken = 40014, false, "Fetch a new access_token";
    /// The login code is wrong, or older than 5 minutes.
    InvalidCode = 40029, false,
        "Have the mini program call wx.login again and send the new code at once; check that appid and \
         code are of one mini program";
    /// The AppSecret is wrong.
    InvalidAppSecret = 40125, false,
        "Compare the AppSecret with the mini program platform; resetting it there makes the old one \
         useless";
    /// The login code was used before.
    CodeBeenUsed = 40163, false,
        "Have the mini program call wx.login again, and trade each code once: look for a retry or a \
         second request";
    /// The address of this server is not on the list.
    InvalidIp = 40164, false, "Add the address of this server to the IP list in the platform";
    /// The user is blocked as a high risk.
    CodeBlocked = 40226, false, "Refuse the login; WeChat holds the user for a high risk";

    /// `Wechatmp-Serial` is missing.
    MissingSerial = 40230, false, "Send the headers of the signed request unchanged";
    /// `Wechatmp-TimeStamp` is missing.
    MissingTimestamp = 40231, false, "Send the headers of the signed request unchanged";
    /// `Wechatmp-Signature` is missing.
    MissingSignature = 40232, false, "Send the headers of the signed request unchanged";
    /// `Wechatmp-Appid` is missing.
    MissingAppid = 40233, false, "Send the headers of the signed request unchanged";
    /// The signature of the request is wrong.
    InvalidSignature = 40234, false,
        "Send exactly the body that was signed, to exactly the URL that was signed, and check that the \
         public key of this private key is the one in the platform";
    /// The body of the request cannot be decrypted.
    InvalidEncrypt = 40235, false, "Compare the symmetric key and its number with the platform";
    /// `Wechatmp-Appid` is wrong.
    InvalidHeaderAppid = 40236, false, "Compare the appid with the mini program platform";
    /// `Wechatmp-Appid` is not that of the access_token.
    AppidTokenMismatch = 40237, false, "Use the access_token of the mini program that signs";
    /// No symmetric key is set.
    NoSymmetricKey = 40238, false, "Set the symmetric key in the platform, under API security";
    /// No public key is set.
    NoPublicKey = 40239, false, "Set the public key in the platform, under API security";
    /// The request is too old.
    ExpiredTimestamp = 40240, false, "Synchronise the clock, then encrypt and sign the request anew";

    /// The access_token is missing.
    MissingAccessToken = 41001, false, "Add the access_token to the query";
    /// The appid is missing.
    MissingAppidParameter = 41002, false, "Add the appid to the query";
    /// The AppSecret is missing.
    MissingAppSecret = 41004, false, "Add the AppSecret to the query";
    /// The login code is missing.
    MissingCode = 41008, false, "Add the js_code that the mini program got from wx.login";
    /// The access_token has expired.
    AccessTokenExpired = 42001, false, "Fetch a new access_token";
    /// The quota of the day is used up.
    DailyQuota = 45009, false, "Wait for the next day, or have the quota raised in the platform";
    /// More than 100 times a minute for one user.
    MinuteQuota = 45011, true, "Wait for the next minute; slow down for this user";
    /// The body of the request is not what the API expects.
    DataFormat = 47001, false, "Send JSON as documented, dates in RFC 3339";
    /// The API is not open to this mini program.
    Unauthorized = 48001, false, "Apply for the API in the platform";
    /// The signature of the user is wrong, or the session is over.
    InvalidSessionSignature = 87009, false,
        "Have the user log in again; if that does not help, sign exactly the body that is sent, with \
         the text of session_key as the key";

    /// Virtual payment: the openid is wrong.
    XpayOpenid = 268_490_001, false, "Compare openid and appid";
    /// Virtual payment: a field is wrong.
    XpayParameter = 268_490_002, false, "errmsg says which field";
    /// Virtual payment: a signature is wrong.
    XpaySignature = 268_490_003, false,
        "Send exactly the text that was signed, and use the AppKey that belongs to its env";
    /// Virtual payment: done before.
    XpayDuplicate = 268_490_004, false, "Take it for success: the first request has done it";
    /// Virtual payment: the order was refunded.
    XpayRefunded = 268_490_005, false, "Do not refund it again";
    /// Virtual payment: the balance is too low.
    XpayBalance = 268_490_006, false, "Query the user's balance";
    /// Virtual payment: a text or picture is not allowed.
    XpaySensitiveContent = 268_490_007, false, "Change the text or picture";
    /// Virtual payment: the coin is not published.
    XpayUnpublished = 268_490_008, false, "Publish the coin in the platform";
    /// Virtual payment: the session key is unknown or has expired.
    XpaySessionExpired = 268_490_009, false,
        "Have the user log in again, and sign with the new session_key";
    /// Virtual payment: the bill is being made.
    XpayBillPending = 268_490_011, true, "Ask for the bill again later";
    /// Virtual payment: a batch is being worked on.
    XpayBatchRunning = 268_490_012, true, "Wait for the batch to end";
    /// Virtual payment: a settled order cannot be refunded.
    XpayNotRefundable = 268_490_013, false, "Do not refund it this way";
    /// Virtual payment: the refund is under way.
    XpayRefundRunning = 268_490_014, true, "Send the same parameters again later";
    /// Virtual payment: too many requests.
    XpayRate = 268_490_015, true, "Slow down, then send it again";
    /// Virtual payment: `left_fee` is not that of the order.
    XpayLeftFee = 268_490_016, false, "Query the order and take left_fee from there";
}

impl fmt::Display for ErrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code())
    }
}
