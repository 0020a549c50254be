//! Groups: requests to WhatsApp about them.

use async_trait::async_trait;
use wacore::iq::groups::MemberAddMode;
use wacore::types::message::AddressingMode;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid as WaJid, NodeContent, NodeRef};
use wagon_domain::group::{GroupInfo, InvitedGroup};
use wagon_domain::{Jid, SessionId, Timestamp};
use wagon_engine::{CallError, Groups, JoinOutcome, JoinRequest, MemberChange, MemberOutcome, Refusal};
use whatsapp_rust::request::InfoQuery;
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
        let mut info = translate::group_info(&metadata)
            .ok_or_else(|| CallError::Engine("a group without an address".into()))?;
        if metadata.member_add_mode.is_none() {
            info.admins_add = admins_add(&client, &group).await?;
        }
        Ok(info)
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

    async fn set_group_ephemeral(
        &self,
        session: &SessionId,
        group: &Jid,
        seconds: Option<u32>,
    ) -> Result<(), CallError> {
        let client = self.client(session)?;
        let group = wire_address("group", group)?;
        let seconds = seconds.unwrap_or_default();
        client
            .groups()
            .set_ephemeral(group, seconds)
            .await
            .map_err(failed)
    }

    async fn set_group_admins_add(
        &self,
        session: &SessionId,
        group: &Jid,
        admins_add: bool,
    ) -> Result<(), CallError> {
        let client = self.client(session)?;
        let group = wire_address("group", group)?;
        let mode = if admins_add {
            MemberAddMode::AdminAdd
        } else {
            MemberAddMode::AllMemberAdd
        };
        client
            .groups()
            .set_member_add_mode(group, mode)
            .await
            .map_err(failed)
    }

    async fn set_group_picture(
        &self,
        session: &SessionId,
        group: &Jid,
        image: Option<Vec<u8>>,
    ) -> Result<Option<String>, CallError> {
        let client = self.client(session)?;
        let group = wire_address("group", group)?;
        let groups = client.groups();
        match image {
            Some(image) => {
                let set = groups.set_profile_picture(group, image).await.map_err(failed)?;
                Ok(Some(set.id))
            }
            None => groups
                .remove_profile_picture(group)
                .await
                .map(|_| None)
                .map_err(failed),
        }
    }

    async fn invited_group(&self, session: &SessionId, code: &str) -> Result<InvitedGroup, CallError> {
        let client = self.client(session)?;
        let metadata = client.groups().get_invite_info(code).await.map_err(failed)?;
        let size = metadata.size;
        let info = translate::group_info(&metadata)
            .ok_or_else(|| CallError::Engine("a group without an address".into()))?;
        Ok(InvitedGroup {
            jid: info.jid,
            subject: info.subject,
            description: info.description,
            owner: info.owner,
            created_at: info.created_at,
            size: size.or_else(|| {
                u32::try_from(info.members.len())
                    .ok()
                    .filter(|members| *members > 0)
            }),
        })
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
            MemberChange::Reject => groups.reject_membership_requests(&group, &members).await,
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

/// Whether only admins add members. The library finds the word only where the wire's dictionary has it.
async fn admins_add(client: &Client, group: &WaJid) -> Result<bool, CallError> {
    let query = NodeBuilder::new("query").attr("request", "interactive").build();
    let query = InfoQuery::get_ref("w:g2", group, Some(NodeContent::Nodes(vec![query])));
    let answer = client.send_iq(query).await.map_err(failed)?;
    let mode = answer
        .get()
        .get_optional_child_by_tag(&["group", "member_add_mode"])
        .and_then(NodeRef::content_as_string);
    Ok(mode.as_deref() == Some("admin_add"))
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
