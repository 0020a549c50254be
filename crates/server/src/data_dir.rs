//! The data folder: private, and owned by one gateway at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::Path;

use anyhow::Context;

/// Held for as long as the gateway runs. Two gateways on one folder would log the same devices in
/// twice and throw each other out.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Makes the folder if it is missing, open to its owner only.
pub fn create(path: &Path) -> anyhow::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .with_context(|| format!("data_dir {} could not be made", path.display()))
}

/// Claims the folder for this process.
pub fn lock(path: &Path) -> anyhow::Result<Lock> {
    let name = path.join("wagon.lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&name)
        .with_context(|| format!("{} could not be opened", name.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock { _file: file }),
        Err(TryLockError::WouldBlock) => {
            anyhow::bail!(
                "another gateway runs on data_dir {}; stop it or choose another folder",
                path.display()
            )
        }
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} could not be locked", name.display()))
        }
    }
}

/// Writes a file that only its owner may read, whole or not at all.
pub fn write_private(path: &Path, content: &str) -> std::io::Result<()> {
    use std::io::Write;

    let partial = path.with_extension("partial");
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&partial)?;
    file.write_all(content.as_bytes())?;
    file.sync_all()?;
    fs::rename(&partial, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_gateway() {
        let dir = tempfile::tempdir().unwrap();
        let first = lock(dir.path()).unwrap();
        assert!(lock(dir.path()).is_err());
        drop(first);
        assert!(lock(dir.path()).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn secrets_are_for_their_owner() {
        use std::os::unix::fs::PermissionsExt;

        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("api-key");
        write_private(&path, "wa_x\n").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
