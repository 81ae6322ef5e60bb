//! Private keys made from chosen primes, so that any of their numbers can be wrong.

use std::path::Path;

use num_bigint::BigUint;
use wechatpay_tests::openssl::{self, Workshop};

/// The numbers of RSAPrivateKey (RFC 8017 §A.1.2), in their order.
#[derive(Clone)]
pub struct Numbers {
    pub n: BigUint,
    pub e: BigUint,
    pub d: BigUint,
    pub p: BigUint,
    pub q: BigUint,
    pub dp: BigUint,
    pub dq: BigUint,
    pub qinv: BigUint,
}

impl Numbers {
    /// With primes of these lengths in bits, made once by OpenSSL.
    pub fn generate(p: usize, q: usize, e: u64) -> Self {
        let p = prime(p, e, &BigUint::ZERO);
        Self::from_primes(&p, &prime(q, e, &p), e)
    }

    pub fn from_primes(p: &BigUint, q: &BigUint, e: u64) -> Self {
        let one = BigUint::from(1_u32);
        let (e, order) = (BigUint::from(e), (p - &one) * (q - &one));
        let d = e.modinv(&order).expect("e is coprime to the order");
        Self {
            n: p * q,
            dp: &d % (p - &one),
            dq: &d % (q - &one),
            qinv: q.modinv(p).expect("the primes differ"),
            p: p.clone(),
            q: q.clone(),
            e,
            d,
        }
    }

    pub fn pkcs1(&self) -> Vec<u8> {
        let numbers = [
            &BigUint::ZERO,
            &self.n,
            &self.e,
            &self.d,
            &self.p,
            &self.q,
            &self.dp,
            &self.dq,
            &self.qinv,
        ];
        sequence(&numbers.map(integer).concat())
    }

    pub fn public_pkcs1(&self) -> Vec<u8> {
        sequence(&[&self.n, &self.e].map(integer).concat())
    }

    pub fn len(&self) -> usize {
        self.n.bits().div_ceil(8) as usize
    }
}

/// A prime of so many bits that goes with the exponent and is not `other`.
pub fn prime(bits: usize, e: u64, other: &BigUint) -> BigUint {
    let e = BigUint::from(e);
    let fits = |p: &BigUint| p != other && (p - 1_u32).modinv(&e).is_some();
    (0..).map(|nth| stored_prime(bits, nth)).find(fits).expect("there are enough primes")
}

/// The `nth` prime of so many bits.
fn stored_prime(bits: usize, nth: usize) -> BigUint {
    let workshop = Workshop::open(env!("CARGO_TARGET_TMPDIR"), "rsa_engine");
    let file = format!("prime-{bits}-{nth}.txt");
    if !Path::new(&workshop.path(&file)).exists() {
        let prime = openssl::run(&["prime", "-generate", "-hex", "-bits", &bits.to_string()]);
        workshop.write(&file, &prime.expect("a prime"));
    }
    let text = String::from_utf8(workshop.read(&file)).expect("hexadecimal digits");
    BigUint::parse_bytes(text.trim().as_bytes(), 16).expect("hexadecimal digits")
}

pub fn integer(number: &BigUint) -> Vec<u8> {
    let mut bytes = number.to_bytes_be();
    if bytes[0] >= 0x80 {
        bytes.insert(0, 0);
    }
    tagged(0x02, &bytes)
}

pub fn sequence(contents: &[u8]) -> Vec<u8> {
    tagged(0x30, contents)
}

fn tagged(tag: u8, contents: &[u8]) -> Vec<u8> {
    let len = contents.len();
    let mut out = match len {
        0..0x80 => vec![tag, len as u8],
        0x80..0x100 => vec![tag, 0x81, len as u8],
        _ => vec![tag, 0x82, (len >> 8) as u8, len as u8],
    };
    out.extend(contents);
    out
}
