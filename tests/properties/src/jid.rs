use wagon_domain::Jid;

/// What an address is written as is read as that address, and nothing of its user part is made up.
pub fn an_address_is_read_as_it_is_written(text: &str) {
    let Ok(jid) = text.parse::<Jid>() else { return };
    let written = jid.to_string();
    assert_eq!(written.parse::<Jid>().as_ref(), Ok(&jid), "{written}");
    assert_eq!(jid.bare().bare(), jid.bare());
    assert_eq!(jid.bare().device(), None);
    assert!(text.starts_with(jid.user()), "{text} has no user {}", jid.user());
    // Log lines show it: it has to hide itself.
    assert!(jid.user().len() < 3 || !format!("{jid:?}").contains(jid.user()));
    if let Some(number) = jid.phone_number() {
        assert_eq!(Jid::phone(&number), jid.bare());
    }
}
