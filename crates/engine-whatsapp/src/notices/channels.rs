//! What another device of the account did with a channel.

use serde_json::Value;
use wagon_domain::event::{ChannelAction, ChannelUpdate};

/// The change that a notification of this operation tells of.
pub(super) fn update(operation: &str, payload: &Value) -> Option<ChannelUpdate> {
    let (action, field) = match operation {
        "NotificationNewsletterJoin" => (ChannelAction::Join, "xwa2_notify_newsletter_on_join"),
        "NotificationNewsletterLeave" => (ChannelAction::Leave, "xwa2_notify_newsletter_on_leave"),
        "NotificationNewsletterUserSettingChange" => {
            (ChannelAction::Mute, "xwa2_notify_newsletter_on_mute_change")
        }
        _ => return None,
    };
    let channel = payload["data"][field]["id"].as_str()?.parse().ok()?;
    Some(ChannelUpdate { channel, action })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn news_of_channels_name_what_was_done() {
        let payload = json!({ "data": { "xwa2_notify_newsletter_on_join": { "id": "120363000000000001@newsletter" } } });
        let joined = update("NotificationNewsletterJoin", &payload).unwrap();
        assert_eq!(joined.channel.to_string(), "120363000000000001@newsletter");
        assert_eq!(joined.action, ChannelAction::Join);
        assert_eq!(
            update("NotificationNewsletterLeave", &payload),
            None,
            "not its content"
        );
        assert_eq!(update("NotificationGroupPropertyUpdate", &payload), None);
    }
}
