#![no_main]

wechatpay_fuzz::program!("headers");
