#![no_main]

wechatpay_fuzz::program!("public_key");
