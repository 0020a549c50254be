//! Templates: texts with places to be filled in, kept for a session.

use std::sync::Arc;

use wagon_domain::outbox::{Context, Outgoing};
use wagon_domain::template::{Template, Variables};
use wagon_domain::{Caller, Capability, Clock, IdSource, Jid, SessionId, TemplateId};
use wagon_store::Store;

use crate::error::{Conflict, Error, Missing};
use crate::messages::{Messages, Mode, Quoting, SendMessage, Sent};
use crate::sessions::Sessions;

/// The longest text that filling in may make, in UTF-16 units, as clients count it.
const LONGEST: usize = 65_536;

#[derive(Clone)]
pub struct Templates {
    store: Store,
    sessions: Sessions,
    messages: Messages,
    clock: Arc<dyn Clock>,
    ids: Arc<IdSource>,
}

/// A template to be made.
#[derive(Debug, Clone)]
pub struct CreateTemplate {
    pub name: String,
    pub body: String,
    pub header: Option<String>,
    pub footer: Option<String>,
}

/// What to change; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct UpdateTemplate {
    pub name: Option<String>,
    pub body: Option<String>,
    /// An empty one removes it; so for the next.
    pub header: Option<String>,
    pub footer: Option<String>,
}

/// A template as callers name it.
#[derive(Debug, Clone)]
pub enum TemplateRef {
    Id(TemplateId),
    Name(String),
}

/// A template to be sent.
#[derive(Debug, Clone)]
pub struct SendTemplate {
    pub to: Jid,
    pub template: TemplateRef,
    pub variables: Variables,
    pub mentions: Vec<Jid>,
    pub idempotency_key: Option<String>,
}

impl Templates {
    pub(crate) fn new(store: Store, sessions: Sessions, messages: Messages, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            sessions,
            messages,
            clock,
            ids: Arc::default(),
        }
    }

    pub async fn create(
        &self,
        caller: &Caller,
        session: &SessionId,
        request: CreateTemplate,
    ) -> Result<Template, Error> {
        self.allowed(caller, session).await?;
        let now = self.clock.now();
        let template = Template {
            id: TemplateId::from_ulid(self.ids.next(now, &mut rand::rng())),
            session: session.clone(),
            name: request.name,
            body: request.body,
            header: filled(request.header),
            footer: filled(request.footer),
            created_at: now,
            updated_at: now,
        };
        let row = template.clone();
        let inserted = self
            .store
            .write(move |tx| Box::pin(async move { tx.insert_template(&row).await }))
            .await?;
        named(inserted, template)
    }

    /// Newest first.
    pub async fn list(&self, caller: &Caller, session: &SessionId) -> Result<Vec<Template>, Error> {
        self.allowed(caller, session).await?;
        Ok(self.store.templates(session).await?)
    }

    pub async fn get(
        &self,
        caller: &Caller,
        session: &SessionId,
        id: &TemplateId,
    ) -> Result<Template, Error> {
        self.allowed(caller, session).await?;
        let template = self.store.template(session, id).await?;
        template.ok_or(Error::NotFound(Missing::Template))
    }

    pub async fn update(
        &self,
        caller: &Caller,
        session: &SessionId,
        id: &TemplateId,
        change: UpdateTemplate,
    ) -> Result<Template, Error> {
        let before = self.get(caller, session, id).await?;
        let changed = |part: Option<String>, before| part.map_or(before, |part| filled(Some(part)));
        let template = Template {
            name: change.name.unwrap_or(before.name),
            body: change.body.unwrap_or(before.body),
            header: changed(change.header, before.header),
            footer: changed(change.footer, before.footer),
            updated_at: self.clock.now(),
            ..before
        };
        let row = template.clone();
        let updated = self
            .store
            .write(move |tx| Box::pin(async move { tx.update_template(&row).await }))
            .await?;
        named(updated, template)
    }

    pub async fn delete(&self, caller: &Caller, session: &SessionId, id: &TemplateId) -> Result<(), Error> {
        self.allowed(caller, session).await?;
        let (session, id) = (session.clone(), id.clone());
        let deleted = self
            .store
            .write(move |tx| Box::pin(async move { tx.delete_template(&session, &id).await }))
            .await?;
        if deleted {
            Ok(())
        } else {
            Err(Error::NotFound(Missing::Template))
        }
    }

    /// Fills a template in and sends it.
    pub async fn send(
        &self,
        caller: &Caller,
        session: &SessionId,
        request: SendTemplate,
    ) -> Result<Sent, Error> {
        self.allowed(caller, session).await?;
        let template = match &request.template {
            TemplateRef::Id(id) => self.store.template(session, id).await?,
            TemplateRef::Name(name) => self.store.template_by_name(session, name).await?,
        };
        let template = template.ok_or(Error::NotFound(Missing::Template))?;
        let text = template.render(&request.variables);
        check_length("template", &text).map_err(|message| Error::Invalid {
            field: "template",
            message,
        })?;
        let context = Context {
            mentions: request.mentions,
            reply_to: None,
        };
        let request = SendMessage {
            to: request.to,
            draft: Outgoing::Text { text, context }.into(),
            idempotency_key: request.idempotency_key,
            mode: Mode::Sync,
            quoting: Quoting::Anything,
        };
        self.messages.send(caller, session, request).await
    }

    async fn allowed(&self, caller: &Caller, session: &SessionId) -> Result<(), Error> {
        let session = self.sessions.require(caller, session, Capability::Send);
        session.await.map(drop)
    }
}

/// Refuses a text that filling in made too long.
pub(crate) fn check_length(field: &str, text: &str) -> Result<(), String> {
    let length = text.encode_utf16().count();
    if length <= LONGEST {
        return Ok(());
    }
    Err(format!(
        "Rendered {field} is {length} characters, over the {LONGEST}-character limit"
    ))
}

fn filled(part: Option<String>) -> Option<String> {
    part.filter(|part| !part.is_empty())
}

fn named(is_free: bool, template: Template) -> Result<Template, Error> {
    if is_free {
        Ok(template)
    } else {
        Err(Error::Conflict(Conflict::TemplateNameTaken))
    }
}
