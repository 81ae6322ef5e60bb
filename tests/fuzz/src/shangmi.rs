//! SM2 and SM4.

use std::sync::LazyLock;

use wechatpay_core::hazmat::shangmi::{PrivateKey, open_sm4_gcm, seal_sm4_gcm};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::vector;

use crate::input::{choice, edited, join, parts};

static KEY: LazyLock<PrivateKey> = LazyLock::new(|| {
    let key = PrivateKey::parse(vector::key("flurl-sm2-key.pem").as_bytes());
    key.expect("it is good").expect("it is an SM2 key")
});

/// What was signed verifies, what was encrypted decrypts, and neither does once a byte of it is another.
pub fn sm2(data: &[u8]) {
    let (choice, rest) = choice(data);
    let mut rng = TestRng::new(u64::from(choice));
    let [script, message] = parts(rest);
    match choice % 4 {
        0 => drop(KEY.decrypt(rest)),
        1 => assert!(!KEY.public_key().verify([&b"text"[..]], rest), "nobody signed this"),
        2 => {
            let signature = KEY.sign([message], &mut rng).expect("it signs");
            let altered = edited(&signature, script);
            assert_eq!(KEY.public_key().verify([message], &altered), altered == signature);
        }
        _ => {
            let Some(sealed) = KEY.public_key().encrypt(message, &mut rng) else {
                assert!(message.is_empty());
                return;
            };
            let altered = edited(&sealed, script);
            let expected = Some(message).filter(|_| altered == sealed);
            assert_eq!(KEY.decrypt(&altered).as_deref().map(Vec::as_slice), expected);
        }
    }
}

pub fn sm2_seeds() -> Vec<Vec<u8>> {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    let of = |kind: &str, member: &str, choice: u8| -> Vec<Vec<u8>> {
        let cases = vector::load(kind);
        let der = cases.iter().filter_map(|case| STANDARD.decode(case.input(member)).ok());
        der.map(|der| [&[choice], &*der].concat()).collect()
    };
    let made = [2, 3].map(|kind| [&[kind], &*join(&[b"", b"text"])].concat());
    [
        of("sm2_decrypt", "ciphertext_der_base64", 0),
        of("sm2_verify", "signature_der_base64", 1),
        made.into(),
    ]
    .concat()
}

/// What was sealed opens, and nothing else does.
pub fn sm4(data: &[u8]) {
    let [nonce, associated_data, script, plaintext] = parts(data);
    let key = [5; 16];
    let mut raw = data.to_vec();
    assert!(open_sm4_gcm(&key, &[1; 12], b"", &mut raw).is_err(), "nobody sealed this");
    assert!(raw.is_empty(), "what is not authentic is not handed out");
    let mut sealed = plaintext.to_vec();
    let made = seal_sm4_gcm(&key, nonce, associated_data, &mut sealed);
    assert_eq!(made.is_ok(), nonce.len() == 12);
    if made.is_ok() {
        let mut altered = edited(&sealed, script);
        let is_genuine = altered == sealed;
        let opened = open_sm4_gcm(&key, nonce, associated_data, &mut altered);
        assert_eq!(opened.is_ok(), is_genuine);
        assert_eq!(altered, if is_genuine { plaintext } else { b"" });
    }
}

pub fn sm4_seeds() -> Vec<Vec<u8>> {
    let script: &[u8] = b"\x01\x00\x00\x01";
    [b"", script].map(|script| join(&[b"katvtHDDPxkw", b"transaction", script, b"{}"])).into()
}
