//! The file that holds the encryption key: base64, readable by its owner alone.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

pub(crate) type Key = Zeroizing<[u8; 32]>;

/// Why a key file is of no use.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    #[error("the key file {} could not be {action}", path.display())]
    Io {
        path: PathBuf,
        action: &'static str,
        source: io::Error,
    },
    #[error("the key file {} may be read by others (mode {mode:o}); run chmod 600 on it", path.display())]
    Exposed { path: PathBuf, mode: u32 },
    #[error("the key file {} does not hold 32 bytes in base64", path.display())]
    Invalid { path: PathBuf },
}

pub(crate) fn load_or_generate(path: &Path) -> Result<Key, KeyFileError> {
    match create(path) {
        Ok(file) => generate(path, file),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => load(path),
        Err(source) => Err(KeyFileError::Io {
            path: path.to_owned(),
            action: "created",
            source,
        }),
    }
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn generate(path: &Path, mut file: File) -> Result<Key, KeyFileError> {
    let mut key = Zeroizing::new([0; 32]);
    rand::fill(key.as_mut_slice());
    let mut line = Zeroizing::new(STANDARD.encode(key.as_slice()));
    line.push('\n');
    file.write_all(line.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(|source| KeyFileError::Io {
            path: path.to_owned(),
            action: "written",
            source,
        })?;
    Ok(key)
}

fn load(path: &Path) -> Result<Key, KeyFileError> {
    let unreadable = |source| KeyFileError::Io {
        path: path.to_owned(),
        action: "read",
        source,
    };
    let mut file = File::open(path).map_err(unreadable)?;
    #[cfg(unix)]
    {
        let permissions = file.metadata().map_err(unreadable)?.permissions();
        let mode = std::os::unix::fs::PermissionsExt::mode(&permissions) & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeyFileError::Exposed {
                path: path.to_owned(),
                mode,
            });
        }
    }
    let mut text = Zeroizing::new(String::new());
    file.read_to_string(&mut text).map_err(unreadable)?;
    let invalid = || KeyFileError::Invalid {
        path: path.to_owned(),
    };
    let bytes = Zeroizing::new(STANDARD.decode(text.trim()).map_err(|_| invalid())?);
    let key = bytes.as_slice().try_into().map_err(|_| invalid())?;
    Ok(Zeroizing::new(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_a_key_once_and_reads_it_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        let made = load_or_generate(&path).unwrap();
        assert_ne!(*made, [0; 32]);
        assert_eq!(*load_or_generate(&path).unwrap(), *made);
    }

    #[cfg(unix)]
    #[test]
    fn refuses_a_file_that_others_can_read() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        load_or_generate(&path).unwrap();
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(
            load_or_generate(&path),
            Err(KeyFileError::Exposed { mode: 0o640, .. })
        ));
    }

    #[test]
    fn refuses_what_is_no_key() {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in [("empty", ""), ("short", "c2hvcnQ="), ("garbage", "not base64!")] {
            let path = dir.path().join(name);
            write!(create(&path).unwrap(), "{text}").unwrap();
            assert!(
                matches!(load_or_generate(&path), Err(KeyFileError::Invalid { .. })),
                "{name}"
            );
        }
    }
}
