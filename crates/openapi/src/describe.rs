//! What the types of a handler say of its operation.

use std::convert::Infallible;

use axum::Json;
use axum::extract::{Extension, State};
use axum::handler::Handler;
use axum::response::{IntoResponse, NoContent, Response};
use http::{HeaderMap, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use wagon_http_kit::{
    Anyone, Authenticated, ClientAddress, LenientJson, Needs, Permitted, Query, SignedIn, StrictJson,
    SuperAdmin,
};

use crate::operation::{Access, Operation};
use crate::schemas::Schemas;

/// Something that a handler takes.
pub trait Input {
    /// What taking it means to the caller; nothing for what paths say by themselves.
    fn describe(_operation: &mut Operation, _schemas: &mut Schemas) {}
}

/// What a handler answers if it does not refuse.
pub trait Output: IntoResponse {
    fn describe(operation: &mut Operation, schemas: &mut Schemas);
}

/// A handler of which each part describes itself.
pub trait Described<T, S>: Handler<T, S> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas);
}

macro_rules! described {
    ($($input:ident),*) => {
        impl<F, S, Answer, O, E, M, $($input),*> Described<(M, $($input,)*), S> for F
        where
            F: Fn($($input),*) -> Answer + Handler<(M, $($input,)*), S>,
            Answer: Future<Output = Result<O, E>>,
            O: Output,
            $($input: Input,)*
        {
            fn describe(operation: &mut Operation, schemas: &mut Schemas) {
                O::describe(operation, schemas);
                $($input::describe(operation, schemas);)*
            }
        }
    };
}

described!(I1);
described!(I1, I2);
described!(I1, I2, I3);
described!(I1, I2, I3, I4);
described!(I1, I2, I3, I4, I5);
described!(I1, I2, I3, I4, I5, I6);

impl<S> Input for State<S> {}
impl<T> Input for Extension<T> {}
impl Input for ClientAddress {}

/// Something that a request may go without.
impl<T, E> Input for Result<T, E> {}

/// Which headers count stands beside the route.
impl Input for HeaderMap {}

impl<D> Input for Anyone<D> {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.set_access(Access::Caller);
    }
}

impl<D> Input for Authenticated<D> {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.set_access(Access::Caller);
    }
}

impl<D> Input for SignedIn<D> {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.set_access(Access::Person);
    }
}

impl<D> Input for SuperAdmin<D> {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.set_access(Access::SuperAdmin);
    }
}

impl<D, N: Needs> Input for Permitted<D, N> {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.set_access(Access::Caller);
        operation.set_capability(N::CAPABILITY);
    }
}

impl<T: JsonSchema, D> Input for Query<T, D> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        for (name, mut schema) in schemas.query::<T>() {
            let description = schema
                .as_object_mut()
                .and_then(|schema| schema.remove("description"));
            let mut parameter = json!({ "name": name, "in": "query", "schema": schema });
            if let Some(description) = description {
                parameter["description"] = description;
            }
            operation.takes(parameter);
        }
        operation.refuses(StatusCode::BAD_REQUEST);
    }
}

impl<T: JsonSchema, D> Input for StrictJson<T, D> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        takes(operation, &schemas.request::<T>(), true);
    }
}

impl<T: JsonSchema, D> Input for LenientJson<T, D> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        let required = schemas.requires::<T>();
        takes(operation, &schemas.request::<T>(), required);
    }
}

fn takes(operation: &mut Operation, schema: &Value, required: bool) {
    operation.body = Some(json!({
        "required": required,
        "content": { "application/json": { "schema": schema } },
    }));
    operation.refuses(StatusCode::BAD_REQUEST);
    operation.refuses(StatusCode::PAYLOAD_TOO_LARGE);
    operation.refuses(StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

/// 201 with what was made.
#[derive(Debug)]
pub struct Created<T>(pub T);

/// 202 with what is under way.
#[derive(Debug)]
pub struct Accepted<T>(pub T);

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, Json(self.0)).into_response()
    }
}

impl<T: Serialize> IntoResponse for Accepted<T> {
    fn into_response(self) -> Response {
        (StatusCode::ACCEPTED, Json(self.0)).into_response()
    }
}

impl<T: Serialize + JsonSchema> Output for Json<T> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        operation.succeeds(StatusCode::OK, Some(schemas.answer::<T>()));
    }
}

impl<T: Serialize + JsonSchema> Output for Created<T> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        operation.succeeds(StatusCode::CREATED, Some(schemas.answer::<T>()));
    }
}

impl<T: Serialize + JsonSchema> Output for Accepted<T> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        operation.succeeds(StatusCode::ACCEPTED, Some(schemas.answer::<T>()));
    }
}

impl Output for NoContent {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.succeeds(StatusCode::NO_CONTENT, None);
    }
}

/// Nothing succeeds; see [`Operation::unsupported`].
impl Output for Infallible {
    fn describe(_: &mut Operation, _: &mut Schemas) {}
}

/// What is no JSON is said beside the route, with [`Operation::answers`].
impl Output for Response {
    fn describe(_: &mut Operation, _: &mut Schemas) {}
}
