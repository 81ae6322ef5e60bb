//! Fresh random cases against the OpenSSL command line, at least a thousand in each direction.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wechatpay_core::mini_program::{
    AppKeys, EncryptedData, Env, SessionKey, UnverifiedPayEvent, UnverifiedRawData,
    VirtualPaymentCall,
};
use wechatpay_tests::primitives::pad;
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Runner, Suite, holds, refused, same, unexpected};

use crate::oracle::Oracle;
use crate::wechat::APPID;

/// Cases in each direction.
pub(crate) const COUNT: usize = 1_000;

/// Cases that share a key, and so a process.
const BATCH: usize = 100;

pub(crate) fn suites(runner: Runner, seed: u64) -> Runner {
    let run = |cases: fn(&mut Suite, &mut TestRng)| {
        move |suite: &mut Suite| cases(suite, &mut TestRng::new(seed))
    };
    runner
        .suite("random/aes_128_cbc", run(aes_128_cbc))
        .suite("random/sha1_raw_data", run(raw_data))
        .suite("random/hmac_sha256_user", run(user_signature))
        .suite("random/hmac_sha256_xpay", run(pay_sig))
        .suite("random/hmac_sha256_event", run(pay_event))
}

/// Text of up to `len` characters, some of which take two to four bytes.
pub(crate) fn text(rng: &mut TestRng, len: usize) -> String {
    const LETTERS: [char; 12] =
        ['a', 'Z', '0', ' ', '&', '"', '\\', '\n', 'é', '支', '\u{fffd}', '💰'];
    (0..rng.below(len)).map(|_| *rng.pick(&LETTERS)).collect()
}

fn session_key(rng: &mut TestRng) -> SessionKey {
    SessionKey::new(&STANDARD.encode(rng.bytes(16))).expect("a session key")
}

/// OpenSSL encrypts, the core opens; then with one bit of ciphertext, `iv` or key changed.
fn aes_128_cbc(suite: &mut Suite, rng: &mut TestRng) {
    let oracle = Oracle::open();
    for batch in 0..COUNT / BATCH {
        let (key, first_iv) = (rng.bytes(16), rng.bytes(16));
        let session_key = SessionKey::new(&STANDARD.encode(&key)).expect("a session key");
        let mut plaintexts = Vec::new();
        for _ in 0..BATCH {
            let data = json!({ "text": text(rng, 200),
                "watermark": { "timestamp": rng.number() >> 32, "appid": APPID } });
            plaintexts.push(data.to_string());
        }
        let padded: Vec<Vec<u8>> = plaintexts.iter().map(|p| pad(p.as_bytes(), 16)).collect();
        let ciphertext = oracle.cbc("-aes-128-cbc", false, &key, &first_iv, &padded.concat());
        let (mut iv, mut rest) = (first_iv.as_slice(), ciphertext.as_slice());
        for (n, (plaintext, padded)) in plaintexts.iter().zip(&padded).enumerate() {
            let (blocks, next) = rest.split_at(padded.len());
            let name = format!("#{batch}.{n}");
            let open = |blocks: &[u8], iv: &[u8]| {
                EncryptedData::new(&STANDARD.encode(blocks), &STANDARD.encode(iv))?
                    .open(&session_key, APPID)
            };
            suite.accepts(&name, || {
                same(open(blocks, iv).map_err(unexpected)?.json(), plaintext.as_str())
            });
            suite.refuses(format!("{name}, last block changed"), || {
                let mut blocks = blocks.to_vec();
                let last = blocks.len() - 1 - rng.below(16);
                blocks[last] ^= 1 << rng.below(8);
                refused(open(&blocks, iv), "ERR_DECRYPT_FAILED")
            });
            suite.refuses(format!("{name}, another iv"), || {
                // The first characters are `{"text":"`: what changes there is no such object.
                let mut iv = iv.to_vec();
                iv[rng.below(9)] ^= 1 << (5 + rng.below(3));
                match open(blocks, &iv) {
                    Ok(data) => {
                        holds(data.json_as::<Value>().is_ok_and(|d| d["text"].is_null()), "same")
                    }
                    Err(error) => same(error.code(), "ERR_DECRYPT_FAILED"),
                }
            });
            (iv, rest) = (&blocks[blocks.len() - 16..], next);
        }
    }
}

fn raw_data(suite: &mut Suite, rng: &mut TestRng) {
    let oracle = Oracle::open();
    let cases: Vec<(String, SessionKey)> =
        (0..COUNT).map(|_| (text(rng, 300), session_key(rng))).collect();
    let messages: Vec<Vec<u8>> =
        cases.iter().map(|(raw, key)| format!("{raw}{}", key.secret_str()).into_bytes()).collect();
    for (n, ((raw, key), signature)) in cases.iter().zip(oracle.sha1(&messages)).enumerate() {
        let verify = |raw: &str, signature: &str| {
            UnverifiedRawData::new(raw, signature).verify(key).map(|verified| verified.json().len())
        };
        suite.accepts(format!("#{n}"), || {
            same(verify(raw, &signature).map_err(unexpected)?, raw.len())
        });
        suite.refuses(format!("#{n}, a character more"), || {
            refused(verify(&format!("{raw}{}", rng.text(1)), &signature), "ERR_MAC_INVALID")
        });
        suite.refuses(format!("#{n}, a digit changed"), || {
            refused(verify(raw, &changed(&signature, rng)), "ERR_MAC_INVALID")
        });
    }
}

/// The text with one of its hex digits changed.
fn changed(hex: &str, rng: &mut TestRng) -> String {
    let mut digits = hex.as_bytes().to_vec();
    let at = rng.below(digits.len());
    digits[at] = if digits[at] == b'0' { b'1' } else { b'0' };
    String::from_utf8(digits).expect("ASCII")
}

fn user_signature(suite: &mut Suite, rng: &mut TestRng) {
    let oracle = Oracle::open();
    for batch in 0..COUNT / BATCH {
        let key = session_key(rng);
        let bodies: Vec<Vec<u8>> = (0..BATCH)
            .map(|n| {
                let len = if n == 0 { 0 } else { rng.below(300) };
                rng.bytes(len)
            })
            .collect();
        let expected = oracle.hmac_sha256(key.secret_str().as_bytes(), &bodies);
        for (n, (body, expected)) in bodies.iter().zip(expected).enumerate() {
            let signature = key.signature(body);
            suite.accepts(format!("#{batch}.{n}"), || same(&signature, &expected));
            suite.refuses(format!("#{batch}.{n}, a bit changed"), || {
                let mut body = [body.as_slice(), b"\0"].concat();
                let at = rng.below(body.len());
                body[at] ^= 1 << rng.below(8);
                holds(key.signature(&body) != expected, "the same signature")
            });
            suite.refuses(format!("#{batch}.{n}, another key"), || {
                holds(session_key(rng).signature(body) != expected, "the same signature")
            });
        }
    }
}

/// Keys of up to 128 bytes: beyond 64, HMAC hashes them first.
fn app_keys(rng: &mut TestRng) -> (String, String, AppKeys) {
    let mut key = || {
        let len = 1 + rng.below(128);
        rng.text(len)
    };
    let (live, sandbox) = (key(), key());
    let keys = AppKeys::default().with(Env::Live, &live);
    let keys = keys.and_then(|keys| keys.with(Env::Sandbox, &sandbox)).expect("two keys");
    (live, sandbox, keys)
}

fn pay_sig(suite: &mut Suite, rng: &mut TestRng) {
    let oracle = Oracle::open();
    for batch in 0..COUNT / BATCH {
        let (live, sandbox, keys) = app_keys(rng);
        let env = batch % 2;
        let cases: Vec<(String, String)> = (0..BATCH)
            .map(|_| {
                (
                    format!("/xpay/{}", rng.text(12)),
                    json!({ "a": text(rng, 200), "env": env }).to_string(),
                )
            })
            .collect();
        let messages: Vec<Vec<u8>> =
            cases.iter().map(|(uri, body)| format!("{uri}&{body}").into_bytes()).collect();
        let (own, other) = if env == 0 { (&live, &sandbox) } else { (&sandbox, &live) };
        let expected = oracle.hmac_sha256(own.as_bytes(), &messages);
        let wrong = oracle.hmac_sha256(other.as_bytes(), &messages);
        for (n, ((uri, body), (expected, wrong))) in
            cases.iter().zip(expected.into_iter().zip(wrong)).enumerate()
        {
            let call = VirtualPaymentCall::new(uri, body).expect("a call");
            let found = call.pay_sig(&keys);
            suite.accepts(format!("#{batch}.{n}"), || {
                same(found.clone().map_err(unexpected)?, expected)
            });
            suite.refuses(format!("#{batch}.{n}, another API"), || {
                let call = VirtualPaymentCall::new("/xpay/other", body).map_err(unexpected)?;
                holds(call.pay_sig(&keys) != found, "the same signature")
            });
            suite.refuses(format!("#{batch}.{n}, the key of the other env"), || {
                holds(found.map_err(unexpected)? != wrong, "signed with it")
            });
        }
    }
}

fn pay_event(suite: &mut Suite, rng: &mut TestRng) {
    let oracle = Oracle::open();
    for batch in 0..COUNT / BATCH {
        let (live, _, keys) = app_keys(rng);
        let event = rng.text(20);
        let payloads: Vec<String> =
            (0..BATCH).map(|_| json!({ "Attach": text(rng, 200), "Env": 0 }).to_string()).collect();
        let messages: Vec<Vec<u8>> =
            payloads.iter().map(|payload| format!("{event}&{payload}").into_bytes()).collect();
        let signatures = oracle.hmac_sha256(live.as_bytes(), &messages);
        for (n, (payload, signature)) in payloads.iter().zip(signatures).enumerate() {
            let verify = |payload: &str, signature: &str| {
                UnverifiedPayEvent::new(&event, payload, signature)?.verify(&keys).map(|e| e.env())
            };
            suite.accepts(format!("#{batch}.{n}"), || {
                same(verify(payload, &signature).map_err(unexpected)?, Env::Live)
            });
            suite.refuses(format!("#{batch}.{n}, a digit changed"), || {
                refused(verify(payload, &changed(&signature, rng)), "ERR_MAC_INVALID")
            });
            suite.refuses(format!("#{batch}.{n}, a blank more"), || {
                refused(verify(&format!("{payload} "), &signature), "ERR_MAC_INVALID")
            });
        }
    }
}
