#![no_main]

wechatpay_fuzz::program!("chain");
