use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex},
};

use serde::{Deserialize, Serialize};
use wacore_binary::{CompactString, Jid};

use super::{
    AppState, Device, FetchedBundle, KeyBundle, Mailbox, Presence, Settings, Space, Trust,
    app_state::CollectionRecord, device::DeviceRecord, lock, settings::SettingsRecord, trust::TrustRecord,
};
use crate::{
    Error,
    conn::{Ending, Link},
    phone::{Phone, PhoneRecord, scripts::ScriptName},
};

/// Fewer one-time keys than this make the server ask the device for more.
const LOW_ONE_TIME_KEYS: usize = 10;

/// A phone number with its phone and linked devices.
pub(crate) struct Account {
    pub(crate) pn: CompactString,
    pub(crate) lid: CompactString,
    pub(crate) phone: Phone,
    pub(crate) settings: Settings,
    pub(crate) presence: Presence,
    pub(crate) trust: Trust,
    pub(crate) app_state: AppState,
    state: Mutex<State>,
}

struct State {
    devices: BTreeMap<u16, Device>,
    next_device: u16,
    next_key_index: u32,
    /// Accounts that hold our device list: they hear of its changes.
    contacts: BTreeSet<CompactString>,
}

/// A device about to be linked.
pub(crate) struct Registration {
    pub(crate) noise_key: Vec<u8>,
    pub(crate) bundle: KeyBundle,
    pub(crate) platform: Option<String>,
}

/// The stored form of an [`Account`].
#[derive(Serialize, Deserialize)]
pub(crate) struct AccountRecord {
    pn: String,
    lid: String,
    settings: SettingsRecord,
    #[serde(default)]
    trust: TrustRecord,
    phone: PhoneRecord,
    devices: BTreeMap<u16, DeviceRecord>,
    next_device: u16,
    next_key_index: u32,
    contacts: BTreeSet<String>,
    #[serde(default)]
    app_state: BTreeMap<String, CollectionRecord>,
}

impl Account {
    pub(crate) fn new(pn: &str, lid: &str, name: Option<String>, script: ScriptName) -> Self {
        Self {
            pn: pn.into(),
            lid: lid.into(),
            phone: Phone::new(script),
            settings: Settings::new(name),
            presence: Presence::default(),
            trust: Trust::default(),
            app_state: AppState::default(),
            state: Mutex::new(State {
                devices: BTreeMap::new(),
                next_device: 1,
                next_key_index: 1,
                contacts: BTreeSet::new(),
            }),
        }
    }

    pub(crate) fn restore(record: AccountRecord) -> Result<Self, Error> {
        let devices = record
            .devices
            .into_iter()
            .map(|(id, device)| (id, Device::restore(device)));
        Ok(Self {
            pn: record.pn.into(),
            lid: record.lid.into(),
            phone: Phone::restore(record.phone)?,
            settings: Settings::restore(record.settings),
            presence: Presence::default(),
            trust: Trust::restore(record.trust),
            app_state: AppState::restore(record.app_state),
            state: Mutex::new(State {
                devices: devices.collect(),
                next_device: record.next_device,
                next_key_index: record.next_key_index,
                contacts: record.contacts.into_iter().map(Into::into).collect(),
            }),
        })
    }

    pub(crate) async fn record(&self) -> AccountRecord {
        let phone = self.phone.record().await;
        let state = lock(&self.state);
        AccountRecord {
            pn: self.pn.to_string(),
            lid: self.lid.to_string(),
            settings: self.settings.record(),
            trust: self.trust.record(),
            phone,
            devices: state
                .devices
                .iter()
                .map(|(id, device)| (*id, device.record()))
                .collect(),
            next_device: state.next_device,
            next_key_index: state.next_key_index,
            contacts: state.contacts.iter().map(ToString::to_string).collect(),
            app_state: self.app_state.records(),
        }
    }

    /// The JID of a device in the wanted space; device 0 gives the bare form.
    pub(crate) fn jid(&self, space: Space, device: u16) -> Jid {
        match space {
            Space::Pn => space.jid(&self.pn, device),
            Space::Lid => space.jid(&self.lid, device),
        }
    }

    /// Adds a device and answers its number and key index.
    pub(crate) fn register(&self, registration: Registration) -> (u16, u32) {
        let mut state = lock(&self.state);
        let (id, key_index) = (state.next_device, state.next_key_index);
        state.next_device += 1;
        state.next_key_index += 1;
        state.devices.insert(
            id,
            Device {
                key_index,
                noise_key: registration.noise_key,
                bundle: registration.bundle,
                signed_identity: Vec::new(),
                platform: registration.platform,
                announced: false,
                provisioned: false,
                synced: false,
                mailbox: Arc::new(Mailbox::default()),
                link: None,
            },
        );
        (id, key_index)
    }

    /// Runs something on one device.
    pub(crate) fn with_device<R>(&self, id: u16, run: impl FnOnce(&mut Device) -> R) -> Option<R> {
        lock(&self.state).devices.get_mut(&id).map(run)
    }

    /// Runs something on every device, in order of their numbers.
    pub(crate) fn each_device(&self, mut run: impl FnMut(u16, &mut Device)) {
        for (id, device) in &mut lock(&self.state).devices {
            run(*id, device);
        }
    }

    pub(crate) fn remove_device(&self, id: u16) -> Option<Device> {
        lock(&self.state).devices.remove(&id)
    }

    pub(crate) fn mailbox(&self, id: u16) -> Option<Arc<Mailbox>> {
        lock(&self.state)
            .devices
            .get(&id)
            .map(|device| Arc::clone(&device.mailbox))
    }

    /// The linked devices that others can encrypt to.
    pub(crate) fn companions(&self) -> Vec<u16> {
        let state = lock(&self.state);
        state
            .devices
            .iter()
            .filter(|(_, device)| device.is_reachable())
            .map(|(id, _)| *id)
            .collect()
    }

    /// Numbers and key indexes of the linked devices, and the last key index given out.
    pub(crate) fn device_list(&self) -> (Vec<(u16, u32)>, u32) {
        let state = lock(&self.state);
        let list = state
            .devices
            .iter()
            .filter(|(_, device)| device.is_reachable())
            .map(|(id, device)| (*id, device.key_index))
            .collect();
        (list, state.next_key_index - 1)
    }

    /// Takes a set of keys for one device, and says whether it should be asked for more.
    pub(crate) fn take_bundle(&self, id: u16) -> Option<(FetchedBundle, bool)> {
        if id == 0 {
            return Some((self.phone.take_bundle(), false));
        }
        let mut state = lock(&self.state);
        let device = state
            .devices
            .get_mut(&id)
            .filter(|device| device.is_reachable())?;
        let bundle = &mut device.bundle;
        let one_time = bundle.one_time.pop_front();
        let low = bundle.one_time.len() < LOW_ONE_TIME_KEYS && !bundle.asked;
        bundle.asked |= low;
        let fetched = FetchedBundle {
            registration: bundle.registration.clone(),
            identity: bundle.identity.clone(),
            signed: bundle.signed.clone(),
            one_time,
            device_identity: device.signed_identity.clone(),
        };
        Some((fetched, low))
    }

    /// Makes `link` the device's connection, ending the one before as replaced.
    pub(crate) fn attach(&self, id: u16, link: Link, replaced: Ending) -> Option<Arc<Mailbox>> {
        let mut state = lock(&self.state);
        let device = state.devices.get_mut(&id)?;
        if let Some(old) = device.link.replace(link) {
            old.end(replaced);
        }
        Some(Arc::clone(&device.mailbox))
    }

    /// Cleans up after a connection. Returns whether it still was the device's current one.
    pub(crate) fn detach(&self, id: u16, connection: u64) -> bool {
        let mut state = lock(&self.state);
        let Some(device) = state.devices.get_mut(&id) else {
            return false;
        };
        device.mailbox.close(connection);
        let current = device.link.as_ref().is_some_and(|link| link.id() == connection);
        if current {
            device.link = None;
        }
        current
    }

    pub(crate) fn links(&self) -> HashMap<u16, Link> {
        let state = lock(&self.state);
        state
            .devices
            .iter()
            .filter_map(|(id, device)| Some((*id, device.link.clone()?)))
            .collect()
    }

    /// Remembers that `other` knows this account's devices.
    pub(crate) fn note_contact(&self, other: &CompactString) {
        let mut state = lock(&self.state);
        if *other != self.pn && !state.contacts.contains(other) {
            state.contacts.insert(other.clone());
        }
    }

    pub(crate) fn contacts(&self) -> Vec<CompactString> {
        lock(&self.state).contacts.iter().cloned().collect()
    }
}
