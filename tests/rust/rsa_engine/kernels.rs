//! Each kernel at each length, against `num-bigint`.

use num_bigint::BigUint;
use wechatpay_core::hazmat::rsa::{Field, Kernel, Radix28, Radix32, Radix64};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Check, Suite, holds, same};

use crate::cases;

/// Lengths of primes and moduli, in bits.
const LENGTHS: [usize; 5] = [1024, 1536, 2048, 3072, 4096];

pub fn radix_28(suite: &mut Suite, mut rng: TestRng) {
    kernel::<Radix28, 37>(suite, LENGTHS[0], &mut rng);
    kernel::<Radix28, 55>(suite, LENGTHS[1], &mut rng);
    kernel::<Radix28, 74>(suite, LENGTHS[2], &mut rng);
    kernel::<Radix28, 110>(suite, LENGTHS[3], &mut rng);
    kernel::<Radix28, 148>(suite, LENGTHS[4], &mut rng);
}

pub fn radix_32(suite: &mut Suite, mut rng: TestRng) {
    kernel::<Radix32, 32>(suite, LENGTHS[0], &mut rng);
    kernel::<Radix32, 48>(suite, LENGTHS[1], &mut rng);
    kernel::<Radix32, 64>(suite, LENGTHS[2], &mut rng);
    kernel::<Radix32, 96>(suite, LENGTHS[3], &mut rng);
    kernel::<Radix32, 128>(suite, LENGTHS[4], &mut rng);
}

pub fn radix_64(suite: &mut Suite, mut rng: TestRng) {
    kernel::<Radix64, 16>(suite, LENGTHS[0], &mut rng);
    kernel::<Radix64, 24>(suite, LENGTHS[1], &mut rng);
    kernel::<Radix64, 32>(suite, LENGTHS[2], &mut rng);
    kernel::<Radix64, 48>(suite, LENGTHS[3], &mut rng);
    kernel::<Radix64, 64>(suite, LENGTHS[4], &mut rng);
}

/// Zero, one, the last one and all ones, of the numbers below: powers take long.
const POWERS_OF: [usize; 4] = [0, 1, 3, 5];

fn kernel<K: Kernel, const N: usize>(suite: &mut Suite, bits: usize, rng: &mut TestRng) {
    edges::<K, N>(suite, bits, rng);
    for case in 0..cases() {
        // Every tenth modulus is shorter than the limbs.
        let short = if case % 10 == 9 { 8 * rng.below(bits / 16) } else { 0 };
        let modulus = odd(bits - short, rng);
        let (a, b) = (below(&modulus, rng), below(&modulus, rng));
        suite.accepts(format!("{bits} bits: random {case}"), || {
            let field = Setup::<K, N>::new(&modulus)?;
            field.products(&a, &b)?;
            if case % 50 == 0 { field.power(&a, &b) } else { Ok(()) }
        });
    }
    for (name, modulus) in [
        ("even", BigUint::from(1_u32) << (bits - 1)),
        ("zero", BigUint::ZERO),
        ("one", BigUint::from(1_u32)),
        ("too long", (BigUint::from(1_u32) << (bits + 64)) + 1_u32),
    ] {
        suite.refuses(format!("{bits} bits: a modulus that is {name}"), || {
            holds(Field::<K, N>::new(&modulus.to_bytes_be()).is_none(), "was accepted")
        });
    }
}

/// Moduli and numbers at the ends of their range, and those that make carries run.
fn edges<K: Kernel, const N: usize>(suite: &mut Suite, bits: usize, rng: &mut TestRng) {
    let one = BigUint::from(1_u32);
    let all_ones = (&one << bits) - &one;
    let moduli = [
        ("all ones", all_ones.clone()),
        ("shortest", (&one << (bits - 1)) + &one),
        ("all ones above, 1 below", (&all_ones << (bits / 2) & &all_ones) + &one),
        ("1 above, all ones below", (&one << (bits - 1)) | (&all_ones >> (bits / 2))),
        ("three", BigUint::from(3_u32)),
        ("random", odd(bits, rng)),
    ];
    for (name, modulus) in &moduli {
        let last = modulus - &one;
        let numbers = [
            BigUint::ZERO,
            one.clone(),
            BigUint::from(2_u32) % modulus,
            last.clone(),
            &last >> 1,
            &all_ones % modulus,
            (&one << (bits - 1)) % modulus,
            (&one << (bits / 2)) % modulus,
            ((&one << (bits / 2)) - &one) % modulus,
            (&all_ones / 0x5555_u32) % modulus,
        ];
        for (i, a) in numbers.iter().enumerate() {
            for (j, b) in numbers.iter().enumerate() {
                suite.accepts(format!("{bits} bits: modulus {name}, {i} and {j}"), || {
                    Setup::<K, N>::new(modulus)?.products(a, b)
                });
            }
        }
        let exponents = [&numbers[0], &numbers[1], &numbers[3]];
        for i in POWERS_OF {
            suite.accepts(format!("{bits} bits: modulus {name}, powers of {i}"), || {
                let field = Setup::<K, N>::new(modulus)?;
                exponents.iter().try_for_each(|e| field.power(&numbers[i], e))
            });
        }
    }
}

struct Setup<'a, K: Kernel, const N: usize> {
    field: Field<K, N>,
    modulus: &'a BigUint,
    len: usize,
    limbs_bits: usize,
}

impl<'a, K: Kernel, const N: usize> Setup<'a, K, N> {
    fn new(modulus: &'a BigUint) -> Result<Self, String> {
        let bytes = modulus.to_bytes_be();
        let field = Field::new(&bytes).ok_or("the modulus was refused")?;
        Ok(Self { field, modulus, len: bytes.len(), limbs_bits: N * K::BITS as usize })
    }

    fn products(&self, a: &BigUint, b: &BigUint) -> Check {
        let (a_bytes, b_bytes) = (self.bytes(a), self.bytes(b));
        self.is(|out| self.field.multiply(&a_bytes, &b_bytes, out), a * b)?;
        self.is(|out| self.field.square(&a_bytes, out), a * a)?;
        self.is(|out| self.field.reduce(&a_bytes, &b_bytes, out), (a << self.limbs_bits) + b)
    }

    fn power(&self, a: &BigUint, exponent: &BigUint) -> Check {
        let (a_bytes, exponent_bytes) = (self.bytes(a), self.bytes(exponent));
        let power =
            |out: &mut [u8]| self.field.power(&a_bytes, &exponent_bytes, 8 * self.len as u32, out);
        self.is(power, a.modpow(exponent, self.modulus))
    }

    fn is(&self, write: impl FnOnce(&mut [u8]), expected: BigUint) -> Check {
        let mut found = vec![0; self.len];
        write(&mut found);
        same(BigUint::from_bytes_be(&found), expected % self.modulus)
    }

    fn bytes(&self, number: &BigUint) -> Vec<u8> {
        let bytes = number.to_bytes_be();
        let mut padded = vec![0; self.len - bytes.len()];
        padded.extend(bytes);
        padded
    }
}

/// An odd number of exactly so many bits.
fn odd(bits: usize, rng: &mut TestRng) -> BigUint {
    let mut number = BigUint::from_bytes_be(&rng.bytes(bits / 8));
    number.set_bit(0, true);
    number.set_bit(bits as u64 - 1, true);
    number
}

fn below(modulus: &BigUint, rng: &mut TestRng) -> BigUint {
    BigUint::from_bytes_be(&rng.bytes(modulus.bits() as usize / 8 + 8)) % modulus
}
