//! A host that computes for the core: one made of other crates, one that can do nothing, and one that lies.

use std::process::ExitCode;
use std::sync::Mutex;

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{AeadInOut, KeyInit};
use rsa::pkcs1::{DecodeRsaPrivateKey, DecodeRsaPublicKey};
use rsa::{Pkcs1v15Sign, PrivateKey, PublicKey};
use sha2::{Digest, Sha256};
use wechatpay_core::host::{Host, Key};
use wechatpay_core::keys::{ApiV3Key, MerchantKey, PlatformKeys};
use wechatpay_core::signature::{Message, Signer};
use wechatpay_core::v3::testing::{Delivery, Fault, NotificationContent, TestPlatform};
use wechatpay_core::v3::{
    UnverifiedNotification, WechatpayHeaders, decrypt_sensitive, encrypt_sensitive,
};
use wechatpay_core::{Error, Tolerance, UnixTime};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Runner, Suite, holds, refused, same, unexpected};
use wechatpay_tests::vector;

const API_V3_KEY: &[u8] = b"0123456789abcdefghijklmnopqrstuv";
const SERIAL: &str = "PUB_KEY_ID_0119000000012024010100000000000001";
const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);

fn main() -> ExitCode {
    Runner::from_args()
        .suite("host/able", |suite| honest(suite, &ABLE, true))
        .suite("host/unable", |suite| honest(suite, &UNABLE, false))
        .suite("host/lying", lying)
        .suite("host/keys", keys)
        .finish()
}

/// Whatever the host can do, what comes out is what the core alone gives.
fn honest(suite: &mut Suite, host: &'static (impl Host + Counting), works: bool) {
    suite.accepts("the signature is the same", || {
        let before = host.done();
        let signed = merchant(Some(host))?.sign(&message(), &mut TestRng::new(1));
        let expected = merchant(None)?.sign(&message(), &mut TestRng::new(2));
        same(signed.map_err(unexpected)?, expected.map_err(unexpected)?)?;
        same(host.done() > before, works)
    });
    suite.accepts("a notification opens", || {
        let before = host.done();
        let opened = open(host, &delivered(None))?.map_err(unexpected)?;
        same(opened, RESOURCE.to_owned())?;
        same(host.done() == before + 2, works)
    });
    for fault in Fault::ALL {
        suite.refuses(format!("{fault:?}"), || {
            refused(open(host, &delivered(Some(*fault)))?, fault.code())
        });
    }
    suite.refuses("another APIv3 key", || {
        let key = ApiV3Key::new(b"another key of 32 bytes in total").map_err(unexpected)?;
        refused(open_with(host, &key.on_host(host), &delivered(None))?, "ERR_DECRYPT_FAILED")
    });
    suite.accepts("a sensitive field comes back", || {
        let platform =
            TestPlatform::new(SERIAL, vector::key("throwaway-merchant-key.pem").as_bytes());
        let theirs = platform.map_err(unexpected)?.platform_key().on_host(host);
        let rng = &mut TestRng::new(3);
        let sealed = encrypt_sensitive("张三", &theirs, rng).map_err(unexpected)?;
        let opened = decrypt_sensitive(&sealed, &merchant(Some(host))?, rng);
        same(opened.map_err(unexpected)?, "张三".to_owned())
    });
}

/// A host is trusted like the processor; but what it leaves undone does not leave the core.
fn lying(suite: &mut Suite) {
    suite.refuses("a verification that it denies", || {
        refused(open(&DENYING, &delivered(None))?, "ERR_SIGNATURE_INVALID")
    });
    suite.refuses("a signature of another length, which it is not asked about", || {
        let mut delivery = delivered(None);
        for (name, value) in &mut delivery.headers {
            if *name == "Wechatpay-Signature" {
                "AAAA".clone_into(value);
            }
        }
        refused(open(&APPROVING, &delivery)?, "ERR_SIGNATURE_INVALID")
    });
    for fault in [Fault::ClockBehind, Fault::SerialUnknown, Fault::SignatureProbe] {
        suite.refuses(format!("{fault:?}, although it approves of all"), || {
            refused(open(&APPROVING, &delivered(Some(fault)))?, fault.code())
        });
    }
}

fn keys(suite: &mut Suite) {
    for file in vector::keys() {
        let pem = vector::key(&file);
        suite.decides(file, || {
            let parsed = MerchantKey::new("1900000001", "AB", pem.as_bytes());
            let count = ABLE.taken();
            let hosted = MerchantKey::new_with("1900000001", "AB", pem.as_bytes(), Some(&ABLE));
            match (&parsed, hosted) {
                (Ok(_), Ok(_)) => Ok(true),
                (Err(expected), Err(found)) => {
                    same(&found, expected)?;
                    holds(ABLE.taken() == count, "a key that was refused reached the host")?;
                    Ok(false)
                }
                _ => Err("refused only in one of two ways".to_owned()),
            }
        });
    }
    suite.accepts("nothing of a key is printed", || {
        let printed = format!("{:?}", Key::Aes256(&[b'k'; 32]));
        same(printed, "Aes256".to_owned())?;
        let hosted = ApiV3Key::new(API_V3_KEY).map_err(unexpected)?.on_host(&ABLE);
        holds(!format!("{hosted:?}").contains("0123"), "it is printed")
    });
}

const RESOURCE: &str = r#"{"trade_state":"SUCCESS"}"#;

fn message() -> Message<'static> {
    Message::raw(b"GET\n/\n1700000000\nn\n\n")
}

fn merchant(host: Option<&'static dyn Host>) -> Result<MerchantKey, String> {
    let pem = vector::key("throwaway-merchant-key.pem");
    MerchantKey::new_with("1900000001", "AB", pem.as_bytes(), host).map_err(unexpected)
}

fn platform() -> TestPlatform {
    let pem = vector::key("throwaway-platform-key.pem");
    TestPlatform::new(SERIAL, pem.as_bytes()).expect("a key")
}

fn delivered(fault: Option<Fault>) -> Delivery {
    let content = NotificationContent {
        id: "EV-1",
        create_time: "2018-06-08T10:34:56+08:00",
        event_type: "TRANSACTION.SUCCESS",
        original_type: "transaction",
        summary: "支付成功",
        resource: RESOURCE,
    };
    let key = ApiV3Key::new(API_V3_KEY).expect("a key");
    let made = platform().notification(&content, &key, NOW, fault, &mut TestRng::new(4));
    made.expect("a notification")
}

fn open(host: &'static dyn Host, delivery: &Delivery) -> Result<Result<String, Error>, String> {
    let key = ApiV3Key::new(API_V3_KEY).map_err(unexpected)?;
    open_with(host, &key.on_host(host), delivery)
}

fn open_with(
    host: &'static dyn Host,
    key: &ApiV3Key,
    delivery: &Delivery,
) -> Result<Result<String, Error>, String> {
    let keys = PlatformKeys::new([platform().platform_key()]).map_err(unexpected)?.on_host(host);
    let pairs = delivery.headers.iter().map(|(name, value)| (*name, value.as_str()));
    Ok(WechatpayHeaders::from_pairs(pairs).and_then(|headers| {
        UnverifiedNotification::new(headers, &delivery.body)
            .verify(&keys, NOW, Tolerance::from_secs(300))?
            .open(key)
            .map(|notification| notification.resource().to_owned())
    }))
}

trait Counting {
    /// How often it did what it was asked.
    fn done(&self) -> usize;
}

enum Taken {
    Private(Box<PrivateKey>),
    Public(Box<PublicKey>),
    Aes(Box<Aes256Gcm>),
}

/// Of the crates `rsa` and `aes-gcm`.
struct Able(Mutex<(Vec<Taken>, usize)>);

static ABLE: Able = Able(Mutex::new((Vec::new(), 0)));

impl Able {
    fn taken(&self) -> usize {
        self.0.lock().expect("one thread").0.len()
    }

    fn with<T>(&self, key: u32, work: impl FnOnce(&Taken) -> T) -> T {
        let mut state = self.0.lock().expect("one thread");
        let result = work(&state.0[usize::try_from(key).expect("few keys")]);
        state.1 += 1;
        result
    }
}

impl Counting for Able {
    fn done(&self) -> usize {
        self.0.lock().expect("one thread").1
    }
}

impl Host for Able {
    fn import(&self, key: Key<'_>) -> Option<u32> {
        let taken = match key {
            Key::RsaPrivate(der) => {
                Taken::Private(Box::new(PrivateKey::from_pkcs1_der(der).expect("a key")))
            }
            Key::RsaPublic(der) => {
                Taken::Public(Box::new(PublicKey::from_pkcs1_der(der).expect("a key")))
            }
            Key::Aes256(key) => Taken::Aes(Box::new(Aes256Gcm::new(key.into()))),
            _ => return None,
        };
        let keys = &mut self.0.lock().expect("one thread").0;
        keys.push(taken);
        u32::try_from(keys.len() - 1).ok()
    }

    fn sign_pkcs1_sha256(&self, key: u32, message: &[u8], signature: &mut [u8]) -> bool {
        self.with(key, |key| {
            let Taken::Private(key) = key else { panic!("it is asked to sign with another key") };
            let made = key.sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message));
            signature.copy_from_slice(&made.expect("signed"));
            true
        })
    }

    fn verify_pkcs1_sha256(&self, key: u32, message: &[u8], signature: &[u8]) -> Option<bool> {
        self.with(key, |key| {
            let Taken::Public(key) = key else { panic!("it is asked to verify with another key") };
            let padding = Pkcs1v15Sign::new::<Sha256>();
            Some(key.verify(padding, &Sha256::digest(message), signature).is_ok())
        })
    }

    /// `rsa` keeps this to itself.
    fn raise(&self, _: u32, _: &[u8], _: &mut [u8]) -> bool {
        false
    }

    fn open_aes_256_gcm(&self, key: u32, nonce: &[u8; 12], aad: &[u8], sealed: &mut [u8]) -> bool {
        self.with(key, |key| {
            let Taken::Aes(key) = key else { panic!("it is asked to decrypt with another key") };
            let mut buffer = sealed.to_vec();
            let opened = key.decrypt_in_place(nonce.into(), aad, &mut buffer).is_ok();
            if opened {
                sealed[..buffer.len()].copy_from_slice(&buffer);
            }
            opened
        })
    }
}

/// Takes every key and says the same of everything.
struct Answering {
    verdict: Option<bool>,
}

static UNABLE: Answering = Answering { verdict: None };
static DENYING: Answering = Answering { verdict: Some(false) };
static APPROVING: Answering = Answering { verdict: Some(true) };

impl Counting for Answering {
    fn done(&self) -> usize {
        0
    }
}

impl Host for Answering {
    fn import(&self, _: Key<'_>) -> Option<u32> {
        Some(u32::MAX)
    }

    fn sign_pkcs1_sha256(&self, _: u32, _: &[u8], signature: &mut [u8]) -> bool {
        signature.fill(7);
        false
    }

    fn verify_pkcs1_sha256(&self, _: u32, _: &[u8], _: &[u8]) -> Option<bool> {
        self.verdict
    }

    fn raise(&self, _: u32, _: &[u8], output: &mut [u8]) -> bool {
        output.fill(7);
        false
    }

    fn open_aes_256_gcm(&self, _: u32, _: &[u8; 12], _: &[u8], _: &mut [u8]) -> bool {
        false
    }
}
