//! Every vector and every key, mutated at random: nothing may panic, and nothing that differs from what
//! was signed may be accepted.
//!
//! `MUTATIONS` is the number per input (default 60), `MUTATION_SEED` the seed.

use std::process::ExitCode;

use wechatpay_core::Error;
use wechatpay_core::hazmat::{PrivateKey, open_aes_256_gcm};
use wechatpay_core::keys::{ApiV3Key, MerchantKey, PlatformKey, PlatformKeys};
use wechatpay_core::v3::{SignableRequest, WechatpayHeaders};
use wechatpay_tests::mutate::{damaged, damaged_text};
use wechatpay_tests::pem::der;
use wechatpay_tests::platform::{self, Message, Platform};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Runner, Suite, holds, is_refused};
use wechatpay_tests::vector;

fn main() -> ExitCode {
    let seed = TestRng::seed_from_env("MUTATION_SEED", 20_261_123);
    let count = TestRng::seed_from_env("MUTATIONS", 60);
    println!("mutation: MUTATION_SEED={seed} MUTATIONS={count}");
    let run = |cases: fn(&mut Suite, &mut TestRng, u64)| {
        let mut rng = TestRng::new(seed);
        move |suite: &mut Suite| cases(suite, &mut rng, count)
    };
    Runner::from_args()
        .suite("mutation/messages", run(messages))
        .suite("mutation/envelopes", run(envelopes))
        .suite("mutation/ciphertexts", run(ciphertexts))
        .suite("mutation/private_keys", run(private_keys))
        .suite("mutation/public_keys", run(public_keys))
        .suite("mutation/arguments", run(arguments))
        .finish()
}

/// What a genuine message was, to see whether an accepted one is the same.
struct Genuine {
    name: String,
    message: Message,
    keys: PlatformKeys,
}

fn genuine() -> Vec<Genuine> {
    let certificate = |pem: &str| PlatformKey::from_certificate(pem.as_bytes());
    let mut all = Vec::new();
    for case in vector::load("apiv3_verify").into_iter().chain(vector::load("apiv3_notify")) {
        let pem = ["public_key_pem", "platform_cert_pem", "platform_public_key_pem"]
            .into_iter()
            .find_map(|member| case.optional_input(member))
            .expect("a key");
        let message = Message {
            headers: case.pairs("headers"),
            body: case.input("body").into(),
            now: case.number("now"),
            tolerance: Default::default(),
        };
        let key = if pem.contains("BEGIN CERTIFICATE") {
            certificate(pem)
        } else {
            PlatformKey::from_public_key(message.header("Wechatpay-Serial"), pem.as_bytes())
        };
        let keys = PlatformKeys::new([key.expect("a key")]).expect("one key");
        all.push(Genuine { name: case.name, message, keys });
    }
    let message = Platform::trusted().callback();
    all.push(Genuine { name: "callback".to_owned(), message, keys: platform::trusted() });
    all
}

/// Headers and body changed after the signature.
fn messages(suite: &mut Suite, rng: &mut TestRng, count: u64) {
    for genuine in genuine() {
        let was_accepted = genuine.message.verify_with(&genuine.keys).is_ok();
        for n in 0..count {
            let mut message = genuine.message.clone();
            let part = rng.below(message.headers.len() + 2);
            match message.headers.get_mut(part) {
                Some((_, value)) => *value = damaged_text(rng, value),
                None => message.body = damaged(rng, &message.body),
            }
            if same_message(&message, &genuine.message) {
                continue;
            }
            suite.refuses(format!("{} #{n}", genuine.name), || {
                let verified = message.verify_with(&genuine.keys);
                let opened = message.open_with(&genuine.keys, &platform::api_v3_key());
                holds(
                    is_refused(&verified)? && is_refused(&opened)?,
                    format!("accepted: {:?}", message.headers),
                )
            });
        }
        if was_accepted {
            suite.accepts(&genuine.name, || {
                genuine.message.verify_with(&genuine.keys).map(drop).map_err(|e| e.to_string())
            });
        }
    }
}

/// Whether everything that is signed or selects the key is as it was. The serial is compared without
/// regard to case; the scheme may be left out.
fn same_message(a: &Message, b: &Message) -> bool {
    let value = |message: &Message, name: &str| {
        let found = message.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let serial = "Wechatpay-Serial";
    ["Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature", "Wechatpay-Signature-Type"]
        .into_iter()
        .all(|name| value(a, name) == value(b, name))
        && value(a, serial).eq_ignore_ascii_case(&value(b, serial))
        && a.body == b.body
}

/// Bodies changed before the signature: whatever was signed is refused, or opened to the text that was
/// sealed, and never to another.
fn envelopes(suite: &mut Suite, rng: &mut TestRng, count: u64) {
    let platform = Platform::trusted();
    let genuine = platform.callback();
    for n in 0..count * 8 {
        let body = damaged(rng, &genuine.body);
        suite.decides(format!("body #{n}"), || {
            let opened = platform.post(platform::SERIAL, body).open();
            is_refused(&opened)?;
            match opened {
                Err(
                    Error::BodyMalformed { .. }
                    | Error::AlgorithmMismatch { .. }
                    | Error::DecryptFailed,
                ) => Ok(false),
                Err(error) => Err(format!("unexpected {}: {error}", error.code())),
                Ok(notification) => {
                    holds(notification.resource() == platform::TRANSACTION, "another plaintext")?;
                    holds(notification.event().is_ok(), "the plaintext has lost its form")?;
                    Ok(true)
                }
            }
        });
    }
}

fn ciphertexts(suite: &mut Suite, rng: &mut TestRng, count: u64) {
    let key: &[u8; 32] = platform::API_V3_KEY.as_bytes().try_into().expect("32 bytes");
    for len in [0, 1, 15, 16, 17, 100, 1_000] {
        let plaintext = rng.bytes(len);
        let sealed = platform::seal_raw(platform::API_V3_KEY, platform::NONCE, "aad", &plaintext);
        for n in 0..count {
            let changed = damaged(rng, &sealed);
            if changed == sealed {
                continue;
            }
            suite.refuses(format!("{len} bytes #{n}"), || {
                let mut buffer = changed;
                let opened = open_aes_256_gcm(key, platform::NONCE.as_bytes(), b"aad", &mut buffer);
                holds(is_refused(&opened)? && buffer.is_empty(), "opened, or something was left")
            });
        }
    }
}

/// A mutated private key is refused, or makes the signature it always made: what was damaged is then
/// computed anew, or is no part of the key. It never makes another signature.
fn private_keys(suite: &mut Suite, rng: &mut TestRng, count: u64) {
    let signature = |key: &PrivateKey| key.sign_pkcs1_sha256(&[3; 32], &mut TestRng::new(9));
    for file in ["throwaway-merchant-key.pem", "throwaway-merchant-key-pkcs1.pem"] {
        let pem = vector::key(file);
        let der = der(&pem);
        let genuine = signature(&PrivateKey::parse(&der).expect("a key")).expect("a signature");
        for n in 0..count {
            for (form, input) in [("DER", der.as_slice()), ("PEM", pem.as_bytes())] {
                let changed = damaged(rng, input);
                suite.decides(format!("{file} {form} #{n}"), || {
                    let merchant = MerchantKey::new("1", "1", &changed);
                    let parsed = PrivateKey::parse(&changed);
                    is_refused(&parsed)?;
                    let Ok(key) = parsed else {
                        holds(is_refused(&merchant)?, "refused, and accepted from a merchant")?;
                        return Ok(false);
                    };
                    let made = signature(&key);
                    holds(made.as_ref().is_none_or(|made| *made == genuine), "another signature")?;
                    Ok(made.is_some())
                });
            }
        }
    }
}

/// Every file in keys/ as a platform key. Whatever is made of a file, it must not take the place of the
/// platform's key.
fn public_keys(suite: &mut Suite, rng: &mut TestRng, count: u64) {
    let mut message = Platform::trusted().post(platform::SERIAL, "{}");
    for file in vector::keys() {
        let pem = vector::key(&file);
        let der = der(&pem);
        let is_platform = file.starts_with("throwaway-platform-") && !file.contains("-next-");
        for n in 0..if is_platform { count * 8 } else { count / 2 } {
            let changed = damaged(rng, if n % 2 == 0 { &der } else { pem.as_bytes() });
            suite.decides(format!("{file} #{n}"), || {
                is_refused(&PlatformKey::parse(None, &changed))?;
                let certificate = PlatformKey::from_certificate(&changed);
                is_refused(&certificate)?;
                let key = certificate
                    .or_else(|_| PlatformKey::from_public_key(platform::PUB_KEY_ID, &changed));
                is_refused(&key)?;
                let Ok(key) = key else { return Ok(false) };
                message.set("Wechatpay-Serial", key.serial().as_str());
                let keys = PlatformKeys::new([key]).map_err(|error| error.to_string())?;
                let says_yes = !is_refused(&message.verify_with(&keys))?;
                holds(is_platform || !says_yes, "it took the place of the platform's key")?;
                Ok(says_yes)
            });
        }
    }
}

/// Arguments of the merchant's own: refused, or signed as one line each.
fn arguments(suite: &mut Suite, rng: &mut TestRng, count: u64) {
    let key = vector::key("throwaway-merchant-key.pem");
    let key = MerchantKey::new("1900007291", "1DDE55AD", key.as_bytes()).expect("a merchant");
    let url = "https://api.mch.weixin.qq.com/v3/refund/domestic/refunds/1?sub_mchid=1900000109#x";
    let full = "/v3/refund/domestic/refunds/1?sub_mchid=1900000109";
    for n in 0..count * 8 {
        let (url, nonce) =
            (damaged_text(rng, url), damaged_text(rng, "593BEC0C930BF1AFEB40B4A08C8FB242"));
        let name = format!("#{n} {url:?} {nonce:?}");
        suite.decides(name, || check_request(&key, &url, &nonce));
        let pairs = [
            ("Wechatpay-Timestamp", damaged_text(rng, "1795000000")),
            ("Wechatpay-Nonce", damaged_text(rng, "593BEC0C930BF1AFEB40B4A08C8FB242")),
            ("Wechatpay-Serial", damaged_text(rng, platform::PUB_KEY_ID)),
            ("Wechatpay-Signature", damaged_text(rng, "c2lnbmF0dXJl")),
        ];
        suite.decides(format!("#{n} {pairs:?}"), || {
            let pairs = pairs.iter().map(|(name, value)| (*name, value.as_str()));
            let headers = WechatpayHeaders::from_pairs(pairs);
            is_refused(&headers)?;
            match headers {
                Ok(headers) => {
                    let text = headers.serial().to_string();
                    holds(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'), text)?;
                    Ok(true)
                }
                Err(Error::HeaderInvalid { .. }) => Ok(false),
                Err(error) => Err(error.to_string()),
            }
        });
        let bytes = damaged(rng, platform::API_V3_KEY.as_bytes());
        suite.decides(format!("#{n} APIv3 key"), || {
            let is_accepted = !is_refused(&ApiV3Key::new(&bytes))?;
            holds(is_accepted == (bytes.len() == 32), "only the length decides")?;
            Ok(is_accepted)
        });
    }
    suite.accepts("unchanged", || {
        let is_accepted = check_request(&key, url, "593BEC0C930BF1AFEB40B4A08C8FB242")?;
        holds(is_accepted, "refused")?;
        let request = SignableRequest::new("GET", url, b"").map_err(|error| error.to_string())?;
        holds(request.canonical_url() == full, request.canonical_url())
    });
}

fn check_request(key: &MerchantKey, url: &str, nonce: &str) -> Result<bool, String> {
    let time = wechatpay_core::UnixTime::from_secs(1);
    let unsigned = SignableRequest::new("GET", url, b"")
        .and_then(|request| request.finalize(key.identity(), time, nonce));
    is_refused(&unsigned)?;
    let message = match unsigned {
        Err(Error::ArgumentInvalid { .. }) => return Ok(false),
        Err(error) => return Err(error.to_string()),
        Ok(unsigned) => {
            String::from_utf8(unsigned.message().to_vec()).map_err(|e| e.to_string())?
        }
    };
    let lines: Vec<&str> = message.split('\n').collect();
    holds(
        lines.len() == 6 && lines[0] == "GET" && lines[1].starts_with('/') && lines[3] == nonce,
        format!("{message:?}"),
    )?;
    Ok(true)
}
