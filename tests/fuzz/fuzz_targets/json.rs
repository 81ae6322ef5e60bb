#![no_main]

wechatpay_fuzz::program!("json");
