use wacore_binary::{Jid, Server};

/// The two address spaces of a user: phone number and hidden identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Space {
    Pn,
    Lid,
}

impl Space {
    /// The space of a user JID; `None` for groups, broadcasts and the rest.
    pub(crate) fn of(server: Server) -> Option<Self> {
        match server {
            Server::Pn | Server::Legacy => Some(Self::Pn),
            Server::Lid => Some(Self::Lid),
            _ => None,
        }
    }

    pub(crate) fn jid(self, user: &str, device: u16) -> Jid {
        match self {
            Self::Pn => Jid::pn_device(user, device),
            Self::Lid => Jid::lid_device(user, device),
        }
    }
}
