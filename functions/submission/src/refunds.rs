//! Asking for money back (退費), and bringing the proof of payment without which nothing goes back
//! (規範 十(三)4: 應確實聯絡申請人檢附相關繳費證明始可受理).

use domain::case::Document;
use domain::command::Command;
use domain::decide::decide;
use domain::event::{Event, Request};
use domain::id::{CaseId, RequestId, UploadId};
use domain::payment::command::MoneyCommand;
use domain::payment::ledger::Posting;
use domain::payment::refund::{RefundRequest, RefundStep};
use domain::personal::Personal;
use platform::codec::case::Loaded;
use platform::codec::people::Session;
use platform::commit::Done;
use platform::fault::Fault;
use platform::keys;
use sha2::{Digest, Sha256};
use web::trouble::{FileProblem, Malformed, Trouble};

use crate::upload::{self, Brought};
use crate::{App, own};

/// The key of the document that a proof of payment is.
const PROOF: &str = "proof_of_payment";
/// Most files of one refund.
pub const MAX_PROOFS: usize = 10;

/// A refund that was asked for: the case, and the number the refund has in it.
pub struct Asked {
    pub done: Done,
    pub number: u32,
}

/// Asks for a refund. Nothing is promised by that: two officers decide on it.
pub async fn request(
    app: &App,
    session: &Session,
    case: CaseId,
    request: Request,
    refund: RefundRequest,
) -> Result<Asked, Trouble> {
    let command = Command::Money(Box::new(MoneyCommand::RequestRefund(refund)));
    let done = own::carry_out(app, session, case, request, None, command).await?;
    let number = if done.replayed {
        let record = own::record(app, session, case).await?;
        let made = record.events.iter().map(|chained| &chained.recorded);
        made.filter(|recorded| recorded.request.id == request.id)
            .find_map(|recorded| requested(&recorded.event))
    } else {
        done.loaded.case.ledger.refunds().last().map(|file| file.number)
    };
    let number = number.ok_or_else(|| Fault::corrupt("a refund without its request"))?;
    Ok(Asked { done, number })
}

fn requested(event: &Event) -> Option<u32> {
    match event {
        Event::Money(posting) => match posting.as_ref() {
            Posting::Refund { refund, step: RefundStep::Requested(_) } => Some(*refund),
            _ => None,
        },
        _ => None,
    }
}

/// Keeps a proof of payment with the case and then records it, in this order: what is recorded can be
/// looked at. Whether it will be taken is asked before, so that a refusal leaves no file behind.
pub async fn prove(
    app: &App,
    session: &Session,
    case: CaseId,
    (id, refund): (RequestId, u32),
    file: Brought,
) -> Result<Done, Trouble> {
    let loaded = own::load(app, session, case).await?;
    let refused = |problem| Trouble::Malformed(Malformed::File { problem });
    let file_type = upload::of_form(&file).map_err(refused)?;
    let sha256: [u8; 32] = Sha256::digest(&file.content).into();
    let request = Request { id, digest: digest(case, refund, &sha256) };
    let document = Document {
        upload: upload_of(&request),
        requirement: PROOF.parse().map_err(Fault::corrupt)?,
        file_name: Personal::new(file.name),
        file_type,
        bytes: u32::try_from(file.content.len()).map_err(|_| refused(FileProblem::TooLarge))?,
        sha256,
    };
    let key = keys::filed(case, document.upload);
    let command = Command::Money(Box::new(MoneyCommand::AddProof { refund, document }));
    if !loaded.case.requests.contains(&id) {
        if loaded.case.ledger.refund(refund).is_some_and(|known| known.proofs.len() >= MAX_PROOFS) {
            return Err(refused(FileProblem::TooMany));
        }
        would_be_taken(app, session, &loaded, &command).await?;
        app.objects.put(key, file_type.mime().to_owned(), file.content).await?;
    }
    own::carry_out(app, session, case, request, None, command).await
}

async fn would_be_taken(
    app: &App,
    session: &Session,
    loaded: &Loaded,
    command: &Command,
) -> Result<(), Trouble> {
    let now = app.ambient.now();
    let calendars = app.calendars.current(app.store.as_ref(), now).await?;
    let calendar = calendars.of(&loaded.case.agency);
    decide(&loaded.case, &session.as_applicant(), command.clone(), now, calendar)?;
    Ok(())
}

/// The same file sent again for the same refund is the same request.
fn digest(case: CaseId, refund: u32, sha256: &[u8; 32]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(format!("proof {case} {refund} "));
    hash.update(sha256);
    hash.finalize().into()
}

/// A second click puts the same file in the same place.
fn upload_of(request: &Request) -> UploadId {
    let derived = RequestId::derived(&[b"proof of payment", request.id.bytes(), &request.digest]);
    UploadId::from_bytes(*derived.bytes())
}
