//! Fields that several operations have.

use wagon_domain::Email;
use wagon_services::Error;

pub(crate) fn email(text: &str) -> Result<Email, Error> {
    text.parse().map_err(|_| Error::Invalid {
        field: "email",
        message: "email must be an email address".to_owned(),
    })
}
