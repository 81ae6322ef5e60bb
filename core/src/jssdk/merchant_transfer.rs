use alloc::string::String;

use serde::Serialize;

use crate::encoding::percent;
use crate::error::Error;

/// The page on which a user confirms a merchant's transfer (商家转账, 用户确认收款), about to be opened by
/// `wx.requestMerchantTransfer` (`doc/v3/partner/4016960577`,
/// `developers.weixin.qq.com/miniprogram/dev/api/payment/wx.requestMerchantTransfer`). Nothing here
/// is signed. Serialized under WeChat's names (`mchId`, `appId`, …).
///
/// The answer `ok` means that the page was shown, not that the transfer was made: query it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestMerchantTransfer<'a> {
    mch_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_mch_id: Option<&'a str>,
    app_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_app_id: Option<&'a str>,
    package: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    open_id: Option<&'a str>,
}

impl<'a> RequestMerchantTransfer<'a> {
    /// `mchid` and `appid` are those of the transfer, `package` the `package_info` of its answer,
    /// which is there only in the state `WAIT_USER_CONFIRM`.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed argument.
    pub fn new(mchid: &'a str, appid: &'a str, package: &'a str) -> Result<Self, Error> {
        Ok(Self {
            mch_id: token("mchid", mchid, 32, MERCHANT)?,
            sub_mch_id: None,
            app_id: token("appid", appid, 32, APPID)?,
            sub_app_id: None,
            package: token(
                "package",
                package,
                1024,
                "the package_info from the answer to the transfer, not URL-encoded",
            )?,
            open_id: None,
        })
    }

    /// The sub-merchant, in partner mode.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed argument.
    pub fn sub_mchid(mut self, sub_mchid: &'a str) -> Result<Self, Error> {
        self.sub_mch_id = Some(token("sub_mchid", sub_mchid, 32, MERCHANT)?);
        Ok(self)
    }

    /// The sub-merchant's appid, if the transfer was made with it.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed argument.
    pub fn sub_appid(mut self, sub_appid: &'a str) -> Result<Self, Error> {
        self.sub_app_id = Some(token("sub_appid", sub_appid, 32, APPID)?);
        Ok(self)
    }

    /// The user who receives.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed argument.
    pub fn openid(mut self, openid: &'a str) -> Result<Self, Error> {
        self.open_id = Some(token("openid", openid, 128, "the openid under the appid")?);
        Ok(self)
    }

    /// The same as a query, values URL-encoded: `query` of the Open SDK's `WXOpenBusinessView` with
    /// the `businessType` `requestMerchantTransfer`.
    #[must_use]
    pub fn to_query(&self) -> String {
        let pairs = [
            ("mchId", Some(self.mch_id)),
            ("subMchId", self.sub_mch_id),
            ("appId", Some(self.app_id)),
            ("subAppId", self.sub_app_id),
            ("package", Some(self.package)),
            ("openId", self.open_id),
        ];
        percent::query(pairs.into_iter().filter_map(|(name, value)| Some((name, value?))))
    }
}

const MERCHANT: &str = "the merchant number, such as 1900000109";
const APPID: &str = "the appid of the transfer, such as wx8888888888888888";

fn token<'a>(
    name: &'static str,
    value: &'a str,
    max_len: usize,
    expected: &'static str,
) -> Result<&'a str, Error> {
    let well_formed = (1..=max_len).contains(&value.len())
        && value.bytes().all(|b| b.is_ascii_graphic() && !b"%&".contains(&b));
    if well_formed { Ok(value) } else { Err(Error::ArgumentInvalid { name, expected }) }
}
