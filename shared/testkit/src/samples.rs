//! Sample data: two agencies, four items, an agency that only reviews, their staff, some applicants; and cases in every state.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Actor, Officer};
use domain::agency::Staff;
use domain::assurance::Assurance;
use domain::case::{Applicant, Document};
use domain::consent::{Consent, WORDING};
use domain::event::{Event, Request};
use domain::id::{ItemCode, PersonId, RequestId, UploadId};
use domain::item::{FileType, ItemVersion};
use domain::personal::Personal;
use domain::submit;
use domain::taipei;
use domain::text::Lang;
use jiff::Timestamp;
use jiff::civil::Date;
use platform::catalogue::Import;
use platform::codec::people::Session;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub use crate::cases::{ASKED, Stage, case, record};
pub use crate::corrections::{answer, correction, correction_body};
pub use crate::funds::{FEE, Funds, funded, order, trade_no};
pub use crate::letters::{issue, letterhead, proposal, proposal_body, proposal_form};
pub use crate::notices::notice;

/// Who vouches for the people of the samples.
pub const PROVIDER: &str = "sample";
/// An item without documents, 3 working days, of the agency `parks`.
pub const PARK: &str = "PK001";
/// An item of `parks` with a fee of NT$300, due at application: its clock waits for it.
pub const PAID_PARK: &str = "PK002";
/// An item of `parks` that `economy` and `police` are asked about, each within 2 working days.
pub const JOINT: &str = "PK003";
/// An item with one required document, 7 calendar days, of the agency `economy`; what is approved is
/// picked up within 14 days.
pub const FALLOW: &str = "EC064";

pub const DISPATCHER: &str = "parks-dispatcher";
pub const SECOND_DISPATCHER: &str = "parks-dispatcher-2";
pub const HANDLER: &str = "parks-handler";
pub const SECOND_HANDLER: &str = "parks-handler-2";
pub const REVIEWER: &str = "parks-reviewer";
pub const CASHIER: &str = "parks-cashier";
pub const ACCOUNTANT: &str = "parks-accountant";
pub const RESEARCH: &str = "parks-research";
/// Keeps the window, and with it the office calendar.
pub const KEEPER: &str = "doit-keeper";

/// A Thursday morning with a weekend ahead: `2026-11-19T10:00:00+08:00`.
#[must_use]
pub fn morning() -> Timestamp {
    "2026-11-19T02:00:00Z".parse().expect("an instant")
}

/// The legal day of [`morning`].
#[must_use]
pub fn today() -> Date {
    taipei::day_of(morning())
}

/// The whole catalogue of the samples, as the operator imports it.
#[must_use]
pub fn import() -> Import {
    serde_json::from_str(include_str!("samples.json")).expect("the samples are a catalogue")
}

#[must_use]
pub fn item(code: &str) -> ItemVersion {
    let code: ItemCode = code.parse().expect("an item code");
    let file = import().items.into_iter().find(|item| item.code.0 == code).expect("a sample item");
    file.try_into().expect("a sound item")
}

#[must_use]
pub fn person(subject: &str) -> PersonId {
    PersonId::of_subject(PROVIDER, subject)
}

#[must_use]
pub fn staff(subject: &str) -> Staff {
    let file = import().staff.into_iter().find(|staff| staff.subject == subject);
    file.expect("a member of the sample staff").staff(PROVIDER)
}

#[must_use]
pub fn officer(subject: &str) -> Officer {
    let Staff { person, agency, roles, name, .. } = staff(subject);
    Officer { person, agency, roles, name, stands_in: BTreeSet::new() }
}

/// Somebody who applies; `name` is also their subject.
#[must_use]
pub fn applicant(name: &str) -> Applicant {
    Applicant {
        person: person(name),
        name: Personal::new(name.to_owned()),
        email: Personal::new(format!("{name}@people.example")),
        lang: Lang::ZhHant,
        mobile: None,
    }
}

#[must_use]
pub fn actor(subject: &str) -> Actor {
    Actor::Officer(officer(subject))
}

/// A session of `subject`, who is staff when the samples say so.
#[must_use]
pub fn session(subject: &str, now: Timestamp) -> Session {
    let known = import().staff.iter().any(|staff| staff.subject == subject);
    Session {
        person: person(subject),
        name: Personal::new(subject.to_owned()),
        email: Personal::new(format!("{subject}@people.example")),
        assurance: Assurance::Certificate,
        officer: known.then(|| officer(subject)),
        csrf: crate::http::csrf(subject),
        created_at: now,
        seen_at: now,
    }
}

/// A request with an id and a digest of its own.
#[must_use]
pub fn request(number: u64) -> Request {
    let id = RequestId::derived(&[b"sample", &number.to_be_bytes()]);
    Request { id, digest: Sha256::digest(number.to_be_bytes()).into() }
}

/// Answers that fit the form of [`PARK`].
#[must_use]
pub fn park_answers() -> BTreeMap<String, String> {
    [("place", "大安森林公園露天音樂臺"), ("people", "120")].map(|(k, v)| (k.to_owned(), v.to_owned())).into()
}

/// Answers that fit the form of [`FALLOW`].
#[must_use]
pub fn fallow_answers() -> BTreeMap<String, String> {
    BTreeMap::from([("parcel".to_owned(), "北投區 123-4".to_owned())])
}

/// Answers that fit the form of [`PAID_PARK`].
#[must_use]
pub fn paid_park_answers() -> BTreeMap<String, String> {
    BTreeMap::from([("place".to_owned(), "大安森林公園露天音樂臺".to_owned())])
}

/// The content of the smallest file that passes for a PDF.
pub const PDF: &[u8] = b"%PDF-1.7\n%%EOF\n";

/// The document that [`FALLOW`] asks for, holding [`PDF`].
#[must_use]
pub fn bankbook(upload: UploadId) -> Document {
    Document {
        upload,
        requirement: "bankbook".parse().expect("a key"),
        file_name: Personal::new("存摺.pdf".to_owned()),
        file_type: FileType::Pdf,
        bytes: u32::try_from(PDF.len()).expect("a small file"),
        sha256: Sha256::digest(PDF).into(),
    }
}

/// Proof of payment that an applicant brings, holding [`PDF`].
#[must_use]
pub fn proof(upload: UploadId) -> Document {
    Document {
        requirement: "proof_of_payment".parse().expect("a key"),
        file_name: Personal::new("繳費證明.pdf".to_owned()),
        ..bankbook(upload)
    }
}

/// An application of `applicant` for a place in a park.
#[must_use]
pub fn submitted(applicant: Applicant, now: Timestamp) -> Event {
    let (item, answers) = (item(PARK), park_answers());
    let filed =
        submit::submit(&item, applicant, Assurance::Verified, &answers, Vec::new(), Some(consent()), now);
    Event::Submitted(Box::new(filed.expect("a sound application")))
}

/// Of somebody who is served electronically.
#[must_use]
pub const fn consent() -> Consent {
    Consent::Given { wording: WORDING }
}

/// The same in the API.
#[must_use]
pub fn consent_body() -> Value {
    json!({ "electronic": true, "wording": WORDING })
}
