//! Encrypting what phones and the server itself put on the media host.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use wacore::{download::MediaType, upload::MediaEncryptor};

use super::MediaHost;

/// A blob on the host and what a client needs to open it.
pub(crate) struct Sealed {
    pub(crate) direct_path: String,
    pub(crate) media_key: Vec<u8>,
    pub(crate) sha256: Vec<u8>,
    pub(crate) encrypted_sha256: Vec<u8>,
    pub(crate) length: u64,
}

impl MediaHost {
    /// Encrypts `plain` with a fresh key and keeps it.
    pub(crate) fn seal(&self, kind: MediaType, plain: &[u8]) -> anyhow::Result<Sealed> {
        let mut encrypted = Vec::with_capacity(plain.len() + 32);
        let mut encryptor = MediaEncryptor::new(kind)?;
        encryptor.update(plain, &mut encrypted);
        let info = encryptor.finalize(&mut encrypted)?;
        let token = URL_SAFE_NO_PAD.encode(info.file_enc_sha256);
        Ok(Sealed {
            direct_path: self.put(kind.mms_type(), &token, encrypted.into()),
            media_key: info.media_key.to_vec(),
            sha256: info.file_sha256.to_vec(),
            encrypted_sha256: info.file_enc_sha256.to_vec(),
            length: info.file_length,
        })
    }
}
