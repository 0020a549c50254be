//! Signing in, staying signed in, signing out.

mod refresh;
mod sign_in;
mod sign_out;
mod view;

use http::StatusCode;

use crate::openapi::{Api, op};

const REFUSED: &str = "Wrong, ended, or not allowed: it does not say which.";
const ELSEWHERE: &str = "The person is in no such organisation.";

pub(crate) fn routes(api: Api) -> Api {
    api.about("Sign-in", "Signing in, staying signed in, signing out.")
        .post(
            "/auth/sign-in",
            sign_in::handler,
            op("signIn", "Tokens for an email address and a password")
                .refused(StatusCode::UNAUTHORIZED, REFUSED)
                .refused(StatusCode::NOT_FOUND, ELSEWHERE)
                .refused(
                    StatusCode::TOO_MANY_REQUESTS,
                    "Too many failures; `Retry-After` says how long to wait.",
                ),
        )
        .post(
            "/auth/refresh",
            refresh::handler,
            op(
                "refreshTokens",
                "The next pair of tokens, perhaps for another organisation",
            )
            .refused(StatusCode::UNAUTHORIZED, REFUSED)
            .refused(StatusCode::NOT_FOUND, ELSEWHERE),
        )
        .post(
            "/auth/sign-out",
            sign_out::handler,
            op("signOut", "Ends a sign-in"),
        )
}
