//! What money does in a random city: payers, a bank that calls late, twice, in any order or never, and
//! officers who set fees and give back.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::case::Case;
use domain::event::Event;
use domain::id::CaseId;
use domain::payment::refund::RefundFile;
use domain::payment::{RefundState, standing::Standing};
use jiff::SignedDuration;
use platform::codec::{event, row_type};
use platform::keys::Table;
use serde_json::{Value, json};
use testkit::queue;
use testkit::samples::{ACCOUNTANT, CASHIER, DISPATCHER, HANDLER};

use crate::city::City;
use crate::people::{Asking, Wish};
use crate::schedule::{Ended, Job, Schedule};
use crate::stories;

/// The events about money that random cities must come to.
pub(super) const KINDS: [&str; 10] = [
    "fee_set",
    "payment_started",
    "payment_heard",
    "payment_failed",
    "payment_expired",
    "refund_requested",
    "refund_proven",
    "refund_accepted",
    "refund_submitted",
    "refund_heard",
];

/// How often each event about money was made in a city.
pub(super) fn made(city: &City) -> BTreeMap<&'static str, usize> {
    let mut made = BTreeMap::new();
    for row in city.world.store.rows(Table::Cases) {
        if row_type(&row) == Some(event::ROW) {
            let event = event::decode(row).expect("an event is decoded").recorded.event;
            if matches!(event, Event::Money(_)) {
                *made.entry(event.code()).or_default() += 1;
            }
        }
    }
    made
}

impl Schedule {
    /// Somebody on a page of the bank pays, or fails to; or the bank tells once more what it told.
    pub(super) fn bank(&mut self) {
        if self.pages.is_empty() {
            return;
        }
        // Mostly the newest one: the others may be too old.
        let newest = self.pages.len() - 1;
        let place = if self.random.chance(500) { newest } else { self.random.index(self.pages.len()) };
        let page = self.pages[place].clone();
        let bank = &self.city.world.bank;
        let happened = match self.random.below(100) {
            0..65 => bank.pay_on(&page),
            65..80 => bank.fail_on(&page),
            // Days later, perhaps, and whatever it is by now.
            _ => true,
        };
        // Every tenth is lost on the way, and never sent again.
        if !happened || self.random.chance(100) {
            return;
        }
        for _ in 0..=self.random.below(3) {
            let late = SignedDuration::from_secs(self.random.below(2_400).cast_signed());
            let at = self.city.now().checked_add(late).expect("an instant");
            self.city.calls(&page, at);
        }
    }

    /// Starts one of the functions that move money, if there is something for it to do.
    pub(super) fn begin_money(&mut self) -> bool {
        match self.random.below(3) {
            0 => self.begin_call_back(),
            1 => self.begin_post(),
            _ => self.begin_reconcile(),
        }
    }

    fn begin_call_back(&mut self) -> bool {
        let now = self.city.now();
        let calling = &mut self.city.till.calling;
        let due: Vec<usize> = (0..calling.len()).filter(|place| calling[*place].at <= now).collect();
        if due.is_empty() {
            return false;
        }
        let callback = calling.swap_remove(due[self.random.index(due.len())]);
        let (apps, request) = (Arc::clone(&self.city.apps), callback.request());
        self.start(Job::CallBack(callback), async move {
            Ended::CalledBack(payment_callback::handle(&apps.callback, request).await)
        });
        true
    }

    fn begin_post(&mut self) -> bool {
        let (max, offset) = (1 + self.random.index(10), self.random.index(7));
        let messages = self.city.world.postings.receive(max, offset);
        if messages.is_empty() {
            return false;
        }
        let (apps, event) = (Arc::clone(&self.city.apps), queue::lambda_event(&messages));
        self.start(Job::Post(messages), async move {
            Ended::Posted(payment_posting::handle(&apps.posting, event).await)
        });
        true
    }

    fn begin_reconcile(&mut self) -> bool {
        if self.city.asks_at().is_none_or(|at| at > self.city.now()) {
            return false;
        }
        let apps = Arc::clone(&self.city.apps);
        let nobody = self.city.bug == Some(crate::bugs::Bug::AskNobody);
        self.start(Job::Schedule, async move {
            if !nobody {
                drop(payment_reconciliation::handle(&apps.reconciliation, json!({ "tick": true })).await);
            }
            Ended::Schedule
        });
        true
    }

    /// What somebody may want of the money of a case; now and then something that is not to be had.
    pub(super) fn money_wish(&mut self, id: CaseId, applicant: &str, version: u64, number: u64) -> Asking {
        let case = self.city.case(id);
        let standing = case.ledger.standing();
        if let Some(file) = self.refund_of(&case) {
            return self.refund_step(id, applicant, version, number, &file);
        }
        let back = if self.random.chance(700) { self.asks_back(id, version, &standing) } else { None };
        if let Some((who, wish)) = back {
            return Asking::new(who.unwrap_or(applicant), number, wish);
        }
        if standing.status.owes() && case.ledger.open_attempts().count() < 2 && self.random.chance(700) {
            return Asking::new(applicant, number, Wish::Pay { case: id });
        }
        match self.random.below(100) {
            0..60 => {
                let (amount, reason) = (100 * (1 + self.random.below(4)), "依收費標準。");
                let retained = if self.random.chance(300) { 100 } else { 0 };
                let body =
                    json!({ "version": version, "amount": amount, "retained": retained, "reason": reason });
                let who = if self.random.chance(500) { HANDLER } else { CASHIER };
                Asking::new(who, number, Wish::Officer { case: id, command: "set_fee", body })
            }
            60..75 => {
                let body = json!({
                    "version": version, "outcome": "reject", "ground": "fee_not_posted", "reason": "依規定。",
                });
                Asking::new(HANDLER, number, Wish::Officer { case: id, command: "propose", body })
            }
            75..80 => Asking::new(applicant, number, Wish::Withdraw { case: id, version }),
            80..95 => {
                let body = stories::assignment(version);
                Asking::new(DISPATCHER, number, Wish::Officer { case: id, command: "assign", body })
            }
            _ => Asking::new(applicant, number, Wish::Pay { case: id }),
        }
    }

    /// A request for a part or all of what is too much, of a payment; `None` where nothing is.
    fn asks_back(
        &mut self,
        case: CaseId,
        version: u64,
        standing: &Standing,
    ) -> Option<(Option<&'static str>, Wish)> {
        let (amount, paid) = (standing.refundable.0, &standing.payments);
        if amount == 0 || paid.is_empty() {
            return None;
        }
        let payment = &paid[self.random.index(paid.len())];
        let trade_no = payment.trade_no.clone();
        let amount = if self.random.chance(500) { amount.min(payment.amount.0) } else { 100 };
        if self.random.chance(500) {
            return Some((None, Wish::AskBack { case, trade_no, amount, ground: "per_item" }));
        }
        let body = json!({
            "version": version, "provider": "govuk_pay", "trade_no": trade_no, "amount": amount,
            "ground": "per_item", "reason": "退費。",
        });
        Some((Some(CASHIER), Wish::Officer { case, command: "request_refund", body }))
    }

    /// A refund that is under way, for one of two askings about money.
    fn refund_of(&mut self, case: &Case) -> Option<RefundFile> {
        let under_way = |file: &RefundFile| file.declined.is_none() && file.state < RefundState::Failed;
        let files: Vec<RefundFile> = case.ledger.refunds().into_iter().filter(under_way).collect();
        if files.is_empty() || self.random.chance(200) {
            return None;
        }
        Some(files[self.random.index(files.len())].clone())
    }

    /// The next step of a refund, as a rule.
    fn refund_step(
        &mut self,
        case: CaseId,
        applicant: &str,
        version: u64,
        number: u64,
        file: &RefundFile,
    ) -> Asking {
        let refund = file.number;
        let next = match file.state {
            RefundState::Requested if file.contacts.is_empty() => 0,
            RefundState::Requested if file.proofs.is_empty() => 1,
            RefundState::Requested => 2,
            _ => 3,
        };
        let step = if self.random.chance(800) { next } else { self.random.below(5) };
        let officer = |subject, command, mut body: Value| {
            body["version"] = json!(version);
            Asking::new(subject, number, Wish::Officer { case, command, body })
        };
        match step {
            0 => {
                let when = file.requested_at;
                let contact =
                    json!({ "refund": refund, "when": when, "how": "mail", "result": "將補證明。" });
                officer(CASHIER, "log_contact", contact)
            }
            1 => Asking::new(applicant, number, Wish::Prove { case, refund }),
            2 => officer(ACCOUNTANT, "accept_refund", json!({ "refund": refund })),
            3 => officer(CASHIER, "submit_refund", json!({ "refund": refund, "route": "provider" })),
            _ => officer(ACCOUNTANT, "decline_refund", json!({ "refund": refund, "reason": "不予退費。" })),
        }
    }

    /// Cashiers look up what nobody knows of refunds; `false` when there was nothing to look up.
    pub(super) fn look_up_refunds(&mut self, round: u64) -> bool {
        let cases: Vec<CaseId> = self.cases.iter().map(|(case, ..)| *case).collect();
        let mut found = false;
        for (place, case) in (0..).zip(cases) {
            if !self.city.to_look_up(case).is_empty() {
                found = true;
                self.city.look_up(case, 10_000_000_000 + 10_000 * round + 100 * place);
            }
        }
        found
    }
}
