//! Secrets in what `Debug` and `Display` print: looked for as text, hexadecimal, base64 and decimal
//! bytes, whole and in pieces.

use std::fmt::Debug;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rsa::pkcs8::DecodePrivateKey;
use rsa::traits::PrivateKeyParts;
use wechatpay_core::UnixTime;
use wechatpay_core::hazmat::PrivateKey;
use wechatpay_core::keys::{ApiV3Key, MerchantKey};
use wechatpay_core::v3::{
    RequestPayment, SignableRequest, UnverifiedNotification, UnverifiedResponse,
};
use wechatpay_tests::leaks;
use wechatpay_tests::pem::der;
use wechatpay_tests::platform::{self, API_V3_KEY, Platform, TRANSACTION, trusted};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Check, Suite, holds, same};
use wechatpay_tests::vector;

const KEY_FILES: [&str; 2] = ["throwaway-merchant-key.pem", "throwaway-merchant-key-pkcs1.pem"];
const BODY: &[u8] = br#"{"openid":"oUpF8uMuAJO_M2pxb1Q9zNjWeS6o","total":100}"#;

/// Texts that must not be printed.
struct Needles(Vec<String>);

impl Needles {
    /// The private numbers of a key, and its file.
    fn private_key() -> Self {
        let pem = vector::key(KEY_FILES[0]);
        let key = rsa::PrivateKey::from_pkcs8_pem(&pem).expect("a key");
        let mut needles = Self(Vec::new());
        needles.add(&key.d().to_be_bytes());
        for prime in key.primes() {
            needles.add(&prime.to_be_bytes());
        }
        for number in [key.dp(), key.dq()].into_iter().flatten() {
            needles.add(&number.to_be_bytes());
        }
        for file in KEY_FILES {
            let pem = vector::key(file);
            // The first lines hold the modulus, which is public.
            let lines = pem.lines().filter(|line| !line.starts_with('-')).skip(8);
            needles
                .0
                .extend(lines.filter(|line| line.len() >= 24).map(|line| line[..24].to_owned()));
            let der = der(&pem);
            needles.add(&der[der.len() / 2..]);
        }
        needles
    }

    fn api_v3_key() -> Self {
        let mut needles = Self(Vec::new());
        needles.add(API_V3_KEY.as_bytes());
        needles
    }

    /// What was encrypted, or is about to be signed.
    fn contents() -> Self {
        let mut needles = Self(Vec::new());
        needles.add(TRANSACTION.as_bytes());
        needles.add(BODY);
        needles.0.extend(["oUpF8uMuAJO", "payer", "openid", "\"ciphertext\""].map(str::to_owned));
        needles
    }

    fn all() -> Self {
        let parts = [Self::private_key(), Self::api_v3_key(), Self::contents()];
        Self(parts.into_iter().flat_map(|needles| needles.0).collect())
    }

    fn add(&mut self, secret: &[u8]) {
        let end = secret.len().saturating_sub(8);
        for piece in [&secret[..8], &secret[secret.len() / 2..][..8.min(end)], &secret[end..]] {
            let hex: String = piece.iter().map(|byte| format!("{byte:02x}")).collect();
            let decimal: Vec<String> = piece.iter().map(u8::to_string).collect();
            self.0.push(decimal[..5.min(decimal.len())].join(", "));
            self.0.push(hex.to_uppercase());
            self.0.push(hex);
            if let Ok(text) = std::str::from_utf8(piece) {
                self.0.push(text.to_owned());
            }
        }
        for offset in 0..3 {
            // Six bytes from a multiple of three are eight characters that stand in any base64 of it.
            if let Some(piece) = secret.get(offset * 3..offset * 3 + 9) {
                self.0.push(STANDARD.encode(piece));
            }
        }
    }

    fn absent_in(&self, text: &str) -> Check {
        match self.0.iter().find(|needle| text.contains(needle.as_str())) {
            None => Ok(()),
            Some(needle) => Err(format!("{needle:?} is in {text}")),
        }
    }
}

fn print(value: &impl Debug) -> String {
    format!("{value:?}\n{value:#?}")
}

pub(crate) fn debug(suite: &mut Suite) {
    let needles = Needles::all();
    let mut case = |name: &str, text: String| {
        suite.refuses(format!("Debug of {name}"), || {
            holds(text.len() > 4, "nothing was printed")?;
            needles.absent_in(&text)
        });
    };
    for file in KEY_FILES {
        let pem = vector::key(file);
        let key = MerchantKey::new("1900007291", "1DDE55AD", pem.as_bytes()).expect("a merchant");
        case(&format!("MerchantKey of {file}"), print(&key));
        case(&format!("Identity of {file}"), print(key.identity()));
        let bare = PrivateKey::parse(pem.as_bytes()).expect("a key");
        case(&format!("PrivateKey of {file}"), print(&bare));
        case(&format!("Option and Vec of {file}"), print(&vec![Some(bare)]));

        let time = UnixTime::from_secs(platform::NOW);
        let request = SignableRequest::new("POST", "/v3/a", BODY).expect("a request");
        case("SignableRequest", print(&request));
        let unsigned = request.finalize(key.identity(), time, "nonce").expect("a nonce");
        case("Unsigned authorization", print(&unsigned));
        case("Message", print(&unsigned.message()));
        let signed = unsigned.sign(&key, &mut TestRng::new(1)).expect("signed");
        case("Authorization", print(&signed) + &signed.to_string());
        let payment = RequestPayment::new("wx1", "wx2").expect("a payment");
        let payment = payment.finalize(time, "nonce").expect("a nonce");
        let payment = payment.sign(&key, &mut TestRng::new(1)).expect("signed");
        case("RequestPaymentParams", print(&payment));
    }
    case("ApiV3Key", print(&ApiV3Key::new(API_V3_KEY.as_bytes()).expect("32 bytes")));
    case("PlatformKeys", print(&trusted()));

    let message = Platform::trusted().callback();
    let now = UnixTime::from_secs(message.now);
    let headers = message.parse_headers().expect("headers");
    let unverified = UnverifiedNotification::new(headers, &message.body);
    case("UnverifiedNotification", print(&unverified));
    let verified = unverified.verify(&trusted(), now, message.tolerance).expect("genuine");
    case("VerifiedNotification", print(&verified));
    let notification = verified.open(&platform::api_v3_key()).expect("genuine");
    case("Notification", print(&notification));

    let response = Platform::trusted().post(platform::SERIAL, BODY);
    let headers = response.parse_headers().expect("headers");
    let unverified = UnverifiedResponse::new(headers, &response.body);
    case("UnverifiedResponse", print(&unverified));
    let verified = unverified.verify(&trusted(), now, response.tolerance).expect("genuine");
    case("VerifiedResponse", print(&verified));
}

/// Errors that come from where secrets are handled.
pub(crate) fn errors(suite: &mut Suite) {
    let needles = Needles::all();
    let mut found: Vec<(String, wechatpay_core::Error)> = Vec::new();
    let mut collect = |name: &str, error: Option<wechatpay_core::Error>| {
        found.push((name.to_owned(), error.unwrap_or_else(|| panic!("{name} was accepted"))));
    };
    for file in KEY_FILES {
        let pem = vector::key(file);
        let load = |key: &[u8]| MerchantKey::new("1900007291", "1DDE55AD", key).err();
        for (what, damaged) in [
            ("cut", pem.as_bytes()[..pem.len() / 2].to_vec()),
            ("without END", pem.replace("-----END", "").into_bytes()),
            ("damaged", pem.replacen("\nM", "\n*", 1).into_bytes()),
            ("DER cut", der(&pem)[..600].to_vec()),
            ("DER damaged", {
                let mut der = der(&pem);
                der[100] ^= 1;
                der
            }),
        ] {
            collect(&format!("{file} {what}"), load(&damaged));
        }
        let as_public =
            wechatpay_core::keys::PlatformKey::parse(Some("PUB_KEY_ID_1"), pem.as_bytes());
        collect(&format!("{file} as a public key"), as_public.err());
        let as_api_v3_key = ApiV3Key::new(pem.as_bytes()).err();
        collect(&format!("{file} as an APIv3 key"), as_api_v3_key);
        collect(&format!("{file} as a serial"), MerchantKey::new("1", &pem, pem.as_bytes()).err());
        collect(&format!("{file} as an mchid"), MerchantKey::new(&pem, "1", pem.as_bytes()).err());
    }
    collect("APIv3 key too long", ApiV3Key::new(format!("{API_V3_KEY}x").as_bytes()).err());
    collect("APIv3 key with a blank", ApiV3Key::new(format!("{API_V3_KEY} ").as_bytes()).err());

    let platform = Platform::trusted();
    let genuine = platform.callback();
    let mut message = genuine.clone();
    message.body.push(b' ');
    collect("signature wrong", message.open().err());
    message.resign(&platform);
    message.body.insert(0, b'x');
    message.resign(&platform);
    collect("not JSON", message.open().err());
    let other = ApiV3Key::new(&[1; 32]).expect("32 bytes");
    collect("wrong APIv3 key", genuine.open_with(&trusted(), &other).err());
    let text = TRANSACTION.replace("\"total\":100", "\"total\":\"100\"");
    let resource = platform::resource(API_V3_KEY, platform::NONCE, None, &text);
    let opened = platform.post(platform::SERIAL, platform::envelope(&resource)).open();
    collect("plaintext of another form", opened.expect("opened").event().err());

    for (name, error) in found {
        suite.refuses(name, || needles.absent_in(&format!("{error}\n{}", print(&error))));
    }
}

/// The search finds what it looks for.
pub(crate) fn detector(suite: &mut Suite) {
    let pem = vector::key(KEY_FILES[0]);
    let key = rsa::PrivateKey::from_pkcs8_pem(&pem).expect("a key");
    let d = key.d().to_be_bytes();
    let hex: String = d.iter().map(|byte| format!("{byte:02X}")).collect();
    for (what, leak) in [
        ("decimal bytes of d", format!("{:?}", d.to_vec())),
        ("d in hexadecimal", hex),
        ("d in base64", STANDARD.encode(&d)),
        ("d as a big number", format!("{:?}", key.d())),
        ("the first prime as a big number", format!("{:x}", key.primes()[0])),
        ("the file", pem.clone()),
        ("the file in a struct", format!("{:?}", Some(pem.clone()))),
        ("decimal bytes of the file", format!("{:?}", der(&pem))),
        ("the APIv3 key", format!("Some({API_V3_KEY:?})")),
        ("the bytes of the APIv3 key", format!("{:?}", API_V3_KEY.as_bytes())),
        ("the APIv3 key in base64", STANDARD.encode(API_V3_KEY)),
        ("a plaintext", TRANSACTION.to_owned()),
        ("the bytes of a body", format!("{BODY:?}")),
    ] {
        suite.refuses(what, || {
            holds(Needles::all().absent_in(&leak).is_err(), format!("was not found in {leak}"))
        });
    }
    let line = pem.lines().nth(12).expect("a line").to_owned();
    for (what, leak) in [
        ("the APIv3 key in an error", format!("wrong key {API_V3_KEY}")),
        ("its bytes in an error", format!("{:?}", API_V3_KEY.as_bytes())),
        ("a line of the file in an error", line),
        ("a value of the plaintext in an error", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o".to_owned()),
    ] {
        suite.refuses(what, || holds(leaks::found_in(&leak).is_some(), "was not found"));
    }
    suite.accepts("a text that is no secret", || {
        same(leaks::found_in("the header Wechatpay-Signature is missing"), None)
    });
    suite.accepts("public numbers are no secret", || {
        use rsa::traits::PublicKeyParts;
        Needles::all().absent_in(&format!("{:?} {:?}", key.n(), key.e()))
    });
}
