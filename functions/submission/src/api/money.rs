//! The money of a case in the API: what is due and why, paying, asking back.

use domain::case::Case;
use domain::decide::open_to;
use domain::id::CaseId;
use domain::money::Twd;
use domain::payment::attempt::Attempt;
use domain::payment::refund::{Ground, Lack, RefundFile, RefundRequest};
use domain::payment::standing::Posted;
use domain::payment::{Instruction, Means, Provider};
use domain::text::Text;
use platform::codec::AsText;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use web::explained::text;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::visitor::Visitor;

use crate::money::{self, Fate, Receipt};
use crate::offers::{Offer, Way, offers};
use crate::paying::{self, Next, Tried, Wish};
use crate::{App, own, refunds, views};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pay {
    provider: AsText<Provider>,
    means: AsText<Means>,
    /// What the caller believes is due: refused when it is not. What is paid is what is due.
    amount: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refund {
    provider: AsText<Provider>,
    trade_no: String,
    amount: u32,
    ground: AsText<Ground>,
    reason: String,
}

/// `GET /api/cases/{case}/fees`.
pub async fn fees(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let session = visitor.session()?;
    let record = own::record(app, session, incoming.param("case")?).await?;
    let case = &record.loaded.case;
    let ledger = &case.ledger;
    let standing = ledger.standing();
    let owes = standing.status.owes();
    let offers = if owes { offers(app, case).await? } else { Vec::new() };
    let tried = paying::tried(app, case).await?;
    let allowed = open_to(case, &session.as_applicant());
    let fee = ledger.fee();
    let body = json!({
        "case": case.id.to_string(),
        "version": case.version.0,
        "status": standing.status.code(),
        "status_text": text(&standing.status.text()),
        "amount": fee.map(|fee| fee.amount.0),
        "retained": fee.map(|fee| fee.retained.0),
        "lines": texts(&money::fee_lines(ledger)),
        "assessed": assessed(case),
        "due": standing.due.0,
        "posted": standing.applied.0,
        "outstanding": standing.outstanding().0,
        "suspense": standing.suspense.0,
        "refunded": standing.refunded.0,
        "refund_in_progress": standing.refund_in_progress.0,
        "refundable": standing.refundable.0,
        "in_progress": tried.iter().any(Tried::may_still_be_paid),
        "receipts": money::receipts(&record).iter().map(receipt).collect::<Vec<_>>(),
        "attempts": tried.iter().map(|tried| attempt(&tried.attempt, &tried.fate)).collect::<Vec<_>>(),
        "offers": offers.iter().map(offer).collect::<Vec<_>>(),
        "refundable_payments": money::refundable(ledger, &standing, standing.refundable).iter().map(payment).collect::<Vec<_>>(),
        "refunds": ledger.refunds().iter().map(refund_file).collect::<Vec<_>>(),
        "allowed": allowed.iter().map(|action| action.code()).collect::<Vec<_>>(),
    });
    respond::json(200, &body)
}

fn texts(lines: &[Text]) -> Vec<Value> {
    lines.iter().map(text).collect()
}

/// What the fee came to at filing, whenever it falls due.
fn assessed(case: &Case) -> Value {
    case.assessed.as_ref().map_or(
        Value::Null,
        |fee| json!({ "amount": fee.amount.0, "retained": fee.retained.0, "lines": texts(&fee.lines) }),
    )
}

fn receipt(receipt: &Receipt) -> Value {
    json!({
        "receipt_no": receipt.number,
        "amount": receipt.amount.0,
        "paid_at": receipt.paid_at,
        "posted_at": receipt.posted_at,
        "provider": receipt.provider.code(),
        "means": receipt.means.map(Means::code),
        "trade_no": receipt.trade_no,
    })
}

fn attempt(made: &Attempt, fate: &Fate) -> Value {
    let numbers = match fate {
        Fate::Instructed(instruction) => instructed(instruction),
        _ => Value::Null,
    };
    json!({
        "order_no": made.order_no.as_str(),
        "provider": made.provider.code(),
        "means": made.means.code(),
        "amount": made.amount.0,
        "made_at": made.made_at,
        "expires_at": made.expires_at,
        "state": fate.code(),
        "state_text": text(&fate.text()),
        "pay_by": numbers,
    })
}

fn instructed(Instruction { bank, numbers, expires_at }: &Instruction) -> Value {
    json!({ "bank": bank, "numbers": numbers, "expires_at": expires_at })
}

fn offer(offer: &Offer<'_>) -> Value {
    let Way { provider, means } = offer.way;
    json!({
        "provider": provider.code(),
        "provider_text": text(&provider.text()),
        "means": means.code(),
        "means_text": text(&means.text()),
        "fee_bearer": offer.bearer.code(),
    })
}

fn payment((paid, max): &(&Posted, Twd)) -> Value {
    json!({
        "provider": paid.provider.code(),
        "trade_no": paid.trade_no,
        "amount": paid.amount.0,
        "paid_at": paid.paid_at,
        "refundable": max.0,
    })
}

fn refund_file(file: &RefundFile) -> Value {
    let request = &file.request;
    json!({
        "refund": file.number,
        "state": file.state.code(),
        "state_text": text(&money::refund_state(file)),
        "next": money::refund_next(file).as_ref().map(text),
        "open": file.is_open(),
        "declined": file.declined,
        "provider": request.provider.code(),
        "trade_no": request.trade_no,
        "amount": request.amount.0,
        "ground": request.ground.code(),
        "reason": request.reason,
        "requested_at": file.requested_at,
        "lacks": file.lacks().filter(|_| file.is_open()).map(|lack| match lack {
            Lack::Contact => "contact",
            Lack::Proof => "proof",
        }),
        "proofs": file.proofs.iter().map(views::document).collect::<Vec<_>>(),
        "interest": file.interest.map(|(cents, days)| json!({ "cents": cents, "days": days })),
    })
}

/// `POST /api/cases/{case}/payments`: 201 for a new attempt, 200 with the same body when it was begun before.
pub async fn pay(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let session = visitor.session()?;
    let case: CaseId = incoming.param("case")?;
    let key = incoming.idempotency_key()?;
    let Pay { provider, means, amount } = incoming.json()?;
    let way = Way { provider: provider.0, means: means.0 };
    let payload = json!([way.to_string(), amount]).to_string();
    let request = incoming.request_key(key, payload.as_bytes());
    let wish = Wish { way, seen: amount.map(Twd) };
    let begun = paying::begin(app, session, case, request, wish).await?;
    let made = &begun.attempt;
    let body = json!({
        "case": case.to_string(),
        "order_no": made.order_no.as_str(),
        "provider": made.provider.code(),
        "means": made.means.code(),
        "amount": made.amount.0,
        "made_at": made.made_at,
        "expires_at": made.expires_at,
        "start": start(begun.next),
        "status_url": format!("{}/cases/{case}/pay", app.origin),
    });
    respond::json(if begun.replayed { 200 } else { 201 }, &body)
}

/// Where the payer's browser goes: exactly one of `form`, `url` and `bill`.
fn start(next: Next) -> Value {
    match next {
        Next::Form { action, fields } => {
            let fields: Map<String, Value> =
                fields.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
            json!({ "form": { "action": action, "fields": fields } })
        }
        Next::Page(url) => json!({ "url": url }),
        Next::Bill(number) => json!({ "bill": { "number": number } }),
    }
}

/// `POST /api/cases/{case}/refunds`: 201 for a new request, 200 with the same number when it was made before.
pub async fn refund(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let session = visitor.session()?;
    let case: CaseId = incoming.param("case")?;
    let key = incoming.idempotency_key()?;
    let Refund { provider, trade_no, amount, ground, reason } = incoming.json()?;
    let (provider, ground) = (provider.0, ground.0);
    let payload = json!([provider.code(), trade_no, amount, ground.code(), reason]).to_string();
    let request = incoming.request_key(key, payload.as_bytes());
    let wish = RefundRequest { provider, trade_no, amount: Twd(amount), ground, reason };
    let asked = refunds::request(app, session, case, request, wish).await?;
    let body = json!({
        "case": case.to_string(),
        "refund": asked.number,
        "proof_url": format!("{}/cases/{case}/pay#refund-{}", app.origin, asked.number),
    });
    respond::json(if asked.done.replayed { 200 } else { 201 }, &body)
}
