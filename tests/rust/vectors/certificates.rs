//! Certificates: their serial numbers, and the ones that `/v3/certificates` delivers.

use serde_json::json;
use wechatpay_core::keys::{ApiV3Key, PlatformKey};
use wechatpay_core::v3::UnverifiedResponse;
use wechatpay_core::x509::Certificate;
use wechatpay_core::{Error, UnixTime};
use wechatpay_tests::calendar::rfc3339;
use wechatpay_tests::platform::{self, Platform};
use wechatpay_tests::suite::{Check, holds, same};
use wechatpay_tests::vector::Case;

pub(crate) fn serial(case: &Case) -> Result<Check, Error> {
    let pem = case.input("certificate_pem").as_bytes();
    let certificate = Certificate::parse(pem)?;
    let key = PlatformKey::from_certificate(pem)?;
    Ok((|| {
        same(certificate.serial().as_str(), case.expected("serial_no"))?;
        same(key.serial(), certificate.serial())?;
        let validity = Some((certificate.not_before(), certificate.not_after()));
        same(key.validity(), validity)?;
        // Of the SM2 certificates nothing but the serial was computed a second time.
        let Some(wrong) = case.optional_expected("bigint_hex_wrong_form") else { return Ok(()) };
        holds(
            wrong == case.expected("serial_no") || certificate.serial().as_str() != wrong,
            "the leading zero is lost",
        )?;
        same(certificate.not_before().as_secs(), rfc3339(case.expected("not_before")))?;
        same(certificate.not_after().as_secs(), rfc3339(case.expected("not_after")))
    })())
}

/// The answer of `/v3/certificates`, signed for the occasion.
pub(crate) fn downloaded(case: &Case) -> Result<Check, Error> {
    let key = ApiV3Key::new(case.input("apiv3_key").as_bytes())?;
    let body = case.optional_input("response_body").map_or_else(
        || {
            let resource = &case.inputs["resource"];
            let serial_no = case.expected("serial_no");
            json!({"data": [{"serial_no": serial_no, "encrypt_certificate": resource}]}).to_string()
        },
        str::to_owned,
    );
    let answer = Platform::trusted().post(platform::SERIAL, body);
    let now = UnixTime::from_secs(answer.now);
    let certificates = UnverifiedResponse::new(answer.parse_headers()?, &answer.body)
        .verify(&platform::trusted(), now, answer.tolerance)?
        .certificates(&key)?;
    Ok((|| {
        let [certificate] = &certificates[..] else { return Err("not one certificate".to_owned()) };
        same(certificate.pem.as_str(), case.expected("certificate_pem"))?;
        same(certificate.key.serial().as_str(), case.expected("serial_no"))?;
        let validity = certificate.key.validity().ok_or("no validity")?;
        for (member, announced, found) in [
            ("effective_time", &certificate.effective_time, validity.0),
            ("expire_time", &certificate.expire_time, validity.1),
        ] {
            if let Some(stated) = case.optional_expected(member) {
                same(announced.as_str(), stated)?;
                same(found.as_secs(), rfc3339(stated))?;
            }
        }
        Ok(())
    })())
}
