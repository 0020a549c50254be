//! The engine: every running session, by id.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio_util::task::TaskTracker;
use wagon_domain::{Clock, PhoneNumber, SessionId};
use wagon_engine::{
    Answer, CallError, Engine, EngineError, Inbox, PairError, PairingCode, SendError, Submission,
};
use wagon_store::Store;
use whatsapp_rust::Client;
use whatsapp_rust::pair_code::{PairCodeError, PairCodeOptions, PairError as WaPairError};

use crate::acks::Acks;
use crate::blocked::BlockList;
use crate::connection::{Phase, Running, Shared};
use crate::network::Network;
use crate::ringing::Ringing;
use crate::send;

/// How long a request for a pairing code waits for the connection to be up.
const SOCKET_DEADLINE: Duration = Duration::from_secs(10);
const CODE_LIFETIME: Duration = Duration::from_mins(3);

/// [`Engine`] on whatsapp-rust.
pub struct WhatsAppEngine {
    shared: Arc<Shared>,
    running: Mutex<HashMap<SessionId, Arc<Running>>>,
    tasks: TaskTracker,
}

impl WhatsAppEngine {
    pub fn new(store: Store, network: Network, inbox: Arc<dyn Inbox>, clock: Arc<dyn Clock>) -> Self {
        let http = network.http_client();
        Self {
            shared: Arc::new(Shared {
                store,
                network,
                http,
                inbox,
                clock,
            }),
            running: Mutex::default(),
            tasks: TaskTracker::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionId, Arc<Running>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, session: &SessionId) -> Option<Arc<Running>> {
        self.lock().get(session).cloned()
    }

    /// The session's client, if it can be asked something now.
    pub(crate) fn client(&self, session: &SessionId) -> Result<Arc<Client>, CallError> {
        match self.phase(session) {
            Some(Phase::Live { client, .. }) if client.is_connected() && client.is_logged_in() => Ok(client),
            _ => Err(CallError::NotConnected),
        }
    }

    /// The session's client and what waits for its acknowledgements, if it can send now.
    pub(crate) fn live(&self, session: &SessionId) -> Option<(Arc<Client>, Arc<Acks>)> {
        match self.phase(session) {
            Some(Phase::Live { client, acks }) if client.is_connected() && client.is_logged_in() => {
                Some((client, acks))
            }
            _ => None,
        }
    }

    pub(crate) fn network(&self) -> &Network {
        &self.shared.network
    }

    /// The block list of a running session.
    pub(crate) fn block_list(&self, session: &SessionId) -> Result<Arc<BlockList>, CallError> {
        let running = self.get(session).ok_or(CallError::NotConnected)?;
        Ok(Arc::clone(&running.blocked))
    }

    /// The calls that ring on a running session.
    pub(crate) fn ringing(&self, session: &SessionId) -> Result<Arc<Ringing>, CallError> {
        let running = self.get(session).ok_or(CallError::NotConnected)?;
        Ok(Arc::clone(&running.ringing))
    }

    fn phase(&self, session: &SessionId) -> Option<Phase> {
        self.get(session)
            .filter(|running| !running.stop.is_cancelled())
            .map(|running| running.phase())
    }
}

#[async_trait]
impl Engine for WhatsAppEngine {
    async fn start(&self, session: &SessionId) -> Result<(), EngineError> {
        loop {
            let ending = {
                let mut running = self.lock();
                match running.get(session) {
                    Some(existing) if !existing.stop.is_cancelled() => return Ok(()),
                    Some(existing) if !existing.done.is_cancelled() => Arc::clone(existing),
                    _ => {
                        let fresh = Arc::new(Running::new(session.clone(), self.shared.store.clone()));
                        running.insert(session.clone(), Arc::clone(&fresh));
                        self.tasks.spawn(fresh.run(Arc::clone(&self.shared)));
                        return Ok(());
                    }
                }
            };
            // Two connections of one device would fight: the old one has to be gone first.
            ending.done.cancelled().await;
        }
    }

    fn is_running(&self, session: &SessionId) -> bool {
        self.phase(session).is_some()
    }

    fn push_name(&self, session: &SessionId) -> Option<String> {
        let client = self.client(session).ok()?;
        Some(client.push_name()).filter(|name| !name.is_empty())
    }

    async fn stop(&self, session: &SessionId) {
        let Some(running) = self.get(session) else { return };
        running.stop.cancel();
        running.done.cancelled().await;
        let mut map = self.lock();
        if map
            .get(session)
            .is_some_and(|current| Arc::ptr_eq(current, &running))
        {
            map.remove(session);
        }
    }

    async fn unlink(&self, session: &SessionId) {
        if let Some(Phase::Live { client, .. }) = self.phase(session) {
            client.logout().await;
        }
        self.stop(session).await;
    }

    async fn pairing_code(&self, session: &SessionId, phone: &PhoneNumber) -> Result<PairingCode, PairError> {
        match self.phase(session) {
            Some(Phase::Pairing(pairing)) => pairing.code(phone).await,
            Some(Phase::Live { client, .. }) => {
                client
                    .wait_for_socket(SOCKET_DEADLINE)
                    .await
                    .map_err(|error| PairError::Unreachable(Box::new(error)))?;
                if client.is_logged_in() {
                    return Err(PairError::NotPairing);
                }
                let options = PairCodeOptions {
                    phone_number: phone.as_str().to_owned(),
                    ..Default::default()
                };
                let code = client.pair_with_code(options).await.map_err(refused)?;
                Ok(PairingCode {
                    code: grouped(&code),
                    expires_at: self.shared.clock.now() + CODE_LIFETIME,
                })
            }
            Some(Phase::Starting) | None => Err(PairError::NotPairing),
        }
    }

    async fn send(&self, session: &SessionId, submission: Submission) -> Result<Answer, SendError> {
        let (Some(running), Some(Phase::Live { client, acks })) = (self.get(session), self.phase(session))
        else {
            return Err(SendError::NotConnected);
        };
        let now = self.shared.clock.now();
        let answer = send::send(&client, running.backend(), &acks, &submission, now).await?;
        Ok(Box::pin(async move {
            let ack = answer.await?;
            // The copy that answers retry requests, before anybody records that the send is done.
            running.flush().await;
            Ok(ack)
        }))
    }

    async fn shutdown(&self) {
        for running in self.lock().values() {
            running.stop.cancel();
        }
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// The 4-4 form in which phones show the code.
fn grouped(code: &str) -> String {
    match code.split_at_checked(4) {
        Some((first, second)) if code.len() == 8 => format!("{first}-{second}"),
        _ => code.to_owned(),
    }
}

fn refused(error: WaPairError) -> PairError {
    match &error {
        WaPairError::PairCode(PairCodeError::CodeAlreadyOutstanding { .. }) => PairError::CodeOutstanding,
        _ => match error.rejection() {
            Some(rejection) => PairError::Refused {
                reason: format!("{rejection:?}"),
            },
            None => PairError::Unreachable(Box::new(error)),
        },
    }
}
