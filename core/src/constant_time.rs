//! Comparison that takes as long for a wrong value as for the right one.

use subtle::ConstantTimeEq;

/// Whether two byte strings are equal. Only their lengths may show in the time this takes.
#[must_use]
pub(crate) fn eq(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}
