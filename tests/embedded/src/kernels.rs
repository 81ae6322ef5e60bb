//! Every kernel of the RSA engine, at every length, against [`naive`](crate::naive) arithmetic.

use wechatpay_core::hazmat::rsa::{Field, Radix28, Radix32, Radix64};
use wechatpay_core::rand_core::Rng;

use crate::naive::{MAX_LEN, Modulus};
use crate::rng::TestRng;

/// Runs all of it; the number of cases, or the length in bits at which a result is wrong.
pub fn run(seed: u64) -> Result<u32, u32> {
    let mut rng = TestRng::new(seed);
    Ok(length::<37, 32, 16>(1024, &mut rng)?
        + length::<55, 48, 24>(1536, &mut rng)?
        + length::<74, 64, 32>(2048, &mut rng)?
        + length::<110, 96, 48>(3072, &mut rng)?
        + length::<148, 128, 64>(4096, &mut rng)?)
}

type Number = [u8; MAX_LEN];

fn length<const L28: usize, const L32: usize, const L64: usize>(
    bits: u32,
    rng: &mut TestRng,
) -> Result<u32, u32> {
    let len = (bits / 8) as usize;
    let mut cases = 0;
    for shape in 0..4 {
        let mut modulus = [0xff; MAX_LEN];
        let modulus = &mut modulus[..len];
        match shape {
            0 => {}
            1 => modulus[1..].fill(0),
            2 => modulus[len / 2..].fill(0),
            _ => rng.fill_bytes(modulus),
        }
        modulus[0] |= 0x80;
        modulus[len - 1] |= 1;
        cases += one_modulus::<L28, L32, L64>(modulus, rng).ok_or(bits)?;
    }
    Ok(cases)
}

/// Edges and random numbers below one modulus, each with its neighbour.
fn one_modulus<const L28: usize, const L32: usize, const L64: usize>(
    modulus: &[u8],
    rng: &mut TestRng,
) -> Option<u32> {
    let len = modulus.len();
    let mut numbers = [[0; MAX_LEN]; 6];
    numbers[0][len - 1] = 1;
    numbers[1][..len].copy_from_slice(modulus);
    numbers[1][len - 1] -= 1;
    numbers[2][1..len].fill(0xff);
    numbers[3][len / 2] = 1;
    for number in &mut numbers[4..] {
        rng.fill_bytes(&mut number[1..len]);
    }
    let radix_28 = Field::<Radix28, L28>::new(modulus)?;
    let radix_32 = Field::<Radix32, L32>::new(modulus)?;
    let radix_64 = Field::<Radix64, L64>::new(modulus)?;
    let naive = Modulus::new(modulus);
    let mut cases = 0;
    for (i, a) in numbers.iter().enumerate() {
        let (a, b) = (&a[..len], &numbers[(i + 1) % numbers.len()][..len]);
        let mut found: Number = [0; MAX_LEN];
        let found = &mut found[..len];
        let product = naive.reduce(a).multiply(b);
        let square = naive.reduce(a).multiply(a);
        let power = naive.reduce(a).power(a, 5);
        let mut exponent = [0; MAX_LEN];
        exponent[len - 1] = 5;
        let exponent = &exponent[..len];
        let mut wide = naive.reduce(a);
        macro_rules! kernel {
            ($field:expr, $shift:expr) => {
                $field.multiply(a, b, found);
                let mut right = product.is(found);
                $field.square(a, found);
                right &= square.is(found);
                $field.power(a, exponent, 16, found);
                right &= power.is(found);
                // What is shifted accumulates from kernel to kernel: 32 and 64 bits have one R.
                wide.shift($shift);
                let mut sum = wide;
                sum.add_bytes(b);
                $field.reduce(a, b, found);
                right &= sum.is(found);
                if !right {
                    return None;
                }
                cases += 4;
            };
        }
        kernel!(radix_32, 8 * len);
        kernel!(radix_64, 0);
        kernel!(radix_28, 28 * L28 - 8 * len);
    }
    Some(cases)
}
