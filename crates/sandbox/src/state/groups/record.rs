use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use super::{
    Description, Group, GroupSettings, GroupState, Invitation, JoinRequest, Member, RequestMethod, Role,
    Subject,
};
use crate::{
    Error,
    state::{Account, Directory, Space},
};

/// The stored form of a [`Group`]; people are named by their phone numbers.
#[derive(Serialize, Deserialize)]
pub(crate) struct GroupRecord {
    id: String,
    lid_addressing: bool,
    created: u64,
    creator: String,
    subject: Text,
    description: Option<(String, Text)>,
    settings: GroupSettings,
    invite: String,
    members: BTreeMap<String, Role>,
    requests: BTreeMap<String, (RequestMethod, u64)>,
    invitations: BTreeMap<String, Invitation>,
    removed: BTreeSet<String>,
    parent: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Text {
    value: String,
    by: String,
    at: u64,
}

impl GroupRecord {
    pub(crate) fn of(group: &Group) -> Self {
        group.with(|state| Self {
            id: group.id.to_string(),
            lid_addressing: group.space == Space::Lid,
            created: group.created,
            creator: group.creator.pn.to_string(),
            subject: Text {
                value: state.subject.text.clone(),
                by: state.subject.by.pn.to_string(),
                at: state.subject.at,
            },
            description: state.description.as_ref().map(|description| {
                let text = Text {
                    value: description.text.clone(),
                    by: description.by.pn.to_string(),
                    at: description.at,
                };
                (description.id.clone(), text)
            }),
            settings: state.settings.clone(),
            invite: state.invite.clone(),
            members: state
                .members
                .iter()
                .map(|(pn, member)| (pn.to_string(), member.role))
                .collect(),
            requests: state
                .requests
                .iter()
                .map(|(pn, request)| (pn.to_string(), (request.method, request.at)))
                .collect(),
            invitations: state
                .invitations
                .iter()
                .map(|(pn, invitation)| (pn.to_string(), invitation.clone()))
                .collect(),
            removed: state.removed.iter().map(ToString::to_string).collect(),
            parent: state.parent.as_ref().map(ToString::to_string),
        })
    }

    pub(crate) fn restore(self, directory: &Directory) -> Result<Group, Error> {
        let account = |pn: &str| -> Result<Arc<Account>, Error> {
            directory
                .by_pn(pn)
                .ok_or(Error::CorruptState { what: "group member" })
        };
        let mut members = BTreeMap::new();
        for (pn, role) in self.members {
            let account = account(&pn)?;
            members.insert(pn.into(), Member { account, role });
        }
        let mut requests = BTreeMap::new();
        for (pn, (method, at)) in self.requests {
            let account = account(&pn)?;
            requests.insert(pn.into(), JoinRequest { account, method, at });
        }
        let description = match self.description {
            Some((id, text)) => Some(Description {
                id,
                by: account(&text.by)?,
                text: text.value,
                at: text.at,
            }),
            None => None,
        };
        let state = GroupState {
            subject: Subject {
                by: account(&self.subject.by)?,
                text: self.subject.value,
                at: self.subject.at,
            },
            description,
            settings: self.settings,
            invite: self.invite,
            members,
            requests,
            invitations: self
                .invitations
                .into_iter()
                .map(|(pn, invitation)| (pn.into(), invitation))
                .collect(),
            removed: self.removed.into_iter().map(Into::into).collect(),
            parent: self.parent.map(Into::into),
        };
        let space = if self.lid_addressing {
            Space::Lid
        } else {
            Space::Pn
        };
        Ok(Group::new(
            self.id.into(),
            space,
            self.created,
            account(&self.creator)?,
            state,
        ))
    }
}
