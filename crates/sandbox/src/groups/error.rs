use crate::iq::Refusal;

/// Why an operation on a group was refused, with the code that clients know it by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum GroupError {
    #[error("already a member")]
    AlreadyMember,
    #[error("malformed")]
    Malformed,
    /// Invite links are for admins.
    #[error("not authorized")]
    NotAuthorized,
    #[error("not a member, or not an admin")]
    Forbidden,
    #[error("no such group or person")]
    NotFound,
    #[error("removed from this group before")]
    Removed,
    #[error("not acceptable")]
    NotAcceptable,
    #[error("somebody else was first")]
    Conflict,
    #[error("revoked or expired")]
    Gone,
    #[error("the group is full")]
    Full,
}

impl GroupError {
    pub(crate) fn code(self) -> u16 {
        self.refusal().code
    }

    pub(crate) fn refusal(self) -> Refusal {
        let (code, text) = match self {
            Self::AlreadyMember => (304, "not-modified"),
            Self::Malformed => (400, "bad-request"),
            Self::NotAuthorized => (401, "not-authorized"),
            Self::Forbidden => (403, "forbidden"),
            Self::NotFound => (404, "item-not-found"),
            Self::Removed => (405, "not-allowed"),
            Self::NotAcceptable => (406, "not-acceptable"),
            Self::Conflict => (409, "conflict"),
            Self::Gone => (410, "gone"),
            Self::Full => (419, "resource-limit"),
        };
        Refusal { code, text }
    }
}
