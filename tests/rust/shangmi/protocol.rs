//! Whole messages: requests, payment parameters, responses, notifications, certificates and fields.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wechatpay_core::hazmat::shangmi::sm3;
use wechatpay_core::keys::{ApiV3Key, Identity, MerchantKey, PlatformKey, PlatformKeys, Serial};
use wechatpay_core::signature::{Scheme, Signature, Signer};
use wechatpay_core::v3::{
    AppPayment, RequestPayment, SignableRequest, UnverifiedResponse, decrypt_sensitive,
    encrypt_sensitive,
};
use wechatpay_core::{Error, Tolerance, UnixTime};
use wechatpay_tests::platform::{
    self, API_V3_KEY, Message, NONCE, NOW, PUB_KEY_ID, TRANSACTION, envelope,
};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Suite, holds, refused, same, unexpected};
use wechatpay_tests::vector;

use crate::encryption::key_of;
use crate::oracle::{KeyPair, Oracle, Plain, USER_ID};

const MERCHANT_KEY: &str = "wechatpay-java-sm2-merchant-key.pem";
const MERCHANT_SERIAL: &str = "54E7F59ED8DF4570CFB14780EA8152D45A675EE6";
const PLATFORM_KEY: &str = "flurl-sm2-key.pem";
const PLATFORM_SERIAL: &str = "E5A81B02429D8D08";
const SCHEME: &str = "WECHATPAY2-SM2-WITH-SM3";
const RSA_SCHEME: &str = "WECHATPAY2-SHA256-RSA2048";

pub(crate) fn suite(suite: &mut Suite) {
    let oracle = Oracle::open("shangmi-protocol");
    requests(suite, &oracle);
    payments(suite);
    deliveries(suite, &oracle);
    refused_deliveries(suite, &oracle);
    resources(suite, &oracle);
    certificates(suite, &oracle);
    sensitive_fields(suite, &oracle);
}

fn merchant() -> MerchantKey {
    MerchantKey::new("1900000001", MERCHANT_SERIAL, vector::key(MERCHANT_KEY).as_bytes())
        .expect("an SM2 merchant")
}

fn rsa_merchant() -> MerchantKey {
    let key = vector::key("throwaway-merchant-key.pem");
    MerchantKey::new("1900000001", MERCHANT_SERIAL, key.as_bytes()).expect("an RSA merchant")
}

/// SM2 keys of the platform under both of their names, and its RSA keys beside them.
pub(crate) fn trusted() -> PlatformKeys {
    let mut keys = platform::trusted();
    let certificate = vector::key("flurl-sm2-cert.pem");
    let public_key = vector::key("flurl-sm2-pub.pem");
    for key in [
        PlatformKey::from_certificate(certificate.as_bytes()),
        PlatformKey::from_public_key("PUB_KEY_ID_02", public_key.as_bytes()),
    ] {
        keys.insert(key.expect("a key")).expect("a serial of its own");
    }
    keys
}

pub(crate) fn api_v3_key() -> ApiV3Key {
    platform::api_v3_key()
}

/// A paid-transaction callback of the SM2 platform.
pub(crate) fn callback(oracle: &Oracle) -> Message {
    let resource = resource(oracle, &sm4_key(API_V3_KEY), Some("transaction"), TRANSACTION);
    post(oracle, PLATFORM_SERIAL, envelope(&resource))
}

fn post(oracle: &Oracle, serial: &str, body: impl Into<Vec<u8>>) -> Message {
    let mut message = Message {
        headers: Vec::new(),
        body: body.into(),
        now: NOW,
        tolerance: Tolerance::default(),
    };
    message.set("Wechatpay-Timestamp", NOW.to_string());
    message.set("Wechatpay-Nonce", "593BEC0C930BF1AFEB40B4A08C8FB242");
    message.set("Wechatpay-Serial", serial);
    message.set("Wechatpay-Signature-Type", SCHEME);
    resign(oracle, &mut message, USER_ID);
    message
}

fn resign(oracle: &Oracle, message: &mut Message, user_id: &str) {
    let signature = oracle.sign(&oracle.published(PLATFORM_KEY), &message.signed_bytes(), user_id);
    message.set("Wechatpay-Signature", STANDARD.encode(signature));
}

fn sm4_key(api_v3_key: &str) -> [u8; 16] {
    sm3([api_v3_key.as_bytes()])[..16].try_into().expect("16 bytes")
}

fn resource(
    oracle: &Oracle,
    key: &[u8; 16],
    associated_data: Option<&str>,
    plaintext: &str,
) -> Value {
    let plain = Plain {
        nonce: NONCE.as_bytes().try_into().expect("12 bytes"),
        associated_data: associated_data.unwrap_or_default().into(),
        text: plaintext.into(),
    };
    let sealed = oracle.seal_sm4_gcm(key, &[plain]).remove(0);
    let mut resource = json!({
        "original_type": "transaction",
        "algorithm": "AEAD_SM4_GCM",
        "ciphertext": STANDARD.encode(sealed),
        "nonce": NONCE,
    });
    if let Some(associated_data) = associated_data {
        resource["associated_data"] = associated_data.into();
    }
    resource
}

fn requests(suite: &mut Suite, oracle: &Oracle) {
    let pair = oracle.published(MERCHANT_KEY);
    let key = merchant();
    let body = r#"{"description":"国密"}"#.as_bytes();
    let requests: [(&str, &str, &[u8]); 4] = [
        ("GET", "/v3/certificates?algorithm_type=SM2", b""),
        ("POST", "https://api.mch.weixin.qq.com/v3/pay/transactions/jsapi", body),
        ("DELETE", "/v3/x", b""),
        ("PATCH", "/v3/x?a=%7B1%7D", b"{}\n"),
    ];
    for (method, url, body) in requests {
        suite.accepts(format!("{method} {url}"), || {
            let unsigned = || {
                SignableRequest::new(method, url, body)?.finalize(
                    key.identity(),
                    UnixTime::from_secs(NOW),
                    "fixednonce",
                )
            };
            let message = unsigned().map_err(unexpected)?.message().to_vec();
            let header = unsigned()
                .and_then(|unsigned| unsigned.sign(&key, &mut TestRng::new(7)))
                .map_err(unexpected)?
                .to_string();
            let start = format!(
                "{SCHEME} mchid=\"1900000001\",nonce_str=\"fixednonce\",timestamp=\"{NOW}\",\
                 serial_no=\"{MERCHANT_SERIAL}\",signature=\""
            );
            let signature = header
                .strip_prefix(&start)
                .and_then(|rest| rest.strip_suffix('"'))
                .ok_or(format!("{header} does not begin with {start}"))?;
            let signature = STANDARD.decode(signature).map_err(|error| error.to_string())?;
            holds(oracle.verify(&pair, &message, &signature), "OpenSSL refuses the signature")?;
            let elsewhere = oracle.sign(&pair, &message, USER_ID);
            let signature = Signature::from_bytes(&elsewhere).map_err(unexpected)?;
            let assembled = unsigned().map_err(unexpected)?.assemble(&signature).to_string();
            same(assembled, format!("{start}{}\"", STANDARD.encode(elsewhere)))
        });
    }
    let (sm2, rsa) = (merchant(), rsa_merchant());
    let sign = |identity: &Identity, signer: &dyn Signer| {
        SignableRequest::new("GET", "/v3/x", b"")?
            .finalize(identity, UnixTime::from_secs(NOW), "n")?
            .sign(signer, &mut TestRng::new(8))
            .map(|authorization| authorization.to_string())
    };
    suite.refuses("an RSA identity signed with an SM2 key", || {
        refused(sign(rsa.identity(), &sm2), "ERR_SCHEME_UNSUPPORTED")
    });
    suite.refuses("an SM2 identity signed with an RSA key", || {
        refused(sign(sm2.identity(), &rsa), "ERR_SCHEME_UNSUPPORTED")
    });
    let brand = Identity::brand("40000000", MERCHANT_SERIAL).expect("a brand");
    suite.refuses("a brand signed with an SM2 key", || {
        refused(sign(&brand, &sm2), "ERR_SCHEME_UNSUPPORTED")
    });
}

/// WeChat's clients take payment parameters signed with RSA, and no other.
fn payments(suite: &mut Suite) {
    let (sm2, rsa) = (merchant(), rsa_merchant());
    let rng = || TestRng::new(9);
    let request = |key: &MerchantKey| {
        RequestPayment::new("wx8888888888888888", "wx201410272009395522657a690389285100")?
            .finalize(UnixTime::from_secs(NOW), "nonce")?
            .sign(key, &mut rng())
    };
    let app = |key: &MerchantKey| {
        AppPayment::new("wx8888888888888888", "1900007291", "wx201410272009395522657a690389285100")?
            .finalize(UnixTime::from_secs(NOW), "nonce")?
            .sign(key, &mut rng())
    };
    suite.refuses("wx.requestPayment signed with SM2", || {
        refused(request(&sm2), "ERR_SCHEME_UNSUPPORTED")
    });
    suite
        .refuses("an app payment signed with SM2", || refused(app(&sm2), "ERR_SCHEME_UNSUPPORTED"));
    suite.accepts("both signed with RSA", || {
        same(request(&rsa).map_err(unexpected)?.sign_type.as_str(), "RSA")?;
        same(app(&rsa).map_err(unexpected)?.package.as_str(), "Sign=WXPay")
    });
}

fn deliveries(suite: &mut Suite, oracle: &Oracle) {
    let keys = trusted();
    for serial in [PLATFORM_SERIAL, "PUB_KEY_ID_02"] {
        let mut message = callback(oracle);
        message.set("Wechatpay-Serial", serial);
        suite.accepts(format!("notification under {serial}"), || {
            let notification = message.open_with(&keys, &api_v3_key()).map_err(unexpected)?;
            same(notification.resource(), TRANSACTION)?;
            same(notification.event_type.as_str(), "TRANSACTION.SUCCESS")
        });
    }
    suite.accepts("RSA and SM2 side by side", || {
        let rsa = platform::Platform::trusted().callback();
        let notification = rsa.open_with(&keys, &api_v3_key()).map_err(unexpected)?;
        same(notification.resource(), TRANSACTION)
    });
    for (case, body) in [("with a body", &b"{\"prepay_id\":\"wx\"}"[..]), ("without a body", b"")] {
        let message = post(oracle, PLATFORM_SERIAL, body);
        suite.accepts(format!("response {case}"), || {
            same(message.verify_with(&keys).map_err(unexpected)?.as_slice(), body)
        });
    }
    suite.accepts("header names in lower case", || {
        let mut message = callback(oracle);
        message.headers.iter_mut().for_each(|(name, _)| name.make_ascii_lowercase());
        message.open_with(&keys, &api_v3_key()).map_err(unexpected).map(drop)
    });
}

fn refused_deliveries(suite: &mut Suite, oracle: &Oracle) {
    let keys = trusted();
    let mut refuse = |case: &str, code: &str, change: &dyn Fn(&mut Message)| {
        let mut message = callback(oracle);
        change(&mut message);
        suite.refuses(case, || refused(message.open_with(&keys, &api_v3_key()), code));
        let response = message.verify_with(&keys);
        suite.refuses(format!("{case}, as a response"), || refused(response, code));
    };
    let rsa = platform::Platform::trusted();
    let set = |name: &'static str, value: &'static str| move |m: &mut Message| m.set(name, value);
    for (case, signature_type) in [
        ("RSA named", RSA_SCHEME),
        ("in lower case", "wechatpay2-sm2-with-sm3"),
        ("of brands", "WECHATPAY-BRAND-SHA256-RSA2048"),
        ("unknown", "WECHATPAY2-SM2-WITH-SM9"),
        ("empty", ""),
    ] {
        let change = set("Wechatpay-Signature-Type", signature_type);
        refuse(&format!("signature type {case}"), "ERR_SCHEME_UNSUPPORTED", &change);
    }
    refuse("signature type missing, which means RSA", "ERR_SCHEME_UNSUPPORTED", &|m| {
        m.remove("Wechatpay-Signature-Type");
    });
    refuse("SM2 scheme under the serial of an RSA certificate", "ERR_SCHEME_UNSUPPORTED", &|m| {
        m.set("Wechatpay-Serial", platform::SERIAL);
    });
    refuse("SM2 scheme under the serial of an RSA public key", "ERR_SCHEME_UNSUPPORTED", &|m| {
        m.set("Wechatpay-Serial", PUB_KEY_ID);
    });
    refuse("RSA signature under the serial of an SM2 key", "ERR_SIGNATURE_INVALID", &|m| {
        m.resign(&rsa);
    });
    refuse("serial unknown", "ERR_SERIAL_UNKNOWN", &set("Wechatpay-Serial", "ABCDEF"));
    refuse("body changed", "ERR_SIGNATURE_INVALID", &|m| m.body.push(b' '));
    refuse("nonce changed", "ERR_SIGNATURE_INVALID", &set("Wechatpay-Nonce", "x"));
    refuse("timestamp changed", "ERR_SIGNATURE_INVALID", &|m| {
        m.set("Wechatpay-Timestamp", (NOW + 1).to_string());
    });
    refuse("stale", "ERR_TIMESTAMP_OUTSIDE_WINDOW", &|m| m.now += 301);
    refuse("from the future", "ERR_TIMESTAMP_OUTSIDE_WINDOW", &|m| m.now -= 301);
    refuse("user id of another", "ERR_SIGNATURE_INVALID", &|m| {
        resign(oracle, m, "8765432187654321")
    });
    refuse("no user id", "ERR_SIGNATURE_INVALID", &|m| resign(oracle, m, ""));
    refuse(
        "signature not base64",
        "ERR_SIGNATURE_INVALID",
        &set("Wechatpay-Signature", "FAKE SIGN"),
    );
    refuse("signature empty", "ERR_SIGNATURE_INVALID", &set("Wechatpay-Signature", ""));
    refuse("signature without DER", "ERR_SIGNATURE_INVALID", &|m| {
        let (r, s) = crate::der::split_signature(&m.signature());
        m.set("Wechatpay-Signature", STANDARD.encode([r, s].concat()));
    });
    refuse("a probe", "ERR_SIGNATURE_PROBE", &set("Wechatpay-Signature", "WECHATPAY/SIGNTEST/x"));
}

fn resources(suite: &mut Suite, oracle: &Oracle) {
    let keys = trusted();
    let key = sm4_key(API_V3_KEY);
    let open = |resource: &Value| {
        post(oracle, PLATFORM_SERIAL, envelope(resource)).open_with(&keys, &api_v3_key())
    };
    suite.accepts("without associated data", || {
        let opened = open(&resource(oracle, &key, None, "{}")).map_err(unexpected)?;
        same(opened.resource(), "{}")
    });
    let right = resource(oracle, &key, Some("transaction"), TRANSACTION);
    let with = |member: &str, value: &str| {
        let mut changed = right.clone();
        changed[member] = value.into();
        changed
    };
    let raw = STANDARD.decode(right["ciphertext"].as_str().expect("a text")).expect("base64");
    let with_raw = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = raw.clone();
        change(&mut bytes);
        with("ciphertext", &STANDARD.encode(bytes))
    };
    let mut first_half = [0; 16];
    first_half.copy_from_slice(&API_V3_KEY.as_bytes()[..16]);
    let aes = platform::resource(API_V3_KEY, NONCE, Some("transaction"), TRANSACTION);
    let wrong: Vec<(&str, Value, &str)> = vec![
        ("AES in an SM2 message", aes, "ERR_ALGORITHM_MISMATCH"),
        (
            "algorithm AES, made with SM4",
            with("algorithm", "AEAD_AES_256_GCM"),
            "ERR_ALGORITHM_MISMATCH",
        ),
        ("algorithm in lower case", with("algorithm", "aead_sm4_gcm"), "ERR_ALGORITHM_MISMATCH"),
        ("no algorithm", with("algorithm", ""), "ERR_ALGORITHM_MISMATCH"),
        ("tag flipped", with_raw(&|b| *b.last_mut().expect("a byte") ^= 1), "ERR_DECRYPT_FAILED"),
        ("ciphertext flipped", with_raw(&|b| b[0] ^= 1), "ERR_DECRYPT_FAILED"),
        ("tag cut off", with_raw(&|b| b.truncate(b.len() - 1)), "ERR_DECRYPT_FAILED"),
        ("only 15 bytes", with_raw(&|b| b.truncate(15)), "ERR_DECRYPT_FAILED"),
        ("empty", with_raw(&|b| b.clear()), "ERR_DECRYPT_FAILED"),
        ("not base64", with("ciphertext", "*"), "ERR_DECRYPT_FAILED"),
        ("nonce changed", with("nonce", "katvtHDDPxkx"), "ERR_DECRYPT_FAILED"),
        ("nonce of 11", with("nonce", "katvtHDDPxk"), "ERR_DECRYPT_FAILED"),
        ("nonce of 16", with("nonce", "katvtHDDPxkw1234"), "ERR_DECRYPT_FAILED"),
        ("associated data changed", with("associated_data", "refund"), "ERR_DECRYPT_FAILED"),
        ("APIv3 key not hashed", resource(oracle, &first_half, None, "{}"), "ERR_DECRYPT_FAILED"),
        ("another APIv3 key", resource(oracle, &sm4_key("x"), None, "{}"), "ERR_DECRYPT_FAILED"),
        (
            "second half of the digest",
            resource(oracle, &second_half(), None, "{}"),
            "ERR_DECRYPT_FAILED",
        ),
    ];
    for (case, resource, code) in wrong {
        suite.refuses(case, || refused(open(&resource), code));
    }
    suite.refuses("SM4 in an RSA message", || {
        let message = platform::Platform::trusted().post(platform::SERIAL, envelope(&right));
        refused(message.open_with(&keys, &api_v3_key()), "ERR_ALGORITHM_MISMATCH")
    });
}

fn second_half() -> [u8; 16] {
    sm3([API_V3_KEY.as_bytes()])[16..].try_into().expect("16 bytes")
}

fn certificates(suite: &mut Suite, oracle: &Oracle) {
    let pem = vector::key("flurl-sm2-cert.pem");
    let list = |serial: &str, pem: &str, key: &[u8; 16]| {
        let mut encrypted = resource(oracle, key, Some("certificate"), pem);
        encrypted.as_object_mut().expect("an object").remove("original_type");
        json!({"data": [{
            "serial_no": serial,
            "effective_time": "2022-11-09T21:12:20+08:00",
            "expire_time": "2023-11-09T21:12:20+08:00",
            "encrypt_certificate": encrypted,
        }]})
        .to_string()
    };
    let key = sm4_key(API_V3_KEY);
    let bootstrap = |message: &Message| {
        UnverifiedResponse::new(message.parse_headers()?, &message.body).bootstrap_certificates(
            &api_v3_key(),
            UnixTime::from_secs(message.now),
            message.tolerance,
        )
    };
    let right = post(oracle, PLATFORM_SERIAL, list(PLATFORM_SERIAL, &pem, &key));
    suite.accepts("first download of an SM2 certificate", || {
        let certificates = bootstrap(&right).map_err(unexpected)?;
        same(certificates.len(), 1)?;
        same(certificates[0].key.scheme(), Scheme::Sm2WithSm3)?;
        same(certificates[0].pem.as_str(), pem.as_str())
    });
    suite.accepts("a later download, verified first", || {
        let verified =
            UnverifiedResponse::new(right.parse_headers().map_err(unexpected)?, &right.body)
                .verify(&trusted(), UnixTime::from_secs(NOW), Tolerance::default())
                .map_err(unexpected)?;
        same(verified.certificates(&api_v3_key()).map_err(unexpected)?.len(), 1)
    });
    let rsa = vector::key("throwaway-platform-cert.pem");
    let other = vector::key("wechatpay-java-sm2-platform-cert.pem");
    let ec = vector::key("throwaway-ec-cert.pem");
    for (case, body, code) in [
        ("serial of another", list("ABCD", &pem, &key), "ERR_CERTIFICATE_INVALID"),
        ("P-256", list(PLATFORM_SERIAL, &ec, &key), "ERR_CERTIFICATE_INVALID"),
        ("only an RSA one", list(platform::SERIAL, &rsa, &key), "ERR_SERIAL_UNKNOWN"),
        (
            "only one that did not sign",
            list("3F1E989910B253E069A11568C91C57CA44568158", &other, &key),
            "ERR_SERIAL_UNKNOWN",
        ),
        ("APIv3 key of another", list(PLATFORM_SERIAL, &pem, &sm4_key("x")), "ERR_DECRYPT_FAILED"),
        (
            "AES",
            list(PLATFORM_SERIAL, &pem, &key).replace("SM4", "AES_256"),
            "ERR_ALGORITHM_MISMATCH",
        ),
    ] {
        suite.refuses(format!("certificates: {case}"), || {
            refused(bootstrap(&post(oracle, PLATFORM_SERIAL, body)), code)
        });
    }
    suite.refuses("certificates: an RSA certificate that is said to have signed with SM2", || {
        let message = post(oracle, platform::SERIAL, list(platform::SERIAL, &rsa, &key));
        refused(bootstrap(&message), "ERR_SCHEME_UNSUPPORTED")
    });
    suite.refuses("certificates: signed with the wrong user id", || {
        let mut message = right.clone();
        resign(oracle, &mut message, "");
        refused(bootstrap(&message), "ERR_SIGNATURE_INVALID")
    });
}

fn sensitive_fields(suite: &mut Suite, oracle: &Oracle) {
    let platform_pair = oracle.published(PLATFORM_KEY);
    let merchant_pair = oracle.published(MERCHANT_KEY);
    let keys = trusted();
    let key = keys.find(serial("PUB_KEY_ID_02")).expect("the SM2 key");
    let name = "张三";
    let long = "身份证号".repeat(100);
    for plaintext in [name, "1", long.as_str()] {
        suite.accepts(format!("{} bytes to the platform", plaintext.len()), || {
            let field =
                encrypt_sensitive(plaintext, key, &mut TestRng::new(10)).map_err(unexpected)?;
            let raw = STANDARD.decode(field).map_err(|error| error.to_string())?;
            same(oracle.decrypt(&platform_pair, &raw)?, plaintext.as_bytes().to_vec())
        });
    }
    suite.accepts("from the platform", || {
        let field = STANDARD.encode(oracle.encrypt(&merchant_pair, long.as_bytes()));
        same(decrypt_sensitive(&field, &merchant(), &mut TestRng::new(11)), Ok(long.clone()))
    });
    suite.accepts("each merchant encrypts with a key of its own scheme", || {
        let chosen = |scheme| keys.for_encryption(scheme, UnixTime::from_secs(NOW));
        same(chosen(Scheme::Sm2WithSm3), Ok(key))?;
        same(chosen(Scheme::Sha256Rsa2048).map(PlatformKey::scheme), Ok(Scheme::Sha256Rsa2048))
    });
    suite.refuses("an SM2 merchant that has RSA keys of the platform only", || {
        let chosen = platform::trusted();
        refused(
            chosen.for_encryption(Scheme::Sm2WithSm3, UnixTime::from_secs(NOW)),
            "ERR_KEY_INVALID",
        )
    });
    suite.refuses("an empty field", || {
        refused(encrypt_sensitive("", key, &mut TestRng::new(12)), "ERR_ARGUMENT_INVALID")
    });
    let decrypt = |field: &str, key: &MerchantKey| -> Result<String, Error> {
        decrypt_sensitive(field, key, &mut TestRng::new(13))
    };
    let of = |pair: &KeyPair, plaintext: &[u8]| {
        STANDARD.encode(key_of(pair).encrypt(plaintext, &mut TestRng::new(14)).expect("ciphertext"))
    };
    let rsa = keys.find(serial(PUB_KEY_ID)).expect("the RSA key");
    let rsa_field = encrypt_sensitive(name, rsa, &mut TestRng::new(15)).expect("a field");
    let right = of(&merchant_pair, name.as_bytes());
    suite.accepts("of the core for itself", || same(decrypt(&right, &merchant()), Ok(name.into())));
    for (case, field, key) in [
        ("for another key", of(&platform_pair, name.as_bytes()), merchant()),
        ("made with RSA", rsa_field, merchant()),
        ("made with SM2, read with RSA", right.clone(), rsa_merchant()),
        ("not base64", "*".into(), merchant()),
        ("base64url", right.replace('+', "-").replace('/', "_").replace('=', "") + "-", merchant()),
        ("empty", String::new(), merchant()),
        ("not UTF-8", of(&merchant_pair, &[0xff, 0xfe]), merchant()),
    ] {
        suite.refuses(format!("field {case}"), || {
            refused(decrypt(&field, &key), "ERR_DECRYPT_FAILED")
        });
    }
}

fn serial(text: &str) -> Serial {
    Serial::parse(text).expect("a serial")
}
