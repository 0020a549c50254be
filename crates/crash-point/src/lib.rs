//! Steps of sending, receiving and delivering at which a test can end the process, to see what is
//! left behind.
//!
//! Only debug builds look at the variable `CRASH_AT_STEP`, which is none of the gateway's settings. In a
//! release build passing a step is nothing.

/// A step after which a crash must leave nothing lost and nothing doubled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The bytes of a send are kept, the send is not stored.
    SendMediaKept,
    /// A send is stored and answered for, and nothing was done about it.
    SendStored,
    /// Sends were taken out of the queue.
    SendClaimed,
    /// A message is about to be handed to the engine.
    SendBegun,
    /// A message is written to WhatsApp.
    SendWritten,
    /// WhatsApp took a message, and nobody has noted it.
    SendAcknowledged,
    /// It is noted that WhatsApp took a message.
    SendRecorded,
    /// A message was decrypted, and that its key is used up is stored before anything else of it.
    ReceiveOvertaken,
    /// A message was decrypted and its key is used up, but it is not stored.
    ReceiveDecrypted,
    /// A message is stored and WhatsApp does not know.
    ReceiveStored,
    /// A webhook is about to be called.
    DeliveryBegun,
    /// A webhook has answered, and nobody has noted it.
    DeliveryAnswered,
    /// What the webhook answered is noted, or queued to be.
    DeliverySettled,
}

impl Step {
    /// As `CRASH_AT_STEP` names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SendMediaKept => "send-media-kept",
            Self::SendStored => "send-stored",
            Self::SendClaimed => "send-claimed",
            Self::SendBegun => "send-begun",
            Self::SendWritten => "send-written",
            Self::SendAcknowledged => "send-acknowledged",
            Self::SendRecorded => "send-recorded",
            Self::ReceiveOvertaken => "receive-overtaken",
            Self::ReceiveDecrypted => "receive-decrypted",
            Self::ReceiveStored => "receive-stored",
            Self::DeliveryBegun => "delivery-begun",
            Self::DeliveryAnswered => "delivery-answered",
            Self::DeliverySettled => "delivery-settled",
        }
    }
}

/// Ends the process here, as abruptly as `kill -9`, if `CRASH_AT_STEP` names this step. `name:3`
/// means when it is passed for the third time.
#[inline]
pub fn pass(step: Step) {
    #[cfg(debug_assertions)]
    armed::pass(step);
    #[cfg(not(debug_assertions))]
    let _ = step;
}

/// Stops the caller here for good if `CRASH_AT_STEP` names this step. The process then ends when
/// what it was stopped for has overtaken it: see [`Overtaking`].
#[inline]
pub async fn hold(step: Step) {
    #[cfg(debug_assertions)]
    armed::hold(step).await;
    #[cfg(not(debug_assertions))]
    let _ = step;
}

/// Something that may overtake a caller which is stopped by [`hold`].
#[must_use]
pub struct Overtaking {
    #[cfg(debug_assertions)]
    held: bool,
}

impl Overtaking {
    /// To be called before it begins: what began earlier was not behind the stopped one.
    #[inline]
    pub fn begin(step: Step) -> Self {
        #[cfg(not(debug_assertions))]
        let _ = step;
        Self {
            #[cfg(debug_assertions)]
            held: armed::is_held(step),
        }
    }

    /// It is done: ends the process if somebody was stopped when it began.
    #[inline]
    pub fn done(self) {
        #[cfg(debug_assertions)]
        if self.held {
            std::process::abort();
        }
    }
}

#[cfg(debug_assertions)]
mod armed {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use super::Step;

    struct Armed {
        step: String,
        passes_left: AtomicUsize,
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a test tells it to the process, not a user to the gateway"
    )]
    static ARMED: LazyLock<Option<Armed>> = LazyLock::new(|| {
        let value = std::env::var("CRASH_AT_STEP").ok()?;
        let (step, passes) = match value.split_once(':') {
            Some((step, passes)) => (step, passes.parse().ok()?),
            None => (value.as_str(), 1),
        };
        Some(Armed {
            step: step.to_owned(),
            passes_left: AtomicUsize::new(passes),
        })
    });

    static HELD: AtomicBool = AtomicBool::new(false);

    /// Whether the step is the one to end at, and is passed for the last time.
    fn is_reached(step: Step) -> bool {
        ARMED.as_ref().is_some_and(|armed| {
            is_armed(armed, step) && armed.passes_left.fetch_sub(1, Ordering::Relaxed) == 1
        })
    }

    fn is_armed(armed: &Armed, step: Step) -> bool {
        armed.step == step.name()
    }

    pub(super) fn pass(step: Step) {
        if is_reached(step) {
            std::process::abort();
        }
    }

    pub(super) async fn hold(step: Step) {
        if is_reached(step) {
            HELD.store(true, Ordering::Release);
            std::future::pending::<()>().await;
        }
    }

    pub(super) fn is_held(step: Step) -> bool {
        ARMED.as_ref().is_some_and(|armed| is_armed(armed, step)) && HELD.load(Ordering::Acquire)
    }
}
