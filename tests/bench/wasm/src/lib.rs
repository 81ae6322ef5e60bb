//! The `rsa` crate in WebAssembly, at its fastest: signing with blinding, and verifying.

use std::cell::OnceCell;
use std::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};
use rsa::pkcs8::DecodePrivateKey;
use rsa::{Pkcs1v15Sign, PrivateKey, PublicKey};
use sha2::{Digest, Sha256};

const MESSAGE: &[u8] = b"1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n{}\n";
const KEY: &str = include_str!("../../../vectors/keys/throwaway-merchant-key.pem");

struct Keys {
    private: PrivateKey,
    public: PublicKey,
    signature: Vec<u8>,
}

thread_local! {
    static KEYS: OnceCell<Keys> = const { OnceCell::new() };
}

/// 1 if a signature was made.
#[unsafe(no_mangle)]
pub extern "C" fn sign() -> u32 {
    with_keys(|keys| keys.private.sign_with_rng(&mut Counter(1), padding(), &digest()).is_ok())
}

/// 1 if a signature verified.
#[unsafe(no_mangle)]
pub extern "C" fn verify() -> u32 {
    with_keys(|keys| keys.public.verify(padding(), &digest(), &keys.signature).is_ok())
}

fn with_keys(work: impl FnOnce(&Keys) -> bool) -> u32 {
    KEYS.with(|keys| {
        let keys = keys.get_or_init(|| {
            let private = PrivateKey::from_pkcs8_pem(KEY).expect("a key");
            let signature = private.sign(padding(), &digest()).expect("a signature");
            Keys { public: private.to_public_key(), private, signature }
        });
        u32::from(work(keys))
    })
}

fn digest() -> [u8; 32] {
    Sha256::digest(MESSAGE).into()
}

fn padding() -> Pkcs1v15Sign {
    Pkcs1v15Sign::new::<Sha256>()
}

/// Costs nothing beside a signature; for a measurement only.
struct Counter(u64);

impl TryRng for Counter {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.try_next_u64().map(|word| (word >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Ok(self.0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            let word = self.try_next_u64()?.to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Counter {}
