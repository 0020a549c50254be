use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

use serde::{Deserialize, Serialize};

use super::lock;

/// The about text of an account that has set none.
const DEFAULT_ABOUT: &str = "Hey there!";

/// What the user of an account has set.
pub(crate) struct Settings(Mutex<SettingsRecord>);

/// The stored form of [`Settings`], which is also the form in memory.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SettingsRecord {
    name: Option<String>,
    about: String,
    privacy: BTreeMap<String, String>,
    /// Hidden identities.
    blocked: BTreeSet<String>,
    /// Seconds after which messages of new chats vanish, and since when that holds.
    #[serde(default)]
    disappearing: (u32, u64),
    #[serde(default)]
    business: Option<Business>,
}

/// What a business says of itself.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Business {
    pub(crate) description: String,
    pub(crate) email: String,
    pub(crate) website: String,
    pub(crate) address: String,
    pub(crate) category: String,
}

impl Settings {
    pub(crate) fn new(name: Option<String>) -> Self {
        Self(Mutex::new(SettingsRecord {
            name,
            about: DEFAULT_ABOUT.to_owned(),
            privacy: BTreeMap::new(),
            blocked: BTreeSet::new(),
            disappearing: (0, 0),
            business: None,
        }))
    }

    pub(crate) fn restore(record: SettingsRecord) -> Self {
        Self(Mutex::new(record))
    }

    pub(crate) fn record(&self) -> SettingsRecord {
        lock(&self.0).clone()
    }

    /// The push name that others see.
    pub(crate) fn name(&self) -> Option<String> {
        lock(&self.0).name.clone()
    }

    pub(crate) fn set_name(&self, name: &str) {
        lock(&self.0).name = Some(name.to_owned());
    }

    pub(crate) fn about(&self) -> String {
        lock(&self.0).about.clone()
    }

    pub(crate) fn set_about(&self, about: &str) {
        about.clone_into(&mut lock(&self.0).about);
    }

    /// The privacy settings that have been changed.
    pub(crate) fn privacy(&self) -> BTreeMap<String, String> {
        lock(&self.0).privacy.clone()
    }

    /// Whether the user shows nobody when they were last here.
    pub(crate) fn hides_last_seen(&self) -> bool {
        lock(&self.0)
            .privacy
            .get("last")
            .is_some_and(|value| value == "none")
    }

    pub(crate) fn set_privacy(&self, name: &str, value: &str) {
        lock(&self.0).privacy.insert(name.to_owned(), value.to_owned());
    }

    /// The hidden identities that are blocked.
    pub(crate) fn blocked(&self) -> Vec<String> {
        lock(&self.0).blocked.iter().cloned().collect()
    }

    pub(crate) fn is_blocked(&self, lid: &str) -> bool {
        lock(&self.0).blocked.contains(lid)
    }

    /// Blocks or unblocks. Answers whether that is a change.
    pub(crate) fn block(&self, lid: &str, blocked: bool) -> bool {
        let mut record = lock(&self.0);
        if blocked {
            record.blocked.insert(lid.to_owned())
        } else {
            record.blocked.remove(lid)
        }
    }

    pub(crate) fn disappearing(&self) -> (u32, u64) {
        lock(&self.0).disappearing
    }

    pub(crate) fn set_disappearing(&self, seconds: u32, now: u64) {
        lock(&self.0).disappearing = (seconds, now);
    }

    pub(crate) fn business(&self) -> Option<Business> {
        lock(&self.0).business.clone()
    }

    pub(crate) fn set_business(&self, business: Option<Business>) {
        lock(&self.0).business = business;
    }
}
