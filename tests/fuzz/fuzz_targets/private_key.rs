#![no_main]

wechatpay_fuzz::program!("private_key");
