//! Answers to requests: signed, refused, unsigned by documentation.

use wechatpay_core::Error;
use wechatpay_core::v2::{SignType, UnverifiedResponse};
use wechatpay_tests::suite::{Suite, holds, refused, same, unexpected};

use crate::oracle::{self, Pairs, api_key, pairs, signed_xml, to_xml};

fn order() -> Pairs {
    pairs(&[
        ("return_code", "SUCCESS"),
        ("return_msg", "OK"),
        ("result_code", "SUCCESS"),
        ("prepay_id", "wx201411101639507cbf6ffd8b0779950874"),
        ("trade_type", "JSAPI"),
        ("device_info", ""),
    ])
}

fn parse(xml: &str) -> Result<UnverifiedResponse, Error> {
    UnverifiedResponse::parse(xml.as_bytes())
}

pub(crate) fn suite(suite: &mut Suite) {
    for sign_type in [SignType::Md5, SignType::HmacSha256] {
        suite.accepts(format!("an order, {sign_type}"), || {
            let response = parse(&signed_xml(&order(), sign_type)).map_err(unexpected)?;
            holds(response.refusal().is_none(), "it was taken for a refusal")?;
            let response = response.verify(&api_key(), Some(sign_type)).map_err(unexpected)?;
            same(response.sign_type(), sign_type)?;
            let fields = response.result().map_err(|error| error.to_string())?;
            same(fields.get("prepay_id"), Some("wx201411101639507cbf6ffd8b0779950874"))
        });
        suite.refuses(format!("an order changed on its way, {sign_type}"), || {
            let xml = signed_xml(&order(), sign_type).replace("wx2014", "wx2015");
            let response = parse(&xml).map_err(unexpected)?;
            refused(response.verify(&api_key(), None), "ERR_MAC_INVALID")
        });
    }
    suite.refuses("a business error is signed and told", || {
        let mut list = order();
        list[2].1 = "FAIL".to_owned();
        list.extend(pairs(&[("err_code", "ORDERPAID"), ("err_code_des", "该订单已支付")]));
        let response = parse(&signed_xml(&list, SignType::Md5)).map_err(unexpected)?;
        let response = response.verify(&api_key(), None).map_err(unexpected)?;
        let error = response.result().err().ok_or("it was taken for a success")?;
        same(error.err_code, Some("ORDERPAID"))?;
        same(error.to_string().as_str(), "WeChat Pay answered ORDERPAID: 该订单已支付")
    });
    suite.refuses("no result_code is no success", || {
        let list = pairs(&[("return_code", "SUCCESS")]);
        let response = parse(&signed_xml(&list, SignType::Md5)).map_err(unexpected)?;
        let response = response.verify(&api_key(), None).map_err(unexpected)?;
        let error = response.result().err().ok_or("it was taken for a success")?;
        same((error.err_code, error.err_code_des), (None, None))
    });
    let refusal = to_xml(&pairs(&[("return_code", "FAIL"), ("return_msg", "签名失败")]));
    suite.refuses("a refusal is no answer, but tells why", || {
        let response = parse(&refusal).map_err(unexpected)?;
        let told = response.refusal().ok_or("no refusal")?;
        same((told.return_code, told.return_msg), ("FAIL", Some("签名失败")))?;
        refused(response.verify(&api_key(), None), "ERR_SIGN_MISSING")
    });
    suite.refuses("a success without sign is no refusal either", || {
        let response = parse(&to_xml(&order())).map_err(unexpected)?;
        holds(response.refusal().is_none(), "it was taken for a refusal")?;
        refused(response.verify(&api_key(), None), "ERR_SIGN_MISSING")
    });
    suite.refuses("a FAIL with a wrong sign is forged", || {
        let list = pairs(&[("return_code", "FAIL"), ("sign", &"0".repeat(32))]);
        let response = parse(&to_xml(&list)).map_err(unexpected)?;
        holds(response.refusal().is_none(), "it was taken for a refusal")?;
        refused(response.verify(&api_key(), None), "ERR_MAC_INVALID")
    });
    for (what, list) in [
        ("no return_code", pairs(&[("result_code", "SUCCESS")])),
        ("an empty return_code", pairs(&[("return_code", "")])),
        ("return_code in capitals", pairs(&[("RETURN_CODE", "SUCCESS")])),
    ] {
        suite.refuses(what, || refused(parse(&to_xml(&list)), "ERR_BODY_MALFORMED"));
    }
    let red_packet = to_xml(&pairs(&[
        ("return_code", "SUCCESS"),
        ("result_code", "SUCCESS"),
        ("send_listid", "1000041701201801183000165686157"),
    ]));
    for path in [
        "/mmpaymkttransfers/sendredpack",
        "/mmpaymkttransfers/sendminiprogramhb",
        "/mmpaymkttransfers/promotion/transfers",
        "/mmpaymkttransfers/pay_bank",
        "/mmpaymkttransfers/gettransferinfo",
        "/risk/getpublickey",
        "/xdc/apiv2getsignkey/sign/getsignkey",
    ] {
        suite.accepts(format!("unsigned by documentation: {path}"), || {
            let response = parse(&red_packet).map_err(unexpected)?;
            let response = response.accept_unsigned(path).map_err(unexpected)?;
            let fields = response.result().map_err(|error| error.to_string())?;
            same(fields.get("send_listid"), Some("1000041701201801183000165686157"))
        });
    }
    for path in [
        "/pay/unifiedorder",
        "/pay/orderquery",
        "/pay/micropay",
        "/secapi/pay/refund",
        "/mmpaymkttransfers/sendredpack/",
        "/mmpaymkttransfers/sendredpack?a=b",
        "https://api.mch.weixin.qq.com/mmpaymkttransfers/sendredpack",
        "/mmpaymkttransfers/SendRedPack",
        "mmpaymkttransfers/sendredpack",
        "",
    ] {
        suite.refuses(format!("signed by documentation: {path:?}"), || {
            let response = parse(&red_packet).map_err(unexpected)?;
            refused(response.accept_unsigned(path), "ERR_SIGN_MISSING")
        });
    }
    suite.refuses("an unsigned business error is told as well", || {
        let list = pairs(&[
            ("return_code", "SUCCESS"),
            ("result_code", "FAIL"),
            ("err_code", "NOTENOUGH"),
        ]);
        let response = parse(&to_xml(&list)).map_err(unexpected)?;
        let response = response.accept_unsigned("/mmpaymkttransfers/sendredpack");
        let response = response.map_err(unexpected)?;
        let error = response.result().err().ok_or("it was taken for a success")?;
        same(error.err_code, Some("NOTENOUGH"))
    });
    suite.accepts("Debug shows names only", || {
        let response = parse(&red_packet).map_err(unexpected)?;
        let shown = format!("{response:?}");
        holds(shown.contains("send_listid") && !shown.contains("10000417"), shown)?;
        let signed = parse(&oracle::signed_xml(&order(), SignType::Md5)).map_err(unexpected)?;
        let shown = format!("{:?}", signed.verify(&api_key(), None).map_err(unexpected)?);
        holds(!shown.contains("wx201411"), shown)
    });
}
