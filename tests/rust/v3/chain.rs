//! Certificate chains that OpenSSL issues, good ones and bad ones.

use wechatpay_core::x509::verify_chain;
use wechatpay_core::{Error, UnixTime};
use wechatpay_tests::openssl::{self, Workshop};
use wechatpay_tests::suite::{Suite, refused, same, unexpected};

/// The middle of the validity of everything issued here, 2026-11-30.
const NOW: u64 = 1_796_000_000;
const DAY: u64 = 86_400;

const CA: &str = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n";
const LEAF: &str = "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature,keyEncipherment\n";

struct Authority {
    shop: Workshop,
}

impl Authority {
    /// Issues certificate `name` under `issuer` (itself for a root) with these extensions.
    fn issue(&self, name: &str, issuer: &str, extensions: &str, digest: &str) {
        self.issue_for_days(name, issuer, extensions, digest, "20261101000000Z", "20261231000000Z");
    }

    fn issue_for_days(
        &self,
        name: &str,
        issuer: &str,
        extensions: &str,
        digest: &str,
        from: &str,
        until: &str,
    ) {
        let shop = &self.shop;
        let key_of = |name: &str| shop.path(&self.key(name));
        let (key, issuer_key) = (key_of(name), key_of(issuer));
        let request = shop.path(&format!("{name}.csr"));
        let subject = format!("/C=CN/O=Throw-away/CN={name}");
        let out = shop.path(&format!("{name}.pem"));
        let config = shop.write(
            &format!("{name}.cnf"),
            format!(
                "[ca]\ndefault_ca=d\n[d]\ndatabase={}\nserial={}\nnew_certs_dir={}\n\
                 unique_subject=no\npolicy=p\nx509_extensions=e\nrand_serial=yes\n\
                 [p]\nC=optional\nO=optional\nCN=supplied\n[e]\n{extensions}",
                shop.write(&format!("{name}.db"), b""),
                shop.path(&format!("{name}.srl")),
                shop.path("."),
            )
            .as_bytes(),
        );
        let ok = "openssl issues the certificate";
        openssl::run(&["req", "-new", "-key", &key, "-subj", &subject, "-out", &request])
            .expect(ok);
        let issuer_certificate = shop.path(&format!("{issuer}.pem"));
        let mut arguments = vec![
            "ca",
            "-batch",
            "-notext",
            "-config",
            &config,
            "-in",
            &request,
            "-out",
            &out,
            "-md",
            digest,
            "-startdate",
            from,
            "-enddate",
            until,
            "-keyfile",
            &issuer_key,
        ];
        if name == issuer {
            arguments.push("-selfsign");
        } else {
            arguments.extend(["-cert", &issuer_certificate]);
        }
        openssl::run(&arguments).expect(ok);
    }

    /// Roots have keys of their own; all leaves share one, as only the chain matters.
    fn key(&self, name: &str) -> String {
        let kind = if name.starts_with("leaf") { "leaf" } else { name };
        let file = format!("{kind}-key.pem");
        if !std::path::Path::new(&self.shop.path(&file)).exists() {
            let size = ["-pkeyopt", "rsa_keygen_bits:2048"];
            let out = self.shop.path(&file);
            let arguments = [&["genpkey", "-algorithm", "RSA"][..], &size, &["-out", &out]];
            openssl::run(&arguments.concat()).expect("openssl makes a key");
        }
        file
    }

    fn certificate(&self, name: &str) -> Vec<u8> {
        self.shop.read(&format!("{name}.pem"))
    }

    fn verify_at(&self, chain: &[&str], root: &str, now: u64) -> Result<(), Error> {
        let chain: Vec<_> = chain.iter().map(|name| self.certificate(name)).collect();
        let chain: Vec<_> = chain.iter().map(Vec::as_slice).collect();
        verify_chain(&chain, &self.certificate(root), UnixTime::from_secs(now))
    }
}

pub(crate) fn suite(suite: &mut Suite) {
    let shop = Workshop::open(env!("CARGO_TARGET_TMPDIR"), "chain");
    let ca = Authority { shop };
    let critical = "1.2.3.4=critical,ASN1:NULL\n";
    ca.issue("root", "root", CA, "sha256");
    ca.issue("stranger", "stranger", CA, "sha256");
    ca.issue("middle", "root", CA, "sha256");
    ca.issue("short", "root", "basicConstraints=critical,CA:TRUE,pathlen:0\n", "sha256");
    ca.issue("under-short", "short", CA, "sha256");
    ca.issue("no-ca", "root", LEAF, "sha256");
    ca.issue("bare", "root", "subjectKeyIdentifier=hash\n", "sha256");
    ca.issue("no-sign", "root", "basicConstraints=CA:TRUE\nkeyUsage=digitalSignature\n", "sha256");
    ca.issue("leaf", "root", LEAF, "sha256");
    ca.issue("leaf-of-middle", "middle", LEAF, "sha256");
    ca.issue("leaf-of-short", "short", LEAF, "sha256");
    ca.issue("leaf-too-deep", "under-short", LEAF, "sha256");
    ca.issue("leaf-of-no-ca", "no-ca", LEAF, "sha256");
    ca.issue("leaf-of-bare", "bare", LEAF, "sha256");
    ca.issue("leaf-of-no-sign", "no-sign", LEAF, "sha256");
    ca.issue("leaf-critical", "root", &format!("{LEAF}{critical}"), "sha256");
    ca.issue("leaf-sha1", "root", LEAF, "sha1");
    ca.issue("leaf-sha512", "root", LEAF, "sha512");
    let (from, until) = ("20261101000000Z", "20261115000000Z");
    ca.issue_for_days("middle-expired", "root", CA, "sha256", from, until);
    ca.issue("leaf-of-expired", "middle-expired", LEAF, "sha256");

    let good: [(&str, &[&str], &str); 4] = [
        ("issued by the root", &["leaf"], "root"),
        ("through an intermediate", &["leaf-of-middle", "middle"], "root"),
        ("as deep as the path length allows", &["leaf-of-short", "short"], "root"),
        ("the intermediate given as root", &["leaf-of-middle"], "middle"),
    ];
    for (name, chain, root) in good {
        suite.accepts(name, || ca.verify_at(chain, root, NOW).map_err(unexpected));
    }
    suite.accepts("DER instead of PEM", || {
        let (leaf, der) = (ca.shop.path("leaf.pem"), ca.shop.path("leaf.der"));
        openssl::run(&["x509", "-in", &leaf, "-outform", "DER", "-out", &der])?;
        let now = UnixTime::from_secs(NOW);
        same(verify_chain(&[&ca.shop.read("leaf.der")], &ca.certificate("root"), now), Ok(()))
    });

    let bad: [(&str, &[&str], &str, u64); 19] = [
        ("no certificate", &[], "root", NOW),
        ("too many certificates", &["middle"; 9], "root", NOW),
        ("another root", &["leaf"], "stranger", NOW),
        ("another intermediate", &["leaf-of-middle", "short"], "root", NOW),
        ("without the intermediate", &["leaf-of-middle"], "root", NOW),
        ("in the wrong order", &["middle", "leaf-of-middle"], "root", NOW),
        ("the leaf as its own root", &["leaf"], "leaf", NOW),
        ("an issuer that is no CA", &["leaf-of-no-ca", "no-ca"], "root", NOW),
        ("an issuer without constraints", &["leaf-of-bare", "bare"], "root", NOW),
        ("an issuer that may not sign", &["leaf-of-no-sign", "no-sign"], "root", NOW),
        ("deeper than allowed", &["leaf-too-deep", "under-short", "short"], "root", NOW),
        ("an unknown critical extension", &["leaf-critical"], "root", NOW),
        ("signed with SHA-1", &["leaf-sha1"], "root", NOW),
        ("signed with SHA-512", &["leaf-sha512"], "root", NOW),
        ("an expired intermediate", &["leaf-of-expired", "middle-expired"], "root", NOW),
        ("not valid yet", &["leaf"], "root", NOW - 60 * DAY),
        ("expired", &["leaf"], "root", NOW + 60 * DAY),
        ("at the beginning of time", &["leaf"], "root", 0),
        ("at the end of time", &["leaf"], "root", u64::MAX),
    ];
    for (name, chain, root, now) in bad {
        suite.refuses(name, || refused(ca.verify_at(chain, root, now), "ERR_CERTIFICATE_INVALID"));
    }
    let leaf = ca.shop.path("leaf.pem");
    let der = openssl::run(&["x509", "-in", &leaf, "-outform", "DER"]).expect("DER");
    let root = ca.certificate("root");
    for index in (0..der.len()).step_by(7) {
        suite.refuses(format!("byte {index} of the leaf altered"), || {
            let mut altered = der.clone();
            altered[index] ^= 1;
            let result = verify_chain(&[&altered], &root, UnixTime::from_secs(NOW));
            refused(result, "ERR_CERTIFICATE_INVALID")
        });
    }
}
