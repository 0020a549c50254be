//! Requests to send a message again that have no answer yet, and the copies that answer them.

use wacore::store::error::Result;
use wagon_store::StateRow;

use super::{DeviceBackend, compound, database, decode, encode, kind};
use crate::retries::RetryRequest;

impl DeviceBackend {
    pub(crate) async fn keep_retry(&self, request: &RetryRequest) -> Result<()> {
        let row = StateRow {
            id: compound(&[&request.requester.to_string(), &request.message]),
            alt: Some(request.message.clone()),
            num: wacore::time::now_secs(),
            value: encode(request)?,
        };
        self.put(kind::RETRY_REQUEST, vec![row]).await
    }

    pub(crate) async fn retries(&self) -> Result<Vec<RetryRequest>> {
        let rows = self.store.list_state(&self.session, kind::RETRY_REQUEST).await;
        rows.map_err(database)?
            .iter()
            .map(|row| decode(&row.value))
            .collect()
    }

    pub(crate) async fn forget_retries(&self, message: &str) -> Result<()> {
        self.open()?;
        let (session, message) = (self.session.clone(), message.to_owned());
        let forgotten = self.store.write_behind(move |tx| {
            Box::pin(async move {
                tx.delete_state_by_alt(&session, kind::RETRY_REQUEST, &[message])
                    .await
                    .map(drop)
            })
        });
        forgotten.await.map_err(database)
    }

    /// The copy of a message that went out lately.
    pub(crate) async fn sent_message(&self, message: &str) -> Result<Option<Vec<u8>>> {
        let row = self
            .store
            .get_state_by_alt(&self.session, kind::SENT_MESSAGE, message)
            .await;
        Ok(row.map_err(database)?.map(|row| row.value))
    }
}
