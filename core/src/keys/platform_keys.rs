use alloc::vec::Vec;

use crate::error::Error;
use crate::host::Host;
use crate::keys::platform::PlatformKey;
use crate::serial::Serial;
use crate::signature::Scheme;
use crate::time::UnixTime;

/// The keys of WeChat Pay that a merchant trusts, by serial: public keys and certificates side by
/// side, as both sign while WeChat Pay moves a merchant from one to the other.
///
/// An empty set trusts nobody: every message is refused with [`Error::SerialUnknown`].
#[derive(Clone, Debug, Default)]
pub struct PlatformKeys(Vec<PlatformKey>);

impl PlatformKeys {
    /// A set of keys.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] if two different keys have one serial.
    pub fn new(keys: impl IntoIterator<Item = PlatformKey>) -> Result<Self, Error> {
        let mut set = Self::default();
        for key in keys {
            set.insert(key)?;
        }
        Ok(set)
    }

    /// Lets `host` compute with the RSA keys that are in the set now.
    #[must_use]
    pub fn on_host(self, host: &'static dyn Host) -> Self {
        Self(self.0.into_iter().map(|key| key.on_host(host)).collect())
    }

    /// Adds a key, for instance the new certificate of a rotation. Adding it again changes nothing.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] if a different key of the same serial is there already.
    pub fn insert(&mut self, key: PlatformKey) -> Result<(), Error> {
        match self.0.iter().find(|known| known.serial() == key.serial()) {
            None => self.0.push(key),
            Some(known) if known.is_same_key(&key) => {}
            Some(_) => {
                return Err(Error::ArgumentInvalid {
                    name: "platform_keys",
                    expected: "one key for each serial; two different ones have the same",
                });
            }
        }
        Ok(())
    }

    /// The key of this serial.
    ///
    /// # Errors
    /// [`Error::SerialUnknown`] if there is none.
    pub fn find(&self, serial: Serial) -> Result<&PlatformKey, Error> {
        PlatformKey::find(&self.0, serial)
    }

    /// The key to encrypt sensitive fields with, whose serial the request then carries in its
    /// `Wechatpay-Serial` header. Of the keys of `scheme`, which is the merchant's: the public key if
    /// there is one, the last added of several; else the certificate valid at `now` that was issued
    /// last.
    ///
    /// # Errors
    /// [`Error::KeyInvalid`] if there is neither.
    pub fn for_encryption(&self, scheme: Scheme, now: UnixTime) -> Result<&PlatformKey, Error> {
        let keys = || self.0.iter().filter(|key| key.scheme() == scheme);
        let newest_certificate = || {
            let valid = keys().filter_map(|key| {
                let (not_before, not_after) = key.validity()?;
                (not_before <= now && now <= not_after).then_some((not_before, key))
            });
            valid.max_by_key(|(not_before, _)| *not_before).map(|(_, key)| key)
        };
        let public_key = keys().rev().find(|key| key.serial().is_public_key_id());
        public_key.or_else(newest_certificate).ok_or(Error::KeyInvalid {
            key: "set of platform keys",
            reason: "it holds no public key and no certificate that is valid now, of the merchant's \
                     signature scheme. Add the WeChat Pay public key, or download the platform \
                     certificates again",
        })
    }

    /// The keys, in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = &PlatformKey> {
        self.0.iter()
    }
}

impl AsRef<[PlatformKey]> for PlatformKeys {
    fn as_ref(&self) -> &[PlatformKey] {
        &self.0
    }
}
