//! The `Wechatpay-*` headers: missing, empty, repeated, malformed.

use wechatpay_tests::platform::{NOW, PUB_KEY_ID, Platform, SERIAL};
use wechatpay_tests::suite::{Suite, holds, refused};

use crate::{both_accepted, both_refused};

const REQUIRED: [&str; 4] =
    ["Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Serial", "Wechatpay-Signature"];
const SIGNATURE_TYPE: &str = "Wechatpay-Signature-Type";

pub(crate) fn cases(suite: &mut Suite) {
    let platform = Platform::trusted();
    let genuine = platform.callback();
    suite.accepts("genuine", || both_accepted(&genuine));

    for name in REQUIRED {
        suite.refuses(format!("{name} missing"), || {
            let mut message = genuine.clone();
            message.remove(name);
            both_refused(&message, "ERR_HEADER_MISSING")?;
            let text = message.open().expect_err("refused").to_string();
            holds(text.contains(name), format!("does not name the header: {text}"))
        });
        suite.refuses(format!("{name} empty"), || {
            let mut message = genuine.clone();
            message.set(name, "");
            let is_signature = name == "Wechatpay-Signature";
            both_refused(
                &message,
                if is_signature { "ERR_SIGNATURE_INVALID" } else { "ERR_HEADER_INVALID" },
            )
        });
        for (how, spelling) in
            [("repeated", name.to_owned()), ("in lower case too", name.to_lowercase())]
        {
            suite.refuses(format!("{name} {how}"), || {
                let mut message = genuine.clone();
                let value = message.header(name).to_owned();
                message.headers.push((spelling, value));
                both_refused(&message, "ERR_HEADER_INVALID")
            });
        }
        suite.refuses(format!("{name} under a similar name"), || {
            let mut message = genuine.clone();
            let value = message.header(name).to_owned();
            message.remove(name);
            message.set(&name.replace('-', "_"), value.clone());
            message.set(&format!("X-{name}"), value);
            both_refused(&message, "ERR_HEADER_MISSING")
        });
        for blank in [" ", "\t", "\r\n", "\u{a0}", "\0"] {
            suite.refuses(format!("{name} with {blank:?} behind it"), || {
                let mut message = genuine.clone();
                message.set(name, format!("{}{blank}", message.header(name)));
                let is_signature = name == "Wechatpay-Signature";
                both_refused(
                    &message,
                    if is_signature { "ERR_SIGNATURE_INVALID" } else { "ERR_HEADER_INVALID" },
                )
            });
        }
    }
    suite.refuses("no header at all", || {
        let mut message = genuine.clone();
        message.headers.clear();
        both_refused(&message, "ERR_HEADER_MISSING")
    });

    for (how, spell) in
        [("lower", str::to_lowercase as fn(&str) -> String), ("upper", str::to_uppercase)]
    {
        suite.accepts(format!("names in {how} case"), || {
            let mut message = genuine.clone();
            message.headers.iter_mut().for_each(|(name, _)| *name = spell(name));
            both_accepted(&message)
        });
    }
    suite.accepts("other headers around, even twice", || {
        let mut message = genuine.clone();
        for _ in 0..2 {
            message.headers.push(("Content-Type".into(), "application/json".into()));
            message.headers.insert(0, ("Request-ID".into(), String::new()));
        }
        both_accepted(&message)
    });
    nonce(suite, &platform);
    scheme(suite, &platform);
    for serial in [
        "",
        "0x0A39C0",
        "0A39 C0",
        "PUB_KEY_ID_",
        "pub_key_id_0114232134912410000000000000",
        "PUB_KEY_ID_../../key",
        "PUB_KEY_ID_01\n02",
        "PUB_KEY_ID_０１",
        "serial",
        "-1",
        "*",
    ] {
        suite.refuses(format!("serial {serial:?}"), || {
            let mut message = genuine.clone();
            message.set("Wechatpay-Serial", serial);
            both_refused(&message, "ERR_HEADER_INVALID")
        });
    }
    for len in [65, 128, 255, 256, 65_536] {
        suite.refuses(format!("serial of {len} digits"), || {
            let mut message = genuine.clone();
            message.set("Wechatpay-Serial", "A".repeat(len));
            both_refused(&message, "ERR_HEADER_INVALID")
        });
    }
    suite.accepts("serial in lower case", || {
        let mut message = genuine.clone();
        message.set("Wechatpay-Serial", SERIAL.to_lowercase());
        both_accepted(&message)
    });
    suite.accepts("public key id", || {
        let mut message = genuine.clone();
        message.set("Wechatpay-Serial", PUB_KEY_ID);
        both_accepted(&message)
    });
}

/// A nonce becomes a line of the signed message, so it must not bring line ends along.
fn nonce(suite: &mut Suite, platform: &Platform) {
    let genuine = platform.callback();
    for nonce in [" ", "a b", "a\nb", "\n", "a\r\nb", "a\0b", "随机串", "é", "\u{7f}", "a\u{200b}"]
    {
        suite.refuses(format!("nonce {nonce:?}, signed"), || {
            let mut message = genuine.clone();
            message.set("Wechatpay-Nonce", nonce);
            message.resign(platform);
            both_refused(&message, "ERR_HEADER_INVALID")
        });
    }
    suite.refuses("line end moved from the message into the nonce", || {
        let mut message = genuine.clone();
        message.body = [b"first\n", message.body.as_slice()].concat();
        message.resign(platform);
        message.set("Wechatpay-Nonce", format!("{}\nfirst", message.header("Wechatpay-Nonce")));
        message.body.drain(..6);
        both_refused(&message, "ERR_HEADER_INVALID")
    });
    for (len, is_accepted) in [(1, true), (32, true), (128, true), (129, false), (65_536, false)] {
        let mut message = genuine.clone();
        message.set("Wechatpay-Nonce", "n".repeat(len));
        message.resign(platform);
        if is_accepted {
            suite.accepts(format!("nonce of {len} characters"), || both_accepted(&message));
        } else {
            suite.refuses(format!("nonce of {len} characters"), || {
                both_refused(&message, "ERR_HEADER_INVALID")
            });
        }
    }
}

fn scheme(suite: &mut Suite, platform: &Platform) {
    let genuine = platform.callback();
    suite.accepts("signature type absent", || {
        let mut message = genuine.clone();
        message.remove(SIGNATURE_TYPE);
        both_accepted(&message)
    });
    suite.accepts("signature type of what a brand receives", || {
        let mut message = genuine.clone();
        message.set(SIGNATURE_TYPE, "WECHATPAY-BRAND-SHA256-RSA2048");
        both_accepted(&message)
    });
    for scheme in [
        "WECHATPAY2-SM2-WITH-SM3",
        "WECHATPAY-BRAND-SM2-WITH-SM3",
        "wechatpay-brand-sha256-rsa2048",
        "wechatpay2-sha256-rsa2048",
        "WECHATPAY2-SHA256-RSA2048 ",
        "WECHATPAY2-SHA1-RSA2048",
        "WECHATPAY2-SHA256-RSA",
        "none",
        "",
    ] {
        suite.refuses(format!("signature type {scheme:?}"), || {
            let mut message = genuine.clone();
            message.set(SIGNATURE_TYPE, scheme);
            both_refused(&message, "ERR_SCHEME_UNSUPPORTED")
        });
    }
    suite.refuses("signature type repeated", || {
        let mut message = genuine.clone();
        message.headers.push((SIGNATURE_TYPE.into(), "WECHATPAY2-SHA256-RSA2048".into()));
        both_refused(&message, "ERR_HEADER_INVALID")
    });
    suite.refuses("timestamp missing is not the beginning of 1970", || {
        let mut message = genuine.clone();
        message.set("Wechatpay-Timestamp", "0");
        message.resign(platform);
        message.remove("Wechatpay-Timestamp");
        message.now -= NOW;
        refused(message.open(), "ERR_HEADER_MISSING")
    });
}
