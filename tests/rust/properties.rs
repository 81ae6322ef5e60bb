//! Laws that hold for all inputs, on random ones. `PROPERTIES` is the number per law (default 200),
//! `PROPERTIES_SEED` the seed.

use std::process::ExitCode;

use serde_json::Value;
use wechatpay_core::keys::{ApiV3Key, Identity};
use wechatpay_core::v3::SignableRequest;
use wechatpay_core::{Tolerance, UnixTime};
use wechatpay_tests::platform::{self, Platform, resource, seal, trusted};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Runner, Suite, holds, refused, same, unexpected};

fn main() -> ExitCode {
    let seed = TestRng::seed_from_env("PROPERTIES_SEED", 7);
    let count = TestRng::seed_from_env("PROPERTIES", 200);
    println!("properties: PROPERTIES_SEED={seed} PROPERTIES={count}");
    let run = |cases: fn(&mut Suite, &mut TestRng, u64)| {
        let mut rng = TestRng::new(seed);
        move |suite: &mut Suite| cases(suite, &mut rng, count)
    };
    Runner::from_args()
        .suite("properties/canonical_url", run(canonical_url))
        .suite("properties/header_names", run(header_names))
        .suite("properties/request_lines", run(request_lines))
        .suite("properties/window", run(window))
        .suite("properties/sealed", run(sealed))
        .finish()
}

fn path_and_query(rng: &mut TestRng) -> String {
    const PATH: &[&str] = &["v3", "pay", "id", "%E5%BE%AE", "a-b_c.~", "1:2@3", "(x)", "", "%7B"];
    const QUERY: &[&str] =
        &["mchid=1900000109", "a=b", "q=%20", "u=https://x/y?z", "{}", "x=1;y=2", "", "=", "?"];
    let mut url = String::new();
    for _ in 0..=rng.below(5) {
        url.push('/');
        let part = rng.pick(PATH);
        url.push_str(part);
    }
    // Two slashes at the start would name a host.
    let mut url = format!("/v3{url}");
    for n in 0..rng.below(4) {
        url.push(if n == 0 { '?' } else { '&' });
        let parameter = rng.pick(QUERY);
        url.push_str(parameter);
    }
    url
}

/// Scheme, host, port, user and fragment make no difference; path and query are kept to the byte.
fn canonical_url(suite: &mut Suite, rng: &mut TestRng, count: u64) {
    const ORIGINS: &[&str] = &[
        "",
        "https://api.mch.weixin.qq.com",
        "https://api2.mch.weixin.qq.com:443",
        "http://127.0.0.1:1",
        "HTTPS://[::1]:8080",
        "https://user:password@host",
        "Http://a",
    ];
    const FRAGMENTS: &[&str] = &["", "#", "#top", "#/v3/other?a=b", "##"];
    for _ in 0..count {
        let expected = path_and_query(rng);
        let url = format!("{}{expected}{}", rng.pick(ORIGINS), rng.pick(FRAGMENTS));
        suite.accepts(&url, || {
            let request = SignableRequest::new("GET", &url, b"").map_err(unexpected)?;
            same(request.canonical_url(), expected.as_str())
        });
        let bad = *rng.pick(&[' ', '\n', '\r', '\t', '\0', '\u{7f}', '微', 'é', '\u{2028}']);
        let mut spoilt = expected.clone();
        let at = 1 + rng.below(spoilt.len());
        spoilt.insert(at.min(spoilt.len()), bad);
        suite.refuses(format!("{spoilt:?}"), || {
            refused(SignableRequest::new("GET", &spoilt, b""), "ERR_ARGUMENT_INVALID")
        });
    }
}

/// The case of a header's name makes no difference, nor does the order.
fn header_names(suite: &mut Suite, rng: &mut TestRng, count: u64) {
    let genuine = Platform::trusted().callback();
    for n in 0..count.min(50) {
        let mut message = genuine.clone();
        for (name, _) in &mut message.headers {
            *name = name
                .chars()
                .map(|c| {
                    if rng.below(2) == 0 { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
                })
                .collect();
        }
        for last in (1..message.headers.len()).rev() {
            message.headers.swap(last, rng.below(last + 1));
        }
        suite.accepts(format!("#{n}"), || {
            same(message.verify().map_err(unexpected)?, genuine.body.clone())
        });
        let gone = message.headers.iter().position(|(name, _)| {
            !name.eq_ignore_ascii_case("Wechatpay-Signature-Type") && rng.below(4) == 0
        });
        if let Some(gone) = gone {
            let (name, _) = message.headers.remove(gone);
            suite.refuses(format!("#{n} without {name}"), || {
                refused(message.verify(), "ERR_HEADER_MISSING")
            });
        }
    }
}

/// Five lines, each ended by LF, and the body as the last of them, whatever it is.
fn request_lines(suite: &mut Suite, rng: &mut TestRng, count: u64) {
    let identity = Identity::merchant("1900007291", "1DDE55AD").expect("an identity");
    for n in 0..count {
        let (url, len) = (path_and_query(rng), rng.below(300));
        let (body, nonce) = (rng.bytes(len), rng.text(32));
        let timestamp = rng.number() >> rng.below(64);
        suite.accepts(format!("#{n}"), || {
            let message = SignableRequest::new("POST", &url, &body)
                .and_then(|r| r.finalize(&identity, UnixTime::from_secs(timestamp), &nonce))
                .map_err(unexpected)?
                .message()
                .to_vec();
            let head = format!("POST\n{url}\n{timestamp}\n{nonce}\n");
            same(message, [head.as_bytes(), body.as_slice(), b"\n"].concat())
        });
    }
}

/// Accepted exactly when the distance is at most the tolerance, whatever the numbers are.
fn window(suite: &mut Suite, rng: &mut TestRng, count: u64) {
    for n in 0..count {
        let timestamp = rng.number() >> rng.below(64);
        let distance = rng.number() >> rng.below(64);
        let seconds = (rng.number() >> (32 + rng.below(32))) as u32;
        let now = if rng.below(2) == 0 {
            timestamp.saturating_add(distance)
        } else {
            timestamp.saturating_sub(distance)
        };
        let is_inside =
            (i128::from(timestamp) - i128::from(now)).unsigned_abs() <= u128::from(seconds);
        suite.decides(format!("#{n} {timestamp} {now} {seconds}"), || {
            let checked = Tolerance::from_secs(seconds)
                .check(UnixTime::from_secs(timestamp), UnixTime::from_secs(now));
            holds(checked.is_ok() == is_inside, format!("{checked:?}"))?;
            Ok(is_inside)
        });
    }
}

/// Whatever was sealed is opened, under its own key, nonce and associated data and under no others.
fn sealed(suite: &mut Suite, rng: &mut TestRng, count: u64) {
    let platform = Platform::trusted();
    for n in 0..count.min(50) {
        let (key, nonce) = (rng.text(32), rng.text(12));
        let (aad_len, len) = (rng.below(40), rng.below(2_000));
        let (aad, plaintext) = (rng.text(aad_len), rng.text(len));
        let api_v3_key = ApiV3Key::new(key.as_bytes()).expect("32 bytes");
        let mut resource = resource(&key, &nonce, Some(&aad), &plaintext);
        let post =
            |resource: &Value| platform.post(platform::PUB_KEY_ID, platform::envelope(resource));
        let genuine = post(&resource);
        suite.accepts(format!("#{n} {len} bytes"), || {
            let opened = genuine.open_with(&trusted(), &api_v3_key).map_err(unexpected)?;
            same(opened.resource(), plaintext.as_str())
        });
        let other = rng.text(32);
        suite.refuses(format!("#{n} under another key"), || {
            let other = ApiV3Key::new(other.as_bytes()).map_err(unexpected)?;
            refused(genuine.open_with(&trusted(), &other), "ERR_DECRYPT_FAILED")
        });
        resource["ciphertext"] =
            seal(&key, &nonce, &format!("{aad}x"), plaintext.as_bytes()).into();
        suite.refuses(format!("#{n} under other associated data"), || {
            refused(post(&resource).open_with(&trusted(), &api_v3_key), "ERR_DECRYPT_FAILED")
        });
    }
}
