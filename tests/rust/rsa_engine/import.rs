//! Keys whose numbers do not belong together are refused when they are read, never when they sign.

use num_bigint::BigUint;
use wechatpay_core::hazmat::{PrivateKey, PublicKey};
use wechatpay_tests::suite::{Check, Suite, holds};

use crate::keys::{Numbers, prime};

const INCONSISTENT: &str = "do not belong together";
const EXPONENT: &str = "odd number of at least 3";

type Change = fn(&mut Numbers);

pub fn all(suite: &mut Suite) {
    let good = Numbers::generate(1024, 1024, 65_537);
    suite.accepts("as it was made", || {
        PrivateKey::parse(&good.pkcs1()).map(drop).map_err(str::to_owned)
    });
    suite.accepts("d modulo the product of p - 1 and q - 1, or their multiple", || {
        let mut key = good.clone();
        let (p, q) = (&key.p - 1_u32, &key.q - 1_u32);
        key.d %= &p * &q / gcd(&p, &q);
        PrivateKey::parse(&key.pkcs1()).map(drop).map_err(str::to_owned)
    });
    for (name, change, words) in CHANGES {
        suite.refuses(*name, || {
            let mut key = good.clone();
            change(&mut key);
            refused(PrivateKey::parse(&key.pkcs1()), words)
        });
    }
    lengths(suite);
    public(suite, &good);
}

const CHANGES: &[(&str, Change, &str)] = &[
    ("n greater by 2", |key| key.n += 2_u32, INCONSISTENT),
    ("n of another key", |key| key.n = Numbers::generate(1030, 1018, 65_537).n, INCONSISTENT),
    ("p of another key", |key| key.p = prime(1024, 65_537, &key.p) + 2_u32, INCONSISTENT),
    ("p and q exchanged", |key| std::mem::swap(&mut key.p, &mut key.q), INCONSISTENT),
    (
        "p and q exchanged, with their exponents",
        |key| {
            std::mem::swap(&mut key.p, &mut key.q);
            std::mem::swap(&mut key.dp, &mut key.dq);
        },
        INCONSISTENT,
    ),
    (
        "p is n, q is 1",
        |key| (key.p, key.q) = (key.n.clone(), BigUint::from(1_u32)),
        "lengths of its two primes",
    ),
    (
        "p is q",
        |key| {
            key.q = key.p.clone();
            key.n = &key.p * &key.p;
            key.dq = key.dp.clone();
        },
        INCONSISTENT,
    ),
    ("d greater by 2", |key| key.d += 2_u32, INCONSISTENT),
    ("d is 1", |key| key.d = BigUint::from(1_u32), INCONSISTENT),
    ("d is 0", |key| key.d = BigUint::ZERO, INCONSISTENT),
    (
        "d greater by the order, beyond n",
        |key| key.d += (&key.p - 1_u32) * (&key.q - 1_u32) * 2_u32,
        INCONSISTENT,
    ),
    ("d of another exponent", |key| key.d = other_exponent(key).d, INCONSISTENT),
    ("dp greater by 2", |key| key.dp += 2_u32, INCONSISTENT),
    ("dp greater by p - 1", |key| key.dp += &key.p - 1_u32, INCONSISTENT),
    ("dp longer than p", |key| key.dp += (&key.p - 1_u32) << 40, INCONSISTENT),
    ("dq less by 2", |key| key.dq -= 2_u32, INCONSISTENT),
    ("dq is dp", |key| key.dq = key.dp.clone(), INCONSISTENT),
    ("dp of another exponent", |key| key.dp = other_exponent(key).dp, INCONSISTENT),
    ("qinv greater by 1", |key| key.qinv += 1_u32, INCONSISTENT),
    ("qinv greater by p", |key| key.qinv += &key.p, INCONSISTENT),
    ("qinv longer than p", |key| key.qinv += &key.p << 80, INCONSISTENT),
    (
        "qinv is the inverse of p",
        |key| key.qinv = key.p.modinv(&key.q).expect("primes"),
        INCONSISTENT,
    ),
    ("e of another key", |key| key.e = BigUint::from(257_u32), INCONSISTENT),
    ("no primes", |key| (key.p, key.q) = (BigUint::ZERO, BigUint::ZERO), "CRT parameters"),
    ("no dp", |key| key.dp = BigUint::ZERO, "CRT parameters"),
    ("no dq", |key| key.dq = BigUint::ZERO, "CRT parameters"),
    ("no qinv", |key| key.qinv = BigUint::ZERO, "CRT parameters"),
    ("e is 1", |key| key.e = BigUint::from(1_u32), EXPONENT),
    ("e is 2", |key| key.e = BigUint::from(2_u32), EXPONENT),
    ("e is 65536", |key| key.e = BigUint::from(65_536_u32), EXPONENT),
    ("e is 0", |key| key.e = BigUint::ZERO, EXPONENT),
    ("e of 34 bits", |key| key.e = BigUint::from((1_u64 << 33) + 1), "33 bits"),
    ("e of 2048 bits", |key| key.e = &key.n - 2_u32, "33 bits"),
    ("n even", |key| key.n -= 1_u32, "even"),
];

fn other_exponent(key: &Numbers) -> Numbers {
    Numbers::from_primes(&key.p, &key.q, 17)
}

/// Lengths of the primes, in bits, that make no key.
fn lengths(suite: &mut Suite) {
    for (p, q, words) in [
        (1023, 1024, "fewer than 2048 bits"),
        (512, 512, "fewer than 2048 bits"),
        (2049, 2048, "more than 4096 bits"),
        (2100, 1900, "lengths of its two primes"),
        (2000, 256, "lengths of its two primes"),
    ] {
        let key = Numbers::generate(p, q, 65_537);
        suite.refuses(format!("primes of {p} and {q} bits"), || {
            refused(PrivateKey::parse(&key.pkcs1()), words)
        });
    }
}

/// The public half alone is held to the same.
fn public(suite: &mut Suite, good: &Numbers) {
    suite.accepts("public key", || {
        PublicKey::parse_der(&good.public_pkcs1()).map(drop).map_err(str::to_owned)
    });
    for (name, change, words) in
        CHANGES.iter().filter(|(name, ..)| name.starts_with("e ") || *name == "n even")
    {
        if *words == INCONSISTENT {
            continue;
        }
        suite.refuses(format!("public key: {name}"), || {
            let mut key = good.clone();
            change(&mut key);
            refused(PublicKey::parse_der(&key.public_pkcs1()), words)
        });
    }
}

fn refused<T>(result: Result<T, &'static str>, words: &str) -> Check {
    match result {
        Ok(_) => Err(format!("was accepted, expected a sentence with {words:?}")),
        Err(sentence) => holds(sentence.contains(words), format!("was told: {sentence}")),
    }
}

fn gcd(a: &BigUint, b: &BigUint) -> BigUint {
    let (mut a, mut b) = (a.clone(), b.clone());
    while b != BigUint::ZERO {
        (a, b) = (b.clone(), a % &b);
    }
    a
}
