//! Files that applicants bring: reading them from a form, and what is allowed.

use domain::item::{FileType, MAX_FILE_BYTES, MAX_FILES};
use platform::drafts::Draft;
use web::incoming::Incoming;
use web::trouble::{FileProblem, Malformed};
pub use wire::multipart::{Brought, FileForm, MAX_FORM_FILE, clean, of_form};

/// Reads a `multipart/form-data` body.
pub async fn read(incoming: &Incoming) -> Result<FileForm, Malformed> {
    wire::multipart::read(incoming.header("content-type").unwrap_or_default(), &incoming.body).await
}

/// The size and type of a file that may be put straight into the object store.
pub fn announced(bytes: u64, content_type: &str) -> Result<(u32, FileType), FileProblem> {
    if bytes == 0 {
        return Err(FileProblem::Empty);
    }
    let bytes = u32::try_from(bytes).ok().filter(|bytes| *bytes <= MAX_FILE_BYTES);
    let bytes = bytes.ok_or(FileProblem::TooLarge)?;
    let file_type = content_type.parse().map_err(|_| FileProblem::Type)?;
    Ok((bytes, file_type))
}

/// Whether another file finds room in the draft.
pub fn has_room(draft: &Draft) -> Result<(), FileProblem> {
    if draft.documents.len() < MAX_FILES { Ok(()) } else { Err(FileProblem::TooMany) }
}
