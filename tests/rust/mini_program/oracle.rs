//! The OpenSSL command line as the other side, many cases to a process.

use wechatpay_tests::openssl::{self, Workshop};
use wechatpay_tests::primitives::hex;

pub(crate) struct Oracle(Workshop);

impl Drop for Oracle {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.0.path(""));
    }
}

impl Oracle {
    pub(crate) fn open() -> Self {
        // A folder of its own: another run of this suite may be under way.
        let folder = format!("mini_program-{}", std::process::id());
        Self(Workshop::open(env!("CARGO_TARGET_TMPDIR"), &folder))
    }

    /// SHA-1 of each message, in lower-case hex.
    pub(crate) fn sha1(&self, messages: &[Vec<u8>]) -> Vec<String> {
        self.digests(&["-sha1"], messages)
    }

    /// HMAC-SHA256 of each message, in lower-case hex.
    pub(crate) fn hmac_sha256(&self, key: &[u8], messages: &[Vec<u8>]) -> Vec<String> {
        let key = format!("hexkey:{}", hex(key));
        self.digests(&["-sha256", "-mac", "HMAC", "-macopt", &key], messages)
    }

    fn digests(&self, algorithm: &[&str], messages: &[Vec<u8>]) -> Vec<String> {
        let files: Vec<String> = (0..)
            .zip(messages)
            .map(|(n, message): (usize, _)| self.0.write(&format!("m{n}"), message))
            .collect();
        let files = files.iter().map(String::as_str);
        let arguments: Vec<&str> =
            ["dgst", "-r"].into_iter().chain(algorithm.iter().copied()).chain(files).collect();
        let lines = openssl::run(&arguments).expect("digests");
        let lines = String::from_utf8(lines).expect("text");
        lines.lines().map(|line| line.split(' ').next().unwrap_or_default().to_owned()).collect()
    }

    /// AES-CBC over one long text, without padding: each case in it has the block before it for `iv`.
    pub(crate) fn cbc(
        &self,
        cipher: &str,
        decrypt: bool,
        key: &[u8],
        iv: &[u8],
        text: &[u8],
    ) -> Vec<u8> {
        let file = self.0.write("cbc", text);
        let (key, iv) = (hex(key), hex(iv));
        let direction = if decrypt { "-d" } else { "-e" };
        let arguments = ["enc", cipher, direction, "-nopad", "-K", &key, "-iv", &iv, "-in", &file];
        openssl::run(&arguments).expect("a text of the same length")
    }

    /// One RSASSA-PSS verification by the command line, with a salt of exactly 32 bytes.
    pub(crate) fn verify_pss(&self, public_pem: &str, message: &[u8], signature: &[u8]) -> bool {
        let public = self.0.write("pss.pem", public_pem.as_bytes());
        let signature = self.0.write("pss.sig", signature);
        let message = self.0.write("pss.msg", message);
        let options = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"];
        let arguments = [
            &["dgst", "-sha256"],
            &options[..],
            &["-verify", &public, "-signature", &signature, &message],
        ];
        openssl::run(&arguments.concat()).is_ok()
    }
}
