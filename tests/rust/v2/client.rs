//! What the client is called with: payments, red packets, payscore, coupons.

use wechatpay_core::v2::{
    AppPayment, Coupon, H5Coupon, PayScoreDetail, PayScoreUse, RedPacket, RequestPayment,
    SendCoupon, SignType,
};
use wechatpay_core::{Error, UnixTime};
use wechatpay_tests::suite::{Check, Suite, refused, same, unexpected};

use crate::oracle::{self, KEY, api_key, pairs};

const APPID: &str = "wx2421b1c4370ec43b";
const NONCE: &str = "zyx53Nkey8o4bHpxTQvd8m7e92nG5mG2";
const TIME: &str = "1530097563";
const CODE: &str = "ERR_ARGUMENT_INVALID";

fn time() -> UnixTime {
    UnixTime::from_secs(1_530_097_563)
}

fn json(value: impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(value).expect("JSON")
}

fn expected(list: &[(&str, &str)], sign_type: SignType) -> String {
    oracle::sign(&pairs(list), KEY, sign_type)
}

/// The members in the order of their names, as JSON compares them.
fn members(list: &[(&str, &str)]) -> serde_json::Value {
    let pairs = list.iter().map(|(name, value)| ((*name).to_owned(), (*value).into()));
    serde_json::Value::Object(pairs.collect())
}

pub(crate) fn suite(suite: &mut Suite) {
    for sign_type in [SignType::Md5, SignType::HmacSha256] {
        suite.accepts(format!("wx.requestPayment, {sign_type}"), || request_payment(sign_type));
        suite.accepts(format!("an app's payment, {sign_type}"), || app_payment(sign_type));
    }
    for (what, appid, prepay_id) in [
        ("no appid", "", "wx20"),
        ("an appid with &", "wx&1", "wx20"),
        ("an appid of 33", &"w".repeat(33), "wx20"),
        ("no prepay_id", APPID, ""),
        ("prepay_id= before it", APPID, "prepay_id=wx20"),
        ("a prepay_id with a line end", APPID, "wx20\n"),
        ("a prepay_id of 65", APPID, &"w".repeat(65)),
        ("a Chinese prepay_id", APPID, "微信"),
    ] {
        suite.refuses(format!("wx.requestPayment: {what}"), || {
            refused(RequestPayment::new(appid, prepay_id), CODE)
        });
        suite.refuses(format!("an app's payment: {what}"), || {
            refused(AppPayment::new(appid, "1900000109", prepay_id), CODE)
        });
    }
    for nonce in ["", &"n".repeat(33), "a&b", "a b", "随机"] {
        suite.refuses(format!("nonce {nonce:?}"), || {
            let payment = RequestPayment::new(APPID, "wx20").map_err(unexpected)?;
            refused(payment.finalize(time(), nonce), CODE)?;
            let payment = AppPayment::new(APPID, "19", "wx20").map_err(unexpected)?;
            refused(payment.finalize(time(), nonce), CODE)?;
            let packet = RedPacket::new(APPID, "sendid=1").map_err(unexpected)?;
            refused(packet.finalize(time(), nonce), CODE)?;
            let detail = PayScoreDetail::new("19", "5", "1").map_err(unexpected)?;
            refused(detail.sign(&api_key(), time(), nonce), CODE)?;
            let confirm = PayScoreUse::new("19", "A").map_err(unexpected)?;
            refused(confirm.sign(&api_key(), time(), nonce), CODE)
        });
    }
    red_packet(suite);
    pay_score(suite);
    coupons(suite);
}

fn request_payment(sign_type: SignType) -> Check {
    let params = RequestPayment::new(APPID, "wx201411101639507cbf6ffd8b0779950874")
        .and_then(|payment| payment.finalize(time(), NONCE)?.sign(&api_key(), sign_type));
    let package = "prepay_id=wx201411101639507cbf6ffd8b0779950874";
    let signed = [
        ("appId", APPID),
        ("timeStamp", TIME),
        ("nonceStr", NONCE),
        ("package", package),
        ("signType", sign_type.as_str()),
    ];
    let sign = expected(&signed, sign_type);
    let all = [&signed[1..], &[("paySign", sign.as_str())]].concat();
    same(json(params.map_err(unexpected)?), members(&all))
}

fn app_payment(sign_type: SignType) -> Check {
    let params = AppPayment::new(APPID, "1900000109", "wx2014")
        .and_then(|payment| payment.finalize(time(), NONCE)?.sign(&api_key(), sign_type));
    let signed = [
        ("appid", APPID),
        ("partnerid", "1900000109"),
        ("prepayid", "wx2014"),
        ("package", "Sign=WXPay"),
        ("noncestr", NONCE),
        ("timestamp", TIME),
    ];
    let sign = expected(&signed, sign_type);
    let all = [&signed[..], &[("sign", sign.as_str())]].concat();
    same(json(params.map_err(unexpected)?), members(&all))
}

fn red_packet(suite: &mut Suite) {
    let package = "sendid=242e8abd163d300019b2cae74ba8e8c06e3f0e51ab84d16b3c80decd22a5b672&ver=8\
                   &sign=4110d649a5aef52dd6b95654ddf91ca7d5411ac159ace4e1a766b7d3967a1c3d\
                   &mchid=11475856&appid=wxd27ebc41b85ce36d";
    suite.accepts("wx.sendBizRedPacket: the raw package is signed, signType is not", || {
        let params = RedPacket::new(APPID, package)
            .and_then(|packet| packet.finalize(time(), NONCE)?.sign(&api_key()));
        let signed =
            [("appId", APPID), ("timeStamp", TIME), ("nonceStr", NONCE), ("package", package)];
        let sign = expected(&signed, SignType::Md5);
        let encoded = package.replace('=', "%3D").replace('&', "%26");
        let all = [
            ("timeStamp", TIME),
            ("nonceStr", NONCE),
            ("package", encoded.as_str()),
            ("signType", "MD5"),
            ("paySign", &sign),
        ];
        same(json(params.map_err(unexpected)?), members(&all))
    });
    for (what, package) in [
        ("nothing", ""),
        ("URL-encoded already", "sendid%3D242e%26ver%3D8"),
        ("with a blank", "sendid=1 &ver=8"),
        ("with a line end", "sendid=1\n"),
        ("Chinese", "sendid=红包"),
        ("1025 bytes", &format!("sendid={}", "1".repeat(1018))),
    ] {
        suite.refuses(format!("package: {what}"), || refused(RedPacket::new(APPID, package), CODE));
    }
}

fn pay_score(suite: &mut Suite) {
    suite.accepts("wxpayScoreDetail", || {
        let params = PayScoreDetail::new("1230000109", "88888888000011", "1234|JKH*DFE_-1243252")
            .and_then(|detail| detail.sign(&api_key(), time(), NONCE))
            .map_err(unexpected)?;
        let signed = [
            ("mch_id", "1230000109"),
            ("service_id", "88888888000011"),
            ("out_order_no", "1234|JKH*DFE_-1243252"),
            ("timestamp", TIME),
            ("nonce_str", NONCE),
            ("sign_type", "HMAC-SHA256"),
        ];
        let sign = expected(&signed, SignType::HmacSha256);
        let all = [&signed[..], &[("sign", sign.as_str())]].concat();
        same(json(&params), members(&all))?;
        same(
            params.to_query(),
            format!(
                "mch_id=1230000109&service_id=88888888000011&out_order_no=1234%7CJKH*DFE_-1243252\
                 &timestamp={TIME}&nonce_str={NONCE}&sign_type=HMAC-SHA256&sign={sign}"
            ),
        )
    });
    suite.accepts("wxpayScoreUse, older form", || {
        let params = PayScoreUse::new("1230000109", "AAQTnZoA_B+/Pv==")
            .and_then(|confirm| confirm.sign(&api_key(), time(), NONCE))
            .map_err(unexpected)?;
        let signed = [
            ("mch_id", "1230000109"),
            ("package", "AAQTnZoA_B+/Pv=="),
            ("timestamp", TIME),
            ("nonce_str", NONCE),
            ("sign_type", "HMAC-SHA256"),
        ];
        let sign = expected(&signed, SignType::HmacSha256);
        let all = [&signed[..], &[("sign", sign.as_str())]].concat();
        same(json(&params), members(&all))?;
        same(
            params.to_query(),
            format!(
                "mch_id=1230000109&package=AAQTnZoA_B%2B%2FPv%3D%3D&timestamp={TIME}\
                 &nonce_str={NONCE}&sign_type=HMAC-SHA256&sign={sign}"
            ),
        )
    });
    let long = "1".repeat(33);
    for (what, mch_id, service_id, out_order_no) in [
        ("no mch_id", "", "5", "1"),
        ("no service_id", "19", "", "1"),
        ("no out_order_no", "19", "5", ""),
        ("an out_order_no of 33", "19", "5", &long),
        ("an out_order_no with &", "19", "5", "1&sign=2"),
        ("an out_order_no with a blank", "19", "5", "1 2"),
    ] {
        suite
            .refuses(what, || refused(PayScoreDetail::new(mch_id, service_id, out_order_no), CODE));
    }
    for package in ["", "a&b=c", "a b", "套餐"] {
        suite.refuses(format!("package {package:?}"), || {
            refused(PayScoreUse::new("19", package), CODE)
        });
    }
}

fn coupons(suite: &mut Suite) {
    let coupon = |number: u32| Coupon::new(&format!("98065{number:03}"), &format!("8956|{number}"));
    suite.accepts("sendCoupon: every member of every coupon, with its position", || {
        let first = coupon(0).and_then(|coupon| coupon.coupon_code("100088"));
        let second = coupon(1)
            .and_then(|coupon| coupon.create_coupon_merchant("10016227"))
            .and_then(|coupon| coupon.customize_send_time("2026-11-18T16:26:40+08:00"));
        let coupons = [first.map_err(unexpected)?, second.map_err(unexpected)?];
        let params = SendCoupon::new("10016226", coupons).and_then(|send| send.sign(&api_key()));
        let sign = expected(
            &[
                ("stock_id0", "98065000"),
                ("out_request_no0", "8956|0"),
                ("coupon_code0", "100088"),
                ("stock_id1", "98065001"),
                ("out_request_no1", "8956|1"),
                ("create_coupon_merchant1", "10016227"),
                ("customize_send_time1", "2026-11-18T16:26:40+08:00"),
                ("send_coupon_merchant", "10016226"),
            ],
            SignType::HmacSha256,
        );
        let expected = serde_json::json!({
            "send_coupon_params": [
                {"stock_id": "98065000", "out_request_no": "8956|0", "coupon_code": "100088"},
                {
                    "stock_id": "98065001",
                    "out_request_no": "8956|1",
                    "create_coupon_merchant": "10016227",
                    "customize_send_time": "2026-11-18T16:26:40+08:00",
                },
            ],
            "send_coupon_merchant": "10016226",
            "sign": sign,
        });
        same(json(params.map_err(unexpected)?), expected)
    });
    suite.accepts("ten coupons", || {
        let coupons: Result<Vec<_>, Error> = (0..10).map(coupon).collect();
        let send = SendCoupon::new("10016226", coupons.map_err(unexpected)?).map_err(unexpected)?;
        same(send.sign(&api_key()).map_err(unexpected)?.send_coupon_params.len(), 10)
    });
    for count in [0, 11, 1000] {
        suite.refuses(format!("{count} coupons"), || {
            let coupons: Result<Vec<_>, Error> = (0..count).map(coupon).collect();
            refused(SendCoupon::new("10016226", coupons.map_err(unexpected)?), CODE)
        });
    }
    suite.accepts("the page for one coupon", || {
        let coupon = Coupon::new("1234567890000000", "2019|1128-0000")
            .and_then(|coupon| coupon.coupon_code("a+b"));
        let url = H5Coupon::new("123456789", "oiSFDIOoijdsf", coupon.map_err(unexpected)?)
            .and_then(|coupon| coupon.sign(&api_key()));
        let sign = expected(
            &[
                ("stock_id", "1234567890000000"),
                ("out_request_no", "2019|1128-0000"),
                ("coupon_code", "a+b"),
                ("send_coupon_merchant", "123456789"),
                ("open_id", "oiSFDIOoijdsf"),
            ],
            SignType::HmacSha256,
        );
        same(
            url.map_err(unexpected)?,
            format!(
                "https://action.weixin.qq.com/busifavor/getcouponinfo?stock_id=1234567890000000\
                 &out_request_no=2019%7C1128-0000&coupon_code=a%2Bb&send_coupon_merchant=123456789\
                 &open_id=oiSFDIOoijdsf&sign={sign}#wechat_pay&wechat_redirect"
            ),
        )
    });
    for (what, result) in [
        ("no stock_id", Coupon::new("", "1")),
        ("a stock_id of 21", Coupon::new(&"1".repeat(21), "1")),
        ("no out_request_no", Coupon::new("1", "")),
        ("an out_request_no with &", Coupon::new("1", "1&a=b")),
        ("an out_request_no of 129", Coupon::new("1", &"1".repeat(129))),
        ("no coupon_code", coupon(1).and_then(|coupon| coupon.coupon_code(""))),
        ("a coupon_code with a blank", coupon(1).and_then(|coupon| coupon.coupon_code("a b"))),
        ("no merchant", coupon(1).and_then(|coupon| coupon.create_coupon_merchant(""))),
        ("no time", coupon(1).and_then(|coupon| coupon.customize_send_time(""))),
        (
            "a time with a blank",
            coupon(1).and_then(|coupon| coupon.customize_send_time("2026-11-18 16:26:40")),
        ),
    ] {
        suite.refuses(what, || refused(result, CODE));
    }
    for (what, merchant, open_id) in [
        ("no merchant", "", "oX"),
        ("a merchant of 16 digits", "1234567890123456", "oX"),
        ("no open_id", "10016226", ""),
        ("an open_id with &", "10016226", "o&sign=1"),
    ] {
        suite.refuses(format!("page: {what}"), || {
            let coupon = coupon(1).map_err(unexpected)?;
            refused(H5Coupon::new(merchant, open_id, coupon), CODE)
        });
    }
}
