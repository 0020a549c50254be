//! What makes two requests with one idempotency key the same request.

use sha2::{Digest, Sha256};
use wagon_domain::outbox::Outgoing;
use wagon_domain::{Jid, SessionId};

/// A digest over everything that decides what is sent, and from where to whom.
pub(crate) fn of(session: &SessionId, to: &Jid, outgoing: &Outgoing) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [session.as_str(), &to.to_string()] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    // Serialising plain words and lists cannot fail; an empty rest would only widen the match.
    hash.update(serde_json::to_vec(outgoing).unwrap_or_default());
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_counts() {
        let session: SessionId = "sess_1".parse().unwrap();
        let other: SessionId = "sess_2".parse().unwrap();
        let to: Jid = "15550000001@s.whatsapp.net".parse().unwrap();
        let base = of(&session, &to, &Outgoing::text("a"));
        assert_eq!(base, of(&session, &to, &Outgoing::text("a")));
        assert_ne!(base, of(&other, &to, &Outgoing::text("a")));
        assert_ne!(
            base,
            of(
                &session,
                &"15550000002@s.whatsapp.net".parse().unwrap(),
                &Outgoing::text("a")
            )
        );
        assert_ne!(base, of(&session, &to, &Outgoing::text("b")));
    }
}
