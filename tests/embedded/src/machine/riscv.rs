//! RV32IMAC of QEMU's virt board, whose cycle counter counts instructions under `-icount shift=0`.

use core::arch::{asm, global_asm};

global_asm!(
    ".section .start,\"ax\"",
    ".global _start",
    "_start:",
    "la t0, fault",
    "csrw mtvec, t0",
    "la sp, _stack_top",
    "call firmware",
    ".balign 4",
    "fault:",
    "la sp, _stack_top",
    "call on_fault",
);

#[unsafe(no_mangle)]
extern "C" fn on_fault() -> ! {
    super::print(&["fault\n"]);
    super::exit(3)
}

pub(super) fn instructions() -> u32 {
    let count;
    // SAFETY: reads a counter.
    unsafe {
        asm!("csrr {}, mcycle", out(reg) count);
    }
    count
}

pub(super) fn difference(start: u32, end: u32) -> u32 {
    end.wrapping_sub(start)
}

/// A semihosting call.
pub(super) fn call(operation: u32, argument: *const u32) -> u32 {
    let result;
    // SAFETY: the debugger reads, and writes where the operation says, what the argument points at.
    unsafe {
        asm!(
            ".balign 16",
            ".option push",
            ".option norvc",
            "slli x0, x0, 0x1f",
            "ebreak",
            "srai x0, x0, 7",
            ".option pop",
            inlateout("a0") operation => result,
            in("a1") argument,
        );
    }
    result
}
