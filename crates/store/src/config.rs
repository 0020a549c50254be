use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::crypto::Cipher;

/// What a store needs to open.
#[derive(Debug)]
pub struct Config {
    pub url: DatabaseUrl,
    /// Encrypts device state.
    pub cipher: Cipher,
}

/// Which database: `sqlite:PATH` or `postgres://…`.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    Postgres(String),
}

/// A text that names no database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a database URL; use sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE")]
pub struct InvalidDatabaseUrl;

impl FromStr for DatabaseUrl {
    type Err = InvalidDatabaseUrl;

    fn from_str(text: &str) -> Result<Self, InvalidDatabaseUrl> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite:").ok_or(InvalidDatabaseUrl)?;
        // The URL form with an authority; the path keeps its own leading slash.
        let path = path.strip_prefix("//").unwrap_or(path);
        // Every pooled connection to `:memory:` would be a database of its own.
        if path.is_empty() || path == ":memory:" {
            return Err(InvalidDatabaseUrl);
        }
        Ok(Self::Sqlite(path.into()))
    }
}

/// Without the part of a Postgres URL that may hold a password: debug output ends up in logs.
impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "Sqlite({})", path.display()),
            Self::Postgres(_) => f.write_str("Postgres(…)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_kinds_of_url() {
        for (text, path) in [
            ("sqlite:wagon.db", "wagon.db"),
            ("sqlite:/data/w.db", "/data/w.db"),
            ("sqlite:///data/w.db", "/data/w.db"),
        ] {
            assert_eq!(text.parse(), Ok(DatabaseUrl::Sqlite(path.into())));
        }
        let url = "postgres://wagon:secret@localhost/wagon";
        assert_eq!(url.parse(), Ok(DatabaseUrl::Postgres(url.to_owned())));
        for text in [
            "",
            "wagon.db",
            "sqlite:",
            "sqlite::memory:",
            "mysql://localhost/wagon",
        ] {
            assert_eq!(text.parse::<DatabaseUrl>(), Err(InvalidDatabaseUrl), "{text}");
        }
    }

    #[test]
    fn debug_hides_passwords() {
        let url: DatabaseUrl = "postgres://wagon:secret@localhost/wagon".parse().unwrap();
        assert!(!format!("{url:?}").contains("secret"));
    }
}
