//! What is signed of a request, and what else is read of a URL, a file name, a digest.

use std::sync::LazyLock;

use wechatpay_core::UnixTime;
use wechatpay_core::keys::Identity;
use wechatpay_core::v3::{DownloadDigest, MediaMeta, ResponseSignature, SignableRequest};
use wechatpay_tests::primitives::{hex, sha1};
use wechatpay_tests::vector;

use sha2::{Digest, Sha256};

use crate::input::{join, parts, text};

static IDENTITY: LazyLock<Identity> =
    LazyLock::new(|| Identity::merchant("1900007291", "01").expect("an identity"));

/// The message has five lines, of which nothing but the body can make more.
pub fn request(data: &[u8]) {
    let [method, url, nonce, body] = parts(data);
    let (method, url, nonce) = (text(method), text(url), text(nonce));
    if let Ok(request) = SignableRequest::new(&method, &url, body) {
        let canonical = request.canonical_url();
        assert!(
            canonical.starts_with('/') && canonical.bytes().all(|byte| byte.is_ascii_graphic())
        );
        assert!(url.contains(canonical) && !canonical.contains('#'));
        let again = SignableRequest::new(&method, canonical, body).expect("it is canonical");
        assert_eq!(again.canonical_url(), canonical);
        ResponseSignature::for_url(&url).expect("it is a URL");
        let time = UnixTime::from_secs(1_554_208_460);
        if let Ok(unsigned) = request.finalize(&IDENTITY, time, &nonce) {
            let method = method.to_ascii_uppercase();
            let head = format!("{method}\n{canonical}\n1554208460\n{nonce}\n");
            assert_eq!(unsigned.message().to_vec(), [head.as_bytes(), body, b"\n"].concat());
            assert_eq!(head.lines().count(), 4);
        }
    }
    if let Ok(meta) = MediaMeta::new(&nonce, body) {
        let expected =
            serde_json::json!({ "filename": nonce, "sha256": hex(&Sha256::digest(body)) });
        assert_eq!(serde_json::from_str(&meta.to_json()).ok(), Some(expected));
    }
    if let Ok(mut digest) = DownloadDigest::new(&method, &nonce) {
        body.chunks(7).for_each(|piece| digest.update(piece));
        assert_eq!(digest.finish().is_ok(), sha1(body).eq_ignore_ascii_case(&nonce));
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let cases = vector::load("apiv3_request_sign");
    let requests = cases.iter().map(|case| {
        let parts = ["method", "canonical_url", "nonce_str", "body"];
        join(&parts.map(|part| case.optional_input(part).unwrap_or_default().as_bytes()))
    });
    let more: [&[&[u8]]; 3] = [
        &[
            b"GET",
            b"https://api.mch.weixin.qq.com/v3/billdownload/file?a=%20#x",
            b"store.jpg",
            b"file",
        ],
        &[
            b"SHA1",
            b"/v3/merchant-service/images/x",
            b"971c419dd609331343dee105fffd0f4608dc0bf2",
            b"file",
        ],
        &[b"POST", b"http://[::1]:80?a", b"n", b""],
    ];
    requests.chain(more.map(join)).collect()
}
