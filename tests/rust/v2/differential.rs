//! At least a thousand random cases in each direction against OpenSSL: what the core signs or
//! encrypts is judged there, what is signed or encrypted there is judged by the core, and so is
//! what was changed on its way.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wechatpay_core::hazmat::{open_aes_256_ecb, seal_aes_256_ecb};
use wechatpay_core::v2::{
    ApiKey, EncryptedRefundNotification, SignType, SignableRequest, UnverifiedNotification, sign,
};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Runner, Suite, holds, refused, same, unexpected};

use crate::oracle::{
    Pairs, aes_256_ecb, aes_key, digests, fields, pairs, string_sign_temp, to_pairs, to_xml,
};

/// Keys, and cases under each of them.
const KEYS: usize = 16;
const CASES: usize = 64;

pub(crate) fn suites(runner: Runner, seed: u64) -> Runner {
    let run = |cases: fn(&mut Suite, u64, SignType), sign_type: SignType| {
        move |suite: &mut Suite| cases(suite, seed, sign_type)
    };
    runner
        .suite("v2_sign_random/md5_core_signs", run(core_signs, SignType::Md5))
        .suite("v2_sign_random/md5_openssl_signs", run(openssl_signs, SignType::Md5))
        .suite("v2_sign_random/hmac_sha256_core_signs", run(core_signs, SignType::HmacSha256))
        .suite("v2_sign_random/hmac_sha256_openssl_signs", run(openssl_signs, SignType::HmacSha256))
        .suite("aes_256_ecb_random", |suite| ciphers(suite, seed))
        .suite("v2_req_info_random", |suite| refunds(suite, seed))
}

/// Fields, and what OpenSSL signs them with under a key; many to a process.
struct Batch {
    key: String,
    lists: Vec<Pairs>,
    signs: Vec<String>,
}

fn batches(seed: u64, sign_type: SignType) -> impl Iterator<Item = Batch> {
    let mut rng = TestRng::new(seed);
    (0..KEYS).map(move |_| {
        let key = rng.text(32);
        let lists: Vec<Pairs> = (0..CASES).map(|_| random_fields(&mut rng)).collect();
        let texts: Vec<String> =
            lists.iter().map(|list| string_sign_temp(list, &format!("key={key}"))).collect();
        let hmac_key = (sign_type == SignType::HmacSha256).then_some(key.as_str());
        let signs = digests(&texts, hmac_key);
        Batch { key, lists, signs }
    })
}

fn core_signs(suite: &mut Suite, seed: u64, sign_type: SignType) {
    let rng = &mut TestRng::new(seed ^ 1);
    for (key_number, Batch { key, lists, signs }) in batches(seed, sign_type).enumerate() {
        let api_key = ApiKey::new(key.as_bytes()).expect("a key");
        let other_key = ApiKey::new(rng.text(32).as_bytes()).expect("a key");
        for (number, (list, expected)) in lists.iter().zip(&signs).enumerate() {
            let name = format!("key {key_number}, case {number}");
            suite.accepts(&name, || {
                same(&sign(&fields(list), &api_key, sign_type), expected)?;
                let request = SignableRequest::new(fields(list)).map_err(unexpected)?;
                let xml = request.sign(&api_key, SignType::Md5).map_err(unexpected)?.to_xml();
                let read = UnverifiedNotification::parse(xml.as_bytes()).map_err(unexpected)?;
                read.verify(&api_key, None).map(|_| ()).map_err(unexpected)
            });
            suite.refuses(format!("{name}: changed"), || {
                let made = sign(&fields(&change(rng, list)), &api_key, sign_type);
                holds(made != *expected, "the same signature")
            });
            suite.refuses(format!("{name}: another key"), || {
                holds(sign(&fields(list), &other_key, sign_type) != *expected, "the same signature")
            });
        }
    }
}

fn openssl_signs(suite: &mut Suite, seed: u64, sign_type: SignType) {
    let rng = &mut TestRng::new(seed ^ 2);
    for (key_number, Batch { key, lists, signs }) in batches(seed ^ 3, sign_type).enumerate() {
        let api_key = ApiKey::new(key.as_bytes()).expect("a key");
        let other_key = ApiKey::new(rng.text(32).as_bytes()).expect("a key");
        let read = |list: &Pairs| UnverifiedNotification::parse(to_xml(list).as_bytes());
        for (number, (list, made)) in lists.iter().zip(&signs).enumerate() {
            let name = format!("key {key_number}, case {number}");
            let mut signed = list.clone();
            signed.insert(rng.below(list.len() + 1), ("sign".to_owned(), made.clone()));
            suite.accepts(&name, || {
                let verified =
                    read(&signed).and_then(|read| read.verify(&api_key, Some(sign_type)));
                same(to_pairs(verified.map_err(unexpected)?.fields()), signed.clone())
            });
            suite.refuses(format!("{name}: changed"), || {
                let changed = read(&change(rng, &signed)).map_err(unexpected)?;
                refused(changed.verify(&api_key, None), "ERR_MAC_INVALID")
            });
            suite.refuses(format!("{name}: another key"), || {
                let read = read(&signed).map_err(unexpected)?;
                refused(read.verify(&other_key, None), "ERR_MAC_INVALID")
            });
        }
    }
}

/// One to twelve fields, some of them empty, with everything in their values that text can hold.
fn random_fields(rng: &mut TestRng) -> Pairs {
    const PIECES: [&str; 20] = [
        "支付", "a", "Z", "0", "&", "=", "<", ">", "]]>", "\"", "'", " ", "\n", "\t", "%20", "+",
        "💰", "&amp;", "\u{a0}", "é",
    ];
    let mut list: Pairs = Vec::new();
    for _ in 0..1 + rng.below(12) {
        let first = char::from(*rng.pick(b"abcxyzABCXYZ_"));
        let len = rng.below(8);
        let name = format!("{first}{}", rng.text(len));
        if name == "sign" || list.iter().any(|(found, _)| *found == name) {
            continue;
        }
        let value: String = (0..rng.below(9)).map(|_| *rng.pick(&PIECES)).collect();
        list.push((name, value));
    }
    list.push(("nonce_str".to_owned(), rng.text(32)));
    list
}

/// The same fields but for one value, which is changed or given to a field that had none.
fn change(rng: &mut TestRng, signed: &Pairs) -> Pairs {
    let mut changed = signed.clone();
    loop {
        let at = rng.below(changed.len());
        let (name, value) = &mut changed[at];
        if name == "sign" {
            continue;
        }
        match rng.below(3) {
            0 => value.push('x'),
            1 if !value.is_empty() => value.clear(),
            2 if value.chars().count() > 1 => {
                let reversed: String = value.chars().rev().collect();
                if reversed == *value {
                    continue;
                }
                *value = reversed;
            }
            _ => continue,
        }
        return changed;
    }
}

/// OpenSSL takes one file and one key at a time; blocks stand alone in this mode, so that many
/// texts make one file, padded here.
fn ciphers(suite: &mut Suite, seed: u64) {
    let rng = &mut TestRng::new(seed);
    for key_number in 0..KEYS {
        let key: [u8; 32] = rng.bytes(32).try_into().expect("32 bytes");
        let plaintexts: Vec<Vec<u8>> = (0..CASES)
            .map(|_| {
                let len = rng.below(100);
                rng.bytes(len)
            })
            .collect();
        let sealed: Vec<Vec<u8>> = plaintexts
            .iter()
            .map(|plaintext| {
                let mut buffer = plaintext.clone();
                seal_aes_256_ecb(&key, &mut buffer);
                buffer
            })
            .collect();
        let padded: Vec<Vec<u8>> = plaintexts.iter().map(|plaintext| pad(plaintext)).collect();
        let theirs = aes_256_ecb(&key, &padded.concat(), false, false);
        let mut opened_there = aes_256_ecb(&key, &sealed.concat(), true, false);
        let mut theirs = theirs.as_slice();
        for (number, plaintext) in plaintexts.iter().enumerate() {
            let name = format!("key {key_number}, case {number}");
            let (ciphertext, rest) = theirs.split_at(padded[number].len());
            theirs = rest;
            suite.accepts(format!("{name}: encrypted by OpenSSL"), || {
                let mut buffer = ciphertext.to_vec();
                open_aes_256_ecb(&key, &mut buffer).map_err(unexpected)?;
                same(&buffer, plaintext)
            });
            let there: Vec<u8> = opened_there.drain(..sealed[number].len()).collect();
            suite.accepts(format!("{name}: encrypted by the core"), || {
                same(there, padded[number].clone())
            });
            let wrong = wrong_padding(rng, &padded[number]);
            suite.refuses(format!("{name}: cut inside a block"), || {
                let mut buffer = ciphertext[..ciphertext.len() - 1 - rng.below(15)].to_vec();
                refused(open_aes_256_ecb(&key, &mut buffer), "ERR_DECRYPT_FAILED")
            });
            suite.refuses(
                format!("{name}: the last byte of the padding of another length"),
                || {
                    let mut buffer = padded[number].clone();
                    let last = buffer.last_mut().expect("a block");
                    *last = if *last == 16 { 17 } else { *last + 16 };
                    seal_aes_256_ecb(&key, &mut buffer);
                    buffer.truncate(buffer.len() - 16);
                    refused(open_aes_256_ecb(&key, &mut buffer), "ERR_DECRYPT_FAILED")
                },
            );
            suite.refuses(format!("{name}: padded wrongly"), || {
                let mut buffer = wrong;
                seal_aes_256_ecb(&key, &mut buffer);
                buffer.truncate(buffer.len() - 16);
                refused(open_aes_256_ecb(&key, &mut buffer), "ERR_DECRYPT_FAILED")
            });
        }
        // Once per key with the padding of OpenSSL itself.
        suite.accepts(format!("key {key_number}: padded by OpenSSL"), || {
            same(&aes_256_ecb(&key, &plaintexts[0], false, true), &sealed[0])?;
            same(&aes_256_ecb(&key, &sealed[0], true, true), &plaintexts[0])
        });
    }
}

fn pad(plaintext: &[u8]) -> Vec<u8> {
    let count = 16 - plaintext.len() % 16;
    [plaintext, &vec![count as u8; count]].concat()
}

/// Whole blocks whose padding is wrong in one byte.
fn wrong_padding(rng: &mut TestRng, padded: &[u8]) -> Vec<u8> {
    let mut wrong = padded.to_vec();
    let count = usize::from(*padded.last().expect("a block"));
    let len = wrong.len();
    if count == 1 {
        // Any other byte could be right padding again, but not one that is no length of a block.
        wrong[len - 1] = *rng.pick(&[0, 17, 99, 255]);
    } else {
        let at = len - count + rng.below(count - 1);
        wrong[at] ^= 1 << rng.below(8);
    }
    wrong
}

fn refunds(suite: &mut Suite, seed: u64) {
    let rng = &mut TestRng::new(seed);
    for key_number in 0..KEYS {
        let key = rng.text(32);
        let api_key = || ApiKey::new(key.as_bytes()).expect("a key");
        let lists: Vec<Pairs> = (0..CASES).map(|_| random_fields(rng)).collect();
        let padded: Vec<Vec<u8>> = lists.iter().map(|list| pad(root(list).as_bytes())).collect();
        let sealed = aes_256_ecb(&aes_key(&key), &padded.concat(), false, false);
        let mut sealed = sealed.as_slice();
        for (number, (list, padded)) in lists.iter().zip(&padded).enumerate() {
            let name = format!("key {key_number}, case {number}");
            let (ciphertext, rest) = sealed.split_at(padded.len());
            sealed = rest;
            let open = |ciphertext: &[u8]| {
                let body = to_xml(&pairs(&[
                    ("return_code", "SUCCESS"),
                    ("req_info", &STANDARD.encode(ciphertext)),
                ]));
                EncryptedRefundNotification::parse(body.as_bytes())?.open(&api_key())
            };
            suite.accepts(&name, || {
                let opened = open(ciphertext).map_err(unexpected)?;
                same(&to_pairs(opened.refund_fields()), list)
            });
            suite.refuses(format!("{name}: another key"), || {
                let other = ApiKey::new(rng.text(32).as_bytes()).map_err(unexpected)?;
                let body = to_xml(&pairs(&[
                    ("return_code", "SUCCESS"),
                    ("req_info", &STANDARD.encode(ciphertext)),
                ]));
                let opened = EncryptedRefundNotification::parse(body.as_bytes())
                    .and_then(|sealed| sealed.open(&other));
                refused(opened, "ERR_DECRYPT_FAILED")
            });
            let mut flipped = ciphertext.to_vec();
            let at = flipped.len() - 1 - rng.below(16);
            flipped[at] ^= 1 << rng.below(8);
            suite.refuses(format!("{name}: last block changed"), || {
                let Err(error) = open(&flipped) else { return Err("was accepted".to_owned()) };
                let is_known = ["ERR_DECRYPT_FAILED", "ERR_BODY_MALFORMED"].contains(&error.code());
                holds(is_known, error)
            });
        }
    }
}

fn root(list: &[(String, String)]) -> String {
    let document = to_xml(list);
    let inner = document.strip_prefix("<xml>").and_then(|rest| rest.strip_suffix("</xml>"));
    format!("<root>{}</root>", inner.expect("a document"))
}
