//! Holds what the gateway says against its OpenAPI document.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jsonschema::Validator;
use reqwest::Method;
use serde_json::Value;

use crate::{Answer, env};

/// Gateway v1.
pub static V1: LazyLock<Contract> =
    LazyLock::new(|| Contract::new("v1", include_str!("../../../openapi/v1.json"), &[500, 503]));

/// The OpenWA dialect.
pub static OPENWA: LazyLock<Contract> = LazyLock::new(|| {
    Contract::new(
        "openwa",
        include_str!("../../../openapi/openwa.json"),
        &[409, 422, 500, 501, 502, 503, 504],
    )
});

/// An OpenAPI document, as it is committed.
#[derive(Debug)]
pub struct Contract {
    /// The file's, without its ending.
    name: &'static str,
    pub document: Value,
    /// What any operation may answer without saying so.
    unlisted: &'static [u16],
    /// Of each schema that was needed so far, by where it is in the document.
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// An operation of the document.
#[derive(Debug, Clone)]
pub struct Operation {
    pub id: String,
    pub method: Method,
    /// As the document has it, like `/sessions/{session}:start`.
    pub path: String,
    /// What the document says of it.
    pub described: &'static Value,
}

impl Operation {
    pub fn answers(&self, status: u16) -> bool {
        self.described["responses"].get(status.to_string()).is_some()
    }

    pub fn takes_body(&self) -> bool {
        self.described["requestBody"].is_object()
    }

    pub fn is_public(&self) -> bool {
        self.described["security"].as_array().is_some_and(Vec::is_empty)
    }

    /// The capability or role that the caller needs.
    pub fn needs(&self) -> Option<&'static str> {
        let ways = self.described["security"][0].as_object()?;
        ways.values().next()?[0].as_str()
    }

    /// The names of its parameters in the path.
    pub fn path_parameters(&self) -> impl Iterator<Item = &'static str> {
        self.parameters("path")
    }

    /// The names of its parameters in the query.
    pub fn query_parameters(&self) -> impl Iterator<Item = &'static str> {
        self.parameters("query")
    }

    fn parameters(&self, place: &str) -> impl Iterator<Item = &'static str> {
        let parameters = self.described["parameters"].as_array().into_iter().flatten();
        parameters
            .filter(move |parameter| parameter["in"] == place)
            .filter_map(|parameter| parameter["name"].as_str())
    }
}

impl Contract {
    fn new(name: &'static str, document: &str, unlisted: &'static [u16]) -> Self {
        Self {
            name,
            document: serde_json::from_str(document).expect("the committed document is JSON"),
            unlisted,
            validators: Mutex::default(),
        }
    }

    /// All operations of the document.
    pub fn operations(&'static self) -> Vec<Operation> {
        let paths = self.document["paths"]
            .as_object()
            .expect("the document has paths");
        let of = |(path, item): (&String, &'static Value)| {
            let path = path.clone();
            item.as_object()
                .into_iter()
                .flatten()
                .map(move |(method, described)| Operation {
                    id: described["operationId"].as_str().unwrap_or_default().to_owned(),
                    method: method
                        .to_ascii_uppercase()
                        .parse()
                        .expect("a path item has methods"),
                    path: path.clone(),
                    described,
                })
        };
        paths.iter().flat_map(of).collect()
    }

    /// Notes for the run as a whole that an operation has given this answer.
    pub fn note(&self, method: &Method, path: &str, status: u16) {
        let operation = self
            .operation(method, path)
            .and_then(|pointer| self.document.pointer(&pointer));
        let (Some(file), Some(operation)) = (env::answers_file(), operation) else {
            return;
        };
        // One short line in one write: many tests append at once.
        let line = format!(
            "{} {} {status}\n",
            self.name,
            operation["operationId"].as_str().unwrap_or_default()
        );
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(file)
            .expect("the file of answers can be written");
        file.write_all(line.as_bytes())
            .expect("the file of answers can be written");
    }

    /// What is wrong with an answer to `path`, which has no prefix and may have a query.
    pub fn violation(&self, method: &Method, path: &str, answer: &Answer) -> Option<String> {
        let path = path.split('?').next().unwrap_or_default();
        let status = answer.status.as_u16();
        let said = |problem: String| Some(format!("{method} {path}: {status} {problem}: {:#}", answer.body));
        let Some(pointer) = self.operation(method, path) else {
            // Wrong routes and methods are answered in the envelope as well.
            return match (status, self.problems("/components/schemas/Error", &answer.body)) {
                (404 | 405, None) => None,
                (404 | 405, Some(problem)) => said(problem),
                _ => said("is no answer of an unknown route".to_owned()),
            };
        };
        let responses = format!("{pointer}/responses");
        let documented = self
            .document
            .pointer(&responses)
            .expect("operations have responses");
        let mut response = format!("{responses}/{status}");
        if self.document.pointer(&response).is_none() && self.unlisted.contains(&status) {
            response = format!("{responses}/default");
        }
        if self.document.pointer(&response).is_none() {
            let known: Vec<&String> = documented
                .as_object()
                .into_iter()
                .flat_map(|known| known.keys())
                .collect();
            return said(format!("is not among {known:?}"));
        }
        if let Some(shared) = self
            .document
            .pointer(&response)
            .and_then(|response| response["$ref"].as_str())
        {
            shared.trim_start_matches('#').clone_into(&mut response);
        }
        let content = self
            .document
            .pointer(&response)
            .map(|response| &response["content"]);
        let Some(content) = content.and_then(Value::as_object) else {
            return (!answer.body.is_null())
                .then(|| said("has a body".to_owned()))
                .flatten();
        };
        let media_type = answer
            .headers
            .get("content-type")
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .unwrap_or_default();
        if content.contains_key("*/*") {
            return None;
        }
        if !content.contains_key(media_type) {
            return said(format!("is {media_type}"));
        }
        if media_type != "application/json" {
            return None;
        }
        self.problems(
            &format!("{response}/content/application~1json/schema"),
            &answer.body,
        )
        .and_then(said)
    }

    /// What is wrong with a frame of an event stream.
    pub fn frame_violation(&self, frame: &Value) -> Option<String> {
        let schema = "/paths/~1events/get/responses/200/content/application~1x-ndjson/schema";
        self.problems(schema, frame)
            .map(|problem| format!("{problem}: {frame:#}"))
    }

    /// What is wrong with an event, wherever it was delivered to.
    pub fn event_violation(&self, event: &Value) -> Option<String> {
        self.problems("/components/schemas/Event", event)
            .map(|problem| format!("{problem}: {event:#}"))
    }

    /// Where the document has the operation that serves the path.
    fn operation(&self, method: &Method, path: &str) -> Option<String> {
        let method = method.as_str().to_ascii_lowercase();
        let paths = self.document["paths"]
            .as_object()
            .expect("the document has paths");
        let served = paths.iter().filter(|(_, item)| item.get(&method).is_some());
        let matching = served.filter(|(template, _)| matches(template, path));
        // A literal segment goes before a parameter, and an action before a value that ends alike.
        let (template, _) = matching.max_by_key(|(template, _)| {
            let parameters = template.matches('{').count();
            (std::cmp::Reverse(parameters), template.len())
        })?;
        Some(format!(
            "/paths/{}/{method}",
            template.replace('~', "~0").replace('/', "~1")
        ))
    }

    fn problems(&self, pointer: &str, value: &Value) -> Option<String> {
        let validator = self.validator(pointer);
        let problems: Vec<String> = validator
            .iter_errors(value)
            .map(|error| format!("{} ({})", error, error.instance_path()))
            .collect();
        (!problems.is_empty()).then(|| problems.join("; "))
    }

    fn validator(&self, pointer: &str) -> Arc<Validator> {
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        let validator = validators.entry(pointer.to_owned()).or_insert_with(|| {
            // On its own, with what its references lead to.
            let mut schema = self
                .document
                .pointer(pointer)
                .expect("the caller found it there")
                .clone();
            schema["components"] = self.document["components"].clone();
            Arc::new(
                jsonschema::draft202012::new(&schema).unwrap_or_else(|error| panic!("{pointer}: {error}")),
            )
        });
        Arc::clone(validator)
    }
}

fn matches(template: &str, path: &str) -> bool {
    let path = path.replace("%3A", ":");
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) => {
                let fits = match wanted.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
                    Some((_, suffix)) => given.ends_with(suffix) && given.len() > suffix.len(),
                    None => wanted == given,
                };
                if !fits {
                    return false;
                }
            }
            _ => return false,
        }
    }
}
