//! Descriptions of media, of all its kinds.

use wacore::proto_helpers::MessageExt;
use wagon_domain::content::{Media, MediaKind, Sha256};
use waproto::whatsapp as wa;

/// The media a message carries, described.
pub(super) fn described(message: &wa::Message) -> Option<Media> {
    let mut media = image(message)
        .or_else(|| video(message))
        .or_else(|| audio(message))
        .or_else(|| document(message))
        .or_else(|| sticker(message))?;
    media.view_once |= message.is_view_once();
    Some(media)
}

fn image(message: &wa::Message) -> Option<Media> {
    let image = message.image_message.as_option()?;
    Some(Media {
        mimetype: image.mimetype.clone(),
        size: image.file_length,
        caption: image.caption.clone(),
        sha256: sha256(image.file_sha256.as_deref()),
        width: positive(image.width),
        height: positive(image.height),
        ..Media::of(MediaKind::Image)
    })
}

fn video(message: &wa::Message) -> Option<Media> {
    // A video note is a round video.
    let video = message
        .video_message
        .as_option()
        .or_else(|| message.ptv_message.as_option())?;
    Some(Media {
        mimetype: video.mimetype.clone(),
        size: video.file_length,
        caption: video.caption.clone(),
        sha256: sha256(video.file_sha256.as_deref()),
        width: positive(video.width),
        height: positive(video.height),
        seconds: video.seconds,
        gif: video.gif_playback.unwrap_or_default(),
        ..Media::of(MediaKind::Video)
    })
}

fn audio(message: &wa::Message) -> Option<Media> {
    let audio = message.audio_message.as_option()?;
    Some(Media {
        mimetype: audio.mimetype.clone(),
        size: audio.file_length,
        sha256: sha256(audio.file_sha256.as_deref()),
        seconds: audio.seconds,
        ptt: audio.ptt.unwrap_or_default(),
        view_once: audio.view_once.unwrap_or_default(),
        ..Media::of(MediaKind::Audio)
    })
}

fn document(message: &wa::Message) -> Option<Media> {
    let document = message.document_message.as_option()?;
    Some(Media {
        mimetype: document.mimetype.clone(),
        size: document.file_length,
        filename: document.file_name.clone().or_else(|| document.title.clone()),
        caption: document.caption.clone(),
        sha256: sha256(document.file_sha256.as_deref()),
        ..Media::of(MediaKind::Document)
    })
}

fn sticker(message: &wa::Message) -> Option<Media> {
    let sticker = match message.lottie_sticker_message.as_option() {
        Some(wrapper) => wrapper.message.as_option()?.sticker_message.as_option()?,
        None => message.sticker_message.as_option()?,
    };
    Some(Media {
        mimetype: sticker.mimetype.clone(),
        size: sticker.file_length,
        sha256: sha256(sticker.file_sha256.as_deref()),
        width: positive(sticker.width),
        height: positive(sticker.height),
        ..Media::of(MediaKind::Sticker)
    })
}

fn sha256(bytes: Option<&[u8]>) -> Option<Sha256> {
    bytes?.try_into().ok().map(Sha256)
}

/// Clients write zero for what they do not know.
fn positive(number: Option<u32>) -> Option<u32> {
    number.filter(|&number| number > 0)
}

#[cfg(test)]
mod tests {
    use buffa::MessageField;

    use super::*;

    #[test]
    fn a_picture_keeps_its_description() {
        let image = wa::message::ImageMessage {
            mimetype: Some("image/png".into()),
            caption: Some("look".into()),
            file_length: Some(7),
            file_sha256: Some(vec![7; 32]),
            width: Some(640),
            height: Some(0),
            view_once: Some(true),
            ..Default::default()
        };
        let message = wa::Message {
            image_message: MessageField::some(image),
            ..Default::default()
        };
        assert_eq!(
            described(&message),
            Some(Media {
                mimetype: Some("image/png".into()),
                size: Some(7),
                caption: Some("look".into()),
                sha256: Some(Sha256([7; 32])),
                width: Some(640),
                view_once: true,
                ..Media::of(MediaKind::Image)
            })
        );
    }

    #[test]
    fn a_document_without_a_file_name_has_a_title() {
        let document = wa::message::DocumentMessage {
            title: Some("report".into()),
            ..Default::default()
        };
        let message = wa::Message {
            document_message: MessageField::some(document),
            ..Default::default()
        };
        assert_eq!(
            described(&message).and_then(|media| media.filename).as_deref(),
            Some("report")
        );
    }
}
