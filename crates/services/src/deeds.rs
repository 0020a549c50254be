//! Entries of the audit log about what callers do on WhatsApp.
//!
//! WhatsApp is no part of a transaction: an entry is written when WhatsApp has taken the change, with what the store keeps
//! of it if it keeps anything.

use std::sync::Arc;

use wagon_domain::audit::{Action, AuditEntry, Deed};
use wagon_domain::{Caller, Clock, SessionId};
use wagon_store::Store;

use crate::error::Error;
use crate::identity::Ledger;

#[derive(Clone)]
pub(crate) struct Deeds {
    store: Store,
    ledger: Ledger,
}

impl Deeds {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            ledger: Ledger::new(clock),
        }
    }

    /// `action` on `target` with the account of `session`; `what` says what `action` leaves open.
    pub(crate) fn entry(
        &self,
        caller: &Caller,
        session: &SessionId,
        action: Action,
        target: &impl ToString,
        what: &str,
    ) -> AuditEntry {
        let detail = match what {
            "" => session.to_string(),
            what => format!("{session}: {what}"),
        };
        self.ledger
            .entry(Deed::by_caller(caller, action).to(target).detail(&detail))
    }

    /// Records what the store keeps nothing else of.
    pub(crate) async fn record(
        &self,
        caller: &Caller,
        session: &SessionId,
        action: Action,
        target: &impl ToString,
        what: &str,
    ) -> Result<(), Error> {
        let entry = self.entry(caller, session, action, target, what);
        self.store
            .write(move |tx| Box::pin(async move { tx.record(&entry).await }))
            .await?;
        Ok(())
    }
}
