//! Groups as clients see them.

use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::group::{StoredGroup, StoredMember};
use wagon_domain::{Jid, SessionId, Timestamp};
use wagon_services::CreatedGroup;

/// A stored group.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Group")]
pub(crate) struct GroupView {
    id: i64,
    group_jid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner_jid: Option<String>,
    participant_count: i64,
    is_announce: bool,
    is_locked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at_wa: Option<i64>,
    first_seen_at: i64,
    updated_at: i64,
}

impl From<StoredGroup> for GroupView {
    fn from(group: StoredGroup) -> Self {
        Self {
            id: group.row,
            group_jid: group.jid.into(),
            subject: group.subject,
            description: group.description,
            owner_jid: group.owner.map(Into::into),
            participant_count: group.members,
            is_announce: group.announce,
            is_locked: group.locked,
            created_at_wa: group.created_at.map(Timestamp::as_millis),
            first_seen_at: group.first_seen_at.as_millis(),
            updated_at: group.updated_at.as_millis(),
        }
    }
}

/// A new group.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "GroupInfo")]
pub(crate) struct CreatedView {
    group_jid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner_jid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    participants: Option<i64>,
    /// Who was asked for and is not in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_added: Vec<String>,
}

impl From<CreatedGroup> for CreatedView {
    fn from(created: CreatedGroup) -> Self {
        let group = created.group;
        Self {
            group_jid: created.jid.into(),
            owner_jid: group
                .as_ref()
                .and_then(|group| group.owner.clone())
                .map(Into::into),
            participants: group.as_ref().map(|group| group.members),
            subject: group.and_then(|group| group.subject),
            not_added: created.not_added.into_iter().map(Into::into).collect(),
        }
    }
}

/// Somebody in a group. `lid` is the phone JID of those whose hidden identity is not known.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "GroupMember")]
pub(crate) struct MemberView {
    id: i64,
    session_id: String,
    group_jid: String,
    lid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    jid: Option<String>,
    #[schemars(schema_with = "crate::openapi::words::group_role")]
    role: &'static str,
    first_seen_at: i64,
    last_seen_at: i64,
}

impl MemberView {
    pub(super) fn new(session: &SessionId, group: &Jid, stored: StoredMember) -> Self {
        let party = stored.member.party;
        let lid = party.lid.as_ref().or(party.jid.as_ref()).map(ToString::to_string);
        Self {
            id: stored.row,
            session_id: session.to_string(),
            group_jid: group.to_string(),
            lid: lid.unwrap_or_default(),
            jid: party.jid.map(Into::into),
            role: stored.member.role.as_str(),
            first_seen_at: stored.first_seen_at.as_millis(),
            last_seen_at: stored.last_seen_at.as_millis(),
        }
    }
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "GroupInvite")]
pub(crate) struct InviteView {
    pub(super) invite: String,
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wagon_domain::group::{GroupMember, GroupRole};
    use wagon_domain::message::Party;

    use super::*;

    #[test]
    fn a_group_shows_what_is_known() {
        let group = StoredGroup {
            row: 3,
            jid: "120363000000000001@g.us".parse().unwrap(),
            subject: Some("Trip".to_owned()),
            description: None,
            owner: None,
            announce: false,
            locked: true,
            members: 2,
            created_at: Some(Timestamp::from_millis(1)),
            first_seen_at: Timestamp::from_millis(2),
            updated_at: Timestamp::from_millis(3),
        };
        assert_eq!(
            serde_json::to_value(GroupView::from(group)).unwrap(),
            json!({
                "id": 3, "groupJid": "120363000000000001@g.us", "subject": "Trip", "participantCount": 2,
                "isAnnounce": false, "isLocked": true, "createdAtWa": 1, "firstSeenAt": 2, "updatedAt": 3,
            })
        );
    }

    #[test]
    fn a_member_always_has_an_address() {
        let phone: Jid = "15550000001@s.whatsapp.net".parse().unwrap();
        let stored = StoredMember {
            row: 1,
            member: GroupMember {
                party: Party {
                    jid: Some(phone.clone()),
                    ..Party::default()
                },
                role: GroupRole::SuperAdmin,
            },
            first_seen_at: Timestamp::from_millis(1),
            last_seen_at: Timestamp::from_millis(2),
        };
        let group = "120363000000000001@g.us".parse().unwrap();
        let view = MemberView::new(&"sess_1".parse().unwrap(), &group, stored);
        assert_eq!(
            serde_json::to_value(view).unwrap(),
            json!({
                "id": 1, "sessionId": "sess_1", "groupJid": "120363000000000001@g.us",
                "lid": phone.to_string(), "jid": phone.to_string(), "role": "superadmin",
                "firstSeenAt": 1, "lastSeenAt": 2,
            })
        );
    }
}
