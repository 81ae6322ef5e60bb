#![no_main]

wechatpay_fuzz::program!("response");
