//! Fresh random cases against the OpenSSL command line: what the core signs OpenSSL verifies, what
//! OpenSSL signs the core verifies, and both read the same keys and serial numbers.
//!
//! `DIFFERENTIAL` is the number of cases in each direction (default 1,000); `DIFFERENTIAL_SEED` repeats a
//! run. The keys are made once and kept in the build folder.

use std::fs;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wechatpay_core::UnixTime;
use wechatpay_core::hazmat::{PrivateKey, PublicKey};
use wechatpay_core::keys::{MerchantKey, PlatformKey, PlatformKeys};
use wechatpay_core::v3::SignableRequest;
use wechatpay_tests::calendar;
use wechatpay_tests::openssl::{self, Workshop};
use wechatpay_tests::pem;
use wechatpay_tests::platform::{self, Message};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Check, Runner, Suite, holds, refused, same, unexpected};

/// Sizes of the keys. WeChat Pay's have 2048 bits; most cases use them.
const SIZES: [usize; 4] = [2048, 2048, 3072, 4096];

fn main() -> ExitCode {
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| age.as_secs());
    let seed = TestRng::seed_from_env("DIFFERENTIAL_SEED", clock);
    let count = TestRng::seed_from_env("DIFFERENTIAL", 1_000) as usize;
    println!("differential: DIFFERENTIAL_SEED={seed} DIFFERENTIAL={count}");
    let folder = format!("differential-{}", std::process::id());
    let workshop = Workshop::open(env!("CARGO_TARGET_TMPDIR"), &folder);
    let run = |cases: fn(&mut Suite, &Workshop, &mut TestRng, usize)| {
        let (workshop, mut rng) = (&workshop, TestRng::new(seed));
        move |suite: &mut Suite| cases(suite, workshop, &mut rng, count)
    };
    let outcome = Runner::from_args()
        .suite("differential/core_signs", run(core_signs))
        .suite("differential/openssl_signs", run(openssl_signs))
        .suite("differential/key_forms", run(key_forms))
        .suite("differential/certificates", run(certificates))
        .finish();
    workshop.close();
    outcome
}

/// Runs the jobs on two threads: most of their time is the start of a process.
fn in_parallel<T: Send>(jobs: Vec<impl Fn() -> T + Send + Sync>) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)).map(|job| (job)()) {
            done.push(job);
        }
        done
    };
    thread::scope(|scope| {
        let other = scope.spawn(work);
        let mut results = work();
        results.extend(other.join().expect("no panic in a job"));
        results
    })
}

fn key_file(workshop: &Workshop, bits: usize) -> (String, Vec<u8>) {
    let file = workshop.rsa_key(bits).unwrap_or_else(|error| panic!("{error}"));
    let pem = workshop.read(&file);
    (file, pem)
}

/// A random request, signed through the public API; OpenSSL checks the header's signature over a message
/// put together here.
fn core_signs(suite: &mut Suite, workshop: &Workshop, rng: &mut TestRng, count: usize) {
    let keys = SIZES.map(|bits| {
        let (file, pem) = key_file(workshop, bits);
        let public = workshop.public_key_of(&file).unwrap_or_else(|error| panic!("{error}"));
        (bits, MerchantKey::new("1900007291", "1DDE55AD", &pem).expect("a key"), public)
    });
    let mut jobs = Vec::new();
    for n in 0..count {
        let (bits, key, public) = &keys[n % keys.len()];
        let url = format!("/v3/{}?q={}", rng.text(10), rng.text(5));
        let (len, nonce) = (rng.below(500), rng.text(32));
        let (body, timestamp) = (rng.bytes(len), rng.below(1 << 31) as u64);
        let header = SignableRequest::new("POST", &url, &body)
            .and_then(|r| r.finalize(key.identity(), UnixTime::from_secs(timestamp), &nonce))
            .and_then(|unsigned| unsigned.sign(key, rng))
            .expect("signed")
            .to_string();
        let (_, signature) = header.split_once("signature=\"").expect("a signature");
        let signature = STANDARD.decode(signature.trim_end_matches('"')).expect("base64");
        let head = format!("POST\n{url}\n{timestamp}\n{nonce}\n");
        let message = [head.as_bytes(), body.as_slice(), b"\n"].concat();
        let mut spoilt = message.clone();
        let at = rng.below(spoilt.len());
        spoilt[at] ^= 1;
        jobs.push(move || {
            let (m, s) = (format!("c{n}.msg"), format!("c{n}.sig"));
            let (m, s) = (workshop.write(&m, &message), workshop.write(&s, &signature));
            let public = workshop.path(public);
            let verify =
                || openssl::run(&["dgst", "-sha256", "-verify", &public, "-signature", &s, &m]);
            let good = verify().map(drop);
            workshop.write(&format!("c{n}.msg"), &spoilt);
            let bad = match verify() {
                Ok(_) => Err("OpenSSL accepts another message".to_owned()),
                Err(complaint) => holds(complaint.contains("Verification"), complaint),
            };
            let _ = (fs::remove_file(&m), fs::remove_file(&s));
            (n, bits, good, bad)
        });
    }
    for (n, bits, good, bad) in in_parallel(jobs) {
        suite.accepts(format!("#{n} RSA-{bits}"), || good);
        suite.refuses(format!("#{n} RSA-{bits}, one bit of the message changed"), || bad);
    }
}

/// A random message signed by OpenSSL, as a response of WeChat Pay.
fn openssl_signs(suite: &mut Suite, workshop: &Workshop, rng: &mut TestRng, count: usize) {
    let platforms = SIZES.map(|bits| {
        let (file, _) = key_file(workshop, bits);
        let public = workshop.public_key_of(&file).unwrap_or_else(|error| panic!("{error}"));
        let key = PlatformKey::from_public_key(platform::PUB_KEY_ID, &workshop.read(&public));
        (bits, file, PlatformKeys::new([key.expect("a key")]).expect("one key"))
    });
    let mut jobs = Vec::new();
    for n in 0..count {
        let (bits, file, keys) = &platforms[n % platforms.len()];
        let len = rng.below(500);
        let mut message = Message {
            headers: Vec::new(),
            body: rng.bytes(len),
            now: platform::NOW,
            tolerance: Default::default(),
        };
        message.set("Wechatpay-Timestamp", (platform::NOW - rng.below(300) as u64).to_string());
        message.set("Wechatpay-Nonce", rng.text(32));
        message.set("Wechatpay-Serial", platform::PUB_KEY_ID);
        let (flipped, seed) = (rng.below(*bits), rng.number());
        jobs.push(move || {
            let signed = workshop.write(&format!("o{n}.msg"), &message.signed_bytes());
            let key = workshop.path(file);
            let signature = openssl::run(&["dgst", "-sha256", "-sign", &key, &signed]);
            let _ = fs::remove_file(signed);
            (n, bits, message.clone(), keys, signature, flipped, seed)
        });
    }
    for (n, bits, mut message, keys, signature, flipped, seed) in in_parallel(jobs) {
        let signature = signature.unwrap_or_else(|error| panic!("{error}"));
        message.set("Wechatpay-Signature", STANDARD.encode(&signature));
        let name = format!("#{n} RSA-{bits}");
        suite.accepts(&name, || message.verify_with(keys).map(drop).map_err(unexpected));
        suite.refuses(format!("{name}, bit {flipped} of the signature flipped"), || {
            let mut signature = signature.clone();
            signature[flipped / 8] ^= 1 << (flipped % 8);
            let mut message = message.clone();
            message.set("Wechatpay-Signature", STANDARD.encode(signature));
            refused(message.verify_with(keys), "ERR_SIGNATURE_INVALID")
        });
        suite.refuses(format!("{name}, one byte of the body changed"), || {
            let mut message = message.clone();
            match message.body.len() {
                0 => message.body.push(0),
                len => message.body[TestRng::new(seed).below(len)] ^= 0x20,
            }
            refused(message.verify_with(keys), "ERR_SIGNATURE_INVALID")
        });
    }
}

/// The forms that OpenSSL writes a key in are one key.
fn key_forms(suite: &mut Suite, workshop: &Workshop, rng: &mut TestRng, _: usize) {
    let digest: [u8; 32] = rng.bytes(32).try_into().expect("32 bytes");
    for bits in [2048, 3072, 4096] {
        let (file, pem) = key_file(workshop, bits);
        let key = workshop.path(&file);
        let expected = PrivateKey::parse(&pem).expect("a key");
        let expected = expected.sign_pkcs1_sha256(&digest, rng).expect("a signature");
        for (form, arguments) in [
            ("PKCS#8 DER", &["pkcs8", "-topk8", "-nocrypt", "-outform", "DER", "-in"][..]),
            ("PKCS#1 PEM", &["rsa", "-traditional", "-in"]),
            ("PKCS#1 DER", &["rsa", "-traditional", "-outform", "DER", "-in"]),
            ("PEM with its text", &["pkey", "-text", "-in"]),
        ] {
            suite.accepts(format!("RSA-{bits} {form}"), || {
                let written = openssl::run(&[arguments, &[&key]].concat())?;
                let parsed = PrivateKey::parse(&written).map_err(str::to_owned)?;
                let made = parsed.sign_pkcs1_sha256(&digest, &mut TestRng::new(1));
                same(made.as_deref(), Some(expected.as_slice()))
            });
        }
        for (form, arguments) in [
            ("SPKI DER", &["pkey", "-pubout", "-outform", "DER", "-in"][..]),
            ("PKCS#1 public DER", &["rsa", "-RSAPublicKey_out", "-outform", "DER", "-in"]),
        ] {
            suite.accepts(format!("RSA-{bits} {form}"), || {
                let written = openssl::run(&[arguments, &[&key]].concat())?;
                let parsed = PublicKey::parse_der(&written).map_err(str::to_owned)?;
                holds(parsed.verify_pkcs1_sha256(&digest, &expected), "another key")
            });
        }
        for cipher in ["-aes256", "-des3"] {
            suite.refuses(format!("RSA-{bits} encrypted with {cipher}"), || {
                let arguments = ["pkey", cipher, "-passout", "pass:throw-away", "-in", &key];
                let written = openssl::run(&arguments)?;
                refused(MerchantKey::new("1", "1", &written), "ERR_KEY_INVALID")
            });
        }
    }
    for curve in ["P-256", "P-384", "secp256k1"] {
        suite.refuses(format!("EC key on {curve}"), || {
            let curve = format!("ec_paramgen_curve:{curve}");
            let written = openssl::run(&["genpkey", "-algorithm", "EC", "-pkeyopt", &curve])?;
            refused(MerchantKey::new("1", "1", &written), "ERR_KEY_INVALID")
        });
    }
    for algorithm in ["ED25519", "X25519"] {
        suite.refuses(algorithm, || {
            let written = openssl::run(&["genpkey", "-algorithm", algorithm])?;
            refused(MerchantKey::new("1", "1", &written), "ERR_KEY_INVALID")
        });
    }
    for bits in [512, 1024, 2040] {
        suite.refuses(format!("RSA-{bits}"), || {
            let size = format!("rsa_keygen_bits:{bits}");
            let written = openssl::run(&["genpkey", "-algorithm", "RSA", "-pkeyopt", &size])?;
            refused(MerchantKey::new("1", "1", &written), "ERR_KEY_INVALID")
        });
    }
}

/// Certificates with random serial numbers, dates and subjects.
fn certificates(suite: &mut Suite, workshop: &Workshop, rng: &mut TestRng, count: usize) {
    let (file, _) = key_file(workshop, 2048);
    let key = workshop.path(&file);
    for n in 0..count.min(100) {
        let len = 1 + rng.below(20);
        let mut serial = rng.bytes(len);
        // Serial numbers that begin with a zero digit, or with the sign bit set, are where others fail.
        match n % 4 {
            0 => serial[0] = 1 + rng.below(15) as u8,
            1 => serial[0] |= 0x80,
            _ => serial[0] |= 1,
        }
        let hex: String = serial.iter().map(|byte| format!("{byte:02X}")).collect();
        let days = 1 + rng.below(40_000) as u64;
        suite.accepts(format!("#{n} serial {hex}, {days} days"), || {
            let certificate = workshop.path(&format!("cert{n}.pem"));
            let (subject, duration) = (format!("/CN={}", rng.text(12)), days.to_string());
            openssl::run(&[
                "req",
                "-x509",
                "-new",
                "-key",
                &key,
                "-sha256",
                "-days",
                &duration,
                "-subj",
                &subject,
                "-set_serial",
                &format!("0x{hex}"),
                "-out",
                &certificate,
            ])?;
            let stated =
                openssl::run(&["x509", "-in", &certificate, "-noout", "-serial", "-dates"])?;
            let stated = String::from_utf8(stated).map_err(|error| error.to_string())?;
            let text = fs::read_to_string(&certificate).map_err(|error| error.to_string())?;
            let _ = fs::remove_file(&certificate);
            same(stated.lines().next(), Some(format!("serial={hex}").as_str()))?;
            check_certificate(&text, &stated)
        });
    }
    suite.refuses("a certificate request", || {
        let written = openssl::run(&["req", "-new", "-key", &key, "-subj", "/CN=x"])?;
        refused(PlatformKey::from_certificate(&written), "ERR_CERTIFICATE_INVALID")
    });
}

/// `stated` is what OpenSSL says: lines of `name=value`.
fn check_certificate(text: &str, stated: &str) -> Check {
    let value = |name: &str| {
        let found = stated.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        found.ok_or_else(|| format!("OpenSSL states no {name}"))
    };
    let key = PlatformKey::from_certificate(text.as_bytes()).map_err(unexpected)?;
    same(key.serial().as_str(), value("serial")?)?;
    let validity = [value("notBefore")?, value("notAfter")?].map(calendar::openssl);
    same(key.validity().map(|(start, end)| [start.as_secs(), end.as_secs()]), Some(validity))?;
    same(PlatformKey::from_certificate(&pem::der(text)).map_err(unexpected)?, key)
}
