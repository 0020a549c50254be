//! What came of a poll.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::content::Poll;
use crate::id::WaMessageId;
use crate::jid::Jid;

/// The last vote of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballot {
    pub voter: Jid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Options by name; none after the vote was taken back.
    pub selected: Vec<String>,
}

/// A poll's result at its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recap {
    pub poll: WaMessageId,
    pub chat: Jid,
    pub name: String,
    /// Votes for each option, in the poll's order.
    pub counts: Vec<(String, u32)>,
    pub selectable: u32,
    pub ended_at: Timestamp,
    pub hide_votes: bool,
    pub total: u32,
    /// Who chose what, in the order of their addresses; empty when votes are hidden.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ballots: Vec<Ballot>,
}

impl Recap {
    /// Counts the ballots of a poll. Who took a vote back did not vote.
    pub fn of(id: WaMessageId, chat: Jid, poll: &Poll, ended_at: Timestamp, ballots: Vec<Ballot>) -> Self {
        let cast: BTreeMap<String, Ballot> = ballots
            .into_iter()
            .filter(|ballot| !ballot.selected.is_empty())
            .map(|ballot| (ballot.voter.to_string(), ballot))
            .collect();
        let count = |option: &String| {
            let votes = cast.values().filter(|ballot| ballot.selected.contains(option));
            u32::try_from(votes.count()).unwrap_or(u32::MAX)
        };
        Self {
            poll: id,
            chat,
            name: poll.name.clone(),
            counts: poll
                .options
                .iter()
                .map(|option| (option.clone(), count(option)))
                .collect(),
            selectable: poll.selectable,
            ended_at,
            hide_votes: poll.hide_votes,
            total: u32::try_from(cast.len()).unwrap_or(u32::MAX),
            ballots: if poll.hide_votes {
                Vec::new()
            } else {
                cast.into_values().collect()
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ballot(voter: &str, selected: &[&str]) -> Ballot {
        Ballot {
            voter: voter.parse().unwrap(),
            name: None,
            selected: selected.iter().map(|option| (*option).to_owned()).collect(),
        }
    }

    fn recap(hide_votes: bool) -> Recap {
        let poll = Poll {
            name: "Lunch?".to_owned(),
            options: vec!["Pizza".to_owned(), "Sushi".to_owned(), "Salad".to_owned()],
            selectable: 0,
            ends_at: None,
            hide_votes,
        };
        let ballots = vec![
            ballot("15550000003@s.whatsapp.net", &["Sushi", "Pizza"]),
            ballot("15550000001@s.whatsapp.net", &["Sushi"]),
            ballot("15550000002@s.whatsapp.net", &[]),
        ];
        Recap::of(
            "3EB0A5".parse().unwrap(),
            "120363000000000001@g.us".parse().unwrap(),
            &poll,
            Timestamp::from_secs(9),
            ballots,
        )
    }

    #[test]
    fn votes_are_counted_in_the_polls_order() {
        let recap = recap(false);
        let counts: Vec<_> = recap
            .counts
            .iter()
            .map(|(name, count)| (name.as_str(), *count))
            .collect();
        assert_eq!(counts, [("Pizza", 1), ("Sushi", 2), ("Salad", 0)]);
        assert_eq!(recap.total, 2, "a vote that was taken back counts no more");
        let voters: Vec<_> = recap
            .ballots
            .iter()
            .map(|ballot| ballot.voter.to_string())
            .collect();
        assert_eq!(
            voters,
            ["15550000001@s.whatsapp.net", "15550000003@s.whatsapp.net"]
        );
    }

    #[test]
    fn hidden_votes_name_nobody() {
        let recap = recap(true);
        assert_eq!((recap.total, recap.ballots.len()), (2, 0));
    }
}
