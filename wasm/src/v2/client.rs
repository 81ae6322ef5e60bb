//! What the client is called with.

use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wechatpay_core::Error;
use wechatpay_core::UnixTime;
use wechatpay_core::v2::AppPayment;
use wechatpay_core::v2::Coupon;
use wechatpay_core::v2::H5Coupon;
use wechatpay_core::v2::PayScoreDetail;
use wechatpay_core::v2::PayScoreUse;
use wechatpay_core::v2::RedPacket;
use wechatpay_core::v2::RequestPayment;
use wechatpay_core::v2::SendCoupon;

use crate::failure::Failure;
use crate::results::to_js;
use crate::v2::MerchantV2Handle;
use crate::v2::sign_type;

#[wasm_bindgen]
impl MerchantV2Handle {
    /// Signs the parameters of `wx.requestPayment`.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID`.
    #[wasm_bindgen(js_name = requestPayment)]
    pub fn request_payment(
        &self,
        appid: &str,
        prepay_id: &str,
        sign_type: &str,
        timestamp: u32,
        nonce_str: &str,
    ) -> Result<JsValue, Failure> {
        let params = RequestPayment::new(appid, prepay_id)?
            .finalize(seconds(timestamp), nonce_str)?
            .sign(&self.key, self::sign_type(sign_type)?)?;
        Ok(to_js(&params))
    }

    /// Signs the parameters of a payment in an app.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID`.
    #[wasm_bindgen(js_name = appPayment)]
    pub fn app_payment(
        &self,
        appid: &str,
        partnerid: &str,
        prepay_id: &str,
        sign_type: &str,
        timestamp: u32,
        nonce_str: &str,
    ) -> Result<JsValue, Failure> {
        let params = AppPayment::new(appid, partnerid, prepay_id)?
            .finalize(seconds(timestamp), nonce_str)?
            .sign(&self.key, self::sign_type(sign_type)?)?;
        Ok(to_js(&params))
    }

    /// Signs the parameters of `wx.sendBizRedPacket`.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID`.
    #[wasm_bindgen(js_name = redPacket)]
    pub fn red_packet(
        &self,
        appid: &str,
        package: &str,
        timestamp: u32,
        nonce_str: &str,
    ) -> Result<JsValue, Failure> {
        let params = RedPacket::new(appid, package)?
            .finalize(seconds(timestamp), nonce_str)?
            .sign(&self.key)?;
        Ok(to_js(&params))
    }

    /// Signs the parameters of `wxpayScoreDetail`.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID`.
    #[wasm_bindgen(js_name = payScoreDetail)]
    pub fn pay_score_detail(
        &self,
        mchid: &str,
        service_id: &str,
        out_order_no: &str,
        timestamp: u32,
        nonce_str: &str,
    ) -> Result<JsValue, Failure> {
        let params = PayScoreDetail::new(mchid, service_id, out_order_no)?.sign(
            &self.key,
            seconds(timestamp),
            nonce_str,
        )?;
        Ok(to_js(&BusinessView { query: params.to_query(), extra_data: params }))
    }

    /// Signs the parameters of `wxpayScoreUse` in its older form.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID`.
    #[wasm_bindgen(js_name = payScoreUse)]
    pub fn pay_score_use(
        &self,
        mchid: &str,
        package: &str,
        timestamp: u32,
        nonce_str: &str,
    ) -> Result<JsValue, Failure> {
        let params =
            PayScoreUse::new(mchid, package)?.sign(&self.key, seconds(timestamp), nonce_str)?;
        Ok(to_js(&BusinessView { query: params.to_query(), extra_data: params }))
    }

    /// Signs the attributes of `<send-coupon>`.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID`.
    #[wasm_bindgen(js_name = sendCoupon)]
    pub fn send_coupon(&self, merchant: &str, coupons: CouponList) -> Result<JsValue, Failure> {
        Ok(to_js(&SendCoupon::new(merchant, coupons.0)?.sign(&self.key)?))
    }

    /// Signs the URL of the page that hands out a coupon, the first of the list.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID`.
    #[wasm_bindgen(js_name = couponUrl)]
    pub fn coupon_url(
        &self,
        merchant: &str,
        openid: &str,
        coupons: CouponList,
    ) -> Result<String, Failure> {
        let coupon = coupons.0.into_iter().next();
        let coupon =
            coupon.ok_or(Error::ArgumentInvalid { name: "coupon", expected: "a coupon" })?;
        H5Coupon::new(merchant, openid, coupon)?.sign(&self.key).map_err(Failure::from)
    }
}

/// Coupons on their way to be signed.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct CouponList(Vec<Coupon>);

#[wasm_bindgen]
impl CouponList {
    /// No coupon yet.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a coupon.
    ///
    /// # Errors
    /// `ERR_ARGUMENT_INVALID`.
    pub fn add(
        &mut self,
        stock_id: &str,
        out_request_no: &str,
        coupon_code: Option<String>,
        create_coupon_merchant: Option<String>,
        customize_send_time: Option<String>,
    ) -> Result<(), Failure> {
        let mut coupon = Coupon::new(stock_id, out_request_no)?;
        if let Some(code) = coupon_code {
            coupon = coupon.coupon_code(&code)?;
        }
        if let Some(merchant) = create_coupon_merchant {
            coupon = coupon.create_coupon_merchant(&merchant)?;
        }
        if let Some(time) = customize_send_time {
            coupon = coupon.customize_send_time(&time)?;
        }
        self.0.push(coupon);
        Ok(())
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BusinessView<T> {
    extra_data: T,
    query: String,
}

fn seconds(timestamp: u32) -> UnixTime {
    UnixTime::from_secs(u64::from(timestamp))
}
