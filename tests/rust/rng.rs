//! Reproducible randomness: the seed decides everything, and is printed by whoever uses it.

use std::convert::Infallible;

use wechatpay_core::rand_core::{TryCryptoRng, TryRng};

/// SplitMix64. Not secret, not cryptographic: it only has to be the same for the same seed. It
/// claims to be a `CryptoRng` because the core takes no other for blinding.
#[derive(Clone, Debug)]
pub struct TestRng(u64);

impl TestRng {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The seed in the environment variable, or the one given.
    pub fn seed_from_env(variable: &str, default: u64) -> u64 {
        std::env::var(variable).map_or(default, |seed| {
            seed.parse().unwrap_or_else(|_| panic!("{variable} must be a number, not {seed:?}"))
        })
    }

    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which must not be 0. The bias does not matter to a test.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.number() % bound as u64) as usize
    }

    pub fn bytes(&mut self, len: usize) -> Vec<u8> {
        std::iter::repeat_with(|| self.number() as u8).take(len).collect()
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// Letters and digits, as WeChat Pay likes its nonces.
    pub fn text(&mut self, len: usize) -> String {
        const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        (0..len).map(|_| char::from(*self.pick(ALPHABET))).collect()
    }
}

impl TryRng for TestRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.number() as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.number())
    }

    fn try_fill_bytes(&mut self, target: &mut [u8]) -> Result<(), Infallible> {
        target.fill_with(|| self.number() as u8);
        Ok(())
    }
}

impl TryCryptoRng for TestRng {}
