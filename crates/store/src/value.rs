//! Values to bind, and how our types become them.

use wagon_domain::{
    AuditId, BatchId, DeliveryId, EventId, Jid, KeyId, MessageId, OrgId, OutboxId, SessionId, TemplateId,
    Timestamp, TokenKeyId, UserId, WaMessageId, WebhookId,
};

/// A bound value. `NULL` keeps its type, which Postgres wants to know.
#[derive(Debug)]
pub(crate) enum Value {
    Text(Option<String>),
    Int(Option<i64>),
    Flag(bool),
    Bytes(Option<Vec<u8>>),
}

/// A list of texts as one value for [`with_lists!`](crate::sql::with_lists).
pub(crate) fn list<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Value {
    let items: Vec<serde_json::Value> = items.into_iter().map(|item| item.as_ref().into()).collect();
    Value::Text(Some(serde_json::Value::Array(items).to_string()))
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        // Postgres has no NUL character in texts, and people can put one in a name.
        Self::Text(text.map(|text| {
            if text.contains('\0') {
                text.replace('\0', "")
            } else {
                text
            }
        }))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Some(text).into()
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        text.map(str::to_owned).into()
    }
}

impl From<i64> for Value {
    fn from(int: i64) -> Self {
        Self::Int(Some(int))
    }
}

impl From<Option<u32>> for Value {
    fn from(int: Option<u32>) -> Self {
        Self::Int(int.map(i64::from))
    }
}

impl From<Option<i64>> for Value {
    fn from(int: Option<i64>) -> Self {
        Self::Int(int)
    }
}

impl From<u32> for Value {
    fn from(int: u32) -> Self {
        Self::Int(Some(int.into()))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Some(bytes))
    }
}

impl From<&[u8; 32]> for Value {
    fn from(bytes: &[u8; 32]) -> Self {
        bytes.to_vec().into()
    }
}

impl From<Option<&[u8; 32]>> for Value {
    fn from(bytes: Option<&[u8; 32]>) -> Self {
        Self::Bytes(bytes.map(|bytes| bytes.to_vec()))
    }
}

impl From<Timestamp> for Value {
    fn from(time: Timestamp) -> Self {
        time.as_millis().into()
    }
}

impl From<Option<Timestamp>> for Value {
    fn from(time: Option<Timestamp>) -> Self {
        Self::Int(time.map(Timestamp::as_millis))
    }
}

macro_rules! stored_as_text {
    ($($name:ty),+) => {$(
        impl From<&$name> for Value {
            fn from(value: &$name) -> Self {
                Self::Text(Some(value.to_string()))
            }
        }

        impl From<Option<&$name>> for Value {
            fn from(value: Option<&$name>) -> Self {
                Self::Text(value.map(ToString::to_string))
            }
        }
    )+};
}

stored_as_text!(
    OrgId,
    UserId,
    AuditId,
    TokenKeyId,
    SessionId,
    EventId,
    OutboxId,
    MessageId,
    KeyId,
    WebhookId,
    DeliveryId,
    WaMessageId,
    BatchId,
    TemplateId,
    Jid
);
