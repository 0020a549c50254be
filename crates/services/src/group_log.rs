//! What WhatsApp tells of groups, made durable. The stored state decides what is news: a change that is
//! known already, because a list of all groups came first, causes no second event.

use wagon_domain::group::{GroupAction, GroupChange, GroupEvent, GroupInfo, GroupMember};
use wagon_domain::message::Party;
use wagon_domain::{EventBody, Jid, Session, Timestamp};
use wagon_store::{Error, KnownGroup, NewEvent, Tx};

/// Stores one change and the event that tells of it.
pub(crate) async fn record_change(
    tx: &mut Tx<'_>,
    session: &Session,
    change: GroupChange,
    now: Timestamp,
) -> Result<(), Error> {
    let group = change.group;
    let mut known = tx.known_group(&session.id, &group).await?.unwrap_or_default();
    let mut event = GroupEvent::new(group.clone());
    event.sender = change.author.as_ref().and_then(Party::address).cloned();
    event.timestamp = Some(change.timestamp);
    match change.action {
        GroupAction::Joined { info, reason } => {
            if known.joined {
                return Ok(());
            }
            replace(tx, session, &info, now).await?;
            event.subject = Some(info.subject);
            event.reason = reason;
            return append(tx, session, event, now).await;
        }
        GroupAction::Remove(parties) => {
            if !known.joined {
                return Ok(());
            }
            event.leave = leave(tx, session, &group, &parties, now).await?;
            return append(tx, session, event, now).await;
        }
        GroupAction::Deleted => {
            if !known.joined {
                return Ok(());
            }
            tx.leave_group(&session.id, &group, now).await?;
            event.reason = Some("deleted".to_owned());
            return append(tx, session, event, now).await;
        }
        GroupAction::Add(members) => {
            let present = tx.group_members(&session.id, &group).await?;
            for member in members
                .iter()
                .filter(|member| find(&present, &member.party).is_none())
            {
                tx.put_group_member(&session.id, &group, member, now).await?;
                event.join.extend(member.party.address().cloned());
            }
        }
        GroupAction::SetRole(parties, role) => {
            let present = tx.group_members(&session.id, &group).await?;
            for party in parties {
                if find(&present, &party).is_some_and(|member| member.role == role) {
                    continue;
                }
                let told = if role.is_admin() {
                    &mut event.promote
                } else {
                    &mut event.demote
                };
                told.extend(party.address().cloned());
                let member = GroupMember { party, role };
                tx.put_group_member(&session.id, &group, &member, now).await?;
            }
        }
        GroupAction::Subject(subject) => {
            event.subject = changed(&mut known.subject, Some(subject));
        }
        GroupAction::Description(text) => {
            let text = text.filter(|text| !text.is_empty());
            if known.description != text {
                event.description = Some(text.clone().unwrap_or_default());
                known.description = text;
            }
        }
        GroupAction::Announce(announce) => event.announce = switched(&mut known.announce, announce),
        GroupAction::Locked(locked) => event.locked = switched(&mut known.locked, locked),
        GroupAction::InviteLink(link) => event.invite_link = Some(link),
    }
    if event.is_empty() {
        return Ok(());
    }
    known.joined = true;
    tx.save_group(&session.id, &group, &known, now).await?;
    append(tx, session, event, now).await
}

/// Stores the list of all groups. What differs from what was known happened while the connection was
/// down; a session's first list is no news.
pub(crate) async fn record_list(
    tx: &mut Tx<'_>,
    session: &Session,
    groups: Vec<GroupInfo>,
    now: Timestamp,
) -> Result<(), Error> {
    let first = tx.note_group_list(&session.id, now).await?;
    for group in tx.joined_groups(&session.id).await? {
        if groups.iter().all(|info| info.jid != group) {
            let mut event = GroupEvent::new(group.clone());
            event.leave = own_address(session).into_iter().collect();
            tx.leave_group(&session.id, &group, now).await?;
            append(tx, session, event, now).await?;
        }
    }
    for info in groups {
        let known = tx.known_group(&session.id, &info.jid).await?.unwrap_or_default();
        let mut event = GroupEvent::new(info.jid.clone());
        if known.joined {
            compare(tx, session, &known, &info, &mut event).await?;
        } else if !first {
            event.subject = Some(info.subject.clone());
        }
        replace(tx, session, &info, now).await?;
        if !event.is_empty() {
            append(tx, session, event, now).await?;
        }
    }
    Ok(())
}

/// Notes in `event` what is different from before.
async fn compare(
    tx: &mut Tx<'_>,
    session: &Session,
    known: &KnownGroup,
    info: &GroupInfo,
    event: &mut GroupEvent,
) -> Result<(), Error> {
    if known.subject.as_ref() != Some(&info.subject) {
        event.subject = Some(info.subject.clone());
    }
    if known.description != info.description {
        event.description = Some(info.description.clone().unwrap_or_default());
    }
    event.announce = (known.announce != info.announce).then_some(info.announce);
    event.locked = (known.locked != info.locked).then_some(info.locked);
    let before = tx.group_members(&session.id, &info.jid).await?;
    for member in &info.members {
        let address = member.party.address().cloned();
        match find(&before, &member.party) {
            None => event.join.extend(address),
            Some(old) if old.role.is_admin() && !member.role.is_admin() => event.demote.extend(address),
            Some(old) if !old.role.is_admin() && member.role.is_admin() => event.promote.extend(address),
            Some(_) => {}
        }
    }
    let gone = before
        .iter()
        .filter(|old| find(&info.members, &old.party).is_none());
    event
        .leave
        .extend(gone.filter_map(|old| old.party.address().cloned()));
    Ok(())
}

/// Makes the stored group what WhatsApp says it is.
async fn replace(tx: &mut Tx<'_>, session: &Session, info: &GroupInfo, now: Timestamp) -> Result<(), Error> {
    tx.save_group(&session.id, &info.jid, &KnownGroup::from(info), now)
        .await?;
    for old in tx.group_members(&session.id, &info.jid).await? {
        if find(&info.members, &old.party).is_none() {
            tx.remove_group_member(&session.id, &info.jid, &old.party).await?;
        }
    }
    for member in &info.members {
        tx.put_group_member(&session.id, &info.jid, member, now).await?;
    }
    Ok(())
}

/// Takes people out; if the account is among them, all of the group. Answers who it was news for.
async fn leave(
    tx: &mut Tx<'_>,
    session: &Session,
    group: &Jid,
    parties: &[Party],
    now: Timestamp,
) -> Result<Vec<Jid>, Error> {
    let present = tx.group_members(&session.id, group).await?;
    let mut left = Vec::new();
    for party in parties {
        let own = is_own(session, party);
        if own || find(&present, party).is_some() {
            left.extend(party.address().cloned());
        }
        if own {
            tx.leave_group(&session.id, group, now).await?;
        } else {
            tx.remove_group_member(&session.id, group, party).await?;
        }
    }
    Ok(left)
}

async fn append(tx: &mut Tx<'_>, session: &Session, event: GroupEvent, now: Timestamp) -> Result<(), Error> {
    if event.is_empty() {
        return Ok(());
    }
    let event = NewEvent {
        org: session.org.clone(),
        session: session.id.clone(),
        body: EventBody::Group(Box::new(event)),
        timestamp: now,
    };
    tx.append_event(event).await?;
    Ok(())
}

/// The member that is this person, by either address.
pub(crate) fn find<'m>(members: &'m [GroupMember], party: &Party) -> Option<&'m GroupMember> {
    members.iter().find(|member| is_same(&member.party, party))
}

fn is_same(one: &Party, other: &Party) -> bool {
    let equal = |one: &Option<Jid>, other: &Option<Jid>| one.is_some() && one == other;
    equal(&one.jid, &other.jid) || equal(&one.lid, &other.lid)
}

fn is_own(session: &Session, party: &Party) -> bool {
    let own = |jid: &Option<Jid>| jid.as_ref().map(Jid::bare);
    let own = Party {
        jid: own(&session.jid),
        lid: own(&session.lid),
        name: None,
    };
    is_same(&own, party)
}

fn own_address(session: &Session) -> Option<Jid> {
    session.jid.as_ref().or(session.lid.as_ref()).map(Jid::bare)
}

fn changed(known: &mut Option<String>, new: Option<String>) -> Option<String> {
    if *known == new {
        return None;
    }
    known.clone_from(&new);
    new
}

fn switched(known: &mut bool, new: bool) -> Option<bool> {
    let old = std::mem::replace(known, new);
    (old != new).then_some(new)
}
