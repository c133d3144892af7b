//! Filing: from a draft, or from answers alone, to a case. Sending the same again gives the same case.

use std::collections::BTreeMap;

use domain::case::{Applicant, Application, Document};
use domain::consent::Consent;
use domain::event::{Event, Request};
use domain::form;
use domain::id::{DraftId, RequestId};
use domain::item::{FileType, ItemVersion};
use domain::mobile::MobileNumber;
use domain::personal::Personal;
use domain::rejection::Rejection;
use domain::signature::{self, Digest, STATEMENT, Signer};
use domain::submit;
use futures_util::future::try_join_all;
use platform::codec::people::Session;
use platform::commit::{self, Done, Filing};
use platform::drafts::{self, Draft};
use platform::fault::Fault;
use platform::keys;
use platform::row::Transaction;
use platform::signed::Content;
use platform::store::Attempts;
use sha2::{Digest as _, Sha256};
use web::incoming::Incoming;
use web::trouble::{FileProblem, Malformed, Trouble};
use web::visitor::Visitor;

use crate::{App, own};

/// The request that files a draft. Its digest leaves the content out on purpose: a draft becomes a
/// case once, whichever page, program or second click asks for it.
fn request_of(draft: DraftId) -> Request {
    Request { id: drafts::request(draft), digest: Sha256::digest(format!("file {draft}")).into() }
}

/// What an applicant says of an application beside it.
#[derive(Debug, Clone, Default)]
pub struct Declared {
    pub consent: Option<Consent>,
    /// Where SMS are to go, as it was typed; empty for no SMS.
    pub mobile: Personal<String>,
    /// The digest of what they signed, if they did.
    pub signed: Option<Digest>,
    /// The address of the network they said it from.
    pub from: Option<Personal<String>>,
}

impl Declared {
    /// What a request says; the digest of what was signed in hexadecimal.
    pub fn read(
        incoming: &Incoming,
        consent: Option<Consent>,
        mobile: Option<String>,
        signed: Option<&str>,
    ) -> Result<Self, Malformed> {
        let digest = |hex| keys::unhex(hex).ok_or(Malformed::Field { name: "signature" });
        let signed = signed.map(digest).transpose()?;
        let mobile = Personal::new(mobile.unwrap_or_default());
        Ok(Self { consent, mobile, signed, from: incoming.source.clone() })
    }

    /// The number to which SMS go, in a window that sends any.
    pub fn mobile(&self, sends_sms: bool) -> Result<Option<MobileNumber>, Rejection> {
        match self.mobile.reveal().trim() {
            "" => Ok(None),
            _ if !sends_sms => Err(Rejection::NoSms),
            typed => typed.parse().map(Some).map_err(|_| Rejection::MobileNumber),
        }
    }
}

/// The event that files `answers` and `documents` now, or everything that is wrong with them.
fn event(
    app: &App,
    visitor: &Visitor,
    item: &ItemVersion,
    (answers, documents): (&BTreeMap<String, String>, Vec<Document>),
    declared: Declared,
) -> Result<Event, Trouble> {
    let mobile = declared.mobile(app.sends_sms)?;
    let Declared { consent, signed, from, .. } = declared;
    let session = visitor.session()?;
    let (applicant, now) = (Applicant { mobile, ..applicant(session, visitor) }, app.ambient.now());
    let mut filed = submit::submit(item, applicant, session.assurance, answers, documents, consent, now)?;
    let signer = Signer { assurance: session.assurance, signed_in_at: session.created_at, from };
    // Most items ask for none, and their applications are not put into canonical form.
    if item.signing_assurance.is_some() {
        let digest = Content::of(&filed, STATEMENT).digest()?;
        filed.signature = signature::sign(item, digest, signed, signer)?;
    }
    Ok(Event::Submitted(Box::new(filed)))
}

/// The canonical form of what is signed to file a draft, where its item asks for a signature and its answers fit.
pub fn to_sign(visitor: &Visitor, item: &ItemVersion, draft: &Draft) -> Result<Option<String>, Trouble> {
    let answers = form::check(&item.fields, &draft.answers).ok();
    let Some(answers) = answers.filter(|_| item.signing_assurance.is_some()) else { return Ok(None) };
    let applicant = applicant(visitor.session()?, visitor);
    let application = Application { answers: Personal::new(answers), documents: draft.documents.clone() };
    let content = Content {
        item: (&item.code, item.version),
        agency: &item.agency,
        applicant: &applicant,
        application: &application,
        statement: STATEMENT,
    };
    Ok(Some(content.canonical()?))
}

fn applicant(session: &Session, visitor: &Visitor) -> Applicant {
    Applicant {
        person: session.person,
        name: session.name.clone(),
        email: session.email.clone(),
        lang: visitor.lang,
        mobile: None,
    }
}

/// Files a draft under the request id of the caller. A draft that is gone because it was filed gives
/// its case again.
pub async fn draft(
    app: &App,
    visitor: &Visitor,
    id: DraftId,
    key: RequestId,
    declared: &Declared,
) -> Result<Done, Trouble> {
    let session = visitor.session()?;
    // Another id would promise that the same draft can be filed under each once.
    let expected = drafts::request(id);
    if key != expected {
        return Err(Malformed::RequestId { expected }.into());
    }
    let mut attempts = Attempts::default();
    loop {
        match own::draft(app, session, id).await {
            Ok(draft) => match loaded(app, visitor, &draft, declared.clone()).await {
                // Saved again by another tab in between: file what it saved.
                Err(Trouble::Fault(Fault::Conflict)) => attempts.overtaken()?,
                filed => return filed,
            },
            Err(Trouble::NotFound) => return before(app, session, id).await,
            Err(trouble) => return Err(trouble),
        }
    }
}

/// Files a draft just read: the draft goes in the transaction that opens the case.
pub async fn loaded(
    app: &App,
    visitor: &Visitor,
    draft: &Draft,
    declared: Declared,
) -> Result<Done, Trouble> {
    let person = visitor.session()?.person;
    let item = own::item(app, &draft.item, draft.item_version).await?;
    let event = event(app, visitor, &item, (&draft.answers, draft.documents.clone()), declared)?;
    if let Some((_, problem)) = unusable(app, draft).await?.into_iter().next() {
        return Err(Malformed::File { problem }.into());
    }
    let also = Transaction { writes: vec![drafts::removal(draft)] };
    let filing = Filing { agency: item.agency.clone(), person, request: request_of(draft.id), event };
    open(app, filing, also).await
}

/// The case that a draft became earlier.
pub async fn before(app: &App, session: &Session, id: DraftId) -> Result<Done, Trouble> {
    let loaded = own::case_of_draft(app, session.person, id).await?.ok_or(Trouble::NotFound)?;
    Ok(Done { loaded, replayed: true })
}

/// Files answers without documents: one write, and no read once the item version is known.
pub async fn answers(
    app: &App,
    visitor: &Visitor,
    request: Request,
    item: &ItemVersion,
    answers: &BTreeMap<String, String>,
    declared: Declared,
) -> Result<Done, Trouble> {
    let person = visitor.session()?.person;
    let event = event(app, visitor, item, (answers, Vec::new()), declared)?;
    let filing = Filing { agency: item.agency.clone(), person, request, event };
    open(app, filing, Transaction::default()).await
}

async fn open(app: &App, filing: Filing, also: Transaction) -> Result<Done, Trouble> {
    let (store, now) = (app.store.as_ref(), app.ambient.now());
    let calendars = app.calendars.current(store, now).await?;
    Ok(commit::open(store, &calendars, filing, also, now).await?)
}

/// The documents of a draft that cannot be filed as they are: never put, another size, or content of
/// another type than announced.
pub async fn unusable(app: &App, draft: &Draft) -> Result<Vec<(Document, FileProblem)>, Fault> {
    let look = |document: &Document| app.objects.info(keys::quarantined(draft.id, document.upload));
    let found = try_join_all(draft.documents.iter().map(look)).await?;
    let problem = |document: &Document, info: Option<platform::ports::ObjectInfo>| {
        let Some(info) = info.filter(|info| info.bytes == u64::from(document.bytes)) else {
            return Some(FileProblem::Absent);
        };
        (FileType::of_content(&info.head) != Some(document.file_type)).then_some(FileProblem::Type)
    };
    Ok(draft
        .documents
        .iter()
        .zip(found)
        .filter_map(|(document, info)| Some((document.clone(), problem(document, info)?)))
        .collect())
}

/// Whether a refusal is about what the applicant filled in, and so can be shown on the form.
pub const fn is_about_the_form(trouble: &Trouble) -> bool {
    matches!(trouble, Trouble::Rejected(Rejection::Unfit(_)) | Trouble::Malformed(Malformed::File { .. }))
}

/// Whether it is about what the applicant said beside it.
pub const fn is_about_what_is_declared(rejection: &Rejection) -> bool {
    matches!(
        rejection,
        Rejection::SignatureMissing { .. }
            | Rejection::SignedSomethingElse { .. }
            | Rejection::ConsentMissing
            | Rejection::ConsentWording { .. }
            | Rejection::PostalAddress { .. }
            | Rejection::MobileNumber
            | Rejection::NoSms
    )
}
