#![no_main]

wechatpay_fuzz::program!("encrypted_data");
