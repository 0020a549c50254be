use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What an admin can switch.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(crate) struct GroupSettings {
    /// Only admins change subject, description and the rest.
    pub(crate) locked: bool,
    /// Only admins write.
    pub(crate) announcement: bool,
    /// Seconds after which messages disappear; 0 is never.
    pub(crate) ephemeral: u32,
    /// Whoever joins by link waits for an admin.
    pub(crate) approval: bool,
    pub(crate) members_may_add: bool,
    pub(crate) members_may_invite: bool,
    pub(crate) flags: BTreeSet<Flag>,
    /// Set for the parent group of a community.
    pub(crate) community: Option<Community>,
    /// The announcement group that every community has.
    pub(crate) default_sub_group: bool,
    pub(crate) general_chat: bool,
}

/// The parent group of a community.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Community {
    /// Members ask before they join.
    pub(crate) closed: bool,
}

/// Switches that the server only keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Flag {
    NoFrequentlyForwarded,
    AllowAdminReports,
    GroupHistory,
    AllowNonAdminSubGroupCreation,
}

impl Flag {
    const ALL: [Self; 4] = [
        Self::NoFrequentlyForwarded,
        Self::AllowAdminReports,
        Self::GroupHistory,
        Self::AllowNonAdminSubGroupCreation,
    ];

    /// The element that turns it on, and the one that turns it off.
    pub(crate) fn tags(self) -> (&'static str, &'static str) {
        match self {
            Self::NoFrequentlyForwarded => ("no_frequently_forwarded", "frequently_forwarded_ok"),
            Self::AllowAdminReports => ("allow_admin_reports", "not_allow_admin_reports"),
            Self::GroupHistory => ("group_history", "no_group_history"),
            Self::AllowNonAdminSubGroupCreation => (
                "allow_non_admin_sub_group_creation",
                "not_allow_non_admin_sub_group_creation",
            ),
        }
    }

    /// The switch an element is about, and its new position.
    pub(crate) fn parse(tag: &str) -> Option<(Self, bool)> {
        Self::ALL.into_iter().find_map(|flag| {
            let (on, off) = flag.tags();
            (tag == on || tag == off).then(|| (flag, tag == on))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_is_known_in_both_positions() {
        for flag in Flag::ALL {
            let (on, off) = flag.tags();
            assert_eq!(Flag::parse(on), Some((flag, true)));
            assert_eq!(Flag::parse(off), Some((flag, false)));
        }
        assert_eq!(Flag::parse("locked"), None);
    }
}
