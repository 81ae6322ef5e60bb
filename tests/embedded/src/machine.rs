//! The board: start, semihosting, a counter of instructions, the stack.

#[cfg(target_arch = "arm")]
mod arm;
#[cfg(target_arch = "riscv32")]
mod riscv;

mod semihosting;
mod stack;

use core::panic::PanicInfo;

#[cfg(target_arch = "arm")]
use self::arm as processor;
#[cfg(target_arch = "riscv32")]
use self::riscv as processor;
pub use self::semihosting::{exit, print, read_file};

/// A number as decimal digits.
pub struct Decimal {
    digits: [u8; 10],
    start: usize,
}

impl Decimal {
    pub fn new(mut number: u32) -> Self {
        let mut decimal = Self { digits: [b'0'; 10], start: 10 };
        loop {
            decimal.start -= 1;
            decimal.digits[decimal.start] += (number % 10) as u8;
            number /= 10;
            if number == 0 {
                return decimal;
            }
        }
    }

    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.digits[self.start..]).unwrap_or_default()
    }
}

/// Runs an operation and prints how many instructions and how much stack it took.
#[inline(never)]
pub fn measure<T>(name: &str, operation: impl FnOnce() -> T) -> T {
    let stack = stack::Paint::new();
    let start = processor::instructions();
    let result = operation();
    let end = processor::instructions();
    let (instructions, stack) =
        (Decimal::new(processor::difference(start, end)), Decimal::new(stack.used()));
    print(&[
        "measured name=",
        name,
        " instructions=",
        instructions.as_str(),
        " stack=",
        stack.as_str(),
        "\n",
    ]);
    result
}

/// Prints what the program takes of the flash.
pub fn print_flash() {
    unsafe extern "C" {
        static _flash_len: u8;
    }
    let len = &raw const _flash_len as usize;
    print(&["flash bytes=", Decimal::new(len as u32).as_str(), "\n"]);
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    print(&["panicked\n"]);
    exit(2)
}
