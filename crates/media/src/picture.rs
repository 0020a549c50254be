//! Pictures: their size, a small copy, and stickers. Decoding is bounded in pixels and memory.

use std::io::Cursor;

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageEncoder, ImageReader, Limits, RgbaImage, imageops};

use crate::Unusable;

/// Beyond this a picture is sent as it is, without a thumbnail.
const MAX_PIXELS: u64 = 50_000_000;
const MAX_MEMORY: u64 = 256 * 1024 * 1024;
/// The longer side of a thumbnail.
const THUMBNAIL: u32 = 100;
const THUMBNAIL_QUALITY: u8 = 60;
/// The sides of an avatar, at most.
const AVATAR: u32 = 640;
const AVATAR_QUALITY: u8 = 85;
/// The sides of a sticker.
const STICKER: u32 = 512;

/// Width and height, read from the header alone.
pub(crate) fn dimensions(bytes: &[u8]) -> Option<(u32, u32)> {
    reader(bytes)?.into_dimensions().ok()
}

/// A small JPEG of a picture; `None` if it cannot be decoded within the limits.
pub(crate) fn thumbnail(bytes: &[u8]) -> Option<Vec<u8>> {
    let picture = decode(bytes).ok()?;
    let small = picture.thumbnail(THUMBNAIL, THUMBNAIL).into_rgb8();
    let mut jpeg = Vec::new();
    small
        .write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, THUMBNAIL_QUALITY))
        .ok()?;
    Some(jpeg)
}

/// A picture as an avatar: a square JPEG, cut from its middle.
pub fn avatar(bytes: &[u8]) -> Result<Vec<u8>, Unusable> {
    let picture = decode(bytes)?;
    let side = picture.width().min(picture.height()).clamp(1, AVATAR);
    let square = picture
        .resize_to_fill(side, side, FilterType::Triangle)
        .into_rgb8();
    let mut jpeg = Vec::new();
    square
        .write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, AVATAR_QUALITY))
        .map_err(|error| Unusable::Sticker {
            reason: error.to_string(),
        })?;
    Ok(jpeg)
}

/// A picture as a sticker: WebP as it is, anything else fitted into a transparent square.
pub(crate) fn sticker(bytes: Bytes) -> Result<Bytes, Unusable> {
    if image::guess_format(&bytes).is_ok_and(|format| format == image::ImageFormat::WebP) {
        return match dimensions(&bytes) {
            Some(_) => Ok(bytes),
            None => Err(Unusable::Sticker {
                reason: "the WebP file is damaged".to_owned(),
            }),
        };
    }
    let picture = decode(&bytes)?;
    let fitted = picture
        .resize(STICKER, STICKER, FilterType::Triangle)
        .into_rgba8();
    let mut square = RgbaImage::new(STICKER, STICKER);
    let centred = |side: u32| i64::from((STICKER - side) / 2);
    imageops::overlay(
        &mut square,
        &fitted,
        centred(fitted.width()),
        centred(fitted.height()),
    );
    let mut webp = Vec::new();
    WebPEncoder::new_lossless(&mut webp)
        .write_image(square.as_raw(), STICKER, STICKER, image::ExtendedColorType::Rgba8)
        .map_err(|error| Unusable::Sticker {
            reason: error.to_string(),
        })?;
    Ok(webp.into())
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, Unusable> {
    let unreadable = |error: &dyn std::error::Error| Unusable::Sticker {
        reason: error.to_string(),
    };
    if let Some((width, height)) = dimensions(bytes)
        && u64::from(width) * u64::from(height) > MAX_PIXELS
    {
        return Err(Unusable::TooManyPixels { limit: MAX_PIXELS });
    }
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| unreadable(&error))?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    reader.decode().map_err(|error| unreadable(&error))
}

fn reader(bytes: &[u8]) -> Option<ImageReader<Cursor<&[u8]>>> {
    ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()
}

#[cfg(test)]
mod tests {
    use image::{ImageFormat, RgbImage};

    use super::*;

    fn picture(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::from(RgbImage::from_pixel(width, height, image::Rgb([200, 30, 30])))
            .write_to(&mut bytes, format)
            .unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_thumbnail_is_a_small_jpeg_in_proportion() {
        let small = thumbnail(&picture(ImageFormat::Png, 400, 200)).unwrap();
        assert_eq!(image::guess_format(&small).unwrap(), ImageFormat::Jpeg);
        assert_eq!(dimensions(&small), Some((100, 50)));
        assert_eq!(thumbnail(b"no picture"), None);
    }

    #[test]
    fn avatars_become_square_jpegs() {
        for (width, height, side) in [(900, 700, 640), (40, 30, 30)] {
            let made = avatar(&picture(ImageFormat::Png, width, height)).unwrap();
            assert_eq!(image::guess_format(&made).unwrap(), ImageFormat::Jpeg);
            assert_eq!(dimensions(&made), Some((side, side)));
        }
        assert!(avatar(b"text").is_err());
    }

    #[test]
    fn stickers_become_square_webp() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            let made = sticker(picture(format, 300, 100).into()).unwrap();
            assert_eq!(image::guess_format(&made).unwrap(), ImageFormat::WebP);
            assert_eq!(dimensions(&made), Some((512, 512)));
            let corner = decode(&made).unwrap().into_rgba8()[(0, 0)];
            assert_eq!(corner.0[3], 0, "the margin is transparent");
        }
        let webp = Bytes::from(picture(ImageFormat::WebP, 20, 20));
        assert_eq!(sticker(webp.clone()).unwrap(), webp);
        assert!(matches!(
            sticker(Bytes::from_static(b"text")),
            Err(Unusable::Sticker { .. })
        ));
    }

    #[test]
    fn a_picture_that_claims_too_many_pixels_is_not_decoded() {
        let mut bomb = picture(ImageFormat::Png, 2, 2);
        // Width and height stand in the header, whose checksum follows them.
        bomb[16..24].copy_from_slice(&[0, 0, 0x40, 0, 0, 0, 0x40, 0]);
        let mut crc = 0xffff_ffff_u32;
        for &byte in &bomb[12..29] {
            crc ^= u32::from(byte);
            for _ in 0..8 {
                crc = if crc & 1 == 1 {
                    crc >> 1 ^ 0xedb8_8320
                } else {
                    crc >> 1
                };
            }
        }
        bomb[29..33].copy_from_slice(&(!crc).to_be_bytes());
        assert_eq!(dimensions(&bomb), Some((16384, 16384)));
        assert_eq!(
            sticker(bomb.into()),
            Err(Unusable::TooManyPixels { limit: MAX_PIXELS })
        );
    }
}
