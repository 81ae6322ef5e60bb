//! DER written by hand, right and wrong.

/// Order of the curve's group.
pub(crate) const N: [u8; 32] = [
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0x72, 0x03, 0xdf, 0x6b, 0x21, 0xc6, 0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09, 0x39, 0xd5, 0x41, 0x23,
];

/// Order of the curve's field.
pub(crate) const P: [u8; 32] = [
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
];

pub(crate) const ID_EC_PUBLIC_KEY: &[u8] = &[0x06, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
pub(crate) const CURVE_SM2: &[u8] = &[0x06, 8, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d];
pub(crate) const CURVE_P_256: &[u8] = &[0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

pub(crate) fn tlv(tag: u8, contents: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match contents.len() {
        len @ 0..=0x7f => out.push(len as u8),
        len @ 0x80..=0xff => out.extend([0x81, len as u8]),
        len => out.extend([0x82, (len >> 8) as u8, len as u8]),
    }
    out.extend(contents);
    out
}

pub(crate) fn sequence(members: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, &members.concat())
}

pub(crate) fn octets(contents: &[u8]) -> Vec<u8> {
    tlv(0x04, contents)
}

/// A non-negative INTEGER in its shortest form.
pub(crate) fn integer(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let mut digits = number[zeros..].to_vec();
    if digits.first().is_none_or(|first| *first >= 0x80) {
        digits.insert(0, 0);
    }
    tlv(0x02, &digits)
}

/// ECPrivateKey of RFC 5915.
pub(crate) fn sec1(secret: &[u8], curve: Option<&[u8]>, public_key: Option<&[u8]>) -> Vec<u8> {
    let parameters = curve.map(|oid| tlv(0xa0, oid)).unwrap_or_default();
    let public_key = public_key.map(|point| tlv(0xa1, &tlv(0x03, &[&[0], point].concat())));
    sequence(&[&integer(&[1]), &octets(secret), &parameters, &public_key.unwrap_or_default()])
}

/// PrivateKeyInfo of RFC 5208 around an ECPrivateKey.
pub(crate) fn pkcs8(curve: &[u8], ec_private_key: &[u8]) -> Vec<u8> {
    let algorithm = sequence(&[ID_EC_PUBLIC_KEY, curve]);
    sequence(&[&integer(&[]), &algorithm, &octets(ec_private_key)])
}

/// SubjectPublicKeyInfo of RFC 5280.
pub(crate) fn spki(curve: &[u8], point: &[u8]) -> Vec<u8> {
    let algorithm = sequence(&[ID_EC_PUBLIC_KEY, curve]);
    sequence(&[&algorithm, &tlv(0x03, &[&[0], point].concat())])
}

/// The two members of a signature, as 32 bytes each.
pub(crate) fn split_signature(signature: &[u8]) -> ([u8; 32], [u8; 32]) {
    let (r, rest) = read_integer(&signature[2..]);
    let (s, rest) = read_integer(rest);
    assert!(rest.is_empty(), "bytes behind the signature");
    (r, s)
}

/// The members of a ciphertext: x, y, hash, cipher.
pub(crate) fn split_ciphertext(ciphertext: &[u8]) -> ([u8; 32], [u8; 32], Vec<u8>, Vec<u8>) {
    let (x, rest) = read_integer(read(ciphertext).0);
    let (y, rest) = read_integer(rest);
    let (hash, rest) = read(rest);
    let (cipher, rest) = read(rest);
    assert!(rest.is_empty(), "bytes behind the ciphertext");
    (x, y, hash.to_vec(), cipher.to_vec())
}

pub(crate) fn ciphertext(x: &[u8], y: &[u8], hash: &[u8], cipher: &[u8]) -> Vec<u8> {
    sequence(&[&integer(x), &integer(y), &octets(hash), &octets(cipher)])
}

/// `left + right` as 33 bytes.
pub(crate) fn add(left: &[u8; 32], right: &[u8; 32]) -> [u8; 33] {
    let mut sum = [0; 33];
    let mut carry = 0;
    for at in (0..32).rev() {
        let digit = u16::from(left[at]) + u16::from(right[at]) + carry;
        sum[at + 1] = digit as u8;
        carry = digit >> 8;
    }
    sum[0] = carry as u8;
    sum
}

/// `left - right`, which must not be negative.
pub(crate) fn subtract(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    let mut difference = [0; 32];
    let mut borrow = 0;
    for at in (0..32).rev() {
        let digit = i16::from(left[at]) - i16::from(right[at]) - borrow;
        difference[at] = digit as u8;
        borrow = i16::from(digit < 0);
    }
    assert_eq!(borrow, 0, "the difference is negative");
    difference
}

/// `number` with its last digit changed by this much, which must not carry.
pub(crate) fn offset(number: [u8; 32], by: i8) -> [u8; 32] {
    let mut number = number;
    number[31] = number[31].checked_add_signed(by).expect("no carry");
    number
}

fn read_integer(der: &[u8]) -> ([u8; 32], &[u8]) {
    let (digits, rest) = read(der);
    let digits = digits.strip_prefix(&[0]).unwrap_or(digits);
    let mut number = [0; 32];
    number[32 - digits.len()..].copy_from_slice(digits);
    (number, rest)
}

/// The contents of the first member, and what follows it.
fn read(der: &[u8]) -> (&[u8], &[u8]) {
    let (start, len) = match der[1] {
        0x81 => (3, usize::from(der[2])),
        0x82 => (4, usize::from(der[2]) << 8 | usize::from(der[3])),
        len => (2, usize::from(len)),
    };
    der[start..].split_at(len)
}
