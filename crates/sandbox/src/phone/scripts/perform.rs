use std::sync::Arc;

use wacore_binary::Jid;

use super::script::{Chat, Choice, Step};
use crate::{
    groups,
    network::Network,
    phone::{
        self, Outgoing, Typing,
        content::{Content, Quote, Reaction, Target, Vote},
        reading,
        send::{self, SendError},
    },
    route,
    state::Account,
};

/// A message that a script may react to.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    /// The device that wrote it, in the space of the stanza, or the group.
    pub(crate) from: Jid,
    /// The device that wrote it, in a group.
    pub(crate) author: Option<Jid>,
    pub(crate) id: String,
    pub(crate) text: Option<String>,
    /// The kind of content, as inboxes name it.
    pub(crate) kind: &'static str,
    /// The author's push name.
    pub(crate) name: Option<String>,
}

/// Follows the phone's script. Steps that take time go on in a task of their own, in order within a chat.
pub(crate) async fn react(
    network: &Arc<Network>,
    account: &Arc<Account>,
    arrival: Arrival,
) -> Result<(), SendError> {
    let script = network.scripts.get(&account.phone.script());
    let author = arrival.author.as_ref();
    if script.confirms {
        let ids = std::slice::from_ref(&arrival.id);
        send::receipt(network, account, &arrival.from, author, ids, None).await?;
    }
    let steps = script.steps_for(arrival.text.as_deref(), arrival.kind, arrival.place());
    if steps.is_empty() {
        return Ok(());
    }
    let chat = arrival.from.to_non_ad().to_string();
    if !steps.iter().any(Step::takes_time) && !account.phone.turns.is_busy(&chat) {
        return perform(network, account, &arrival, steps).await;
    }
    let steps = steps.to_vec();
    let task = {
        let (network, account) = (Arc::clone(network), Arc::clone(account));
        move || async move {
            let done = network
                .shutdown
                .run_until_cancelled(perform(&network, &account, &arrival, &steps));
            if let Some(Err(error)) = done.await {
                tracing::warn!(%error, "a phone could not follow its script");
            }
        }
    };
    account.phone.turns.take(&network.tasks, chat, task);
    Ok(())
}

async fn perform(
    network: &Arc<Network>,
    account: &Arc<Account>,
    arrival: &Arrival,
    steps: &[Step],
) -> Result<(), SendError> {
    let (chat, author) = (arrival.from.to_non_ad(), arrival.author.as_ref());
    let write = async |outgoing: Outgoing| send::send(network, account, &chat, outgoing, None).await;
    for step in steps {
        match step {
            Step::Read => {
                let ids = std::slice::from_ref(&arrival.id);
                send::receipt(network, account, &arrival.from, author, ids, Some("read")).await?;
            }
            Step::Typing => send::chatstate(network, account, &chat, Typing::Composing),
            Step::Wait(pause) => tokio::time::sleep(pause.0).await,
            Step::Reply(text) => {
                write(Outgoing::plain(arrival.fill(text))).await?;
            }
            Step::Quote(text) => {
                let quote = Quote {
                    id: arrival.id.clone(),
                    sender: arrival.writer().to_non_ad().to_string(),
                    text: arrival.text.clone(),
                };
                write(Outgoing::quoting(arrival.fill(text), quote)).await?;
            }
            Step::React(emoji) => {
                let target = Target {
                    id: arrival.id.clone(),
                    from_me: false,
                };
                let emoji = emoji.clone();
                write(Outgoing::of(Content::Reaction(Reaction { target, emoji }))).await?;
            }
            Step::Vote(choice) => {
                if let Some(vote) = chosen(account, arrival, choice) {
                    write(Outgoing::of(Content::Vote(vote))).await?;
                } else {
                    tracing::info!("a phone found nothing to vote for");
                }
            }
            Step::Sample(sample) => {
                write(Outgoing::of(sample.content())).await?;
            }
            Step::Send(content) => {
                write(Outgoing::of(Content::clone(content))).await?;
            }
            Step::Block => block(network, account, arrival.writer(), true),
            Step::Unblock => block(network, account, arrival.writer(), false),
            Step::Available => route::set_available(network, account, 0, true),
            Step::Unavailable => route::set_available(network, account, 0, false),
            Step::JoinGroup => join(network, account, arrival.text.as_deref()),
            Step::LeaveGroup => leave(network, account, &chat),
            Step::Reinstall => phone::reinstall(network, account).await,
            Step::GoOffline => account.phone.set_online(false),
        }
    }
    Ok(())
}

/// A vote in the poll that arrived, if it is one and has that option.
fn chosen(account: &Account, arrival: &Arrival, choice: &Choice) -> Option<Vote> {
    let seen = account.phone.seen(&arrival.id)?;
    let poll = reading::poll(seen.base())?;
    let options: Vec<String> = poll
        .options
        .iter()
        .filter_map(|option| option.option_name.clone())
        .collect();
    Some(Vote {
        poll: arrival.id.clone(),
        options: vec![choice.among(&options)?],
    })
}

/// A script that asks for what the group does not allow is no reason to stop following it.
fn join(network: &Arc<Network>, account: &Arc<Account>, text: Option<&str>) {
    let code = text
        .and_then(|text| text.split_once(groups::INVITE_LINK))
        .and_then(|(_, code)| code.split_whitespace().next());
    if let Some(code) = code
        && let Err(error) = groups::join(network, account, code)
    {
        tracing::info!(%error, "a phone could not join a group");
    }
}

fn leave(network: &Arc<Network>, account: &Arc<Account>, chat: &Jid) {
    let left = groups::find(network, chat).and_then(|group| groups::leave(network, &group, account));
    if let Err(error) = left {
        tracing::info!(%error, "a phone could not leave a group");
    }
}

fn block(network: &Arc<Network>, account: &Arc<Account>, who: &Jid, blocked: bool) {
    if let Some(other) = network.directory.resolve(who) {
        route::set_blocked(network, &send::origin(account), &other, blocked);
    }
}

impl Arrival {
    fn place(&self) -> Chat {
        match self.author {
            None => Chat::Direct,
            Some(_) => Chat::Group,
        }
    }

    /// The device that wrote it.
    fn writer(&self) -> &Jid {
        self.author.as_ref().unwrap_or(&self.from)
    }

    /// A script's text with what this message has in the place of placeholders.
    fn fill(&self, template: &str) -> String {
        template
            .replace("{name}", self.name.as_deref().unwrap_or("there"))
            .replace("{from}", &self.writer().user)
            .replace("{text}", self.text.as_deref().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_in_once() {
        let arrival = Arrival {
            from: Jid::pn_device("15550000007", 2),
            author: None,
            id: "A".to_owned(),
            text: Some("{name}".to_owned()),
            kind: "text",
            name: None,
        };
        assert_eq!(
            arrival.fill("{name}, {from}: {text} {x}"),
            "there, 15550000007: {name} {x}"
        );
    }
}
