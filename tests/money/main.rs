//! Money through the real functions on ports in memory: callback, posting, reconciliation.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on stops at once, and says where"
)]

mod callbacks;
mod healing;
mod reconciled;
mod refunds;
mod rig;
mod scripted;
