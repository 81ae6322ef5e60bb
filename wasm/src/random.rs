//! Randomness of the host, fetched when it is needed and never before.

use core::convert::Infallible;

use wasm_bindgen::prelude::wasm_bindgen;
use wechatpay_core::rand_core::TryCryptoRng;
use wechatpay_core::rand_core::TryRng;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(bytes: &mut [u8]);
}

/// `crypto.getRandomValues`. Where the host refuses, its exception ends the call and the facade drops the instance.
#[derive(Debug)]
pub(crate) struct HostRandom;

impl TryRng for HostRandom {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        // The most that one call may ask for, Web Cryptography API §10.1.1.
        bytes.chunks_mut(65_536).for_each(get_random_values);
        Ok(())
    }
}

impl TryCryptoRng for HostRandom {}
