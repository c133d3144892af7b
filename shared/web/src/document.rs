//! A document of a case, from where it is kept for good.

use std::time::Duration;

use askama::Template;
use domain::id::UploadId;
use domain::text::Text;
use platform::keys;
use platform::ports::Objects;
use platform::record::Record;

use crate::frame::Frame;
use crate::incoming::Incoming;
use crate::respond::{self, Answer};
use crate::trouble::Trouble;
use crate::visitor::Visitor;

/// How long the address of a file works: long enough to follow it, too short to pass on.
pub const VALID: Duration = Duration::from_mins(1);

#[derive(Template)]
#[template(path = "checking.html")]
struct CheckingPage {
    frame: Frame,
    file_name: String,
    /// The page of the case.
    back: String,
}

/// On to the object store with the document that the route parameter `upload` names, for a visitor who
/// may read the case. `back` is where they came from.
pub async fn fetch(
    objects: &dyn Objects,
    incoming: &Incoming,
    visitor: &Visitor,
    record: &Record,
    back: String,
) -> Answer {
    let upload: UploadId = incoming.param("upload")?;
    let file_name = record.document(upload).ok_or(Trouble::NotFound)?.file_name.reveal().clone();
    let key = keys::filed(record.loaded.case.id, upload);
    if objects.info(key.clone()).await?.is_none() {
        let frame = Frame::new(incoming, visitor, &Text::new("檔案檢查中", "The file is being checked"));
        // Not an error of ours, and not gone either: the state of the file stands in the way.
        return respond::page_with(409, &CheckingPage { frame, file_name, back });
    }
    Ok(respond::redirect(&objects.presign_get(key, file_name, VALID).await?))
}
