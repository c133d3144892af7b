//! Sessions: server-side, with an idle and an absolute end. The browser holds a random token; the
//! store knows only its hash.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::absences;
use crate::codec::people::{self, Session, SignIn};
use crate::fault::Fault;
use crate::keys::{Key, SecretHash};
use crate::ports::Store;
use crate::row::{Expect, Transaction, Write, Written};
use crate::store;

/// Who vouches for people: part of what a [`domain::id::PersonId`] is derived from. One deployment has one.
pub const IDENTITY_PROVIDER: &str = "city";
/// A session ends when it was not used for so long.
pub const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// A session ends so long after sign-in, used or not.
pub const ABSOLUTE: SignedDuration = SignedDuration::from_hours(8);
/// Use is recorded so often and not with every page, to spare the writes. Whether an officer still is
/// one, and for whom they stand in, is asked at the same time, so this is also how long a revoked role can last
/// (規範 六(二)).
pub const RENEWED_EVERY: SignedDuration = SignedDuration::from_mins(5);
/// A sign-in not finished in this time is void.
pub const SIGN_IN: SignedDuration = SignedDuration::from_mins(10);

/// The text form of 32 random bytes: what the browser holds.
#[must_use]
pub fn token(random: [u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(random)
}

/// What the store knows of a token.
#[must_use]
pub fn token_hash(token: &str) -> SecretHash {
    Sha256::digest(token).into()
}

/// Starts a session.
pub async fn start(store: &dyn Store, token: &str, session: &Session) -> Result<(), Fault> {
    match write(store, token_hash(token), session, Expect::Absent).await? {
        Written::Done => Ok(()),
        Written::Refused { .. } => Err(Fault::Conflict),
    }
}

async fn write(
    store: &dyn Store,
    hash: SecretHash,
    session: &Session,
    expect: Expect,
) -> Result<Written, Fault> {
    let expires = session.created_at.checked_add(ABSOLUTE).map_err(Fault::corrupt)?;
    let row = people::encode_session(hash, session, expires)?;
    store::put(store, Key::Session(hash), row, expect).await
}

/// The session of `token`, if it has not ended by `now`. One read; every [`RENEWED_EVERY`] one write,
/// and for an officer two reads more, and one for each person they stand in for.
pub async fn find(store: &dyn Store, token: &str, now: Timestamp) -> Result<Option<Session>, Fault> {
    let hash = token_hash(token);
    let Some(row) = store.get(Key::Session(hash)).await? else { return Ok(None) };
    let session = people::decode_session(row)?;
    let unused = now.duration_since(session.seen_at);
    if unused >= IDLE || now.duration_since(session.created_at) >= ABSOLUTE {
        return Ok(None);
    }
    if unused < RENEWED_EVERY {
        return Ok(Some(session));
    }
    let officer = match &session.officer {
        Some(_) => absences::officer(store, session.person, now).await?,
        None => None,
    };
    let as_read = Expect::Version(people::session_version(&session));
    let renewed = Session { seen_at: now, officer, ..session };
    Ok(match write(store, hash, &renewed, as_read).await? {
        Written::Done => Some(renewed),
        // Another page recorded its use first, or the session was ended and must not come back.
        Written::Refused { existing, .. } => existing.map(|_| renewed),
    })
}

/// Ends a session for good.
pub async fn end(store: &dyn Store, token: &str) -> Result<(), Fault> {
    store.write(Transaction::default().delete(Key::Session(token_hash(token)))).await.map(|_| ())
}

/// Remembers a sign-in under way by its state parameter.
pub async fn begin_sign_in(store: &dyn Store, state: &str, sign_in: &SignIn) -> Result<(), Fault> {
    let key = Key::SignIn(token_hash(state));
    let row = people::encode_sign_in(token_hash(state), sign_in)?;
    match store::put(store, key, row, Expect::Absent).await? {
        Written::Done => Ok(()),
        Written::Refused { .. } => Err(Fault::Conflict),
    }
}

/// Takes the sign-in of `state` out: it can be finished once, and not after [`SIGN_IN`]. A claim: when
/// its answer is lost it counts as taken by somebody else, and the person begins anew.
pub async fn take_sign_in(store: &dyn Store, state: &str, now: Timestamp) -> Result<Option<SignIn>, Fault> {
    let key = Key::SignIn(token_hash(state));
    let Some(row) = store.get(key.clone()).await? else { return Ok(None) };
    let sign_in = people::decode_sign_in(row)?;
    // Two callbacks at once: one of them finds it gone.
    let taken = Transaction { writes: vec![Write::Delete { key, expect: Expect::Present }] };
    if store.write(taken).await? != Written::Done {
        return Ok(None);
    }
    Ok((now.duration_since(sign_in.started_at) < SIGN_IN).then_some(sign_in))
}
