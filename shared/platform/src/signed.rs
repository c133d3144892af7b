//! What an applicant signs: service, agency, applicant, answers and documents in one canonical form (RFC 8785), so
//! that whoever has it makes the same digest of it.

use std::collections::BTreeMap;

use domain::case::{Applicant, Application};
use domain::event::Submitted;
use domain::id::{AgencyCode, ItemCode};
use domain::signature::Digest;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::fault::Fault;
use crate::keys;

/// What is signed. The text of the statement is part of it by its version.
#[derive(Clone, Copy)]
pub struct Content<'a> {
    pub item: (&'a ItemCode, u32),
    pub agency: &'a AgencyCode,
    pub applicant: &'a Applicant,
    pub application: &'a Application,
    pub statement: u16,
}

#[derive(Serialize)]
struct ContentBody<'a> {
    schema: u32,
    statement: u16,
    item: String,
    item_version: u32,
    agency: String,
    applicant: String,
    name: &'a str,
    email: &'a str,
    answers: BTreeMap<&'a str, &'a str>,
    documents: Vec<DocumentBody<'a>>,
}

#[derive(Serialize)]
struct DocumentBody<'a> {
    requirement: &'a str,
    file_name: &'a str,
    file_type: &'static str,
    bytes: u32,
    sha256: String,
}

impl<'a> Content<'a> {
    /// What was signed under `submitted`, by the version of the statement.
    #[must_use]
    pub fn of(submitted: &'a Submitted, statement: u16) -> Self {
        let Submitted { item, agency, applicant, application, .. } = submitted;
        Self { item: (&item.code, item.version), agency, applicant, application, statement }
    }

    /// The canonical form, in JSON.
    pub fn canonical(&self) -> Result<String, Fault> {
        let answers = self.application.answers.reveal().iter();
        let document = |document: &'a domain::case::Document| DocumentBody {
            requirement: document.requirement.as_str(),
            file_name: document.file_name.reveal(),
            file_type: document.file_type.code(),
            bytes: document.bytes,
            sha256: keys::hex(&document.sha256),
        };
        let body = ContentBody {
            schema: 1,
            statement: self.statement,
            item: self.item.0.to_string(),
            item_version: self.item.1,
            agency: self.agency.to_string(),
            applicant: self.applicant.person.to_string(),
            name: self.applicant.name.reveal(),
            email: self.applicant.email.reveal(),
            answers: answers.map(|(key, answer)| (key.as_str(), answer.as_str())).collect(),
            documents: self.application.documents.iter().map(document).collect(),
        };
        serde_json_canonicalizer::to_string(&body).map_err(Fault::corrupt)
    }

    /// SHA-256 of it.
    pub fn digest(&self) -> Result<Digest, Fault> {
        self.canonical().map(|canonical| digest(&canonical))
    }
}

/// SHA-256 of a canonical form.
#[must_use]
pub fn digest(canonical: &str) -> Digest {
    Sha256::digest(canonical).into()
}
