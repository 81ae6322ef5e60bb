//! `wx.config` and `wx.requestMerchantTransfer`.

use wechatpay_core::jssdk::{Config, JsapiTicket, RequestMerchantTransfer};
use wechatpay_core::{Error, UnixTime};
use wechatpay_tests::openssl::{self, Workshop};
use wechatpay_tests::suite::{Suite, holds, refused, same, unexpected};

const CODE: &str = "ERR_ARGUMENT_INVALID";
const TICKET: &str =
    "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg";

fn ticket() -> JsapiTicket {
    JsapiTicket::new(TICKET.as_bytes()).expect("a ticket")
}

fn sha1(text: &str) -> String {
    let shop = Workshop::open(env!("CARGO_TARGET_TMPDIR"), "v2");
    let file = shop.write(&format!("{}-sha1", std::process::id()), text.as_bytes());
    let output = openssl::run(&["dgst", "-sha1", "-r", &file]).expect("openssl dgst");
    String::from_utf8_lossy(&output).split_whitespace().next().expect("a digest").to_owned()
}

pub(crate) fn suite(suite: &mut Suite) {
    for url in [
        "https://mp.weixin.qq.com?params=value",
        "http://example.com",
        "https://example.com/a?b=c&d=%E4%B8%AD#/route?e=f",
        "https://example.com/中文",
        "https://example.com:8443/",
    ] {
        suite.accepts(format!("wx.config on {url}"), || {
            let time = UnixTime::from_secs(1_414_587_457);
            let params = Config::new("wxd930ea5d5a258f4f", url)
                .and_then(|config| config.sign(&ticket(), time, "Wm3WZYTPz0wzccnW"))
                .map_err(unexpected)?;
            let signed = url.split('#').next().expect("a part");
            let text = format!(
                "jsapi_ticket={TICKET}&noncestr=Wm3WZYTPz0wzccnW&timestamp=1414587457&url={signed}"
            );
            let expected = serde_json::json!({
                "appId": "wxd930ea5d5a258f4f",
                "timestamp": 1_414_587_457,
                "nonceStr": "Wm3WZYTPz0wzccnW",
                "signature": sha1(&text),
            });
            same(serde_json::to_value(params).expect("JSON"), expected)
        });
    }
    suite.accepts("the published example of the documentation", || {
        let time = UnixTime::from_secs(1_414_587_457);
        let params = Config::new("wxd930ea5d5a258f4f", "http://mp.weixin.qq.com?params=value")
            .and_then(|config| config.sign(&ticket(), time, "Wm3WZYTPz0wzccnW"));
        let params = params.map_err(unexpected)?;
        same(params.signature.as_str(), "0f9de62fce790f9a083d5c99e95740ceb90c27ed")
    });
    for (what, appid, url) in [
        ("no appid", "", "https://a.b/"),
        ("an appid with a blank", "wx 1", "https://a.b/"),
        ("no url", "wx1", ""),
        ("a path", "wx1", "/index.html"),
        ("no scheme", "wx1", "a.b/index.html"),
        ("no host", "wx1", "https://"),
        ("no host but a path", "wx1", "https:///a"),
        ("another scheme", "wx1", "weixin://a.b/"),
        ("a blank inside", "wx1", "https://a.b/ c"),
        ("a line end", "wx1", "https://a.b/\n"),
    ] {
        suite.refuses(format!("wx.config: {what}"), || refused(Config::new(appid, url), CODE));
    }
    for nonce in ["", "a&timestamp=1", "a b", &"n".repeat(129)] {
        suite.refuses(format!("wx.config: nonce {nonce:?}"), || {
            let config = Config::new("wx1", "https://a.b/").map_err(unexpected)?;
            refused(config.sign(&ticket(), UnixTime::from_secs(1), nonce), CODE)
        });
    }
    transfer(suite);
}

fn transfer(suite: &mut Suite) {
    let direct = || {
        RequestMerchantTransfer::new("1230000000", "wx8888888888888888", "affffddafdfafddffda==")
    };
    suite.accepts("wx.requestMerchantTransfer, direct", || {
        let params = direct().map_err(unexpected)?;
        let expected = serde_json::json!({
            "mchId": "1230000000",
            "appId": "wx8888888888888888",
            "package": "affffddafdfafddffda==",
        });
        same(serde_json::to_value(params).expect("JSON"), expected)?;
        same(
            params.to_query().as_str(),
            "mchId=1230000000&appId=wx8888888888888888&package=affffddafdfafddffda%3D%3D",
        )
    });
    suite.accepts("wx.requestMerchantTransfer, partner", || {
        let params: Result<_, Error> = direct()
            .and_then(|params| params.sub_mchid("1230000001"))
            .and_then(|params| params.sub_appid("wx8888888888888889"))
            .and_then(|params| params.openid("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"));
        let params = params.map_err(unexpected)?;
        let expected = serde_json::json!({
            "mchId": "1230000000",
            "subMchId": "1230000001",
            "appId": "wx8888888888888888",
            "subAppId": "wx8888888888888889",
            "package": "affffddafdfafddffda==",
            "openId": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
        });
        same(serde_json::to_value(params).expect("JSON"), expected)?;
        let query = params.to_query();
        holds(query.contains("&subMchId=1230000001&appId="), &query)?;
        holds(query.ends_with("&openId=oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"), &query)
    });
    for (what, result) in [
        ("no mchid", RequestMerchantTransfer::new("", "wx8", "a")),
        ("no appid", RequestMerchantTransfer::new("19", "", "a")),
        ("an appid with blanks", RequestMerchantTransfer::new("19", "wxf1 ", "a")),
        ("no package", RequestMerchantTransfer::new("19", "wx8", "")),
        ("a package URL-encoded already", RequestMerchantTransfer::new("19", "wx8", "a%3D%3D")),
        ("no sub_mchid", direct().and_then(|params| params.sub_mchid(""))),
        ("no sub_appid", direct().and_then(|params| params.sub_appid(""))),
        ("an openid with a line end", direct().and_then(|params| params.openid("o\n"))),
    ] {
        suite.refuses(format!("wx.requestMerchantTransfer: {what}"), || refused(result, CODE));
    }
}
