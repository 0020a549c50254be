//! Media on its way out: the description of what was uploaded.

use buffa::MessageField;
use wacore::download::MediaType;
use wacore::proto_helpers::wrap_as_album_child;
use wagon_domain::content::MediaKind;
use wagon_domain::outbox::Attachment;
use waproto::whatsapp as wa;
use whatsapp_rust::upload::UploadResponse;

/// Which keys encrypt it, and where it is uploaded.
pub(crate) const fn media_type(kind: MediaKind) -> MediaType {
    match kind {
        MediaKind::Image => MediaType::Image,
        MediaKind::Video => MediaType::Video,
        MediaKind::Audio => MediaType::Audio,
        MediaKind::Document => MediaType::Document,
        MediaKind::Sticker => MediaType::Sticker,
    }
}

/// The message that shows an uploaded file.
pub(crate) fn attachment(attachment: &Attachment, upload: UploadResponse) -> wa::Message {
    let message = match attachment.media.kind {
        MediaKind::Image => image(attachment, upload),
        MediaKind::Video => video(attachment, upload),
        MediaKind::Audio => audio(attachment, upload),
        MediaKind::Document => document(attachment, upload),
        MediaKind::Sticker => sticker(attachment, upload),
    };
    if attachment.media.view_once {
        return wa::Message {
            view_once_message_v2: MessageField::some(wa::message::FutureProofMessage {
                message: MessageField::some(message),
            }),
            ..Default::default()
        };
    }
    message
}

/// The same as an item of the album whose cover is `cover`.
pub(crate) fn album_item(message: wa::Message, cover: wa::MessageKey) -> wa::Message {
    wrap_as_album_child(message, cover)
}

fn image(Attachment { media, thumbnail }: &Attachment, upload: UploadResponse) -> wa::Message {
    let image = wa::message::ImageMessage {
        url: Some(upload.url),
        direct_path: Some(upload.direct_path),
        media_key: Some(upload.media_key.to_vec()),
        file_sha256: Some(upload.file_sha256.to_vec()),
        file_enc_sha256: Some(upload.file_enc_sha256.to_vec()),
        file_length: Some(upload.file_length),
        media_key_timestamp: Some(upload.media_key_timestamp),
        mimetype: media.mimetype.clone(),
        caption: media.caption.clone(),
        width: media.width,
        height: media.height,
        jpeg_thumbnail: thumbnail.as_ref().map(|jpeg| jpeg.0.clone()),
        view_once: media.view_once.then_some(true),
        ..Default::default()
    };
    wa::Message {
        image_message: MessageField::some(image),
        ..Default::default()
    }
}

fn video(Attachment { media, thumbnail }: &Attachment, upload: UploadResponse) -> wa::Message {
    let video = wa::message::VideoMessage {
        url: Some(upload.url),
        direct_path: Some(upload.direct_path),
        media_key: Some(upload.media_key.to_vec()),
        file_sha256: Some(upload.file_sha256.to_vec()),
        file_enc_sha256: Some(upload.file_enc_sha256.to_vec()),
        file_length: Some(upload.file_length),
        media_key_timestamp: Some(upload.media_key_timestamp),
        streaming_sidecar: upload.streaming_sidecar,
        mimetype: media.mimetype.clone(),
        caption: media.caption.clone(),
        width: media.width,
        height: media.height,
        seconds: media.seconds,
        gif_playback: media.gif.then_some(true),
        jpeg_thumbnail: thumbnail.as_ref().map(|jpeg| jpeg.0.clone()),
        view_once: media.view_once.then_some(true),
        ..Default::default()
    };
    wa::Message {
        video_message: MessageField::some(video),
        ..Default::default()
    }
}

fn audio(Attachment { media, .. }: &Attachment, upload: UploadResponse) -> wa::Message {
    let audio = wa::message::AudioMessage {
        url: Some(upload.url),
        direct_path: Some(upload.direct_path),
        media_key: Some(upload.media_key.to_vec()),
        file_sha256: Some(upload.file_sha256.to_vec()),
        file_enc_sha256: Some(upload.file_enc_sha256.to_vec()),
        file_length: Some(upload.file_length),
        media_key_timestamp: Some(upload.media_key_timestamp),
        streaming_sidecar: upload.streaming_sidecar,
        mimetype: media.mimetype.clone(),
        seconds: media.seconds,
        ptt: Some(media.ptt),
        view_once: media.view_once.then_some(true),
        ..Default::default()
    };
    wa::Message {
        audio_message: MessageField::some(audio),
        ..Default::default()
    }
}

fn document(Attachment { media, thumbnail }: &Attachment, upload: UploadResponse) -> wa::Message {
    let document = wa::message::DocumentMessage {
        url: Some(upload.url),
        direct_path: Some(upload.direct_path),
        media_key: Some(upload.media_key.to_vec()),
        file_sha256: Some(upload.file_sha256.to_vec()),
        file_enc_sha256: Some(upload.file_enc_sha256.to_vec()),
        file_length: Some(upload.file_length),
        media_key_timestamp: Some(upload.media_key_timestamp),
        mimetype: media.mimetype.clone(),
        file_name: media.filename.clone(),
        title: media.filename.clone(),
        caption: media.caption.clone(),
        jpeg_thumbnail: thumbnail.as_ref().map(|jpeg| jpeg.0.clone()),
        ..Default::default()
    };
    let message = wa::Message {
        document_message: MessageField::some(document),
        ..Default::default()
    };
    if media.caption.is_none() {
        return message;
    }
    // Phones only show the caption of a document that says it has one.
    wa::Message {
        document_with_caption_message: MessageField::some(wa::message::FutureProofMessage {
            message: MessageField::some(message),
        }),
        ..Default::default()
    }
}

fn sticker(Attachment { media, .. }: &Attachment, upload: UploadResponse) -> wa::Message {
    let sticker = wa::message::StickerMessage {
        url: Some(upload.url),
        direct_path: Some(upload.direct_path),
        media_key: Some(upload.media_key.to_vec()),
        file_sha256: Some(upload.file_sha256.to_vec()),
        file_enc_sha256: Some(upload.file_enc_sha256.to_vec()),
        file_length: Some(upload.file_length),
        media_key_timestamp: Some(upload.media_key_timestamp),
        mimetype: media.mimetype.clone(),
        width: media.width,
        height: media.height,
        ..Default::default()
    };
    wa::Message {
        sticker_message: MessageField::some(sticker),
        ..Default::default()
    }
}
