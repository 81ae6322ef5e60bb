use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use crate::encoding::percent;
use crate::error::Error;
use crate::v2::api_key::ApiKey;
use crate::v2::argument;
use crate::v2::fields::Fields;
use crate::v2::sign::{self, SignType};

/// A coupon (商家券, 代金券) to hand out. Serialized as an entry of `send_coupon_params`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Coupon {
    stock_id: String,
    out_request_no: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    coupon_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    create_coupon_merchant: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customize_send_time: Option<String>,
}

impl Coupon {
    /// A coupon of the stock (批次号); `out_request_no` is the merchant's own number of this hand-out.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed argument.
    pub fn new(stock_id: &str, out_request_no: &str) -> Result<Self, Error> {
        let expected = "1 to 128 characters of [0-9A-Za-z_|*-]";
        Ok(Self {
            stock_id: argument::token("stock_id", stock_id, 20, "the id of the stock")?.into(),
            out_request_no: argument::token("out_request_no", out_request_no, 128, expected)?
                .into(),
            coupon_code: None,
            create_coupon_merchant: None,
            customize_send_time: None,
        })
    }

    /// The code of the coupon, for stocks whose codes are given when they are handed out.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed argument.
    pub fn coupon_code(mut self, code: &str) -> Result<Self, Error> {
        let expected = "1 to 128 characters of visible ASCII";
        self.coupon_code = Some(argument::token("coupon_code", code, 128, expected)?.into());
        Ok(self)
    }

    /// The merchant that made the stock.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed argument.
    pub fn create_coupon_merchant(mut self, mchid: &str) -> Result<Self, Error> {
        self.create_coupon_merchant =
            Some(argument::token("create_coupon_merchant", mchid, 32, MERCHANT)?.into());
        Ok(self)
    }

    /// When the user got it in the merchant's own system, RFC 3339: its validity counts from there.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed argument.
    pub fn customize_send_time(mut self, time: &str) -> Result<Self, Error> {
        let expected = "RFC 3339, such as 2018-06-08T10:34:56+08:00";
        self.customize_send_time =
            Some(argument::token("customize_send_time", time, 32, expected)?.into());
        Ok(self)
    }

    fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("stock_id", Some(&self.stock_id)),
            ("out_request_no", Some(&self.out_request_no)),
            ("coupon_code", self.coupon_code.as_ref()),
            ("create_coupon_merchant", self.create_coupon_merchant.as_ref()),
            ("customize_send_time", self.customize_send_time.as_ref()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?.as_str())))
    }
}

/// Coupons to hand out by the mini program plugin `sendCoupon` (小程序发券插件)
/// (`doc/v3/merchant/4012285674`).
#[derive(Clone, Debug)]
pub struct SendCoupon<'a> {
    send_coupon_merchant: &'a str,
    coupons: Vec<Coupon>,
}

impl<'a> SendCoupon<'a> {
    /// `send_coupon_merchant` is the merchant that hands out; its APIv2 key signs.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed argument, for no coupon and for more than 10.
    pub fn new(
        send_coupon_merchant: &'a str,
        coupons: impl IntoIterator<Item = Coupon>,
    ) -> Result<Self, Error> {
        let coupons: Vec<_> = coupons.into_iter().take(MAX_COUPONS + 1).collect();
        if !(1..=MAX_COUPONS).contains(&coupons.len()) {
            return Err(Error::ArgumentInvalid { name: "coupons", expected: "1 to 10 coupons" });
        }
        Ok(Self { send_coupon_merchant: merchant(send_coupon_merchant)?, coupons })
    }

    /// Signs, always by HMAC-SHA256. Every member of every coupon takes part, under its name with
    /// the position of the coupon behind it, from 0: `stock_id0`, `out_request_no0`, `stock_id1`, …
    ///
    /// # Errors
    /// None that the constructors have not given already.
    pub fn sign(self, key: &ApiKey) -> Result<SendCouponParams, Error> {
        let mut fields = Fields::new();
        fields.insert(SEND_COUPON_MERCHANT, self.send_coupon_merchant)?;
        for (position, coupon) in self.coupons.iter().enumerate() {
            for (name, value) in coupon.fields() {
                fields.insert(format!("{name}{position}"), value)?;
            }
        }
        Ok(SendCouponParams {
            sign: sign::sign(&fields, key, SignType::HmacSha256),
            send_coupon_merchant: self.send_coupon_merchant.into(),
            send_coupon_params: self.coupons,
        })
    }
}

/// The attributes of `<send-coupon>`, under its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SendCouponParams {
    /// The coupons.
    pub send_coupon_params: Vec<Coupon>,
    /// The merchant that hands out.
    pub send_coupon_merchant: String,
    /// The signature, in upper-case hex.
    pub sign: String,
}

/// A coupon to hand out on a page inside WeChat (H5 发券): the page redirects to a signed URL
/// (`docs/merchant/apis/offer-coupons-by-h5/h5-coupon.html`).
#[derive(Clone, Debug)]
pub struct H5Coupon<'a> {
    send_coupon_merchant: &'a str,
    openid: &'a str,
    coupon: Coupon,
}

impl<'a> H5Coupon<'a> {
    /// `send_coupon_merchant` is the merchant that hands out; its APIv2 key signs. `openid` is the
    /// user.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] for a malformed argument.
    pub fn new(
        send_coupon_merchant: &'a str,
        openid: &'a str,
        coupon: Coupon,
    ) -> Result<Self, Error> {
        Ok(Self {
            send_coupon_merchant: merchant(send_coupon_merchant)?,
            openid: argument::token("openid", openid, 128, "the openid of the user")?,
            coupon,
        })
    }

    /// Signs, always by HMAC-SHA256, and builds the URL. All its parameters are signed, unencoded.
    ///
    /// # Errors
    /// None that the constructors have not given already.
    pub fn sign(self, key: &ApiKey) -> Result<String, Error> {
        let mut fields = Fields::from_pairs(self.coupon.fields())?;
        fields.insert(SEND_COUPON_MERCHANT, self.send_coupon_merchant)?;
        fields.insert("open_id", self.openid)?;
        let sign = sign::sign(&fields, key, SignType::HmacSha256);
        let query = percent::query(fields.iter().chain([(sign::SIGN, sign.as_str())]));
        Ok(format!("{H5_COUPON_PAGE}?{query}{H5_COUPON_FRAGMENT}"))
    }
}

const SEND_COUPON_MERCHANT: &str = "send_coupon_merchant";
const MAX_COUPONS: usize = 10;
const MERCHANT: &str = "the merchant number, such as 1900000109";
const H5_COUPON_PAGE: &str = "https://action.weixin.qq.com/busifavor/getcouponinfo";

/// Without it the page answers 268435461. Older pages of the documentation have `#wechat_redirect`.
const H5_COUPON_FRAGMENT: &str = "#wechat_pay&wechat_redirect";

fn merchant(mchid: &str) -> Result<&str, Error> {
    argument::token(SEND_COUPON_MERCHANT, mchid, 15, MERCHANT)
}
