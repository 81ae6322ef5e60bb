//! The URL check and plain mode: `signature` over token, time and nonce.

use wechatpay_core::message_push::{Format, PushQuery, Token, UnverifiedPlainMessage, UrlCheck};
use wechatpay_core::{Error, Tolerance, UnixTime};
use wechatpay_tests::primitives::{sha1, sha1_sorted};
use wechatpay_tests::suite::{Suite, holds, refused, same, unexpected};

use crate::wechat::{NOW, TOKEN, token};

type Pairs = Vec<(&'static str, String)>;

fn pairs() -> Pairs {
    let timestamp = NOW.to_string();
    let signature = sha1_sorted(vec![TOKEN, &timestamp, "1514711492"]);
    vec![
        ("signature", signature),
        ("echostr", "4375120948345356249".to_owned()),
        ("timestamp", timestamp),
        ("nonce", "1514711492".to_owned()),
    ]
}

fn query(pairs: &Pairs) -> Result<PushQuery<'_>, Error> {
    PushQuery::from_pairs(pairs.iter().map(|(name, value)| (*name, value.as_str())))
}

fn check(pairs: &Pairs) -> Result<String, Error> {
    UrlCheck::new(query(pairs)?).verify(&token()).map(str::to_owned)
}

pub(crate) fn url_check(suite: &mut Suite) {
    suite.accepts("as WeChat asks", || {
        same(check(&pairs()).map_err(unexpected)?.as_str(), "4375120948345356249")
    });
    suite.accepts("parameters not known here", || {
        let mut pairs = pairs();
        pairs.push(("openid", "o9".to_owned()));
        pairs.push(("openid", "o8".to_owned()));
        check(&pairs).map(drop).map_err(unexpected)
    });
    for name in ["signature", "echostr", "timestamp", "nonce"] {
        suite.refuses(format!("without {name}"), || {
            let mut pairs = pairs();
            pairs.retain(|(n, _)| *n != name);
            refused(check(&pairs), "ERR_ARGUMENT_INVALID")
        });
        suite.refuses(format!("{name} twice"), || {
            let mut pairs = pairs();
            let value = pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone());
            pairs.push((name, value.unwrap_or_default()));
            refused(check(&pairs), "ERR_ARGUMENT_INVALID")
        });
    }
    let long = "1".repeat(65);
    for (name, value) in [
        ("timestamp", ""),
        ("timestamp", "-1"),
        ("timestamp", "1795000000.0"),
        ("timestamp", " 1795000000"),
        ("timestamp", "1795000000000000"),
        ("nonce", ""),
        ("nonce", "a b"),
        ("nonce", "随机"),
        ("nonce", "a&b"),
        ("nonce", &long),
        ("encrypt_type", "AES"),
        ("encrypt_type", ""),
    ] {
        suite.refuses(format!("{name}={value}"), || {
            let mut pairs = pairs();
            pairs.retain(|(n, _)| *n != name);
            pairs.push((name, value.to_owned()));
            refused(check(&pairs), "ERR_ARGUMENT_INVALID")
        });
    }
    let good = pairs()[0].1.clone();
    let timestamp = NOW.to_string();
    for (name, signature) in [
        ("empty", String::new()),
        ("upper case", good.to_uppercase()),
        ("cut off", good[..39].to_owned()),
        ("too long", format!("{good}0")),
        ("unsorted", sha1(format!("{TOKEN}{timestamp}1514711492").as_bytes())),
        ("another token", sha1_sorted(vec!["AAAAAtoken2", &timestamp, "1514711492"])),
        ("no token", sha1_sorted(vec![&timestamp, "1514711492"])),
        ("with echostr", sha1_sorted(vec![TOKEN, &timestamp, "1514711492", "4375120948345356249"])),
    ] {
        suite.refuses(format!("signature: {name}"), || {
            let mut pairs = pairs();
            pairs[0].1.clone_from(&signature);
            refused(check(&pairs), "ERR_MAC_INVALID")
        });
    }
    for (name, value) in [("timestamp", "1795000001"), ("nonce", "1514711493")] {
        suite.refuses(format!("another {name}"), || {
            let mut pairs = pairs();
            pairs.retain(|(n, _)| *n != name);
            pairs.push((name, value.to_owned()));
            refused(check(&pairs), "ERR_MAC_INVALID")
        });
    }
    freshness(suite);
}

fn freshness(suite: &mut Suite) {
    let fresh = |now: u64, tolerance: u32| {
        let pairs = pairs();
        let query =
            query(&pairs)?.fresh(UnixTime::from_secs(now), Tolerance::from_secs(tolerance))?;
        assert_eq!(query.time(), UnixTime::from_secs(NOW));
        UrlCheck::new(query).verify(&token()).map(drop)
    };
    for now in [NOW - 300, NOW, NOW + 300] {
        suite.accepts(format!("{now} within 300 s"), || fresh(now, 300).map_err(unexpected));
    }
    for (now, tolerance) in [(NOW - 301, 300), (NOW + 301, 300), (NOW + 1, 0), (0, 300)] {
        suite.refuses(format!("{now} not within {tolerance} s"), || {
            refused(fresh(now, tolerance), "ERR_TIMESTAMP_OUTSIDE_WINDOW")
        });
    }
}

pub(crate) fn suite(suite: &mut Suite) {
    let pairs = pairs();
    let verify = |body: &[u8], token: &Token| {
        let message = UnverifiedPlainMessage::new(query(&pairs)?, body).verify(token)?;
        Ok((message.unauthenticated_text().to_owned(), message.format()))
    };
    for (name, body, format) in [
        ("JSON", r#"{"Event":"debug_demo"}"#, Format::Json),
        ("XML", "<xml><Event>debug_demo</Event></xml>", Format::Xml),
        ("blanks before it", " \r\n{}", Format::Json),
    ] {
        suite.accepts(name, || {
            same(verify(body.as_bytes(), &token()).map_err(unexpected)?, (body.to_owned(), format))
        });
    }
    suite.accepts("XML as JSON", || {
        let body = b"<xml><Event>debug_demo</Event></xml>";
        let message = query(&pairs)
            .and_then(|query| UnverifiedPlainMessage::new(query, body).verify(&token()))
            .map_err(unexpected)?;
        let json = message.unauthenticated_json().map_err(unexpected)?;
        same(&*json, r#"{"Event":"debug_demo"}"#)
    });
    suite.accepts("the signature covers no body: any other passes too", || {
        verify(b"{\"forged\":true}", &token()).map(drop).map_err(unexpected)
    });
    suite.refuses("another token", || {
        let other = Token::new("another1").map_err(unexpected)?;
        refused(verify(b"{}", &other), "ERR_MAC_INVALID")
    });
    for body in [&b""[..], b" ", b"x", b"[]", b"\xef\xbb\xbf{}", b"{\"a\":\"\xff\"}"] {
        suite.refuses(format!("body {body:?}"), || {
            refused(verify(body, &token()), "ERR_BODY_MALFORMED")
        });
    }
    suite.refuses("without signature", || {
        let mut pairs = pairs.clone();
        pairs.retain(|(name, _)| *name != "signature");
        let message = UnverifiedPlainMessage::new(query(&pairs).map_err(unexpected)?, b"{}");
        refused(message.verify(&token()), "ERR_ARGUMENT_INVALID")
    });
    for (value, encrypted) in [("aes", true), ("raw", false)] {
        suite.accepts(format!("encrypt_type={value}"), || {
            let mut pairs = pairs.clone();
            pairs.push(("encrypt_type", value.to_owned()));
            holds(query(&pairs).map_err(unexpected)?.is_encrypted() == encrypted, "misread")
        });
    }
}
