//! Typing is shown before a text, where a session is set to it.

use std::time::Duration;

use wagon_domain::outbox::{OutboxEntry, Outgoing};
use wagon_domain::presence::Typing;

use super::Inner;

/// A quick writer. Slower ones are more convincing and hold the chat up for longer.
const PER_LETTER: Duration = Duration::from_millis(30);
/// Whoever waits for the answer to a send waits for the typing as well.
const LONGEST: Duration = Duration::from_secs(3);

/// How long a text is typed.
fn duration(text: &str) -> Duration {
    let letters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    PER_LETTER.saturating_mul(letters).min(LONGEST)
}

impl Inner {
    /// Shows the chat that a text is being typed, for as long as that takes. The text itself ends it. A
    /// failure costs no more than the show.
    pub(super) async fn type_out(&self, entry: &OutboxEntry) -> Result<(), wagon_store::Error> {
        let Outgoing::Text { text, .. } = &entry.outgoing else {
            return Ok(());
        };
        let session = self.parts.live.session(&self.parts.store, &entry.session).await?;
        if !session.is_some_and(|session| session.settings.presence_typing) {
            return Ok(());
        }
        let shown = self
            .parts
            .engine
            .show_typing(&entry.session, &entry.to, Typing::Composing)
            .await;
        match shown {
            Ok(()) => {
                let typing = tokio::time::sleep(duration(text));
                self.parts.stop.run_until_cancelled(typing).await;
            }
            Err(error) => {
                tracing::debug!(session.id = %entry.session, error = &error as &dyn std::error::Error, "typing was not shown");
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_take_longer_within_reason() {
        assert_eq!(duration("Hello"), 5 * PER_LETTER);
        assert_eq!(duration("\u{e9}\u{e9}"), 2 * PER_LETTER);
        assert_eq!(duration(&"a".repeat(10_000)), LONGEST);
    }
}
