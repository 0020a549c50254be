//! The dialect's words for what is done.

use wagon_domain::audit::Action;

/// What has a word of the dialect. The rest goes by Wagon's own, with underscores.
const WORDS: [(Action, &str); 14] = [
    (Action::KeyCreate, "api_key_created"),
    (Action::KeyUpdate, "api_key_updated"),
    (Action::KeyRevoke, "api_key_revoked"),
    (Action::KeyDelete, "api_key_deleted"),
    (Action::SignInRefused, "api_key_auth_failed"),
    (Action::SessionCreate, "session_created"),
    (Action::SessionStart, "session_started"),
    (Action::SessionStop, "session_stopped"),
    (Action::SessionLogout, "session_logged_out"),
    (Action::SessionDelete, "session_deleted"),
    (Action::SessionUpdate, "session_config_updated"),
    (Action::SessionPair, "session_qr_generated"),
    (Action::WebhookCreate, "webhook_created"),
    (Action::WebhookDelete, "webhook_deleted"),
];

/// What somebody should look at.
pub(super) const WARNINGS: [Action; 2] = [Action::SignInRefused, Action::RefreshReused];

pub(super) fn name(action: Action) -> String {
    let word = WORDS.iter().find(|(known, _)| *known == action);
    word.map_or_else(
        || action.as_str().replace('.', "_"),
        |(_, word)| (*word).to_owned(),
    )
}

/// The action of this name. The dialect knows some that nothing here does.
pub(super) fn named(text: &str) -> Option<Action> {
    Action::ALL.iter().copied().find(|action| name(*action) == text)
}

pub(super) fn severity(action: Action) -> &'static str {
    if WARNINGS.contains(&action) {
        "warn"
    } else {
        "info"
    }
}

/// The actions of this severity; `None` is no severity. Nothing that is recorded is an error.
pub(super) fn of_severity(text: &str) -> Option<Vec<Action>> {
    match text {
        "info" | "warn" | "error" => {
            let all = Action::ALL.iter().copied();
            Some(all.filter(|action| severity(*action) == text).collect())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_a_name_of_its_own() {
        for action in Action::ALL {
            assert_eq!(named(&name(*action)), Some(*action), "{action}");
        }
        assert_eq!(named("queue_board_mutated"), None);
    }

    #[test]
    fn severities_part_the_actions() {
        let count = |severity| of_severity(severity).unwrap().len();
        assert_eq!(count("info") + count("warn"), Action::ALL.len());
        assert_eq!(count("error"), 0);
        assert!(of_severity("loud").is_none());
    }
}
