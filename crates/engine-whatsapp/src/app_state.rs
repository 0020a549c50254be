//! News of app state, which other devices of the account changed. The client fetches it, except for what
//! is announced while it fetches the same collection for another reason: that it drops.

use std::str::FromStr as _;
use std::sync::Weak;
use std::time::Duration;

use wacore::appstate::patch_decode::WAPatchName;
use wacore::store::traits::AppSyncStore as _;
use wacore_binary::NodeRef;
use whatsapp_rust::Client;
use whatsapp_rust::sync_task::MajorSyncTask;

use crate::backend::DeviceBackend;

/// The client goes first.
const GRACE: Duration = Duration::from_secs(1);

/// A collection of which there is a newer version.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct News {
    collection: WAPatchName,
    version: u64,
}

/// What a stanza announces.
pub(crate) fn announced(stanza: &NodeRef<'_>) -> Vec<News> {
    let syncs = |stanza: &NodeRef<'_>| {
        stanza.tag == "notification"
            && stanza
                .get_attr("type")
                .is_some_and(|kind| kind.as_str() == "server_sync")
    };
    let Some(children) = stanza.children().filter(|_| syncs(stanza)) else {
        return Vec::new();
    };
    let news = |child: &NodeRef<'_>| {
        let mut attrs = child.attrs();
        let collection = WAPatchName::from_str(&attrs.optional_string("name")?).ok()?;
        Some(News {
            collection,
            version: attrs.optional_u64("version")?,
        })
    };
    children
        .iter()
        .filter(|child| child.tag == "collection")
        .filter_map(news)
        .filter(|news| news.collection != WAPatchName::Unknown)
        .collect()
}

/// Fetches what the client has not.
pub(crate) async fn catch_up(client: Weak<Client>, backend: DeviceBackend, news: Vec<News>) {
    tokio::time::sleep(GRACE).await;
    for News { collection, version } in news {
        let Some(client) = client.upgrade() else { return };
        let known = match backend.get_version(collection.as_str()).await {
            Ok(state) => state.version,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the version of app state was not read"
                );
                continue;
            }
        };
        if known < version {
            let task = MajorSyncTask::AppStateSync {
                name: collection,
                // Of a collection that is not there yet, changes alone do not do.
                full_sync: known == 0,
            };
            client.process_sync_task(task).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use wacore_binary::builder::NodeBuilder;
    use wacore_binary::{Node, OwnedNodeRef};

    use super::*;

    fn notification(kind: &str) -> Node {
        let collection = |name: &str| {
            NodeBuilder::new("collection")
                .attr("name", name)
                .attr("version", "7")
                .build()
        };
        NodeBuilder::new("notification")
            .attr("type", kind)
            .children([collection("regular_low"), collection("of another time")])
            .build()
    }

    fn read(node: &Node) -> Vec<News> {
        let bytes = wacore_binary::marshal::marshal(node).unwrap();
        let owned = OwnedNodeRef::new(bytes[1..].to_vec()).unwrap();
        announced(owned.get())
    }

    #[test]
    fn only_known_collections_are_news() {
        let news = News {
            collection: WAPatchName::RegularLow,
            version: 7,
        };
        assert_eq!(read(&notification("server_sync")), [news]);
        assert_eq!(read(&notification("devices")), []);
    }
}
