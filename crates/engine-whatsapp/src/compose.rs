//! Sends put into WhatsApp's words: media uploaded, votes encrypted, albums taken apart.

use bytes::Bytes;
use wacore::crypto::hkdf_sha256_into;
use wacore::poll;
use wacore::proto_helpers::MessageExt;
use wacore::upload::{EncryptedMediaInfo, encrypt_media_streaming};
use wagon_domain::content::{Content, MediaKind, Target, WireContent};
use wagon_domain::outbox::{Attachment, Outgoing};
use wagon_domain::{Timestamp, WaMessageId};
use wagon_engine::{SendError, Submission};
use waproto::whatsapp as wa;
use whatsapp_rust::Client;
use whatsapp_rust::upload::UploadResponse;

use crate::translate::{self, Kept};

/// A message ready to go out, with its id.
pub(crate) struct Part {
    pub(crate) id: WaMessageId,
    pub(crate) message: wa::Message,
}

impl Part {
    /// What to keep of it once it was sent.
    pub(crate) fn wire(&self, submission: &Submission) -> Option<WireContent> {
        let key = wa::MessageKey {
            remote_jid: Some(submission.to.to_string()),
            from_me: Some(true),
            id: Some(self.id.to_string()),
            participant: None,
        };
        translate::keep(key, &self.message)
    }
}

/// Every message that a send consists of, in their order: one, but for albums.
pub(crate) async fn compose(
    client: &Client,
    submission: &Submission,
    now: Timestamp,
) -> Result<Vec<Part>, SendError> {
    let to = &submission.to;
    let message = match &submission.outgoing {
        Outgoing::Text { text, .. } => translate::text(text),
        Outgoing::Location { location, .. } => translate::location(location),
        Outgoing::Contacts { contacts, .. } => translate::contacts(contacts),
        Outgoing::Poll { poll, .. } => translate::poll(poll, &poll_secret(client, &submission.wa_id)),
        Outgoing::Media { attachment, .. } => uploaded(client, attachment, submission.media.first()).await?,
        Outgoing::Album { items, .. } => return album(client, submission, items).await,
        Outgoing::Forward { content, .. } => forward(content, submission.source.as_ref())?,
        Outgoing::Edit { target, text, .. } => {
            let mut words = translate::text(text);
            translate::put_in_context(&mut words, submission.outgoing.mentions(), None);
            translate::edit(to, target, words, now)
        }
        Outgoing::Revoke { target } => translate::revoke(to, target),
        Outgoing::Pin { target, seconds } => translate::pin(to, target, *seconds, now),
        Outgoing::ButtonClick { button, words, .. } => translate::button_click(button, words),
        Outgoing::Reaction { target, emoji } => translate::reaction(to, target, emoji.as_deref(), now),
        Outgoing::Vote { target, selected, .. } => vote(client, submission, target, selected, now)?,
    };
    let mut message = message;
    if !matches!(submission.outgoing, Outgoing::Edit { .. }) {
        translate::put_in_context(
            &mut message,
            submission.outgoing.mentions(),
            submission.quote.as_ref(),
        );
    }
    Ok(vec![Part {
        id: submission.wa_id.clone(),
        message,
    }])
}

async fn album(
    client: &Client,
    submission: &Submission,
    items: &[Attachment],
) -> Result<Vec<Part>, SendError> {
    let count = |kind| items.iter().filter(|item| item.media.kind == kind).count();
    let mut cover = translate::album(count(MediaKind::Image), count(MediaKind::Video));
    translate::put_in_context(&mut cover, &[], submission.quote.as_ref());
    let key = wa::MessageKey {
        remote_jid: Some(submission.to.to_string()),
        from_me: Some(true),
        id: Some(submission.wa_id.to_string()),
        participant: None,
    };
    let mut parts = vec![Part {
        id: submission.wa_id.clone(),
        message: cover,
    }];
    for (index, item) in items.iter().enumerate() {
        let mut message = uploaded(client, item, submission.media.get(index)).await?;
        let mentions = submission.outgoing.mentions();
        translate::put_in_context(&mut message, if index == 0 { mentions } else { &[] }, None);
        parts.push(Part {
            id: submission.wa_id.part(index),
            message: translate::album_item(message, key.clone()),
        });
    }
    Ok(parts)
}

pub(crate) async fn uploaded(
    client: &Client,
    attachment: &Attachment,
    bytes: Option<&Bytes>,
) -> Result<wa::Message, SendError> {
    let bytes = bytes
        .cloned()
        .ok_or_else(|| SendError::Engine("the bytes of the media are missing".into()))?;
    let upload = upload(client, attachment.media.kind, bytes).await?;
    Ok(translate::attachment(attachment, upload))
}

/// Encrypts off the async threads, without a copy of the plain bytes.
async fn upload(client: &Client, kind: MediaKind, bytes: Bytes) -> Result<UploadResponse, SendError> {
    let media_type = translate::media_type(kind);
    let sealed = tokio::task::spawn_blocking(move || -> anyhow::Result<(Bytes, EncryptedMediaInfo)> {
        let mut sealed = Vec::with_capacity(bytes.len() + 64);
        let info = encrypt_media_streaming(&*bytes, &mut sealed, media_type)?;
        Ok((sealed.into(), info))
    });
    let (sealed, info) = sealed
        .await
        .map_err(|error| SendError::Engine(Box::new(error)))?
        .map_err(|error| SendError::Engine(error.into()))?;
    match client.upload_stream(sealed, info, media_type).await {
        Ok(upload) => Ok(upload),
        Err(_) if !client.is_connected() => Err(SendError::NotConnected),
        Err(error) => Err(SendError::Engine(error.into())),
    }
}

/// The secret of an own poll. Derived from its id rather than drawn: a send that is repeated after a
/// crash must carry the secret that a recipient may have from the first attempt.
pub(crate) fn poll_secret(client: &Client, id: &WaMessageId) -> [u8; 32] {
    let device = client.persistence_manager().get_device_snapshot();
    let own = device.identity_key.private_key.serialize();
    let info = [b"wagon poll secret ", id.as_str().as_bytes()].concat();
    let mut secret = [0; 32];
    hkdf_sha256_into(own, None, &info, &mut secret).expect("32 bytes are within the limit of HKDF");
    secret
}

fn forward(content: &Content, source: Option<&WireContent>) -> Result<wa::Message, SendError> {
    let original = match (source, content) {
        (Some(wire), _) => {
            Kept::read(wire)
                .map_err(|error| SendError::Engine(Box::new(error)))?
                .message
        }
        (None, Content::Text { text, .. }) => translate::text(text),
        (None, Content::Location(location)) => translate::location(location),
        (None, Content::Contact(contact)) => translate::contacts(std::slice::from_ref(contact)),
        (None, Content::Contacts { contacts, .. }) => translate::contacts(contacts),
        (None, _) => {
            return Err(SendError::Engine(
                "the message was stored without what forwarding it needs".into(),
            ));
        }
    };
    Ok(*original.prepare_for_forward())
}

fn vote(
    client: &Client,
    submission: &Submission,
    target: &Target,
    selected: &[String],
    now: Timestamp,
) -> Result<wa::Message, SendError> {
    let engine = |error: anyhow::Error| SendError::Engine(error.into());
    let kept = submission.source.as_ref().map(Kept::read).transpose();
    let kept = kept.map_err(|error| SendError::Engine(Box::new(error)))?;
    let own_secret;
    let (secret, wire_key) = match &kept {
        Some(kept) => (
            kept.secret()
                .ok_or_else(|| SendError::Engine("the poll came without its secret".into()))?,
            Some(&kept.key),
        ),
        None if target.from_me => {
            own_secret = poll_secret(client, &target.id);
            (&own_secret[..], None)
        }
        None => return Err(SendError::Engine("the poll was stored without its secret".into())),
    };
    // The creator by the address the poll came from: it goes into the key that the vote is sealed with.
    let creator = wire_key
        .filter(|key| key.from_me != Some(true))
        .and_then(|key| key.participant.clone().or_else(|| key.remote_jid.clone()))
        .and_then(|jid| jid.parse::<wacore_binary::Jid>().ok())
        .map(|jid| jid.to_non_ad())
        .or_else(|| client.pn().filter(|_| target.from_me).map(|jid| jid.to_non_ad()))
        .or_else(|| target.sender.as_ref().and_then(translate::to_wa))
        .ok_or_else(|| SendError::Engine("the creator of the poll is not known".into()))?;
    let voter = if creator.is_lid() {
        client.lid().or_else(|| client.pn())
    } else {
        client.pn()
    };
    let voter = voter.ok_or(SendError::NotConnected)?.to_non_ad_string();
    let hashes: Vec<Vec<u8>> = selected
        .iter()
        .map(|option| poll::compute_option_hash(option).to_vec())
        .collect();
    let (payload, iv) = poll::encrypt_poll_vote_with_secret(
        &hashes,
        secret,
        target.id.as_str(),
        &creator.to_non_ad_string(),
        &voter,
    )
    .map_err(engine)?;
    let mut key = translate::key(&submission.to, target);
    if key.participant.is_some() {
        key.participant = Some(creator.to_non_ad_string());
    }
    Ok(translate::poll_vote(key, payload, iv.to_vec(), now))
}
