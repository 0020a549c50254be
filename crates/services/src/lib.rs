//! The use cases. Rules live here or in the domain, once; both HTTP dialects call the same methods.
//!
//! A service owns its transactions and its authorization: every operation takes the [`Caller`]
//! first, finds the resource within the caller's organisation (anything else does not exist), then
//! checks the capability. No HTTP, no SQL, no WhatsApp library. To add a use case, add a method to
//! the service of its aggregate, in a file of its own when it has rules of its own.

mod auto_read;
mod auto_reject;
mod batches;
mod budget;
mod calls;
mod change;
mod channels;
mod chats;
mod composition;
mod contacts;
mod conversion;
mod deeds;
mod error;
mod events;
mod fingerprint;
mod group_log;
mod groups;
mod health;
mod heard;
mod history;
mod identity;
mod intake;
mod keys;
mod labels;
mod live;
mod media;
mod media_sweep;
mod messages;
mod notices;
mod outbox;
mod pictures;
mod presence;
mod profile;
mod recaps;
mod retention;
mod search;
mod session_options;
mod sessions;
mod stats;
mod statuses;
mod templates;
mod tickets;
mod webhooks;

pub use batches::{BatchReport, Batches, FileSource, ItemBody, NewBatch, NewItem};
pub use calls::Calls;
pub use channels::Channels;
pub use chats::{ChangeChat, ChatOverview, Chats};
pub use composition::{Composition, Defaults, Outside, Services};
pub use contacts::Contacts;
pub use conversion::{Conversion, Convert, Converted};
pub use error::{Conflict, Error, FileProblem, Missing};
pub use events::{EventPage, EventStream, Events, Gap, GapReason, Subscribe, Told};
pub use groups::{CreateGroup, CreatedGroup, GroupSettings, Groups};
pub use health::{Health, NotReady};
pub use heard::Observed;
pub use history::History;
pub use identity::{
    Access, AddMember, Audit, CreateUser, Credential, Identified, Me, NewPassword, Organizations, SignIn,
    SignInRequest, SignInSession, Tokens, UpdateMe, UpdateUser, Users, WhoAmI,
};
pub use intake::Intake;
pub use keys::{CreateKey, KeyForm, Keys, NewKey, Pepper, UpdateKey};
pub use labels::Labels;
pub use media::{Attached, Media, OpenMedia, WantedMedia};
pub use messages::{
    Draft, FindMessages, FoundMessages, GivenReaction, MediaFile, Messages, Mode, Named, Operated, Operation,
    Origin, Quoting, SendMessage, SendState, Sent,
};
pub use presence::Presences;
pub use profile::{ChangeProfile, OwnProfile, Profile};
pub use retention::{Keep, Retention};
pub use search::Search;
pub use session_options::{SessionOptions, TriedProxy};
pub use sessions::{CreateSession, Qr, Sessions, UpdateSession};
pub use stats::{Counted, Period, Stats, Traffic};
pub use statuses::{NewStatus, PostStatus, PostedStatus, Statuses};
pub use templates::{CreateTemplate, SendTemplate, TemplateRef, Templates, UpdateTemplate};
pub use wagon_domain::Caller;
pub use wagon_engine::{
    JoinOutcome, JoinRequest, MemberChange, MemberOutcome, PairingCode, Picture, RefusalKind, TextStatus,
};
pub use wagon_store::{
    ApiKey, AuditFilter, ChatCount, ContactFilter, KindFilter, Member, Membership, MessageFilter,
    MessageSearch, Org, User,
};
pub use webhooks::{
    CreateWebhook, GivenUpQuery, RedeliverRange, Trial, UpdateWebhook, WebhookScope, Webhooks,
};
