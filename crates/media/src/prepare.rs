//! A file made fit to be sent.

use bytes::Bytes;
use sha2::{Digest, Sha256};
use wagon_domain::content::{self, Media, MediaKind, Thumbnail};
use wagon_domain::outbox::Attachment;

use crate::{Unusable, picture, sniff, timing};

/// The most that one file may have, unless its sender is allowed more.
pub const MAX_SIZE: usize = 16 * 1024 * 1024;

/// A file as it was handed over, with what is known of it. Missing details are found out.
#[derive(Debug, Clone)]
pub struct Source {
    pub media: Media,
    pub bytes: Bytes,
    /// The most that it may have.
    pub limit: usize,
}

/// The same, ready to go.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub attachment: Attachment,
    pub bytes: Bytes,
}

/// Finds out type, size, hash, dimensions, length and a thumbnail, and turns pictures that are to
/// be stickers into WebP. Works on a thread of its own.
pub async fn prepare(source: Source) -> Result<Prepared, Unusable> {
    match tokio::task::spawn_blocking(move || examine(source)).await {
        Ok(prepared) => prepared,
        // Decoders of strangers' files may fail in ways their authors did not think of.
        Err(_) => Err(Unusable::Sticker {
            reason: "the file could not be read".to_owned(),
        }),
    }
}

fn examine(source: Source) -> Result<Prepared, Unusable> {
    let Source {
        mut media,
        bytes,
        limit,
    } = source;
    if bytes.is_empty() {
        return Err(Unusable::Empty);
    }
    if bytes.len() > limit {
        return Err(Unusable::TooLarge { limit });
    }
    let mut thumbnail = None;
    let mut kept = bytes;
    match media.kind {
        MediaKind::Image => {
            set_size(&mut media, picture::dimensions(&kept));
            thumbnail = picture::thumbnail(&kept).map(Thumbnail);
        }
        MediaKind::Sticker => {
            kept = picture::sticker(kept)?;
            media.mimetype = Some("image/webp".to_owned());
            set_size(&mut media, picture::dimensions(&kept));
        }
        MediaKind::Video => {
            let film = timing::film(&kept);
            set_size(&mut media, film.size);
            media.seconds = media.seconds.or(film.seconds);
        }
        MediaKind::Audio => media.seconds = media.seconds.or_else(|| timing::recording(&kept)),
        MediaKind::Document => {}
    }
    let sniffed = || audio_type(media.kind, sniff::mimetype(&kept)).to_owned();
    media.mimetype = Some(media.mimetype.take().unwrap_or_else(sniffed));
    media.size = u64::try_from(kept.len()).ok();
    media.sha256 = Some(content::Sha256(Sha256::digest(&kept).into()));
    Ok(Prepared {
        attachment: Attachment { media, thumbnail },
        bytes: kept,
    })
}

fn set_size(media: &mut Media, size: Option<(u32, u32)>) {
    if let Some((width, height)) = size {
        media.width = media.width.or(Some(width));
        media.height = media.height.or(Some(height));
    }
}

/// Phones play Opus only under its full name.
fn audio_type(kind: MediaKind, sniffed: &'static str) -> &'static str {
    match (kind, sniffed) {
        (MediaKind::Audio, "audio/ogg" | "audio/opus" | "application/ogg" | "video/ogg") => {
            "audio/ogg; codecs=opus"
        }
        (_, sniffed) => sniffed,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, ImageFormat};

    use super::*;

    fn png() -> Bytes {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(30, 20)
            .write_to(&mut bytes, ImageFormat::Png)
            .unwrap();
        bytes.into_inner().into()
    }

    fn source(media: Media, bytes: Bytes) -> Source {
        Source {
            media,
            bytes,
            limit: MAX_SIZE,
        }
    }

    async fn prepared(kind: MediaKind, bytes: Bytes) -> Result<Prepared, Unusable> {
        let media = Media::of(kind);
        prepare(source(media, bytes)).await
    }

    #[tokio::test]
    async fn a_picture_is_described() {
        let ready = prepared(MediaKind::Image, png()).await.unwrap();
        let media = &ready.attachment.media;
        assert_eq!(media.mimetype.as_deref(), Some("image/png"));
        assert_eq!((media.width, media.height), (Some(30), Some(20)));
        assert_eq!(media.size, Some(png().len() as u64));
        assert_eq!(media.sha256, Some(content::Sha256(Sha256::digest(png()).into())));
        assert!(ready.attachment.thumbnail.is_some());
        assert_eq!(ready.bytes, png());
    }

    #[tokio::test]
    async fn a_picture_becomes_a_sticker() {
        let ready = prepared(MediaKind::Sticker, png()).await.unwrap();
        assert_eq!(ready.attachment.media.mimetype.as_deref(), Some("image/webp"));
        assert_eq!(ready.attachment.media.size, Some(ready.bytes.len() as u64));
        assert_ne!(ready.bytes, png());
    }

    #[tokio::test]
    async fn what_is_known_already_stays() {
        let media = Media {
            mimetype: Some("application/x-own".into()),
            ..Media::of(MediaKind::Document)
        };
        let bytes = Bytes::from_static(b"%PDF-1.7");
        let ready = prepare(source(media, bytes)).await.unwrap();
        assert_eq!(
            ready.attachment.media.mimetype.as_deref(),
            Some("application/x-own")
        );
    }

    #[tokio::test]
    async fn limits_hold() {
        assert_eq!(
            prepared(MediaKind::Document, Bytes::new()).await.unwrap_err(),
            Unusable::Empty
        );
        let large = Bytes::from(vec![0; MAX_SIZE + 1]);
        assert_eq!(
            prepared(MediaKind::Document, large).await.unwrap_err(),
            Unusable::TooLarge { limit: MAX_SIZE }
        );
        let damaged = prepared(MediaKind::Image, Bytes::from_static(b"\x89PNG\r\n\x1a\n")).await;
        assert!(
            damaged.unwrap().attachment.thumbnail.is_none(),
            "it is sent as it is"
        );
    }
}
