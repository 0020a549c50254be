//! Groups: the library's metadata and notifications in our words.

use wacore::iq::groups::{GroupInfoResponse, MemberAddMode, ParticipantType};
use wacore::protocol::ProtocolNode as _;
use wacore::stanza::groups::{GroupNotificationAction as Action, GroupParticipantInfo, GroupParticipantType};
use wacore::types::events::GroupUpdate;
use wacore_binary::{Jid as WaJid, NodeRef};
use wagon_domain::event::JoinRequested;
use wagon_domain::group::{GroupAction, GroupChange, GroupInfo, GroupMember, GroupRole};
use wagon_domain::message::Party;
use wagon_domain::{Server, Timestamp};
use whatsapp_rust::{Client, GroupMetadata};

use super::address::to_domain;

/// What an invite link starts with.
pub(crate) const INVITE_LINK: &str = "https://chat.whatsapp.com/";

/// `None` for a group whose address is none of ours.
pub(crate) fn group_info(group: &GroupMetadata) -> Option<GroupInfo> {
    let members = group.participants.iter().map(|participant| GroupMember {
        party: party(
            &participant.jid,
            [participant.phone_number.as_ref(), participant.lid.as_ref()],
        ),
        role: role_of(participant.participant_type),
    });
    Some(GroupInfo {
        jid: to_domain(&group.id)?,
        subject: group.subject.clone(),
        description: group.description.clone().filter(|text| !text.is_empty()),
        owner: group.creator.as_ref().and_then(|creator| {
            party(creator, [group.creator_pn.as_ref(), None])
                .address()
                .cloned()
        }),
        announce: group.is_announcement,
        locked: group.is_locked,
        ephemeral: group
            .ephemeral
            .as_ref()
            .and_then(|settings| settings.expiration)
            .filter(|seconds| *seconds > 0),
        admins_add: matches!(group.member_add_mode, Some(MemberAddMode::AdminAdd)),
        parent: group.parent_group_jid.as_ref().and_then(to_domain),
        created_at: group.creation_time.and_then(from_secs),
        members: members.collect(),
    })
}

/// `None` for what no event tells of, such as settings that Wagon does not keep.
pub(crate) async fn group_change(client: &Client, update: &GroupUpdate) -> Option<GroupChange> {
    let author = match &update.participant {
        Some(jid) => Some(known_party(client, jid, update.participant_pn.as_ref()).await),
        None => None,
    };
    let action = match &update.action {
        Action::Create { raw } => joined(&raw.as_node_ref())?,
        Action::Add { participants, .. } => {
            let mut members = Vec::new();
            for participant in participants {
                let role = match participant.r#type {
                    Some(GroupParticipantType::SuperAdmin) => GroupRole::SuperAdmin,
                    Some(GroupParticipantType::Admin) => GroupRole::Admin,
                    _ => GroupRole::Member,
                };
                let party = party_of(client, participant).await;
                members.push(GroupMember { party, role });
            }
            GroupAction::Add(members)
        }
        Action::Remove { participants, .. } => GroupAction::Remove(parties(client, participants).await),
        Action::Promote { participants } => {
            GroupAction::SetRole(parties(client, participants).await, GroupRole::Admin)
        }
        Action::Demote { participants } => {
            GroupAction::SetRole(parties(client, participants).await, GroupRole::Member)
        }
        Action::Subject { subject, .. } => GroupAction::Subject(subject.clone()),
        Action::Description { description, .. } => GroupAction::Description(description.clone()),
        Action::Announce => GroupAction::Announce(true),
        Action::NotAnnounce => GroupAction::Announce(false),
        Action::Locked { .. } => GroupAction::Locked(true),
        Action::Unlocked => GroupAction::Locked(false),
        Action::Invite { code } => GroupAction::InviteLink(format!("{INVITE_LINK}{code}")),
        Action::Delete { .. } => GroupAction::Deleted,
        _ => return None,
    };
    Some(GroupChange {
        group: to_domain(&update.group_jid)?,
        author,
        timestamp: Timestamp::from_millis(update.timestamp.timestamp_millis()),
        action,
    })
}

/// Who wants to come in. Only those who approve members hear of it.
pub(crate) async fn join_request(client: &Client, update: &GroupUpdate) -> Option<JoinRequested> {
    let Action::CreatedMembershipRequests { requests, .. } = &update.action else {
        return None;
    };
    let author = match &update.participant {
        Some(jid) => Some(known_party(client, jid, update.participant_pn.as_ref()).await),
        None => None,
    };
    let people = parties(client, requests).await;
    Some(JoinRequested {
        group: to_domain(&update.group_jid)?,
        people: people
            .iter()
            .filter_map(|person| person.address().cloned())
            .collect(),
        author: author.and_then(|author| author.address().cloned()),
        timestamp: Timestamp::from_millis(update.timestamp.timestamp_millis()),
    })
}

/// The account has come into a group: the notification carries all of it.
fn joined(create: &NodeRef<'_>) -> Option<GroupAction> {
    let group = create.get_optional_child("group")?;
    let group = GroupInfoResponse::try_from_node_ref(group)
        .inspect_err(|error| tracing::warn!(%error, "a new group cannot be read"))
        .ok()?;
    let reason = create
        .attrs()
        .optional_string("reason")
        .map(std::borrow::Cow::into_owned);
    Some(GroupAction::Joined {
        info: Box::new(group_info(&group.into())?),
        reason,
    })
}

async fn parties(client: &Client, participants: &[GroupParticipantInfo]) -> Vec<Party> {
    let mut parties = Vec::with_capacity(participants.len());
    for participant in participants {
        parties.push(party_of(client, participant).await);
    }
    parties
}

async fn party_of(client: &Client, participant: &GroupParticipantInfo) -> Party {
    let other = participant.phone_number.as_ref().or(participant.lid.as_ref());
    known_party(client, &participant.jid, other).await
}

/// A person by both addresses, the missing one from what the client has learnt.
pub(crate) async fn known_party(client: &Client, jid: &WaJid, other: Option<&WaJid>) -> Party {
    match super::chat_of(client, jid, other).await {
        Some(chat) => {
            let addresses = [Some(chat.jid), chat.alias];
            let find = |server| {
                addresses
                    .iter()
                    .flatten()
                    .find(|jid| jid.server() == server)
                    .cloned()
            };
            Party {
                jid: find(Server::Phone),
                lid: find(Server::Lid),
                name: None,
            }
        }
        None => Party::default(),
    }
}

/// A person by the addresses at hand.
fn party(jid: &WaJid, others: [Option<&WaJid>; 2]) -> Party {
    let mut party = Party::default();
    for jid in [Some(jid)].into_iter().chain(others).flatten() {
        let Some(jid) = to_domain(jid).map(|jid| jid.bare()) else {
            continue;
        };
        match jid.server() {
            Server::Phone => party.jid = Some(jid),
            Server::Lid => party.lid = Some(jid),
            _ => {}
        }
    }
    party
}

fn role_of(kind: ParticipantType) -> GroupRole {
    match kind {
        ParticipantType::SuperAdmin => GroupRole::SuperAdmin,
        ParticipantType::Admin => GroupRole::Admin,
        ParticipantType::Member => GroupRole::Member,
    }
}

fn from_secs(seconds: u64) -> Option<Timestamp> {
    let millis = i64::try_from(seconds).ok()?.checked_mul(1000)?;
    Some(Timestamp::from_millis(millis))
}
