//! Sensitive fields of APIv3, from text to base64 and back. Each contender is checked once before it is measured.

use getrandom::SysRng;
use wechatpay_core::keys::{MerchantKey, PlatformKey};
use wechatpay_core::rand_core::UnwrapErr;
use wechatpay_core::v3::{decrypt_sensitive, encrypt_sensitive};
use wxpay_rs::crypto::{RsaOaepCipher, RsaOaepDecrypter};

use crate::cases::{Case, Clock, Operation};

const FIELD: &str = "440101199003071234";
const KEY: &str = include_str!("../../../../vectors/keys/throwaway-merchant-key.pem");
const PUBLIC_KEY: &str = include_str!("../../../../vectors/keys/throwaway-merchant-pub.pem");

/// Gives a ciphertext or a plaintext.
type Transform = Box<dyn Fn() -> String>;

pub fn all() -> Vec<Case> {
    vec![encryption(), decryption()]
}

fn encryption() -> Case {
    let ours = PlatformKey::from_public_key("PUB_KEY_ID_1", PUBLIC_KEY.as_bytes()).expect("a key");
    let theirs = RsaOaepCipher::from_public_key(PUBLIC_KEY.as_bytes()).expect("a key");
    let merchant = merchant();
    let decrypts = move |text: &str| {
        decrypt_sensitive(text, &merchant, &mut UnwrapErr(SysRng)).is_ok_and(|field| field == FIELD)
    };
    case(
        "OAEP encryption",
        decrypts,
        vec![
            (
                "ours",
                Box::new(move || {
                    encrypt_sensitive(FIELD, &ours, &mut UnwrapErr(SysRng)).expect("it fits")
                }),
            ),
            ("wxpay-rs", Box::new(move || theirs.encrypt(FIELD).expect("it fits"))),
            (
                "wechat-pay",
                Box::new(|| wechat_pay::crypto::encrypt_oaep(PUBLIC_KEY, FIELD).expect("it fits")),
            ),
        ],
    )
}

fn decryption() -> Case {
    let ours = merchant();
    let theirs = RsaOaepDecrypter::new(KEY.as_bytes()).expect("a key");
    let ciphertext = RsaOaepCipher::from_public_key(PUBLIC_KEY.as_bytes())
        .and_then(|cipher| cipher.encrypt(FIELD))
        .expect("it fits");
    let copy = ciphertext.clone();
    case(
        "OAEP decryption",
        |text| text == FIELD,
        vec![
            (
                "ours",
                Box::new(move || {
                    let rng = &mut UnwrapErr(SysRng);
                    decrypt_sensitive(&ciphertext, &ours, rng).expect("ours to read")
                }),
            ),
            ("wxpay-rs", Box::new(move || theirs.decrypt(&copy).expect("theirs to read"))),
        ],
    )
}

fn case(
    name: &str,
    is_right: impl Fn(&str) -> bool,
    transforms: Vec<(&'static str, Transform)>,
) -> Case {
    let checked = |(who, run): (&'static str, Transform)| -> (&'static str, Operation) {
        assert!(is_right(&run()), "{who}: {name}");
        (who, Box::new(move || assert!(!run().is_empty())))
    };
    let operations = transforms.into_iter().map(checked).collect();
    Case { name: name.into(), clock: Clock::Wall, operations }
}

fn merchant() -> MerchantKey {
    let serial_no = "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C";
    MerchantKey::new("1900000001", serial_no, KEY.as_bytes()).expect("a key")
}
