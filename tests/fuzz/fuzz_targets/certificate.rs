#![no_main]

wechatpay_fuzz::program!("certificate");
