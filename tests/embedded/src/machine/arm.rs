//! Cortex-M4 of QEMU's mps2-an386, where the SysTick timer counts 25 MHz and an instruction takes a
//! nanosecond (`-icount shift=0`).

use core::arch::{asm, global_asm};
use core::ptr;

global_asm!(
    ".section .vectors,\"a\"",
    ".word _stack_top",
    ".word _start",
    ".rept 14",
    ".word _fault",
    ".endr",
    ".section .start,\"ax\"",
    ".thumb_func",
    ".global _start",
    "_start:",
    // The floating-point unit, whose registers the compiler may use.
    "ldr r0, =0xE000ED88",
    "ldr r1, [r0]",
    "orr r1, r1, #0xF00000",
    "str r1, [r0]",
    "dsb",
    "isb",
    "bl firmware",
    ".thumb_func",
    "_fault:",
    "bl fault",
);

#[unsafe(no_mangle)]
extern "C" fn fault() -> ! {
    super::print(&["fault\n"]);
    super::exit(3)
}

const CONTROL: *mut u32 = ptr::without_provenance_mut(0xE000_E010);
const RELOAD: *mut u32 = ptr::without_provenance_mut(0xE000_E014);
const VALUE: *mut u32 = ptr::without_provenance_mut(0xE000_E018);
const MAX: u32 = 0xff_ffff;
const INSTRUCTIONS_PER_TICK: u32 = 40;

pub(super) fn instructions() -> u32 {
    // SAFETY: these are the registers of the timer (ARMv7-M, B3.3), which nothing else uses.
    unsafe {
        RELOAD.write_volatile(MAX);
        CONTROL.write_volatile(0b101);
        VALUE.read_volatile()
    }
}

/// The timer counts down, 24 bits.
pub(super) fn difference(start: u32, end: u32) -> u32 {
    (start.wrapping_sub(end) & MAX) * INSTRUCTIONS_PER_TICK
}

/// A semihosting call.
pub(super) fn call(operation: u32, argument: *const u32) -> u32 {
    let result;
    // SAFETY: the debugger reads, and writes where the operation says, what the argument points at.
    unsafe {
        asm!("bkpt 0xab", inlateout("r0") operation => result, in("r1") argument);
    }
    result
}
