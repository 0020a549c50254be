//! Conditions that a webhook sets on events about messages.

use serde::Deserialize;
use serde_json::Value;
use wagon_domain::Jid;

use super::Told;
use crate::jid;

const MOST: usize = 20;
const MOST_VALUES: usize = 100;
const LONGEST: usize = 1000;

/// One condition; all of a webhook's have to hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Condition {
    field: Field,
    operator: Operator,
    value: Value,
    #[serde(default)]
    case_sensitive: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filters {
    conditions: Vec<Condition>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Field {
    Sender,
    Recipient,
    ChatId,
    Type,
    Kind,
    Body,
    IsGroup,
    FromMe,
    HasMedia,
    Mentions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Operator {
    Is,
    IsNot,
    Contains,
    Equals,
}

/// Reads what a client sent; says what is wrong with it.
pub(crate) fn check(filters: &Value) -> Result<Vec<Condition>, String> {
    let filters: Filters = serde_json::from_value(filters.clone()).map_err(|_| {
        "filters.conditions must be a list of conditions with field, operator and value".to_owned()
    })?;
    if filters.conditions.len() > MOST {
        return Err(format!(
            "filters.conditions must contain no more than {MOST} elements"
        ));
    }
    for condition in &filters.conditions {
        if !condition.is_sound() {
            return Err("filters.conditions: the operator or value does not go with the field".to_owned());
        }
    }
    Ok(filters.conditions)
}

impl Condition {
    fn is_sound(&self) -> bool {
        let texts = |value: &Value| {
            value
                .as_array()
                .is_some_and(|values| values.len() <= MOST_VALUES && values.iter().all(Value::is_string))
        };
        match self.field {
            Field::IsGroup | Field::FromMe | Field::HasMedia => {
                self.operator == Operator::Is && self.value.is_boolean()
            }
            Field::Body => {
                let short = |text: &str| text.chars().count() <= LONGEST;
                matches!(self.operator, Operator::Contains | Operator::Equals)
                    && self.value.as_str().is_some_and(short)
            }
            _ => matches!(self.operator, Operator::Is | Operator::IsNot) && texts(&self.value),
        }
    }

    /// Whether the event meets it. Events that are not about messages always do.
    pub(super) fn holds(&self, told: &Told) -> bool {
        if !told.name.starts_with("message.") {
            return true;
        }
        let data = &told.data;
        let found = match self.field {
            Field::Sender => data
                .get("author")
                .or_else(|| data.get("senderId"))
                .or_else(|| data.get("from"))
                .cloned(),
            Field::Recipient => data.get("to").cloned(),
            Field::ChatId => data.get("chatId").cloned(),
            Field::Type => data.get("type").cloned(),
            Field::Kind => data.get("kind").cloned(),
            Field::Body => data.get("body").cloned(),
            Field::IsGroup => data.get("isGroup").cloned(),
            Field::FromMe => data.get("fromMe").cloned(),
            Field::HasMedia => {
                let has = data.get("hasMedia").and_then(Value::as_bool);
                Some(has.unwrap_or_else(|| data.contains_key("media")).into())
            }
            Field::Mentions => data.get("mentionedIds").cloned(),
        };
        match found {
            None => self.operator == Operator::IsNot,
            Some(found) => self.compare(&found),
        }
    }

    fn compare(&self, found: &Value) -> bool {
        match self.operator {
            Operator::Is if self.value.is_boolean() => *found == self.value,
            Operator::Is => self.names(found),
            Operator::IsNot => !self.names(found),
            Operator::Contains => self.words(found, |body, wanted| body.contains(wanted)),
            Operator::Equals => self.words(found, |body, wanted| body == wanted),
        }
    }

    /// Whether one of the values is what was found, or is in the list that was found.
    fn names(&self, found: &Value) -> bool {
        let wanted: Vec<String> = texts(&self.value).map(canonical).collect();
        match found {
            Value::Array(_) => texts(found).any(|one| wanted.contains(&canonical(one))),
            Value::String(one) => wanted.contains(&canonical(one)),
            _ => false,
        }
    }

    fn words(&self, found: &Value, test: impl Fn(&str, &str) -> bool) -> bool {
        let (Some(body), Some(wanted)) = (found.as_str(), self.value.as_str()) else {
            return false;
        };
        if self.case_sensitive {
            test(body, wanted)
        } else {
            test(&body.to_lowercase(), &wanted.to_lowercase())
        }
    }
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// Addresses are the same in every spelling.
fn canonical(text: &str) -> String {
    jid::from_text(text).map_or_else(|_| text.to_owned(), |jid: Jid| jid.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(condition: &Value) -> bool {
        let data = json!({
            "chatId": "15550000001@c.us", "from": "15550000001@c.us", "body": "Hello World", "isGroup": false,
            "mentionedIds": ["15550000002@c.us"], "type": "text",
        });
        let told = Told {
            name: "message.received",
            data: data.as_object().unwrap().clone(),
        };
        let conditions = check(&json!({ "conditions": [condition] })).unwrap();
        conditions.iter().all(|condition| condition.holds(&told))
    }

    #[test]
    fn conditions_compare_what_the_event_says() {
        for (condition, expected) in [
            (
                json!({"field": "chatId", "operator": "is", "value": ["15550000001@s.whatsapp.net"]}),
                true,
            ),
            (
                json!({"field": "sender", "operator": "isNot", "value": ["15550000001@c.us"]}),
                false,
            ),
            (
                json!({"field": "body", "operator": "contains", "value": "hello"}),
                true,
            ),
            (
                json!({"field": "body", "operator": "contains", "value": "hello", "caseSensitive": true}),
                false,
            ),
            (
                json!({"field": "body", "operator": "equals", "value": "hello world"}),
                true,
            ),
            (
                json!({"field": "isGroup", "operator": "is", "value": true}),
                false,
            ),
            (
                json!({"field": "hasMedia", "operator": "is", "value": false}),
                true,
            ),
            (
                json!({"field": "mentions", "operator": "is", "value": ["15550000002@c.us"]}),
                true,
            ),
            // The field is not there.
            (
                json!({"field": "kind", "operator": "is", "value": ["group"]}),
                false,
            ),
            (
                json!({"field": "kind", "operator": "isNot", "value": ["group"]}),
                true,
            ),
        ] {
            assert_eq!(holds(&condition), expected, "{condition}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for filters in [
            json!({"conditions": [{"field": "colour", "operator": "is", "value": []}]}),
            json!({"conditions": [{"field": "body", "operator": "is", "value": ["a"]}]}),
            json!({"conditions": [{"field": "isGroup", "operator": "is", "value": "yes"}]}),
            json!({"conditions": [{"field": "type", "operator": "is", "value": "text"}]}),
            json!({"conditions": "all"}),
            json!({"any": []}),
        ] {
            assert!(check(&filters).is_err(), "{filters}");
        }
    }
}
