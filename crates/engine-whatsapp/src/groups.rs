//! Groups: requests to WhatsApp about them.

use async_trait::async_trait;
use wacore::types::message::AddressingMode;
use wacore_binary::Jid as WaJid;
use wagon_domain::group::GroupInfo;
use wagon_domain::{Jid, SessionId, Timestamp};
use wagon_engine::{CallError, Groups, JoinOutcome, JoinRequest, MemberChange, MemberOutcome, Refusal};
use whatsapp_rust::{
    Client, GroupCreateOptions, GroupDescription, GroupError, GroupParticipantOptions, GroupSubject,
    JoinGroupResult, ParticipantChangeResponse, PreviousDescription,
};

use crate::call::{failed, wire_address};
use crate::engine::WhatsAppEngine;
use crate::translate;

/// WhatsApp's answer to joining what one is in already.
const ALREADY_MEMBER: u16 = 304;

#[async_trait]
impl Groups for WhatsAppEngine {
    async fn create_group(
        &self,
        session: &SessionId,
        subject: &str,
        members: &[Jid],
    ) -> Result<Jid, CallError> {
        let client = self.client(session)?;
        let participants = addresses("participants", members)?;
        let options = GroupCreateOptions::new(subject).with_participants(
            participants
                .into_iter()
                .map(GroupParticipantOptions::new)
                .collect(),
        );
        let created = client.groups().create_group(options).await.map_err(failed)?;
        ours(&created.metadata.id)
    }

    async fn group_info(&self, session: &SessionId, group: &Jid) -> Result<GroupInfo, CallError> {
        let client = self.client(session)?;
        let group = wire_address("group", group)?;
        let metadata = client.groups().get_metadata(&group).await.map_err(failed)?;
        translate::group_info(&metadata).ok_or_else(|| CallError::Engine("a group without an address".into()))
    }

    async fn set_group_subject(
        &self,
        session: &SessionId,
        group: &Jid,
        subject: &str,
    ) -> Result<(), CallError> {
        let client = self.client(session)?;
        let subject = GroupSubject::new(subject).map_err(|error| invalid("subject", &error))?;
        let group = wire_address("group", group)?;
        client.groups().set_subject(group, subject).await.map_err(failed)
    }

    async fn set_group_description(
        &self,
        session: &SessionId,
        group: &Jid,
        description: Option<&str>,
    ) -> Result<(), CallError> {
        let client = self.client(session)?;
        let description = description
            .map(GroupDescription::new)
            .transpose()
            .map_err(|error| invalid("description", &error))?;
        let group = wire_address("group", group)?;
        client
            .groups()
            .set_description(group, description, PreviousDescription::Resolve)
            .await
            .map_err(|error| match error {
                // The library has already taken this refusal apart.
                GroupError::DescriptionConflict => Refusal {
                    code: 409,
                    text: "somebody else has changed the description".to_owned(),
                    retry_after: None,
                }
                .into(),
                error => failed(error),
            })
    }

    async fn set_group_announce(
        &self,
        session: &SessionId,
        group: &Jid,
        announce: bool,
    ) -> Result<(), CallError> {
        let client = self.client(session)?;
        let group = wire_address("group", group)?;
        client
            .groups()
            .set_announce(group, announce)
            .await
            .map_err(failed)
    }

    async fn set_group_locked(
        &self,
        session: &SessionId,
        group: &Jid,
        locked: bool,
    ) -> Result<(), CallError> {
        let client = self.client(session)?;
        let group = wire_address("group", group)?;
        client.groups().set_locked(group, locked).await.map_err(failed)
    }

    async fn leave_group(&self, session: &SessionId, group: &Jid) -> Result<(), CallError> {
        let client = self.client(session)?;
        let group = wire_address("group", group)?;
        client.groups().leave(group).await.map_err(failed)
    }

    async fn join_group(&self, session: &SessionId, code: &str) -> Result<JoinOutcome, CallError> {
        let client = self.client(session)?;
        match client.groups().join_with_invite_code(code).await.map_err(failed) {
            Ok(JoinGroupResult::Joined(group)) => Ok(JoinOutcome::Joined(ours(&group)?)),
            Ok(JoinGroupResult::PendingApproval(group)) => Ok(JoinOutcome::Waiting(ours(&group)?)),
            Err(CallError::Refused(refusal)) if refusal.code == ALREADY_MEMBER => {
                let group = client.groups().get_invite_info(code).await.map_err(failed)?;
                Ok(JoinOutcome::Joined(ours(&group.id)?))
            }
            Err(error) => Err(error),
        }
    }

    async fn group_invite(&self, session: &SessionId, group: &Jid, renew: bool) -> Result<String, CallError> {
        let client = self.client(session)?;
        let group = wire_address("group", group)?;
        client
            .groups()
            .get_invite_link(group, renew)
            .await
            .map_err(failed)
    }

    async fn change_group_members(
        &self,
        session: &SessionId,
        group: &Jid,
        change: MemberChange,
        members: &[Jid],
    ) -> Result<Vec<MemberOutcome>, CallError> {
        let client = self.client(session)?;
        let group = wire_address("group", group)?;
        let members = in_space_of(&client, &group, addresses("participants", members)?).await?;
        let groups = client.groups();
        let outcomes = match change {
            MemberChange::Add => groups.add_participants(&group, &members).await,
            MemberChange::Remove => groups.remove_participants(&group, &members).await,
            MemberChange::Promote => groups.promote_participants(&group, &members).await,
            MemberChange::Demote => groups.demote_participants(&group, &members).await,
            MemberChange::Approve => groups.approve_membership_requests(&group, &members).await,
        };
        outcomes.map_err(failed)?.iter().map(outcome).collect()
    }

    async fn group_requests(&self, session: &SessionId, group: &Jid) -> Result<Vec<JoinRequest>, CallError> {
        let client = self.client(session)?;
        let group = wire_address("group", group)?;
        let waiting = client
            .groups()
            .get_membership_requests(&group)
            .await
            .map_err(failed)?;
        let mut requests = Vec::with_capacity(waiting.len());
        for request in waiting {
            let seconds = request.request_time.and_then(|time| i64::try_from(time).ok());
            requests.push(JoinRequest {
                party: translate::known_party(&client, &request.jid, None).await,
                requested_at: seconds.map(|seconds| Timestamp::from_millis(seconds * 1000)),
            });
        }
        Ok(requests)
    }
}

/// The members' addresses in the space that the group uses, where the client knows them.
async fn in_space_of(client: &Client, group: &WaJid, members: Vec<WaJid>) -> Result<Vec<WaJid>, CallError> {
    let info = client.groups().query_info(group).await.map_err(failed)?;
    let by_lid = info.addressing_mode == AddressingMode::Lid;
    let mut addresses = Vec::with_capacity(members.len());
    for member in members {
        let known = if member.is_lid() == by_lid {
            None
        } else {
            // Not knowing is no failure: WhatsApp may know.
            client.get_lid_pn_entry(&member).await.ok().flatten()
        };
        addresses.push(match known {
            Some(entry) if by_lid => WaJid::lid(&*entry.lid),
            Some(entry) => WaJid::pn(&*entry.phone_number),
            None => member,
        });
    }
    Ok(addresses)
}

fn outcome(response: &ParticipantChangeResponse) -> Result<MemberOutcome, CallError> {
    let refused = response.error.as_deref().map(|code| Refusal {
        code: code.parse().unwrap_or_default(),
        text: format!("not possible for {}", response.jid),
        retry_after: None,
    });
    Ok(MemberOutcome {
        member: ours(&response.jid)?,
        refused,
    })
}

fn addresses(field: &'static str, jids: &[Jid]) -> Result<Vec<WaJid>, CallError> {
    jids.iter().map(|jid| wire_address(field, jid)).collect()
}

fn ours(jid: &WaJid) -> Result<Jid, CallError> {
    translate::to_domain(jid)
        .map(|jid| jid.bare())
        .ok_or_else(|| CallError::Engine("an address of an unknown kind".into()))
}

fn invalid(field: &'static str, error: &impl ToString) -> CallError {
    CallError::Invalid {
        field,
        message: error.to_string(),
    }
}
