#![no_main]

wechatpay_fuzz::program!("mini_program");
