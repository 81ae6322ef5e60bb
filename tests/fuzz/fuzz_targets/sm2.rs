#![no_main]

wechatpay_fuzz::program!("sm2");
