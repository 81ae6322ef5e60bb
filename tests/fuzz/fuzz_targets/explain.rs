#![no_main]

wechatpay_fuzz::program!("explain");
