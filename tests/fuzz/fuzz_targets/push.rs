#![no_main]

wechatpay_fuzz::program!("push");
