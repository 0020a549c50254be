//! What a message that is about another one does to the stored one: the same for those that arrive
//! and those that are sent.

use wagon_domain::message::Party;
use wagon_domain::poll::Ballot;
use wagon_domain::{Content, Jid, SessionId, Timestamp};
use wagon_store::{Editor, Tx};

pub(crate) struct Change<'a> {
    pub(crate) session: &'a SessionId,
    pub(crate) chat: &'a Jid,
    pub(crate) from_me: bool,
    pub(crate) sender: &'a Party,
    pub(crate) content: &'a Content,
    pub(crate) at: Timestamp,
}

impl Change<'_> {
    pub(crate) async fn apply(&self, tx: &mut Tx<'_>) -> Result<(), wagon_store::Error> {
        if let Content::PollVote { target, selected } = self.content {
            let Some(voter) = self.sender.address() else {
                return Ok(());
            };
            let ballot = Ballot {
                voter: voter.bare(),
                name: self.sender.name.clone(),
                selected: selected.clone(),
            };
            return tx
                .put_ballot(self.session, self.chat, &target.id, &ballot, self.at)
                .await;
        }
        let editor = Editor {
            from_me: self.from_me,
            sender: self.sender,
        };
        tx.apply_change(self.session, self.chat, editor, self.content)
            .await
            .map(drop)
    }
}
