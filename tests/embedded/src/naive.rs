//! Arithmetic as it is taught: bit by bit, with comparisons and subtractions. Slow, and easy to check
//! by eye.

/// Longest number, in bytes.
pub const MAX_LEN: usize = 512;

const LIMBS: usize = MAX_LEN / 4 + 1;

/// A number modulo another; least significant limb first.
#[derive(Clone, Copy)]
pub struct Remainder<'m> {
    limbs: [u32; LIMBS],
    modulus: &'m Modulus,
}

pub struct Modulus {
    limbs: [u32; LIMBS],
    len: usize,
}

impl Modulus {
    pub fn new(bytes: &[u8]) -> Self {
        Self { limbs: limbs(bytes), len: bytes.len() / 4 + 1 }
    }

    /// Any number, reduced.
    pub fn reduce(&self, bytes: &[u8]) -> Remainder<'_> {
        let mut remainder = Remainder { limbs: [0; LIMBS], modulus: self };
        remainder.append(bytes);
        remainder
    }
}

impl<'m> Remainder<'m> {
    pub fn multiply(&self, factor: &[u8]) -> Remainder<'m> {
        let mut product = Remainder { limbs: [0; LIMBS], ..*self };
        for byte in factor {
            for position in (0..8).rev() {
                product.double(0);
                if byte >> position & 1 == 1 {
                    product.add(&self.limbs);
                }
            }
        }
        product
    }

    /// The power by an exponent of few bits.
    pub fn power(&self, base: &[u8], exponent: u32) -> Remainder<'m> {
        let mut power = self.modulus.reduce(&[1]);
        for _ in 0..exponent {
            power = power.multiply(base);
        }
        power
    }

    /// Multiplies by 2^`bits`.
    pub fn shift(&mut self, bits: usize) {
        for _ in 0..bits {
            self.double(0);
        }
    }

    /// Writes more digits behind the number.
    pub fn append(&mut self, bytes: &[u8]) {
        for byte in bytes {
            for position in (0..8).rev() {
                self.double(u32::from(byte >> position & 1));
            }
        }
    }

    /// Adds another number below the modulus.
    pub fn add_bytes(&mut self, bytes: &[u8]) {
        self.add(&limbs(bytes));
    }

    pub fn is(&self, bytes: &[u8]) -> bool {
        self.limbs == limbs(bytes)
    }

    fn double(&mut self, bit: u32) {
        let mut carry = bit;
        for limb in &mut self.limbs[..self.modulus.len] {
            (*limb, carry) = (*limb << 1 | carry, *limb >> 31);
        }
        self.subtract_modulus();
    }

    fn add(&mut self, other: &[u32; LIMBS]) {
        let mut carry = 0;
        for (limb, other) in self.limbs.iter_mut().zip(other).take(self.modulus.len) {
            let sum = u64::from(*limb) + u64::from(*other) + carry;
            (*limb, carry) = (sum as u32, sum >> 32);
        }
        self.subtract_modulus();
    }

    /// The number is below twice the modulus.
    fn subtract_modulus(&mut self) {
        let len = self.modulus.len;
        if self.limbs[..len].iter().rev().lt(self.modulus.limbs[..len].iter().rev()) {
            return;
        }
        let mut borrow = false;
        for (limb, modulus) in self.limbs.iter_mut().zip(&self.modulus.limbs).take(len) {
            let (difference, first) = limb.overflowing_sub(*modulus);
            let (difference, second) = difference.overflowing_sub(u32::from(borrow));
            (*limb, borrow) = (difference, first || second);
        }
    }
}

fn limbs(bytes: &[u8]) -> [u32; LIMBS] {
    let mut limbs = [0; LIMBS];
    for (position, byte) in bytes.iter().rev().enumerate() {
        limbs[position / 4] |= u32::from(*byte) << (position % 4 * 8);
    }
    limbs
}
