//! encryptedData: what is made as WeChat makes it opens; every other padding, length, key, watermark
//! and encoding does not.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use wechatpay_core::mini_program::{EncryptedData, SessionKey, UserData};
use wechatpay_core::{Error, Tolerance, UnixTime};
use wechatpay_tests::primitives::pad;
use wechatpay_tests::suite::{Suite, refused, same, unexpected};

use crate::wechat::{APPID, NOW, SESSION_KEY, encrypt, encrypt_blocks, marked, session_key};

const IV: [u8; 16] = *b"0123456789abcdef";

fn open(encrypted: &(String, String)) -> Result<UserData, Error> {
    EncryptedData::new(&encrypted.0, &encrypted.1)?.open(&session_key(), APPID)
}

pub(crate) fn suite(suite: &mut Suite) {
    typed(suite);
    paddings(suite);
    lengths(suite);
    keys(suite);
    watermarks(suite);
    freshness(suite);
    encodings(suite);
}

fn typed(suite: &mut Suite) {
    suite.accepts("a phone number", || {
        let data = open(&encrypt(SESSION_KEY, &IV, marked(APPID, NOW).as_bytes()));
        let data = data.map_err(unexpected)?;
        same(data.watermark().appid.as_str(), APPID)?;
        same(data.watermark().timestamp, UnixTime::from_secs(NOW))?;
        let phone = data.phone_number().map_err(unexpected)?;
        same(phone.phone_number.as_str(), "13580006666")?;
        same(phone.pure_phone_number.as_str(), "13580006666")?;
        same(phone.country_code.as_str(), "86")?;
        refused(data.user_info(), "ERR_BODY_MALFORMED")
    });
    suite.accepts("a user", || {
        let text = json!({ "openId": "oG", "unionId": "oc", "nickName": "Band", "gender": 1,
            "language": "zh_CN", "city": "Guangzhou", "province": "Guangdong", "country": "CN",
            "avatarUrl": "http://wx.qlogo.cn/0", "watermark": { "appid": APPID, "timestamp": NOW } });
        let data = open(&encrypt(SESSION_KEY, &IV, text.to_string().as_bytes()));
        let data = data.map_err(unexpected)?;
        let user = data.user_info().map_err(unexpected)?;
        same(user.open_id.as_deref(), Some("oG"))?;
        same(user.union_id.as_deref(), Some("oc"))?;
        same(user.nick_name.as_str(), "Band")?;
        same(user.gender, Some(1))?;
        same(user.avatar_url.as_deref(), Some("http://wx.qlogo.cn/0"))?;
        same(data.json_as::<serde_json::Value>().map_err(unexpected)?, text)?;
        refused(data.phone_number(), "ERR_BODY_MALFORMED")
    });
}

/// Plaintexts of every length modulo the block, with the right padding and with each wrong one.
fn paddings(suite: &mut Suite) {
    for extra in 0..16 {
        let text = format!("{}{}", marked(APPID, NOW), " ".repeat(extra));
        suite.accepts(format!("padding of {}", 16 - text.len() % 16), || {
            let data = open(&encrypt(SESSION_KEY, &IV, text.as_bytes())).map_err(unexpected)?;
            same(data.json(), text.as_str())
        });
    }
    let full = |len: usize| {
        let text = marked(APPID, NOW);
        format!("{text}{}", " ".repeat((16 - text.len() % 16) % 16 + len)).into_bytes()
    };
    for last in (0..=255).filter(|last| *last != 1) {
        suite.refuses(format!("padding byte {last} alone"), || {
            let blocks = [full(15), vec![last]].concat();
            refused(open(&encrypt_blocks(SESSION_KEY, &IV, &blocks)), "ERR_DECRYPT_FAILED")
        });
    }
    for count in 2..=16_usize {
        for at in 0..count - 1 {
            suite.refuses(format!("padding of {count}, byte {at} wrong"), || {
                let mut blocks = [full(16 - count), vec![count as u8; count]].concat();
                let start = blocks.len() - count;
                blocks[start + at] ^= 1;
                refused(open(&encrypt_blocks(SESSION_KEY, &IV, &blocks)), "ERR_DECRYPT_FAILED")
            });
        }
    }
    for count in [17_u8, 32] {
        suite.refuses(format!("padding to blocks of 32: {count}"), || {
            let blocks = [full(16), vec![count; 32]].concat();
            let blocks = &blocks[..blocks.len() - blocks.len() % 16];
            refused(open(&encrypt_blocks(SESSION_KEY, &IV, blocks)), "ERR_DECRYPT_FAILED")
        });
    }
    suite.refuses("no padding", || {
        refused(open(&encrypt_blocks(SESSION_KEY, &IV, &full(0))), "ERR_DECRYPT_FAILED")
    });
    suite.refuses("nothing but padding", || {
        refused(open(&encrypt_blocks(SESSION_KEY, &IV, &[16; 16])), "ERR_DECRYPT_FAILED")
    });
}

fn lengths(suite: &mut Suite) {
    let (data, iv) = encrypt(SESSION_KEY, &IV, marked(APPID, NOW).as_bytes());
    let ciphertext = STANDARD.decode(&data).expect("base64");
    suite.refuses("no ciphertext", || {
        refused(open(&(String::new(), iv.clone())), "ERR_DECRYPT_FAILED")
    });
    for cut in 1..=17 {
        suite.refuses(format!("{cut} bytes less"), || {
            let shorter = STANDARD.encode(&ciphertext[..ciphertext.len() - cut]);
            refused(open(&(shorter, iv.clone())), "ERR_DECRYPT_FAILED")
        });
        suite.refuses(format!("{cut} bytes more"), || {
            let longer = STANDARD.encode([&ciphertext[..], &vec![0; cut]].concat());
            refused(open(&(longer, iv.clone())), "ERR_DECRYPT_FAILED")
        });
    }
    for len in [0, 1, 12, 15, 17, 32] {
        suite.refuses(format!("iv of {len} bytes"), || {
            let iv = STANDARD.encode(vec![7; len]);
            refused(open(&(data.clone(), iv)), "ERR_ARGUMENT_INVALID")
        });
    }
}

fn keys(suite: &mut Suite) {
    let (data, iv) = encrypt(SESSION_KEY, &IV, marked(APPID, NOW).as_bytes());
    for n in 0..300_u16 {
        suite.refuses(format!("another session key, #{n}"), || {
            let mut key = STANDARD.decode(SESSION_KEY).expect("base64");
            key[..2].copy_from_slice(&n.to_be_bytes());
            let key = SessionKey::new(&STANDARD.encode(key)).map_err(unexpected)?;
            let data = EncryptedData::new(&data, &iv).map_err(unexpected)?;
            refused(data.open(&key, APPID), "ERR_DECRYPT_FAILED")
        });
    }
}

fn watermarks(suite: &mut Suite) {
    let with = |text: &str| open(&encrypt(SESSION_KEY, &IV, text.as_bytes()));
    for other in
        ["wx0000000000000000", "wx4f4bc4dec97d474", "wx4f4bc4dec97d474bb", "WX4F4BC4DEC97D474B", ""]
    {
        suite.refuses(format!("appid {other:?}"), || {
            refused(with(&marked(other, NOW)), "ERR_APPID_MISMATCH")
        });
    }
    for text in [
        "",
        "x",
        "null",
        "[]",
        "{}",
        r#"[{"appid":"wx4f4bc4dec97d474b","timestamp":1}]"#,
        r#"{"watermark":null}"#,
        r#"{"watermark":{}}"#,
        r#"{"watermark":{"appid":"wx4f4bc4dec97d474b"}}"#,
        r#"{"watermark":{"timestamp":1}}"#,
        r#"{"watermark":{"appid":"wx4f4bc4dec97d474b","timestamp":"1"}}"#,
        r#"{"watermark":{"appid":"wx4f4bc4dec97d474b","timestamp":-1}}"#,
        r#"{"watermark":{"appid":1,"timestamp":1}}"#,
        r#"{"watermark":{"appid":"wx4f4bc4dec97d474b","timestamp":1}} x"#,
        r#"{"watermark":{"appid":"wx0","timestamp":1},"watermark":{"appid":"wx4f4bc4dec97d474b","timestamp":1}}"#,
        r#"{"x":{"watermark":{"appid":"wx4f4bc4dec97d474b","timestamp":1}}}"#,
    ] {
        suite.refuses(format!("plaintext {text:?}"), || refused(with(text), "ERR_DECRYPT_FAILED"));
    }
    suite.refuses("plaintext that is not UTF-8", || {
        let text = marked(APPID, NOW).replace("86", "8\u{1}").into_bytes();
        let text: Vec<u8> = text.iter().map(|b| if *b == 1 { 0xff } else { *b }).collect();
        refused(open(&encrypt(SESSION_KEY, &IV, &text)), "ERR_DECRYPT_FAILED")
    });
    for own in ["", "wx 1", "wx4f4bc4dec97d474b\n", "wx|"] {
        suite.refuses(format!("own appid {own:?}"), || {
            let (data, iv) = encrypt(SESSION_KEY, &IV, marked(own, NOW).as_bytes());
            let data = EncryptedData::new(&data, &iv).map_err(unexpected)?;
            refused(data.open(&session_key(), own), "ERR_ARGUMENT_INVALID")
        });
    }
}

fn freshness(suite: &mut Suite) {
    let fresh = |now: u64, tolerance| {
        open(&encrypt(SESSION_KEY, &IV, marked(APPID, NOW).as_bytes()))?
            .fresh(UnixTime::from_secs(now), Tolerance::from_secs(tolerance))
    };
    for now in [NOW - 300, NOW, NOW + 300] {
        suite.accepts(format!("{now} within 300 s"), || {
            fresh(now, 300).map(drop).map_err(unexpected)
        });
    }
    for (now, tolerance) in
        [(NOW - 301, 300), (NOW + 301, 300), (NOW + 1, 0), (0, 300), (u64::MAX, 300)]
    {
        suite.refuses(format!("{now} not within {tolerance} s"), || {
            refused(fresh(now, tolerance), "ERR_TIMESTAMP_OUTSIDE_WINDOW")
        });
    }
}

/// What happens to base64 on its way through forms and editors.
fn encodings(suite: &mut Suite) {
    let text = marked(APPID, NOW);
    let made = (0_u8..=255).map(|n| encrypt(SESSION_KEY, &[n; 16], text.as_bytes()));
    let (data, iv) =
        made.into_iter().find(|(d, iv)| d.contains('+') && iv.contains('/')).expect("+ and /");
    let (front, back) = data.split_at(64);
    let expected = pad(text.as_bytes(), 16).len();
    assert_eq!(STANDARD.decode(&data).expect("base64").len(), expected);
    for (name, data) in [
        ("form decoding made blanks of +", data.replace('+', " ")),
        ("a line end in it", format!("{front}\n{back}")),
        ("CRLF and indentation", format!("{front}\r\n\t    {back}")),
        ("a line end behind", format!("{data}\n")),
        ("both", format!("{}\n  {}", front.replace('+', " "), back.replace('+', " "))),
    ] {
        let ends_blank = name == "both" && (front.ends_with('+') || back.starts_with('+'));
        assert!(!ends_blank, "choose another place to break the line");
        suite.accepts(name, || {
            let data = open(&(data.clone(), iv.clone())).map_err(unexpected)?;
            same(data.json(), text.as_str())
        });
    }
    for (name, data) in [
        ("percent-encoded", data.replace('+', "%2B")),
        ("URL-safe", data.replace('+', "-")),
        ("without padding", data.trim_end_matches('=').to_owned() + "A"),
        ("a tab in it", format!("{front}\t{back}")),
        ("a no-break space in it", data.replacen('+', "\u{a0}", 1)),
        ("quoted", format!("\"{data}\"")),
        ("hex", "00112233445566778899aabbccddeeff0".to_owned()),
        ("a NUL behind", format!("{data}\0")),
    ] {
        suite.refuses(name, || refused(EncryptedData::new(&data, &iv), "ERR_ARGUMENT_INVALID"));
    }
    for (name, iv) in [("URL-safe", iv.replace('/', "_")), ("unpadded", iv.replace('=', ""))] {
        suite.refuses(format!("iv {name}"), || {
            refused(EncryptedData::new(&data, &iv), "ERR_ARGUMENT_INVALID")
        });
    }
}
