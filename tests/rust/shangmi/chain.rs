//! Certificate chains of SM2 keys, and of SM2 and RSA keys mixed, issued by OpenSSL.

use std::time::{SystemTime, UNIX_EPOCH};

use wechatpay_core::UnixTime;
use wechatpay_core::x509::verify_chain;
use wechatpay_tests::openssl::{self, Workshop};
use wechatpay_tests::suite::{Suite, holds, refused, unexpected};

use crate::oracle::{USER_ID, own_workshop};

const CA: &str = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n";
const LEAF: &str = "basicConstraints=CA:FALSE\n";
const DAY: u64 = 86_400;

struct Authority(Workshop);

impl Authority {
    /// Issues certificate `name`, with a key of this algorithm, under `issuer` (itself for a root).
    fn issue(&self, name: &str, algorithm: &[&str], issuer: &str, extensions: &str) {
        let key = self.0.path(&format!("{name}.key"));
        let arguments = [&["genpkey", "-out", &key, "-algorithm"], algorithm].concat();
        openssl::run(&arguments).expect("a key");
        self.certify(name, issuer, extensions, USER_ID);
    }

    fn certify(&self, name: &str, issuer: &str, extensions: &str, user_id: &str) {
        let path = |kind: &str, of: &str| self.0.path(&format!("{of}.{kind}"));
        let config =
            format!("[req]\ndistinguished_name=d\nx509_extensions=e\n[d]\n[e]\n{extensions}");
        let config = self.0.write(&format!("{name}.cnf"), config.as_bytes());
        let (key, certificate) = (path("key", name), path("pem", name));
        let (issuer_key, issuer_certificate) = (path("key", issuer), path("pem", issuer));
        let subject = format!("/C=CN/CN={name}");
        let distid = format!("distid:{user_id}");
        let mut arguments = vec!["req", "-x509", "-new", "-config", &config, "-key", &key];
        arguments.extend(["-subj", &subject, "-days", "30", "-out", &certificate]);
        if issuer.contains("sm2") {
            arguments.extend(["-sm3", "-sigopt", &distid]);
        }
        if name != issuer {
            arguments.extend(["-CA", &issuer_certificate, "-CAkey", &issuer_key]);
        }
        openssl::run(&arguments).expect("a certificate");
    }

    fn certificate(&self, name: &str) -> Vec<u8> {
        self.0.read(&format!("{name}.pem"))
    }
}

pub(crate) fn suite(suite: &mut Suite) {
    let ca = Authority(own_workshop("shangmi-chain"));
    let sm2 = ["SM2"];
    let rsa = ["RSA"];
    let p_256 = ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
    for (name, algorithm, issuer, extensions) in [
        ("root-sm2", &sm2[..], "root-sm2", CA),
        ("root-rsa", &rsa, "root-rsa", CA),
        ("root-ec", &p_256, "root-ec", CA),
        ("stranger-sm2", &sm2, "stranger-sm2", CA),
        ("middle-sm2", &sm2, "root-sm2", CA),
        ("middle-rsa", &rsa, "root-sm2", CA),
        ("no-ca-sm2", &sm2, "root-sm2", LEAF),
        ("leaf", &sm2, "root-sm2", LEAF),
        ("leaf-of-middle", &sm2, "middle-sm2", LEAF),
        ("leaf-of-rsa", &sm2, "root-rsa", LEAF),
        ("leaf-of-middle-rsa", &sm2, "middle-rsa", LEAF),
        ("leaf-of-no-ca", &sm2, "no-ca-sm2", LEAF),
        ("leaf-of-ec", &sm2, "root-ec", LEAF),
        ("rsa-leaf", &rsa, "root-sm2", LEAF),
        ("leaf-of-other-user", &sm2, "root-sm2", LEAF),
    ] {
        ca.issue(name, algorithm, issuer, extensions);
    }
    ca.certify("leaf-of-other-user", "root-sm2", LEAF, "8765432187654321");

    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_secs();
    let verify = |chain: &[&str], root: &str, now: u64| {
        let chain: Vec<Vec<u8>> = chain.iter().map(|name| ca.certificate(name)).collect();
        let chain: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
        verify_chain(&chain, &ca.certificate(root), UnixTime::from_secs(now))
    };
    for (chain, root) in [
        (&["leaf"][..], "root-sm2"),
        (&["leaf-of-middle", "middle-sm2"], "root-sm2"),
        (&["leaf-of-middle-rsa", "middle-rsa"], "root-sm2"),
        (&["leaf-of-rsa"], "root-rsa"),
        (&["rsa-leaf"], "root-sm2"),
    ] {
        suite.accepts(format!("{} under {root}", chain.join(", ")), || {
            verify(chain, root, now).map_err(unexpected)
        });
    }
    for (chain, root, at) in [
        (&["leaf"][..], "stranger-sm2", now),
        (&["leaf"], "root-rsa", now),
        (&["leaf-of-rsa"], "root-sm2", now),
        (&["leaf-of-middle"], "root-sm2", now),
        (&["leaf-of-middle", "middle-rsa"], "root-sm2", now),
        (&["leaf-of-no-ca", "no-ca-sm2"], "root-sm2", now),
        (&["leaf-of-ec"], "root-ec", now),
        (&["leaf-of-other-user"], "root-sm2", now),
        (&["leaf"], "root-sm2", now + 31 * DAY),
        (&["leaf"], "root-sm2", now - DAY),
    ] {
        let away = at as i64 - now as i64;
        suite.refuses(format!("{} under {root}, {away} s away", chain.join(", ")), || {
            refused(verify(chain, root, at), "ERR_CERTIFICATE_INVALID")
        });
    }
    changed(suite, &ca, now);
    ca.0.close();
}

/// Every byte of a certificate is signed, or is its signature.
fn changed(suite: &mut Suite, ca: &Authority, now: u64) {
    let root = ca.certificate("root-sm2");
    let leaf = ca.0.path("leaf.pem");
    let der = openssl::run(&["x509", "-in", &leaf, "-outform", "DER"]).expect("the leaf as DER");
    let verify = |der: &[u8]| verify_chain(&[der], &root, UnixTime::from_secs(now));
    suite.accepts("as DER", || holds(verify(&der).is_ok(), "was refused"));
    for at in 0..der.len() {
        let mut changed = der.clone();
        changed[at] ^= 1;
        suite.refuses(format!("byte {at} changed"), || {
            refused(verify(&changed), "ERR_CERTIFICATE_INVALID")
        });
    }
}
