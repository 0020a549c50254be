use std::{
    collections::{HashMap, HashSet},
    sync::Mutex,
};

use wacore_binary::CompactString;

use super::{Space, lock};

/// The account and number of a device.
pub(crate) type DeviceKey = (CompactString, u16);

/// Who of an account is there, and who wants to know.
#[derive(Default)]
pub(crate) struct Presence(Mutex<State>);

#[derive(Default)]
struct State {
    /// Devices that said they are available; the phone is device 0.
    available: HashSet<u16>,
    last_seen: u64,
    /// Who asked, and in which space.
    subscribers: HashMap<DeviceKey, Space>,
}

impl Presence {
    /// Notes one device's availability. Answers whether the account's has changed.
    pub(crate) fn set(&self, device: u16, available: bool, now: u64) -> bool {
        let mut state = lock(&self.0);
        let before = state.available.is_empty();
        if available {
            state.available.insert(device);
        } else if state.available.remove(&device) {
            state.last_seen = now;
        }
        before != state.available.is_empty()
    }

    /// Whether any device is available, and when the last one was; 0 if none ever was.
    pub(crate) fn get(&self) -> (bool, u64) {
        let state = lock(&self.0);
        (!state.available.is_empty(), state.last_seen)
    }

    pub(crate) fn subscribe(&self, subscriber: DeviceKey, space: Space) {
        lock(&self.0).subscribers.insert(subscriber, space);
    }

    pub(crate) fn unsubscribe(&self, subscriber: &DeviceKey) {
        lock(&self.0).subscribers.remove(subscriber);
    }

    pub(crate) fn subscribers(&self) -> Vec<(DeviceKey, Space)> {
        let state = lock(&self.0);
        state
            .subscribers
            .iter()
            .map(|(who, space)| (who.clone(), *space))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_there_while_any_device_is() {
        let presence = Presence::default();
        assert!(presence.set(0, true, 10));
        assert!(!presence.set(1, true, 11));
        assert!(!presence.set(0, false, 12));
        assert!(presence.set(1, false, 13));
        assert_eq!(presence.get(), (false, 13));
    }
}
