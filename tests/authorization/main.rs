//! Who may do what, held against an independent oracle: the same rules once more as Cedar policies
//! (`policy.cedar`), asked for every role and relation, every action, every state of a case and of its
//! money, and over every route.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod bodies;
mod office;
mod oracle;
mod people;
mod routes;
