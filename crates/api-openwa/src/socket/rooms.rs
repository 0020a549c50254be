//! What a socket has subscribed to.

use std::collections::HashSet;

use wagon_domain::SessionId;

use super::asked::Names;
use super::frame::Complaint;

/// How many pairs of session and event a socket may ask for.
pub(super) const MOST: usize = 4096;

/// Pairs of session and event; `None` is all of them.
#[derive(Debug, Default)]
pub(super) struct Rooms(HashSet<(Option<SessionId>, Option<&'static str>)>);

impl Rooms {
    pub(super) fn enter(&mut self, session: Option<&SessionId>, events: &Names) -> Result<(), Complaint> {
        let rooms: Vec<_> = pairs(session, events)
            .filter(|room| !self.0.contains(room))
            .collect();
        if self.0.len() + rooms.len() > MOST {
            return Err(Complaint::too_many(MOST));
        }
        self.0.extend(rooms);
        Ok(())
    }

    /// Without names, all that was asked for of the session.
    pub(super) fn leave(&mut self, session: Option<&SessionId>, events: Option<&Names>) {
        match events {
            Some(events) => {
                for room in pairs(session, events) {
                    self.0.remove(&room);
                }
            }
            None => self.0.retain(|(of, _)| of.as_ref() != session),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn want(&self, session: &SessionId, event: &'static str) -> bool {
        [None, Some(session)].into_iter().any(|session| {
            let session = session.cloned();
            self.0.contains(&(session.clone(), None)) || self.0.contains(&(session, Some(event)))
        })
    }
}

fn pairs(
    session: Option<&SessionId>,
    events: &Names,
) -> impl Iterator<Item = (Option<SessionId>, Option<&'static str>)> {
    let names = match events {
        Names::All => vec![None],
        Names::Some(names) => names.iter().copied().map(Some).collect(),
    };
    names.into_iter().map(move |name| (session.cloned(), name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_and_events_may_be_all_of_them() {
        let [one, two]: [SessionId; 2] = ["sess_1", "sess_2"].map(|id| id.parse().unwrap());
        let mut rooms = Rooms::default();
        let acks = Names::Some(vec!["message.ack"]);
        rooms.enter(Some(&one), &acks).unwrap();
        assert!(rooms.want(&one, "message.ack"));
        assert!(!rooms.want(&one, "session.qr") && !rooms.want(&two, "message.ack"));
        rooms.enter(Some(&one), &Names::All).unwrap();
        assert!(rooms.want(&one, "session.qr"));
        rooms.enter(None, &acks).unwrap();
        assert!(rooms.want(&two, "message.ack"));

        rooms.leave(Some(&one), None);
        assert!(!rooms.want(&one, "session.qr") && rooms.want(&one, "message.ack"));
        rooms.leave(None, Some(&Names::Some(vec!["session.qr"])));
        assert!(rooms.want(&one, "message.ack"));
        rooms.leave(None, Some(&acks));
        assert!(rooms.is_empty());
    }

    #[test]
    fn there_is_an_end_to_subscribing() {
        let mut rooms = Rooms::default();
        for id in 0..MOST {
            let session = format!("sess_{id}").parse().unwrap();
            rooms.enter(Some(&session), &Names::All).unwrap();
        }
        let again: SessionId = "sess_0".parse().unwrap();
        rooms.enter(Some(&again), &Names::All).unwrap();
        let refused = rooms.enter(None, &Names::All).unwrap_err();
        assert_eq!(refused.code, "TOO_MANY_SUBSCRIPTIONS");
    }
}
