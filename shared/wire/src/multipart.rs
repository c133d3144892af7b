//! `multipart/form-data`: forms with a file.

use std::collections::BTreeMap;
use std::convert::Infallible;

use bytes::Bytes;
use domain::item::FileType;
use futures_util::stream;
use multer::Multipart;

use crate::malformed::{FileProblem, Malformed};

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

/// A file as it came, its name as [`clean`] leaves it.
pub struct Brought {
    pub name: String,
    pub content: Vec<u8>,
}

/// Reads a body of this `Content-Type`, which must be `multipart/form-data`: at most one file, in the field
/// `file`, and every other name once.
pub async fn read(content_type: &str, body: &[u8]) -> Result<FileForm, Malformed> {
    let boundary = multer::parse_boundary(content_type)
        .map_err(|_| Malformed::ContentType { expected: "multipart/form-data" })?;
    if body.len() > MAX_FORM {
        return Err(Malformed::File { problem: FileProblem::TooLarge });
    }
    let body = Bytes::copy_from_slice(body);
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
#[must_use]
pub fn clean(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
    let shown = shown.trim();
    if shown.is_empty() { "file".to_owned() } else { shown.to_owned() }
}

/// The type of a file that may be brought with a form, told by its content.
pub fn of_form(file: &Brought) -> Result<FileType, FileProblem> {
    if file.content.is_empty() {
        return Err(FileProblem::Empty);
    }
    if file.content.len() > MAX_FORM_FILE {
        return Err(FileProblem::TooLarge);
    }
    FileType::of_content(&file.content).ok_or(FileProblem::Type)
}
