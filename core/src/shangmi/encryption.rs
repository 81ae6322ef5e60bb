//! SM2 public key encryption (GB/T 32918.4), the ciphertext as DER
//! SEQUENCE { INTEGER x, INTEGER y, OCTET STRING hash, OCTET STRING cipher } (GB/T 35276 §7.2): the
//! order C1 C3 C2.

use alloc::vec::Vec;

use rand_core::CryptoRng;
use sm2::elliptic_curve::point::AffineCoordinates;
use sm2::elliptic_curve::{Generate, Group};
use sm2::{AffinePoint, NonZeroScalar, ProjectivePoint, Scalar};
use zeroize::{Zeroize, Zeroizing};

use crate::constant_time;
use crate::encoding::der::{self, Sequence};
use crate::shangmi::{PrivateKey, PublicKey, sm3};

impl PublicKey {
    /// Encrypts at least one byte.
    ///
    /// `None` for an empty plaintext, for which SM2 is not defined, and for one of 128 GiB.
    #[must_use]
    pub fn encrypt(&self, plaintext: &[u8], mut rng: &mut dyn CryptoRng) -> Option<Vec<u8>> {
        if plaintext.is_empty() {
            return None;
        }
        loop {
            let k: Zeroizing<Scalar> =
                Zeroizing::new(*NonZeroScalar::try_generate_from_rng(&mut rng).ok()?);
            let ephemeral = ProjectivePoint::mul_by_generator(&k).to_affine();
            let shared = Shared::new(&(self.inner.to_projective() * *k).to_affine());
            let mut cipher = plaintext.to_vec();
            if shared.mask(&mut cipher)? {
                return der::sequence([
                    der::unsigned(&ephemeral.x())?,
                    der::unsigned(&ephemeral.y())?,
                    der::octet_string(&shared.digest(plaintext))?,
                    der::octet_string(&cipher)?,
                ]);
            }
        }
    }
}

impl PrivateKey {
    /// Decrypts; `None` if the ciphertext is not strict DER, its point is not on the curve, it is
    /// empty, or its digest does not match.
    #[must_use]
    pub fn decrypt(&self, ciphertext: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut members = Sequence::from_der(ciphertext)?;
        let (x, y) = (members.unsigned::<32>()?, members.unsigned::<32>()?);
        let digest = members.octet_string()?;
        let cipher = members.octet_string()?;
        members.end()?;
        if cipher.is_empty() {
            return None;
        }
        let ephemeral = PublicKey::from_coordinates(&x, &y)?;
        let secret = Zeroizing::new(*self.secret.to_nonzero_scalar());
        let shared = Shared::new(&(ephemeral.inner.to_projective() * *secret).to_affine());
        let mut plaintext = Zeroizing::new(cipher.to_vec());
        let is_masked = shared.mask(&mut plaintext)?;
        let is_intact = constant_time::eq(&shared.digest(&plaintext), digest);
        (is_masked & is_intact).then_some(plaintext)
    }
}

/// The point that both sides know: x and y.
struct Shared {
    x: [u8; 32],
    y: [u8; 32],
}

impl Shared {
    fn new(point: &AffinePoint) -> Self {
        Self { x: point.x().into(), y: point.y().into() }
    }

    /// Adds the key stream to `text`: SM3(x ‖ y ‖ counter), the counter from 1 on. `Some(false)` if all
    /// of it was zero, which the standard forbids on both sides; `None` if the counter does not suffice.
    fn mask(&self, text: &mut [u8]) -> Option<bool> {
        let mut seen = 0;
        for (block, counter) in text.chunks_mut(32).zip(1_u64..) {
            let counter = u32::try_from(counter).ok()?.to_be_bytes();
            let stream = Zeroizing::new(sm3([&self.x[..], &self.y, &counter]));
            for (byte, key) in block.iter_mut().zip(*stream) {
                *byte ^= key;
                seen |= key;
            }
        }
        Some(seen != 0)
    }

    fn digest(&self, plaintext: &[u8]) -> [u8; 32] {
        sm3([&self.x, plaintext, &self.y])
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.x.zeroize();
        self.y.zeroize();
    }
}
