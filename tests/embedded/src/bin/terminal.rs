//! All that a terminal does, against OpenSSL's answers; and the kernels of the RSA engine.
#![cfg_attr(target_os = "none", no_std, no_main)]

#[cfg(not(target_os = "none"))]
fn main() {}

#[cfg(target_os = "none")]
#[unsafe(no_mangle)]
extern "C" fn firmware() -> ! {
    use wechatpay_embedded::inputs::{Buffer, Inputs};
    use wechatpay_embedded::{kernels, machine, suite::Suite, terminal};

    let mut buffer = Buffer::new();
    let inputs = Inputs::read(&mut buffer);
    terminal::keys(&inputs);
    terminal::requests(&inputs);
    terminal::notifications(&inputs);
    terminal::api_v2(&inputs);

    let mut suite = Suite::new("embedded/kernels");
    match kernels::run(inputs.number("seed")) {
        Ok(cases) => suite.count(cases),
        Err(bits) => suite.fail("a kernel", machine::Decimal::new(bits).as_str()),
    }
    suite.finish();
    machine::print_flash();
    machine::exit(0)
}
