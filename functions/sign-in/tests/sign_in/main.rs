//! The whole function, against stores in memory and an identity provider that misbehaves on demand.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on stops at once")]

mod attempts;
mod desk;
mod discovery;
mod flow;
mod id_token;
mod provider;
mod rig;
mod sessions;
mod taipei_pass;
