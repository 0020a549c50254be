//! Sessions: one linked WhatsApp number each, and the states of their life.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::id::{OrgId, SessionId};
use crate::jid::Jid;

/// Where a session is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionStatus {
    /// Connecting, or the link was just accepted.
    Starting,
    /// Waiting for a QR scan or a pairing code to be typed.
    ScanQrCode,
    /// Connected and usable.
    Working,
    /// Gave up; the reason says why.
    Failed,
    /// Stopped by its owner, or never started.
    Stopped,
    /// Unlinked from the account.
    LoggedOut,
}

impl SessionStatus {
    pub const ALL: [Self; 6] = [
        Self::Starting,
        Self::ScanQrCode,
        Self::Working,
        Self::Failed,
        Self::Stopped,
        Self::LoggedOut,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::ScanQrCode => "scan_qr_code",
            Self::Working => "working",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
            Self::LoggedOut => "logged_out",
        }
    }

    /// Whether a linked session in this state connects again after a restart.
    pub const fn resumes(self) -> bool {
        matches!(self, Self::Starting | Self::ScanQrCode | Self::Working)
    }
}

impl fmt::Display for SessionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no session status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown session status `{0}`")]
pub struct UnknownStatus(String);

impl FromStr for SessionStatus {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        Self::ALL
            .into_iter()
            .find(|s| s.as_str() == text)
            .ok_or_else(|| UnknownStatus(text.to_owned()))
    }
}

/// Why a session is not working. Stored with the status and told in its event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum StatusReason {
    /// The account's owner (or WhatsApp) removed this linked device.
    LoggedOut,
    /// WhatsApp locked the account.
    AccountLocked,
    /// Another connection took over this device's identity.
    Replaced,
    /// WhatsApp banned the account for a while.
    TemporaryBan { until: Timestamp, ban_code: i32 },
    /// WhatsApp no longer accepts this version of the client.
    ClientOutdated,
    /// No QR code was scanned and no pairing code typed in time.
    PairingTimedOut,
    /// The phone refused or the pairing data did not verify.
    PairingFailed,
    /// WhatsApp refused the connection with this numeric reason.
    ConnectionRefused { reason: i32 },
    /// WhatsApp limits this number's sends; they go on then. The session itself works.
    SendsHeld {
        /// The code of the [`SendFailure`](crate::outbox::SendFailure) that told.
        cause: String,
        until: Timestamp,
    },
    /// As many attempts to be connected again failed as the session's owner wants.
    GaveUp { attempts: u32 },
    /// The engine could not be brought up (storage, network set-up).
    EngineFailed,
}

/// A linked (or yet to be linked) WhatsApp number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub org: OrgId,
    pub label: Option<String>,
    pub status: SessionStatus,
    pub reason: Option<StatusReason>,
    /// The device's phone JID (PN) with its device number, once linked.
    pub jid: Option<Jid>,
    /// The device's LID with its device number, once linked.
    pub lid: Option<Jid>,
    pub settings: SessionSettings,
    pub last_connected_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Session {
    /// Whether there is a linked device to connect with. A logged-out session keeps its last
    /// address for its owner to see, but has to be linked anew.
    pub const fn is_linked(&self) -> bool {
        self.jid.is_some() && !matches!(self.status, SessionStatus::LoggedOut)
    }
}

/// What its owner can tune.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionSettings {
    /// Mark inbound messages as read.
    pub auto_read: bool,
    /// Show "typing…" before a text goes out.
    pub presence_typing: bool,
    /// Sends per minute; zero or less is unlimited.
    pub rate_per_min: i32,
    /// Sends per hour; zero or less is unlimited.
    pub rate_per_hour: i32,
}

/// What a session's owner prefers, beyond [`SessionSettings`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Preferences {
    /// Decline every call that comes in.
    pub auto_reject_calls: bool,
    /// `None`: as many as it takes.
    pub max_reconnect_attempts: Option<u32>,
    /// The first rest before an attempt, in milliseconds; those that follow grow with it. `None`: no longer than
    /// it has to be.
    pub reconnect_base_delay: Option<u32>,
    /// Kept for its owner, without effect.
    #[serde(flatten)]
    pub other: serde_json::Map<String, serde_json::Value>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            auto_reject_calls: false,
            max_reconnect_attempts: None,
            reconnect_base_delay: None,
            other: serde_json::Map::new(),
        }
    }
}
