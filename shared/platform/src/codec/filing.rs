//! What was filed, as the first event keeps it.

use std::collections::BTreeMap;

use domain::case::{Application, Document};
use domain::consent::Consent;
use domain::dates::Dates;
use domain::event::Submitted;
use domain::form::Answers;
use domain::id::{AgencyCode, Key as FieldKey, UploadId};
use domain::item::FileType;
use domain::payment::ledger::Fee;
use domain::personal::Personal;
use domain::signature::Signature;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::AsText;
use super::case::{ApplicantRow, ItemRefRow};
use super::clock::first_dates;
use super::consent::{ConsentRow, SignatureBody};
use super::payment::FeeBody;
use crate::fault::Fault;
use crate::keys;

#[derive(Serialize, Deserialize)]
pub(super) struct SubmittedBody {
    item: ItemRefRow,
    agency: AsText<AgencyCode>,
    applicant: ApplicantRow,
    answers: BTreeMap<AsText<FieldKey>, String>,
    documents: Vec<DocumentBody>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fee: Option<FeeBody>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    consent: Option<ConsentRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signature: Option<SignatureBody>,
    /// Of schema 1, which had the dates here.
    #[serde(default, skip_serializing)]
    due: Option<Date>,
    #[serde(default, skip_serializing)]
    warn_at: Option<Timestamp>,
}

impl SubmittedBody {
    pub(super) fn first_dates(&self) -> Result<Option<Dates>, Fault> {
        self.due.zip(self.warn_at).map(|(due, warn_at)| first_dates(due, warn_at)).transpose()
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct DocumentBody {
    upload: AsText<UploadId>,
    requirement: AsText<FieldKey>,
    file_name: String,
    file_type: AsText<FileType>,
    bytes: u32,
    sha256: String,
}

impl From<&Document> for DocumentBody {
    fn from(document: &Document) -> Self {
        Self {
            upload: AsText(document.upload),
            requirement: AsText(document.requirement.clone()),
            file_name: document.file_name.reveal().clone(),
            file_type: AsText(document.file_type),
            bytes: document.bytes,
            sha256: keys::hex(&document.sha256),
        }
    }
}

impl TryFrom<DocumentBody> for Document {
    type Error = Fault;

    fn try_from(body: DocumentBody) -> Result<Self, Fault> {
        Ok(Self {
            upload: body.upload.0,
            requirement: body.requirement.0,
            file_name: Personal::new(body.file_name),
            file_type: body.file_type.0,
            bytes: body.bytes,
            sha256: keys::unhex(&body.sha256).ok_or_else(|| Fault::corrupt("document without a hash"))?,
        })
    }
}

impl From<&Submitted> for SubmittedBody {
    fn from(submitted: &Submitted) -> Self {
        let Application { answers, documents } = &submitted.application;
        let answers = answers.reveal().iter().map(|(key, answer)| (AsText(key.clone()), answer.clone()));
        Self {
            item: (&submitted.item).into(),
            agency: AsText(submitted.agency.clone()),
            applicant: (&submitted.applicant).into(),
            answers: answers.collect(),
            documents: documents.iter().map(DocumentBody::from).collect(),
            fee: submitted.fee.as_ref().map(FeeBody::from),
            consent: submitted.consent.as_ref().map(ConsentRow::from),
            signature: submitted.signature.as_ref().map(SignatureBody::from),
            due: None,
            warn_at: None,
        }
    }
}

impl TryFrom<SubmittedBody> for Submitted {
    type Error = Fault;

    fn try_from(body: SubmittedBody) -> Result<Self, Fault> {
        let answers: Answers = body.answers.into_iter().map(|(key, answer)| (key.0, answer)).collect();
        let documents = body.documents.into_iter().map(Document::try_from).collect::<Result<_, _>>()?;
        Ok(Self {
            item: body.item.try_into()?,
            agency: body.agency.0,
            applicant: body.applicant.try_into()?,
            application: Application { answers: Personal::new(answers), documents },
            fee: body.fee.map(Fee::from),
            consent: body.consent.map(Consent::from),
            signature: body.signature.map(Signature::try_from).transpose()?,
        })
    }
}
