//! QR codes as pictures.

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{GrayImage, ImageFormat, Luma};
use qrcode::{Color, QrCode};

/// Pixels per module.
const SCALE: u32 = 6;
/// Modules of white around the code, without which scanners do not find it.
const MARGIN: u32 = 4;

/// The code as a PNG in a `data:` URL; none if it is too long for any QR code.
pub(crate) fn data_url(code: &str) -> Option<String> {
    let qr = QrCode::new(code).ok()?;
    let modules = u32::try_from(qr.width()).ok()?;
    let side = (modules + 2 * MARGIN) * SCALE;
    let picture = GrayImage::from_fn(side, side, |x, y| {
        let at = |pixel: u32| {
            let module = (pixel / SCALE)
                .checked_sub(MARGIN)
                .filter(|module| *module < modules)?;
            usize::try_from(module).ok()
        };
        match (at(x), at(y)) {
            (Some(x), Some(y)) if qr[(x, y)] == Color::Dark => Luma([0]),
            _ => Luma([255]),
        }
    });
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png).ok()?;
    Some(format!(
        "data:image/png;base64,{}",
        STANDARD.encode(png.into_inner())
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_becomes_a_picture() {
        let url = data_url("2@abc,def").unwrap();
        let png = STANDARD
            .decode(url.strip_prefix("data:image/png;base64,").unwrap())
            .unwrap();
        let picture = image::load_from_memory(&png).unwrap().to_luma8();
        assert_eq!(picture.width(), picture.height());
        // White around a dark corner.
        let edge = MARGIN * SCALE;
        assert_eq!(picture.get_pixel(edge - 1, edge - 1), &Luma([255]));
        assert_eq!(picture.get_pixel(edge, edge), &Luma([0]));
        assert!(data_url(&"x".repeat(5000)).is_none());
    }
}
