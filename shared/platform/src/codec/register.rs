//! What is looked up instead of being brought (免書證免謄本): where and how in an item, that it was in an event.

use domain::id::Key as FieldKey;
use domain::register::{Exception, Ground, Lookup, Question, Source};
use domain::text::Text;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::AsText;
use super::case::TextRow;
use super::item::TextFile;
use crate::fault::Fault;
use crate::keys;

/// A source as in the catalogue file; its name alone where staff look it up in another way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    #[serde(flatten)]
    pub name: TextFile,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<QuestionFile>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<ExceptionFile>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionFile {
    pub register: AsText<FieldKey>,
    pub by: Vec<AsText<FieldKey>>,
    pub purpose: TextFile,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionFile {
    pub ground: AsText<Ground>,
    pub approval: String,
    pub approved_on: Date,
    pub scope: TextFile,
    pub until: Date,
}

impl From<SourceFile> for Source {
    fn from(file: SourceFile) -> Self {
        Self {
            name: file.name.into(),
            question: file.question.map(|question| Question {
                register: question.register.0,
                by: question.by.into_iter().map(|key| key.0).collect(),
                purpose: question.purpose.into(),
            }),
            exception: file.exception.map(|exception| Exception {
                ground: exception.ground.0,
                approval: exception.approval,
                approved_on: exception.approved_on,
                scope: exception.scope.into(),
                until: exception.until,
            }),
        }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct LookupBody {
    document: AsText<FieldKey>,
    name: TextRow,
    source: TextRow,
    register: AsText<FieldKey>,
    purpose: TextRow,
    found: bool,
    sha256: String,
}

impl From<&Lookup> for LookupBody {
    fn from(lookup: &Lookup) -> Self {
        Self {
            document: AsText(lookup.document.clone()),
            name: (&lookup.name).into(),
            source: (&lookup.source).into(),
            register: AsText(lookup.register.clone()),
            purpose: (&lookup.purpose).into(),
            found: lookup.found,
            sha256: keys::hex(&lookup.sha256),
        }
    }
}

impl TryFrom<LookupBody> for Lookup {
    type Error = Fault;

    fn try_from(body: LookupBody) -> Result<Self, Fault> {
        let sha256 = keys::unhex(&body.sha256);
        Ok(Self {
            document: body.document.0,
            name: Text::from(body.name),
            source: body.source.into(),
            register: body.register.0,
            purpose: body.purpose.into(),
            found: body.found,
            sha256: sha256.ok_or_else(|| Fault::corrupt("an answer of a register without a hash"))?,
        })
    }
}
