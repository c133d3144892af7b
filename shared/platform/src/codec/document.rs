//! What stands beside a document that was issued: where it is, what became of it, and its file.

use domain::id::{CaseId, EventId, Version};
use domain::verification::VerificationCode;
use serde::{Deserialize, Serialize};

use super::AsText;
use crate::fault::Fault;
use crate::keys::{self, Key};
use crate::row::Row;

const DOCUMENT: &str = "document";
const RECTIFIED: &str = "rectified";
const FILE: &str = "document_file";
const NUMBER: &str = "document_number";

#[derive(Serialize, Deserialize)]
struct DocumentRow {
    case: AsText<CaseId>,
    seq: u32,
    place: u32,
}

#[derive(Serialize, Deserialize)]
struct RectifiedRow {
    by: AsText<VerificationCode>,
}

#[derive(Serialize, Deserialize)]
struct NumberRow {
    code: AsText<VerificationCode>,
}

#[derive(Serialize, Deserialize)]
struct FileRow {
    sha256: String,
    bytes: u64,
}

/// A file as it was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File {
    pub sha256: [u8; 32],
    pub bytes: u64,
}

/// One of the rows under a verification code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Issued by this event, as the so-manieth of its documents, from 0.
    Issued(EventId, u32),
    /// Another document put an error in it right.
    Rectified(VerificationCode),
    File(File),
}

/// That `event` issued the document `code`, as the so-manieth of its documents.
pub fn encode_issued(code: VerificationCode, event: EventId, place: u32) -> Result<Row, Fault> {
    let row = DocumentRow { case: AsText(event.case), seq: event.seq.0, place };
    super::encode(&Key::Document(code), DOCUMENT, 1, &row)
}

/// That `number` is taken.
pub fn encode_number(key: &Key, code: VerificationCode) -> Result<Row, Fault> {
    super::encode(key, NUMBER, 1, &NumberRow { code: AsText(code) })
}

/// That `by` puts an error in `code` right.
pub fn encode_rectified(code: VerificationCode, by: VerificationCode) -> Result<Row, Fault> {
    super::encode(&Key::Rectified(code, by), RECTIFIED, 1, &RectifiedRow { by: AsText(by) })
}

pub fn encode_file(code: VerificationCode, file: File) -> Result<Row, Fault> {
    let row = FileRow { sha256: keys::hex(&file.sha256), bytes: file.bytes };
    super::encode(&Key::DocumentFile(code), FILE, 1, &row)
}

pub fn decode_file(row: Row) -> Result<File, Fault> {
    let row: FileRow = super::decode(row, FILE)?;
    let sha256 = keys::unhex(&row.sha256).ok_or_else(|| Fault::corrupt("a file without a hash"))?;
    Ok(File { sha256, bytes: row.bytes })
}

pub fn decode(row: Row) -> Result<Part, Fault> {
    match super::row_type(&row) {
        Some(FILE) => decode_file(row).map(Part::File),
        Some(RECTIFIED) => {
            let row: RectifiedRow = super::decode(row, RECTIFIED)?;
            Ok(Part::Rectified(row.by.0))
        }
        _ => {
            let row: DocumentRow = super::decode(row, DOCUMENT)?;
            Ok(Part::Issued(EventId { case: row.case.0, seq: Version(row.seq) }, row.place))
        }
    }
}
