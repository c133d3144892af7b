//! The money of a case, as JSON: what the page shows, and nothing less.

use domain::event::Party;
use domain::payment::attempt::Attempt;
use domain::payment::ledger::{Fee, Ledger};
use domain::payment::refund::{Contact, Lack, RefundFile, Route};
use domain::payment::standing::Posted;
use domain::text::Lang;
use serde_json::{Value, json};
use web::explained::text;

use crate::dossier::Dossier;
use crate::{labels, money, timeline};

pub fn of(dossier: &Dossier) -> Value {
    let case = dossier.case();
    let ledger = &case.ledger;
    let standing = ledger.standing();
    let computed = money::computation(&standing);
    let no_ground = money::no_ground(ledger);
    let fee = ledger.fee();
    json!({
        "status": standing.status.code(),
        "status_text": text(&standing.status.text()),
        "version": fee.map(|fee| fee.version),
        "amount": fee.map(|fee| fee.amount.0),
        "retained": fee.map(|fee| fee.retained.0),
        "reason": fee.map(|fee| fee.reason.as_str()).filter(|reason| !reason.is_empty()),
        "lines": texts(&money::fee_lines(ledger)),
        "assessed": case.assessed.as_ref().map(assessed),
        "due": standing.due.0,
        "outstanding": standing.outstanding().0,
        "net": standing.net,
        "refundable": standing.refundable.0,
        "suspense": standing.suspense.0,
        "unmatched": standing.unmatched.0,
        "refunded": standing.refunded.0,
        "refund_in_progress": standing.refund_in_progress.0,
        "computation": {
            "net": text(&computed.net),
            "outstanding": computed.outstanding.as_ref().map(text),
            "refundable": computed.refundable.as_ref().map(text),
        },
        "posted_at": ledger.posted_at(),
        "in_progress": money::is_in_progress(ledger),
        "not_a_ground_for_refusal": no_ground.is_some(),
        "notice": no_ground.as_ref().map(text),
        "payments": standing.payments.iter().map(|paid| payment(ledger, paid)).collect::<Vec<_>>(),
        "attempts": ledger.attempts().map(|made| attempt(ledger, made)).collect::<Vec<_>>(),
        "flags": standing
            .flags
            .iter()
            .map(|flag| json!({
                "flag": flag.code(),
                "text": text(&flag.text()),
                "waits": flag.waits_for_cashier(),
            }))
            .collect::<Vec<_>>(),
        "refunds": ledger.refunds().iter().map(|file| refund(dossier, file)).collect::<Vec<_>>(),
    })
}

fn texts(lines: &[domain::text::Text]) -> Vec<Value> {
    lines.iter().map(text).collect()
}

/// What was assessed at filing, whenever it falls due.
fn assessed(fee: &Fee) -> Value {
    json!({ "amount": fee.amount.0, "retained": fee.retained.0, "lines": texts(&fee.lines) })
}

fn payment(ledger: &Ledger, paid: &Posted) -> Value {
    json!({
        "provider": paid.provider.code(),
        "means": money::means_of(ledger, paid).map(domain::payment::Means::code),
        "trade_no": paid.trade_no,
        "order_no": paid.order_no.as_str(),
        "amount": paid.amount.0,
        "paid_at": paid.paid_at,
        "heard_at": money::heard_at(ledger, paid),
        "counted": paid.applied,
    })
}

fn attempt(ledger: &Ledger, made: &Attempt) -> Value {
    json!({
        "order_no": made.order_no.as_str(),
        "provider": made.provider.code(),
        "means": made.means.code(),
        "amount": made.amount.0,
        "made_at": made.made_at,
        "expires_at": made.expires_at,
        "may_arrive_until": made.settles_at(),
        "open": !ledger.is_settled(&made.order_no),
    })
}

fn refund(dossier: &Dossier, file: &RefundFile) -> Value {
    let request = &file.request;
    json!({
        "refund": file.number,
        "state": file.state.code(),
        "state_text": text(&labels::refund(file.state)),
        "open": file.is_open(),
        "declined": file.declined,
        "provider": request.provider.code(),
        "trade_no": request.trade_no,
        "amount": request.amount.0,
        "ground": request.ground.code(),
        "ground_text": text(&request.ground.text()),
        "reason": request.reason,
        "requested_at": file.requested_at,
        "requested_by": party(dossier, file.requested_by),
        "accepted_by": file.accepted_by.map(|by| party(dossier, by)),
        "lacks": file.lacks().filter(|_| file.is_open()).map(|lack| match lack {
            Lack::Contact => "contact",
            Lack::Proof => "proof",
        }),
        "contacts": file.contacts.iter().map(|it| contact(dossier, it)).collect::<Vec<_>>(),
        "proofs": file.proofs.iter().map(|it| super::file(dossier, it)).collect::<Vec<_>>(),
        "interest": file.interest.map(|(cents, days)| json!({
            "cents": cents,
            "amount": money::interest(file).map(|(amount, _)| amount),
            "days": days,
        })),
        "by_provider": dossier.case().ledger.goes_back_by_provider(request),
        "route": file.route.as_ref().map(|route| match route {
            Route::Provider => json!({ "route": "provider" }),
            Route::Remittance { reference } => json!({ "route": "remittance", "reference": reference }),
        }),
    })
}

fn contact(dossier: &Dossier, contact: &Contact) -> Value {
    json!({
        "when": contact.when,
        "how": contact.how.code(),
        "result": contact.result,
        "by": party(dossier, contact.by),
    })
}

/// Who that is: the person, and their name in office.
fn party(dossier: &Dossier, party: Party) -> Value {
    let person = match party {
        Party::Applicant(person) | Party::Officer(person) => Some(person.to_string()),
        Party::System => None,
    };
    json!({ "person": person, "name": timeline::party(dossier, party, Lang::ZhHant) })
}
