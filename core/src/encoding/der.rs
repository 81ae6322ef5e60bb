//! A walk over DER: enough to step through a certificate without a model of it.

#[cfg(feature = "shangmi")]
mod exact;

#[cfg(feature = "shangmi")]
pub(crate) use self::exact::{octet_string, sequence, unsigned};

use der::asn1::AnyRef;
use der::{Decode, Reader, SliceReader, Tag, Tagged};

/// The members of one SEQUENCE, read in order.
pub(crate) struct Sequence<'a>(SliceReader<'a>);

impl<'a> Sequence<'a> {
    /// Opens a SEQUENCE that spans the whole input.
    pub(crate) fn from_der(der: &'a [u8]) -> Option<Self> {
        Self::open(AnyRef::from_der(der).ok()?)
    }

    /// The next member, of any type.
    pub(crate) fn any(&mut self) -> Option<AnyRef<'a>> {
        self.0.decode().ok()
    }

    /// The contents of the next member, which must have this tag.
    pub(crate) fn value(&mut self, tag: Tag) -> Option<&'a [u8]> {
        let member = self.any()?;
        (member.tag() == tag).then(|| member.value())
    }

    /// The next member, which must be a SEQUENCE.
    pub(crate) fn sequence(&mut self) -> Option<Self> {
        Self::open(self.any()?)
    }

    /// The next member with its header, as it stands in the input.
    pub(crate) fn tlv(&mut self) -> Option<&'a [u8]> {
        self.0.tlv_bytes().ok()
    }

    /// The tag of the next member, which stays unread.
    pub(crate) fn peek_tag(&self) -> Option<Tag> {
        Tag::peek(&self.0).ok()
    }

    fn open(any: AnyRef<'a>) -> Option<Self> {
        if any.tag() != Tag::Sequence {
            return None;
        }
        SliceReader::new(any.value()).ok().map(Self)
    }
}
