//! The part of the page on money that goes back, and its forms.

use domain::case::Case;
use domain::command::Action;
use domain::id::{CaseId, RequestId};
use domain::money::Twd;
use domain::payment::Provider;
use domain::payment::refund::{Ground, RefundFile, RefundRequest};
use domain::payment::standing::Standing;
use domain::rejection::Rejection;
use domain::text::Text;
use web::form;
use web::frame::Frame;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::trouble::{Malformed, Trouble};
use web::visitor::{CSRF_FIELD, Visitor};

use super::{Problem, page, pay_path, view};
use crate::upload::{self, MAX_FORM_FILE};
use crate::{App, money, own, refunds, views};
use web::typed::take;

/// What was filled in for a refund.
#[derive(Default)]
pub struct Given {
    payment: String,
    amount: String,
    ground: String,
    reason: String,
}

pub struct RefundForm {
    pub payments: Vec<Choice>,
    pub grounds: Vec<Choice>,
    pub amount: String,
    pub max: String,
    pub reason: String,
    /// 規費法 §§18, 19: what comes on top.
    pub with_interest: bool,
}

pub struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

/// The form to ask for a refund with, filled in with what can be paid back; nothing where nothing can, or
/// all of it has been asked for.
pub fn form(
    case: &Case,
    standing: &Standing,
    open: &[Action],
    given: Given,
    frame: &Frame,
) -> Option<RefundForm> {
    let left = money::askable(&case.ledger, standing);
    let payments = money::refundable(&case.ledger, standing, left);
    if payments.is_empty() || !open.contains(&Action::RequestRefund) {
        return None;
    }
    let grounds = money::grounds(case);
    let chosen = |value: &str, given: &str, first: bool| value == given || (given.is_empty() && first);
    let payment = |(place, (payment, max)): (usize, &(&domain::payment::standing::Posted, Twd))| {
        let value = name(payment.provider, &payment.trade_no);
        let means = case.ledger.attempt(&payment.order_no).map(|attempt| attempt.means);
        Choice {
            chosen: chosen(&value, &given.payment, place == 0),
            label: format!(
                "{} {}{}{}{}",
                views::twd(payment.amount, frame),
                view::by(payment.provider, means, frame),
                frame.t("，", ", "),
                frame.instant(&payment.paid_at),
                if *max < payment.amount {
                    format!("{}{}", frame.t("，最多可退 ", ", at most "), views::twd(*max, frame))
                } else {
                    String::new()
                },
            ),
            value,
        }
    };
    let ground = |(place, ground): (usize, &Ground)| Choice {
        value: ground.to_string(),
        label: frame.pick(&ground.text()).to_owned(),
        chosen: chosen(ground.code(), &given.ground, place == 0),
    };
    let most = payments.iter().map(|(_, max)| *max).max().unwrap_or_default();
    Some(RefundForm {
        payments: payments.iter().enumerate().map(payment).collect(),
        grounds: grounds.iter().enumerate().map(ground).collect(),
        amount: if given.amount.is_empty() { most.0.to_string() } else { given.amount },
        max: views::twd(left, frame),
        reason: given.reason,
        with_interest: grounds.iter().any(|ground| ground.bears_interest()),
    })
}

/// A payment, as the form names it: `ecpay_aio:2611191000000017`.
fn name(provider: Provider, trade_no: &str) -> String {
    format!("{provider}:{trade_no}")
}

pub struct RefundView {
    pub number: u32,
    pub state: String,
    pub tone: &'static str,
    pub amount: String,
    pub ground: String,
    pub reason: String,
    /// What the treasury pays on top, and for how many days.
    pub interest: String,
    pub steps: Vec<(String, String)>,
    pub next: String,
    pub proofs: Vec<(String, String)>,
    /// Whether proof can be brought now.
    pub may_prove: bool,
    /// The request that this page may bring it under.
    pub request: RequestId,
    pub error: String,
}

/// The refunds of a case, newest first. Each form has a request id of its own, made of the page's.
pub fn views(
    case: &Case,
    open: &[Action],
    problem: &Problem,
    request: RequestId,
    frame: &Frame,
) -> Vec<RefundView> {
    let files = case.ledger.refunds();
    let view = |file: &RefundFile| {
        let asked = &file.request;
        let at = at_proof(file.number);
        let steps = money::refund_steps(&case.ledger, file.number);
        let proofs = file.proofs.iter().map(|document| {
            let href = format!("/cases/{}/files/{}", case.id, document.upload);
            (document.file_name.reveal().clone(), href)
        });
        RefundView {
            number: file.number,
            state: frame.pick(&money::refund_state(file)).to_owned(),
            tone: tone(file),
            amount: views::twd(asked.amount, frame),
            ground: frame.pick(&asked.ground.text()).to_owned(),
            reason: asked.reason.clone(),
            interest: interest(file, frame),
            steps: steps.iter().map(|(at, text)| (frame.instant(at), frame.pick(text).to_owned())).collect(),
            next: money::refund_next(file).map(|next| frame.pick(&next).to_owned()).unwrap_or_default(),
            proofs: proofs.collect(),
            may_prove: open.contains(&Action::AddProof)
                && file.is_open()
                && file.proofs.len() < refunds::MAX_PROOFS,
            request: RequestId::derived(&[b"proof", request.bytes(), &file.number.to_be_bytes()]),
            error: if problem.at == at { problem.text.clone() } else { String::new() },
        }
    };
    files.iter().rev().map(view).collect()
}

const fn tone(file: &RefundFile) -> &'static str {
    use domain::payment::RefundState as S;

    match (file.declined.is_some(), file.state) {
        (true, _) => "tag-bad",
        (false, S::Settled) => "tag-good",
        (false, S::Requested | S::Failed | S::Bounced) => "tag-warn",
        (false, S::Accepted | S::Submitted) => "",
    }
}

fn interest(file: &RefundFile, frame: &Frame) -> String {
    let Some((cents, days)) = file.interest else { return String::new() };
    let amount = domain::interest::Cents(cents.into());
    format!(
        "{}{amount}{}{days}{}",
        frame.t("新臺幣 ", "NT$"),
        frame.t(" 元（自繳費日起 ", " for "),
        frame.t(" 日，由機關另行撥付）", " days from the payment, paid by the agency apart from it"),
    )
}

/// The id of the control with which proof of refund `number` is brought.
fn at_proof(number: u32) -> String {
    format!("proof-{number}")
}

/// `POST /cases/{case}/refunds`.
pub async fn request(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let id: CaseId = incoming.param("case")?;
    let mut fields = visitor.own_form(incoming)?;
    let payload = form::encode(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let key: RequestId = take(&mut fields, "request")?;
    let ground: Ground = take(&mut fields, "ground")?;
    let mut text = |name: &'static str| fields.remove(name).ok_or(Malformed::Field { name });
    let (payment, amount, reason) = (text("payment")?, text("amount")?, text("reason")?);
    form::nothing_left(&fields)?;
    // Browsers send line ends as CR LF.
    let reason = reason.replace("\r\n", "\n");
    let (provider, trade_no) = payment.split_once(':').ok_or(Malformed::Field { name: "payment" })?;
    let provider: Provider = provider.parse().map_err(|_| Malformed::Field { name: "payment" })?;
    // As people write amounts: 1,200.
    let number = amount.replace([',', ' '], "").parse().map(Twd);
    let session = visitor.session()?;
    let asked = match number {
        Err(_) => {
            let record = own::record(app, session, id).await?;
            let max = record.loaded.case.ledger.standing().refundable;
            Err(Rejection::Amount { max }.into())
        }
        Ok(amount) => {
            let (trade_no, reason) = (trade_no.to_owned(), reason.clone());
            let wish = RefundRequest { provider, trade_no, amount, ground, reason };
            let request = incoming.request_key(key, payload.as_bytes());
            refunds::request(app, session, id, request, wish).await
        }
    };
    match asked {
        Ok(asked) => Ok(respond::redirect(&format!("{}#refund-{}", pay_path(id), asked.number))),
        Err(trouble) => {
            let Some(problem) = refused(&trouble, visitor) else { return Err(trouble) };
            let record = own::record(app, session, id).await?;
            let refund = Given { payment: payment.clone(), amount, ground: ground.to_string(), reason };
            let given = super::Given { refund, ..super::Given::default() };
            page(app, incoming, visitor, &record, given, problem).await
        }
    }
}

/// A refusal of a refund that the page itself says, at the field it is about.
fn refused(trouble: &Trouble, visitor: &Visitor) -> Option<Problem> {
    let Trouble::Rejected(rejection) = trouble else { return None };
    let at = match rejection {
        Rejection::Amount { .. } | Rejection::RefundTooMuch { .. } => "refund-amount",
        Rejection::Reason { .. } => "refund-reason",
        Rejection::RefundLapsed | Rejection::NoSuchPayment => "refund-payment",
        Rejection::NotInThisState { .. } => "refund-ground",
        Rejection::NothingToRefund => "",
        _ => return None,
    };
    let text = rejection.text();
    let (status, at) = (trouble.status().as_u16(), at.to_owned());
    Some(Problem { status, at, text: text.pick(visitor.lang).to_owned() })
}

/// `POST /cases/{case}/refunds/{refund}/proof`: a form with one file.
pub async fn prove(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let id: CaseId = incoming.param("case")?;
    let refund: u32 = incoming.param("refund")?;
    let session = visitor.session()?;
    let record = own::record(app, session, id).await?;
    record.loaded.case.ledger.refund(refund).ok_or(Trouble::NotFound)?;
    let again = async |text: Text| {
        let problem = Problem::at(at_proof(refund), &text, visitor);
        page(app, incoming, visitor, &record, super::Given::default(), problem).await
    };
    let mut form = match upload::read(incoming).await {
        Err(Malformed::File { problem }) => return again(problem.text()).await,
        form => form?,
    };
    visitor.check_csrf(form.fields.remove(CSRF_FIELD).as_deref())?;
    let key: RequestId = take(&mut form.fields, "request")?;
    form::nothing_left(&form.fields)?;
    let file = form.file.ok_or(Malformed::Field { name: "file" })?;
    match refunds::prove(app, session, id, (key, refund), file).await {
        Ok(_) => Ok(respond::redirect(&format!("{}#refund-{refund}", pay_path(id)))),
        Err(Trouble::Malformed(Malformed::File { problem })) => again(problem.text()).await,
        Err(trouble) => Err(trouble),
    }
}

/// The largest file of a form, in whole megabytes.
pub const MAX_MEGABYTES: usize = MAX_FORM_FILE / (1024 * 1024);
