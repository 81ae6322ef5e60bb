//! WeChat Pay's public key with its `PUB_KEY_ID_…`, and keys told apart by what is in the file.

use wechatpay_core::Error;
use wechatpay_core::keys::{MerchantKey, PlatformKey};
use wechatpay_tests::pem::der;
use wechatpay_tests::platform::{NEXT_SERIAL, PUB_KEY_ID, SERIAL};
use wechatpay_tests::suite::{Suite, holds, refused, same, unexpected};
use wechatpay_tests::vector;

use crate::form;
use crate::refused_saying;

const INVALID: &str = "ERR_KEY_INVALID";
const ARGUMENT: &str = "ERR_ARGUMENT_INVALID";

fn load(key: &[u8]) -> Result<PlatformKey, Error> {
    PlatformKey::from_public_key(PUB_KEY_ID, key)
}

pub(crate) fn cases(suite: &mut Suite) {
    let pem = vector::key("throwaway-platform-pub.pem");
    let expected = load(pem.as_bytes()).expect("a public key");
    for (what, bytes) in form::tolerated(&pem) {
        suite.accepts(format!("SPKI, {what}"), || {
            same(load(&bytes).map_err(unexpected)?, expected.clone())?;
            same(
                PlatformKey::parse(Some(PUB_KEY_ID), &bytes).map_err(unexpected)?,
                expected.clone(),
            )
        });
    }
    for (what, bytes) in form::damaged(&pem) {
        suite.refuses(format!("SPKI, {what}"), || refused(load(&bytes), INVALID));
    }
    let pkcs1 = vector::key("flurl-4096-pub-pkcs1-crlf.pem").replace('\r', "");
    let expected = load(vector::key("flurl-4096-pub.pem").as_bytes()).expect("a public key");
    for (what, bytes) in form::tolerated(&pkcs1) {
        suite.accepts(format!("PKCS#1, {what}"), || {
            same(load(&bytes).map_err(unexpected)?, expected.clone())
        });
    }
    for (what, bytes) in form::damaged(&pkcs1) {
        suite.refuses(format!("PKCS#1, {what}"), || refused(load(&bytes), INVALID));
    }

    for (file, words) in [
        ("throwaway-platform-key.pem", "private key"),
        ("throwaway-merchant-key-pkcs1.pem", "private key"),
        ("throwaway-encrypted-key.pem", "private key"),
        ("throwaway-platform-cert.pem", "certificate"),
        ("throwaway-ec-pub.pem", "not an RSA key|elliptic curve"),
        ("throwaway-rsa-pss-pub.pem", "not an RSA key"),
        ("throwaway-rsa1024-pub.pem", "2048"),
    ] {
        let pem = vector::key(file);
        suite.refuses(file, || refused_saying(load(pem.as_bytes()), INVALID, words));
        suite.refuses(format!("{file}, DER"), || refused(load(&der(&pem)), INVALID));
    }
    for serial in [
        "",
        " ",
        "PUB_KEY_ID_",
        "PUB_KEY_ID",
        "pub_key_id_01",
        "PUB_KEY_ID_01 ",
        " PUB_KEY_ID_01",
        "PUB_KEY_ID_0-1",
        "PUB_KEY_ID_01\n",
        "merchant",
        "公钥",
        &format!("PUB_KEY_ID_{}", "0".repeat(60)),
    ] {
        suite.refuses(format!("serial {serial:?}"), || {
            refused(PlatformKey::from_public_key(serial, pem.as_bytes()), ARGUMENT)
        });
    }
    told_apart(suite, &pem);
}

fn told_apart(suite: &mut Suite, public_key: &str) {
    let certificate = vector::key("throwaway-platform-cert.pem");
    for serial in [None, Some(SERIAL), Some(&*SERIAL.to_lowercase())] {
        suite.accepts(format!("certificate beside {serial:?}"), || {
            let key = PlatformKey::parse(serial, certificate.as_bytes()).map_err(unexpected)?;
            same(key.serial().as_str(), SERIAL)?;
            holds(key.validity().is_some(), "a certificate has a validity")
        });
    }
    for serial in [NEXT_SERIAL, PUB_KEY_ID, &SERIAL[1..], "", "merchant"] {
        suite.refuses(format!("certificate beside {serial:?}"), || {
            refused(PlatformKey::parse(Some(serial), certificate.as_bytes()), ARGUMENT)
        });
    }
    suite.refuses("public key without its serial", || {
        refused_saying(PlatformKey::parse(None, public_key.as_bytes()), ARGUMENT, "PUB_KEY_ID_")
    });
    suite.accepts("public key under the serial of its certificate", || {
        let key = PlatformKey::parse(Some(SERIAL), public_key.as_bytes()).map_err(unexpected)?;
        holds(key.validity().is_none(), "a public key has no validity")
    });
    for serial in [None, Some(PUB_KEY_ID)] {
        suite.refuses(format!("private key beside {serial:?}"), || {
            let key = vector::key("throwaway-platform-key.pem");
            refused_saying(PlatformKey::parse(serial, key.as_bytes()), INVALID, "private key")
        });
    }
    suite.refuses("file of nothing", || refused(PlatformKey::parse(None, b""), INVALID));

    let merchant = MerchantKey::new(
        "1900007291",
        "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C",
        vector::key("throwaway-merchant-key.pem").as_bytes(),
    );
    let merchant = merchant.expect("a merchant");
    suite.refuses("the merchant's own certificate is recognised", || {
        let own = vector::key("throwaway-merchant-cert.pem");
        let own = PlatformKey::from_certificate(own.as_bytes()).map_err(unexpected)?;
        holds(own.belongs_to(&merchant), "it was taken for a platform certificate")
    });
    suite.refuses("the merchant's own public key is recognised", || {
        let own = vector::key("throwaway-merchant-pub.pem");
        let own = load(own.as_bytes()).map_err(unexpected)?;
        holds(own.belongs_to(&merchant), "it was taken for a platform key")
    });
    suite.accepts("a platform certificate is not the merchant's own", || {
        let key = PlatformKey::from_certificate(certificate.as_bytes()).map_err(unexpected)?;
        holds(!key.belongs_to(&merchant), "it was taken for the merchant's")
    });
}
