use std::{
    collections::{BTreeMap, HashMap},
    sync::Mutex,
};

use bytes::Bytes;
use wacore_binary::Jid;

use super::lock;
use crate::keys::Blob;

/// The profile pictures of people and groups, by bare JID; people by that of their phone number.
#[derive(Default)]
pub(crate) struct Pictures(Mutex<HashMap<String, Picture>>);

#[derive(Clone)]
pub(crate) struct Picture {
    /// Changes with the picture; clients compare it.
    pub(crate) id: String,
    pub(crate) image: Bytes,
}

/// The stored form of [`Pictures`]: id and image by JID.
pub(crate) type PicturesRecord = BTreeMap<String, (String, Blob)>;

impl Pictures {
    pub(crate) fn set(&self, owner: &Jid, id: String, image: Bytes) {
        lock(&self.0).insert(owner.to_string(), Picture { id, image });
    }

    /// Answers whether there was one.
    pub(crate) fn remove(&self, owner: &Jid) -> bool {
        lock(&self.0).remove(&owner.to_string()).is_some()
    }

    pub(crate) fn get(&self, owner: &Jid) -> Option<Picture> {
        lock(&self.0).get(&owner.to_string()).cloned()
    }

    /// The picture with this id, for whoever follows its URL.
    pub(crate) fn by_id(&self, id: &str) -> Option<Bytes> {
        let pictures = lock(&self.0);
        let found = pictures.values().find(|picture| picture.id == id);
        found.map(|picture| picture.image.clone())
    }

    pub(crate) fn record(&self) -> PicturesRecord {
        lock(&self.0)
            .iter()
            .map(|(owner, picture)| (owner.clone(), (picture.id.clone(), Blob(picture.image.to_vec()))))
            .collect()
    }

    pub(crate) fn restore(record: PicturesRecord) -> Self {
        let pictures = record.into_iter().map(|(owner, (id, image))| {
            let image = image.0.into();
            (owner, Picture { id, image })
        });
        Self(Mutex::new(pictures.collect()))
    }
}
