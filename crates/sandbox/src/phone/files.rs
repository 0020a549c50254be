//! The files in messages a phone has seen.

use bytes::Bytes;
use wacore::download::DownloadUtils;

use super::reading;
use crate::{network::Network, state::Account};

/// A file, opened.
pub(crate) struct OpenFile {
    pub(crate) mimetype: Option<String>,
    pub(crate) bytes: Bytes,
}

/// Where the file of a message lies on the media host.
pub(crate) fn media_path(account: &Account, id: &str) -> Option<String> {
    let seen = account.phone.seen(id)?;
    let (_, file) = reading::file(seen.base())?;
    file.direct_path().map(str::to_owned)
}

/// Fetches and decrypts the file of a message, as the phone would show it.
pub(crate) fn open_media(network: &Network, account: &Account, id: &str) -> Option<OpenFile> {
    let seen = account.phone.seen(id)?;
    let (_, file) = reading::file(seen.base())?;
    let sealed = network.media.get(file.direct_path()?)?;
    let bytes = DownloadUtils::verify_and_decrypt(&sealed, file.media_key()?, file.app_info()).ok()?;
    let mimetype = reading::mimetype(seen.base());
    Some(OpenFile {
        mimetype,
        bytes: bytes.into(),
    })
}
