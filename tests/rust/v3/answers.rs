//! Answers that are errors, and which answers are signed.

use wechatpay_core::v3::{ApiError, ResponseSignature};
use wechatpay_tests::suite::{Suite, holds, refused, same, unexpected};

pub(crate) fn api_error(suite: &mut Suite) {
    suite.accepts("all members", || {
        let body = r#"{"code":"PARAM_ERROR","message":"参数错误","detail":{"field":"/amount/total","value":"x","issue":"type","location":"body"},"more":1}"#;
        let error = ApiError::parse(400, body.as_bytes()).map_err(unexpected)?;
        same(error.status, 400)?;
        same(error.code.as_str(), "PARAM_ERROR")?;
        holds(error.detail().is_some_and(|text| text.starts_with("{\"field\"")), "no detail")?;
        let detail: Option<serde_json::Value> = error.detail_as().map_err(unexpected)?;
        same(detail.ok_or("no detail")?["field"].as_str(), Some("/amount/total"))?;
        refused(error.detail_as::<u8>(), "ERR_BODY_MALFORMED")?;
        holds(!format!("{error:?}").contains("/amount/total"), "Debug prints the detail")
    });
    suite.accepts("the code alone", || {
        ApiError::parse(500, br#"{"code":"SYSTEM_ERROR"}"#).map_err(unexpected).map(drop)
    });
    suite.accepts("spellings of one code", || {
        let error = ApiError::parse(404, br#"{"code":"ORDERNOTEXIST"}"#).map_err(unexpected)?;
        holds(error.is("ORDER_NOT_EXIST") && error.is("ORDERNOTEXIST"), "not recognised")?;
        holds(!error.is("ORDER_CLOSED") && !error.is("order_not_exist"), "taken for another")
    });
    let again = [
        (500, "SYSTEM_ERROR"),
        (500, "SYSTEMERROR"),
        (500, "BANK_ERROR"),
        (500, "BANKERROR"),
        (502, "SERVICE_UNAVAILABLE"),
        (503, "ANYTHING"),
        (429, "FREQUENCY_LIMITED"),
        (429, "RATELIMIT_EXCEEDED"),
        (429, "RATELIMIT_EXCEED"),
        (403, "FREQUENCY_LIMITED"),
    ];
    let retryable = |status, code: &str| {
        let body = format!("{{\"code\":\"{code}\"}}");
        ApiError::parse(status, body.as_bytes()).map_err(unexpected).map(|error| error.retryable())
    };
    for (status, code) in again {
        suite.accepts(format!("{status} {code} may be sent again"), || {
            same(retryable(status, code)?, true)
        });
    }
    let not_again = [
        (400, "PARAM_ERROR"),
        (400, "ORDER_CLOSED"),
        (400, "INVALID_REQUEST"),
        (401, "SIGN_ERROR"),
        (403, "NO_AUTH"),
        (403, "NOT_ENOUGH"),
        (403, "RULE_LIMIT"),
        (403, "RULELIMIT"),
        (403, "OUT_TRADE_NO_USED"),
        (403, "TRADE_ERROR"),
        (403, "ACCOUNT_ERROR"),
        (404, "ORDER_NOT_EXIST"),
        (404, "RESOURCE_NOT_EXISTS"),
        (500, "OPENID_MISMATCH"),
        (500, "INVALID_TRANSACTIONID"),
    ];
    for (status, code) in not_again {
        suite.refuses(format!("{status} {code} has to be mended first"), || {
            same(retryable(status, code)?, false)
        });
    }
    let listed = r#"["SYSTEM_ERROR","busy",null]"#;
    for body in
        ["", "{}", "[]", listed, "null", "\"SYSTEM_ERROR\"", "<html>502</html>", r#"{"code":1}"#]
    {
        suite.refuses(format!("{body:?} is no error answer"), || {
            refused(ApiError::parse(502, body.as_bytes()), "ERR_BODY_MALFORMED")
        });
    }
}

pub(crate) fn response_signature(suite: &mut Suite) {
    let unsigned = [
        "/v3/billdownload/file?token=abc",
        "https://api.mch.weixin.qq.com/v3/billdownload/file?token=abc",
        "/v3/merchant-service/images/ChsyMDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MA%3D%3D",
        "/v3/global/merchant-service/images/abc",
        "/v3/new-tax-control-fapiao/download?token=abc",
        "/v3/transferdownload/elecvoucherfile?token=abc",
        "/v3/transferdownload/signfile?token=abc",
    ];
    for url in unsigned {
        suite.accepts(format!("{url} is unsigned"), || {
            same(ResponseSignature::for_url(url), Ok(ResponseSignature::None))
        });
    }
    for url in [
        "/v3/global/statements?date=20261101",
        "https://apihk.mch.weixin.qq.com/v3/statements?date=20261101",
        "https://api.mch.weixin.qq.com/hk/v3/statements?date=20261101",
    ] {
        suite.accepts(format!("{url}, an overseas statement, signs its digest"), || {
            same(ResponseSignature::for_url(url), Ok(ResponseSignature::StatementSha1))
        });
    }
    let signed = [
        "/v3/pay/transactions/jsapi",
        "/v3/bill/tradebill?bill_date=2026-11-22",
        "/v3/merchant-service/images/upload",
        "/v3/merchant-service/images/",
        "/v3/merchant-service/images/a/b",
        "/v3/certificates?x=/v3/billdownload/file",
        "/v3/billdownload/files",
        "/x/v3/billdownload/file",
        "/V3/BILLDOWNLOAD/FILE",
        "/v3/global/statements/x",
        "/v3/statements/x",
        "/x/v3/statements",
    ];
    for url in signed {
        suite.refuses(format!("{url} does not pass unsigned"), || {
            same(ResponseSignature::for_url(url), Ok(ResponseSignature::Body))
        });
    }
    let not_a_url = [
        "",
        "v3/billdownload/file",
        "//v3/billdownload/file",
        "/v3/账单",
        "/v3/merchant-service/images/..",
        "/v3/billdownload/file/../../certificates",
    ];
    for url in not_a_url {
        suite.refuses(format!("{url:?} is no URL"), || {
            refused(ResponseSignature::for_url(url), "ERR_ARGUMENT_INVALID")
        });
    }
}
