//! Keys given as their numbers.

use wechatpay_core::Error;
use wechatpay_core::UnixTime;
use wechatpay_core::keys::{
    Identity, MerchantKey, PlatformKey, RsaPrivateNumbers, RsaPublicNumbers,
};
use wechatpay_core::v3::SignableRequest;
use wechatpay_tests::pem::der;
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Check, Suite, holds, refused, same, unexpected};
use wechatpay_tests::vector;

use crate::merchant::{SERIAL_NO, integers};
use crate::refused_saying;

const INVALID: &str = "ERR_KEY_INVALID";
const PUBLIC_KEY_ID: &str = "PUB_KEY_ID_0116000000000000000000000000";
const NAMES: [&str; 8] = ["n", "e", "d", "p", "q", "dP", "dQ", "qInv"];

/// The eight numbers of a key, by their places in `NAMES`.
type Numbers = [Vec<u8>; 8];

fn read(file: &str) -> Numbers {
    let der = der(&vector::key(file));
    let numbers: Vec<Vec<u8>> =
        integers(&der).into_iter().skip(1).map(|(start, end)| der[start..end].to_vec()).collect();
    numbers.try_into().expect("an RSAPrivateKey")
}

fn public([n, e, ..]: &Numbers) -> RsaPublicNumbers<'_> {
    RsaPublicNumbers { modulus: n, public_exponent: e }
}

fn private(numbers: &Numbers) -> RsaPrivateNumbers<'_> {
    let [_, _, d, p, q, dp, dq, qinv] = numbers;
    RsaPrivateNumbers {
        public: public(numbers),
        private_exponent: d,
        prime1: p,
        prime2: q,
        exponent1: dp,
        exponent2: dq,
        coefficient: qinv,
    }
}

fn merchant(numbers: &Numbers) -> Result<MerchantKey, Error> {
    let identity = Identity::merchant("1900007291", SERIAL_NO)?;
    MerchantKey::from_rsa_numbers(identity, &private(numbers))
}

fn platform(numbers: &Numbers) -> Result<PlatformKey, Error> {
    PlatformKey::from_rsa_numbers(PUBLIC_KEY_ID, public(numbers))
}

fn authorization(key: &MerchantKey) -> Result<String, Error> {
    let unsigned = SignableRequest::new("GET", "/v3/certificates", b"")?;
    let unsigned = unsigned.finalize(key.identity(), UnixTime::from_secs(1), "nonce")?;
    unsigned.sign(key, &mut TestRng::new(3)).map(|signed| signed.to_string())
}

pub(crate) fn cases(suite: &mut Suite) {
    for (file, form) in [
        ("throwaway-merchant-key-pkcs1.pem", "throwaway-merchant-key.pem"),
        ("flurl-4096-key-pkcs1-crlf.pem", "flurl-4096-key.pem"),
    ] {
        let numbers = read(file);
        suite.accepts(format!("{file} signs as the file does"), || {
            let from_file = MerchantKey::new("1900007291", SERIAL_NO, vector::key(form).as_bytes());
            let from_file = from_file.and_then(|key| authorization(&key));
            let from_numbers = merchant(&numbers).and_then(|key| authorization(&key));
            same(from_numbers, from_file)
        });
        suite.accepts(format!("{file}, leading zeros"), || {
            let padded = numbers.clone().map(|number| [&[0; 5][..], &number].concat());
            same(
                merchant(&padded).and_then(|key| authorization(&key)),
                merchant(&numbers).and_then(|key| authorization(&key)),
            )
        });
    }
    suite.accepts("a platform key is that of its file", || {
        let file = vector::key("throwaway-merchant-pub.pem");
        let from_file = PlatformKey::from_public_key(PUBLIC_KEY_ID, file.as_bytes());
        same(platform(&read("throwaway-merchant-key-pkcs1.pem")), from_file)
    });

    let good = read("throwaway-merchant-key-pkcs1.pem");
    for (at, name) in NAMES.into_iter().enumerate() {
        let changed = |change: fn(&mut Vec<u8>)| {
            let mut numbers = good.clone();
            change(&mut numbers[at]);
            numbers
        };
        suite.refuses(format!("{name} is empty"), || {
            refused(merchant(&changed(Vec::clear)), INVALID)
        });
        suite.refuses(format!("{name} is zero"), || {
            refused(merchant(&changed(|number| number.fill(0))), INVALID)
        });
        suite.refuses(format!("{name} is too long"), || {
            refused(merchant(&changed(|number| number.extend([1; 600]))), INVALID)
        });
        suite.refuses(format!("{name} is damaged"), || {
            same_or_refused(&good, &changed(|number| *number.last_mut().expect("a byte") ^= 4))
        });
    }
    for (a, b) in [(3, 4), (5, 6), (2, 0), (1, 2)] {
        suite.refuses(format!("{} in the place of {}", NAMES[a], NAMES[b]), || {
            let mut numbers = good.clone();
            numbers.swap(a, b);
            refused(merchant(&numbers), INVALID)
        });
    }
    public_halves(suite, &good);
    suite.refuses("a malformed serial", || {
        refused(PlatformKey::from_rsa_numbers("?", public(&good)).map(drop), "ERR_ARGUMENT_INVALID")
    });
    suite.refuses("Debug shows nothing private", || {
        let public = RsaPublicNumbers { modulus: &[1], public_exponent: &[3] };
        let numbers = RsaPrivateNumbers { public, ..private(&good) };
        let text = format!("{numbers:?}");
        holds(text.len() < 120, text)
    });
}

fn public_halves(suite: &mut Suite, good: &Numbers) {
    for (what, words, change) in [
        ("a short modulus", "2048", (|n| n[0].truncate(128)) as fn(&mut Numbers)),
        ("an even modulus", "even", |n| *n[0].last_mut().expect("a byte") = 0),
        ("exponent 1", "exponent", |n| n[1] = vec![1]),
        ("an even exponent", "exponent", |n| n[1] = vec![4]),
        ("an exponent of 64 bits", "33 bits", |n| n[1] = vec![0xff; 8]),
        ("an exponent of 100 bytes", "33 bits", |n| n[1] = vec![0xff; 100]),
        ("a modulus beyond 4096 bits", "4096", |n| n[0] = vec![0xff; 513]),
    ] {
        let mut numbers = good.clone();
        change(&mut numbers);
        suite.refuses(what, || refused_saying(platform(&numbers), INVALID, words));
        suite.refuses(format!("{what}, private"), || {
            refused_saying(merchant(&numbers), INVALID, words)
        });
    }
}

/// A number that is computed anew may be damaged; another signature never comes out.
fn same_or_refused(good: &Numbers, damaged: &Numbers) -> Check {
    match merchant(damaged) {
        Err(error) => same(error.code(), INVALID),
        Ok(key) => same(
            authorization(&key).map_err(unexpected)?,
            merchant(good).and_then(|key| authorization(&key)).map_err(unexpected)?,
        ),
    }
}
