//! Fresh random cases against the OpenSSL command line, a thousand in each direction.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use wechatpay_core::UnixTime;
use wechatpay_core::message_push::{
    EncodingAesKey, Format, PushQuery, Reply, Token, UnverifiedMessage, UrlCheck,
};
use wechatpay_tests::openssl::{self, Workshop};
use wechatpay_tests::primitives::{hex, pad};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Runner, Suite, holds, refused, same, unexpected};

use crate::wechat::key_bytes;

/// Cases in each direction.
const COUNT: usize = 1_000;

/// Cases that share a key, and so a process.
const BATCH: usize = 100;

pub(crate) fn suites(runner: Runner, seed: u64) -> Runner {
    let run = |cases: fn(&mut Suite, &mut TestRng)| {
        move |suite: &mut Suite| cases(suite, &mut TestRng::new(seed))
    };
    runner
        .suite("random/aes_256_cbc_openssl_seals", run(openssl_seals))
        .suite("random/aes_256_cbc_core_seals", run(core_seals))
        .suite("random/sha1_push", run(url_checks))
}

struct Oracle(Workshop);

impl Drop for Oracle {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.0.path(""));
    }
}

impl Oracle {
    fn open() -> Self {
        // A folder of its own: another run of this suite may be under way.
        let folder = format!("message_push-{}", std::process::id());
        Self(Workshop::open(env!("CARGO_TARGET_TMPDIR"), &folder))
    }

    /// AES-256-CBC over one long text, without padding.
    fn cbc(&self, direction: &str, key: &[u8], text: &[u8]) -> Vec<u8> {
        let file = self.0.write("cbc", text);
        let (iv, key) = (hex(&key[..16]), hex(key));
        let arguments =
            ["enc", "-aes-256-cbc", direction, "-nopad", "-K", &key, "-iv", &iv, "-in", &file];
        openssl::run(&arguments).expect("a text of the same length")
    }

    /// SHA-1 over the sorted texts of each case, in lower-case hex.
    fn sha1_sorted(&self, cases: &[Vec<&str>]) -> Vec<String> {
        let files: Vec<String> = (0..)
            .zip(cases)
            .map(|(n, texts): (usize, _)| {
                let mut sorted = texts.clone();
                sorted.sort_unstable();
                self.0.write(&format!("m{n}"), sorted.concat().as_bytes())
            })
            .collect();
        let files = files.iter().map(String::as_str);
        let arguments: Vec<&str> = ["dgst", "-r", "-sha1"].into_iter().chain(files).collect();
        let lines = String::from_utf8(openssl::run(&arguments).expect("digests")).expect("text");
        lines.lines().map(|line| line.split(' ').next().unwrap_or_default().to_owned()).collect()
    }
}

fn text(rng: &mut TestRng) -> String {
    const LETTERS: [char; 8] = ['a', '<', '&', '"', '\n', 'é', '支', '💰'];
    (0..rng.below(300)).map(|_| *rng.pick(&LETTERS)).collect()
}

/// A random key, with its stray bits as they come.
fn aes_key(rng: &mut TestRng) -> (String, EncodingAesKey) {
    let text = rng.text(43);
    let key = EncodingAesKey::new(&text).expect("43 letters and digits");
    (text, key)
}

fn token(rng: &mut TestRng) -> (String, Token) {
    let len = 3 + rng.below(30);
    let text = rng.text(len);
    let token = Token::new(&text).expect("letters and digits");
    (text, token)
}

/// A time and a nonce as WeChat writes them.
fn time_and_nonce(rng: &mut TestRng) -> (String, String) {
    ((rng.number() >> 32).to_string(), (rng.number() >> 33).to_string())
}

/// All messages of a batch are one ciphertext to OpenSSL: each has the block before it for `iv`, which
/// only changes the 16 random bytes in front, so that each alone is a push as well.
fn openssl_seals(suite: &mut Suite, rng: &mut TestRng) {
    let oracle = Oracle::open();
    for batch in 0..COUNT / BATCH {
        let (key_text, key) = aes_key(rng);
        let (token_text, token) = token(rng);
        let appid = rng.text(18);
        let texts: Vec<String> = (0..BATCH).map(|_| text(rng)).collect();
        let frames: Vec<Vec<u8>> = texts
            .iter()
            .map(|text| {
                let len = (text.len() as u32).to_be_bytes();
                let random = rng.bytes(16);
                pad(&[&random, &len[..], text.as_bytes(), appid.as_bytes()].concat(), 32)
            })
            .collect();
        let ciphertext = oracle.cbc("-e", &key_bytes(&key_text), &frames.concat());
        let mut rest = ciphertext.as_slice();
        let encrypted: Vec<String> = frames
            .iter()
            .map(|frame| {
                let (own, next) = rest.split_at(frame.len());
                rest = next;
                STANDARD.encode(own)
            })
            .collect();
        let queries: Vec<(String, String)> = (0..BATCH).map(|_| time_and_nonce(rng)).collect();
        let signed: Vec<Vec<&str>> = queries
            .iter()
            .zip(&encrypted)
            .map(|((time, nonce), encrypt)| vec![token_text.as_str(), time, nonce, encrypt])
            .collect();
        let signatures = oracle.sha1_sorted(&signed);
        for n in 0..BATCH {
            let (time, nonce) = &queries[n];
            let open = |encrypt: &str, signature: &str, appid: &str| {
                let body = match n % 2 {
                    0 => json!({ "Encrypt": encrypt }).to_string(),
                    _ => format!("<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"),
                };
                let query = PushQuery::from_pairs([
                    ("timestamp", time.as_str()),
                    ("nonce", nonce),
                    ("msg_signature", signature),
                ])?;
                UnverifiedMessage::new(query, body.as_bytes())?.verify(&token)?.open(&key, appid)
            };
            let name = format!("#{batch}.{n}");
            suite.accepts(&name, || {
                let message = open(&encrypted[n], &signatures[n], &appid).map_err(unexpected)?;
                same(message.text(), texts[n].as_str())
            });
            suite.refuses(format!("{name}, a bit of the ciphertext"), || {
                let mut bytes = STANDARD.decode(&encrypted[n]).expect("base64");
                let at = rng.below(bytes.len());
                bytes[at] ^= 1 << rng.below(8);
                refused(open(&STANDARD.encode(bytes), &signatures[n], &appid), "ERR_MAC_INVALID")
            });
            suite.refuses(format!("{name}, the signature of the next"), || {
                refused(
                    open(&encrypted[n], &signatures[(n + 1) % BATCH], &appid),
                    "ERR_MAC_INVALID",
                )
            });
            suite.refuses(format!("{name}, another receiver"), || {
                let other = rng.text(18);
                refused(open(&encrypted[n], &signatures[n], &other), "ERR_APPID_MISMATCH")
            });
        }
    }
}

/// OpenSSL decrypts all answers of a batch as one ciphertext; the first block of each is then mended,
/// as it was mixed with the block before it instead of with `iv`.
fn core_seals(suite: &mut Suite, rng: &mut TestRng) {
    let oracle = Oracle::open();
    for batch in 0..COUNT / BATCH {
        let (key_text, key) = aes_key(rng);
        let (token_text, token) = token(rng);
        let appid = rng.text(18);
        let texts: Vec<String> = (0..BATCH).map(|_| text(rng)).collect();
        let mut sealed = Vec::new();
        for text in &texts {
            let nonce = rng.text(10);
            let time = UnixTime::from_secs(rng.number() >> 32);
            let reply = Reply::new(text, &appid).expect("a reply");
            sealed.push(reply.seal(&key, &token, time, &nonce, rng).expect("sealed"));
        }
        let ciphertexts: Vec<Vec<u8>> =
            sealed.iter().map(|s| STANDARD.decode(&s.encrypt).expect("base64")).collect();
        let raw_key = key_bytes(&key_text);
        let plaintext = oracle.cbc("-d", &raw_key, &ciphertexts.concat());
        let times: Vec<String> = sealed.iter().map(|s| s.timestamp.to_string()).collect();
        let signed: Vec<Vec<&str>> = sealed
            .iter()
            .zip(&times)
            .map(|(s, time)| vec![token_text.as_str(), time, &s.nonce, &s.encrypt])
            .collect();
        let signatures = oracle.sha1_sorted(&signed);
        let mut rest = plaintext.as_slice();
        for n in 0..BATCH {
            let (own, next) = rest.split_at(ciphertexts[n].len());
            rest = next;
            let mut own = own.to_vec();
            if n > 0 {
                let before = &ciphertexts[n - 1];
                let mixed = before[before.len() - 16..].iter().zip(&raw_key[..16]);
                for (byte, (a, b)) in own.iter_mut().zip(mixed) {
                    *byte ^= a ^ b;
                }
            }
            let text = texts[n].as_bytes();
            let expected =
                [&(text.len() as u32).to_be_bytes()[..], text, appid.as_bytes()].concat();
            suite.accepts(format!("#{batch}.{n}"), || {
                let (random, framed) = own.split_at(16);
                holds(random != [0; 16], "no randomness")?;
                same(framed, &pad(&[random, &expected].concat(), 32)[16..])?;
                same(&sealed[n].msg_signature, &signatures[n])?;
                let body = sealed[n].to_body(if n % 2 == 0 { Format::Json } else { Format::Xml });
                holds(body.contains(&sealed[n].encrypt), "the body lacks it")
            });
            suite.refuses(format!("#{batch}.{n}, the signature of the next"), || {
                holds(sealed[n].msg_signature != signatures[(n + 1) % BATCH], "the same")
            });
            suite.refuses(format!("#{batch}.{n}, the random bytes of the next"), || {
                let (one, two) = (&sealed[n].encrypt, &sealed[(n + 1) % BATCH].encrypt);
                holds(one[..20] != two[..20], "the same")
            });
        }
    }
}

fn url_checks(suite: &mut Suite, rng: &mut TestRng) {
    let oracle = Oracle::open();
    for batch in 0..COUNT / BATCH {
        let (token_text, token) = token(rng);
        let queries: Vec<(String, String)> = (0..BATCH).map(|_| time_and_nonce(rng)).collect();
        let signed: Vec<Vec<&str>> = queries
            .iter()
            .map(|(time, nonce)| vec![token_text.as_str(), time.as_str(), nonce.as_str()])
            .collect();
        let signatures = oracle.sha1_sorted(&signed);
        for (n, ((time, nonce), signature)) in queries.iter().zip(&signatures).enumerate() {
            let check = |nonce: &str, signature: &str| {
                let query = PushQuery::from_pairs([
                    ("signature", signature),
                    ("timestamp", time),
                    ("nonce", nonce),
                    ("echostr", "4375120948345356249"),
                ])?;
                UrlCheck::new(query).verify(&token).map(str::to_owned)
            };
            suite.accepts(format!("#{batch}.{n}"), || {
                let echostr = check(nonce, signature).map_err(unexpected)?;
                same(echostr.as_str(), "4375120948345356249")
            });
            suite.refuses(format!("#{batch}.{n}, another nonce"), || {
                refused(check(&format!("{nonce}1"), signature), "ERR_MAC_INVALID")
            });
            suite.refuses(format!("#{batch}.{n}, the signature of the next"), || {
                refused(check(nonce, &signatures[(n + 1) % BATCH]), "ERR_MAC_INVALID")
            });
        }
    }
}
