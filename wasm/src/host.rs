//! Cryptography of the JavaScript host, where it has one that computes at once: node:crypto. The functions are those of
//! js/host.ts; none of them throws.

use wasm_bindgen::prelude::wasm_bindgen;
use wechatpay_core::host::Host;
use wechatpay_core::host::Key;

#[wasm_bindgen(raw_module = "#host")]
extern "C" {
    #[wasm_bindgen(js_name = importRsaPrivateKey)]
    fn import_rsa_private_key(pkcs1: &[u8]) -> u32;
    #[wasm_bindgen(js_name = importRsaPublicKey)]
    fn import_rsa_public_key(pkcs1: &[u8]) -> u32;
    #[wasm_bindgen(js_name = importAesKey)]
    fn import_aes_key(key: &[u8]) -> u32;
    fn sign(key: u32, message: &[u8], signature: &mut [u8]) -> u32;
    fn verify(key: u32, message: &[u8], signature: &[u8]) -> u32;
    fn raise(key: u32, input: &[u8], output: &mut [u8]) -> u32;
    #[wasm_bindgen(js_name = openGcm)]
    fn open_gcm(key: u32, nonce: &[u8], associated_data: &[u8], sealed: &mut [u8]) -> u32;
}

/// What the functions answer.
const DONE: u32 = 1;
const REFUSED: u32 = 2;

/// The keys of the call that is under way; see js/host.ts.
#[derive(Debug)]
struct JsHost;

/// The host, where it is wanted.
pub(crate) fn host(is_wanted: bool) -> Option<&'static dyn Host> {
    is_wanted.then_some(&JsHost)
}

/// Hands a key, or several, to the host, where it is wanted.
pub(crate) fn on_host<K>(
    key: K,
    host: Option<&'static dyn Host>,
    hand: fn(K, &'static dyn Host) -> K,
) -> K {
    match host {
        Some(host) => hand(key, host),
        None => key,
    }
}

impl Host for JsHost {
    fn import(&self, key: Key<'_>) -> Option<u32> {
        match key {
            Key::RsaPrivate(pkcs1) => Some(import_rsa_private_key(pkcs1)),
            Key::RsaPublic(pkcs1) => Some(import_rsa_public_key(pkcs1)),
            Key::Aes256(key) => Some(import_aes_key(key)),
            _ => None,
        }
    }

    fn sign_pkcs1_sha256(&self, key: u32, message: &[u8], signature: &mut [u8]) -> bool {
        sign(key, message, signature) == DONE
    }

    fn verify_pkcs1_sha256(&self, key: u32, message: &[u8], signature: &[u8]) -> Option<bool> {
        match verify(key, message, signature) {
            DONE => Some(true),
            REFUSED => Some(false),
            _ => None,
        }
    }

    fn raise(&self, key: u32, input: &[u8], output: &mut [u8]) -> bool {
        raise(key, input, output) == DONE
    }

    fn open_aes_256_gcm(
        &self,
        key: u32,
        nonce: &[u8; 12],
        associated_data: &[u8],
        sealed: &mut [u8],
    ) -> bool {
        open_gcm(key, nonce, associated_data, sealed) == DONE
    }
}
