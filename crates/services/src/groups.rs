//! Groups: reading what is stored, and changing them on WhatsApp.
//!
//! What changes is stored when WhatsApp tells of it, in the order it happened, and an operation waits
//! for that: whoever reads after it finds what they did.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use wagon_domain::audit::Action;
use wagon_domain::group::{GroupInfo, GroupMember, InvitedGroup, StoredGroup, StoredMember};
use wagon_domain::message::Party;
use wagon_domain::{Caller, Capability, EventBody, Jid, Server, SessionId};
use wagon_engine::{CallError, Engine, JoinOutcome, JoinRequest, MemberChange, MemberOutcome};
use wagon_store::Store;

use crate::deeds::Deeds;
use crate::error::{Error, Missing};
use crate::group_log::find;
use crate::messages::Origin;
use crate::pictures::Pictures;
use crate::sessions::Sessions;

/// What an invite link starts with; older ones have `invite/` after it.
const INVITE_LINKS: [&str; 3] = [
    "https://chat.whatsapp.com/invite/",
    "https://chat.whatsapp.com/",
    "chat.whatsapp.com/",
];
/// WhatsApp tells of a change within moments. If it does not, the operation is done nonetheless.
const NEWS_WAIT: Duration = Duration::from_secs(3);
/// In characters; WhatsApp's limits.
const LONGEST_SUBJECT: usize = 100;
const LONGEST_DESCRIPTION: usize = 2048;

#[derive(Clone)]
pub struct Groups {
    store: Store,
    sessions: Sessions,
    engine: Arc<dyn Engine>,
    pictures: Pictures,
    deeds: Deeds,
}

/// A group to create.
#[derive(Debug, Clone)]
pub struct CreateGroup {
    pub subject: String,
    pub members: Vec<Jid>,
}

/// A new group, and who could not be added to it.
#[derive(Debug, Clone)]
pub struct CreatedGroup {
    pub jid: Jid,
    /// `None` if WhatsApp has not shown it in time.
    pub group: Option<StoredGroup>,
    pub not_added: Vec<Jid>,
}

/// What to change of a group; `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct GroupSettings {
    pub subject: Option<String>,
    /// Empty deletes it.
    pub description: Option<String>,
    pub announce: Option<bool>,
    pub locked: Option<bool>,
    /// After how many seconds messages disappear; 0: they stay.
    pub ephemeral: Option<u32>,
    /// Only admins add members.
    pub admins_add: Option<bool>,
}

impl Groups {
    pub(crate) fn new(
        store: Store,
        sessions: Sessions,
        engine: Arc<dyn Engine>,
        pictures: Pictures,
        deeds: Deeds,
    ) -> Self {
        Self {
            store,
            sessions,
            engine,
            pictures,
            deeds,
        }
    }

    /// The groups the session is in.
    pub async fn list(&self, caller: &Caller, session: &SessionId) -> Result<Vec<StoredGroup>, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        Ok(self.store.groups(session).await?)
    }

    pub async fn get(&self, caller: &Caller, session: &SessionId, group: &Jid) -> Result<StoredGroup, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        self.known(session, group).await
    }

    pub async fn members(
        &self,
        caller: &Caller,
        session: &SessionId,
        group: &Jid,
    ) -> Result<Vec<StoredMember>, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        self.known(session, group).await?;
        Ok(self.store.group_members(session, group).await?)
    }

    pub async fn create(
        &self,
        caller: &Caller,
        session: &SessionId,
        request: CreateGroup,
    ) -> Result<CreatedGroup, Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        let subject = subject("name", &request.subject)?;
        people(&request.members)?;
        let jid = self
            .engine
            .create_group(session, subject, &request.members)
            .await?;
        self.deeds
            .record(caller, session, Action::GroupCreate, &jid, "")
            .await?;
        self.news(session, &jid, |group, _| group.is_some()).await?;
        let present = self.present(session, &jid).await?;
        let not_added = request
            .members
            .into_iter()
            .filter(|jid| find(&present, &party(jid)).is_none());
        Ok(CreatedGroup {
            not_added: not_added.collect(),
            group: self.store.group(session, &jid).await?,
            jid,
        })
    }

    /// Changes settings in the order of their fields. Whether the account may is looked at first, so
    /// that a refusal leaves all of them as they were.
    pub async fn update(
        &self,
        caller: &Caller,
        session: &SessionId,
        group: &Jid,
        settings: GroupSettings,
    ) -> Result<(), Error> {
        let row = self.sessions.require(caller, session, Capability::Send).await?;
        if let Some(text) = &settings.subject {
            subject("subject", text)?;
        }
        if let Some(text) = &settings.description {
            at_most("description", text, LONGEST_DESCRIPTION)?;
        }
        let info = self.engine.group_info(session, group).await?;
        let own = Party {
            jid: row.jid.as_ref().map(Jid::bare),
            lid: row.lid.as_ref().map(Jid::bare),
            name: None,
        };
        let is_admin = find(&info.members, &own).is_some_and(|member| member.role.is_admin());
        let switches = [settings.announce, settings.locked, settings.admins_add];
        let for_admins = info.locked || settings.ephemeral.is_some() || switches.iter().any(Option::is_some);
        if for_admins && !is_admin {
            return Err(Error::Denied {
                reason: "only admins of this group may change this".to_owned(),
            });
        }
        let mut changed = Vec::new();
        let applied = self.apply(session, group, &settings, &info, &mut changed).await;
        if !changed.is_empty() {
            self.deeds
                .record(caller, session, Action::GroupUpdate, group, &changed.join(", "))
                .await?;
        }
        applied?;
        self.news(session, group, |group, _| {
            group.is_some_and(|group| {
                let text = |wanted: &Option<String>, stored: &Option<String>| {
                    wanted
                        .as_ref()
                        .is_none_or(|wanted| wanted == stored.as_deref().unwrap_or_default())
                };
                text(&settings.subject, &group.subject)
                    && text(&settings.description, &group.description)
                    && settings.announce.is_none_or(|wanted| wanted == group.announce)
                    && settings.locked.is_none_or(|wanted| wanted == group.locked)
            })
        })
        .await
    }

    /// Makes the changes that are any, and notes the name of each that WhatsApp took.
    async fn apply(
        &self,
        session: &SessionId,
        group: &Jid,
        settings: &GroupSettings,
        info: &GroupInfo,
        changed: &mut Vec<&'static str>,
    ) -> Result<(), CallError> {
        let engine = &self.engine;
        if let Some(subject) = settings.subject.as_deref().filter(|new| *new != info.subject) {
            engine.set_group_subject(session, group, subject).await?;
            changed.push("subject");
        }
        if let Some(text) = &settings.description
            && *text != info.description.clone().unwrap_or_default()
        {
            let text = Some(text.as_str()).filter(|text| !text.is_empty());
            engine.set_group_description(session, group, text).await?;
            changed.push("description");
        }
        if let Some(announce) = settings.announce.filter(|new| *new != info.announce) {
            engine.set_group_announce(session, group, announce).await?;
            changed.push("announce");
        }
        if let Some(locked) = settings.locked.filter(|new| *new != info.locked) {
            engine.set_group_locked(session, group, locked).await?;
            changed.push("locked");
        }
        if let Some(seconds) = settings.ephemeral {
            let seconds = Some(seconds).filter(|seconds| *seconds > 0);
            if seconds != info.ephemeral {
                engine.set_group_ephemeral(session, group, seconds).await?;
                changed.push("ephemeral");
            }
        }
        if let Some(admins_add) = settings.admins_add.filter(|new| *new != info.admins_add) {
            engine.set_group_admins_add(session, group, admins_add).await?;
            changed.push("adminsAdd");
        }
        Ok(())
    }

    pub async fn leave(&self, caller: &Caller, session: &SessionId, group: &Jid) -> Result<(), Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        self.engine.leave_group(session, group).await?;
        self.deeds
            .record(caller, session, Action::GroupLeave, group, "")
            .await?;
        self.news(session, group, |group, _| group.is_none()).await
    }

    /// Joins by an invite link or its code.
    pub async fn join(
        &self,
        caller: &Caller,
        session: &SessionId,
        invite: &str,
    ) -> Result<JoinOutcome, Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        let outcome = self
            .engine
            .join_group(session, code(invite)?)
            .await
            .map_err(joining)?;
        let (group, what) = match &outcome {
            JoinOutcome::Joined(group) => (group, ""),
            JoinOutcome::Waiting(group) => (group, "asked to be let in"),
        };
        self.deeds
            .record(caller, session, Action::GroupJoin, group, what)
            .await?;
        if let JoinOutcome::Joined(group) = &outcome {
            self.news(session, group, |group, _| group.is_some()).await?;
        }
        Ok(outcome)
    }

    pub async fn invite(&self, caller: &Caller, session: &SessionId, group: &Jid) -> Result<String, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        Ok(self.engine.group_invite(session, group, false).await?)
    }

    /// Replaces the invite link and answers the new one.
    pub async fn renew_invite(
        &self,
        caller: &Caller,
        session: &SessionId,
        group: &Jid,
    ) -> Result<String, Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        let invite = self.engine.group_invite(session, group, true).await?;
        self.deeds
            .record(caller, session, Action::GroupInvite, group, "")
            .await?;
        Ok(invite)
    }

    /// The group as WhatsApp has it now.
    pub async fn info(&self, caller: &Caller, session: &SessionId, group: &Jid) -> Result<GroupInfo, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        Ok(self.engine.group_info(session, group).await?)
    }

    /// What an invite link, or its code, leads to.
    pub async fn invited(
        &self,
        caller: &Caller,
        session: &SessionId,
        invite: &str,
    ) -> Result<InvitedGroup, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        Ok(self.engine.invited_group(session, code(invite)?).await?)
    }

    /// Sets the picture from any image, and answers its id; `None` takes it away.
    pub async fn set_picture(
        &self,
        caller: &Caller,
        session: &SessionId,
        group: &Jid,
        image: Option<Origin>,
    ) -> Result<Option<String>, Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        let image = match image {
            Some(image) => Some(self.pictures.avatar(image).await?),
            None => None,
        };
        let picture = self.engine.set_group_picture(session, group, image).await?;
        self.deeds
            .record(caller, session, Action::GroupUpdate, group, "picture")
            .await?;
        Ok(picture)
    }

    /// Adds, removes, promotes or demotes people. If it is not possible for one of them, that is the
    /// error; what was possible for the others is done.
    pub async fn change_members(
        &self,
        caller: &Caller,
        session: &SessionId,
        group: &Jid,
        change: MemberChange,
        members: &[Jid],
    ) -> Result<(), Error> {
        let outcomes = self
            .change_each_member(caller, session, group, change, members)
            .await?;
        match outcomes.into_iter().find_map(|outcome| outcome.refused) {
            Some(refusal) => Err(CallError::Refused(refusal).into()),
            None => Ok(()),
        }
    }

    /// The same, with what became of each.
    pub async fn change_each_member(
        &self,
        caller: &Caller,
        session: &SessionId,
        group: &Jid,
        change: MemberChange,
        members: &[Jid],
    ) -> Result<Vec<MemberOutcome>, Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        if members.is_empty() {
            return Err(Error::Invalid {
                field: "participants",
                message: "at least one participant is required".to_owned(),
            });
        }
        people(members)?;
        let outcomes = self
            .engine
            .change_group_members(session, group, change, members)
            .await?;
        let done = outcomes.iter().filter(|outcome| outcome.refused.is_none());
        let done: Vec<String> = done.map(|outcome| outcome.member.to_string()).collect();
        if !done.is_empty() {
            let what = format!("{} {}", verb(change), done.join(", "));
            self.deeds
                .record(caller, session, Action::GroupMembers, group, &what)
                .await?;
        }
        self.settle(session, group, change, &outcomes).await?;
        Ok(outcomes)
    }

    /// Who waits to be let in.
    pub async fn requests(
        &self,
        caller: &Caller,
        session: &SessionId,
        group: &Jid,
    ) -> Result<Vec<JoinRequest>, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        Ok(self.engine.group_requests(session, group).await?)
    }

    /// Lets people in who have asked; all of them if none is named.
    pub async fn approve(
        &self,
        caller: &Caller,
        session: &SessionId,
        group: &Jid,
        members: Vec<Jid>,
    ) -> Result<(), Error> {
        let outcomes = self
            .answer_requests(caller, session, group, MemberChange::Approve, members)
            .await?;
        match outcomes.into_iter().find_map(|outcome| outcome.refused) {
            Some(refusal) => Err(CallError::Refused(refusal).into()),
            None => Ok(()),
        }
    }

    /// Lets people in who have asked, or sends them away; all of them if none is named.
    pub async fn answer_requests(
        &self,
        caller: &Caller,
        session: &SessionId,
        group: &Jid,
        answer: MemberChange,
        members: Vec<Jid>,
    ) -> Result<Vec<MemberOutcome>, Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        let members = if members.is_empty() {
            let waiting = self.engine.group_requests(session, group).await?;
            waiting
                .iter()
                .filter_map(|request| request.party.address().cloned())
                .collect()
        } else {
            members
        };
        if members.is_empty() {
            return Ok(Vec::new());
        }
        self.change_each_member(caller, session, group, answer, &members)
            .await
    }

    async fn known(&self, session: &SessionId, group: &Jid) -> Result<StoredGroup, Error> {
        self.store
            .group(session, group)
            .await?
            .ok_or(Error::NotFound(Missing::Group))
    }

    async fn present(&self, session: &SessionId, group: &Jid) -> Result<Vec<GroupMember>, Error> {
        let members = self.store.group_members(session, group).await?;
        Ok(members.into_iter().map(|stored| stored.member).collect())
    }

    /// Waits until the outcomes are what is stored.
    async fn settle(
        &self,
        session: &SessionId,
        group: &Jid,
        change: MemberChange,
        outcomes: &[MemberOutcome],
    ) -> Result<(), Error> {
        let done = outcomes.iter().filter(|outcome| outcome.refused.is_none());
        let done: Vec<Party> = done.map(|outcome| party(&outcome.member)).collect();
        self.news(session, group, |_, members| {
            done.iter().all(|party| {
                let member = find(members, party);
                match change {
                    MemberChange::Add | MemberChange::Approve => member.is_some(),
                    MemberChange::Remove | MemberChange::Reject => member.is_none(),
                    MemberChange::Promote => member.is_some_and(|member| member.role.is_admin()),
                    MemberChange::Demote => member.is_some_and(|member| !member.role.is_admin()),
                }
            })
        })
        .await
    }

    /// Waits until what is stored of a group fits, or for as long as WhatsApp may take to tell.
    async fn news(
        &self,
        session: &SessionId,
        group: &Jid,
        fits: impl Fn(Option<&StoredGroup>, &[GroupMember]) -> bool,
    ) -> Result<(), Error> {
        let mut events = self.store.subscribe();
        let wait = async {
            loop {
                let stored = self.store.group(session, group).await?;
                if fits(stored.as_ref(), &self.present(session, group).await?) {
                    return Ok(());
                }
                loop {
                    match events.recv().await {
                        Ok(event) if event.session != *session => {}
                        Ok(event) if matches!(&event.body, EventBody::Group(told) if told.group == *group) => {
                            break;
                        }
                        Ok(_) => {}
                        Err(RecvError::Lagged(_)) => break,
                        // The store is closing.
                        Err(RecvError::Closed) => return Ok(()),
                    }
                }
            }
        };
        tokio::time::timeout(NEWS_WAIT, wait).await.unwrap_or_else(|_| {
            tracing::warn!(session.id = %session, "WhatsApp has not told of a change in a group");
            Ok(())
        })
    }
}

fn subject<'t>(field: &'static str, text: &'t str) -> Result<&'t str, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::Invalid {
            field,
            message: format!("{field} is required"),
        });
    }
    at_most(field, text, LONGEST_SUBJECT)?;
    Ok(text)
}

fn at_most(field: &'static str, text: &str, longest: usize) -> Result<(), Error> {
    if text.chars().count() > longest {
        return Err(Error::Invalid {
            field,
            message: format!("{field} must have at most {longest} characters"),
        });
    }
    Ok(())
}

/// Only people can be members.
fn people(jids: &[Jid]) -> Result<(), Error> {
    match jids.iter().find(|jid| !jid.is_person()) {
        None => Ok(()),
        Some(jid) => Err(Error::Invalid {
            field: "participants",
            message: format!("invalid jid: {jid} is not a person"),
        }),
    }
}

fn verb(change: MemberChange) -> &'static str {
    match change {
        MemberChange::Add => "add",
        MemberChange::Remove => "remove",
        MemberChange::Promote => "promote",
        MemberChange::Demote => "demote",
        MemberChange::Approve => "approve",
        MemberChange::Reject => "reject",
    }
}

fn party(jid: &Jid) -> Party {
    let address = Some(jid.bare());
    match jid.server() {
        Server::Lid => Party {
            lid: address,
            ..Party::default()
        },
        _ => Party {
            jid: address,
            ..Party::default()
        },
    }
}

fn code(invite: &str) -> Result<&str, Error> {
    let invite = invite.trim();
    let code = INVITE_LINKS
        .iter()
        .find_map(|link| invite.strip_prefix(link))
        .unwrap_or(invite);
    let code = code.split(['?', '/']).next().unwrap_or_default();
    if code.is_empty() {
        return Err(Error::Invalid {
            field: "invite",
            message: "invite is required".to_owned(),
        });
    }
    Ok(code)
}

/// What WhatsApp calls "not allowed" when somebody joins: they were removed from the group before.
fn joining(error: CallError) -> Error {
    const REMOVED: u16 = 405;
    match error {
        CallError::Refused(refusal) if refusal.code == REMOVED => Error::Denied {
            reason: "this account was removed from the group".to_owned(),
        },
        error => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invite_is_a_code_or_a_link() {
        for invite in [
            "AbC123",
            " AbC123 ",
            "https://chat.whatsapp.com/AbC123",
            "https://chat.whatsapp.com/AbC123?mode=ac_t",
            "https://chat.whatsapp.com/invite/AbC123",
            "chat.whatsapp.com/AbC123",
        ] {
            assert_eq!(code(invite).unwrap(), "AbC123", "{invite}");
        }
        for invite in ["", "  ", "https://chat.whatsapp.com/"] {
            assert!(code(invite).is_err(), "{invite}");
        }
    }

    #[test]
    fn names_have_their_limits() {
        assert!(subject("name", " ").is_err());
        assert_eq!(subject("name", " Trip ").unwrap(), "Trip");
        assert!(subject("name", &"x".repeat(101)).is_err());
        assert!(subject("name", &"ä".repeat(100)).is_ok());
    }
}
