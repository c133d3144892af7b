//! Documents that were issued: what is written beside the event, how one is found by its verification
//! code (查驗碼), and its file.

use std::fmt;
use std::str::FromStr;

use domain::case::Case;
use domain::event::{Event, Recorded};
use domain::id::{EventId, Version};
use domain::letter::Issued;
use domain::verification::VerificationCode;

use crate::codec::document::{self, File, Part};
use crate::commit::Record;
use crate::fault::Fault;
use crate::keys::{Key, Lookup};
use crate::ports::Store;
use crate::row::{Expect, Transaction, Written};
use crate::store::every_row;

/// What stands beside `event` of `case` in the same transaction: each document by its code, its number, and
/// for one that puts another right, what the other says of it from now on. A number that is taken refuses
/// the transaction, and another is drawn.
pub fn beside(case: &Case, id: EventId, event: &Event) -> Result<Transaction, Fault> {
    let mut rows = Transaction::default();
    for (place, issued) in (0..).zip(event.issued()) {
        let (code, number) = (issued.code, issued.letter.number());
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

/// Which document of a case: the number of its event, and of its place where it is not the first: `9`,
/// `9-2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DocumentPlace {
    pub seq: Version,
    /// From 0.
    pub place: u32,
}

/// A text that is no place of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a document of a case reads like 9 or 9-2")]
pub struct NotADocumentPlace;

impl fmt::Display for DocumentPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.seq.0)?;
        if self.place > 0 {
            write!(f, "-{}", self.place.saturating_add(1))?;
        }
        Ok(())
    }
}

impl FromStr for DocumentPlace {
    type Err = NotADocumentPlace;

    fn from_str(text: &str) -> Result<Self, NotADocumentPlace> {
        let number = |text: &str| text.parse::<u32>().map_err(|_| NotADocumentPlace);
        let (seq, place) = match text.split_once('-') {
            Some((seq, place)) => (number(seq)?, number(place)?.checked_sub(1).ok_or(NotADocumentPlace)?),
            None => (number(text)?, 0),
        };
        let found = Self { seq: Version(seq), place };
        // One text for one document.
        if found.to_string() == text { Ok(found) } else { Err(NotADocumentPlace) }
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

    /// The codes of those that put errors in `code` right.
    pub fn rectified_by(&self, code: VerificationCode) -> impl Iterator<Item = &Issued> {
        self.events.iter().filter_map(move |chained| match &chained.recorded.event {
            Event::Rectified { corrects, document } if *corrects == code => Some(document.as_ref()),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_is_shown_and_in_no_other_way() {
        for (text, seq, place) in [("9", 9, 0), ("12-2", 12, 1)] {
            let found = DocumentPlace { seq: Version(seq), place };
            assert_eq!((text.parse(), found.to_string().as_str()), (Ok(found), text));
        }
        for text in ["", "-", "9-1", "9-0", "09", "9-02", "+9", "9-", "4294967296", "九"] {
            assert_eq!(text.parse::<DocumentPlace>(), Err(NotADocumentPlace), "{text}");
        }
    }
}
