#![no_main]

wechatpay_fuzz::program!("notification");
