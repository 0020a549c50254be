use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use crate::{
    Answer, contract,
    http::{client, exchange},
};

/// A caller of the OpenWA dialect. Paths are relative to `/api`.
#[derive(Debug, Clone)]
pub struct OpenWa {
    http: Client,
    base: String,
    key: Option<String>,
}

impl OpenWa {
    /// `base_url` without the prefix, e.g. `http://127.0.0.1:2785`.
    pub fn new(base_url: &str, key: &str) -> Self {
        Self {
            http: client(),
            base: format!("{base_url}/api"),
            key: Some(key.to_owned()),
        }
    }

    /// The same gateway, as another caller.
    #[must_use]
    pub fn with_key(&self, key: &str) -> Self {
        Self {
            key: Some(key.to_owned()),
            ..self.clone()
        }
    }

    /// The same gateway, without credentials.
    #[must_use]
    pub fn anonymous(&self) -> Self {
        Self {
            key: None,
            ..self.clone()
        }
    }

    /// A request to finish by hand, for headers and bodies of another kind; hand it to [`OpenWa::send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.key {
            Some(key) => request.header("x-api-key", key),
            None => request,
        }
    }

    /// Sends a request and panics when no answer comes, or one that the OpenAPI document does not have.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let (client, request) = request.build_split();
        let request = request.unwrap_or_else(|error| panic!("no request: {error}"));
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let answer = exchange(RequestBuilder::from_parts(client, request))
            .await
            .unwrap_or_else(|error| panic!("the gateway does not answer: {error}"));
        // Gateway v1 is below the same prefix, with a document of its own.
        if let Some(path) = path.strip_prefix("/api")
            && !path.starts_with("/v1/")
        {
            contract::OPENWA.note(&method, path, answer.status.as_u16());
            if let Some(violation) = contract::OPENWA.violation(&method, path, &answer) {
                panic!("not as documented: {violation}");
            }
        }
        answer
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// `POST` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    /// `POST` as the SDKs do it when there is nothing to say: a JSON content type and no body.
    pub async fn invoke(&self, path: &str) -> Answer {
        let request = self.request(Method::POST, path);
        self.send(request.header("content-type", "application/json"))
            .await
    }

    /// `PUT` with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    /// `PATCH` with a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(&body)).await
    }

    /// `DELETE` as the SDKs do it: a JSON content type and no body.
    pub async fn delete(&self, path: &str) -> Answer {
        let request = self.request(Method::DELETE, path);
        self.send(request.header("content-type", "application/json"))
            .await
    }
}
