//! Key files as people really have them: PEM or DER, with CRLF, a byte order mark, blanks around,
//! line ends that an environment variable turned into a literal `\n`, or the armour lines lost.

mod der;

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

pub(crate) use self::der::Der;

/// DER bytes and what the file said they were.
pub(crate) struct Document<'a> {
    pub(crate) label: Label,
    pub(crate) der: Der<'a>,
}

/// The label of a PEM block (RFC 7468), or none for DER and for bare base64.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    None,
    Certificate,
    EncryptedPrivateKey,
    OtherPrivateKey,
    PrivateKey,
    PublicKey,
    RsaPrivateKey,
    RsaPublicKey,
    Unknown,
}

impl Label {
    fn parse(label: &[u8]) -> Self {
        match label {
            b"CERTIFICATE" => Self::Certificate,
            b"ENCRYPTED PRIVATE KEY" => Self::EncryptedPrivateKey,
            b"PRIVATE KEY" => Self::PrivateKey,
            b"PUBLIC KEY" => Self::PublicKey,
            b"RSA PRIVATE KEY" => Self::RsaPrivateKey,
            b"RSA PUBLIC KEY" => Self::RsaPublicKey,
            _ if label.ends_with(b"PRIVATE KEY") => Self::OtherPrivateKey,
            _ => Self::Unknown,
        }
    }

    pub(crate) const fn is_private(self) -> bool {
        matches!(
            self,
            Self::EncryptedPrivateKey
                | Self::OtherPrivateKey
                | Self::PrivateKey
                | Self::RsaPrivateKey
        )
    }
}

/// Reads the first block of `input` whose label `wanted` accepts, or else the first block at all.
///
/// The decoding of the base64 text is constant-time, as it may be a private key.
///
/// # Errors
/// A sentence that says why there is nothing to read.
pub(crate) fn decode(
    input: &[u8],
    wanted: impl Fn(Label) -> bool,
) -> Result<Document<'_>, &'static str> {
    let input = trim(input.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(input));
    if input.is_empty() {
        return Err("it is empty. Expected the contents of the file, as PEM or DER");
    }
    if is_der(input) {
        return Ok(Document { label: Label::None, der: Der::Given(input) });
    }
    let mut first = None;
    let mut rest = input;
    while let Some(block) = Block::next(&mut rest)? {
        if wanted(block.label) {
            return block.decode();
        }
        first.get_or_insert(block);
    }
    first.unwrap_or(Block { label: Label::None, body: input }).decode()
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// The text between a `BEGIN` and an `END` line.
struct Block<'a> {
    label: Label,
    body: &'a [u8],
}

impl<'a> Block<'a> {
    /// Takes the next block off `input`.
    fn next(input: &mut &'a [u8]) -> Result<Option<Self>, &'static str> {
        let Some((_, after)) = split_once(input, BEGIN) else { return Ok(None) };
        let unfinished = "the PEM text is cut off: its END line is missing or damaged";
        let (label, after) = split_once(after, DASHES).ok_or(unfinished)?;
        let (body, after) = split_once(after, END).ok_or(unfinished)?;
        let (end_label, rest) = split_once(after, DASHES).ok_or(unfinished)?;
        if label != end_label {
            return Err("its BEGIN and END lines do not match");
        }
        *input = rest;
        Ok(Some(Self { label: Label::parse(label), body }))
    }

    fn decode(self) -> Result<Document<'a>, &'static str> {
        // `Proc-Type: 4,ENCRYPTED` (RFC 1421 §4.6.1.1). The comma keeps it apart from base64.
        if split_once(self.body, b",ENCRYPTED").is_some() {
            return Ok(Document { label: Label::EncryptedPrivateKey, der: Der::Given(&[]) });
        }
        let der = self.decode_text()?;
        if is_der(&der) {
            Ok(Document { label: self.label, der })
        } else {
            Err("it is neither PEM nor DER. Expected the contents of the file, not its path")
        }
    }

    /// Decodes the base64 text piece by piece, without what stands between its characters.
    fn decode_text(&self) -> Result<Der<'a>, &'static str> {
        const PIECE: usize = 64;
        let mut der = der::Decoded::for_text(self.body.len());
        let mut piece = Zeroizing::new([0; PIECE]);
        let mut decoded = Zeroizing::new([0; PIECE / 4 * 3]);
        let mut characters = significant(self.body);
        loop {
            let mut len = 0;
            for (slot, byte) in piece.iter_mut().zip(&mut characters) {
                *slot = byte;
                len += 1;
            }
            let decoded = piece
                .get(..len)
                .and_then(|piece| Base64::decode(piece, decoded.as_mut_slice()).ok())
                .ok_or(DAMAGED)?;
            der.extend(decoded)?;
            if decoded.len() < PIECE / 4 * 3 {
                break;
            }
        }
        // Padding is the end.
        if characters.next().is_some() { Err(DAMAGED) } else { Ok(Der::Decoded(der)) }
    }
}

const DAMAGED: &str = "it is neither PEM nor DER: the base64 text is damaged or incomplete";

/// Without white space and literal `\n`.
fn significant(text: &[u8]) -> impl Iterator<Item = u8> {
    let mut bytes = text.iter().copied().peekable();
    core::iter::from_fn(move || {
        loop {
            match bytes.next()? {
                b'\\' if matches!(bytes.peek(), Some(b'n' | b'r')) => {
                    bytes.next();
                }
                byte if byte.is_ascii_whitespace() => {}
                byte => return Some(byte),
            }
        }
    })
}

/// Whether this begins as a DER SEQUENCE: in the long form, or in the short form and of that length.
fn is_der(bytes: &[u8]) -> bool {
    match bytes {
        [0x30, 0x81..=0x84, ..] => true,
        [0x30, len, contents @ ..] => usize::from(*len) == contents.len(),
        _ => false,
    }
}

fn split_once<'a>(haystack: &'a [u8], needle: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = haystack.windows(needle.len()).position(|window| window == needle)?;
    let (before, rest) = haystack.split_at_checked(at)?;
    Some((before, rest.strip_prefix(needle)?))
}

/// Without surrounding white space, quotes and literal `\n`.
fn trim(mut input: &[u8]) -> &[u8] {
    if is_der(input) {
        return input;
    }
    loop {
        let before = input.len();
        input = input.trim_ascii();
        for edge in [&b"\\n"[..], b"\\r", b"\"", b"'"] {
            input = input.strip_prefix(edge).unwrap_or(input);
            input = input.strip_suffix(edge).unwrap_or(input);
        }
        if input.len() == before {
            return input;
        }
    }
}
