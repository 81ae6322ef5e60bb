//! Refund notifications, encrypted by OpenSSL.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use wechatpay_core::Error;
use wechatpay_core::v2::{ApiKey, EncryptedRefundNotification, RefundNotification, RefundStatus};
use wechatpay_tests::suite::{Suite, holds, refused, same, unexpected};

use crate::oracle::{self, KEY, Pairs, aes_key, api_key, pairs, to_pairs, to_xml};

const REFUND: [(&str, &str); 13] = [
    ("out_refund_no", "131811191610442717309"),
    ("out_trade_no", "71106718111915575302817"),
    ("refund_account", "REFUND_SOURCE_RECHARGE_FUNDS"),
    ("refund_fee", "3960"),
    ("refund_id", "50000408942018111907145868882"),
    ("refund_recv_accout", "支付用户零钱"),
    ("refund_request_source", "API"),
    ("refund_status", "SUCCESS"),
    ("settlement_refund_fee", "3950"),
    ("settlement_total_fee", "3955"),
    ("success_time", "2018-11-19 16:24:13"),
    ("total_fee", "3960"),
    ("transaction_id", "4200000215201811190261405420"),
];

fn root(list: &[(String, String)]) -> String {
    to_xml(list).replace("<xml>", "<root>").replace("</xml>", "</root>")
}

fn seal(plaintext: &[u8]) -> Vec<u8> {
    oracle::aes_256_ecb(&aes_key(KEY), plaintext, false, true)
}

fn body(req_info: &str) -> String {
    to_xml(&pairs(&[
        ("return_code", "SUCCESS"),
        ("appid", "wx8888888888888888"),
        ("mch_id", "1900000109"),
        ("nonce_str", "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"),
        ("req_info", req_info),
    ]))
}

fn open(body: &str) -> Result<RefundNotification, Error> {
    EncryptedRefundNotification::parse(body.as_bytes())?.open(&api_key())
}

fn open_sealed(plaintext: &[u8]) -> Result<RefundNotification, Error> {
    open(&body(&STANDARD.encode(seal(plaintext))))
}

pub(crate) fn suite(suite: &mut Suite) {
    let refund = pairs(&REFUND);
    suite.accepts("a refund, typed", || {
        let notification = open_sealed(root(&refund).as_bytes()).map_err(unexpected)?;
        same(notification.fields().get("mch_id"), Some("1900000109"))?;
        same(to_pairs(notification.refund_fields()), refund.clone())?;
        let refund = notification.refund().map_err(unexpected)?;
        same((refund.total_fee, refund.refund_fee), (3960, 3960))?;
        same(
            (refund.settlement_total_fee, refund.settlement_refund_fee),
            (Some(3955), Some(3950)),
        )?;
        same(refund.refund_status, RefundStatus::Success)?;
        same((refund.refund_id, refund.out_refund_no), (REFUND[4].1, REFUND[0].1))?;
        same((refund.transaction_id, refund.out_trade_no), (REFUND[12].1, REFUND[1].1))?;
        same(refund.refund_recv_accout, Some("支付用户零钱"))?;
        same(refund.refund_account, Some("REFUND_SOURCE_RECHARGE_FUNDS"))?;
        same((refund.success_time, refund.refund_request_source), (Some(REFUND[10].1), Some("API")))
    });
    for (name, status) in [
        ("SUCCESS", RefundStatus::Success),
        ("CHANGE", RefundStatus::Change),
        ("REFUNDCLOSE", RefundStatus::RefundClose),
        ("PROCESSING", RefundStatus::Other("PROCESSING")),
    ] {
        suite.accepts(format!("status {name}"), || {
            let document = root(&refund).replace("[SUCCESS]", &format!("[{name}]"));
            let notification = open_sealed(document.as_bytes()).map_err(unexpected)?;
            let refund = notification.refund().map_err(unexpected)?;
            same((refund.refund_status, refund.refund_status.as_str()), (status, name))
        });
    }
    leading_zero_key(suite, &refund);
    for (what, change) in [
        ("no refund_status", ("refund_status", None)),
        ("no refund_id", ("refund_id", None)),
        ("an empty out_refund_no", ("out_refund_no", Some(""))),
        ("no refund_fee", ("refund_fee", None)),
        ("a refund_fee in yuan", ("refund_fee", Some("39.60"))),
        ("a settlement_refund_fee below zero", ("settlement_refund_fee", Some("-1"))),
    ] {
        suite.refuses(what, || {
            let mut list: Pairs =
                refund.iter().filter(|(name, _)| name != change.0).cloned().collect();
            list.extend(change.1.map(|value| (change.0.to_owned(), value.to_owned())));
            let notification = open_sealed(root(&list).as_bytes()).map_err(unexpected)?;
            refused(notification.refund().map(|_| ()), "ERR_BODY_MALFORMED")
        });
    }
    outer(suite, &refund);
    ciphertexts(suite, &refund);
    plaintexts(suite, &refund);
    suite.accepts("Debug shows names only", || {
        let notification = open_sealed(root(&refund).as_bytes()).map_err(unexpected)?;
        let shown = format!("{notification:?}");
        holds(shown.contains("refund_fee") && !shown.contains("1318111916"), shown)
    });
}

/// Keys whose MD5 begins with zeros, which a number would lose.
fn leading_zero_key(suite: &mut Suite, refund: &Pairs) {
    let keys: Vec<String> = (0..1024).map(|number| format!("{number:032}")).collect();
    let digests = oracle::digests(&keys, None);
    let zeros = keys.iter().zip(digests).filter(|(_, digest)| digest.starts_with("00"));
    for (key, digest) in zeros.take(2) {
        suite.accepts(format!("an MD5 that begins with {}", &digest[..4]), || {
            let plaintext = root(refund);
            let aes_key = digest.to_lowercase();
            let sealed = oracle::aes_256_ecb(aes_key.as_bytes(), plaintext.as_bytes(), false, true);
            let body = body(&STANDARD.encode(sealed));
            let key = ApiKey::new(key.as_bytes()).expect("a key");
            let notification = EncryptedRefundNotification::parse(body.as_bytes());
            let notification = notification.and_then(|one| one.open(&key)).map_err(unexpected)?;
            same(&to_pairs(notification.refund_fields()), refund)
        });
    }
}

fn outer(suite: &mut Suite, refund: &Pairs) {
    let good = body(&STANDARD.encode(seal(root(refund).as_bytes())));
    for (what, document) in [
        ("return_code FAIL", good.replacen("[SUCCESS]", "[FAIL]", 1)),
        ("no return_code", good.replace("return_code", "return_codes")),
        ("no req_info", good.replace("req_info", "req_infos")),
        ("an empty req_info", body("")),
        ("another root", good.replace("xml>", "root>")),
        ("a payment", to_xml(&pairs(&crate::notification::PAYMENT))),
        ("JSON", "{}".to_owned()),
    ] {
        suite.refuses(what, || refused(open(&document), "ERR_BODY_MALFORMED"));
    }
    suite.refuses("another key", || {
        let key = ApiKey::new(&[b'k'; 32]).expect("a key");
        let result = EncryptedRefundNotification::parse(good.as_bytes());
        refused(result.and_then(|one| one.open(&key)), "ERR_DECRYPT_FAILED")
    });
}

fn ciphertexts(suite: &mut Suite, refund: &Pairs) {
    let plaintext = root(refund);
    let sealed = seal(plaintext.as_bytes());
    let good = STANDARD.encode(&sealed);
    let raw_key_md5: Vec<u8> = (0..16)
        .map(|at| {
            u8::from_str_radix(&String::from_utf8_lossy(&aes_key(KEY))[2 * at..2 * at + 2], 16)
        })
        .map(|byte| byte.expect("hex"))
        .collect();
    let upper_key = aes_key(KEY).to_ascii_uppercase();
    let other = |key: &[u8]| oracle::aes_256_ecb(key, plaintext.as_bytes(), false, true);
    let mut bad_padding = seal(b"");
    bad_padding.splice(0..0, sealed[..16].iter().copied());
    for (what, req_info) in [
        ("no base64", "%%%%".to_owned()),
        ("base64 with a line end", format!("{good}\n")),
        ("base64 in lines", format!("{}\r\n{}", &good[..76], &good[76..])),
        ("a blank for +", good.replace('+', " ").replacen('A', " ", 1)),
        ("URL-safe base64", URL_SAFE.encode([&[0xfb, 0xff][..], &sealed].concat())),
        ("base64 without its padding", STANDARD_NO_PAD.encode([&sealed[..16]].concat())),
        ("one byte less", STANDARD.encode(&sealed[1..])),
        ("one byte more", STANDARD.encode([&sealed[..], &[0]].concat())),
        ("the last block missing", STANDARD.encode(&sealed[..sealed.len() - 16])),
        ("half of it", STANDARD.encode(&sealed[..sealed.len() / 32 * 16])),
        ("fifteen bytes", STANDARD.encode(&sealed[..15])),
        ("not encrypted", STANDARD.encode(&plaintext)),
        ("zeros", STANDARD.encode([0; 64])),
        ("the MD5 in upper case as key", STANDARD.encode(other(&upper_key))),
        ("the APIv2 key itself as key", STANDARD.encode(other(KEY.as_bytes()))),
        (
            "the raw MD5 twice as key",
            STANDARD.encode(other(&[&raw_key_md5[..], &raw_key_md5].concat())),
        ),
        ("hex", oracle::hex(&sealed)),
    ] {
        suite.refuses(what, || refused(open(&body(&req_info)), "ERR_DECRYPT_FAILED"));
    }
    // The padding, byte by byte: every value of its last byte but the right one, and every length
    // with one byte of it wrong.
    let whole = [plaintext.as_bytes(), &[b' '; 16]].concat();
    let whole = &whole[..whole.len() / 16 * 16];
    let raw = |block: [u8; 16]| {
        let bytes = [whole, &block[..]].concat();
        body(&STANDARD.encode(oracle::aes_256_ecb(&aes_key(KEY), &bytes, false, false)))
    };
    for last in [0_u8, 17, 18, 32, 64, 127, 128, 255] {
        suite.refuses(format!("padding that ends in {last}"), || {
            refused(open(&raw([last; 16])), "ERR_DECRYPT_FAILED")
        });
    }
    for len in [17_u8, 24, 31, 32] {
        suite.refuses(format!("padding of {len}, over two blocks"), || {
            let mut blocks = [b' '; 32];
            blocks[32 - usize::from(len)..].fill(len);
            let bytes = [whole, &blocks[..]].concat();
            let sealed = oracle::aes_256_ecb(&aes_key(KEY), &bytes, false, false);
            refused(open(&body(&STANDARD.encode(sealed))), "ERR_DECRYPT_FAILED")
        });
    }
    for len in 1..=16_u8 {
        let mut block = [b' '; 16];
        block[16 - usize::from(len)..].fill(len);
        suite.accepts(format!("padding of {len}"), || {
            let notification = open(&raw(block)).map_err(unexpected)?;
            same(&to_pairs(notification.refund_fields()), refund)
        });
        for wrong in 1..len {
            let mut block = block;
            block[16 - usize::from(len)] = wrong - 1;
            if len > 1 && wrong == len - 1 {
                suite.refuses(format!("padding of {len}, its first byte wrong"), || {
                    refused(open(&raw(block)), "ERR_DECRYPT_FAILED")
                });
            }
        }
    }
}

fn plaintexts(suite: &mut Suite, refund: &Pairs) {
    let good = root(refund);
    for (what, plaintext, code) in [
        ("nothing", "".to_owned(), "ERR_BODY_MALFORMED"),
        ("text", "SUCCESS".to_owned(), "ERR_BODY_MALFORMED"),
        ("JSON", "{\"refund_status\":\"SUCCESS\"}".to_owned(), "ERR_BODY_MALFORMED"),
        ("the other root", to_xml(refund), "ERR_BODY_MALFORMED"),
        (
            "a field twice",
            good.replace("<root>", "<root><refund_fee>1</refund_fee>"),
            "ERR_BODY_MALFORMED",
        ),
        (
            "an external entity",
            format!("<!DOCTYPE root [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>{good}"),
            "ERR_BODY_MALFORMED",
        ),
        (
            "cut off",
            good[..good.len() / 2].to_owned().replace('\u{fffd}', ""),
            "ERR_BODY_MALFORMED",
        ),
    ] {
        suite.refuses(format!("inside: {what}"), || {
            refused(open_sealed(plaintext.as_bytes()), code)
        });
    }
    suite.refuses("inside: not UTF-8", || {
        refused(open_sealed(b"<root><a>\xff</a></root>"), "ERR_DECRYPT_FAILED")
    });
}
