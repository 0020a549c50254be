//! What whoever runs the gateway does with keys, from its own machine.

use wagon_domain::audit::{Action, Deed};
use wagon_domain::{KeyId, OrgId};
use wagon_store::{ApiKey, Org};

use super::authenticate::{Keys, is_valid};
use super::manage::{CreateKey, NewKey};
use super::secret::generate;
use crate::error::Error;

impl Keys {
    /// The organisation that a single-tenant installation works in; made at first start.
    pub async fn default_org(&self) -> Result<OrgId, Error> {
        if let Some(org) = self.store.first_org().await? {
            return Ok(org.id);
        }
        let now = self.clock.now();
        let id = OrgId::from_ulid(self.ids.next(now, &mut rand::rng()));
        let org = Org {
            id: id.clone(),
            name: "default".to_owned(),
            created_at: now,
        };
        self.store
            .write(move |tx| Box::pin(async move { tx.create_org(&org).await }))
            .await?;
        Ok(id)
    }

    pub async fn any_exist(&self) -> Result<bool, Error> {
        Ok(self.store.has_keys().await?)
    }

    pub async fn issue(&self, org: &OrgId, request: CreateKey) -> Result<NewKey, Error> {
        let secret = generate(request.form);
        self.insert(org, request, secret, Deed::by_operator(Action::KeyCreate))
            .await
    }

    /// Makes sure that exactly this secret is a key, as an operator chose it. One that is valid already is left as
    /// it is.
    pub async fn adopt(&self, org: &OrgId, request: CreateKey, secret: &str) -> Result<(), Error> {
        let known = self.store.key_by_hash(&self.pepper.digest(secret)).await?;
        if known.is_some_and(|key| is_valid(&key, self.clock.now())) {
            return Ok(());
        }
        let deed = Deed::by_operator(Action::KeyCreate);
        self.insert(org, request, secret.to_owned(), deed).await?;
        Ok(())
    }

    pub async fn list_as_operator(&self, org: &OrgId) -> Result<Vec<ApiKey>, Error> {
        Ok(self.store.keys(org).await?)
    }

    pub async fn revoke_as_operator(&self, org: &OrgId, id: &KeyId) -> Result<(), Error> {
        self.take_back(org, id, Deed::by_operator(Action::KeyRevoke))
            .await
    }
}
