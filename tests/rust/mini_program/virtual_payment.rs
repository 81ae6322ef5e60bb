//! Virtual payment: which key signs which text, and in which form.

use serde_json::{Value, json};
use wechatpay_core::Error;
use wechatpay_core::mini_program::{
    AppKeys, Env, RequestVirtualPayment, UnverifiedPayEvent, VirtualPaymentCall, VirtualPaymentMode,
};
use wechatpay_tests::primitives::hmac_sha256;
use wechatpay_tests::suite::{Suite, refused, same, unexpected};

use crate::wechat::{SESSION_KEY, session_key};

const LIVE: &str = "live-app-key";
const SANDBOX: &str = "sandbox-app-key";
const EVENT: &str = "minigame_game_pay_goods_deliver_notify";

fn app_keys() -> AppKeys {
    let keys = AppKeys::default().with(Env::Live, LIVE).and_then(|k| k.with(Env::Sandbox, SANDBOX));
    keys.expect("two keys")
}

pub(crate) fn suite(suite: &mut Suite) {
    keys(suite);
    calls(suite);
    client(suite);
    events(suite);
}

fn keys(suite: &mut Suite) {
    let long = "x".repeat(129);
    for key in ["", " ", "a b", "key\n", "钥匙", &long] {
        suite.refuses(format!("AppKey {key:?}"), || {
            refused(AppKeys::default().with(Env::Live, key), "ERR_KEY_INVALID")
        });
    }
    for env in [Env::Live, Env::Sandbox] {
        suite.refuses(format!("two keys for {env:?}"), || {
            refused(app_keys().with(env, "another"), "ERR_ARGUMENT_INVALID")
        });
    }
}

fn calls(suite: &mut Suite) {
    let uri = "/xpay/query_user_balance";
    for (name, body, env, key) in [
        ("env 0", r#"{"openid":"o","env":0}"#, Env::Live, LIVE),
        ("env 1", r#"{"env": 1, "openid": "o"}"#, Env::Sandbox, SANDBOX),
        ("no env", r#"{"openid":"支付"}"#, Env::Live, LIVE),
        ("line ends and blanks", "{\r\n \"env\" : 1\n}\n", Env::Sandbox, SANDBOX),
        ("an ampersand", r#"{"env":0,"attach":"a&b=c&"}"#, Env::Live, LIVE),
    ] {
        suite.accepts(name, || {
            let call = VirtualPaymentCall::new(uri, body).map_err(unexpected)?;
            same(call.env(), env)?;
            let expected = hmac_sha256(key.as_bytes(), format!("{uri}&{body}").as_bytes());
            same(call.pay_sig(&app_keys()).map_err(unexpected)?, expected)?;
            let expected = hmac_sha256(SESSION_KEY.as_bytes(), body.as_bytes());
            same(call.signature(&session_key()), expected)
        });
    }
    for uri in [
        "",
        "xpay/query_user_balance",
        "//api.weixin.qq.com/xpay/x",
        "https://api.weixin.qq.com/xpay/x",
        "/xpay/x?access_token=1",
        "/xpay/x#",
        "/xpay/x&",
        "/xpay/ x",
        "/xpay/x\n",
        "requestVirtualPayment",
    ] {
        suite.refuses(format!("uri {uri:?}"), || {
            refused(VirtualPaymentCall::new(uri, "{}"), "ERR_ARGUMENT_INVALID")
        });
    }
    for body in [
        "",
        "env=0",
        "[]",
        "null",
        "{",
        "{} x",
        r#"{"env":2}"#,
        r#"{"env":-1}"#,
        r#"{"env":"0"}"#,
        r#"{"env":0.0}"#,
        r#"{"env":true}"#,
        r#"{"env":null}"#,
        r#"{"env":256}"#,
        r#"{"env":0,"env":1}"#,
        r#"{"env":0,"Env":1}"#,
        r#"{"Env":1}"#,
        r#"{"Env":null}"#,
    ] {
        suite.refuses(format!("body {body:?}"), || {
            refused(VirtualPaymentCall::new(uri, body), "ERR_ARGUMENT_INVALID")
        });
    }
    for (env, other) in [(0, Env::Sandbox), (1, Env::Live)] {
        suite.refuses(format!("env {env} without its key"), || {
            let keys = AppKeys::default().with(other, LIVE).map_err(unexpected)?;
            let body = json!({ "env": env }).to_string();
            let call = VirtualPaymentCall::new(uri, &body).map_err(unexpected)?;
            refused(call.pay_sig(&keys), "ERR_KEY_INVALID")
        });
    }
    suite.refuses("no keys at all", || {
        let call = VirtualPaymentCall::new(uri, "{}").map_err(unexpected)?;
        refused(call.pay_sig(&AppKeys::default()), "ERR_KEY_INVALID")
    });
}

fn client(suite: &mut Suite) {
    for (mode, name) in [
        (VirtualPaymentMode::ShortSeriesGoods, "short_series_goods"),
        (VirtualPaymentMode::ShortSeriesCoin, "short_series_coin"),
    ] {
        suite.accepts(name, || {
            let data = r#"{"offerId": "1", "env": 1, "goodsPrice":990}"#;
            let params = RequestVirtualPayment::new(mode, data)
                .and_then(|request| request.sign(&app_keys(), &session_key()))
                .map_err(unexpected)?;
            let message = format!("requestVirtualPayment&{data}");
            let expected = json!({
                "signData": data,
                "mode": name,
                "paySig": hmac_sha256(SANDBOX.as_bytes(), message.as_bytes()),
                "signature": hmac_sha256(SESSION_KEY.as_bytes(), data.as_bytes()),
            });
            same(serde_json::to_value(params).map_err(|error| error.to_string())?, expected)
        });
    }
    for data in ["", "{", r#"{"env":3}"#] {
        suite.refuses(format!("sign_data {data:?}"), || {
            let request = RequestVirtualPayment::new(VirtualPaymentMode::ShortSeriesCoin, data);
            refused(request, "ERR_ARGUMENT_INVALID")
        });
    }
}

fn events(suite: &mut Suite) {
    let sign = |key: &str, payload: &str| {
        hmac_sha256(key.as_bytes(), format!("{EVENT}&{payload}").as_bytes())
    };
    let verify = |event: &str, payload: &str, signature: &str| -> Result<(Env, Value), Error> {
        let verified = UnverifiedPayEvent::new(event, payload, signature)?.verify(&app_keys())?;
        assert_eq!(verified.json(), payload);
        Ok((verified.env(), verified.json_as()?))
    };
    let payload = |env: u8| json!({ "OpenId": "o", "Env": env, "OutTradeNo": "1" }).to_string();
    for (number, env, key) in [(0, Env::Live, LIVE), (1, Env::Sandbox, SANDBOX)] {
        suite.accepts(format!("Env {number}"), || {
            let payload = payload(number);
            let (found, json) =
                verify(EVENT, &payload, &sign(key, &payload)).map_err(unexpected)?;
            same(found, env)?;
            same(json["OutTradeNo"].as_str(), Some("1"))
        });
    }
    suite.accepts("an env beside it is not Env", || {
        let text = r#"{"OpenId":"o","env":1}"#;
        let (env, _) = verify(EVENT, text, &sign(LIVE, text)).map_err(unexpected)?;
        same(env, Env::Live)
    });
    suite.accepts("no Env is live", || {
        let (env, _) = verify(EVENT, "{}", &sign(LIVE, "{}")).map_err(unexpected)?;
        same(env, Env::Live)
    });
    let (live, good) = (payload(0), sign(LIVE, &payload(0)));
    for (name, event, text, signature) in [
        ("signed with the sandbox key, Env 0", EVENT, &*live, sign(SANDBOX, &live)),
        ("another Env", EVENT, &payload(1), good.clone()),
        ("another event", "minigame_coin_deliver_completed", &live, good.clone()),
        ("written anew", EVENT, &live.replace(':', ": "), good.clone()),
        ("upper case", EVENT, &live, good.to_uppercase()),
        ("no signature", EVENT, &live, String::new()),
        ("cut off", EVENT, &live, good[..63].to_owned()),
        ("too long", EVENT, &live, format!("{good}0")),
        ("without the event", EVENT, &live, hmac_sha256(LIVE.as_bytes(), live.as_bytes())),
    ] {
        suite.refuses(name, || refused(verify(event, text, &signature), "ERR_MAC_INVALID"));
    }
    suite.refuses("signed, but no JSON", || {
        refused(verify(EVENT, "x", &sign(LIVE, "x")), "ERR_ARGUMENT_INVALID")
    });
    // One text, two readings: a `&` inside the payload taken for the border.
    let split = r#"x&{"Env":0}"#;
    let event = format!("{EVENT}&x");
    for event in [event.as_str(), "", "a b", "事件", "a&"] {
        suite.refuses(format!("event {event:?}"), || {
            refused(verify(event, r#"{"Env":0}"#, &sign(LIVE, split)), "ERR_ARGUMENT_INVALID")
        });
    }
}
