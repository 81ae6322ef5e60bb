use alloc::vec;
use alloc::vec::Vec;

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::hash;
use crate::rsa::key::{PrivateKeyOn, PublicKeyOn};
use crate::rsa::limbs::{self, Mask};
use crate::rsa::widths::Widths;
use crate::rsa::{MAX_MODULUS_LEN, mgf1};

const HASH_LEN: usize = 20;

/// What RSAES-OAEP with SHA-1 takes of a block, in bytes: two digests and two more (RFC 8017 §7.1.1).
const OVERHEAD: usize = 2 * HASH_LEN + 2;

impl<W: Widths> PublicKeyOn<W> {
    /// Longest plaintext that [`encrypt_oaep_sha1`](Self::encrypt_oaep_sha1) takes, in bytes: 214 for
    /// 2048 bits.
    #[must_use]
    pub fn max_oaep_sha1_len(&self) -> usize {
        self.modulus_len().saturating_sub(OVERHEAD)
    }

    /// Encrypts by RSAES-OAEP with SHA-1, MGF1-SHA1 and an empty label (RFC 8017 §7.1).
    ///
    /// `None` if the plaintext is too long.
    #[must_use]
    pub fn encrypt_oaep_sha1(&self, plaintext: &[u8], rng: &mut dyn CryptoRng) -> Option<Vec<u8>> {
        let mut block = Zeroizing::new([0; MAX_MODULUS_LEN]);
        let block = block.get_mut(..self.modulus_len())?;
        let mut seed = Zeroizing::new([0; HASH_LEN]);
        rng.fill_bytes(seed.as_mut_slice());
        encode(block, plaintext, &seed)?;
        let mut ciphertext = vec![0; block.len()];
        self.apply(block, &mut ciphertext).then_some(ciphertext)
    }
}

impl<W: Widths> PrivateKeyOn<W> {
    /// Decrypts RSAES-OAEP with SHA-1, MGF1-SHA1 and an empty label. `rng` blinds the operation.
    ///
    /// `None` if the ciphertext was not made so for this key; nothing tells why.
    #[must_use]
    pub fn decrypt_oaep_sha1(
        &self,
        ciphertext: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Option<Zeroizing<Vec<u8>>> {
        let mut block = Zeroizing::new([0; MAX_MODULUS_LEN]);
        let block = block.get_mut(..self.modulus_len())?;
        if ciphertext.len() != block.len() || !self.apply(ciphertext, block, rng) {
            return None;
        }
        decode(block).map(|plaintext| Zeroizing::new(plaintext.to_vec()))
    }
}

/// EME-OAEP encoding (RFC 8017 §7.1.1, step 2). `None` if the plaintext is too long.
fn encode(block: &mut [u8], plaintext: &[u8], seed: &[u8; HASH_LEN]) -> Option<()> {
    let (_, rest) = block.split_first_mut()?;
    let (masked_seed, data) = rest.split_first_chunk_mut::<HASH_LEN>()?;
    *masked_seed = *seed;
    data.first_chunk_mut::<HASH_LEN>()?.copy_from_slice(&label_hash());
    let start = data.len().checked_sub(plaintext.len())?;
    let separator = start.checked_sub(1).filter(|separator| *separator >= HASH_LEN)?;
    *data.get_mut(separator)? = 1;
    data.get_mut(start..)?.copy_from_slice(plaintext);
    mgf1::mask_sha1(data, masked_seed);
    mgf1::mask_sha1(masked_seed, data);
    Some(())
}

/// EME-OAEP decoding (RFC 8017 §7.1.2, step 3), in place. What is wrong with a block does not show,
/// neither in the result nor in the time; only whether it is right does, and then its length.
fn decode(block: &mut [u8]) -> Option<&[u8]> {
    let (first, rest) = block.split_first_mut()?;
    let (seed, data) = rest.split_first_chunk_mut::<HASH_LEN>()?;
    mgf1::mask_sha1(seed, data);
    mgf1::mask_sha1(data, seed);
    let (found_hash, padded) = data.split_first_chunk::<HASH_LEN>()?;

    let mut difference = u64::from(*first);
    for (found, expected) in found_hash.iter().zip(&label_hash()) {
        difference |= u64::from(found ^ expected);
    }
    let mut in_padding = Mask::YES;
    let mut is_right = Mask::is_zero(difference);
    let mut separator = 0;
    for (position, byte) in (0_u64..).zip(padded) {
        let is_zero = Mask::equal(u64::from(*byte), 0);
        let is_one = Mask::equal(u64::from(*byte), 1);
        separator = (in_padding & is_one).select(position, separator);
        is_right = is_right & (!in_padding | is_zero | is_one);
        in_padding = in_padding & !is_one;
    }
    if !(is_right & !in_padding).reveal() {
        return None;
    }
    padded.get(limbs::reveal_index(separator, padded.len()).checked_add(1)?..)
}

fn label_hash() -> [u8; HASH_LEN] {
    hash::sha1([])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_it_encodes_and_nothing_beside_it() {
        for len in [0, 1, 100, 213, 214] {
            let mut block = [0; 256];
            let plaintext = [7; 214];
            encode(&mut block, &plaintext[..len], &[9; HASH_LEN]).expect("it fits");
            assert_eq!(decode(&mut block.clone()), Some(&plaintext[..len]));
            for position in 0..block.len() {
                let mut damaged = block;
                damaged[position] ^= 1;
                assert_eq!(decode(&mut damaged), None, "byte {position}");
            }
        }
        assert_eq!(encode(&mut [0; 256], &[7; 215], &[9; HASH_LEN]), None);
    }

    /// Blocks that are masked well, and wrong inside.
    #[test]
    fn refuses_each_fault_of_a_block() {
        type Fault = fn(&mut [u8]);
        let faults: [(&str, Fault); 5] = [
            ("first byte", |block| block[0] = 1),
            ("label", |block| block[21] ^= 0x80),
            ("padding", |block| block[60] = 2),
            ("no separator", |block| block[254] = 0),
            ("all zero", |block| block[41..].fill(0)),
        ];
        for (name, fault) in faults {
            let mut block = [0; 256];
            encode(&mut block, &[0], &[9; HASH_LEN]).expect("it fits");
            unmask(&mut block);
            assert_eq!(block[254..], [1, 0]);
            fault(&mut block);
            remask(&mut block);
            assert_eq!(decode(&mut block), None, "{name}");
        }
    }

    fn unmask(block: &mut [u8]) {
        let (seed, data) = block[1..].split_first_chunk_mut::<HASH_LEN>().expect("long");
        mgf1::mask_sha1(seed, data);
        mgf1::mask_sha1(data, seed);
    }

    fn remask(block: &mut [u8]) {
        let (seed, data) = block[1..].split_first_chunk_mut::<HASH_LEN>().expect("long");
        mgf1::mask_sha1(data, seed);
        mgf1::mask_sha1(seed, data);
    }
}
