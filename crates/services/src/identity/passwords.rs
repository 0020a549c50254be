//! Passwords: slow to check on purpose, and therefore not many at a time.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::Error;

/// Hashes that are computed at a time. Each takes 19 MiB and a core.
const AT_ONCE: usize = 2;
/// Further ones that may wait. More are turned away at once.
const WAITING: usize = 32;
const MIN_LEN: usize = 10;
/// Nobody types more, and hashing has to begin with all of it.
const MAX_LEN: usize = 256;

/// To be checked where there is no hash; of the same cost as those that [`Passwords::hash`] makes.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3MgcGFzc3dvcmQ$\
                      yPZ0u1VbT3qk5d8mWc2rJx7oEaHgLiN4fQsRtUvXwYA";

const BUSY: Error = Error::TooManyRequests {
    retry_after: Duration::from_secs(1),
};

/// Hashes and checks passwords with Argon2id, off the threads that serve requests.
#[derive(Clone)]
pub(crate) struct Passwords {
    working: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            working: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: Arc::new(Semaphore::new(AT_ONCE + WAITING)),
        }
    }
}

impl Passwords {
    /// The PHC string of a new password.
    pub(crate) async fn hash(&self, password: String) -> Result<String, Error> {
        check(&password)?;
        self.run(move || {
            Argon2::default()
                .hash_password(password.as_bytes())
                .map(|hash| hash.to_string())
        })
        .await?
        .map_err(|error| Error::internal(error.to_string()))
    }

    /// Whether the password is the one behind the hash. Without a hash it is not, after as much work.
    pub(crate) async fn matches(&self, password: String, hash: Option<&str>) -> Result<bool, Error> {
        let known = hash.is_some();
        let hash = hash.unwrap_or(NOBODY).to_owned();
        self.run(move || {
            let hash = PasswordHash::new(&hash).map_err(|error| Error::internal(error.to_string()))?;
            let same = Argon2::default().verify_password(password.as_bytes(), &hash);
            Ok(same.is_ok() && known)
        })
        .await?
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let waiting = Arc::clone(&self.waiting);
        let place: OwnedSemaphorePermit = waiting.try_acquire_owned().map_err(|_| BUSY)?;
        let working = Arc::clone(&self.working).acquire_owned().await;
        let working = working.map_err(|_| Error::Unavailable)?;
        // The permits go with the work: it goes on when the request that wanted it is gone.
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop((working, place));
            result
        });
        done.await.map_err(Error::internal)
    }
}

fn check(password: &str) -> Result<(), Error> {
    let length = password.chars().count();
    if (MIN_LEN..=MAX_LEN).contains(&length) {
        Ok(())
    } else {
        Err(Error::Invalid {
            field: "password",
            message: format!("password must have between {MIN_LEN} and {MAX_LEN} characters"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_is_salted_and_matches_its_password_only() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(
            passwords
                .matches("correct horse".to_owned(), Some(&hash))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .matches("wrong horse".to_owned(), Some(&hash))
                .await
                .unwrap()
        );
        assert!(!passwords.matches("correct horse".to_owned(), None).await.unwrap());
    }

    #[tokio::test]
    async fn short_and_endless_passwords_are_refused() {
        let passwords = Passwords::default();
        for password in ["123456789".to_owned(), "x".repeat(257)] {
            assert!(matches!(
                passwords.hash(password).await,
                Err(Error::Invalid {
                    field: "password",
                    ..
                })
            ));
        }
    }

    #[tokio::test]
    async fn a_flood_is_turned_away_and_not_queued_up() {
        let passwords = Passwords::default();
        let _working = Arc::clone(&passwords.working)
            .acquire_many_owned(u32::try_from(AT_ONCE).unwrap())
            .await
            .unwrap();
        let _waiting = Arc::clone(&passwords.waiting)
            .acquire_many_owned(u32::try_from(AT_ONCE + WAITING).unwrap())
            .await
            .unwrap();
        let refused = passwords.matches("x".to_owned(), None).await;
        assert!(matches!(refused, Err(Error::TooManyRequests { .. })));
    }
}
