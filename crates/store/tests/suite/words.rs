use wagon_domain::{Content, MessageStatus};
use wagon_store::{MessageSearch, NewMessage};

use crate::database::{Database, on_both};
use crate::fixtures::{GROUP, at, inbound, insert, jid, seed, seed_session};

on_both!(messages_are_found_by_their_words);

async fn messages_are_found_by_their_words(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let other = seed_session(&store, "a", "other").await;
    let says = |session, number, words: &str| NewMessage {
        content: Content::text(words),
        ..inbound(session, number)
    };
    insert(
        &store,
        vec![
            says(&session, 1, "The Invoice is 100% done"),
            says(&session, 2, "no bill"),
            NewMessage {
                from_me: true,
                status: Some(MessageStatus::Sent),
                ..says(&session, 3, "invoice sent")
            },
            says(&other, 4, "invoice elsewhere"),
        ],
    )
    .await;
    let find = async |search: MessageSearch, offset, limit| {
        let (messages, total) = store.search_messages(&search, offset, limit).await.unwrap();
        let words: Vec<String> = messages
            .iter()
            .filter_map(|message| message.content.body().map(str::to_owned))
            .collect();
        (words, total)
    };
    let search = |text: &str| MessageSearch {
        text: text.to_owned(),
        sessions: vec![session.clone()],
        ..MessageSearch::default()
    };
    assert_eq!(
        find(search("INVOICE"), 0, 1).await,
        (vec!["invoice sent".to_owned()], 2)
    );
    assert_eq!(
        find(search("invoice"), 1, 5).await,
        (vec!["The Invoice is 100% done".to_owned()], 2)
    );
    assert_eq!(find(search("100%"), 0, 5).await.1, 1);
    assert_eq!(find(search("100_"), 0, 5).await.1, 0, "nothing is a wildcard");
    assert_eq!(
        find(search("text"), 0, 5).await.1,
        0,
        "how it is stored is not searched"
    );
    for (search, total) in [
        (
            MessageSearch {
                from_me: Some(false),
                ..search("invoice")
            },
            1,
        ),
        (
            MessageSearch {
                chat: Some(jid(GROUP)),
                ..search("invoice")
            },
            0,
        ),
        (
            MessageSearch {
                since: Some(at(3000)),
                ..search("invoice")
            },
            1,
        ),
        (
            MessageSearch {
                until: Some(at(1000)),
                ..search("invoice")
            },
            1,
        ),
        (
            MessageSearch {
                sessions: Vec::new(),
                ..search("invoice")
            },
            0,
        ),
    ] {
        assert_eq!(find(search.clone(), 0, 5).await.1, total, "{search:?}");
    }
}
