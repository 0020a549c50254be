//! Linking devices: QR references, the phone's signatures and the store-level exchange.

mod adv;
mod code;
mod offers;
mod qr;
mod scan;
mod wrap;

pub(crate) use adv::{key_index_list, platform_name};
pub(crate) use code::Finish;
pub(crate) use offers::{Pairing, StoreState};
pub(crate) use scan::{CodeError, Linked, ScanError, confirm, enter_code, scan};
pub(crate) use wrap::WRAPPED_KEY;
