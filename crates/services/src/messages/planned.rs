//! Sends whose ids were chosen long before their turn comes, such as those of a batch.

use bytes::Bytes;
use wagon_domain::batch::Plan;
use wagon_domain::outbox::{Attachment, OutboxEntry, OutboxStatus, Outgoing};
use wagon_domain::{Jid, OutboxId, Session, WaMessageId};

use super::draft::{MediaFile, Origin};
use super::{Messages, Mode};
use crate::error::{Error, Missing};

/// A send under the ids it was given.
pub(crate) struct PlannedSend<'a> {
    pub(crate) id: &'a OutboxId,
    pub(crate) wa_id: &'a WaMessageId,
    pub(crate) to: &'a Jid,
    /// What it will say; not needed once it was accepted.
    pub(crate) plan: Option<&'a Plan>,
}

/// What is to be stored, and the bytes that are not kept yet.
struct Prepared {
    outgoing: Outgoing,
    files: Option<Vec<Bytes>>,
}

impl Messages {
    /// Sends a planned message and waits for the outcome, as a synchronous send does. One that was begun
    /// before goes on instead of beginning again: its id tells. Errors that say to come back later mean
    /// that nothing was accepted.
    pub(crate) async fn send_planned(
        &self,
        session: &Session,
        send: PlannedSend<'_>,
    ) -> Result<OutboxEntry, Error> {
        if let Some(entry) = self.parts.store.outbox_entry(&session.org, send.id).await? {
            let outcome = self.parts.outbox.dispatch_again(entry.clone());
            return Self::outcome(entry, outcome).await;
        }
        let plan = send.plan.ok_or(Error::NotFound(Missing::Outbox))?;
        let Prepared { outgoing, files } = self.carry_out(plan.clone()).await?;
        self.admit(session).await?;
        let now = self.parts.clock.now();
        let entry = OutboxEntry {
            id: send.id.clone(),
            org: session.org.clone(),
            session: session.id.clone(),
            idempotency: None,
            wa_id: send.wa_id.clone(),
            to: send.to.clone(),
            outgoing,
            status: OutboxStatus::Sending,
            error: None,
            retry_at: None,
            dispatched_at: Some(now),
            created_at: now,
            updated_at: now,
            sent_at: None,
        };
        let outbox = &self.parts.outbox;
        let accepted = match files {
            Some(files) => outbox.accept(&entry, files).await,
            None => outbox.accept_kept(&entry).await,
        };
        if let Err(error) = accepted {
            self.dismiss(session, Mode::Sync);
            return Err(error);
        }
        let outcome = outbox.dispatch(entry.clone());
        Self::outcome(entry, outcome).await
    }

    async fn carry_out(&self, plan: Plan) -> Result<Prepared, Error> {
        match plan {
            Plan::Ready { outgoing } => Ok(Prepared {
                outgoing,
                files: None,
            }),
            Plan::Fetch {
                media,
                url,
                limit,
                context,
            } => {
                let file = MediaFile {
                    media,
                    origin: Origin::Url(url),
                    limit,
                };
                let (attachment, bytes) = file.prepare(&self.parts.outbound).await?;
                Ok(Prepared {
                    outgoing: Outgoing::Media { attachment, context },
                    files: Some(vec![bytes]),
                })
            }
            Plan::Unusable { reason } => Err(Error::Invalid {
                field: "content",
                message: reason,
            }),
        }
    }

    /// Looks at a file and keeps it for a send that will be accepted later.
    pub(crate) async fn keep_planned(&self, id: &OutboxId, file: MediaFile) -> Result<Attachment, Error> {
        let (attachment, bytes) = file.prepare(&self.parts.outbound).await?;
        self.parts.outbox.keep_planned(id, bytes).await?;
        Ok(attachment)
    }

    /// The file of a send that will not be accepted.
    pub(crate) async fn drop_planned(&self, id: &OutboxId) {
        self.parts.outbox.drop_planned(id).await;
    }
}
