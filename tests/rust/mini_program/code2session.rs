//! code2Session: the request, and every kind of answer to it.

use serde_json::json;
use wechatpay_core::mini_program::{AppSecret, Code2Session, ErrCode, Session};
use wechatpay_tests::suite::{Suite, holds, refused, same, unexpected};

use crate::wechat::{APPID, SESSION_KEY};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

pub(crate) fn suite(suite: &mut Suite) {
    request(suite);
    answers(suite);
    refused_answers(suite);
    session_keys(suite);
}

fn request(suite: &mut Suite) {
    let url = |secret: &str, code: &str| {
        let secret = AppSecret::new(secret)?;
        let request = Code2Session::new(APPID, &secret, code)?;
        Ok((request.url().secret_str().to_owned(), request.backup_url().secret_str().to_owned()))
    };
    suite.accepts("the URLs", || {
        let query = format!(
            "/sns/jscode2session?appid={APPID}&secret={SECRET}&js_code=0b3x&grant_type=authorization_code"
        );
        let (url, backup) = url(SECRET, "0b3x").map_err(unexpected)?;
        same(url, format!("https://api.weixin.qq.com{query}"))?;
        same(backup, format!("https://api2.weixin.qq.com{query}"))
    });
    suite.accepts("a code cannot break out of its parameter", || {
        let (url, _) = url("a&b=c", "x&appid=wx1#/%+?").map_err(unexpected)?;
        holds(
            url.ends_with(
                "&secret=a%26b%3Dc&js_code=x%26appid%3Dwx1%23%2F%25%2B%3F&grant_type=authorization_code",
            ),
            url,
        )
    });
    let long = "x".repeat(257);
    for code in ["", " ", "a b", "a\r\nHost: x", "\u{7f}", "代码", &long] {
        suite.refuses(format!("code {code:?}"), || {
            refused(url(SECRET, code), "ERR_ARGUMENT_INVALID")
        });
    }
    for secret in ["", " ", "abc\n", " abc", "秘密", &long] {
        suite.refuses(format!("AppSecret {secret:?}"), || {
            refused(AppSecret::new(secret), "ERR_KEY_INVALID")
        });
    }
    for appid in ["", "wx 1", "wx|1", "wx\n1", "wx8888888888888888888888888888888888"] {
        suite.refuses(format!("appid {appid:?}"), || {
            let secret = AppSecret::new(SECRET).map_err(unexpected)?;
            refused(Code2Session::new(appid, &secret, "0b3x"), "ERR_ARGUMENT_INVALID")
        });
    }
}

fn answers(suite: &mut Suite) {
    let good = json!({ "openid": "o6", "session_key": SESSION_KEY });
    for (name, extra, unionid) in [
        ("without unionid and errcode", json!({}), None),
        ("errcode 0", json!({ "errcode": 0, "errmsg": "ok" }), None),
        ("with unionid", json!({ "unionid": "ocM" }), Some("ocM")),
        ("unionid null", json!({ "unionid": null }), None),
        ("unionid empty", json!({ "unionid": "" }), None),
        ("a member not known here", json!({ "is_limit": false }), None),
    ] {
        suite.accepts(name, || {
            let mut answer = good.clone();
            answer
                .as_object_mut()
                .ok_or("an object")?
                .extend(extra.as_object().cloned().ok_or("")?);
            let session = Session::parse(answer.to_string().as_bytes()).map_err(unexpected)?;
            let session = session.map_err(|refusal| refusal.to_string())?;
            same(session.openid(), "o6")?;
            same(session.unionid(), unionid)?;
            same(session.session_key().secret_str(), SESSION_KEY)?;
            same(session.into_session_key().secret_str(), SESSION_KEY)
        });
    }
    suite.accepts("a slash escaped as \\/", || {
        let answer = br#"{"session_key":"AAAAAAAAAA\/AAAAAAAAAAA==","openid":"o\u0036"}"#;
        let session = Session::parse(answer).map_err(unexpected)?.map_err(|e| e.to_string())?;
        same(session.openid(), "o6")?;
        same(session.session_key().secret_str(), "AAAAAAAAAA/AAAAAAAAAAA==")
    });
}

fn refused_answers(suite: &mut Suite) {
    for (code, name) in [
        (-1, ErrCode::SystemError),
        (40013, ErrCode::InvalidAppid),
        (40029, ErrCode::InvalidCode),
        (40125, ErrCode::InvalidAppSecret),
        (40163, ErrCode::CodeBeenUsed),
        (40226, ErrCode::CodeBlocked),
        (41002, ErrCode::MissingAppidParameter),
        (45011, ErrCode::MinuteQuota),
        (99_999, ErrCode::Other(99_999)),
    ] {
        suite.refuses(format!("errcode {code}"), || {
            let answer = json!({ "errcode": code, "errmsg": "no, rid: 6129ee10" }).to_string();
            let refusal = Session::parse(answer.as_bytes()).map_err(unexpected)?;
            let refusal = refusal.err().ok_or("a session came out")?;
            same(refusal.errcode, name)?;
            same(refusal.errmsg.as_str(), "no, rid: 6129ee10")
        });
    }
    suite.refuses("an error that carries a session all the same", || {
        let answer = json!({ "errcode": 40226, "openid": "o6", "session_key": SESSION_KEY });
        let refusal = Session::parse(answer.to_string().as_bytes()).map_err(unexpected)?;
        holds(refusal.is_err(), "a session came out")
    });
    for (name, answer, code) in [
        ("empty", "", "ERR_BODY_MALFORMED"),
        ("a page of a gateway", "<html>502</html>", "ERR_BODY_MALFORMED"),
        ("null", "null", "ERR_BODY_MALFORMED"),
        ("a list", "[]", "ERR_BODY_MALFORMED"),
        ("no members", "{}", "ERR_BODY_MALFORMED"),
        ("members in a list", r#"["o6",null,"tiihtNczf5v6AKRyjwEUhQ=="]"#, "ERR_BODY_MALFORMED"),
        ("cut off", r#"{"openid":"o6","session_key":"tii"#, "ERR_BODY_MALFORMED"),
        ("no session_key", r#"{"openid":"o6"}"#, "ERR_BODY_MALFORMED"),
        ("no openid", r#"{"session_key":"tiihtNczf5v6AKRyjwEUhQ=="}"#, "ERR_BODY_MALFORMED"),
        (
            "openid empty",
            r#"{"openid":"","session_key":"tiihtNczf5v6AKRyjwEUhQ=="}"#,
            "ERR_BODY_MALFORMED",
        ),
        ("session_key null", r#"{"openid":"o6","session_key":null}"#, "ERR_BODY_MALFORMED"),
        ("session_key empty", r#"{"openid":"o6","session_key":""}"#, "ERR_KEY_INVALID"),
        ("session_key short", r#"{"openid":"o6","session_key":"dGlp"}"#, "ERR_KEY_INVALID"),
        ("errcode a text", r#"{"errcode":"40029","errmsg":""}"#, "ERR_BODY_MALFORMED"),
        (
            "openid twice",
            r#"{"openid":"a","openid":"b","session_key":"tiihtNczf5v6AKRyjwEUhQ=="}"#,
            "ERR_BODY_MALFORMED",
        ),
    ] {
        suite.refuses(name, || refused(Session::parse(answer.as_bytes()), code));
    }
}

fn session_keys(suite: &mut Suite) {
    use wechatpay_core::mini_program::SessionKey;

    for key in [SESSION_KEY, "AAAAAAAAAAAAAAAAAAAAAA==", "/////////////////////w=="] {
        suite.accepts(key, || same(SessionKey::new(key).map_err(unexpected)?.secret_str(), key));
    }
    for key in [
        "",
        "session-key",
        "tiihtNczf5v6AKRyjwEUhQ",
        "tiihtNczf5v6AKRyjwEUhQ= ",
        " tiihtNczf5v6AKRyjwEUhQ==",
        "tiihtNczf5v6AKRyjwEUhQ==\n",
        "tiihtNczf5v6AKRyjwEUhR==",
        "tiihtNczf5v6AKRyjwEUhQA=",
        "tiihtNczf5v6AKRyjwEUhQAA",
        "-_ihtNczf5v6AKRyjwEUhQ==",
        "b628a1b4d7337f9bfa00a4728f011485",
        "密密密密密密密密",
    ] {
        suite.refuses(format!("session_key {key:?}"), || {
            refused(SessionKey::new(key), "ERR_KEY_INVALID")
        });
    }
}
