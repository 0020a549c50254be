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
}

impl Settings {
    pub(crate) fn new(name: Option<String>) -> Self {
        Self(Mutex::new(SettingsRecord {
            name,
            about: DEFAULT_ABOUT.to_owned(),
            privacy: BTreeMap::new(),
            blocked: BTreeSet::new(),
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

    pub(crate) fn set_privacy(&self, name: &str, value: &str) {
        lock(&self.0).privacy.insert(name.to_owned(), value.to_owned());
    }

    /// The hidden identities that are blocked.
    pub(crate) fn blocked(&self) -> Vec<String> {
        lock(&self.0).blocked.iter().cloned().collect()
    }

    pub(crate) fn block(&self, lid: &str, blocked: bool) {
        let mut record = lock(&self.0);
        if blocked {
            record.blocked.insert(lid.to_owned());
        } else {
            record.blocked.remove(lid);
        }
    }
}
