//! Gives every lane with something in it a task.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wagon_domain::{Clock, WebhookId};
use wagon_store::{Error, Lane, Store, Wake};

use crate::courier::Courier;
use crate::endpoint::Endpoint;
use crate::lane::LaneTask;

const STORE_PAUSE: Duration = Duration::from_secs(1);

/// How deliveries are made.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Requests to one webhook at a time.
    pub in_flight: usize,
    /// A webhook that took nothing for so long is turned off; `None`: never.
    pub disable_after: Option<Duration>,
}

/// Watches the store and delivers.
pub struct Worker {
    store: Store,
    courier: Courier,
    clock: Arc<dyn Clock>,
    settings: Settings,
    tasks: TaskTracker,
    stop: CancellationToken,
    endpoints: HashMap<WebhookId, Arc<Endpoint>>,
}

impl Worker {
    pub fn new(
        store: Store,
        courier: Courier,
        clock: Arc<dyn Clock>,
        settings: Settings,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        Self {
            store,
            courier,
            clock,
            settings,
            tasks,
            stop,
            endpoints: HashMap::new(),
        }
    }

    /// Delivers what is open and whatever comes, until `stop`.
    pub async fn run(mut self) {
        // Listening begins before the store is searched, so nothing falls in between.
        let mut wakes = self.store.subscribe_deliveries();
        let stop = self.stop.clone();
        self.retrying(None).await;
        while let Some(woken) = stop.run_until_cancelled(wakes.recv()).await {
            match woken {
                Ok(wake) => self.retrying(Some(wake)).await,
                Err(RecvError::Lagged(_)) => self.retrying(None).await,
                Err(RecvError::Closed) => return,
            }
        }
    }

    async fn retrying(&mut self, wake: Option<Wake>) {
        while let Err(error) = self.look(wake.as_ref()).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "open deliveries could not be read"
            );
            if self
                .stop
                .run_until_cancelled(tokio::time::sleep(STORE_PAUSE))
                .await
                .is_none()
            {
                return;
            }
        }
    }

    /// `None`: everywhere.
    async fn look(&mut self, wake: Option<&Wake>) -> Result<(), Error> {
        match wake {
            Some(Wake::Lane(lane)) => self.open(lane.clone()).await,
            Some(Wake::Webhook(id)) => {
                self.refresh(id).await?;
                for lane in self.store.open_lanes(Some(id)).await? {
                    self.open(lane).await?;
                }
                Ok(())
            }
            None => {
                let known: Vec<WebhookId> = self.endpoints.keys().cloned().collect();
                for id in &known {
                    self.refresh(id).await?;
                }
                for lane in self.store.open_lanes(None).await? {
                    self.open(lane).await?;
                }
                Ok(())
            }
        }
    }

    /// Tells the lanes under way how the webhook is now.
    async fn refresh(&mut self, id: &WebhookId) -> Result<(), Error> {
        let Some(endpoint) = self.endpoints.get(id) else {
            return Ok(());
        };
        let webhook = self.store.webhook(id).await?;
        let gone = webhook.is_none();
        endpoint.webhook.send_replace(webhook.map(Arc::new));
        if gone || !endpoint.is_busy() {
            self.endpoints.remove(id);
        }
        Ok(())
    }

    async fn open(&mut self, lane: Lane) -> Result<(), Error> {
        let Some(endpoint) = self.endpoint(&lane.webhook).await? else {
            return Ok(());
        };
        if endpoint.enter(&lane.session) {
            let task = LaneTask {
                lane,
                endpoint,
                store: self.store.clone(),
                courier: self.courier.clone(),
                clock: Arc::clone(&self.clock),
                disable_after: self.settings.disable_after,
                stop: self.stop.clone(),
            };
            self.tasks.spawn(task.run());
        }
        Ok(())
    }

    async fn endpoint(&mut self, id: &WebhookId) -> Result<Option<Arc<Endpoint>>, Error> {
        if let Some(endpoint) = self.endpoints.get(id) {
            return Ok(Some(Arc::clone(endpoint)));
        }
        let Some(webhook) = self.store.webhook(id).await? else {
            return Ok(None);
        };
        let endpoint = Arc::new(Endpoint::new(webhook, self.settings.in_flight));
        self.endpoints.insert(id.clone(), Arc::clone(&endpoint));
        Ok(Some(endpoint))
    }
}
