//! Random cases against OpenSSL, in both directions. The seed decides messages, keys and the core's
//! randomness; OpenSSL brings its own, so that a failure names the bytes it is about.

use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use wechatpay_core::hazmat::shangmi::{open_sm4_gcm, sm3};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Check, Runner, Suite, holds, same};

use crate::der::split_signature;
use crate::oracle::{KeyPair, Oracle, Plain, USER_ID, hex};
use crate::vectors::private_key;

const CASES: usize = 1_000;
const KEYS: usize = 10;
const THREADS: usize = 4;

pub(crate) fn fresh_seed() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    now.as_secs() ^ u64::from(now.subsec_nanos()) << 20
}

pub(crate) fn suites(runner: Runner, seed: u64) -> Runner {
    let oracle = Oracle::open("shangmi-differential");
    let mut rng = TestRng::new(seed);
    let keys: Vec<KeyPair> = (0..KEYS).map(|_| oracle.key_pair(&mut rng)).collect();
    runner
        .suite("differential/sm2_sign", |suite| sign(suite, &oracle, &keys, seed))
        .suite("differential/sm2_verify", |suite| verify(suite, &oracle, &keys, seed))
        .suite("differential/sm2_encrypt", |suite| encrypt(suite, &oracle, &keys, seed))
        .suite("differential/sm2_decrypt", |suite| decrypt(suite, &oracle, &keys, seed))
        .suite("differential/sm3", |suite| digest(suite, &oracle, seed))
        .suite("differential/sm4_gcm", |suite| open(suite, &oracle, seed))
}

/// The core signs, OpenSSL verifies; and neither takes the signature for another message.
fn sign(suite: &mut Suite, oracle: &Oracle, keys: &[KeyPair], seed: u64) {
    let mut lengths = [0; 2];
    let cases = in_parallel(seed ^ 1, |rng| {
        let pair = rng.pick(keys);
        let message = message(rng, 400);
        let key = private_key(&pair.private_pem);
        let signature = key.sign([&message[..]], rng).expect("a signature");
        let mut other = message.clone();
        other.push(rng.number() as u8);
        Case {
            accepted: holds(
                oracle.verify(pair, &message, &signature),
                format!("OpenSSL refuses {} over {}", hex(&signature), hex(&message)),
            ),
            refused: vec![
                holds(!oracle.verify(pair, &other, &signature), "OpenSSL takes another message"),
                holds(!key.public_key().verify([&other[..]], &signature), "another message"),
            ],
            made: signature,
        }
    });
    for case in &cases {
        let (r, s) = split_signature(&case.made);
        for number in [r, s] {
            lengths[0] += usize::from(number[0] >= 0x80);
            lengths[1] += usize::from(number[0] == 0);
        }
    }
    report(suite, cases);
    suite
        .accepts("numbers with 00 before them, and numbers shorter than 32 bytes, came up", || {
            holds(lengths.iter().all(|count| *count > 0), format!("{lengths:?} times"))
        });
}

/// OpenSSL signs, the core verifies; a changed bit is refused.
fn verify(suite: &mut Suite, oracle: &Oracle, keys: &[KeyPair], seed: u64) {
    report(
        suite,
        in_parallel(seed ^ 2, |rng| {
            let pair = rng.pick(keys);
            let message = message(rng, 400);
            let signature = oracle.sign(pair, &message, USER_ID);
            let key = private_key(&pair.private_pem);
            let verify = |message: &[u8], signature| key.public_key().verify([message], signature);
            let changed = flip(rng, &signature);
            let other = keys.iter().find(|other| other.public_der != pair.public_der).expect("ten");
            let other = private_key(&other.private_pem);
            Case {
                accepted: holds(
                    verify(&message, &signature),
                    format!("{} over {} was refused", hex(&signature), hex(&message)),
                ),
                refused: vec![
                    holds(!verify(&message, &changed), format!("{} was accepted", hex(&changed))),
                    holds(
                        !verify(&flip(rng, &[&message[..], b"."].concat()), &signature),
                        "changed",
                    ),
                    holds(!other.public_key().verify([&message[..]], &signature), "another key"),
                ],
                made: signature,
            }
        }),
    );
}

/// The core encrypts, OpenSSL decrypts.
fn encrypt(suite: &mut Suite, oracle: &Oracle, keys: &[KeyPair], seed: u64) {
    report(
        suite,
        in_parallel(seed ^ 3, |rng| {
            let pair = rng.pick(keys);
            let plaintext = [&message(rng, 300)[..], b"."].concat();
            let key = private_key(&pair.private_pem);
            let ciphertext = key.public_key().encrypt(&plaintext, rng).expect("a ciphertext");
            let decrypted = oracle.decrypt(pair, &ciphertext);
            let changed = flip(rng, &ciphertext);
            Case {
                accepted: same(decrypted, Ok(plaintext)),
                refused: vec![
                    holds(oracle.decrypt(pair, &changed).is_err(), "OpenSSL takes a changed one"),
                    holds(key.decrypt(&changed).is_none(), format!("{} was opened", hex(&changed))),
                ],
                made: ciphertext,
            }
        }),
    );
}

/// OpenSSL encrypts, the core decrypts; a changed bit, or another key, is refused.
fn decrypt(suite: &mut Suite, oracle: &Oracle, keys: &[KeyPair], seed: u64) {
    report(
        suite,
        in_parallel(seed ^ 4, |rng| {
            let pair = rng.pick(keys);
            // At least eight bytes: OpenSSL 3.0 does not draw again when the key stream is zero, which
            // is frequent for one byte.
            let plaintext = [&message(rng, 300)[..], b"plaintext"].concat();
            let ciphertext = oracle.encrypt(pair, &plaintext);
            let key = private_key(&pair.private_pem);
            let changed = flip(rng, &ciphertext);
            let other = keys.iter().find(|other| other.public_der != pair.public_der).expect("ten");
            let other = private_key(&other.private_pem);
            Case {
                accepted: same(key.decrypt(&ciphertext).map(|text| text.to_vec()), Some(plaintext)),
                refused: vec![
                    holds(key.decrypt(&changed).is_none(), format!("{} was opened", hex(&changed))),
                    holds(other.decrypt(&ciphertext).is_none(), "opened with another key"),
                ],
                made: ciphertext,
            }
        }),
    );
}

fn digest(suite: &mut Suite, oracle: &Oracle, seed: u64) {
    let mut rng = TestRng::new(seed ^ 5);
    // Every length around the padding of one and two blocks, then any.
    let lengths = (0..200).chain((200..CASES).map(|_| rng.clone().below(5_000)));
    let messages: Vec<Vec<u8>> =
        lengths.collect::<Vec<_>>().iter().map(|n| rng.bytes(*n)).collect();
    for (message, expected) in messages.iter().zip(oracle.sm3(&messages)) {
        let pieces = message.chunks(1 + rng.below(100));
        suite.accepts(message.len(), || same(&sm3(pieces)[..], &expected[..]));
        let changed = flip(&mut rng, &[&message[..], b"."].concat());
        suite.refuses(message.len(), || holds(sm3([&changed[..]])[..] != expected, "same digest"));
    }
}

fn open(suite: &mut Suite, oracle: &Oracle, seed: u64) {
    let mut rng = TestRng::new(seed ^ 6);
    for _ in 0..CASES / 25 {
        let key: [u8; 16] = rng.bytes(16).try_into().expect("16 bytes");
        let plain = |rng: &mut TestRng| Plain {
            nonce: rng.bytes(12).try_into().expect("12 bytes"),
            associated_data: message(rng, 60),
            text: message(rng, 300),
        };
        let messages: Vec<Plain> = (0..25).map(|_| plain(&mut rng)).collect();
        for (message, sealed) in messages.iter().zip(oracle.seal_sm4_gcm(&key, &messages)) {
            let open = |key: &[u8; 16], nonce: &[u8], associated_data: &[u8], sealed: &[u8]| {
                let mut buffer = sealed.to_vec();
                open_sm4_gcm(key, nonce, associated_data, &mut buffer).ok().map(|()| buffer)
            };
            let Plain { nonce, associated_data, text } = message;
            let case = format!("{} bytes", text.len());
            suite.accepts(&case, || {
                same(open(&key, nonce, associated_data, &sealed), Some(text.clone()))
            });
            let mut refuse = |what: &str, opened: Option<Vec<u8>>| {
                suite.refuses(format!("{case}, {what}"), || holds(opened.is_none(), "was opened"));
            };
            let other_key = flip(&mut rng, &key).try_into().expect("16 bytes");
            refuse("another key", open(&other_key, nonce, associated_data, &sealed));
            refuse("bit flipped", open(&key, nonce, associated_data, &flip(&mut rng, &sealed)));
            refuse("another nonce", open(&key, &flip(&mut rng, nonce), associated_data, &sealed));
            refuse(
                "more associated data",
                open(&key, nonce, &[associated_data, &b"."[..]].concat(), &sealed),
            );
            refuse(
                "cut off",
                open(&key, nonce, associated_data, &sealed[..rng.below(sealed.len())]),
            );
        }
    }
}

/// What one random case came to.
struct Case {
    accepted: Check,
    refused: Vec<Check>,
    made: Vec<u8>,
}

fn in_parallel(seed: u64, case: impl Fn(&mut TestRng) -> Case + Sync) -> Vec<Case> {
    let worker = |thread: usize| {
        let mut rng = TestRng::new(seed.wrapping_add(thread as u64 * 1_000_003));
        (0..CASES / THREADS).map(|_| case(&mut rng)).collect::<Vec<_>>()
    };
    let worker = &worker;
    thread::scope(|scope| {
        let workers: Vec<_> = (0..THREADS).map(|at| scope.spawn(move || worker(at))).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
    })
}

fn report(suite: &mut Suite, cases: Vec<Case>) {
    for (number, case) in cases.into_iter().enumerate() {
        suite.accepts(number, || case.accepted);
        for refused in case.refused {
            suite.refuses(number, || refused);
        }
    }
}

fn message(rng: &mut TestRng, max_len: usize) -> Vec<u8> {
    let len = rng.below(max_len + 1);
    rng.bytes(len)
}

fn flip(rng: &mut TestRng, bytes: &[u8]) -> Vec<u8> {
    let mut flipped = bytes.to_vec();
    let at = rng.below(flipped.len());
    flipped[at] ^= 1 << rng.below(8);
    flipped
}
