//! What only few sessions have: preferences, and a proxy.

use wagon_domain::session::Preferences;
use wagon_domain::{ProxyUrl, SessionId};

use crate::row::{Row, json};
use crate::sql::sql;
use crate::{Error, Store, Tx};

fn context(session: &SessionId) -> Vec<u8> {
    format!("session_options|{session}|proxy").into_bytes()
}

impl Tx<'_> {
    pub async fn set_session_preferences(
        &mut self,
        session: &SessionId,
        preferences: &Preferences,
    ) -> Result<(), Error> {
        let query = sql(
            "INSERT INTO session_options (session_id, preferences) VALUES ($1, $2)
             ON CONFLICT (session_id) DO UPDATE SET preferences = excluded.preferences",
        )
        .bind(session)
        .bind(json(preferences));
        self.execute(query).await.map(drop)
    }

    /// `None`: connections are direct.
    pub async fn set_session_proxy(
        &mut self,
        session: &SessionId,
        proxy: Option<&ProxyUrl>,
    ) -> Result<(), Error> {
        let sealed = proxy.map(|proxy| {
            let plain = proxy.as_str().as_bytes();
            self.state.cipher.encrypt(&context(session), plain)
        });
        let query = match sealed {
            Some(sealed) => sql("INSERT INTO session_options (session_id, proxy) VALUES ($1, $2)
                 ON CONFLICT (session_id) DO UPDATE SET proxy = excluded.proxy")
            .bind(session)
            .bind(sealed),
            None => sql("UPDATE session_options SET proxy = NULL WHERE session_id = $1").bind(session),
        };
        self.execute(query).await.map(drop)
    }
}

impl Store {
    /// The defaults where nothing was set.
    pub async fn session_preferences(&self, session: &SessionId) -> Result<Preferences, Error> {
        let query = sql("SELECT preferences FROM session_options WHERE session_id = $1").bind(session);
        let row: Option<(Option<String>,)> = self.fetch_optional(query).await?;
        let at = Row::of("session_options", session.as_str());
        let stored = at.json_optional("preferences", row.and_then(|(text,)| text).as_deref())?;
        Ok(stored.unwrap_or_default())
    }

    /// The proxy that every connection of the session goes through, if it has one.
    pub async fn session_proxy(&self, session: &SessionId) -> Result<Option<ProxyUrl>, Error> {
        let query = sql("SELECT proxy FROM session_options WHERE session_id = $1").bind(session);
        let row: Option<(Option<Vec<u8>>,)> = self.fetch_optional(query).await?;
        let Some(sealed) = row.and_then(|(sealed,)| sealed) else {
            return Ok(None);
        };
        let plain = self.cipher.decrypt(&context(session), &sealed);
        let plain = plain.map_err(|reason| Error::Decrypt {
            kind: "session proxy".to_owned(),
            reason,
        })?;
        let at = Row::of("session_options", session.as_str());
        let text = String::from_utf8(plain).map_err(|_| at.corrupt("proxy"))?;
        at.parse("proxy", &text).map(Some)
    }
}
