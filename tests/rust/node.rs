//! node:crypto as an oracle, for what the OpenSSL command line lacks: AEAD, and many calls to a process.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// One process of Node, until it is dropped.
pub struct Node {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// What an AEAD takes besides the text.
#[derive(Clone, Debug)]
pub struct AeadInputs {
    pub key: Vec<u8>,
    pub nonce: Vec<u8>,
    pub associated_data: Vec<u8>,
}

impl Node {
    pub fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/rust/node.cjs");
        let mut child = Command::new("node")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node: install Node 20 or later");
        let requests = child.stdin.take().expect("a pipe");
        let answers = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, requests, answers }
    }

    /// Ciphertext, then tag.
    pub fn seal_aes_256_gcm(&mut self, inputs: &AeadInputs, text: &[u8]) -> Vec<u8> {
        let sealed = self.aead("sealAes256Gcm", inputs, ("text", text));
        from_base64(&sealed).expect("a ciphertext")
    }

    /// The text; `None` where the tag does not match.
    pub fn open_aes_256_gcm(&mut self, inputs: &AeadInputs, sealed: &[u8]) -> Option<Vec<u8>> {
        from_base64(&self.aead("openAes256Gcm", inputs, ("sealed", sealed)))
    }

    fn aead(&mut self, name: &str, inputs: &AeadInputs, (member, text): (&str, &[u8])) -> Value {
        let AeadInputs { key, nonce, associated_data } = inputs;
        let mut argument = json!({
            "key": STANDARD.encode(key),
            "nonce": STANDARD.encode(nonce),
            "associatedData": STANDARD.encode(associated_data),
        });
        argument[member] = STANDARD.encode(text).into();
        self.call(name, &argument)
    }

    /// RSAES-OAEP with SHA-1.
    pub fn encrypt_oaep(&mut self, public_pem: &str, text: &[u8]) -> Vec<u8> {
        let argument = json!({ "key": public_pem, "text": STANDARD.encode(text) });
        from_base64(&self.call("encryptOaep", &argument)).expect("a ciphertext")
    }

    /// The text; `None` where there is none.
    pub fn decrypt_oaep(&mut self, private_pem: &str, ciphertext: &[u8]) -> Option<Vec<u8>> {
        let argument = json!({ "key": private_pem, "ciphertext": STANDARD.encode(ciphertext) });
        from_base64(&self.call("decryptOaep", &argument))
    }

    /// A RSASSA-PSS signature with SHA-256 and a salt of 32 bytes.
    pub fn sign_pss(&mut self, private_pem: &str, message: &[u8]) -> Vec<u8> {
        let message = STANDARD.encode(message);
        let argument = json!({ "key": private_pem, "message": message, "saltLength": 32 });
        from_base64(&self.call("signPss", &argument)).expect("a signature")
    }

    /// Verifies RSASSA-PSS with SHA-256 and a salt of exactly this length.
    pub fn verify_pss(
        &mut self,
        public_pem: &str,
        message: &[u8],
        signature: &[u8],
        salt_len: usize,
    ) -> bool {
        let argument = json!({
            "key": public_pem,
            "message": STANDARD.encode(message),
            "saltLength": salt_len,
            "signature": STANDARD.encode(signature),
        });
        self.call("verifyPss", &argument).as_bool().expect("a verdict")
    }

    fn call(&mut self, name: &str, argument: &Value) -> Value {
        let request = json!([name, argument]);
        writeln!(self.requests, "{request}")
            .and_then(|()| self.requests.flush())
            .expect("node reads");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("node answers");
        let answer: Value = serde_json::from_str(&answer).expect("a line of JSON");
        answer.get(0).unwrap_or_else(|| panic!("node: {name}: {answer}")).clone()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended by itself; either way nothing is left to do.
        drop(self.child.kill().and_then(|()| self.child.wait()));
    }
}

fn from_base64(value: &Value) -> Option<Vec<u8>> {
    value.as_str().map(|text| STANDARD.decode(text).expect("base64"))
}
