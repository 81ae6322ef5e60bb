//! RSA with 2048 bits, and with the feature `rsa-4096` up to 4096 (RFC 8017): RSASSA-PKCS1-v1_5 and
//! RSASSA-PSS with SHA-256, RSAES-OAEP with SHA-1. Keys are of fixed size, and nothing of the
//! arithmetic is on a heap.
//!
//! # Layers
//! `pkcs1v15`, `pss` and `oaep` put a block together and know only whole operations on bytes, which
//! `key` has for keys of every width. Below it `crt` is the private operation and `public` the public
//! one, each generic over the number of limbs; `modular` is arithmetic modulo one number, `limbs` the
//! ground it stands on, and `arch` holds the multiplications: one kernel for each kind of processor,
//! chosen by measurement, each tested on every target.
//!
//! # What is constant-time
//! *Private operations.* Which instructions run and which addresses they touch depends on the length of
//! the modulus, the length of the longer prime in whole bytes, and the public exponent; not on the
//! private numbers, the randomness, or the number that is signed or decrypted:
//! - limbs are added, compared and chosen between with masks, never with branches;
//! - exponentiation takes a fixed number of squarings, and a multiplication for every window of the
//!   exponent, whatever is in it; each read of its table reads all of the table;
//! - what OAEP finds wrong with a block is collected, and told as one bit.
//!
//! Two functions make something of a secret public, and only they: `Mask::reveal` (a key is consistent,
//! a result is correct, a padding is valid) and `reveal_index` (the length of the plaintext of a valid
//! padding). Both are kept out of line, so that a machine can check all the rest: memcheck follows
//! undefined bits from the key file to the result, in `tests/ct`.
//!
//! *Key import* is constant-time in the same sense, except that reading DER looks at the first two bytes
//! of each number: whether there is a leading zero, and whether it is needed. The lengths of the numbers in
//! bytes show, as they do in the file.
//!
//! *Public operations* take public numbers and are not constant-time in the exponent, nor in what
//! verification compares.
//!
//! All this holds for source and machine code. It supposes that the processor multiplies in constant
//! time, as those with a cache do, and the Cortex-M4 and later; the Cortex-M3 does not. What an engine
//! that compiles WebAssembly makes of it is not in our hands; nothing in it invites a branch.
//!
//! # What else protects the key
//! - *Blinding.* The caller's randomness makes a number u anew for every operation, and what is raised
//!   to the secret power is x·u^e. There is no operation without it. A generator that repeats itself
//!   costs the blinding, not the correctness.
//! - *Faults.* The result is raised to the public exponent and must give what went in, or else nothing
//!   leaves. A fault in one half of the Chinese remainder theorem would give the primes away.
//! - *Import.* p·q = n; d, dp and dq are inverses of e; qinv is one of q; each in its range. So what
//!   signs at all signs right, and a key without CRT parameters is refused at once. That p and q are
//!   prime is not tested; if they are not, no signature passes its check.
//! - *Verification* encodes the block that it expects and compares; it parses no padding.
//! - *Wiping.* Keys, tables, exponents and intermediate numbers are wiped when they are dropped, a key with
//!   the whole place that it takes. What the compiler copies while it moves a value is beyond safe Rust's reach.

#[cfg_attr(
    not(feature = "hazmat"),
    allow(dead_code, reason = "a target uses one kernel; the tests use them all")
)]
mod arch;
mod crt;
#[cfg(feature = "hazmat")]
mod kernels;
mod key;
mod limbs;
#[cfg(feature = "alloc")]
mod mgf1;
mod modular;
mod numbers;
#[cfg(feature = "alloc")]
mod oaep;
mod pkcs1v15;
#[cfg(all(feature = "alloc", any(feature = "hazmat", feature = "mini-program")))]
mod pss;
mod public;
mod widths;

use self::arch::Native;
#[cfg(feature = "hazmat")]
pub use self::arch::{Kernel, Radix28, Radix32, Radix64};
#[cfg(feature = "hazmat")]
pub use self::kernels::Field;
pub use self::key::{PrivateKeyOn, PublicKeyOn};
pub use self::numbers::{PrivateNumbers, PublicNumbers};
#[cfg(feature = "hazmat")]
pub use self::widths::Widths;

/// An RSA private key.
pub type PrivateKey = PrivateKeyOn<Native>;

/// An RSA public key.
pub type PublicKey = PublicKeyOn<Native>;

/// Largest modulus accepted, in bytes.
pub(crate) const MAX_MODULUS_LEN: usize = if cfg!(feature = "rsa-4096") { 512 } else { 256 };
