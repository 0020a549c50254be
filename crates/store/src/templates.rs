//! Texts with places to be filled in.

use sqlx::FromRow;
use wagon_domain::{SessionId, Template, TemplateId, Timestamp};

use crate::row::Row;
use crate::sql::sql;
use crate::{Error, Store, Tx};

#[derive(FromRow)]
struct TemplateRow {
    id: String,
    session_id: String,
    name: String,
    body: String,
    header: Option<String>,
    footer: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<TemplateRow> for Template {
    type Error = Error;

    fn try_from(row: TemplateRow) -> Result<Self, Error> {
        let at = Row::of("templates", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            session: at.parse("session_id", &row.session_id)?,
            name: row.name,
            body: row.body,
            header: row.header,
            footer: row.footer,
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        })
    }
}

impl Tx<'_> {
    /// Stores a new template; says whether its name was free.
    pub async fn insert_template(&mut self, template: &Template) -> Result<bool, Error> {
        let query = sql(
            "INSERT INTO templates (id, session_id, name, body, header, footer, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (session_id, name) DO NOTHING",
        )
        .bind(&template.id)
        .bind(&template.session)
        .bind(template.name.as_str())
        .bind(template.body.as_str())
        .bind(template.header.as_deref())
        .bind(template.footer.as_deref())
        .bind(template.created_at)
        .bind(template.updated_at);
        Ok(self.execute(query).await? > 0)
    }

    /// Stores what became of a template; says whether its name is its own. One that was deleted
    /// meanwhile stays so.
    pub async fn update_template(&mut self, template: &Template) -> Result<bool, Error> {
        let query = sql("SELECT id FROM templates WHERE session_id = $1 AND name = $2 AND id <> $3")
            .bind(&template.session)
            .bind(template.name.as_str())
            .bind(&template.id);
        if self.fetch_optional::<(String,)>(query).await?.is_some() {
            return Ok(false);
        }
        let query = sql(
            "UPDATE templates SET name = $3, body = $4, header = $5, footer = $6, updated_at = $7
             WHERE session_id = $1 AND id = $2",
        )
        .bind(&template.session)
        .bind(&template.id)
        .bind(template.name.as_str())
        .bind(template.body.as_str())
        .bind(template.header.as_deref())
        .bind(template.footer.as_deref())
        .bind(template.updated_at);
        self.execute(query).await?;
        Ok(true)
    }

    /// Says whether there was one.
    pub async fn delete_template(&mut self, session: &SessionId, id: &TemplateId) -> Result<bool, Error> {
        let query = sql("DELETE FROM templates WHERE session_id = $1 AND id = $2")
            .bind(session)
            .bind(id);
        Ok(self.execute(query).await? > 0)
    }
}

impl Store {
    /// The templates of a session, newest first.
    pub async fn templates(&self, session: &SessionId) -> Result<Vec<Template>, Error> {
        let query = sql("SELECT * FROM templates WHERE session_id = $1 ORDER BY id DESC").bind(session);
        self.fetch_all::<TemplateRow>(query)
            .await?
            .into_iter()
            .map(Template::try_from)
            .collect()
    }

    pub async fn template(&self, session: &SessionId, id: &TemplateId) -> Result<Option<Template>, Error> {
        let query = sql("SELECT * FROM templates WHERE session_id = $1 AND id = $2")
            .bind(session)
            .bind(id);
        self.fetch_optional::<TemplateRow>(query)
            .await?
            .map(Template::try_from)
            .transpose()
    }

    pub async fn template_by_name(&self, session: &SessionId, name: &str) -> Result<Option<Template>, Error> {
        let query = sql("SELECT * FROM templates WHERE session_id = $1 AND name = $2")
            .bind(session)
            .bind(name);
        self.fetch_optional::<TemplateRow>(query)
            .await?
            .map(Template::try_from)
            .transpose()
    }
}
