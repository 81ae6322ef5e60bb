//! The error codes: each known one has advice, and knows whether it may be tried again.

use std::collections::BTreeSet;

use serde_json::json;
use wechatpay_core::mini_program::{ApiError, ErrCode};
use wechatpay_tests::suite::{Suite, holds, refused, same, unexpected};

/// The only ones that go away by themselves.
const TRANSIENT: [i64; 6] = [-1, 45_011, 268_490_011, 268_490_012, 268_490_014, 268_490_015];

pub(crate) fn suite(suite: &mut Suite) {
    suite.accepts("every code has one name", || {
        let codes: BTreeSet<i64> = ErrCode::ALL.iter().map(|code| code.code()).collect();
        same(codes.len(), ErrCode::ALL.len())?;
        holds(!codes.contains(&0), "0 is success")
    });
    for &code in ErrCode::ALL {
        suite.accepts(format!("{code} {code:?}"), || {
            same(ErrCode::from(code.code()), code)?;
            holds(code.advice().len() >= 10, "it needs advice")?;
            same(code.retryable(), TRANSIENT.contains(&code.code()))
        });
        suite.refuses(format!("an answer with {code}"), || {
            let answer = json!({ "errcode": code.code(), "errmsg": "m" }).to_string();
            let error = ApiError::parse(answer.as_bytes()).map_err(unexpected)?.ok_or("success")?;
            same(error.errcode, code)?;
            let text = error.to_string();
            holds(text.contains(&code.code().to_string()) && text.contains(code.advice()), text)
        });
    }
    for code in [1, 2, 40_000, 268_490_999, i64::MIN, i64::MAX] {
        suite.refuses(format!("unknown code {code}"), || {
            same(ErrCode::from(code), ErrCode::Other(code))?;
            same(ErrCode::Other(code).code(), code)?;
            holds(!ErrCode::Other(code).retryable(), "what is not known is not repeated")
        });
    }
    for answer in ["{}", r#"{"errcode":0}"#, r#"{"errcode":0,"errmsg":"ok","risk_rank":1}"#] {
        suite.accepts(answer, || {
            same(ApiError::parse(answer.as_bytes()).map_err(unexpected)?, None)
        });
    }
    for answer in
        ["", "0", "[]", r#"{"errcode":null}"#, r#"{"errcode":1.5}"#, r#"{"errcode":1,"errcode":0}"#]
    {
        suite.refuses(format!("answer {answer:?}"), || {
            refused(ApiError::parse(answer.as_bytes()), "ERR_BODY_MALFORMED")
        });
    }
}
