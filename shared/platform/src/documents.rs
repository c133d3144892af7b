//! Documents that were issued: what is written beside the event, how one is found by its verification
//! code (查驗碼), and its file.

use domain::case::Case;
use domain::event::{Event, Recorded};
use domain::id::EventId;
use domain::letter::{DocumentPlace, Issued};
use domain::verification::VerificationCode;

use crate::codec::document::{self, File, Part};
use crate::fault::Fault;
use crate::keys::{Key, Lookup};
use crate::ports::Store;
use crate::record::Record;
use crate::row::{Expect, Transaction, Written};
use crate::store::every_row;

/// What stands beside `event` of `case` in the same transaction: each document by its code, its number, and
/// for one that puts another right, what the other says of it from now on. A number that is taken refuses
/// the transaction, and another is drawn.
pub fn beside(case: &Case, id: EventId, event: &Event) -> Result<Transaction, Fault> {
    let mut rows = Transaction::default();
    for (place, issued) in (0..).zip(event.issued()) {
        let (code, number) = (issued.code, issued.paper.number());
        let key = Key::DocumentNumber(case.agency.clone(), number.clone());
        let row = document::encode_number(&key, code)?;
        rows = rows.put(Key::Document(code), document::encode_issued(code, id, place)?, Expect::Absent).put(
            key,
            row,
            Expect::Absent,
        );
    }
    if let Event::Rectified { corrects, document } = event {
        let row = document::encode_rectified(*corrects, document.code)?;
        rows = rows.put(Key::Rectified(*corrects, document.code), row, Expect::Absent);
    }
    Ok(rows)
}

/// A document as it is found by its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The event that issued it, and which of its documents it is.
    pub event: EventId,
    pub place: u32,
    /// The documents that put errors in it right (更正).
    pub rectified: Vec<VerificationCode>,
    /// Its file, once it was made.
    pub file: Option<File>,
}

/// The document with this code, or `None`. One read.
pub async fn find(store: &dyn Store, code: VerificationCode) -> Result<Option<Found>, Fault> {
    let (mut event, mut rectified, mut file) = (None, Vec::new(), None);
    for row in every_row(store, Lookup::Document(code)).await? {
        match document::decode(row)? {
            Part::Issued(id, place) => event = Some((id, place)),
            Part::Rectified(by) => rectified.push(by),
            Part::File(kept) => file = Some(kept),
        }
    }
    Ok(event.map(|(event, place)| Found { event, place, rectified, file }))
}

/// Keeps what `file` is; the one that was kept first stays, and is given.
pub async fn keep(store: &dyn Store, code: VerificationCode, file: File) -> Result<File, Fault> {
    let row = document::encode_file(code, file)?;
    let put = Transaction::default().put(Key::DocumentFile(code), row, Expect::Absent);
    match store.write(put).await? {
        Written::Refused { existing: Some(row), .. } => document::decode_file(row),
        Written::Done => Ok(file),
        Written::Refused { existing: None, .. } => Err(Fault::Conflict),
    }
}

/// The documents that `recorded` issued, each with its place.
fn of_event(recorded: &Recorded) -> impl Iterator<Item = (DocumentPlace, &Issued)> {
    let place = |place| DocumentPlace { seq: recorded.id.seq, place };
    (0..).map(place).zip(recorded.event.issued())
}

impl Record {
    /// Every document that was issued in the case, oldest first.
    pub fn issued(&self) -> impl Iterator<Item = (DocumentPlace, &Issued)> {
        self.events.iter().flat_map(|chained| of_event(&chained.recorded))
    }

    /// The document at `wanted`.
    #[must_use]
    pub fn issued_at(&self, wanted: DocumentPlace) -> Option<&Issued> {
        self.issued().find(|(place, _)| *place == wanted).map(|(_, issued)| issued)
    }

    /// The codes of those that put errors in `code` right.
    pub fn rectified_by(&self, code: VerificationCode) -> impl Iterator<Item = &Issued> {
        self.events.iter().filter_map(move |chained| match &chained.recorded.event {
            Event::Rectified { corrects, document } if *corrects == code => Some(document.as_ref()),
            _ => None,
        })
    }
}
