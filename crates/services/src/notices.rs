//! What happens on the account beside messages, as changes and events of one transaction.

use wagon_domain::contact::Names;
use wagon_domain::event::EventBody;
use wagon_domain::{Session, Timestamp};
use wagon_engine::Notice;
use wagon_store::{Error, NewEvent, Tx};

use crate::contacts::person;
use crate::group_log;

/// Makes the change, and tells subscribers what they hear of it.
pub(crate) async fn record(
    tx: &mut Tx<'_>,
    session: &Session,
    notice: Notice,
    now: Timestamp,
) -> Result<(), Error> {
    let body = match notice {
        Notice::Group(change) => return group_log::record_change(tx, session, change, now).await,
        Notice::Groups(groups) => return group_log::record_list(tx, session, groups, now).await,
        Notice::Chat { chat, change, at } => return tx.change_chat(&session.id, &chat, change, at).await,
        Notice::Label(change) => return tx.change_labels(&session.id, &change).await,
        Notice::Reconnecting { attempts, rest } => EventBody::Reconnecting {
            attempts,
            next_delay: u64::try_from(rest.as_millis()).unwrap_or(u64::MAX),
        },
        Notice::Call(call) => EventBody::IncomingCall(call),
        Notice::JoinRequested(asked) => EventBody::JoinRequested(asked),
        Notice::CallEnded(call) => EventBody::CallEnded(call),
        Notice::Channel(update) => EventBody::Channel(update),
        Notice::Presence(presence) => EventBody::Presence(presence),
        Notice::Picture { of, id } => EventBody::ChatPicture {
            chat: of,
            picture: id,
        },
        Notice::Saved {
            who,
            names,
            at_linking,
        } => {
            tx.learn_contact(&session.id, &person(&who, names.clone()), now)
                .await?;
            if at_linking {
                return Ok(());
            }
            EventBody::ContactNamed {
                jid: who.jid,
                names: Names { push: None, ..names },
            }
        }
    };
    tx.append_event(NewEvent {
        org: session.org.clone(),
        session: session.id.clone(),
        body,
        timestamp: now,
    })
    .await?;
    Ok(())
}
