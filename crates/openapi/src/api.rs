//! Routes, and the document about them.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on, post};
use axum::{Extension, Router};
use http::Method;
use tower::ServiceExt as _;
use wagon_http_kit::{Action, Dialect, Problem, Rejection};

use crate::describe::Described;
use crate::document::{Document, Documented};
use crate::operation::Operation;

/// The dialect `D` while it is put together.
#[must_use]
pub struct Api<D, S> {
    router: Router<S>,
    document: Document,
    /// The operations that end in a word, like `/sessions/{session}:start`, by the path before it.
    actions: BTreeMap<&'static str, Vec<(&'static str, MethodRouter<S>)>>,
    /// The methods that such a path has itself.
    methods: BTreeMap<&'static str, Vec<Method>>,
    tag: &'static str,
    dialect: PhantomData<fn() -> D>,
}

impl<D, S> Default for Api<D, S>
where
    D: Documented,
    S: Clone + Send + Sync + 'static,
{
    fn default() -> Self {
        Self::new()
    }
}

impl<D, S> Api<D, S>
where
    D: Documented,
    S: Clone + Send + Sync + 'static,
{
    pub fn new() -> Self {
        Self {
            router: Router::new(),
            document: Document::default(),
            actions: BTreeMap::new(),
            methods: BTreeMap::new(),
            tag: "",
            dialect: PhantomData,
        }
    }

    /// What the following operations are about.
    pub fn about(mut self, tag: &'static str, description: &'static str) -> Self {
        self.document.tag(tag, description);
        Self { tag, ..self }
    }

    pub fn get<T>(self, path: &'static str, handler: impl Described<T, S>, operation: Operation) -> Self
    where
        T: 'static,
    {
        self.on(Method::GET, path, handler, operation)
    }

    pub fn post<T>(self, path: &'static str, handler: impl Described<T, S>, operation: Operation) -> Self
    where
        T: 'static,
    {
        self.on(Method::POST, path, handler, operation)
    }

    pub fn put<T>(self, path: &'static str, handler: impl Described<T, S>, operation: Operation) -> Self
    where
        T: 'static,
    {
        self.on(Method::PUT, path, handler, operation)
    }

    pub fn patch<T>(self, path: &'static str, handler: impl Described<T, S>, operation: Operation) -> Self
    where
        T: 'static,
    {
        self.on(Method::PATCH, path, handler, operation)
    }

    pub fn delete<T>(self, path: &'static str, handler: impl Described<T, S>, operation: Operation) -> Self
    where
        T: 'static,
    {
        self.on(Method::DELETE, path, handler, operation)
    }

    fn on<H, T>(mut self, method: Method, path: &'static str, handler: H, mut operation: Operation) -> Self
    where
        H: Described<T, S>,
        T: 'static,
    {
        H::describe(&mut operation, self.document.schemas());
        let filter = MethodFilter::try_from(method.clone()).expect("a method that routes know");
        let route = on(filter, handler).layer(Extension(operation.limit));
        self.document.add::<D>(self.tag, &method, path, operation);
        if let Some((base, word)) = split(path) {
            // The router has no literal after a parameter; see `Actions`.
            assert_eq!(method, Method::POST, "actions are posted: {path}");
            self.actions.entry(base).or_default().push((word, route));
        } else {
            self.router = self.router.route(path, route);
            self.methods.entry(path).or_default().push(method);
        }
        self
    }

    /// Wraps the routes so far.
    pub fn layered(self, wrap: impl FnOnce(Router<S>) -> Router<S>) -> Self {
        Self {
            router: wrap(self.router),
            ..self
        }
    }

    /// Documents what is served elsewhere under the same prefix.
    pub fn elsewhere(mut self, path: &'static str, operation: Operation) -> Self {
        self.document.add::<D>(self.tag, &Method::GET, path, operation);
        self
    }

    pub fn document(self) -> serde_json::Value {
        self.document.into_json::<D>()
    }

    /// The routes, and the document as it is served.
    pub fn into_parts(mut self, state: &S) -> (Router<S>, serde_json::Value) {
        for (base, actions) in self.actions {
            let allow: Vec<&str> = self
                .methods
                .get(base)
                .into_iter()
                .flatten()
                .flat_map(|method| match method.as_str() {
                    "GET" => ["GET", "HEAD"].as_slice(),
                    "PATCH" => &["PATCH"],
                    "DELETE" => &["DELETE"],
                    other => unreachable!("{base} has {other} beside its actions"),
                })
                .copied()
                .collect();
            let actions = Arc::new(Actions {
                allow: allow.join(","),
                words: actions
                    .into_iter()
                    .map(|(word, route)| (word, route.with_state(state.clone())))
                    .collect(),
            });
            let dispatch = post(move |request: Request| async move { actions.dispatch::<D>(request).await });
            self.router = self.router.route(base, dispatch);
        }
        (self.router, self.document.into_json::<D>())
    }
}

/// What can be posted to a path that ends in a parameter, by the word behind its value.
struct Actions {
    allow: String,
    words: Vec<(&'static str, MethodRouter)>,
}

impl Actions {
    async fn dispatch<D: Dialect>(&self, mut request: Request) -> Response {
        let path = request.uri().path();
        let action = self.words.iter().find(|(word, _)| ends_in(path, word));
        let Some((word, route)) = action else {
            let problem = if ends_in_a_word(path) || self.allow.is_empty() {
                Problem::RouteNotFound {
                    method: Method::POST,
                    path: path.to_owned(),
                }
            } else {
                Problem::MethodNotAllowed {
                    allow: Some(self.allow.clone()),
                }
            };
            return Rejection::<D>::from(problem).into_response();
        };
        request.extensions_mut().insert(Action(word));
        let route = route.clone();
        match route.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

/// A client that encodes a whole segment encodes the colon too.
fn ends_in(path: &str, word: &str) -> bool {
    path.strip_suffix(word)
        .is_some_and(|rest| rest.ends_with(':') || rest.ends_with("%3A") || rest.ends_with("%3a"))
}

fn ends_in_a_word(path: &str) -> bool {
    let end = path.trim_end_matches(|c: char| c.is_ascii_lowercase() || c == '-');
    end.len() < path.len() && ends_in(path, &path[end.len()..])
}

/// The path before an action, and the action.
fn split(path: &'static str) -> Option<(&'static str, &'static str)> {
    let end = path.rfind("}:")? + 1;
    Some((&path[..end], &path[end + 1..]))
}
