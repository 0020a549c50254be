//! What holds for every text that a stranger writes where an address, data, a cursor or a URL is due: it is
//! refused, or it means one thing. Each rule panics where it is broken. The tests here try them with texts that look
//! like the right ones; the fuzzer (`fuzz`) with whatever leads somewhere new.

mod cursor;
mod data;
mod jid;
mod url;

pub use cursor::a_cursor_is_one_position;
pub use data::{data_is_never_longer_than_allowed, every_file_within_the_limit_is_taken};
pub use jid::an_address_is_read_as_it_is_written;
pub use url::{a_location_leads_to_no_other_scheme, a_url_means_the_same_when_it_is_read_again};
