use serde::{Deserialize, Serialize};

use crate::phone::PhoneNumber;

/// A business card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// What the sender's phone shows for it.
    pub name: Option<String>,
    /// The card itself, as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vcard: Option<String>,
}

impl Contact {
    /// A vCard 3.0 with a name and one mobile number that WhatsApp links to its account.
    pub fn of(name: &str, phone: &PhoneNumber) -> Self {
        let (formatted, digits) = (escaped(name), phone.as_str());
        let vcard = format!(
            "BEGIN:VCARD\r\nVERSION:3.0\r\nN:;{formatted};;;\r\nFN:{formatted}\r\n\
             TEL;type=CELL;type=VOICE;waid={digits}:+{digits}\r\nEND:VCARD"
        );
        Self {
            name: Some(name.to_owned()),
            vcard: Some(vcard),
        }
    }

    /// A card that somebody else wrote, shown by the name on it.
    pub fn from_vcard(vcard: impl Into<String>) -> Self {
        let vcard = vcard.into();
        Self {
            name: formatted_name(&vcard),
            vcard: Some(vcard),
        }
    }
}

/// Text as a value of a vCard, by RFC 2426: what has a meaning there is escaped.
fn escaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => value.extend(['\\', c]),
            '\n' => value.push_str("\\n"),
            c if c.is_control() => {}
            c => value.push(c),
        }
    }
    value
}

fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => text.push('\n'),
                Some(other) => text.push(other),
                None => text.push(c),
            },
            c => text.push(c),
        }
    }
    text
}

fn formatted_name(vcard: &str) -> Option<String> {
    let name = vcard.lines().find_map(|line| {
        let (property, value) = line.split_once(':')?;
        let property = property.split(';').next()?;
        // A property may carry a group in front: `item1.FN`.
        let property = property.rsplit('.').next()?;
        property
            .trim()
            .eq_ignore_ascii_case("FN")
            .then(|| unescaped(value.trim()))
    })?;
    Some(name).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_built_and_read() {
        let phone: PhoneNumber = "+15550000009".parse().unwrap();
        let contact = Contact::of("Doe; Jamie\r\nX, \\", &phone);
        let vcard = contact.vcard.unwrap();
        assert!(vcard.starts_with("BEGIN:VCARD\r\nVERSION:3.0\r\n"), "{vcard}");
        assert!(vcard.contains("\r\nFN:Doe\\; Jamie\\nX\\, \\\\\r\n"), "{vcard}");
        assert!(
            vcard.contains("\r\nTEL;type=CELL;type=VOICE;waid=15550000009:+15550000009\r\n"),
            "{vcard}"
        );
        assert_eq!(
            Contact::from_vcard(vcard).name.as_deref(),
            Some("Doe; Jamie\nX, \\")
        );
    }

    #[test]
    fn the_name_of_a_foreign_card_is_found() {
        let name = |card: &str| Contact::from_vcard(card).name;
        assert_eq!(
            name("BEGIN:VCARD\nitem1.FN;CHARSET=UTF-8: Ada \nEND:VCARD").as_deref(),
            Some("Ada")
        );
        assert_eq!(name("BEGIN:VCARD\nFN:\nEND:VCARD"), None);
        assert_eq!(name("no card"), None);
    }
}
