use std::collections::HashMap;

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use sha2::{Digest as _, Sha256};
use wacore_binary::CompactString;

use crate::route::Origin;

/// Who a stream of chance belongs to: a device, or the media host.
type Owner = Option<(CompactString, u16)>;

/// The chance of one fault: a stream per device, so that what happens to one device does not depend
/// on how the stanzas of several interleave.
#[derive(Debug)]
pub(super) struct Chance {
    seed: u64,
    /// The place of the fault among those added since the seed was set.
    ordinal: u64,
    streams: HashMap<Owner, StdRng>,
}

impl Chance {
    pub(super) fn new(seed: u64, ordinal: u64) -> Self {
        Self {
            seed,
            ordinal,
            streams: HashMap::new(),
        }
    }

    /// Whether something of this probability happens now.
    pub(super) fn happens(&mut self, probability: Option<f64>, origin: Option<&Origin>) -> bool {
        match probability {
            None => true,
            Some(probability) => self.stream(origin).random_bool(probability.clamp(0.0, 1.0)),
        }
    }

    /// A number below or equal to `most`.
    pub(super) fn up_to(&mut self, most: u64, origin: Option<&Origin>) -> u64 {
        if most == 0 {
            return 0;
        }
        self.stream(origin).random_range(0..=most)
    }

    fn stream(&mut self, origin: Option<&Origin>) -> &mut StdRng {
        let owner = origin.map(|origin| (origin.account.pn.clone(), origin.device));
        let (seed, ordinal) = (self.seed, self.ordinal);
        self.streams
            .entry(owner)
            .or_insert_with_key(|owner| StdRng::from_seed(stream_seed(seed, ordinal, owner)))
    }
}

fn stream_seed(seed: u64, ordinal: u64, owner: &Owner) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    hash.update(ordinal.to_be_bytes());
    if let Some((pn, device)) = owner {
        hash.update(device.to_be_bytes());
        hash.update(pn.as_bytes());
    }
    hash.finalize().into()
}
