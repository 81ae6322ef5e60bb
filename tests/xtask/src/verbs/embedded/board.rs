//! The boards that QEMU plays.

use std::path::Path;

use crate::process::Program;
use crate::toolchain;
use crate::toolchain::Target;

#[derive(Debug)]
pub(super) struct Board {
    pub(super) name: &'static str,
    pub(super) target: &'static Target,
    pub(super) emulator: &'static str,
    machine: &'static [&'static str],
}

pub(super) const BOARDS: [Board; 2] = [
    Board {
        name: "cortex-m4",
        target: &toolchain::CORTEX_M,
        emulator: "qemu-system-arm",
        machine: &["-machine", "mps2-an386"],
    },
    Board {
        name: "riscv32",
        target: &toolchain::RISC_V,
        emulator: "qemu-system-riscv32",
        machine: &["-machine", "virt", "-bios", "none"],
    },
];

impl Board {
    /// Runs a program; its exit code is that of the command. With `shift=0` an instruction takes one
    /// nanosecond, so that the clock of the board counts instructions.
    pub(super) fn command(&self, program: &Path) -> Program {
        Program::new("timeout")
            .args(["600", self.emulator])
            .args(self.machine)
            .args(["-display", "none", "-monitor", "none", "-serial", "none"])
            .args(["-semihosting-config", "enable=on,target=native", "-icount", "shift=0"])
            .arg("-kernel")
            .arg(program)
    }
}
