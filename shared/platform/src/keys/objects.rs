//! Where files are kept in the object store.

use domain::id::{CaseId, DraftId, UploadId};

use super::hex;

/// Where an upload waits until its application is filed.
#[must_use]
pub fn quarantined(draft: DraftId, upload: UploadId) -> String {
    format!("quarantine/{draft}/{upload}")
}

/// Where a filed document stays.
#[must_use]
pub fn filed(case: CaseId, upload: UploadId) -> String {
    format!("cases/{case}/{upload}")
}

/// Where the file of an issued document stays: by what is in it, so that two that were made differently do
/// not overwrite each other.
#[must_use]
pub fn issued(case: CaseId, sha256: &[u8; 32]) -> String {
    format!("cases/{case}/issued/{}.pdf", hex(sha256))
}
