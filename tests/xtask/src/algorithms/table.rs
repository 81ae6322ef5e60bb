//! The algorithms, and the suites of each. Names and their order: tests/README.md.

use super::Algorithm;
use super::Suites;

pub(super) const ALGORITHMS: &[Algorithm] = &[
    Algorithm {
        name: "RSASSA-PKCS1-v1_5 SHA-256, sign",
        rust: Suites {
            vectors: &SIGNED,
            random: &["differential/core_signs"],
            more: &["keys/merchant", "negative/request"],
        },
        js: Suites {
            vectors: &SIGNED,
            random: &["random/rsa_sha256_sign"],
            more: &["arguments/signing", "keys/private", "oracle/sign"],
        },
    },
    Algorithm {
        name: "RSASSA-PKCS1-v1_5 SHA-256, verify",
        rust: Suites {
            vectors: &VERIFIED,
            random: &["differential/openssl_signs"],
            more: &[
                "mutation/messages",
                "negative/signature",
                "wycheproof/rsa_2048",
                "wycheproof/rsa_3072",
                "wycheproof/rsa_4096",
            ],
        },
        js: Suites {
            vectors: &VERIFIED,
            random: &["random/rsa_sha256_verify"],
            more: &[
                "negative/signature",
                "oracle/open",
                "wycheproof/rsa_2048",
                "wycheproof/rsa_3072",
                "wycheproof/rsa_4096",
            ],
        },
    },
    Algorithm {
        name: "RSAES-OAEP SHA-1",
        rust: Suites {
            vectors: &["rsa_oaep", "rsa_pkcs1v15_encrypt"],
            random: &["random/rsa_oaep_core_decrypts", "random/rsa_oaep_core_encrypts"],
            more: &["sensitive"],
        },
        js: Suites {
            vectors: &["rsa_oaep", "rsa_pkcs1v15_encrypt"],
            random: &["random/rsa_oaep_package_decrypts", "random/rsa_oaep_package_encrypts"],
            more: &["sensitive_arguments", "wycheproof/rsa_oaep"],
        },
    },
    Algorithm {
        name: "RSASSA-PSS SHA-256",
        rust: Suites {
            vectors: &["mini_secure_api"],
            random: &["random/secure_api_core_seals", "random/secure_api_node_seals"],
            more: &["mini_program/pss", "random/rsa_pss_openssl_cli", "wycheproof/rsa_pss"],
        },
        js: Suites {
            vectors: &["mini_secure_api"],
            random: &["random/secure_api_node_seals", "random/secure_api_package_seals"],
            more: &["mini_program/secure_api"],
        },
    },
    Algorithm {
        name: "AES-256-GCM",
        rust: Suites {
            vectors: &AES_256_GCM,
            random: &[
                "random/aes_256_gcm_core_seals",
                "random/aes_256_gcm_node_seals",
                "random/secure_api_core_seals",
                "random/secure_api_node_seals",
            ],
            more: &["mutation/ciphertexts", "negative/resource", "wycheproof/aes_gcm"],
        },
        js: Suites {
            vectors: &AES_256_GCM,
            random: &[
                "random/aes_256_gcm_node_seals",
                "random/aes_256_gcm_package_seals",
                "random/secure_api_node_seals",
                "random/secure_api_package_seals",
            ],
            more: &["negative/resource"],
        },
    },
    Algorithm {
        name: "AES-256-ECB (req_info)",
        rust: Suites {
            vectors: &["aes_256_ecb", "v2_req_info"],
            random: &["aes_256_ecb_random", "v2_req_info_random"],
            more: &["v2/refund_notification"],
        },
        js: Suites {
            vectors: &["aes_256_ecb", "v2_req_info"],
            random: &["v2_req_info_random"],
            more: &["v2/refund_notification"],
        },
    },
    Algorithm {
        name: "AES-128-CBC (encryptedData)",
        rust: Suites {
            vectors: &["mini_encrypted_data"],
            random: &["random/aes_128_cbc"],
            more: &["mini_program/encrypted_data"],
        },
        js: Suites {
            vectors: &["mini_encrypted_data"],
            random: &["random/aes_128_cbc"],
            more: &["mini_program/encrypted_data"],
        },
    },
    Algorithm {
        name: "AES-256-CBC (message push)",
        rust: Suites {
            vectors: &["push_msgcrypt", "push_msgcrypt_encrypt"],
            random: &["random/aes_256_cbc_core_seals", "random/aes_256_cbc_openssl_seals"],
            more: &["message_push/secure"],
        },
        js: Suites {
            vectors: &["push_msgcrypt", "push_msgcrypt_encrypt"],
            random: &["random/aes_256_cbc_package_opens", "random/aes_256_cbc_package_seals"],
            more: &["message_push/secure"],
        },
    },
    Algorithm {
        name: "MD5 and HMAC-SHA256 (APIv2 sign)",
        rust: Suites {
            vectors: &APIV2,
            random: &[
                "v2_sign_random/hmac_sha256_core_signs",
                "v2_sign_random/hmac_sha256_openssl_signs",
                "v2_sign_random/md5_core_signs",
                "v2_sign_random/md5_openssl_signs",
            ],
            more: &["v2/mutation", "v2/notification"],
        },
        js: Suites {
            vectors: &APIV2,
            random: &[
                "v2_sign_random/hmac_sha256_node_signs",
                "v2_sign_random/hmac_sha256_package_signs",
                "v2_sign_random/md5_node_signs",
                "v2_sign_random/md5_package_signs",
            ],
            more: &["v2/mutation", "v2/notification"],
        },
    },
    Algorithm {
        name: "HMAC-SHA256 (session key, AppKey)",
        rust: Suites {
            vectors: &["mini_session_signature", "xpay"],
            random: &HMAC_RANDOM,
            more: &["mini_program/virtual_payment"],
        },
        js: Suites {
            vectors: &["mini_session_signature", "xpay"],
            random: &HMAC_RANDOM,
            more: &["mini_program/virtual_payment"],
        },
    },
    Algorithm {
        name: "SHA-1 (rawData, push signature)",
        rust: Suites {
            vectors: &["mini_raw_data", "push_signature"],
            random: &["random/sha1_push", "random/sha1_raw_data"],
            more: &["message_push/url_check", "mini_program/raw_data"],
        },
        js: Suites {
            vectors: &["mini_raw_data", "push_signature"],
            random: &["random/sha1_push", "random/sha1_raw_data"],
            more: &["message_push/url_check", "mini_program/raw_data"],
        },
    },
    Algorithm {
        name: "SM2 with SM3, sign and verify",
        rust: Suites {
            vectors: &["sm2_verify", "sm3"],
            random: &["differential/sm2_sign", "differential/sm2_verify", "differential/sm3"],
            more: &["shangmi/signature"],
        },
        js: Suites {
            vectors: &["sm2_verify", "sm3"],
            random: &["shangmi/sign", "shangmi/verify"],
            more: &["shangmi/messages"],
        },
    },
    Algorithm {
        name: "SM2 encryption",
        rust: Suites {
            vectors: &["sm2_decrypt"],
            random: &["differential/sm2_decrypt", "differential/sm2_encrypt"],
            more: &["shangmi/encryption"],
        },
        js: Suites {
            vectors: &["sm2_decrypt"],
            random: &["shangmi/decrypt", "shangmi/encrypt"],
            more: &[],
        },
    },
    Algorithm {
        name: "SM4-GCM",
        rust: Suites {
            vectors: &["sm4_gcm"],
            random: &["differential/sm4_gcm"],
            more: &["wycheproof/sm4_gcm"],
        },
        js: Suites { vectors: &["sm4_gcm"], random: &["shangmi/open"], more: &[] },
    },
];

const SIGNED: [&str; 4] =
    ["apiv3_authorization", "apiv3_paysign", "apiv3_request_sign", "rsa_sha256_sign"];
const VERIFIED: [&str; 3] = ["apiv3_notify", "apiv3_verify", "rsa_sha256_verify"];
const AES_256_GCM: [&str; 4] =
    ["aes_256_gcm", "apiv3_certificates", "apiv3_notify", "mini_secure_api"];
const APIV2: [&str; 4] = ["v2_ksort", "v2_query_string", "v2_sign", "v2_xml"];
const HMAC_RANDOM: [&str; 3] =
    ["random/hmac_sha256_event", "random/hmac_sha256_user", "random/hmac_sha256_xpay"];

/// Suites about something else than one algorithm; with a `/` at the end, all that begin so.
pub(super) const OTHERS: &[&str] = &[
    "adapters/",
    "answers",
    "api_error",
    "arguments/",
    "brand",
    "certificate_chain",
    "certificates",
    "cli/",
    "client/",
    "corpus/",
    "differential/certificates",
    "differential/key_forms",
    "downloads",
    "downloads_and_uploads",
    "engine/",
    "errors/",
    "examples/",
    "explain_delivery",
    "explain_request",
    "fuzz/",
    // MD5, HMAC-SHA256, SHA-1 and SHA-256 in one file.
    "hash",
    "host/",
    "jssdk",
    "jssdk/",
    "keys/",
    "layering/",
    "lifecycle/",
    "message_push/",
    "mini_program/",
    "mutation/",
    "negative/",
    "package/",
    // The build of the other runtimes, run on Node: every suite of it is counted under its own name.
    "portable/",
    "properties/",
    "readme/",
    "recipes",
    "reference",
    "response_signature",
    "secrecy/",
    "shangmi/",
    "signers/",
    "test_platform",
    "types",
    "uploads",
    "v2/",
    "vectors/coverage",
    // The engine of the module instead of node:crypto, counted under its own name as well.
    "wasm/",
    "wycheproof/rsa_8192",
    "x509_serial",
];
