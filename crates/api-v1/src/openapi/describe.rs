//! What the types of a handler say of its operation.

use axum::Json;
use axum::extract::{Extension, State as AxumState};
use axum::handler::Handler;
use axum::response::{IntoResponse, NoContent, Response};
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use wagon_http_kit::{
    Anyone, Authenticated, ClientAddress, LenientJson, Needs, Permitted, Query, SignedIn, StrictJson,
    SuperAdmin,
};

use super::operation::{Access, Operation};
use super::schemas::Schemas;
use crate::error::{Rejection, V1};
use crate::path::InSession;
use crate::state::State;

/// Something that a handler takes.
pub(crate) trait Input {
    /// What taking it means to the caller; nothing for what paths say by themselves.
    fn describe(_operation: &mut Operation, _schemas: &mut Schemas) {}
}

/// What a handler answers if it does not refuse.
pub(crate) trait Output: IntoResponse {
    fn describe(operation: &mut Operation, schemas: &mut Schemas);
}

/// A handler of which each part describes itself.
pub(crate) trait Described<T>: Handler<T, State> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas);
}

macro_rules! described {
    ($($input:ident),*) => {
        impl<F, Answer, O, M, $($input),*> Described<(M, $($input,)*)> for F
        where
            F: Fn($($input),*) -> Answer + Handler<(M, $($input,)*), State>,
            Answer: Future<Output = Result<O, Rejection>>,
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

described!(A);
described!(A, B);
described!(A, B, C);
described!(A, B, C, D);
described!(A, B, C, D, E);
described!(A, B, C, D, E, G);

impl Input for AxumState<State> {}
impl<T> Input for Extension<T> {}
impl Input for ClientAddress {}

impl Input for Anyone<V1> {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.set_access(Access::Caller);
    }
}

impl Input for Authenticated<V1> {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.set_access(Access::Caller);
    }
}

impl Input for SignedIn<V1> {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.set_access(Access::Person);
    }
}

impl Input for SuperAdmin<V1> {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.set_access(Access::SuperAdmin);
    }
}

impl<N: Needs> Input for Permitted<V1, N> {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.set_access(Access::Caller);
        operation.set_capability(N::CAPABILITY);
    }
}

impl<N: Needs> Input for InSession<N> {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.set_access(Access::Caller);
        operation.set_capability(N::CAPABILITY);
    }
}

impl<T: JsonSchema> Input for Query<T, V1> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        for (name, mut schema) in schemas.query::<T>() {
            let description = schema
                .as_object_mut()
                .and_then(|schema| schema.remove("description"));
            let mut parameter = json!({ "name": name, "in": "query", "schema": schema });
            if let Some(description) = description {
                parameter["description"] = description;
            }
            operation.parameters.push(parameter);
        }
        operation.refuses(StatusCode::BAD_REQUEST);
    }
}

impl<T: JsonSchema> Input for StrictJson<T, V1> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        takes(operation, &schemas.request::<T>(), true);
    }
}

impl<T: JsonSchema> Input for LenientJson<T, V1> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        takes(operation, &schemas.request::<T>(), false);
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
pub(crate) struct Created<T>(pub(crate) T);

/// 202 with what is under way.
#[derive(Debug)]
pub(crate) struct Accepted<T>(pub(crate) T);

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

/// What is no JSON is said beside the route, with [`Operation::answers`].
impl Output for Response {
    fn describe(_: &mut Operation, _: &mut Schemas) {}
}
