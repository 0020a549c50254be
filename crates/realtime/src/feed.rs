//! What one connection says, in order: `connected`, then events, with pings between them.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{Stream, StreamExt, stream};
use serde::Serialize;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;
use wagon_domain::{Clock, Event, EventId};
use wagon_services::{Error, EventStream, Gap, Told};

use crate::state::State;

type Events = Pin<Box<dyn Stream<Item = Result<Told, Error>> + Send>>;

/// One thing that a connection says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) kind: FrameKind,
    /// One JSON object without line breaks.
    pub(crate) json: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FrameKind {
    /// An entry of the log, from which a client can go on later.
    Event(EventId),
    /// Something about the connection, by its name.
    Control(&'static str),
}

/// The frames of one connection.
pub(crate) struct Feed {
    events: Events,
    pings: Interval,
    heartbeat: Duration,
    shutdown: CancellationToken,
    clock: Arc<dyn Clock>,
    render: fn(&Event) -> String,
    phase: Phase,
}

enum Phase {
    Opening,
    Following,
    Over,
}

impl Feed {
    pub(crate) fn new(state: &State, events: EventStream) -> Self {
        let events = stream::unfold(events, async |mut events| {
            let event = events.next().await?;
            Some((event, events))
        });
        Self::of(
            Box::pin(events),
            state.heartbeat,
            state.shutdown.clone(),
            Arc::clone(&state.clock),
            state.render,
        )
    }

    fn of(
        events: Events,
        heartbeat: Duration,
        shutdown: CancellationToken,
        clock: Arc<dyn Clock>,
        render: fn(&Event) -> String,
    ) -> Self {
        let mut pings = interval_at(Instant::now() + heartbeat, heartbeat);
        // A client that was away for minutes needs one ping, not all that it missed.
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            events,
            pings,
            heartbeat,
            shutdown,
            clock,
            render,
            phase: Phase::Opening,
        }
    }

    /// The next frame; `None` when the connection is to be closed. Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Option<Frame> {
        match self.phase {
            Phase::Opening => {
                self.phase = Phase::Following;
                let connected = Control {
                    heartbeat_seconds: Some(self.heartbeat.as_secs()),
                    ..self.frame("connected")
                };
                Some(connected.into())
            }
            Phase::Over => None,
            Phase::Following => tokio::select! {
                // In this order, so that a busy log delays neither the end nor a ping.
                biased;
                () = self.shutdown.cancelled() => {
                    self.phase = Phase::Over;
                    None
                }
                _ = self.pings.tick() => Some(self.frame("ping").into()),
                event = self.events.next() => self.tell(event),
            },
        }
    }

    fn tell(&mut self, told: Option<Result<Told, Error>>) -> Option<Frame> {
        match told {
            Some(Ok(Told::Event(event))) => Some(Frame {
                json: (self.render)(&event),
                kind: FrameKind::Event(event.id.clone()),
            }),
            Some(Ok(Told::Gap(Gap { reason, since, until }))) => {
                let gap = Control {
                    reason: Some(reason.as_str()),
                    since: Some(since),
                    until: Some(until),
                    ..self.frame("gap")
                };
                Some(gap.into())
            }
            Some(Err(error)) => {
                self.phase = Phase::Over;
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the event log could not be read"
                );
                Some(Frame {
                    kind: FrameKind::Control("error"),
                    json: r#"{"event":"error","error":"replay_failed"}"#.to_owned(),
                })
            }
            None => {
                self.phase = Phase::Over;
                None
            }
        }
    }

    fn frame(&self, event: &'static str) -> Control {
        Control {
            event,
            heartbeat_seconds: None,
            reason: None,
            since: None,
            until: None,
            timestamp: self.clock.now().as_millis(),
        }
    }
}

/// What is said about the connection and the log, and not by it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Control {
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    heartbeat_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<EventId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<EventId>,
    timestamp: i64,
}

impl From<Control> for Frame {
    fn from(control: Control) -> Self {
        Self {
            kind: FrameKind::Control(control.event),
            json: serde_json::to_string(&control).expect("a struct of plain values serialises"),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use wagon_domain::session::SessionStatus;
    use wagon_domain::{EventBody, Timestamp};
    use wagon_services::GapReason;

    use super::*;

    struct Noon;

    impl Clock for Noon {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(1_700_000_000_000)
        }
    }

    pub(crate) const CONNECTED: &str =
        r#"{"event":"connected","heartbeatSeconds":20,"timestamp":1700000000000}"#;

    fn event(id: &str) -> Told {
        Told::Event(Arc::new(Event {
            id: id.parse().unwrap(),
            org: "org_1".parse().unwrap(),
            session: "sess_1".parse().unwrap(),
            timestamp: Noon.now(),
            body: EventBody::SessionStatus {
                status: SessionStatus::Working,
                reason: None,
            },
        }))
    }

    /// A feed that tells the ids of events.
    pub(crate) fn feed(
        events: impl Stream<Item = Result<Told, Error>> + Send + 'static,
        heartbeat: Duration,
        shutdown: &CancellationToken,
    ) -> Feed {
        let render = |event: &Event| event.id.to_string();
        Feed::of(
            Box::pin(events),
            heartbeat,
            shutdown.clone(),
            Arc::new(Noon),
            render,
        )
    }

    pub(crate) fn two_events() -> impl Stream<Item = Result<Told, Error>> + Send + 'static {
        stream::iter([Ok(event("evt_1")), Ok(event("evt_2"))])
    }

    async fn all(mut feed: Feed) -> Vec<String> {
        let mut frames = Vec::new();
        while let Some(frame) = feed.next().await {
            frames.push(frame.json);
        }
        frames
    }

    #[tokio::test]
    async fn it_opens_then_follows_the_log_to_its_end() {
        let feed = feed(two_events(), State::HEARTBEAT, &CancellationToken::new());
        assert_eq!(all(feed).await, [CONNECTED, "evt_1", "evt_2"]);
    }

    #[tokio::test]
    async fn a_failed_replay_is_told_and_ends_it() {
        let events = stream::iter([
            Ok(event("evt_1")),
            Err(Error::Internal("gone".into())),
            Ok(event("evt_2")),
        ]);
        let feed = feed(events, State::HEARTBEAT, &CancellationToken::new());
        let told = all(feed).await;
        assert_eq!(
            told,
            [CONNECTED, "evt_1", r#"{"event":"error","error":"replay_failed"}"#]
        );
    }

    #[tokio::test]
    async fn what_is_missing_is_said() {
        let gap = Gap {
            reason: GapReason::Pruned,
            since: "evt_1".parse().unwrap(),
            until: "evt_5".parse().unwrap(),
        };
        let events = stream::iter([Ok(Told::Gap(gap)), Ok(event("evt_6"))]);
        let feed = feed(events, State::HEARTBEAT, &CancellationToken::new());
        let expected =
            r#"{"event":"gap","reason":"pruned","since":"evt_1","until":"evt_5","timestamp":1700000000000}"#;
        assert_eq!(all(feed).await, [CONNECTED, expected, "evt_6"]);
    }

    #[tokio::test]
    async fn silence_is_filled_with_pings() {
        let mut feed = feed(
            stream::pending(),
            Duration::from_millis(1),
            &CancellationToken::new(),
        );
        feed.next().await;
        let ping = r#"{"event":"ping","timestamp":1700000000000}"#;
        for _ in 0..2 {
            assert_eq!(feed.next().await.unwrap().json, ping);
        }
    }

    #[tokio::test]
    async fn shutdown_ends_it_even_when_events_are_waiting() {
        let shutdown = CancellationToken::new();
        let mut feed = feed(two_events(), State::HEARTBEAT, &shutdown);
        feed.next().await;
        shutdown.cancel();
        assert_eq!(feed.next().await, None);
        assert_eq!(feed.next().await, None);
    }
}
