//! The private operation, the only one: blinded, by the Chinese remainder theorem, checked.

use core::fmt;

use rand_core::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

use crate::rsa::MAX_MODULUS_LEN;
use crate::rsa::arch::Kernel;
use crate::rsa::limbs::{self, Mask};
use crate::rsa::modular::{self, Modulus};
use crate::rsa::public::{Public, PublicOperation};

/// The numbers of a private key as big-endian bytes without leading zeros, after RFC 8017 §3.2.
pub struct Components<'a> {
    pub(super) n: &'a [u8],
    pub(super) e: u64,
    pub(super) d: &'a [u8],
    pub(super) p: &'a [u8],
    pub(super) q: &'a [u8],
    pub(super) dp: &'a [u8],
    pub(super) dq: &'a [u8],
    pub(super) qinv: &'a [u8],
}

impl fmt::Debug for Components<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Components").field("e", &self.e).finish_non_exhaustive()
    }
}

/// What the private half does, whatever its width.
pub trait PrivateOperation: Sized {
    /// The public half of the same width.
    type Public: PublicOperation;

    /// Checks that the numbers belong together. They fit the width, n and e are those of a valid
    /// public key.
    fn new(components: &Components<'_>) -> Option<Self>;

    /// The public half.
    fn public(&self) -> &Self::Public;

    /// `input^d mod n`, as big-endian bytes of the same length. `false`, and zeros in `output`, if
    /// `input` is not below n or the result fails its check.
    fn apply(&self, input: &[u8], output: &mut [u8], rng: &mut dyn CryptoRng) -> bool;

    /// Zeros in the place of a key.
    #[cfg(feature = "rsa-4096")]
    fn blank() -> Self;
}

/// A private key with primes of at most `H` limbs and a modulus of at most `F` = 2 `H` limbs.
pub struct Crt<K: Kernel, const H: usize, const F: usize> {
    public: Public<K, F>,
    p: Prime<K, H>,
    q: Prime<K, H>,
    qinv: [K::Limb; H],
    /// Upper limit of the length of both primes and their exponents, in bits. It is public.
    prime_bits: u32,
}

impl<K: Kernel, const H: usize, const F: usize> PrivateOperation for Crt<K, H, F> {
    type Public = Public<K, F>;

    fn new(components: &Components<'_>) -> Option<Self> {
        let public = Public::new(components.n, components.e);
        let prime_len = components.p.len().max(components.q.len());
        let prime_bits = u32::try_from(prime_len).ok()?.checked_mul(8)?;
        let p = Zeroizing::new(read::<K, H>(components.p));
        let q = Zeroizing::new(read::<K, H>(components.q));

        let mut product = Zeroizing::new([K::Limb::default(); F]);
        limbs::multiply::<K>(product.as_mut_slice(), p.as_slice(), q.as_slice());
        if !limbs::equal::<K>(product.as_slice(), public.n.limbs()).reveal() {
            return None;
        }
        // n ≥ 2^(bits − 1) and each prime is below 2^prime_bits, so each is above their quotient.
        let power = public.bits.checked_sub(prime_bits)?.checked_sub(1)?;
        let d = Zeroizing::new(read::<K, F>(components.d));
        let mut key = Self {
            p: Prime { modulus: Modulus::new(&p, power), exponent: read::<K, H>(components.dp) },
            q: Prime { modulus: Modulus::new(&q, power), exponent: read::<K, H>(components.dq) },
            qinv: read::<K, H>(components.qinv),
            prime_bits,
            public,
        };
        let consistent = limbs::less::<K>(d.as_slice(), key.public.n.limbs())
            & key.p.is_consistent(key.public.e, d.as_slice(), key.public.bits, power)
            & key.q.is_consistent(key.public.e, d.as_slice(), key.public.bits, power)
            & key.is_coefficient_consistent(&q);
        if !consistent.reveal() {
            return None;
        }
        key.p.shorten_exponent();
        key.q.shorten_exponent();
        Some(key)
    }

    fn public(&self) -> &Self::Public {
        &self.public
    }

    fn apply(&self, input: &[u8], output: &mut [u8], rng: &mut dyn CryptoRng) -> bool {
        output.fill(0);
        let x = read::<K, F>(input);
        if !limbs::less::<K>(&x, self.public.n.limbs()).reveal() {
            return false;
        }
        let y = Zeroizing::new(self.power(&x, rng));
        let is_right = limbs::equal::<K>(&self.public.power(&y), &x).reveal();
        if is_right {
            limbs::to_be_bytes::<K>(output, y.as_slice());
        }
        is_right
    }

    #[cfg(feature = "rsa-4096")]
    fn blank() -> Self {
        Self {
            public: Public::blank(),
            p: Prime::blank(),
            q: Prime::blank(),
            qinv: [K::Limb::default(); H],
            prime_bits: 0,
        }
    }
}

impl<K: Kernel, const H: usize, const F: usize> Crt<K, H, F> {
    /// `x^d` of a canonical number, by way of
    ///
    /// x^d = (x · u^e)^(d−1) · (x · u^(e−1)), as u^(e·d − 1) = 1,
    ///
    /// for a random u: what is raised to the secret power has nothing to do with x, and no inverse
    /// of u is needed.
    fn power(&self, x: &[K::Limb; F], rng: &mut dyn CryptoRng) -> [K::Limb; F] {
        let n = &self.public.n;
        let u = self.random(rng);
        let mut factor = Zeroizing::new(n.public_power(&u, self.public.e.wrapping_sub(1)));
        n.multiply_out(&mut factor, x);
        let mut blinded = Zeroizing::new(*u);
        n.multiply_out(&mut blinded, &factor);

        let mut power = Zeroizing::new(self.remainders(&blinded));
        n.enter(&mut power);
        n.multiply_out(&mut power, &factor);
        *power
    }

    /// `x^(d−1)` of a canonical number, by the Chinese remainder theorem (Garner's form): with its
    /// remainders a modulo p and b modulo q, it is b + q · ((a − b) · q⁻¹ mod p).
    fn remainders(&self, x: &[K::Limb; F]) -> [K::Limb; F] {
        let halves = Zeroizing::new(split::<K, H, F>(x));
        let mut b = Zeroizing::new(self.q.power(&halves, self.prime_bits));
        self.q.modulus.leave(&mut b);

        let p = &self.p.modulus;
        let mut quotient = Zeroizing::new(self.p.power(&halves, self.prime_bits));
        p.multiply_out(&mut quotient, &self.qinv);
        let mut subtrahend = Zeroizing::new(*b);
        p.enter(&mut subtrahend);
        p.multiply_out(&mut subtrahend, &self.qinv);
        p.sub(&mut quotient, &subtrahend);

        let mut result = [K::Limb::default(); F];
        limbs::multiply::<K>(&mut result, self.q.modulus.limbs(), quotient.as_slice());
        limbs::add_short::<K>(&mut result, b.as_slice());
        result
    }

    /// A random number in Montgomery form, from 1 to the largest with one bit less than n.
    fn random(&self, rng: &mut dyn CryptoRng) -> Zeroizing<[K::Limb; F]> {
        let mut bytes = Zeroizing::new([0; MAX_MODULUS_LEN]);
        let mut random = Zeroizing::new([K::Limb::default(); F]);
        let bits = self.public.bits.saturating_sub(1);
        let len = usize::try_from(bits.div_ceil(8)).unwrap_or(MAX_MODULUS_LEN);
        if let Some(bytes) = bytes.get_mut(..len) {
            rng.fill_bytes(bytes);
            if let Some(first) = bytes.first_mut() {
                *first &= u8::MAX >> (bits.wrapping_neg() & 7);
            }
            // A generator that gives zeros is not to stop the signing.
            if let Some(last) = bytes.last_mut() {
                *last |= 1;
            }
            limbs::from_be_bytes::<K>(random.as_mut_slice(), bytes);
        }
        random
    }

    /// q · qinv ≡ 1 modulo p, and qinv < p.
    fn is_coefficient_consistent(&self, q: &[K::Limb; H]) -> Mask {
        let p = &self.p.modulus;
        let mut product = Zeroizing::new(*q);
        p.enter(&mut product);
        p.multiply_out(&mut product, &self.qinv);
        limbs::less::<K>(&self.qinv, p.limbs())
            & limbs::equal::<K>(product.as_slice(), &limbs::one::<K, H>())
    }
}

impl<K: Kernel, const H: usize, const F: usize> Drop for Crt<K, H, F> {
    fn drop(&mut self) {
        self.public.zeroize();
        self.p.zeroize();
        self.q.zeroize();
        self.qinv.zeroize();
    }
}

impl<K: Kernel, const H: usize, const F: usize> fmt::Debug for Crt<K, H, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crt").field("public", &self.public).finish_non_exhaustive()
    }
}

/// A prime of the modulus, with its exponent: first d mod (p − 1), then one less.
struct Prime<K: Kernel, const H: usize> {
    modulus: Modulus<K, H>,
    exponent: [K::Limb; H],
}

impl<K: Kernel, const H: usize> Prime<K, H> {
    #[cfg(feature = "rsa-4096")]
    fn blank() -> Self {
        Self { modulus: Modulus::blank(), exponent: [K::Limb::default(); H] }
    }

    /// `x^exponent` in Montgomery form.
    fn power(&self, x: &[[K::Limb; H]; 2], bits: u32) -> [K::Limb; H] {
        let base = Zeroizing::new(self.modulus.reduce(x));
        self.modulus.secret_power(&base, &self.exponent, bits)
    }

    /// e · exponent ≡ 1 and d ≡ exponent, both modulo p − 1, and exponent < p − 1, for a p above 2^`power`.
    fn is_consistent(&self, e: u64, d: &[K::Limb], d_bits: u32, power: u32) -> Mask {
        let one = limbs::one::<K, H>();
        let mut order = Zeroizing::new(*self.modulus.limbs());
        let _ = limbs::sub::<K>(order.as_mut_slice(), &one);

        let mut product = Zeroizing::new([K::Limb::default(); H]);
        for position in (0..u64::BITS.wrapping_sub(e.leading_zeros())).rev() {
            modular::double_modulo::<K, H>(&mut product, K::Limb::default(), &order);
            if e >> position & 1 == 1 {
                let carry = limbs::add::<K>(product.as_mut_slice(), &self.exponent);
                limbs::sub_if_not_less::<K, H>(&mut product, carry, &order);
            }
        }
        let remainder = Zeroizing::new(modular::remainder::<K, H>(d, d_bits, &order, power));
        limbs::less::<K>(&self.exponent, order.as_slice())
            & limbs::equal::<K>(product.as_slice(), &one)
            & limbs::equal::<K>(remainder.as_slice(), &self.exponent)
    }

    /// Takes 1 off the exponent, which is odd.
    fn shorten_exponent(&mut self) {
        let _ = limbs::sub::<K>(&mut self.exponent, &limbs::one::<K, H>());
    }
}

impl<K: Kernel, const H: usize> Zeroize for Prime<K, H> {
    fn zeroize(&mut self) {
        self.modulus.zeroize();
        self.exponent.zeroize();
    }
}

fn read<K: Kernel, const N: usize>(bytes: &[u8]) -> [K::Limb; N] {
    let mut limbs = [K::Limb::default(); N];
    limbs::from_be_bytes::<K>(&mut limbs, bytes);
    limbs
}

fn split<K: Kernel, const H: usize, const F: usize>(x: &[K::Limb; F]) -> [[K::Limb; H]; 2] {
    let mut halves = [[K::Limb::default(); H]; 2];
    halves.as_flattened_mut().copy_from_slice(x);
    halves
}
