//! How the services are put together.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wagon_delivery::Courier;
use wagon_domain::webhook::RetryPolicy;
use wagon_domain::{Clock, SessionId};
use wagon_engine::Engine;
use wagon_media::MediaStore;
use wagon_outbound::Outbound;
use wagon_store::Store;

use crate::auto_read::{self, Arrived};
use crate::auto_reject::{self, Rang};
use crate::batches;
use crate::budget::Budgets;
use crate::calls::Decliner;
use crate::deeds::Deeds;
use crate::heard::Heard;
use crate::identity::{Passwords, Standing};
use crate::intake::Errands;
use crate::live::Live;
use crate::media_sweep;
use crate::messages;
use crate::outbox::{self, Holds, Outbox};
use crate::pictures::Pictures;
use crate::recaps::{NewPolls, Recaps};
use crate::tickets::Tickets;
use crate::{
    Access, Attached, Audit, Batches, Calls, Channels, Chats, Contacts, Conversion, Events, Groups, Health,
    History, Intake, Keys, Labels, Me, Media, Messages, Organizations, Pepper, Presences, Profile, Search,
    SessionOptions, Sessions, SignIn, Stats, Statuses, Templates, Tokens, Users, Webhooks,
};

/// Every use case, ready to be called. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    pub access: Access,
    pub keys: Keys,
    pub sign_in: SignIn,
    pub tokens: Tokens,
    pub me: Me,
    pub users: Users,
    pub organizations: Organizations,
    pub audit: Audit,
    pub sessions: Sessions,
    pub session_options: SessionOptions,
    pub messages: Messages,
    pub batches: Batches,
    pub templates: Templates,
    pub chats: Chats,
    pub groups: Groups,
    pub contacts: Contacts,
    pub presence: Presences,
    pub profile: Profile,
    pub history: History,
    pub media: Media,
    pub channels: Channels,
    pub stats: Stats,
    pub statuses: Statuses,
    pub labels: Labels,
    pub search: Search,
    pub conversion: Conversion,
    pub calls: Calls,
    pub events: Events,
    pub webhooks: Webhooks,
    pub health: Health,
}

/// What new sessions start with.
#[derive(Debug, Clone, Copy)]
pub struct Defaults {
    pub rate_per_min: i32,
    pub rate_per_hour: i32,
    /// Of new webhooks.
    pub retry: RetryPolicy,
    /// Batches of messages that may run at a time; 0 is no limit.
    pub batches: usize,
    /// Whether media may be converted.
    pub convert_media: bool,
    /// How long somebody is said to type who is not heard of any more.
    pub typing_ends_after: Duration,
}

/// The parts that exist before the engine does: the engine reports to the [`Intake`], and the
/// services command the engine.
pub struct Composition {
    store: Store,
    clock: Arc<dyn Clock>,
    live: Arc<Live>,
    intake: Arc<Intake>,
    polls: NewPolls,
    up: mpsc::UnboundedSender<SessionId>,
    came_up: mpsc::UnboundedReceiver<SessionId>,
    heard: Arc<Heard>,
    to_read: mpsc::Receiver<Arrived>,
    to_decline: mpsc::Receiver<Rang>,
}

/// What the services reach beside the database and WhatsApp.
pub struct Outside {
    pub courier: Courier,
    pub files: MediaStore,
    pub outbound: Outbound,
    /// Access tokens, and whom to believe them of.
    pub tokens: Tokens,
    pub pepper: Pepper,
}

impl Composition {
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        let live = Arc::new(Live::default());
        // One small id per connection that comes up; the reader only starts work and never waits.
        let (up, came_up) = mpsc::unbounded_channel();
        let polls = NewPolls::default();
        let heard = Arc::new(Heard::default());
        let (reads, to_read) = auto_read::queue();
        let (calls, to_decline) = auto_reject::queue();
        let intake = Arc::new(Intake::new(
            store.clone(),
            Arc::clone(&clock),
            Arc::clone(&live),
            up.clone(),
            polls.clone(),
            Arc::clone(&heard),
            Errands {
                to_read: reads,
                to_decline: calls,
            },
        ));
        Self {
            store,
            clock,
            live,
            intake,
            polls,
            up,
            came_up,
            heard,
            to_read,
            to_decline,
        }
    }

    /// Where the engine reports to.
    pub fn inbox(&self) -> Arc<Intake> {
        Arc::clone(&self.intake)
    }

    /// Completes the services. Work in the background runs on `tasks` until `stop`.
    pub fn finish(
        self,
        engine: Arc<dyn Engine>,
        outside: Outside,
        defaults: Defaults,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> Services {
        let Self {
            store,
            clock,
            live,
            polls,
            intake,
            up,
            came_up,
            heard,
            to_read,
            to_decline,
        } = self;
        let Outside {
            courier,
            files,
            outbound,
            tokens,
            pepper,
        } = outside;
        let reader = auto_read::run(store.clone(), Arc::clone(&engine), to_read, stop.clone());
        tasks.spawn(reader);
        let decliner = Decliner {
            store: store.clone(),
            engine: Arc::clone(&engine),
            clock: Arc::clone(&clock),
        };
        let declining = auto_reject::run(store.clone(), decliner.clone(), to_decline, stop.clone());
        tasks.spawn(declining);
        tasks.spawn(Arc::clone(&heard).end_typing(
            intake,
            Arc::clone(&clock),
            defaults.typing_ends_after,
            stop.clone(),
        ));
        tasks.spawn(media_sweep::run(store.clone(), files.clone(), stop.clone()));
        let budgets = Budgets::new(store.clone(), Arc::clone(&clock));
        let holds = Holds::new(store.clone(), Arc::clone(&clock));
        let outbox = Outbox::new(outbox::Parts {
            store: store.clone(),
            engine: Arc::clone(&engine),
            clock: Arc::clone(&clock),
            live: Arc::clone(&live),
            budgets: budgets.clone(),
            holds: holds.clone(),
            polls: polls.clone(),
            files: files.clone(),
            tasks: tasks.clone(),
            stop: stop.clone(),
        });
        tasks.spawn(outbox.clone().resume_on(came_up));
        tasks.spawn(outbox.clone().prune_on());
        tasks.spawn(outbox.clone().sweep(clock.now()));
        tasks.spawn(Recaps::new(store.clone(), Arc::clone(&clock), polls).tell_on(stop.clone()));
        let keys = Keys::new(store.clone(), Arc::clone(&clock), pepper);
        let passwords = Passwords::default();
        let standing = Standing::new(store.clone(), Arc::clone(&clock));
        let access = Access::new(store.clone(), keys.clone(), tokens.clone(), standing.clone());
        let users = Users::sharing(
            store.clone(),
            Arc::clone(&clock),
            passwords.clone(),
            standing.clone(),
        );
        let pictures = Pictures::new(outbound.clone());
        let sessions = Sessions::new(
            store.clone(),
            Arc::clone(&engine),
            Arc::clone(&clock),
            Arc::clone(&live),
            defaults,
            up,
        );
        let messages = Messages::new(messages::Parts {
            store: store.clone(),
            engine: Arc::clone(&engine),
            sessions: sessions.clone(),
            outbox,
            budgets,
            holds,
            outbound: outbound.clone(),
            clock: Arc::clone(&clock),
            live: Arc::clone(&live),
        });
        let batches = Batches::new(batches::Parts {
            store: store.clone(),
            sessions: sessions.clone(),
            messages: messages.clone(),
            clock: Arc::clone(&clock),
            live,
            tasks: tasks.clone(),
            stop: stop.clone(),
            at_once: defaults.batches,
        });
        tasks.spawn(batches.clone().resume());
        let deeds = Deeds::new(store.clone(), Arc::clone(&clock));
        Services {
            templates: Templates::new(
                store.clone(),
                sessions.clone(),
                messages.clone(),
                Arc::clone(&clock),
            ),
            messages,
            batches,
            session_options: SessionOptions::new(
                store.clone(),
                sessions.clone(),
                Arc::clone(&engine),
                Arc::clone(&clock),
            ),
            webhooks: Webhooks::new(
                store.clone(),
                sessions.clone(),
                courier,
                Arc::clone(&clock),
                defaults.retry,
            ),
            media: Media::new(
                sessions.clone(),
                Attached::new(store.clone(), Arc::clone(&engine), files),
            ),
            channels: Channels::new(
                store.clone(),
                sessions.clone(),
                Arc::clone(&engine),
                Arc::clone(&clock),
                deeds.clone(),
            ),
            chats: Chats::new(
                store.clone(),
                sessions.clone(),
                Arc::clone(&engine),
                Arc::clone(&clock),
                deeds.clone(),
            ),
            statuses: Statuses::new(
                store.clone(),
                sessions.clone(),
                Arc::clone(&engine),
                Arc::clone(&clock),
                outbound.clone(),
            ),
            stats: Stats::new(store.clone(), sessions.clone(), Arc::clone(&clock)),
            labels: Labels::new(store.clone(), sessions.clone(), Arc::clone(&engine)),
            search: Search::new(store.clone(), sessions.clone()),
            conversion: Conversion::new(sessions.clone(), outbound, defaults.convert_media),
            groups: Groups::new(
                store.clone(),
                sessions.clone(),
                Arc::clone(&engine),
                pictures.clone(),
                deeds.clone(),
            ),
            contacts: Contacts::new(
                store.clone(),
                sessions.clone(),
                Arc::clone(&engine),
                Arc::clone(&clock),
                deeds.clone(),
            ),
            presence: Presences::new(store.clone(), sessions.clone(), Arc::clone(&engine), heard),
            profile: Profile::new(sessions.clone(), engine, pictures, deeds),
            history: History::new(store.clone(), sessions.clone()),
            calls: Calls::new(sessions.clone(), decliner),
            events: Events::new(
                store.clone(),
                sessions.clone(),
                access.clone(),
                Tickets::new(Arc::clone(&clock)),
            ),
            sign_in: SignIn::new(
                store.clone(),
                Arc::clone(&clock),
                passwords.clone(),
                standing.clone(),
                tokens.clone(),
            ),
            organizations: Organizations::new(
                store.clone(),
                Arc::clone(&clock),
                users.clone(),
                keys.clone(),
                standing,
            ),
            me: Me::new(store.clone(), clock, passwords),
            audit: Audit::new(store.clone()),
            access,
            tokens,
            users,
            health: Health::new(store),
            keys,
            sessions,
        }
    }
}

impl Services {
    /// Brings the sessions that were up before the last shutdown (or crash) up again.
    pub async fn resume(&self) -> Result<usize, crate::Error> {
        self.sessions.resume().await
    }
}
