//! Webhooks: registering them, and looking after what is on its way.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use wagon_delivery::{Courier, check_headers, generate_secret};
use wagon_domain::audit::{Action, AuditEntry, Deed};
use wagon_domain::event::EventBody;
use wagon_domain::id::InvalidId;
use wagon_domain::webhook::{Attempt, Headers, OpenWaTerms, RetryPolicy, Secrets, Verdict};
use wagon_domain::{
    Caller, Capability, Clock, Delivery, DeliveryId, DeliveryStatus, Event, EventId, HttpUrl, IdSource,
    SessionId, Timestamp, Webhook, WebhookId,
};
use wagon_store::{Again, DeliveryFilter, GivenUp, Store};

use crate::error::{Error, Missing};
use crate::identity::Ledger;
use crate::sessions::Sessions;

/// How long a replaced secret goes on to sign, unless something else is asked for.
const OVERLAP: Duration = Duration::from_hours(24);
/// Deliveries that one request puts in line.
const RANGE: u32 = 10_000;

#[derive(Clone)]
pub struct Webhooks {
    store: Store,
    sessions: Sessions,
    courier: Courier,
    clock: Arc<dyn Clock>,
    ids: Arc<IdSource>,
    ledger: Ledger,
    retry: RetryPolicy,
}

/// A webhook to be registered.
#[derive(Debug, Clone)]
pub struct CreateWebhook {
    pub url: HttpUrl,
    pub events: Vec<String>,
    pub session: Option<SessionId>,
    pub secret: Option<String>,
    pub headers: Headers,
    pub retry: Option<RetryPolicy>,
    pub active: bool,
    /// For a webhook of that dialect.
    pub openwa: Option<OpenWaTerms>,
}

/// Changes to a webhook; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct UpdateWebhook {
    pub url: Option<HttpUrl>,
    pub events: Option<Vec<String>>,
    pub session: Option<WebhookScope>,
    /// An empty one removes it.
    pub secret: Option<String>,
    pub headers: Option<Headers>,
    pub retry: Option<RetryPolicy>,
    pub active: Option<bool>,
    pub openwa: Option<OpenWaTerms>,
}

/// Whose events a webhook is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookScope {
    AllSessions,
    Session(SessionId),
}

impl WebhookScope {
    fn session(self) -> Option<SessionId> {
        match self {
            Self::AllSessions => None,
            Self::Session(session) => Some(session),
        }
    }
}

/// What to deliver again.
#[derive(Debug, Clone)]
pub struct RedeliverRange {
    pub from: EventId,
    pub to: Option<EventId>,
    pub statuses: Vec<DeliveryStatus>,
    /// Also what happened while the webhook was off, or before it was there.
    pub missed: bool,
}

/// What a trial came to.
#[derive(Debug, Clone)]
pub struct Trial {
    pub event: EventId,
    pub attempt: Attempt,
    pub delivered: bool,
}

/// Which deliveries that were given up to list. Ids as the caller wrote them: one that names nothing
/// finds nothing.
#[derive(Debug, Clone)]
pub struct GivenUpQuery {
    pub session: Option<String>,
    pub webhook: Option<String>,
    pub limit: u32,
    pub offset: u32,
}

impl GivenUpQuery {
    /// Those of the caller's sessions that are asked for; `None`: all.
    fn sessions(&self, caller: &Caller) -> Result<Option<Vec<SessionId>>, InvalidId> {
        let Some(text) = &self.session else {
            return Ok(caller.sessions.clone());
        };
        let wanted: SessionId = text.parse()?;
        let seen = caller.sessions.as_ref().is_none_or(|seen| seen.contains(&wanted));
        Ok(Some(if seen { vec![wanted] } else { Vec::new() }))
    }
}

impl Webhooks {
    pub(crate) fn new(
        store: Store,
        sessions: Sessions,
        courier: Courier,
        clock: Arc<dyn Clock>,
        retry: RetryPolicy,
    ) -> Self {
        Self {
            store,
            sessions,
            courier,
            ledger: Ledger::new(Arc::clone(&clock)),
            clock,
            ids: Arc::default(),
            retry,
        }
    }

    pub async fn create(&self, caller: &Caller, request: CreateWebhook) -> Result<Webhook, Error> {
        permit(caller)?;
        self.check_scope(caller, request.session.as_ref()).await?;
        self.check_url(&request.url)?;
        sendable(&request.headers)?;
        let now = self.clock.now();
        let webhook = Webhook {
            id: WebhookId::from_ulid(self.ids.next(now, &mut rand::rng())),
            org: caller.org.clone(),
            session: request.session,
            url: request.url,
            events: request.events,
            headers: request.headers,
            secrets: Secrets {
                current: request.secret.filter(|secret| !secret.is_empty()),
                previous: None,
            },
            retry: request.retry.unwrap_or(self.retry),
            active: request.active,
            openwa: request.openwa,
            disabled: None,
            failing_since: None,
            created_at: now,
            updated_at: now,
        };
        let (row, entry) = (
            webhook.clone(),
            self.noted(caller, Action::WebhookCreate, &webhook.id),
        );
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.put_webhook(&row).await?;
                    tx.record(&entry).await
                })
            })
            .await?;
        Ok(webhook)
    }

    /// The caller's webhooks, newest first.
    pub async fn list(&self, caller: &Caller) -> Result<Vec<Webhook>, Error> {
        permit(caller)?;
        let mut webhooks = self.store.webhooks(&caller.org).await?;
        webhooks.retain(|webhook| sees(caller, webhook));
        Ok(webhooks)
    }

    pub async fn get(&self, caller: &Caller, id: &WebhookId) -> Result<Webhook, Error> {
        let webhook = self.store.webhook(id).await?;
        let webhook = webhook.filter(|webhook| sees(caller, webhook));
        let webhook = webhook.ok_or(Error::NotFound(Missing::Webhook))?;
        permit(caller)?;
        Ok(webhook)
    }

    /// Changes what is named. Turning it on makes a webhook that Wagon turned off start afresh, with
    /// what is still open.
    pub async fn update(
        &self,
        caller: &Caller,
        id: &WebhookId,
        changes: UpdateWebhook,
    ) -> Result<Webhook, Error> {
        self.get(caller, id).await?;
        if let Some(scope) = &changes.session {
            self.check_scope(caller, scope.clone().session().as_ref()).await?;
        }
        if let Some(url) = &changes.url {
            self.check_url(url)?;
        }
        changes.headers.as_ref().map_or(Ok(()), sendable)?;
        let entry = self.noted(caller, Action::WebhookUpdate, id);
        self.change(id, entry, move |webhook| {
            let UpdateWebhook {
                url,
                events,
                session,
                secret,
                headers,
                retry,
                active,
                openwa,
            } = changes;
            webhook.openwa = openwa.or_else(|| webhook.openwa.take());
            webhook.url = url.unwrap_or_else(|| webhook.url.clone());
            webhook.events = events.unwrap_or_else(|| std::mem::take(&mut webhook.events));
            if let Some(scope) = session {
                webhook.session = scope.session();
            }
            webhook.headers = headers.unwrap_or_else(|| std::mem::take(&mut webhook.headers));
            webhook.retry = retry.unwrap_or(webhook.retry);
            if let Some(secret) = secret {
                webhook.secrets = Secrets {
                    current: Some(secret).filter(|secret| !secret.is_empty()),
                    previous: None,
                };
            }
            if let Some(active) = active {
                if active && !webhook.active {
                    webhook.disabled = None;
                    webhook.failing_since = None;
                }
                webhook.active = active;
            }
        })
        .await
    }

    pub async fn delete(&self, caller: &Caller, id: &WebhookId) -> Result<(), Error> {
        let id = self.get(caller, id).await?.id;
        let entry = self.noted(caller, Action::WebhookDelete, &id);
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.delete_webhook(&id).await?;
                    tx.record(&entry).await
                })
            })
            .await?;
        Ok(())
    }

    /// A new secret, given or made; the old one goes on to sign beside it for a while.
    pub async fn rotate_secret(
        &self,
        caller: &Caller,
        id: &WebhookId,
        secret: Option<String>,
        overlap: Option<Duration>,
    ) -> Result<(Webhook, String), Error> {
        self.get(caller, id).await?;
        let secret = secret.unwrap_or_else(generate_secret);
        let next = secret.clone();
        let until = self.clock.now() + overlap.unwrap_or(OVERLAP);
        let entry = self.noted(caller, Action::WebhookRotateSecret, id);
        let rotated = self
            .change(id, entry, move |webhook| {
                let previous = webhook.secrets.current.take().map(|old| (old, until));
                webhook.secrets = Secrets {
                    current: Some(next),
                    previous,
                };
            })
            .await?;
        Ok((rotated, secret))
    }

    /// Sends one event that nobody else hears of, once, and tells what came of it.
    pub async fn test(&self, caller: &Caller, id: &WebhookId) -> Result<Trial, Error> {
        let webhook = self.get(caller, id).await?;
        let session = self.some_session(&webhook).await?;
        let now = self.clock.now();
        let event = Event {
            id: EventId::from_ulid(self.ids.next(now, &mut rand::rng())),
            org: webhook.org.clone(),
            session,
            timestamp: now,
            body: EventBody::WebhookTest {
                webhook: webhook.id.clone(),
            },
        };
        let (attempt, verdict) = self.courier.try_out(&webhook, &event).await;
        Ok(Trial {
            event: event.id,
            attempt,
            delivered: verdict == Verdict::Delivered,
        })
    }

    /// When something was last sent to the webhook.
    pub async fn last_attempt(&self, caller: &Caller, id: &WebhookId) -> Result<Option<Timestamp>, Error> {
        self.get(caller, id).await?;
        Ok(self.store.last_attempt(id).await?)
    }

    /// What was given up of the caller's webhooks in the OpenWA dialect, newest first, each with its
    /// webhook.
    pub async fn given_up(
        &self,
        caller: &Caller,
        query: GivenUpQuery,
    ) -> Result<Vec<(Delivery, Webhook)>, Error> {
        let hooks = self.list(caller).await?;
        let hooks: HashMap<WebhookId, Webhook> =
            hooks.into_iter().map(|hook| (hook.id.clone(), hook)).collect();
        let webhook = query.webhook.as_deref().map(str::parse::<WebhookId>).transpose();
        let (Ok(webhook), Ok(sessions)) = (webhook, query.sessions(caller)) else {
            return Ok(Vec::new());
        };
        let filter = GivenUp {
            org: caller.org.clone(),
            webhook,
            sessions,
        };
        let found = self.store.given_up(&filter, query.limit, query.offset).await?;
        let named = found.into_iter().filter_map(|delivery| {
            let hook = hooks.get(&delivery.webhook)?.clone();
            Some((delivery, hook))
        });
        Ok(named.collect())
    }

    /// The events behind what was given up, as far as they are still in the log.
    pub async fn events_of(
        &self,
        given_up: &[(Delivery, Webhook)],
    ) -> Result<HashMap<EventId, Event>, Error> {
        let ids: Vec<EventId> = given_up
            .iter()
            .map(|(delivery, _)| delivery.event.clone())
            .collect();
        let events = self.store.events_by_id(&ids).await?;
        Ok(events
            .into_iter()
            .map(|event| (event.id.clone(), event))
            .collect())
    }

    /// A webhook's deliveries before the cursor, newest event first.
    pub async fn deliveries(
        &self,
        caller: &Caller,
        id: &WebhookId,
        status: Option<DeliveryStatus>,
        before: Option<&DeliveryId>,
        limit: u32,
    ) -> Result<Vec<Delivery>, Error> {
        self.get(caller, id).await?;
        let filter = DeliveryFilter { status };
        Ok(self.store.deliveries(id, filter, before, limit).await?)
    }

    pub async fn delivery(
        &self,
        caller: &Caller,
        id: &WebhookId,
        delivery: &DeliveryId,
    ) -> Result<Delivery, Error> {
        self.get(caller, id).await?;
        let found = self.store.delivery(id, delivery).await?;
        found.ok_or(Error::NotFound(Missing::Delivery))
    }

    /// Delivers once more, whatever became of it before.
    pub async fn redeliver(
        &self,
        caller: &Caller,
        id: &WebhookId,
        delivery: &DeliveryId,
    ) -> Result<Delivery, Error> {
        self.delivery(caller, id, delivery).await?;
        let (webhook, target, now) = (id.clone(), delivery.clone(), self.clock.now());
        self.store
            .write(move |tx| Box::pin(async move { tx.redeliver(&webhook, &target, now).await }))
            .await?;
        self.delivery(caller, id, delivery).await
    }

    /// Delivers a range once more; says how many deliveries that were put in line, and whether there
    /// is more in the range than one request takes.
    pub async fn redeliver_range(
        &self,
        caller: &Caller,
        id: &WebhookId,
        range: RedeliverRange,
    ) -> Result<(u64, bool), Error> {
        let webhook = self.get(caller, id).await?;
        let again = Again {
            from: range.from,
            to: range.to,
            statuses: range.statuses,
            missed: range.missed,
            limit: RANGE,
        };
        let now = self.clock.now();
        let count = self
            .store
            .write(move |tx| Box::pin(async move { tx.redeliver_range(&webhook, &again, now).await }))
            .await?;
        Ok((count, count >= u64::from(RANGE)))
    }

    async fn change(
        &self,
        id: &WebhookId,
        entry: AuditEntry,
        change: impl FnOnce(&mut Webhook) + Send + 'static,
    ) -> Result<Webhook, Error> {
        let (id, now) = (id.clone(), self.clock.now());
        let changed = self.store.write(move |tx| {
            Box::pin(async move {
                let Some(mut webhook) = tx.webhook(&id).await? else {
                    return Ok(None);
                };
                change(&mut webhook);
                webhook.updated_at = now;
                tx.put_webhook(&webhook).await?;
                tx.record(&entry).await?;
                Ok(Some(webhook))
            })
        });
        changed.await?.ok_or(Error::NotFound(Missing::Webhook))
    }

    fn noted(&self, caller: &Caller, action: Action, id: &WebhookId) -> AuditEntry {
        self.ledger.entry(Deed::by_caller(caller, action).to(id))
    }

    /// The session is the caller's; and a key that is limited to sessions names one of them, since it
    /// would hear of all others too.
    async fn check_scope(&self, caller: &Caller, session: Option<&SessionId>) -> Result<(), Error> {
        match session {
            Some(session) => self.sessions.resolve(caller, session).await.map(drop),
            None if caller.sessions.is_some() => Err(Error::Forbidden {
                capability: Capability::Manage,
            }),
            None => Ok(()),
        }
    }

    fn check_url(&self, url: &HttpUrl) -> Result<(), Error> {
        let refused = self.courier.outbound().check(url);
        refused.map_err(|refusal| Error::Invalid {
            field: "url",
            message: format!("url cannot be called: {refusal}"),
        })
    }

    /// Every event belongs to a session; for a trial any one will do.
    async fn some_session(&self, webhook: &Webhook) -> Result<SessionId, Error> {
        if let Some(session) = &webhook.session {
            return Ok(session.clone());
        }
        let newest = self.store.sessions(&webhook.org).await?.into_iter().next();
        Ok(newest.map_or_else(
            || SessionId::from_ulid(self.ids.next(self.clock.now(), &mut rand::rng())),
            |session| session.id,
        ))
    }
}

fn sendable(headers: &Headers) -> Result<(), Error> {
    check_headers(headers).map_err(|problem| Error::Invalid {
        field: "customHeaders",
        message: format!("customHeaders: {problem}"),
    })
}

fn permit(caller: &Caller) -> Result<(), Error> {
    let capability = Capability::Manage;
    if caller.may(capability) {
        Ok(())
    } else {
        Err(Error::Forbidden { capability })
    }
}

fn sees(caller: &Caller, webhook: &Webhook) -> bool {
    match &webhook.session {
        Some(session) => caller.sees(&webhook.org, session),
        None => webhook.org == caller.org && caller.sessions.is_none(),
    }
}
