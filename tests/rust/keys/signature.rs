//! Signatures and messages by themselves, as a signer elsewhere gives and takes them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use wechatpay_core::signature::{Message, Signature};
use wechatpay_tests::suite::{Suite, holds, refused, same, unexpected};

const LEN: usize = 256;
const LONGEST: usize = 512;

pub(crate) fn cases(suite: &mut Suite) {
    for message in [&b""[..], b"abc", "支付\n".as_bytes(), &[0xff; 1000]] {
        suite.accepts(format!("digest of {} bytes", message.len()), || {
            same(Message::raw(message).sha256().as_slice(), &Sha256::digest(message)[..])
        });
    }
    for len in [1, LEN, LEN + 1, 384, LONGEST] {
        let bytes: Vec<u8> = (0..=255).cycle().take(len).collect();
        let expected = STANDARD.encode(&bytes);
        suite.accepts(format!("{len} bytes in base64"), || {
            let signature = Signature::from_bytes(&bytes).map_err(unexpected)?;
            let mut buffer = vec![0; expected.len() + 3];
            same(signature.write_base64(&mut buffer).map_err(unexpected)?, &*expected)?;
            same(signature.to_base64(), expected.clone())?;
            same(Signature::parse_base64(&expected), Some(signature))
        });
        suite.refuses(format!("{len} bytes into a buffer that lacks one"), || {
            let signature = Signature::from_bytes(&bytes).map_err(unexpected)?;
            let mut buffer = vec![0; expected.len() - 1];
            refused(signature.write_base64(&mut buffer), "ERR_ARGUMENT_INVALID")
        });
    }
    for len in [0, LONGEST + 1, 2 * LONGEST] {
        suite.refuses(format!("{len} bytes"), || {
            refused(Signature::from_bytes(&vec![7; len]), "ERR_ARGUMENT_INVALID")
        });
    }
    let good = STANDARD.encode([7; LEN]);
    let long = STANDARD.encode([7; LONGEST + 1]);
    for (what, text) in [
        ("a line end", format!("{good}\n")),
        ("a blank", format!(" {good}")),
        ("no padding", good.trim_end_matches('=').to_owned()),
        ("the alphabet of URLs", good.replace(char::is_alphabetic, "_")),
        ("too many bytes", long),
    ] {
        suite.refuses(format!("base64 with {what}"), || {
            holds(Signature::parse_base64(&text).is_none(), "was taken")
        });
    }
}
