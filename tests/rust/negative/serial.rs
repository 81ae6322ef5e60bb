//! Which key: by the serial in the header, and by nothing else.

use wechatpay_core::keys::{PlatformKey, PlatformKeys};
use wechatpay_tests::platform::{NEXT_SERIAL, PUB_KEY_ID, Platform, SERIAL, api_v3_key, trusted};
use wechatpay_tests::suite::{Suite, holds, refused, unexpected};
use wechatpay_tests::vector;

use crate::{both_accepted, both_refused};

const OTHER_ID: &str = "PUB_KEY_ID_0114232134912410000000000001";

fn certificate(file: &str) -> PlatformKey {
    PlatformKey::from_certificate(vector::key(file).as_bytes()).expect("a certificate")
}

fn public_key(serial: &str, file: &str) -> PlatformKey {
    PlatformKey::from_public_key(serial, vector::key(file).as_bytes()).expect("a public key")
}

pub(crate) fn cases(suite: &mut Suite) {
    let platform = Platform::trusted();
    let next = Platform::load("throwaway-platform-next-key.pem");
    let merchant = Platform::load("throwaway-merchant-key.pem");
    let body = platform.callback().body;
    let only = |key: PlatformKey| PlatformKeys::new([key]).expect("one key");
    let under = |platform: &Platform, serial: &str| platform.post(serial, body.clone());

    for serial in [SERIAL, PUB_KEY_ID] {
        suite.accepts(format!("both kinds in one set: {serial}"), || {
            both_accepted(&under(&platform, serial))
        });
    }
    let without_zero = SERIAL.trim_start_matches('0');
    for (what, serial) in [
        ("of another certificate", NEXT_SERIAL),
        ("of the merchant's certificate", "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C"),
        ("without its leading zero", without_zero),
        ("with one more zero", &format!("0{SERIAL}")),
        ("cut short", &SERIAL[..SERIAL.len() - 1]),
        ("its first half", &SERIAL[..20]),
        ("one digit off", &SERIAL.replace("DDEE", "DDEF")),
        ("of another public key", OTHER_ID),
        ("public key id cut short", &PUB_KEY_ID[..PUB_KEY_ID.len() - 1]),
        ("public key id without its prefix", PUB_KEY_ID.trim_start_matches("PUB_KEY_ID_")),
        ("of a certificate, as a public key id", &format!("PUB_KEY_ID_{SERIAL}")),
        ("zero", "0"),
    ] {
        suite.refuses(format!("serial {what}"), || {
            both_refused(&under(&platform, serial), "ERR_SERIAL_UNKNOWN")
        });
    }
    suite.refuses("serial of the other kind: public key id, certificate known", || {
        let keys = only(certificate("throwaway-platform-cert.pem"));
        refused(under(&platform, PUB_KEY_ID).verify_with(&keys), "ERR_SERIAL_UNKNOWN")
    });
    suite.refuses("serial of the other kind: certificate, public key known", || {
        let keys = only(public_key(PUB_KEY_ID, "throwaway-platform-pub.pem"));
        refused(under(&platform, SERIAL).verify_with(&keys), "ERR_SERIAL_UNKNOWN")
    });
    suite.refuses("no key at all trusts nobody", || {
        refused(
            under(&platform, SERIAL).verify_with(&PlatformKeys::default()),
            "ERR_SERIAL_UNKNOWN",
        )
    });

    for (who, signer) in [("another platform key", &next), ("the merchant", &merchant)] {
        for serial in [SERIAL, PUB_KEY_ID] {
            suite.refuses(format!("signed by {who} under {serial}"), || {
                both_refused(&under(signer, serial), "ERR_SIGNATURE_INVALID")
            });
        }
    }
    rotation(suite, &platform, &next, &body);
    two_merchants(suite, &platform, &next, &body);

    suite.refuses("two different keys under one serial", || {
        let keys = [
            public_key(PUB_KEY_ID, "throwaway-platform-pub.pem"),
            public_key(PUB_KEY_ID, "throwaway-platform-next-pub.pem"),
        ];
        refused(PlatformKeys::new(keys), "ERR_ARGUMENT_INVALID")
    });
    suite.accepts("one key twice under one serial", || {
        let key = public_key(PUB_KEY_ID, "throwaway-platform-pub.pem");
        let keys = PlatformKeys::new([key.clone(), key]).map_err(unexpected)?;
        under(&platform, PUB_KEY_ID).verify_with(&keys).map(drop).map_err(unexpected)
    });
    suite.accepts("an unknown serial leaves the set as it was", || {
        let keys = trusted();
        for _ in 0..3 {
            refused(under(&platform, OTHER_ID).verify_with(&keys), "ERR_SERIAL_UNKNOWN")?;
        }
        under(&platform, SERIAL).verify_with(&keys).map(drop).map_err(unexpected)
    });
}

/// While certificates change, both are in use; afterwards the old one is not.
fn rotation(suite: &mut Suite, platform: &Platform, next: &Platform, body: &[u8]) {
    let mut keys = trusted();
    keys.insert(certificate("throwaway-platform-next-cert.pem")).expect("another serial");
    for (name, signer, serial) in [("old", platform, SERIAL), ("new", next, NEXT_SERIAL)] {
        suite.accepts(format!("rotation: {name} certificate"), || {
            signer.post(serial, body).verify_with(&keys).map(drop).map_err(unexpected)
        });
    }
    for (name, signer, serial) in [
        ("old key under the new serial", platform, NEXT_SERIAL),
        ("new key under the old serial", next, SERIAL),
    ] {
        suite.refuses(format!("rotation: {name}"), || {
            refused(signer.post(serial, body).verify_with(&keys), "ERR_SIGNATURE_INVALID")
        });
    }
    suite.refuses("rotation: old certificate, once it is gone", || {
        let keys = PlatformKeys::new([certificate("throwaway-platform-next-cert.pem")])
            .map_err(unexpected)?;
        refused(platform.post(SERIAL, body).verify_with(&keys), "ERR_SERIAL_UNKNOWN")
    });
}

/// Key sets are values: nothing is shared between merchants.
fn two_merchants(suite: &mut Suite, platform: &Platform, next: &Platform, body: &[u8]) {
    let first = PlatformKeys::new([public_key(PUB_KEY_ID, "throwaway-platform-pub.pem")]);
    let second = PlatformKeys::new([public_key(PUB_KEY_ID, "throwaway-platform-next-pub.pem")]);
    let (first, second) = (first.expect("a set"), second.expect("a set"));
    suite.accepts("one id, another key for another merchant", || {
        platform.post(PUB_KEY_ID, body).open_with(&first, &api_v3_key()).map_err(unexpected)?;
        next.post(PUB_KEY_ID, body).open_with(&second, &api_v3_key()).map_err(unexpected)?;
        holds(first.iter().count() == 1 && second.iter().count() == 1, "the sets have grown")
    });
    suite.refuses("the key of one merchant in the set of another", || {
        refused(platform.post(PUB_KEY_ID, body).verify_with(&second), "ERR_SIGNATURE_INVALID")?;
        refused(next.post(PUB_KEY_ID, body).verify_with(&first), "ERR_SIGNATURE_INVALID")
    });
}
