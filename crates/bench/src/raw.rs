//! a) The engine library by itself, with its in-memory store; a send counts when its ack came.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use async_trait::async_trait;
use tokio::sync::oneshot;
use wacore::store::InMemoryBackend;
use wacore::store::traits::DeviceStore;
use wacore::types::events::{Event, EventHandler, EventInterest, EventKind};
use wagon_domain::WaMessageId;
use wagon_engine_whatsapp::DeviceBackend;
use waproto::whatsapp as wa;
use whatsapp_rust::bot::{Bot, BotHandle};
use whatsapp_rust::http::UreqHttpClient;
use whatsapp_rust::{SendOptions, TokioRuntime};

use crate::children::Network;
use crate::{load, stored};

#[derive(Clone)]
pub(crate) struct Sender {
    handle: Arc<BotHandle>,
    acks: Acks,
    to: wacore_binary::Jid,
}

type Acks = Arc<Mutex<HashMap<String, oneshot::Sender<()>>>>;

struct Listener(Acks);

impl EventHandler for Listener {
    fn handle_event(&self, event: Arc<Event>) {
        if let Event::ServerAck(ack) = &*event
            && let Some(waiter) = self
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&ack.id)
        {
            let _ = waiter.send(());
        }
    }

    fn interest(&self) -> EventInterest {
        EventInterest::of(&[EventKind::ServerAck])
    }
}

impl Sender {
    /// Links a device with the gateway's engine, then takes its record into a store in memory.
    pub(crate) async fn start(network: &Network) -> anyhow::Result<Self> {
        let linked = Box::pin(stored::Sender::start(network)).await?;
        linked.engine.stop(&linked.session).await;
        let device = DeviceBackend::new(linked.store.clone(), linked.session.clone())
            .load()
            .await?
            .context("no device record")?;
        linked.stop().await;
        let memory = InMemoryBackend::new();
        let mut device = device;
        // The keys that the linked device uploaded are not in this store: offer new ones.
        device.server_has_prekeys = false;
        memory.save(&device).await?;

        let acks = Acks::default();
        // The same sockets as the gateway's: the library's own wait for delayed acknowledgements.
        let whatsapp = wagon_engine_whatsapp::Network::Sandbox(network.url.parse()?);
        let bot = Bot::builder()
            .with_backend(memory)
            .with_transport_factory(whatsapp.transport())
            .with_http_client(UreqHttpClient::new())
            .with_runtime(TokioRuntime)
            .with_version((2, 3000, 0))
            .with_event_handler(Listener(Arc::clone(&acks)))
            .skip_history_sync()
            .build()
            .await?;
        let client = bot.client();
        let handle = bot.spawn();
        client.wait_for_connected(Duration::from_secs(30)).await?;
        Ok(Self {
            handle: Arc::new(handle),
            acks,
            to: network
                .recipient
                .parse()
                .map_err(|_| anyhow::anyhow!("bad JID"))?,
        })
    }
}

#[async_trait]
impl load::Send for Sender {
    async fn send(&self, text: String) -> anyhow::Result<()> {
        let id = WaMessageId::generate(&mut rand::rng()).to_string();
        let (waiter, acked) = oneshot::channel();
        self.acks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id.clone(), waiter);
        let message = wa::Message {
            conversation: Some(text),
            ..Default::default()
        };
        let options = SendOptions::default().with_message_id(id);
        self.handle
            .client()
            .send_message_with_options(self.to.clone(), message, options)
            .await?;
        Ok(acked.await?)
    }
}
