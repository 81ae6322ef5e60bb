#![no_main]

wechatpay_fuzz::program!("base64");
