use super::*;

fn parcel(class: Class, id: &str) -> Parcel {
    Parcel {
        class,
        id: id.into(),
        origin: "15550000001".into(),
        stanza: Stanza::from_encoded(id.as_bytes().to_vec()),
    }
}

fn stanza(id: &str) -> Stanza {
    Stanza::from_encoded(id.as_bytes().to_vec())
}

fn take(mailbox: &Mailbox, connection: u64) -> Vec<Delivery> {
    let mut batch = Vec::new();
    mailbox.take(connection, 100, &mut batch);
    batch
}

#[test]
fn nothing_is_delivered_before_it_is_asked_for() {
    let mailbox = Mailbox::default();
    mailbox.push(parcel(Class::Message, "a"));
    assert!(take(&mailbox, 1).is_empty());
}

#[test]
fn unconfirmed_stanzas_come_again_at_the_next_login() {
    let mailbox = Mailbox::default();
    mailbox.push(parcel(Class::Message, "a"));
    mailbox.push(parcel(Class::Receipt, "b"));
    mailbox.open(1);
    let preview = Delivery::Preview {
        messages: 1,
        receipts: 1,
        notifications: 0,
    };
    assert_eq!(
        take(&mailbox, 1),
        [
            preview,
            Delivery::Replayed(stanza("a"), 0),
            Delivery::Replayed(stanza("b"), 1),
            Delivery::BacklogEnd { count: 2 },
        ]
    );
    mailbox.push(parcel(Class::Message, "c"));
    assert_eq!(take(&mailbox, 1), [Delivery::Live(stanza("c"))]);
    assert!(mailbox.confirm(Class::Message, "a", "15550000001"));
    assert!(
        !mailbox.confirm(Class::Message, "b", "15550000001"),
        "the class must match"
    );
    assert!(
        !mailbox.confirm(Class::Message, "c", "15550000002"),
        "the origin must match"
    );

    mailbox.open(2);
    assert!(
        take(&mailbox, 1).is_empty(),
        "the old connection gets nothing more"
    );
    let replay = take(&mailbox, 2);
    assert_eq!(
        replay[1..3],
        [
            Delivery::Replayed(stanza("b"), 0),
            Delivery::Replayed(stanza("c"), 1)
        ]
    );
    mailbox.close(1);
    mailbox.push(parcel(Class::Message, "d"));
    assert_eq!(take(&mailbox, 2), [Delivery::Live(stanza("d"))]);
}

#[test]
fn asking_twice_does_not_repeat_the_backlog() {
    let mailbox = Mailbox::default();
    mailbox.push(parcel(Class::Message, "a"));
    mailbox.open(1);
    assert_eq!(take(&mailbox, 1).len(), 3);
    mailbox.open(1);
    assert_eq!(take(&mailbox, 1), [Delivery::BacklogEnd { count: 0 }]);
}

#[test]
fn a_small_batch_continues_where_it_stopped() {
    let mailbox = Mailbox::default();
    for id in ["a", "b", "c"] {
        mailbox.push(parcel(Class::Message, id));
    }
    mailbox.open(1);
    let mut seen = Vec::new();
    loop {
        let mut batch = Vec::new();
        mailbox.take(1, 2, &mut batch);
        if batch.is_empty() {
            break;
        }
        seen.extend(batch);
    }
    assert_eq!(seen.len(), 5);
    assert_eq!(seen[4], Delivery::BacklogEnd { count: 3 });
}

#[test]
fn a_backlog_entry_confirmed_early_is_not_awaited() {
    let mailbox = Mailbox::default();
    mailbox.push(parcel(Class::Message, "a"));
    mailbox.push(parcel(Class::Message, "b"));
    mailbox.open(1);
    let mut batch = Vec::new();
    mailbox.take(1, 2, &mut batch);
    mailbox.confirm(Class::Message, "b", "15550000001");
    assert_eq!(take(&mailbox, 1), [Delivery::BacklogEnd { count: 2 }]);
}
