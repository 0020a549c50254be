//! A user who installs the app anew, on the same or on another phone.

use std::sync::Arc;

use crate::{network::Network, route, state::Account};

/// Gives a phone new keys. Its linked devices are unlinked, and whoever knows the account is told that it has another
/// identity.
pub(crate) async fn reinstall(network: &Arc<Network>, account: &Arc<Account>) {
    for device in account.companions() {
        route::unlink(network, account, device);
    }
    account.phone.reinstall().await;
    route::identity_changed(network, account);
    network.persistence.touch();
}
