//! Drafts (草稿): what an applicant has filled in so far, of an application or of the answer to a
//! correction. A draft becomes a case, or the answer, once.

use std::collections::BTreeMap;
use std::fmt;

use domain::case::Document;
use domain::id::{CaseId, DraftId, ItemCode, PersonId, RequestId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::codec::filing::DocumentBody;
use crate::codec::{self, AsText};
use crate::fault::Fault;
use crate::keys::{Key, Lookup};
use crate::ports::Store;
use crate::row::{Expect, Query, Row, Write, Written};
use crate::store;

/// How long a draft is kept after it was last touched.
pub const KEPT_DAYS: i64 = 60;
/// Most drafts of a person that are listed.
pub const MAX_LISTED: u32 = 50;

#[derive(Clone, PartialEq, Eq)]
pub struct Draft {
    pub id: DraftId,
    pub owner: PersonId,
    pub item: ItemCode,
    pub item_version: u32,
    /// As typed; checked when filed.
    pub answers: BTreeMap<String, String>,
    /// Files allowed to be put, or put, into quarantine.
    pub documents: Vec<Document>,
    /// What it answers; `None` for an application.
    pub correction: Option<Answering>,
    /// Counts the writes, from 1.
    pub version: u32,
    pub touched_at: Timestamp,
}

/// The correction that a draft answers, and what is to be said beside the fields and files.
#[derive(Clone, PartialEq, Eq)]
pub struct Answering {
    pub case: CaseId,
    /// From 1.
    pub round: u32,
    pub note: String,
}

/// Without the answers: they are personal data as long as nobody has checked what they are.
impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft")
            .field("id", &self.id)
            .field("owner", &self.owner)
            .field("item", &self.item)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// The id of the request that files a draft: the same however often it is sent.
#[must_use]
pub const fn request(draft: DraftId) -> RequestId {
    RequestId::from_bytes(*draft.bytes())
}

/// The id of the draft of the answer to correction `round` of a case.
#[must_use]
pub fn of_correction(case: CaseId, round: u32) -> DraftId {
    let case = case.to_string();
    let derived = RequestId::derived(&[b"correction", case.as_bytes(), &round.to_be_bytes()]);
    DraftId::from_bytes(*derived.bytes())
}

#[derive(Serialize, Deserialize)]
struct AnsweringRow {
    case: AsText<CaseId>,
    round: u32,
    note: String,
}

#[derive(Serialize, Deserialize)]
struct DraftRow {
    id: AsText<DraftId>,
    owner: AsText<PersonId>,
    item: AsText<ItemCode>,
    item_version: u32,
    answers: BTreeMap<String, String>,
    documents: Vec<DocumentBody>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    correction: Option<AnsweringRow>,
    version: u32,
    touched_at: Timestamp,
    /// Seconds since 1970, for the store's own clean-up.
    expires_at: i64,
}

/// The draft, or `None`; a draft of somebody else is `None` too.
pub async fn load(store: &dyn Store, owner: PersonId, id: DraftId) -> Result<Option<Draft>, Fault> {
    store.get(Key::Draft(owner, id)).await?.map(decode).transpose()
}

/// The applications that a person has begun, of at most [`MAX_LISTED`] drafts.
pub async fn mine(store: &dyn Store, owner: PersonId) -> Result<Vec<Draft>, Fault> {
    let page = store.query(Query::first(Lookup::Drafts(owner), MAX_LISTED)).await?;
    let drafts: Vec<Draft> = page.rows.into_iter().map(decode).collect::<Result<_, _>>()?;
    Ok(drafts.into_iter().filter(|draft| draft.correction.is_none()).collect())
}

fn decode(row: Row) -> Result<Draft, Fault> {
    let row: DraftRow = codec::decode(row, "draft")?;
    Ok(Draft {
        id: row.id.0,
        owner: row.owner.0,
        item: row.item.0,
        item_version: row.item_version,
        answers: row.answers,
        documents: row.documents.into_iter().map(Document::try_from).collect::<Result<_, _>>()?,
        correction: row.correction.map(|row| Answering {
            case: row.case.0,
            round: row.round,
            note: row.note,
        }),
        version: row.version,
        touched_at: row.touched_at,
    })
}

/// Writes `draft` as the version after the one it was read as (0 for a new one). `false` when
/// somebody else, or another tab, wrote first.
pub async fn save(store: &dyn Store, draft: &Draft) -> Result<bool, Fault> {
    let body = DraftRow {
        id: AsText(draft.id),
        owner: AsText(draft.owner),
        item: AsText(draft.item.clone()),
        item_version: draft.item_version,
        answers: draft.answers.clone(),
        documents: draft.documents.iter().map(DocumentBody::from).collect(),
        correction: draft.correction.as_ref().map(|answering| AnsweringRow {
            case: AsText(answering.case),
            round: answering.round,
            note: answering.note.clone(),
        }),
        version: draft.version + 1,
        touched_at: draft.touched_at,
        expires_at: draft.touched_at.as_second() + KEPT_DAYS * 86_400,
    };
    let key = Key::Draft(draft.owner, draft.id);
    let row = codec::encode(&key, "draft", 1, &body)?;
    let expect = if draft.version == 0 { Expect::Absent } else { Expect::Version(draft.version) };
    Ok(store::put(store, key, row, expect).await? == Written::Done)
}

/// The write that removes a draft, to go into the transaction that files it: only as it was read, so
/// that what another tab saved in between is not lost.
#[must_use]
pub const fn removal(draft: &Draft) -> Write {
    Write::Delete { key: Key::Draft(draft.owner, draft.id), expect: Expect::Version(draft.version) }
}
