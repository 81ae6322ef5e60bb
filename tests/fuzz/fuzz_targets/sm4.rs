#![no_main]

wechatpay_fuzz::program!("sm4");
