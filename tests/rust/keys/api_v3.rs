//! The APIv3 key: 32 bytes, not one more or less.

use wechatpay_core::keys::ApiV3Key;
use wechatpay_tests::platform::API_V3_KEY;
use wechatpay_tests::suite::{Suite, holds, unexpected};

use crate::refused_saying;

const INVALID: &str = "ERR_API_V3_KEY_INVALID";

pub(crate) fn cases(suite: &mut Suite) {
    for key in [API_V3_KEY.as_bytes(), "支付密钥支付密钥ab123456".as_bytes(), &[0xff; 32]] {
        suite.accepts(format!("{:?}", String::from_utf8_lossy(key)), || {
            ApiV3Key::new(key).map(drop).map_err(unexpected)
        });
    }
    for len in (0..=80).filter(|len| *len != 32).chain([256, 65_536]) {
        suite.refuses(format!("{len} bytes"), || {
            refused_saying(ApiV3Key::new(&vec![b'k'; len]), INVALID, &format!("{len} bytes"))
        });
    }
    for (what, key) in [
        ("newline behind", format!("{API_V3_KEY}\n")),
        ("CRLF behind", format!("{API_V3_KEY}\r\n")),
        ("blank before", format!(" {API_V3_KEY}")),
        ("blanks around", format!("  {API_V3_KEY}\t")),
    ] {
        suite.refuses(what, || {
            refused_saying(ApiV3Key::new(key.as_bytes()), INVALID, "white space")
        });
    }
    suite.refuses("32 characters that are not 32 bytes", || {
        refused_saying(ApiV3Key::new("密".repeat(32).as_bytes()), INVALID, "96 bytes")
    });
    suite.refuses("the error repeats nothing of the key", || {
        let error = ApiV3Key::new(format!("{API_V3_KEY}x").as_bytes()).expect_err("refused");
        let text = format!("{error} {error:?}");
        holds(!text.contains("throw-away"), text)
    });
}
