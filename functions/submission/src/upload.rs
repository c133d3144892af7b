//! Files that applicants bring: reading them from a form, and what is allowed.

use std::collections::BTreeMap;
use std::convert::Infallible;

use bytes::Bytes;
use domain::item::{FileType, MAX_FILE_BYTES, MAX_FILES};
use futures_util::stream;
use multer::Multipart;
use platform::drafts::Draft;
use web::incoming::Incoming;
use web::trouble::{FileProblem, Malformed};

/// Largest file that comes with a form: one Lambda request carries 6 MB, and base64 takes a third.
pub const MAX_FORM_FILE: usize = 4 * 1024 * 1024;
/// Largest form with a file: the file and a few short fields.
const MAX_FORM: usize = MAX_FORM_FILE + 64 * 1024;
/// Most parts of such a form.
const MAX_PARTS: usize = 8;
/// Longest file name that is kept, in characters.
const MAX_NAME: usize = 120;

/// A form with a file.
#[derive(Default)]
pub struct FileForm {
    pub fields: BTreeMap<String, String>,
    pub file: Option<Brought>,
}

pub struct Brought {
    pub name: String,
    pub content: Vec<u8>,
}

/// Reads a `multipart/form-data` body.
pub async fn read(incoming: &Incoming) -> Result<FileForm, Malformed> {
    let given = incoming.header("content-type").unwrap_or_default();
    let boundary = multer::parse_boundary(given)
        .map_err(|_| Malformed::ContentType { expected: "multipart/form-data" })?;
    if incoming.body.len() > MAX_FORM {
        return Err(Malformed::File { problem: FileProblem::TooLarge });
    }
    let body = Bytes::copy_from_slice(&incoming.body);
    let mut parts = Multipart::new(stream::iter([Ok::<_, Infallible>(body)]), boundary);
    let broken = |_| Malformed::Form { problem: "broken multipart data".to_owned() };
    let mut form = FileForm::default();
    let mut count = 0;
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        count += 1;
        if count > MAX_PARTS {
            return Err(Malformed::Form { problem: format!("more than {MAX_PARTS} parts") });
        }
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().map(clean);
        let content = part.bytes().await.map_err(broken)?;
        match file_name {
            Some(file_name) if name == "file" && form.file.is_none() => {
                form.file = Some(Brought { name: file_name, content: content.to_vec() });
            }
            None if !form.fields.contains_key(&name) => {
                let text = String::from_utf8(content.to_vec()).map_err(|_| Malformed::NotUtf8)?;
                form.fields.insert(name, text);
            }
            _ => return Err(Malformed::Form { problem: "an unexpected part".to_owned() }),
        }
    }
    Ok(form)
}

/// A file name fit to be shown and kept: without a path, without controls, not endless.
pub fn clean(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
    let shown = shown.trim();
    if shown.is_empty() { "file".to_owned() } else { shown.to_owned() }
}

/// The type of a file that may be brought with a form.
pub fn of_form(file: &Brought) -> Result<FileType, FileProblem> {
    if file.content.is_empty() {
        return Err(FileProblem::Empty);
    }
    if file.content.len() > MAX_FORM_FILE {
        return Err(FileProblem::TooLarge);
    }
    FileType::of_content(&file.content).ok_or(FileProblem::Type)
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
