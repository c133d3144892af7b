//! The hash chain of a case: each event covers the one before, so a flipped, deleted, inserted or
//! reordered event is found and named.

use std::fmt;

use domain::id::{EventId, Version};
use sha2::{Digest, Sha256};

use crate::codec::event::Chained;
use crate::keys;

pub type Hash = [u8; 32];

/// What the first event of a case is chained to.
pub const GENESIS: Hash = [0; 32];

/// The place of an event in its chain.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    pub prev: Hash,
    pub hash: Hash,
    /// The exact text that was hashed.
    pub body: String,
}

/// Without the body: it is the event word for word, personal data and all.
impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (prev, hash) = (keys::hex(&self.prev), keys::hex(&self.hash));
        f.debug_struct("Link").field("prev", &prev).field("hash", &hash).finish_non_exhaustive()
    }
}

/// The hash of an event: over the hash before, its id and its body.
#[must_use]
pub fn hash(prev: &Hash, id: EventId, body: &str) -> Hash {
    let mut hash = Sha256::new();
    hash.update(prev);
    hash.update(id.to_string());
    hash.update(b"\n");
    hash.update(body);
    hash.finalize().into()
}

/// Where a chain is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("expected event {expected:?}, found {found}")]
    Gap { expected: Version, found: EventId },
    #[error("event {0} does not follow the one before it")]
    Unlinked(EventId),
    #[error("event {0} was changed")]
    Changed(EventId),
    #[error("the case does not end with its last event")]
    Head,
}

/// Checks a whole record, in order, against the head kept in the case.
pub fn verify(record: &[Chained], head: &Hash) -> Result<(), Broken> {
    let mut prev = GENESIS;
    let mut expected = Version(1);
    for Chained { recorded, link } in record {
        let id = recorded.id;
        if id.seq != expected {
            return Err(Broken::Gap { expected, found: id });
        }
        if link.prev != prev {
            return Err(Broken::Unlinked(id));
        }
        if hash(&prev, id, &link.body) != link.hash {
            return Err(Broken::Changed(id));
        }
        prev = link.hash;
        expected = expected.next();
    }
    if prev == *head { Ok(()) } else { Err(Broken::Head) }
}
