//! The audit log.

use std::sync::Arc;

use wagon_domain::audit::{AuditEntry, Deed};
use wagon_domain::{AuditId, Caller, Capability, Clock, IdSource, Person};
use wagon_store::{AuditFilter, Store};

use crate::error::Error;

/// Gives entries their id and time. Writing one is part of the transaction of what it tells of.
#[derive(Clone)]
pub(crate) struct Ledger {
    clock: Arc<dyn Clock>,
    ids: Arc<IdSource>,
}

impl Ledger {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            ids: Arc::default(),
        }
    }

    pub(crate) fn entry(&self, deed: Deed) -> AuditEntry {
        let now = self.clock.now();
        deed.recorded(AuditId::from_ulid(self.ids.next(now, &mut rand::rng())), now)
    }
}

/// Reads the audit log.
#[derive(Clone)]
pub struct Audit {
    store: Store,
}

impl Audit {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    /// The caller's organisation's entries before the cursor, latest first.
    pub async fn list(
        &self,
        caller: &Caller,
        filter: AuditFilter,
        before: Option<&AuditId>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, Error> {
        let filter = permitted(caller, filter)?;
        Ok(self.store.audit(&filter, before, limit).await?)
    }

    /// How many entries of the caller's organisation there are.
    pub async fn count(&self, caller: &Caller, filter: AuditFilter) -> Result<u64, Error> {
        let filter = permitted(caller, filter)?;
        Ok(self.store.count_audit(&filter).await?)
    }

    /// The same of all organisations, and of what belongs to none.
    pub async fn list_all(
        &self,
        person: &Person,
        filter: AuditFilter,
        before: Option<&AuditId>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, Error> {
        if !person.super_admin {
            return Err(Error::SuperAdminRequired);
        }
        Ok(self.store.audit(&filter, before, limit).await?)
    }
}

fn permitted(caller: &Caller, filter: AuditFilter) -> Result<AuditFilter, Error> {
    let capability = Capability::Admin;
    if !caller.may(capability) {
        return Err(Error::Forbidden { capability });
    }
    Ok(AuditFilter {
        org: Some(caller.org.clone()),
        ..filter
    })
}
