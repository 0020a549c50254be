//! A poll's result.

use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::poll::{Ballot, Recap};

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PollRecapPayload")]
pub(super) struct Payload<'a> {
    poll_message_id: &'a str,
    chat_jid: String,
    name: &'a str,
    options: Vec<Count<'a>>,
    selectable_count: u32,
    end_time: i64,
    hide_votes: bool,
    total_votes: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    voters: Option<Vec<Choice<'a>>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PollOptionCount")]
struct Count<'a> {
    option: &'a str,
    #[serde(rename = "count")]
    votes: u32,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PollVoter")]
struct Choice<'a> {
    voter_id: String,
    /// The address, for somebody who is not known by name.
    display_name: String,
    selected_options: &'a [String],
}

impl<'a> From<&'a Recap> for Payload<'a> {
    fn from(recap: &'a Recap) -> Self {
        Self {
            poll_message_id: recap.poll.as_str(),
            chat_jid: recap.chat.to_string(),
            name: &recap.name,
            options: recap
                .counts
                .iter()
                .map(|(option, count)| Count {
                    option,
                    votes: *count,
                })
                .collect(),
            selectable_count: recap.selectable,
            end_time: recap.ended_at.as_millis(),
            hide_votes: recap.hide_votes,
            total_votes: recap.total,
            voters: (!recap.hide_votes).then(|| recap.ballots.iter().map(Choice::from).collect()),
        }
    }
}

impl<'a> From<&'a Ballot> for Choice<'a> {
    fn from(ballot: &'a Ballot) -> Self {
        let voter_id = ballot.voter.to_string();
        Self {
            display_name: ballot.name.clone().unwrap_or_else(|| voter_id.clone()),
            voter_id,
            selected_options: &ballot.selected,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wagon_domain::Timestamp;

    use super::*;

    fn recap(hide_votes: bool) -> Recap {
        Recap {
            poll: "3EB0A5".parse().unwrap(),
            chat: "120363000000000001@g.us".parse().unwrap(),
            name: "Lunch?".to_owned(),
            counts: vec![("Pizza".to_owned(), 0), ("Sushi".to_owned(), 1)],
            selectable: 1,
            ended_at: Timestamp::from_millis(9),
            hide_votes,
            total: 1,
            ballots: vec![Ballot {
                voter: "100000000000001@lid".parse().unwrap(),
                name: Some("Sam".to_owned()),
                selected: vec!["Sushi".to_owned()],
            }],
        }
    }

    #[test]
    fn a_recap_counts_and_names() {
        let mut expected = json!({
            "pollMessageId": "3EB0A5", "chatJid": "120363000000000001@g.us", "name": "Lunch?",
            "options": [{"option": "Pizza", "count": 0}, {"option": "Sushi", "count": 1}],
            "selectableCount": 1, "endTime": 9, "hideVotes": false, "totalVotes": 1,
            "voters": [{"voterId": "100000000000001@lid", "displayName": "Sam", "selectedOptions": ["Sushi"]}],
        });
        assert_eq!(
            serde_json::to_value(Payload::from(&recap(false))).unwrap(),
            expected
        );
        expected["hideVotes"] = json!(true);
        expected.as_object_mut().unwrap().remove("voters");
        assert_eq!(
            serde_json::to_value(Payload::from(&recap(true))).unwrap(),
            expected
        );
    }
}
