//! What is left of secrets in memory: every block is searched before it goes back to the allocator, and every key after it
//! was dropped, where it stood. Copies on the stack, which the compiler may make, are beyond what Rust can promise.

mod allocator;

use std::mem::ManuallyDrop;
use std::process::ExitCode;

use rsa::pkcs8::DecodePrivateKey;
use rsa::traits::PrivateKeyParts;
use wechatpay_core::UnixTime;
use wechatpay_core::hazmat::PrivateKey;
use wechatpay_core::hazmat::rsa::{PrivateKeyOn, Radix28, Radix32, Radix64, Widths};
use wechatpay_core::hazmat::shangmi;
use wechatpay_core::jssdk::JsapiTicket;
use wechatpay_core::keys::{ApiV3Key, MerchantKey, PlatformKey};
use wechatpay_core::message_push::{EncodingAesKey, Token};
use wechatpay_core::mini_program::{
    AppKeys, AppSecret, Env, SecureApiKey, SecureApiPrivateKey, SecureRequest, SessionKey,
};
use wechatpay_core::rand_core::CryptoRng;
use wechatpay_core::signature::{Message, Signer as _};
use wechatpay_core::v2::{ApiKey, WorkwxSecret};
use wechatpay_core::v3::{decrypt_sensitive, encrypt_sensitive};
use wechatpay_tests::platform::{API_V3_KEY, Platform, trusted};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Check, Runner, Suite, holds, is_refused};
use wechatpay_tests::vector;

use crate::allocator::{Freed, Searching, stands_in, watch};

#[global_allocator]
static ALLOCATOR: Searching = Searching;

impl Freed {
    fn clean(&self) -> Check {
        holds(self.blocks > 0, "no block was searched")?;
        let Self { blocks, with_secrets, len } = self;
        holds(*with_secrets == 0, format!("{with_secrets} of {blocks} blocks, one of {len} bytes"))
    }
}

/// So long that it is not found by chance, so short that a part of a number is enough.
const NEEDLE: usize = 12;

fn main() -> ExitCode {
    Runner::from_args()
        .suite("secrecy/wiped", wiped)
        .suite("secrecy/wiped_detector", detector)
        .finish()
}

fn wiped(suite: &mut Suite) {
    let pem = vector::key("throwaway-merchant-key.pem");
    let rsa = rsa_numbers(&pem);
    let merchant = |key: &str| MerchantKey::new("1900007291", "1DDE55AD", key.as_bytes());

    let pkcs1 = vector::key("throwaway-merchant-key-pkcs1.pem");
    for (form, key) in [("PKCS#8", &pem), ("PKCS#1", &pkcs1)] {
        suite.refuses(format!("MerchantKey from {form} stays, unused"), || {
            gone(&rsa, || merchant(key).expect("a key"), |_, _| ())
        });
    }
    suite.refuses("MerchantKey stays, after it signed and decrypted", || {
        let field = sealed();
        gone(
            &rsa,
            || merchant(&pem).expect("a key"),
            |key, rng| {
                key.sign(&Message::raw(b"message"), rng).expect("a signature");
                decrypt_sensitive(&field, key, rng).expect("a plaintext");
            },
        )
    });
    suite.refuses("MerchantKey of 3072 bits stays", || {
        let pem = vector::key("throwaway-rsa3072-key.pem");
        gone(
            &rsa_numbers(&pem),
            || merchant(&pem).expect("a key"),
            |key, rng| {
                key.sign(&Message::raw(b"message"), rng).expect("a signature");
            },
        )
    });
    // Every length in the place of the widest: beside a shorter key lies what the stack held when it was moved here.
    for file in ["throwaway-merchant-key.pem", "throwaway-rsa3072-key.pem", "flurl-4096-key.pem"] {
        let pem = vector::key(file);
        let numbers = rsa_numbers(&pem);
        on_limbs_of::<Radix64>(suite, &pem, &numbers);
        on_limbs_of::<Radix32>(suite, &pem, &numbers);
        on_limbs_of::<Radix28>(suite, &pem, &limbs_of_28_bits(&pem));
    }
    suite.refuses("a key that is refused stays", || {
        let needles = needles([pem.lines().nth(20).expect("a line").as_bytes()]);
        let damaged = pem.replacen("\n-----END", "AAAA\n-----END", 1);
        let (outcome, freed) = watch(&needles, || merchant(&damaged).map(drop));
        holds(is_refused(&outcome)?, "was accepted")?;
        freed.clean()
    });
    suite.refuses("ApiV3Key stays, after it opened a notification", || {
        let secret = needles([API_V3_KEY.as_bytes()]);
        let (message, keys) = (Platform::trusted().callback(), trusted());
        gone(
            &secret,
            || ApiV3Key::new(API_V3_KEY.as_bytes()).expect("32 bytes"),
            |key, _| {
                message.open_with(&keys, key).expect("genuine");
            },
        )
    });
    let text = "a-secret-of-32-characters-in-all";
    suite.refuses("ApiKey of APIv2 stays", || {
        gone(&needles([text.as_bytes()]), || ApiKey::new(text.as_bytes()).expect("32"), |_, _| ())
    });
    suite.refuses("EncodingAESKey stays", || {
        let key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
        let secret = needles([&base64(&format!("{key}="))]);
        gone(&secret, || EncodingAesKey::new(key).expect("43 characters"), |_, _| ())
    });
    suite.refuses("session_key stays, in base64 and raw", || {
        let key = "tiihtNczf5v6AKRyjwEUhQ==";
        let secret = needles([key.as_bytes(), &base64(key)]);
        gone(
            &secret,
            || SessionKey::new(key).expect("24 characters"),
            |key, _| {
                assert!(!key.signature(b"{}").is_empty());
            },
        )
    });
    sm2(suite);
    secure_api(suite);
    // What these hold is on the heap, where the block is searched when it goes back.
    suite.refuses("the token of message push stays", || {
        let token = "aSecretOf32CharactersInAllHere12";
        freed_clean(token, || Token::new(token).map(drop))
    });
    suite.refuses("AppKey stays", || {
        freed_clean(text, || AppKeys::default().with(Env::Live, text).map(drop))
    });
    suite.refuses("AppSecret stays", || freed_clean(text, || AppSecret::new(text).map(drop)));
    suite.refuses("the WeCom secret stays", || {
        freed_clean(text, || WorkwxSecret::new(text.as_bytes()).map(drop))
    });
    suite.refuses("jsapi_ticket stays", || {
        freed_clean(text, || JsapiTicket::new(text.as_bytes()).map(drop))
    });
}

fn sm2(suite: &mut Suite) {
    let pem = vector::key("flurl-sm2-key.pem");
    let secret = needles([&sm2_number(&pem)]);
    let parse = || shangmi::PrivateKey::parse(pem.as_bytes()).expect("a key").expect("of SM2");
    suite.refuses("an SM2 key stays, unused", || gone(&secret, parse, |_, _| ()));
    suite.refuses("an SM2 key stays, after it signed and decrypted", || {
        gone(&secret, parse, |key, rng| {
            key.sign([&b"message"[..]], rng).expect("a signature");
            let sealed = key.public_key().encrypt(b"a name", rng).expect("a ciphertext");
            key.decrypt(&sealed).expect("a plaintext");
        })
    });
    suite.refuses("MerchantKey of SM2 stays, after it signed", || {
        gone(
            &secret,
            || MerchantKey::new("1900007291", "1DDE55AD", pem.as_bytes()).expect("a key"),
            |key, rng| {
                key.sign(&Message::raw(b"message"), rng).expect("a signature");
            },
        )
    });
    suite.refuses("an SM2 key that is refused stays", || {
        let needles = needles([pem.lines().nth(2).expect("a line").as_bytes()]);
        let damaged = pem.replacen("\n-----END", "AAAA\n-----END", 1);
        let (outcome, freed) = watch(&needles, || {
            MerchantKey::new("1900007291", "1DDE55AD", damaged.as_bytes()).map(drop)
        });
        holds(is_refused(&outcome)?, "was accepted")?;
        freed.clean()
    });
}

/// Both keys of the server API of mini programs, with which a request is sealed and signed.
fn secure_api(suite: &mut Suite) {
    let text = "otUpngOjU+nVQaWJIC3D/yMLV17RKaP6t4Ot9tbnzLY=";
    let pem = vector::key("throwaway-merchant-key.pem");
    let key = || SecureApiKey::new("fa05fe1e5bcc79b81ad5ad4b58acf787", text).expect("a key");
    let private_key = || SecureApiPrivateKey::new(pem.as_bytes()).expect("a key");
    suite.refuses("SecureApiKey stays, in base64 and raw", || {
        let (secret, other) = (needles([text.as_bytes(), &base64(text)]), private_key());
        gone(&secret, key, |key, rng| send(key, &other, rng))
    });
    suite.refuses("SecureApiPrivateKey stays", || {
        let (secret, other) = (rsa_numbers(&pem), key());
        gone(&secret, private_key, |key, rng| send(&other, key, rng))
    });
}

fn send(key: &SecureApiKey, private_key: &SecureApiPrivateKey, rng: &mut dyn CryptoRng) {
    let (url, now) = ("https://api.weixin.qq.com/wxa/x", UnixTime::from_secs(1_795_000_000));
    let request = SecureRequest::new(url, "wx4f4bc4dec97d474b", "{}", now).expect("a request");
    request.seal(key, rng).and_then(|sealed| sealed.sign(private_key, rng)).expect("a signature");
}

fn on_limbs_of<W: Widths>(suite: &mut Suite, pem: &str, numbers: &[Vec<u8>]) {
    let parse = || PrivateKeyOn::<W>::parse(pem.as_bytes()).expect("a key");
    let name = format!("{} bytes on limbs of {} bits", parse().modulus_len(), W::BITS);
    suite.refuses(format!("a key of {name} stays, unused"), || gone(numbers, parse, |_, _| ()));
    suite.refuses(format!("a key of {name} stays, after it signed"), || {
        gone(numbers, parse, |key, rng| {
            key.sign_pkcs1_sha256(&[7; 32], rng).expect("a signature");
        })
    });
}

/// The search finds what is there.
fn detector(suite: &mut Suite) {
    let pem = vector::key("throwaway-merchant-key.pem");
    let secret = needles([API_V3_KEY.as_bytes()]);
    suite.refuses("a text that is not wiped passes", || {
        let ((), freed) = watch(&secret, || drop(API_V3_KEY.to_owned()));
        holds(freed.with_secrets == 1, "was not found")
    });
    suite.refuses("a text that moves to a larger block passes", || {
        let ((), freed) = watch(&secret, || {
            let mut text = API_V3_KEY.to_owned();
            text.reserve(1 << 16);
            text.replace_range(.., &"x".repeat(API_V3_KEY.len()));
        });
        holds(freed.with_secrets >= 1, "was not found")
    });
    suite.refuses("a key of the rsa crate, read without wiping the numbers, passes", || {
        let numbers = rsa_numbers(&pem);
        let ((), freed) = watch(&numbers, || {
            let key = rsa::PrivateKey::from_pkcs8_pem(&pem).expect("a key");
            drop(key.d().to_be_bytes().to_vec());
        });
        holds(freed.with_secrets >= 1, "was not found")
    });
    suite.refuses("a key that is forgotten instead of dropped passes", || {
        let key = PrivateKey::parse(pem.as_bytes())?;
        let kept = ManuallyDrop::new(Box::new(key));
        holds(stands_in(&**kept, &rsa_numbers(&pem)), "was not found")
    });
}

/// Made on the heap, used, dropped: found where it stands before, and nowhere after.
fn gone<T>(
    needles: &[Vec<u8>],
    make: impl FnOnce() -> T,
    run: impl FnOnce(&T, &mut dyn CryptoRng),
) -> Check {
    let mut rng = TestRng::new(11);
    let (was_there, freed) = watch(needles, || {
        let key = Box::new(make());
        run(&key, &mut rng);
        let was_there = stands_in(&*key, needles);
        drop(key);
        was_there
    });
    holds(was_there, "the search does not find the key while it is there")?;
    freed.clean()
}

fn freed_clean<E: std::fmt::Debug>(secret: &str, run: impl FnOnce() -> Result<(), E>) -> Check {
    let (outcome, freed) = watch(&needles([secret.as_bytes()]), run);
    outcome.map_err(|error| format!("{error:?}"))?;
    freed.clean()
}

/// A piece from the beginning, one from the middle and one from the end of each, and the same backwards, as limbs are.
fn needles<const N: usize>(secrets: [&[u8]; N]) -> Vec<Vec<u8>> {
    let pieces = |bytes: &[u8]| {
        let (middle, last) = ((bytes.len() - NEEDLE) / 2, bytes.len() - NEEDLE);
        [0, middle, last].map(|at| bytes[at..at + NEEDLE].to_vec())
    };
    let backwards = |bytes: &[u8]| bytes.iter().rev().copied().collect::<Vec<u8>>();
    secrets.iter().flat_map(|bytes| [pieces(bytes), pieces(&backwards(bytes))]).flatten().collect()
}

fn numbers(pem: &str) -> [Vec<u8>; 5] {
    let key = rsa::PrivateKey::from_pkcs8_pem(pem).expect("a key");
    let [p, q] = [0, 1].map(|at| key.primes()[at].to_be_bytes().to_vec());
    let [dp, dq] =
        [key.dp(), key.dq()].map(|number| number.expect("a CRT key").to_be_bytes().to_vec());
    [key.d().to_be_bytes().to_vec(), p, q, dp, dq]
}

fn rsa_numbers(pem: &str) -> Vec<Vec<u8>> {
    let numbers = numbers(pem);
    needles(numbers.each_ref().map(Vec::as_slice))
}

/// The private number of an SM2 key in PKCS#8: the first string of 32 bytes in it.
fn sm2_number(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = base64(&body);
    let at = der.windows(2).position(|start| start == [4, 32]).expect("a number") + 2;
    der[at..at + 32].to_vec()
}

/// The same numbers in words of 32 bits that hold 28 each.
fn limbs_of_28_bits(pem: &str) -> Vec<Vec<u8>> {
    let words = |number: &Vec<u8>| -> Vec<u8> {
        let bits: Vec<u8> =
            number.iter().rev().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1)).collect();
        bits.chunks(28)
            .map(|limb| limb.iter().rev().fold(0_u32, |word, bit| word << 1 | u32::from(*bit)))
            .flat_map(u32::to_le_bytes)
            .collect()
    };
    numbers(pem).iter().map(|number| words(number)[..32].to_vec()).collect()
}

/// A field that was encrypted to this merchant.
fn sealed() -> String {
    let public = vector::key("throwaway-merchant-pub.pem");
    let key = PlatformKey::from_public_key("AB", public.as_bytes()).expect("a public key");
    encrypt_sensitive("a name", &key, &mut TestRng::new(3)).expect("a ciphertext")
}

fn base64(text: &str) -> Vec<u8> {
    use base64::Engine;
    use base64::engine::DecodePaddingMode;
    use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
    let lenient = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&base64::alphabet::STANDARD, lenient).decode(text).expect("base64")
}
