//! Pictures that people and groups show of themselves, from whatever image a caller has.

use wagon_outbound::Outbound;

use crate::error::{Error, FileProblem};
use crate::messages::{MediaFile, Origin};

#[derive(Clone)]
pub(crate) struct Pictures {
    outbound: Outbound,
}

impl Pictures {
    pub(crate) fn new(outbound: Outbound) -> Self {
        Self { outbound }
    }

    /// The image as WhatsApp wants it: a square JPEG.
    pub(crate) async fn avatar(&self, image: Origin) -> Result<Vec<u8>, Error> {
        let (bytes, _) = image.read(&self.outbound, MediaFile::LIMIT).await?;
        let made = tokio::task::spawn_blocking(move || wagon_media::avatar(&bytes)).await;
        let made = made.map_err(Error::internal)?;
        Ok(made.map_err(FileProblem::Unusable)?)
    }
}
