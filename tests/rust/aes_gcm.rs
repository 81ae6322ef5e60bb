//! AES-256-GCM as APIv3 uses it, against node:crypto: a thousand fresh cases in each direction.
//! `AES_GCM_SEED` repeats a run.

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use wechatpay_core::hazmat::{open_aes_256_gcm, seal_aes_256_gcm};
use wechatpay_core::keys::ApiV3Key;
use wechatpay_tests::node::{AeadInputs, Node};
use wechatpay_tests::platform::{Message, PUB_KEY_ID, Platform, envelope, trusted};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Check, Runner, Suite, holds, refused, same, unexpected};

const COUNT: usize = 1_000;

fn main() -> ExitCode {
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| age.as_secs());
    let seed = TestRng::seed_from_env("AES_GCM_SEED", clock);
    println!("aes_gcm: AES_GCM_SEED={seed}");
    let run = |cases: fn(&mut Suite, &mut TestRng)| {
        move |suite: &mut Suite| cases(suite, &mut TestRng::new(seed))
    };
    Runner::from_args()
        .suite("random/aes_256_gcm_node_seals", run(node_seals))
        .suite("random/aes_256_gcm_core_seals", run(core_seals))
        .finish()
}

/// A key and a nonce of letters and digits, as WeChat Pay's are, and any associated data.
fn inputs(rng: &mut TestRng) -> AeadInputs {
    let len = rng.below(60);
    AeadInputs {
        key: rng.text(32).into_bytes(),
        nonce: rng.text(12).into_bytes(),
        associated_data: rng.text(len).into_bytes(),
    }
}

fn plaintext(rng: &mut TestRng) -> String {
    const LETTERS: [char; 10] = ['a', 'Z', '0', ' ', '"', '\\', '\n', 'é', '支', '💰'];
    (0..rng.below(600)).map(|_| *rng.pick(&LETTERS)).collect()
}

/// A signed notification around what was sealed.
fn notification(inputs: &AeadInputs, sealed: &[u8]) -> Message {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("letters and digits");
    let resource = json!({
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": STANDARD.encode(sealed),
        "nonce": text(&inputs.nonce),
        "associated_data": text(&inputs.associated_data),
    });
    Platform::trusted().post(PUB_KEY_ID, envelope(&resource))
}

fn open(inputs: &AeadInputs, sealed: &[u8]) -> Result<String, wechatpay_core::Error> {
    let key = ApiV3Key::new(&inputs.key)?;
    let opened = notification(inputs, sealed).open_with(&trusted(), &key)?;
    Ok(opened.resource().to_owned())
}

/// node:crypto encrypts a resource, the core opens the notification around it; whatever else is
/// changed before it is signed, it does not.
fn node_seals(suite: &mut Suite, rng: &mut TestRng) {
    let mut node = Node::start();
    for n in 0..COUNT {
        let (inputs, text) = (inputs(rng), plaintext(rng));
        let sealed = node.seal_aes_256_gcm(&inputs, text.as_bytes());
        suite.accepts(format!("#{n}, {} bytes", text.len()), || {
            same(open(&inputs, &sealed).map_err(unexpected)?, text)
        });
        for turn in [n, n + 1] {
            let (what, inputs, sealed) = damaged(rng, turn, &inputs, &sealed);
            suite.refuses(format!("#{n}, {what}"), || {
                refused(open(&inputs, &sealed), "ERR_DECRYPT_FAILED")
            });
        }
    }
}

/// The core encrypts, node:crypto opens; both refuse what was changed.
fn core_seals(suite: &mut Suite, rng: &mut TestRng) {
    let mut node = Node::start();
    for n in 0..COUNT {
        let inputs = AeadInputs { key: rng.bytes(32), nonce: rng.bytes(12), ..inputs(rng) };
        let text = plaintext(rng).into_bytes();
        let mut sealed = text.clone();
        seal_aes_256_gcm(&key(&inputs), &inputs.nonce, &inputs.associated_data, &mut sealed)
            .expect("sealed");
        suite.accepts(format!("#{n}, {} bytes", text.len()), || {
            same(node.open_aes_256_gcm(&inputs, &sealed), Some(text))
        });
        let (what, inputs, sealed) = damaged(rng, n, &inputs, &sealed);
        // node:crypto takes no argument that can be no tag at all.
        if sealed.len() >= 16 {
            suite.refuses(format!("#{n}, {what}, by node:crypto"), || {
                same(node.open_aes_256_gcm(&inputs, &sealed), None)
            });
        }
        suite.refuses(format!("#{n}, {what}"), || refuses(&inputs, sealed));
    }
}

/// Refused, and nothing is left in the buffer.
fn refuses(inputs: &AeadInputs, mut buffer: Vec<u8>) -> Check {
    let opened =
        open_aes_256_gcm(&key(inputs), &inputs.nonce, &inputs.associated_data, &mut buffer);
    refused(opened, "ERR_DECRYPT_FAILED")?;
    holds(buffer.is_empty(), "something was left")
}

fn key(inputs: &AeadInputs) -> [u8; 32] {
    inputs.key.as_slice().try_into().expect("32 bytes")
}

/// Another key, nonce, associated data, ciphertext or tag, in turn.
fn damaged(
    rng: &mut TestRng,
    turn: usize,
    inputs: &AeadInputs,
    sealed: &[u8],
) -> (&'static str, AeadInputs, Vec<u8>) {
    let (mut inputs, mut sealed) = (inputs.clone(), sealed.to_vec());
    let what = match turn % 6 {
        0 => {
            replace(rng, &mut inputs.key);
            "another key"
        }
        1 => {
            replace(rng, &mut inputs.nonce);
            "another nonce"
        }
        2 => {
            inputs.associated_data.push(b'x');
            "more associated data"
        }
        3 => {
            let at = rng.below(sealed.len());
            sealed[at] ^= 1 << rng.below(8);
            "a bit flipped"
        }
        4 => {
            sealed.truncate(rng.below(sealed.len()));
            "cut off"
        }
        _ => {
            let at = sealed.len() - 16;
            let byte = rng.number() as u8;
            sealed.insert(at, byte);
            "a byte before the tag"
        }
    };
    (what, inputs, sealed)
}

/// One letter or digit becomes another.
fn replace(rng: &mut TestRng, text: &mut [u8]) {
    let at = rng.below(text.len());
    text[at] = if text[at] == b'a' { b'b' } else { b'a' };
}
