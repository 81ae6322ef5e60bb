//! Requests to valgrind: a sequence of instructions that does nothing outside of it (valgrind.h).

use std::arch::asm;

const RUNNING_ON_VALGRIND: usize = 0x1001;
const MAKE_MEM_UNDEFINED: usize = 0x4d43_0001;
const MAKE_MEM_DEFINED: usize = 0x4d43_0002;

pub fn is_running() -> bool {
    request(RUNNING_ON_VALGRIND, 0, 0) != 0
}

/// From now on, what depends on these bytes may decide nothing.
pub fn secret(bytes: &mut [u8]) {
    request(MAKE_MEM_UNDEFINED, bytes.as_mut_ptr().addr(), bytes.len());
    std::hint::black_box(bytes);
}

/// What the operation gave out.
pub fn public(bytes: &mut [u8]) {
    request(MAKE_MEM_DEFINED, bytes.as_mut_ptr().addr(), bytes.len());
    std::hint::black_box(bytes);
}

#[cfg(target_arch = "x86_64")]
fn request(code: usize, first: usize, second: usize) -> usize {
    let arguments = [code, first, second, 0, 0, 0];
    let mut result = 0_usize;
    // SAFETY: rotates rdi by 128 bits in all, which leaves it as it was, and exchanges rbx with itself.
    // Valgrind recognises the sequence, reads the six arguments that rax points to, and answers in rdx.
    #[allow(unsafe_code)]
    unsafe {
        asm!(
            "rol rdi, 3", "rol rdi, 13", "rol rdi, 61", "rol rdi, 51", "xchg rbx, rbx",
            in("rax") arguments.as_ptr(),
            inout("rdx") result,
        );
    }
    result
}

#[cfg(target_arch = "aarch64")]
fn request(code: usize, first: usize, second: usize) -> usize {
    let arguments = [code, first, second, 0, 0, 0];
    let mut result = 0_usize;
    // SAFETY: rotates x12 by 128 bits in all, which leaves it as it was, and combines x10 with itself.
    // Valgrind recognises the sequence, reads the six arguments that x4 points to, and answers in x3.
    #[allow(unsafe_code)]
    unsafe {
        asm!(
            "ror x12, x12, #3", "ror x12, x12, #13", "ror x12, x12, #51", "ror x12, x12, #61",
            "orr x10, x10, x10",
            in("x4") arguments.as_ptr(),
            inout("x3") result,
        );
    }
    result
}
