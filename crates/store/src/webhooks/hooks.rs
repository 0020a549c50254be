//! The endpoints.

use sqlx::FromRow;
use wagon_domain::webhook::Disabled;
use wagon_domain::{OrgId, Timestamp, Webhook, WebhookId};

use super::fan_out::Wake;
use crate::crypto::Cipher;
use crate::row::{Row, json};
use crate::sql::sql;
use crate::{Error, Store, Tx};

#[derive(FromRow)]
struct HookRow {
    id: String,
    organization_id: String,
    session_id: Option<String>,
    url: String,
    events: String,
    secrets: Vec<u8>,
    headers: Vec<u8>,
    retry: String,
    active: bool,
    openwa: Option<String>,
    disabled: Option<String>,
    failing_since: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl HookRow {
    fn decrypt(self, cipher: &Cipher) -> Result<Webhook, Error> {
        let at = Row::of("webhooks", &self.id);
        let open = |column: &'static str, sealed: &[u8]| {
            let plain = cipher.decrypt(&context(&self.id, column), sealed);
            let plain = plain.map_err(|reason| Error::Decrypt {
                kind: format!("webhook {column}"),
                reason,
            })?;
            String::from_utf8(plain).map_err(|_| at.corrupt(column))
        };
        Ok(Webhook {
            id: at.parse("id", &self.id)?,
            org: at.parse("organization_id", &self.organization_id)?,
            session: at.parse_optional("session_id", self.session_id.as_deref())?,
            url: at.parse("url", &self.url)?,
            events: at.json("events", &self.events)?,
            headers: at.json("headers", &open("headers", &self.headers)?)?,
            secrets: at.json("secrets", &open("secrets", &self.secrets)?)?,
            retry: at.json("retry", &self.retry)?,
            active: self.active,
            openwa: at.json_optional("openwa", self.openwa.as_deref())?,
            disabled: at.json_optional("disabled", self.disabled.as_deref())?,
            failing_since: self.failing_since.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(self.created_at),
            updated_at: Timestamp::from_millis(self.updated_at),
        })
    }
}

fn context(id: &str, column: &str) -> Vec<u8> {
    format!("webhooks|{id}|{column}").into_bytes()
}

impl Tx<'_> {
    /// Stores a new webhook, or the new state of a known one.
    pub async fn put_webhook(&mut self, hook: &Webhook) -> Result<(), Error> {
        let seal = |column, text: String| {
            let context = context(hook.id.as_str(), column);
            self.state.cipher.encrypt(&context, text.as_bytes())
        };
        let query = sql(
            "INSERT INTO webhooks (id, organization_id, session_id, url, events, secrets, headers, retry,
                active, disabled, failing_since, created_at, updated_at, openwa)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
             ON CONFLICT (id) DO UPDATE SET session_id = excluded.session_id, url = excluded.url,
                events = excluded.events, secrets = excluded.secrets, headers = excluded.headers,
                retry = excluded.retry, active = excluded.active, disabled = excluded.disabled,
                failing_since = excluded.failing_since, updated_at = excluded.updated_at,
                openwa = excluded.openwa",
        )
        .bind(&hook.id)
        .bind(&hook.org)
        .bind(hook.session.as_ref())
        .bind(hook.url.as_str())
        .bind(json(&hook.events))
        .bind(seal("secrets", json(&hook.secrets)))
        .bind(seal("headers", json(&hook.headers)))
        .bind(json(&hook.retry))
        .bind(hook.active)
        .bind(hook.disabled.as_ref().map(json))
        .bind(hook.failing_since)
        .bind(hook.created_at)
        .bind(hook.updated_at)
        .bind(hook.openwa.as_ref().map(json));
        self.execute(query).await?;
        self.state.fan_out.hook_changed(&hook.id);
        Ok(())
    }

    /// The webhook as it is in this transaction: what a change of some of it starts from.
    pub async fn webhook(&mut self, id: &WebhookId) -> Result<Option<Webhook>, Error> {
        let row: Option<HookRow> = self
            .fetch_optional(sql("SELECT * FROM webhooks WHERE id = $1").bind(id))
            .await?;
        let cipher = &self.state.cipher;
        row.map(|row| row.decrypt(cipher)).transpose()
    }

    /// Removes the webhook and everything on its way to it.
    pub async fn delete_webhook(&mut self, id: &WebhookId) -> Result<(), Error> {
        self.execute(sql("DELETE FROM webhooks WHERE id = $1").bind(id))
            .await?;
        self.state.fan_out.wake(Wake::Webhook(id.clone()));
        Ok(())
    }

    /// Turns it off; says whether it was on.
    pub async fn disable_webhook(&mut self, id: &WebhookId, disabled: &Disabled) -> Result<bool, Error> {
        let query = sql(
            "UPDATE webhooks SET active = FALSE, disabled = $2, updated_at = $3
             WHERE id = $1 AND active",
        )
        .bind(id)
        .bind(json(disabled))
        .bind(disabled.at);
        let changed = self.execute(query).await? > 0;
        self.state.fan_out.wake(Wake::Webhook(id.clone()));
        Ok(changed)
    }

    /// Notes since when it takes nothing; `None` when it does again.
    pub async fn set_webhook_failing(
        &mut self,
        id: &WebhookId,
        since: Option<Timestamp>,
    ) -> Result<(), Error> {
        let query = sql("UPDATE webhooks SET failing_since = $2 WHERE id = $1")
            .bind(id)
            .bind(since);
        self.execute(query).await.map(drop)
    }
}

impl Store {
    pub async fn webhook(&self, id: &WebhookId) -> Result<Option<Webhook>, Error> {
        let row: Option<HookRow> = self
            .fetch_optional(sql("SELECT * FROM webhooks WHERE id = $1").bind(id))
            .await?;
        row.map(|row| row.decrypt(&self.cipher)).transpose()
    }

    /// An organisation's webhooks, newest first.
    pub async fn webhooks(&self, org: &OrgId) -> Result<Vec<Webhook>, Error> {
        let query =
            sql("SELECT * FROM webhooks WHERE organization_id = $1 ORDER BY created_at DESC, id DESC")
                .bind(org);
        self.fetch_all::<HookRow>(query)
            .await?
            .into_iter()
            .map(|row| row.decrypt(&self.cipher))
            .collect()
    }
}
