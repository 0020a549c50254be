use std::{fmt::Debug, time::Duration};

use tokio::time::{Instant, sleep};

/// Long enough for a busy machine; a test that needs more is broken.
pub const DEADLINE: Duration = Duration::from_secs(30);

const SHORTEST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// Asks `check` again and again until it answers `Ok`. At the deadline it panics with the last `Err`.
///
/// This is for state that can only be polled; events and messages have waits of their own.
pub async fn wait_until<T, S: Debug>(
    deadline: Duration,
    what: &str,
    mut check: impl AsyncFnMut() -> Result<T, S>,
) -> T {
    let end = Instant::now() + deadline;
    let mut pause = SHORTEST_PAUSE;
    loop {
        match check().await {
            Ok(value) => return value,
            Err(state) if Instant::now() >= end => {
                panic!("waited {deadline:?} in vain for {what}; last seen: {state:#?}")
            }
            Err(_) => sleep(pause).await,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn answers_the_first_value() {
        let mut left = 3;
        let found = wait_until(DEADLINE, "the third attempt", async || {
            left -= 1;
            if left == 0 { Ok("found") } else { Err(left) }
        })
        .await;
        assert_eq!(found, "found");
    }

    #[tokio::test]
    #[should_panic(expected = "in vain for a miracle; last seen: \"still nothing\"")]
    async fn reports_the_last_state() {
        wait_until(Duration::from_millis(1), "a miracle", async || {
            Err::<(), _>("still nothing")
        })
        .await;
    }
}
