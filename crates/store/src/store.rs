use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wagon_domain::{Clock, Event};

use crate::aliases::KnownAliases;
use crate::connect::{Pool, Pools};
use crate::crypto::Cipher;
use crate::events::Log;
use crate::job::{Job, LogFailure, Write};
use crate::people::KnownPeople;
use crate::sql::{Query, Record, sql};
use crate::tx::{State, Tx};
use crate::webhooks::{FanOut, Wake};
use crate::writer::Writer;
use crate::{Config, Error, schema};

/// Writes that may wait for the writer before those who queue more have to wait themselves.
const QUEUE: usize = 4096;
/// Events that a live subscriber may fall behind before it has to read the log instead.
const LIVE_EVENTS: usize = 4096;
/// The same for whoever delivers to webhooks.
const WAKES: usize = 1024;

/// The gateway's database. Clones share it.
///
/// Reads are methods of the store; writes are methods of [`Tx`], reached through [`Store::write`].
#[derive(Clone)]
pub struct Store {
    read: Arc<Pool>,
    queue: mpsc::Sender<Box<dyn Job>>,
    pub(crate) cipher: Arc<Cipher>,
    live: broadcast::Sender<Arc<Event>>,
    wakes: broadcast::Sender<Wake>,
    closing: CancellationToken,
    tasks: TaskTracker,
}

impl Store {
    /// Opens the database, brings it to this version's schema and starts its writer.
    pub async fn open(config: Config, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        Self::open_as(config, clock, false).await
    }

    /// Opens the database like [`open`](Self::open), and keeps other gateways from it: while this one
    /// lives, they are refused, and should it lose its claim with its connection to another one, it
    /// writes nothing any more.
    pub async fn claim(config: Config, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        Self::open_as(config, clock, true).await
    }

    async fn open_as(config: Config, clock: Arc<dyn Clock>, exclusive: bool) -> Result<Self, Error> {
        let Config { url, cipher } = config;
        let pools = Pools::new(&url)?;
        let mut conn = pools.write.acquire_own().await?;
        if exclusive && !conn.claim().await? {
            return Err(Error::Claimed);
        }
        schema::migrate(&mut conn).await?;
        schema::check_key(&mut conn, &cipher).await?;

        let cipher = Arc::new(cipher);
        let (live, _) = broadcast::channel(LIVE_EVENTS);
        let log = Log::new(clock, live.clone());
        let (wakes, _) = broadcast::channel(WAKES);
        let fan_out = FanOut::open(&mut conn, wakes.clone()).await?;
        let (queue, jobs) = mpsc::channel(QUEUE);
        let closing = CancellationToken::new();
        let writer = Writer {
            queue: jobs,
            pool: pools.write,
            conn: Some(conn),
            exclusive,
            state: State {
                cipher: Arc::clone(&cipher),
                log,
                fan_out,
                aliases: KnownAliases::default(),
                people: KnownPeople::default(),
                failed: false,
            },
            closing: closing.clone(),
        };
        let tasks = TaskTracker::new();
        tasks.spawn(writer.run());
        tasks.close();
        Ok(Self {
            read: Arc::new(pools.read),
            queue,
            cipher,
            live,
            wakes,
            closing,
            tasks,
        })
    }

    /// Refuses further writes, waits until those already queued are committed, and disconnects.
    pub async fn close(&self) {
        self.closing.cancel();
        self.tasks.wait().await;
        self.read.close().await;
    }

    /// Runs `work` in a transaction and returns when it is on disk.
    ///
    /// Writes share transactions, but each is atomic by itself: when `work` fails or panics, all
    /// of it is undone and nothing of any other. It waits its turn in a queue; once it is in
    /// there, it runs even if the returned future is dropped. Since all writes wait meanwhile,
    /// `work` should await nothing but operations of its [`Tx`].
    ///
    /// ```
    /// # async fn example(store: wagon_store::Store, event: wagon_store::NewEvent) -> Result<(), wagon_store::Error> {
    /// let id = store.write(|tx| Box::pin(async move { tx.append_event(event).await })).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn write<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: for<'t, 'g> FnOnce(&'t mut Tx<'g>) -> BoxFuture<'t, Result<T, Error>> + Send + 'static,
    {
        let (reply, result) = oneshot::channel();
        self.enqueue(Box::new(Write::new(work, reply))).await?;
        // The writer answers every write that it took, unless the runtime shuts down under it.
        result.await.unwrap_or(Err(Error::Closed))
    }

    /// Queues `work` like [`Store::write`] and returns once it is queued, in order with all other
    /// writes; failures go to the log. Waits only while the queue is full.
    pub async fn write_behind<F>(&self, work: F) -> Result<(), Error>
    where
        F: for<'t, 'g> FnOnce(&'t mut Tx<'g>) -> BoxFuture<'t, Result<(), Error>> + Send + 'static,
    {
        self.enqueue(Box::new(Write::new(work, LogFailure))).await
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), Error> {
        let _: Option<(String,)> = self
            .fetch_optional(sql("SELECT id FROM organizations LIMIT 1"))
            .await?;
        Ok(())
    }

    async fn enqueue(&self, job: Box<dyn Job>) -> Result<(), Error> {
        self.queue.send(job).await.map_err(|_| Error::Closed)
    }

    /// Every event from now on, each after its commit. A subscriber that is too slow gets `Lagged`
    /// and finds what it missed with [`Store::events`].
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Event>> {
        self.live.subscribe()
    }

    /// What to deliver, from now on. A subscriber that is too slow gets `Lagged` and finds everything
    /// with [`Store::open_lanes`].
    pub fn subscribe_deliveries(&self) -> broadcast::Receiver<Wake> {
        self.wakes.subscribe()
    }

    pub(crate) async fn fetch_all<T: Record>(&self, query: Query) -> Result<Vec<T>, Error> {
        let mut conn = self.read.acquire().await?;
        Ok(query.fetch_all(&mut conn).await?)
    }

    pub(crate) async fn fetch_optional<T: Record>(&self, query: Query) -> Result<Option<T>, Error> {
        let mut conn = self.read.acquire().await?;
        Ok(query.fetch_optional(&mut conn).await?)
    }

    pub(crate) async fn fetch_one<T: Record>(&self, query: Query) -> Result<T, Error> {
        let mut conn = self.read.acquire().await?;
        Ok(query.fetch_one(&mut conn).await?)
    }
}
