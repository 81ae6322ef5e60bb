//! A number for the content of files: equal content, nothing to do.

use std::fs;
use std::path::Path;

use crate::error::Context as _;
use crate::error::Result;

/// FNV-1a, 64 bits: it guards against forgetting a rebuild, not against an attacker.
#[derive(Debug)]
pub(crate) struct Fingerprint(u64);

impl Fingerprint {
    pub(crate) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        // A separator that no UTF-8 text holds, so that "ab","c" is not "a","bc".
        self.0 = (self.0 ^ 0xff).wrapping_mul(0x0100_0000_01b3);
    }

    /// Takes a file, or a folder with all below it but what is built there.
    pub(crate) fn path(&mut self, path: &Path) -> Result<()> {
        if path.is_file() {
            self.bytes(path.to_string_lossy().as_bytes());
            self.bytes(&fs::read(path).doing("read", path)?);
            return Ok(());
        }
        let mut entries = fs::read_dir(path)
            .and_then(Iterator::collect::<std::io::Result<Vec<_>>>)
            .doing("list", path)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name();
            if !["dist", "node_modules", "target"].iter().any(|&built| name == *built) {
                self.path(&entry.path())?;
            }
        }
        Ok(())
    }

    pub(crate) fn finish(&self) -> String {
        format!("{:016x}", self.0)
    }
}

/// Whether `memory` holds this very fingerprint.
pub(crate) fn remembered(memory: &Path, fingerprint: &str) -> bool {
    fs::read_to_string(memory).is_ok_and(|text| text == fingerprint)
}

pub(crate) fn remember(memory: &Path, fingerprint: &str) -> Result<()> {
    if let Some(folder) = memory.parent() {
        fs::create_dir_all(folder).doing("create", folder)?;
    }
    fs::write(memory, fingerprint).doing("write", memory)
}

#[cfg(test)]
mod tests {
    use super::Fingerprint;

    #[test]
    fn pieces_do_not_run_together() {
        let of = |pieces: &[&[u8]]| {
            let mut fingerprint = Fingerprint::new();
            pieces.iter().for_each(|piece| fingerprint.bytes(piece));
            fingerprint.finish()
        };
        assert_ne!(of(&[b"ab", b"c"]), of(&[b"a", b"bc"]));
        assert_eq!(of(&[b"ab", b"c"]), of(&[b"ab", b"c"]));
    }
}
