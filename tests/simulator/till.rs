//! What is outside the window where money is concerned: payers on the page of the bank, its callbacks
//! on their way, and what a cashier finds in its books.

use std::sync::Arc;

use aws_lambda_events::event::sqs::SqsBatchResponse;
use domain::case::Case;
use domain::id::CaseId;
use domain::payment::RefundState;
use domain::payment::refund::Route;
use jiff::{SignedDuration, Timestamp};
use lambda_http::http::Request as HttpRequest;
use lambda_http::{Body, Request, RequestExt as _, Response};
use platform::codec::{case, order, row_type};
use platform::keys::{Key, Table};
use platform::row::Row;
use serde_json::{Value, json};
use testkit::bank::MERCHANT;
use testkit::faults::run;
use testkit::queue;
use testkit::samples::CASHIER;

use crate::bugs::Bug;
use crate::city::City;
use crate::people::{Asking, Wish};

/// How long the bank waits before it calls again.
const CALLS_AGAIN: SignedDuration = SignedDuration::from_mins(1);

/// A callback of the bank, signed by it, which it sends until it is acknowledged.
#[derive(Debug, Clone)]
pub struct Callback {
    pub order_no: String,
    body: String,
    signature: String,
    /// When it is sent next.
    pub at: Timestamp,
}

impl Callback {
    /// What it tells, as the window names it.
    fn kind(&self) -> &'static str {
        [("card_payment_captured", "paid"), ("card_payment_failed", "failed")]
            .into_iter()
            .find(|(event, _)| self.body.contains(event))
            .map_or("nothing", |(_, kind)| kind)
    }

    /// The request as API Gateway hands it to the function.
    pub fn request(&self) -> Request {
        let request = HttpRequest::builder()
            .method("POST")
            .uri(format!("https://window.example/payments/govuk_pay/{MERCHANT}/callback"))
            .header("pay-signature", &self.signature)
            .header("content-type", "application/json")
            .body(Body::from(self.body.clone()))
            .expect("a request");
        let parameters = [("provider", "govuk_pay"), ("merchant", MERCHANT)];
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
        request.with_path_parameters(std::collections::HashMap::from(parameters))
    }
}

/// What the outside knows of money.
#[derive(Default)]
pub struct Till {
    /// Callbacks that were not acknowledged yet.
    pub calling: Vec<Callback>,
    /// How many were.
    pub acknowledged: usize,
    /// Those of them that were not in the table at that instant.
    pub unkept: Vec<Callback>,
}

impl City {
    /// The callback about the payment on `page`, as it stands; sent at `at`.
    pub fn calls(&mut self, page: &str, at: Timestamp) {
        let (order_no, body, signature) = self.world.bank.callback_of(page).expect("a page of the bank");
        self.till.calling.push(Callback { order_no, body, signature, at });
    }

    /// Delivers a callback whose time has come; `false` when there is none.
    pub fn call_back(&mut self) -> bool {
        let now = self.now();
        let Some(place) = self.till.calling.iter().position(|callback| callback.at <= now) else {
            return false;
        };
        let callback = self.till.calling.remove(place);
        let apps = Arc::clone(&self.apps);
        let answer = run(&self.world.gate, payment_callback::handle(&apps.callback, callback.request()));
        if answer.is_none() {
            self.restart(SignedDuration::ZERO);
        }
        self.called(callback, answer.as_ref());
        true
    }

    /// What the bank makes of the answer to a callback: anything but an acknowledgement, and it calls
    /// again. What is acknowledged must be kept by then.
    pub fn called(&mut self, callback: Callback, answer: Option<&Response<Body>>) {
        if answer.is_none_or(|answer| !answer.status().is_success()) {
            let at = self.now().checked_add(CALLS_AGAIN).expect("an instant");
            self.till.calling.push(Callback { at, ..callback });
            return;
        }
        self.till.acknowledged += 1;
        let kept = heard(self).iter().any(|heard| {
            heard.order.order_no == callback.order_no && order::kind(&heard.word) == callback.kind()
        });
        if !kept {
            self.till.unkept.push(callback);
        }
    }

    /// Brings a batch of words to post; `false` when none is visible.
    pub fn post(&mut self) -> bool {
        let messages = self.world.postings.receive(10, 0);
        if messages.is_empty() {
            return false;
        }
        let apps = Arc::clone(&self.apps);
        let handled = payment_posting::handle(&apps.posting, queue::lambda_event(&messages));
        let outcome: Option<SqsBatchResponse> = run(&self.world.gate, handled);
        self.take_off(&Arc::clone(&self.world.postings), &messages, outcome);
        true
    }

    /// The schedule of `payment-reconciliation`; `false` when it did not get through.
    pub fn reconcile(&mut self) -> bool {
        if self.bug == Some(Bug::AskNobody) {
            return true;
        }
        let apps = Arc::clone(&self.apps);
        let tick = payment_reconciliation::handle(&apps.reconciliation, json!({ "tick": true }));
        let ticked = run(&self.world.gate, tick);
        if ticked.is_none() {
            self.restart(SignedDuration::ZERO);
        }
        ticked.is_some_and(|ticked| ticked.is_ok())
    }

    /// When the bank is to be asked next, of an attempt or for a refund.
    pub fn asks_at(&self) -> Option<Timestamp> {
        self.world.store.earliest(Table::Payments, "ask_at")
    }

    /// The case as it stands, seen from outside.
    pub fn case(&self, id: CaseId) -> Case {
        let row = self.world.store.peek(&Key::Case(id)).expect("a case");
        case::decode(row).expect("a sound case").case
    }

    /// Refunds that were sent and that nobody asks the bank for any more, with what the books of the
    /// bank say of them: what a cashier has to record.
    pub fn to_look_up(&self, id: CaseId) -> Vec<(u32, RefundState)> {
        let case = self.case(id);
        let files = case.ledger.refunds().into_iter();
        let sent =
            files.filter(|file| file.state == RefundState::Submitted && file.route == Some(Route::Provider));
        let asked = payouts(self);
        let mut found = Vec::new();
        for file in sent {
            let is_this = |payout: &&order::Payout| payout.case == id && payout.refund == file.number;
            let Some(payout) = asked.iter().find(is_this).filter(|payout| payout.ask_at.is_none()) else {
                continue;
            };
            let books = self.world.bank.books().into_iter().find(|book| book.id == payout.trade_no);
            let given = books.map_or(0, |book| book.refunds.iter().sum::<u64>());
            let went = given > u64::from(payout.before.0);
            found.push((file.number, if went { RefundState::Settled } else { RefundState::Failed }));
        }
        found
    }

    /// A cashier records what the books of the bank say of refunds that nobody asks for any more.
    pub fn look_up(&mut self, id: CaseId, number: u64) {
        for (refund, state) in self.to_look_up(id) {
            let body = json!({
                "version": self.case(id).version.0, "refund": refund, "state": state.code(),
                "reference": "業者後台",
            });
            let wish = Wish::Officer { case: id, command: "record_payout", body };
            self.ask(&Asking::new(CASHIER, number + u64::from(refund), wish));
            self.settle();
        }
    }
}

fn rows(city: &City, kind: &str) -> Vec<Row> {
    let rows = city.world.store.rows(Table::Payments).into_iter();
    rows.filter(|row| row_type(row) == Some(kind)).collect()
}

/// Every word of the bank that is kept.
pub fn heard(city: &City) -> Vec<order::Heard> {
    rows(city, order::HEARD).into_iter().map(|row| order::decode_heard(row).expect("a sound word")).collect()
}

/// Words of the bank that wait to be posted.
pub fn waiting(city: &City) -> usize {
    rows(city, order::HEARD).iter().filter(|row| row.contains_key("outbox_at")).count()
}

/// Every attempt's row.
pub fn attempts(city: &City) -> Vec<order::Order> {
    rows(city, "attempt").into_iter().map(|row| order::decode_order(row).expect("a sound attempt")).collect()
}

/// Every refund that the bank is, or was, to make.
pub fn payouts(city: &City) -> Vec<order::Payout> {
    rows(city, "payout").into_iter().map(|row| order::decode_payout(row).expect("a sound payout")).collect()
}

/// The contract by which the agency `parks` is paid through the bank.
pub fn contracts() -> Value {
    json!({ "contracts": [{
        "agency": "parks", "provider": "govuk_pay", "merchant": MERCHANT, "account": "012-0000000",
        "means": ["card"], "bearer": "agency", "from": "2026-01-01",
    }] })
}
