//! A terminal that places orders and is paid: signs a request, verifies a notification and opens it.
#![cfg_attr(target_os = "none", no_std, no_main)]

#[cfg(not(target_os = "none"))]
fn main() {}

#[cfg(target_os = "none")]
#[unsafe(no_mangle)]
extern "C" fn firmware() -> ! {
    use wechatpay_core::UnixTime;
    use wechatpay_core::keys::{
        ApiV3Key, Identity, MerchantKey, PlatformKey, RsaPrivateNumbers, RsaPublicNumbers,
    };
    use wechatpay_core::v3::SignableRequest;
    use wechatpay_embedded::inputs::{Buffer, Inputs};
    use wechatpay_embedded::machine::{exit, measure, print_flash};
    use wechatpay_embedded::notification::{self, Delivery};
    use wechatpay_embedded::rng::TestRng;

    let mut buffer = Buffer::new();
    let inputs = Inputs::read(&mut buffer);
    let private_key = RsaPrivateNumbers {
        public: RsaPublicNumbers {
            modulus: inputs.bytes("merchant_n"),
            public_exponent: inputs.bytes("merchant_e"),
        },
        private_exponent: inputs.bytes("merchant_d"),
        prime1: inputs.bytes("merchant_p"),
        prime2: inputs.bytes("merchant_q"),
        exponent1: inputs.bytes("merchant_dp"),
        exponent2: inputs.bytes("merchant_dq"),
        coefficient: inputs.bytes("merchant_qi"),
    };
    let merchant = Identity::merchant(inputs.text("mchid"), inputs.text("serial_no"))
        .and_then(|identity| MerchantKey::from_rsa_numbers(identity, &private_key));
    let platform_key = PlatformKey::from_rsa_numbers(
        inputs.text("platform_id"),
        RsaPublicNumbers {
            modulus: inputs.bytes("platform_n"),
            public_exponent: inputs.bytes("platform_e"),
        },
    );
    let (Ok(merchant), Ok(platform_key), Ok(api_v3_key)) =
        (merchant, platform_key, ApiV3Key::new(inputs.bytes("api_v3_key")))
    else {
        exit(1)
    };
    let now = inputs.number("now");
    let mut rng = TestRng::new(inputs.number("seed"));
    let mut header = [0; 1024];
    let authorization = measure("sign", || {
        SignableRequest::new("POST", inputs.text("url"), inputs.bytes("order"))?
            .finalize(merchant.identity(), UnixTime::from_secs(now), inputs.text("nonce_str"))?
            .sign(&merchant, &mut rng)?
            .write(&mut header)
    });
    let mut is_right = authorization == Ok(inputs.text("authorization"));

    let mut delivery = Delivery::new(&inputs, "notification_body", "notification_signature");
    let keys = [platform_key];
    let Ok(verified) = measure("verify", || delivery.verify(&keys, now)) else { exit(1) };
    let opened = measure("open", || notification::open(verified, &api_v3_key));
    is_right &= opened.is_ok_and(|opened| opened.resource() == inputs.text("resource"));
    print_flash();
    exit(u32::from(!is_right))
}
