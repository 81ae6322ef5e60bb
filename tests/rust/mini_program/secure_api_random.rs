//! Fresh random cases of the encrypted server API against node:crypto: RSASSA-PSS and AES-256-GCM, a
//! thousand in each direction.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wechatpay_core::UnixTime;
use wechatpay_core::mini_program::{SecureApiPrivateKey, SecureRequest};
use wechatpay_tests::node::{AeadInputs, Node};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Runner, Suite, holds, refused, same, unexpected};
use wechatpay_tests::vector;

use crate::differential::{COUNT, text};
use crate::oracle::Oracle;
use crate::secure_request;
use crate::wechat::{APPID, CERTIFICATE_SN, KEY, KEY_SN, NOW, Response, URL, headers, plaintext};

const PRIVATE: &str = "throwaway-merchant-key.pem";
const PUBLIC: &str = "throwaway-merchant-pub.pem";

pub(crate) fn suites(runner: Runner, seed: u64) -> Runner {
    let run = |cases: fn(&mut Suite, &mut TestRng)| {
        move |suite: &mut Suite| cases(suite, &mut TestRng::new(seed))
    };
    runner
        .suite("random/secure_api_core_seals", run(core_seals))
        .suite("random/secure_api_node_seals", run(node_seals))
        .suite("random/rsa_pss_openssl_cli", run(openssl_cli))
}

/// A request as the public API makes it.
struct Made {
    data: String,
    timestamp: u64,
    body: String,
    message: Vec<u8>,
    signature: Vec<u8>,
}

fn made(rng: &mut TestRng) -> Made {
    let private_key = SecureApiPrivateKey::new(vector::key(PRIVATE).as_bytes()).expect("a key");
    let data = json!({ "text": text(rng, 100) }).to_string();
    let timestamp = rng.number() >> 32;
    let sealed = SecureRequest::new(URL, APPID, &data, UnixTime::from_secs(timestamp))
        .and_then(|request| request.seal(&secure_request::key(), rng))
        .expect("sealed");
    let message = sealed.message();
    let signed = sealed.sign(&private_key, rng).expect("signed");
    let (body, signature) = (signed.body, STANDARD.decode(signed.signature).expect("base64"));
    Made { data: data.clone(), timestamp, body, message, signature }
}

fn aead_inputs(timestamp: u64, iv: Vec<u8>) -> AeadInputs {
    AeadInputs {
        key: STANDARD.decode(KEY).expect("base64"),
        nonce: iv,
        associated_data: format!("{URL}|{APPID}|{timestamp}|{KEY_SN}").into_bytes(),
    }
}

/// The core encrypts and signs; node:crypto opens and verifies, and refuses what was changed.
fn core_seals(suite: &mut Suite, rng: &mut TestRng) {
    let (mut node, public) = (Node::start(), vector::key(PUBLIC));
    for n in 0..COUNT {
        let Made { data, timestamp, body, mut message, signature } = made(rng);
        let body: Value = serde_json::from_str(&body).expect("JSON");
        let member = |name: &str| STANDARD.decode(body[name].as_str().expect("text")).expect("b64");
        let inputs = aead_inputs(timestamp, member("iv"));
        let mut sealed = [member("data"), member("authtag")].concat();
        suite.accepts(format!("#{n}"), || {
            let opened = node.open_aes_256_gcm(&inputs, &sealed).ok_or("does not open")?;
            let opened: Value = serde_json::from_slice(&opened).map_err(|e| e.to_string())?;
            let given: Value = serde_json::from_str(&data).map_err(|e| e.to_string())?;
            same(&opened["text"], &given["text"])?;
            holds(node.verify_pss(&public, &message, &signature, 32), "does not verify")
        });
        suite.refuses(format!("#{n}, another salt length"), || {
            holds(!node.verify_pss(&public, &message, &signature, 31), "verifies")
        });
        suite.refuses(format!("#{n}, a bit of the message changed"), || {
            flip(rng, &mut message);
            holds(!node.verify_pss(&public, &message, &signature, 32), "verifies")
        });
        suite.refuses(format!("#{n}, bound to the time"), || {
            let later = aead_inputs(timestamp + 1, inputs.nonce.clone());
            holds(node.open_aes_256_gcm(&later, &sealed).is_none(), "opens")
        });
        suite.refuses(format!("#{n}, a bit of the ciphertext changed"), || {
            flip(rng, &mut sealed);
            holds(node.open_aes_256_gcm(&inputs, &sealed).is_none(), "opens")
        });
    }
}

/// node:crypto encrypts and signs; the core opens whole responses, and refuses changed ones.
fn node_seals(suite: &mut Suite, rng: &mut TestRng) {
    let (mut node, platform) = (Node::start(), vector::key("throwaway-platform-key.pem"));
    for n in 0..COUNT {
        let timestamp = NOW - rng.below(300) as u64;
        let text = plaintext(APPID, timestamp);
        let inputs = aead_inputs(timestamp, rng.bytes(12));
        let sealed = node.seal_aes_256_gcm(&inputs, text.as_bytes());
        let response = |node: &mut Node, sealed: &[u8]| {
            let (data, tag) = sealed.split_at(sealed.len() - 16);
            let mut response = Response::good();
            response.timestamp = timestamp;
            response.body = json!({
                "iv": STANDARD.encode(&inputs.nonce),
                "data": STANDARD.encode(data),
                "authtag": STANDARD.encode(tag),
            })
            .to_string();
            let message = format!("{URL}\n{APPID}\n{timestamp}\n{}", response.body);
            let signature = node.sign_pss(&platform, message.as_bytes());
            let signature = STANDARD.encode(signature);
            response.headers = headers(APPID, &timestamp.to_string(), CERTIFICATE_SN, &signature);
            (response, signature)
        };
        let (good, signature) = response(&mut node, &sealed);
        suite.accepts(format!("#{n}"), || same(good.open().map_err(unexpected)?, text));
        suite.refuses(format!("#{n}, a bit of the signature"), || {
            let mut raw = STANDARD.decode(&signature).expect("base64");
            flip(rng, &mut raw);
            let mut response = good.clone();
            response.set("Wechatmp-Signature", &STANDARD.encode(raw));
            refused(response.verify(), "ERR_SIGNATURE_INVALID")
        });
        suite.refuses(format!("#{n}, a character of the body"), || {
            let mut response = good.clone();
            let at = rng.below(response.body.len());
            let replaced = if response.body.as_bytes()[at] == b'A' { "B" } else { "A" };
            response.body.replace_range(at..=at, replaced);
            refused(response.verify(), "ERR_SIGNATURE_INVALID")
        });
        suite.refuses(format!("#{n}, a bit of ciphertext or tag, well signed"), || {
            let mut sealed = sealed.clone();
            flip(rng, &mut sealed);
            refused(response(&mut node, &sealed).0.open(), "ERR_DECRYPT_FAILED")
        });
    }
}

/// The command line itself, once in a while.
fn openssl_cli(suite: &mut Suite, rng: &mut TestRng) {
    let (oracle, public) = (Oracle::open(), vector::key(PUBLIC));
    for n in 0..20 {
        let Made { mut message, signature, .. } = made(rng);
        suite.accepts(format!("#{n}"), || {
            holds(oracle.verify_pss(&public, &message, &signature), "OpenSSL refuses it")
        });
        suite.refuses(format!("#{n}, a bit changed"), || {
            flip(rng, &mut message);
            holds(!oracle.verify_pss(&public, &message, &signature), "OpenSSL accepts it")
        });
    }
}

fn flip(rng: &mut TestRng, bytes: &mut [u8]) {
    let at = rng.below(bytes.len());
    bytes[at] ^= 1 << rng.below(8);
}
