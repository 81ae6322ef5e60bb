use core::fmt;

/// The numbers of an RSA public key (RFC 8017 A.1.1), each big-endian; leading zeros are skipped.
#[derive(Clone, Copy, Debug)]
pub struct PublicNumbers<'a> {
    /// n
    pub modulus: &'a [u8],
    /// e
    pub public_exponent: &'a [u8],
}

/// The numbers of an RSA private key (RFC 8017 A.1.2), each big-endian; leading zeros are skipped, and
/// how many there are shows in the time that takes. `Debug` shows the public ones.
#[derive(Clone, Copy)]
pub struct PrivateNumbers<'a> {
    /// n and e
    pub public: PublicNumbers<'a>,
    /// d
    pub private_exponent: &'a [u8],
    /// p
    pub prime1: &'a [u8],
    /// q
    pub prime2: &'a [u8],
    /// d mod (p − 1)
    pub exponent1: &'a [u8],
    /// d mod (q − 1)
    pub exponent2: &'a [u8],
    /// The inverse of q modulo p
    pub coefficient: &'a [u8],
}

impl fmt::Debug for PrivateNumbers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateNumbers").field("public", &self.public).finish_non_exhaustive()
    }
}

/// Without leading zeros.
pub(super) fn significant(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}
