#![no_main]

wechatpay_fuzz::program!("delivery");
