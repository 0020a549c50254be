//! Roles: the dialect's names for sets of capabilities.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_domain::{Capabilities, Capability};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    Viewer,
    Operator,
    Admin,
}

impl Role {
    /// The highest role that the capabilities cover.
    pub(crate) fn of(capabilities: Capabilities) -> Self {
        let covers = |role: Self| {
            role.capabilities()
                .iter()
                .all(|needed| capabilities.contains(needed))
        };
        [Self::Admin, Self::Operator]
            .into_iter()
            .find(|role| covers(*role))
            .unwrap_or(Self::Viewer)
    }

    /// The lowest role that has the capability.
    pub(crate) fn least(capability: Capability) -> Self {
        [Self::Viewer, Self::Operator]
            .into_iter()
            .find(|role| role.capabilities().contains(capability))
            .unwrap_or(Self::Admin)
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }

    pub(crate) fn capabilities(self) -> Capabilities {
        let viewer = [Capability::Read, Capability::Events];
        let operator = [Capability::Send, Capability::Manage];
        match self {
            Self::Viewer => viewer.into_iter().collect(),
            Self::Operator => viewer.into_iter().chain(operator).collect(),
            Self::Admin => Capabilities::all(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_and_capabilities_stand_for_each_other() {
        for role in [Role::Viewer, Role::Operator, Role::Admin] {
            assert_eq!(Role::of(role.capabilities()), role);
        }
        assert_eq!(Role::of("read,send".parse().unwrap()), Role::Viewer);
    }
}
