//! How an applicant is served, in the API (電子送達之同意).

use domain::command::Command;
use domain::consent::Consent;
use domain::id::{CaseId, Version};
use domain::personal::Personal;
use serde::Deserialize;
use serde_json::json;
use web::explained;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::trouble::Malformed;
use web::visitor::Visitor;

use super::cases::carried_out;
use crate::{App, own};

/// Electronically, in a version of the wording; or on paper, to an address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consents {
    electronic: bool,
    wording: Option<u16>,
    address: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    version: u32,
    consent: Consents,
}

impl Consents {
    /// One of the two with what belongs to it, and nothing of the other.
    pub fn read(self) -> Result<Consent, Malformed> {
        match self {
            Self { electronic: true, wording: Some(wording), address: None } => {
                Ok(Consent::Given { wording })
            }
            Self { electronic: false, wording: None, address } => {
                Ok(Consent::Withheld { address: Personal::new(address.unwrap_or_default()) })
            }
            Self { .. } => Err(Malformed::Field { name: "consent" }),
        }
    }
}

/// `POST /api/cases/{case}/consent`.
pub async fn change(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let session = visitor.session()?;
    let case: CaseId = incoming.param("case")?;
    let key = incoming.idempotency_key()?;
    let Change { version, consent } = incoming.json()?;
    let consent = consent.read()?;
    let request =
        incoming.request_key(key, json!([version, explained::consent(&consent)]).to_string().as_bytes());
    let command = Command::ChangeConsent(consent);
    let done = own::carry_out(app, session, case, request, Some(Version(version)), command).await?;
    respond::json(200, &carried_out(&done))
}
