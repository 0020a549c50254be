use std::{
    borrow::Cow,
    collections::BTreeMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use serde::{Deserialize, Serialize};

use super::{Script, cast, file::ScriptFile};

/// The name of a script; whether there is one of that name is for [`Scripts`] to say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct ScriptName(Cow<'static, str>);

impl ScriptName {
    /// Confirms delivery and does nothing else.
    pub(crate) const SILENT: Self = Self(Cow::Borrowed("silent"));

    pub(crate) fn new(name: String) -> Self {
        Self(Cow::Owned(name))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for ScriptName {
    fn default() -> Self {
        Self::SILENT
    }
}

impl fmt::Display for ScriptName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// There is no script of that name.
#[derive(Debug, thiserror::Error)]
#[error("script: there is no `{name}`; there are {known}")]
pub(crate) struct UnknownScript {
    name: ScriptName,
    known: String,
}

/// The scripts that phones can follow, by name.
pub(crate) struct Scripts(RwLock<BTreeMap<ScriptName, Arc<Script>>>);

impl Scripts {
    /// The built-in scripts.
    pub(crate) fn built_in() -> Self {
        let scripts = Self(RwLock::default());
        scripts.add(cast::built_in().scripts);
        scripts
    }

    /// Adds scripts; those of the same name are replaced.
    pub(crate) fn add(&self, more: BTreeMap<ScriptName, Script>) {
        let mut scripts = self.0.write().unwrap_or_else(PoisonError::into_inner);
        scripts.extend(more.into_iter().map(|(name, script)| (name, Arc::new(script))));
    }

    /// The script of that name. One that is gone does nothing.
    pub(crate) fn get(&self, name: &ScriptName) -> Arc<Script> {
        self.find(name).unwrap_or_default()
    }

    pub(crate) fn check(&self, name: &ScriptName) -> Result<Arc<Script>, UnknownScript> {
        self.find(name).ok_or_else(|| UnknownScript {
            name: name.clone(),
            known: self.names().join(", "),
        })
    }

    /// Names and what the scripts do.
    pub(crate) fn list(&self) -> Vec<(ScriptName, String)> {
        let scripts = self.0.read().unwrap_or_else(PoisonError::into_inner);
        scripts
            .iter()
            .map(|(name, script)| (name.clone(), script.about.clone()))
            .collect()
    }

    /// Whether everything that the file's phones refer to is there, or in the file.
    pub(crate) fn parse(&self, text: &str) -> Result<ScriptFile, super::Problem> {
        ScriptFile::parse(text, &self.names())
    }

    fn names(&self) -> Vec<String> {
        let scripts = self.0.read().unwrap_or_else(PoisonError::into_inner);
        scripts.keys().map(ToString::to_string).collect()
    }

    fn find(&self, name: &ScriptName) -> Option<Arc<Script>> {
        let scripts = self.0.read().unwrap_or_else(PoisonError::into_inner);
        scripts.get(name).cloned()
    }
}
