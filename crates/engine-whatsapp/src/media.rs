//! Fetching media, and having it uploaded again.

use std::time::Duration;

use async_trait::async_trait;
use wacore::download::Downloadable;
use wacore::media_retry::MediaRetryResult;
use wagon_domain::SessionId;
use wagon_domain::content::WireContent;
use wagon_engine::{CallError, Download, DownloadError, Media};
use waproto::whatsapp as wa;
use whatsapp_rust::features::{MediaReuploadError, MediaReuploadRequest};
use whatsapp_rust::{Client, ErrorChainExt as _};

use crate::call::failed;
use crate::engine::WhatsAppEngine;
use crate::translate::{self, Kept};

/// What WhatsApp's media hosts answer for what they have dropped.
const EXPIRED: [u16; 2] = [404, 410];
/// How long the phone is waited for. It may be off; the caller can come again.
const PHONE_DEADLINE: Duration = Duration::from_secs(12);

#[async_trait]
impl Media for WhatsAppEngine {
    async fn download(&self, session: &SessionId, message: &WireContent) -> Result<Download, DownloadError> {
        let client = self.client(session)?;
        let mut kept = Kept::read(message).map_err(|error| CallError::Engine(Box::new(error)))?;
        match fetch(&client, &kept.message).await {
            Err(DownloadError::Gone) => {}
            fetched => return fetched,
        }
        let path = uploaded_again(&client, &kept).await?;
        move_to(&mut kept.message, path);
        let fetched = fetch(&client, &kept.message).await?;
        Ok(Download {
            moved: translate::keep(kept.key, &kept.message),
            ..fetched
        })
    }
}

async fn fetch(client: &Client, message: &wa::Message) -> Result<Download, DownloadError> {
    let media = downloadable(message).ok_or(DownloadError::NoMedia)?;
    match client.download(media).await {
        Ok(bytes) => Ok(Download {
            bytes: bytes.into(),
            moved: None,
        }),
        Err(error) => match error.http_status() {
            Some(status) if EXPIRED.contains(&status) => Err(DownloadError::Gone),
            _ => Err(failed(error).into()),
        },
    }
}

/// Asks the phone to upload the media once more and answers its new place.
async fn uploaded_again(client: &Client, kept: &Kept) -> Result<String, DownloadError> {
    let key = &kept.key;
    let jid = |text: &str| text.parse::<wacore_binary::Jid>().ok();
    let chat = key
        .remote_jid
        .as_deref()
        .and_then(jid)
        .ok_or(DownloadError::Gone)?;
    let participant = key.participant.as_deref().and_then(jid);
    let media = downloadable(&kept.message).ok_or(DownloadError::NoMedia)?;
    let (Some(id), Some(media_key)) = (key.id.as_deref(), media.media_key()) else {
        return Err(DownloadError::Gone);
    };
    let request = MediaReuploadRequest {
        msg_id: id,
        chat_jid: &chat,
        media_key,
        is_from_me: key.from_me.unwrap_or_default(),
        participant: participant.as_ref(),
    };
    let answer = tokio::time::timeout(PHONE_DEADLINE, client.media_reupload().request(&request)).await;
    match answer {
        Ok(Ok(MediaRetryResult::Success { direct_path })) => Ok(direct_path),
        Ok(Ok(_)) => Err(DownloadError::Gone),
        Ok(Err(MediaReuploadError::NotLoggedIn)) => Err(CallError::NotConnected.into()),
        Ok(Err(MediaReuploadError::Timeout)) | Err(_) => Err(CallError::Unanswered.into()),
        Ok(Err(error)) => Err(failed(error).into()),
    }
}

macro_rules! media_parts {
    ($message:expr, $as_option:ident, $part:ident => $then:expr) => {
        if let Some($part) = $message.image_message.$as_option() {
            $then
        } else if let Some($part) = $message.video_message.$as_option() {
            $then
        } else if let Some($part) = $message.ptv_message.$as_option() {
            $then
        } else if let Some($part) = $message.audio_message.$as_option() {
            $then
        } else if let Some($part) = $message.document_message.$as_option() {
            $then
        } else if let Some($part) = $message.sticker_message.$as_option() {
            $then
        }
    };
}

fn downloadable(message: &wa::Message) -> Option<&dyn Downloadable> {
    media_parts!(message, as_option, part => return Some(part));
    None
}

fn move_to(message: &mut wa::Message, path: String) {
    media_parts!(message, as_option_mut, part => {
        part.direct_path = Some(path);
        // The old place, with its host.
        part.url = None;
    });
}
