//! Facts about the installation as a whole.

use crate::sql::sql;
use crate::{Error, Store, Tx};

impl Tx<'_> {
    /// States a fact unless another is stated already; says which holds.
    pub async fn claim_meta(&mut self, key: &str, value: &str) -> Result<String, Error> {
        let query = sql("INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING")
            .bind(key)
            .bind(value.as_bytes().to_vec());
        self.execute(query).await?;
        let (stored,): (Vec<u8>,) = self
            .fetch_one(sql("SELECT value FROM meta WHERE key = $1").bind(key))
            .await?;
        String::from_utf8(stored).map_err(|_| Error::Corrupt {
            table: "meta",
            column: "value",
            id: key.to_owned(),
        })
    }
}

impl Store {
    /// States a fact about the installation unless another is stated already; says which holds.
    pub async fn claim_meta(&self, key: &'static str, value: &'static str) -> Result<String, Error> {
        self.write(move |tx| Box::pin(async move { tx.claim_meta(key, value).await }))
            .await
    }
}
