//! Digests of bills, statements and uploads.

use wechatpay_core::v3::{DownloadDigest, MediaMeta, UnverifiedStatement};
use wechatpay_core::{Error, UnixTime};
use wechatpay_tests::openssl::{self, Workshop};
use wechatpay_tests::platform::{self, Message, Platform};
use wechatpay_tests::rng::TestRng;
use wechatpay_tests::suite::{Suite, refused, same, unexpected};

/// SHA-1 of "message", from the vectors of the official Java library.
const SHA1_OF_MESSAGE: &str = "6f9b9af3cd6e8b8a73c2cdced37fe9f59226e27d";

fn check(hash_type: &str, hash_value: &str, pieces: &[&[u8]]) -> Result<(), Error> {
    let mut digest = DownloadDigest::new(hash_type, hash_value)?;
    pieces.iter().for_each(|piece| digest.update(piece));
    digest.finish()
}

fn statement(sha1: &str) -> Message {
    Platform::trusted().post(platform::SERIAL, format!("{{\"sha1\":\"{sha1}\"}}"))
}

fn verify_statement(message: &Message, sha1: &str, file: &[u8]) -> Result<(), Error> {
    let mut digest = UnverifiedStatement::new(message.parse_headers()?, sha1).verify(
        &platform::trusted(),
        UnixTime::from_secs(message.now),
        message.tolerance,
    )?;
    digest.update(file);
    digest.finish()
}

pub(crate) fn suite(suite: &mut Suite) {
    let upper = SHA1_OF_MESSAGE.to_ascii_uppercase();
    suite.accepts("a bill in one piece", || {
        same(check("SHA1", SHA1_OF_MESSAGE, &[b"message"]), Ok(()))
    });
    suite.accepts("a bill in pieces, upper-case digest", || {
        same(check("sha1", &upper, &[b"mes", b"", b"sage"]), Ok(()))
    });
    suite.accepts("bills of random length, against OpenSSL", || {
        let rng = &mut TestRng::new(3);
        let shop = Workshop::open(env!("CARGO_TARGET_TMPDIR"), "bills");
        for _ in 0..50 {
            let len = rng.below(100_000);
            let file = rng.bytes(len);
            let path = shop.write("bill", &file);
            let digest = openssl::run(&["dgst", "-sha1", "-r", &path])?;
            let digest = String::from_utf8_lossy(&digest[..40]).into_owned();
            let (one, two) = file.split_at(len / 3);
            same(check("SHA1", &digest, &[one, two]), Ok(()))?;
        }
        Ok(())
    });
    suite.accepts("a statement whose digest is signed", || {
        let message = statement(SHA1_OF_MESSAGE);
        same(verify_statement(&message, SHA1_OF_MESSAGE, b"message"), Ok(()))
    });
    let not_the_file: [(&str, &[&[u8]]); 5] = [
        ("another file", &[b"messagf"]),
        ("an empty file", &[]),
        ("a truncated file", &[b"messag"]),
        ("a file with more behind it", &[b"message", b"\n"]),
        ("pieces in the wrong order", &[b"sage", b"mes"]),
    ];
    for (name, pieces) in not_the_file {
        suite.refuses(name, || {
            refused(check("SHA1", SHA1_OF_MESSAGE, pieces), "ERR_DIGEST_MISMATCH")
        });
    }
    let not_a_digest = [
        ("another hash type", "SHA256", SHA1_OF_MESSAGE),
        ("no hash type", "", SHA1_OF_MESSAGE),
        ("an empty digest", "SHA1", ""),
        ("a short digest", "SHA1", &SHA1_OF_MESSAGE[1..]),
        ("a digest that is not hex", "SHA1", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"),
    ];
    for (name, hash_type, hash_value) in not_a_digest {
        suite.refuses(name, || {
            refused(check(hash_type, hash_value, &[b"message"]), "ERR_ARGUMENT_INVALID")
        });
    }
    suite.refuses("a statement with another digest than the signed one", || {
        let other = SHA1_OF_MESSAGE.replace('6', "7");
        refused(
            verify_statement(&statement(SHA1_OF_MESSAGE), &other, b"message"),
            "ERR_SIGNATURE_INVALID",
        )
    });
    suite.refuses("a statement file that is not the announced one", || {
        refused(
            verify_statement(&statement(SHA1_OF_MESSAGE), SHA1_OF_MESSAGE, b"other"),
            "ERR_DIGEST_MISMATCH",
        )
    });
    suite.refuses("a statement digest that breaks out of its JSON", || {
        let quote = "\",\"x\":\"";
        refused(verify_statement(&statement(quote), quote, b""), "ERR_ARGUMENT_INVALID")
    });

    suite.accepts("the meta of an upload", || {
        let meta = MediaMeta::new("wechatpay_logo.png", b"message").map_err(unexpected)?;
        same(
            meta.to_json().as_str(),
            "{\"filename\":\"wechatpay_logo.png\",\"sha256\":\
             \"ab530a13e45914982b79f9b7e3fba994cfd1f3fb22f71cea1afbf02b460c6d1d\"}",
        )
    });
    suite.accepts("a file name in Chinese", || {
        let meta = MediaMeta::from_sha256("门店照片.jpg", &[0; 32]).map_err(unexpected)?;
        same(meta.to_json().starts_with("{\"filename\":\"门店照片.jpg\","), true)
    });
    for name in ["", "a/b.png", "C:\\a.png", "a\".png", "a\nb.png", "a\0.png"] {
        suite.refuses(format!("the file name {name:?}"), || {
            refused(MediaMeta::new(name, b""), "ERR_ARGUMENT_INVALID")
        });
    }
}
