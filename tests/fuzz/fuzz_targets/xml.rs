#![no_main]

wechatpay_fuzz::program!("xml");
