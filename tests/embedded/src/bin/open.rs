//! The smallest terminal that can be paid: verifies a notification and opens it.
#![cfg_attr(target_os = "none", no_std, no_main)]

#[cfg(not(target_os = "none"))]
fn main() {}

#[cfg(target_os = "none")]
#[unsafe(no_mangle)]
extern "C" fn firmware() -> ! {
    use wechatpay_core::keys::{ApiV3Key, PlatformKey, RsaPublicNumbers};
    use wechatpay_embedded::inputs::{Buffer, Inputs};
    use wechatpay_embedded::machine::{exit, measure, print_flash};
    use wechatpay_embedded::notification::{self, Delivery};

    let mut buffer = Buffer::new();
    let inputs = Inputs::read(&mut buffer);
    let platform_key = PlatformKey::from_rsa_numbers(
        inputs.text("platform_id"),
        RsaPublicNumbers {
            modulus: inputs.bytes("platform_n"),
            public_exponent: inputs.bytes("platform_e"),
        },
    );
    let (Ok(platform_key), Ok(api_v3_key)) =
        (platform_key, ApiV3Key::new(inputs.bytes("api_v3_key")))
    else {
        exit(1)
    };
    let mut delivery = Delivery::new(&inputs, "notification_body", "notification_signature");
    let now = inputs.number("now");
    let keys = [platform_key];
    let Ok(verified) = measure("verify", || delivery.verify(&keys, now)) else { exit(1) };
    let opened = measure("open", || notification::open(verified, &api_v3_key));
    let is_right = opened.is_ok_and(|opened| opened.resource() == inputs.text("resource"));
    print_flash();
    exit(u32::from(!is_right))
}
