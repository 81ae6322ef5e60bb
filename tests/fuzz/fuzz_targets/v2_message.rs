#![no_main]

wechatpay_fuzz::program!("v2_message");
