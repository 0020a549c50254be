//! The state a database must be in before it is used: this version's schema, this key's data.

use crate::Error;
use crate::conn::Conn;
use crate::crypto::{Cipher, Undecryptable};
use crate::sql::sql;

const CANARY: &str = "wagon";
const CANARY_CONTEXT: &[u8] = b"meta|cipher_check";

pub(crate) async fn migrate(conn: &mut Conn) -> Result<(), Error> {
    match conn {
        Conn::Sqlite(conn) => sqlx::migrate!("migrations/sqlite").run(&mut **conn).await?,
        Conn::Postgres(conn) => sqlx::migrate!("migrations/postgres").run(&mut **conn).await?,
    }
    Ok(())
}

/// Decrypts a known value, which the first opening left behind: a wrong key is found out at start
/// and not in the middle of a connection.
pub(crate) async fn check_key(conn: &mut Conn, cipher: &Cipher) -> Result<(), Error> {
    sql("INSERT INTO meta (key, value) VALUES ('cipher_check', $1) ON CONFLICT (key) DO NOTHING")
        .bind(cipher.encrypt(CANARY_CONTEXT, CANARY.as_bytes()))
        .execute(conn)
        .await?;
    let (stored,): (Vec<u8>,) = sql("SELECT value FROM meta WHERE key = 'cipher_check'")
        .fetch_one(conn)
        .await?;
    match cipher.decrypt(CANARY_CONTEXT, &stored) {
        Ok(plain) if plain == CANARY.as_bytes() => Ok(()),
        Ok(_) | Err(Undecryptable::OtherKey | Undecryptable::Tampered) => {
            Err(Error::WrongKey { key: cipher.origin() })
        }
        Err(reason @ Undecryptable::Format) => Err(Error::Decrypt {
            kind: "cipher check".to_owned(),
            reason,
        }),
    }
}
