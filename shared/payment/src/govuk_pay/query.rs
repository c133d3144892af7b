//! What became of a payment.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::{Account, PAUSE, event};
use crate::call::{NotUnderstood, Reply, Step, Stepped};
use crate::order::Order;
use crate::{json, url};

pub(super) const FIND: &str = "find";

impl Account {
    pub(super) fn find(&self, payment: &str) -> Step {
        Step::asking(FIND, self.get(&format!("/v1/payments/{}", url::part(payment))))
    }
}

pub(super) fn found(order: &Order<'_>, reply: &Reply, is_production: bool) -> Result<Stepped, NotUnderstood> {
    if reply.status == 429 {
        return Ok(Stepped::HoldOff(PAUSE));
    }
    let payment = json::read(&reply.body).filter(|_| reply.status == 200);
    let payment = payment.ok_or(NotUnderstood("no payment"))?;
    if json::text(&payment, "/reference") != Some(order.order_no.as_str()) {
        return Err(NotUnderstood("a payment of something else"));
    }
    // `success` is there from the authorisation on; the day of the capture, from the capture on.
    let captured = json::text(&payment, "/settlement_summary/captured_date");
    match json::text(&payment, "/state/status") {
        Some("success") if captured.is_some() => {
            Ok(Stepped::Said(event::receipt(&payment, captured.and_then(day), is_production)))
        }
        Some(status @ ("failed" | "cancelled" | "error")) => {
            Ok(Stepped::Said(event::failed(&payment, status)))
        }
        Some("submitted" | "capturable" | "success") => Ok(Stepped::UnderWay),
        Some("created" | "started") => Ok(Stepped::NotYet),
        _ => Err(NotUnderstood("a payment in an unknown state")),
    }
}

/// The beginning of a day in UTC, when the day is all that is known.
fn day(text: &str) -> Option<Timestamp> {
    let day: Date = text.parse().ok()?;
    Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()
}
