#![no_main]

wechatpay_fuzz::program!("secure_response");
