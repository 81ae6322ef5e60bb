//! One at a time: two runs that empty and fill the same folders would each find half of them.

use std::fs;
use std::fs::File;
use std::fs::TryLockError;

use crate::error::Context as _;
use crate::error::Error;
use crate::error::Result;
use crate::workspace;

/// Waits until no other `cargo xtask` installs or packages in this workspace. The lock lasts as long as what is given
/// back, and no longer than the process.
pub(crate) fn take() -> Result<File> {
    let path = workspace::memory("lock");
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).doing("create", folder)?;
    }
    let file = File::create(&path).doing("create", &path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            println!("waiting for another `cargo xtask`");
            file.lock().doing("lock", &path)?;
            Ok(file)
        }
        Err(TryLockError::Error(error)) => {
            Err(Error::new(format!("cannot lock {}: {error}", path.display())))
        }
    }
}
