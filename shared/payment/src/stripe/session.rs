//! Checkout sessions: the page to pay on, and what became of it.

use domain::payment::Word;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{Account, PAUSE, event};
use crate::call::{Call, NotUnderstood, Reply, Step, Stepped};
use crate::order::{Order, Start};
use crate::{json, url};

pub(super) const RETRIEVE: &str = "retrieve";

/// A session lives from 30 minutes to 24 hours; five more minutes are for our way to Stripe.
const SHORTEST: SignedDuration = SignedDuration::from_mins(35);
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

impl Account {
    /// The number of the order goes into the session and into its payment, whose refunds and disputes
    /// come in events of their own.
    pub(super) fn create_session(&self, order: &Order<'_>) -> Call {
        let order_no = order.order_no.as_str();
        let amount = json::as_cents(order.amount).to_string();
        let expires_at = expiry(order).as_second().to_string();
        let fields = [
            ("mode", "payment"),
            ("client_reference_id", order_no),
            ("metadata[order_no]", order_no),
            ("payment_intent_data[metadata][order_no]", order_no),
            ("payment_method_types[0]", "card"),
            ("line_items[0][quantity]", "1"),
            ("line_items[0][price_data][currency]", "twd"),
            ("line_items[0][price_data][unit_amount]", &amount),
            ("line_items[0][price_data][product_data][name]", order.description),
            ("success_url", order.return_url),
            ("cancel_url", order.return_url),
            ("expires_at", &expires_at),
            ("locale", "zh-TW"),
        ];
        self.post("/v1/checkout/sessions", order_no, &fields)
    }

    pub(super) fn retrieve_session(&self, session: &str) -> Step {
        let expand = "expand%5B%5D=payment_intent.latest_charge";
        let path = format!("/v1/checkout/sessions/{}?{expand}", url::part(session));
        Step::asking(RETRIEVE, self.get(&path))
    }
}

/// A function of the order alone: asked again, Stripe wants the same.
fn expiry(order: &Order<'_>) -> Timestamp {
    let after = |duration| order.made_at.saturating_add(duration).unwrap_or(order.made_at);
    order.expires_at.clamp(after(SHORTEST), after(LONGEST))
}

pub(super) fn created(base: &str, reply: &Reply) -> Result<Start, NotUnderstood> {
    let session = json::read(&reply.body).filter(|_| reply.status == 200);
    let session = session.ok_or(NotUnderstood("no session was made"))?;
    let url = json::text(&session, "/url").filter(|url| url::is_safe(url, base));
    let url = url.ok_or(NotUnderstood("no page to pay on"))?.to_owned();
    let reference = json::id(&session, "/id").ok_or(NotUnderstood("a session without its id"))?;
    Ok(Start::Go { url, reference: Some(reference) })
}

pub(super) fn retrieved(
    order: &Order<'_>,
    reply: &Reply,
    now: Timestamp,
    is_production: bool,
) -> Result<Stepped, NotUnderstood> {
    if reply.status == 429 {
        return Ok(Stepped::HoldOff(PAUSE));
    }
    let session = json::read(&reply.body).filter(|_| reply.status == 200);
    let session = session.ok_or(NotUnderstood("no session"))?;
    if json::text(&session, "/client_reference_id") != Some(order.order_no.as_str()) {
        return Err(NotUnderstood("a session of something else"));
    }
    if json::text(&session, "/payment_status") == Some("paid") {
        let charged = json::second(&session, "/payment_intent/latest_charge/created");
        let mut word = event::session(&session, charged.unwrap_or(now));
        if let Word::Paid(receipt) = &mut word {
            receipt.simulated = event::is_simulated(&session, is_production);
        }
        return Ok(Stepped::Said(word));
    }
    match session.pointer("/status").and_then(Value::as_str) {
        Some("expired") => Ok(Stepped::Said(Word::Failed { code: "expired".to_owned() })),
        Some("open") => Ok(Stepped::NotYet),
        // Done by the payer, and not paid: the payment takes its time.
        Some("complete") => Ok(Stepped::UnderWay),
        _ => Err(NotUnderstood("a session in an unknown state")),
    }
}
