//! `docs/payment-states.md`: how the status of a fee and the state of a refund can change, found by trying.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use domain::access::Actor;
use domain::command::Command;
use domain::event::Party;
use domain::money::Twd;
use domain::payment::command::MoneyCommand;
use domain::payment::ledger::{Entry, Fee, Ledger, Posting, Source};
use domain::payment::refund::{Route, number_at_provider};
use domain::payment::standing::FeeStatus;
use domain::payment::{DisputeState, OrderNo, Provider, Receipt, RefundState, Word};

use super::money::{accountant, attempt_of, cashier};
use super::{Calendar, Situation, at_work, done};

const HEAD: &str = "\
# 規費與退費狀態 · The states of fees and refunds

Generated from the code by `UPDATE_DOCS=1 cargo test -p domain --test machine`; the same test fails
while this page and the code disagree. Do not edit it.

The status of a fee is a pure function of the set of facts in the ledger of its case. This graph was
found by trying: every set of the facts named below, and from each of them every further fact. An arrow
that is not here was not found. No word of a provider that an attempt failed or ran out takes a
status anywhere; from `posted` to `unpaid` or `partial` leads only a refund, a lost dispute, a higher
fee, or the same payment told with another amount: that one waits in suspense until a cashier has put
it to the fee.

";

/// The facts of the exploration: a fee of 300, raised and lowered; two attempts, each paid, one of them
/// told in two ways; the rest.
fn facts() -> Vec<(&'static str, Posting)> {
    let fee = |version, amount| {
        let (amount, retained, lines) = (Twd(amount), Twd::ZERO, Vec::new());
        Posting::FeeSet(Fee { version, amount, retained, lines, reason: String::new() })
    };
    let order = |n: u8| OrderNo::random(&[n; 20]);
    let heard = |n: u8, word| {
        let (provider, order_no, source) = (Provider::EcpayAio, order(n), Source::Callback);
        Posting::Heard { provider, order_no, word, source }
    };
    let told = |n: u8, amount| {
        let (trade_no, amount, paid_at) = (format!("T{n}"), Twd(amount), at_work());
        heard(n, Word::Paid(Receipt { trade_no, amount, paid_at, simulated: false }))
    };
    let paid = |n| told(n, 300);
    let put = |n: u8| Posting::Applied {
        provider: Provider::EcpayAio,
        trade_no: format!("T{n}"),
        amount: Twd(300),
        reason: String::new(),
    };
    let refund = |state| {
        let number = number_at_provider(&order(1), 1);
        heard(1, Word::Refunded { refund: number, amount: Twd(100), state })
    };
    let dispute = |state| Posting::Disputed {
        provider: Provider::EcpayAio,
        dispute: "D1".to_owned(),
        amount: Twd(300),
        state,
        evidence: String::new(),
    };
    vec![
        ("fee set", fee(1, 300)),
        ("fee raised", fee(2, 500)),
        ("fee lowered", fee(2, 100)),
        ("attempt begun", Posting::Started(attempt_of(1))),
        ("attempt begun", Posting::Started(attempt_of(2))),
        ("paid", paid(1)),
        ("paid", paid(2)),
        ("told with another amount", told(1, 200)),
        ("put to the fee", put(1)),
        ("attempt failed", heard(1, Word::Failed { code: "1".to_owned() })),
        ("attempt ran out", Posting::Expired { order_no: order(1) }),
        ("refund paid", refund(RefundState::Settled)),
        ("refund bounced", refund(RefundState::Bounced)),
        ("dispute lost", dispute(DisputeState::Lost)),
        ("dispute won", dispute(DisputeState::Won)),
        ("case ended", Posting::Ended { retained: Twd::ZERO }),
    ]
}

fn status(facts: &[(&'static str, Posting)], set: u32) -> FeeStatus {
    let member = |place: usize| set & (1 << place) != 0;
    let chosen = facts.iter().enumerate().filter(|(place, _)| member(*place));
    let entries =
        chosen.map(|(_, (_, posting))| Entry { at: at_work(), by: Party::System, posting: posting.clone() });
    Ledger { entries: entries.collect() }.standing().status
}

/// Every change of status that one more fact makes, whatever is known before.
pub(super) fn changes() -> BTreeMap<(FeeStatus, FeeStatus), BTreeSet<&'static str>> {
    let facts = facts();
    let sets = 1_u32 << facts.len();
    let all: Vec<FeeStatus> = (0..sets).map(|set| status(&facts, set)).collect();
    let mut changes: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for set in 0..sets {
        for (place, (name, _)) in facts.iter().enumerate() {
            let after = set | (1 << place);
            let (from, to) = (all[usize::try_from(set).unwrap()], all[usize::try_from(after).unwrap()]);
            if from != to {
                changes.entry((from, to)).or_default().insert(*name);
            }
        }
    }
    changes
}

/// The steps of a refund, each tried in every situation of one.
fn refund_steps() -> BTreeMap<(RefundState, RefundState), BTreeSet<&'static str>> {
    let situations = [
        Situation::RefundAsked,
        Situation::RefundProven,
        Situation::RefundAccepted,
        Situation::RefundSubmitted,
    ];
    let paid_out = |state| MoneyCommand::RecordPayout { refund: 1, state, reference: "文號".to_owned() };
    let tries: Vec<(&'static str, Actor, MoneyCommand)> = vec![
        ("accept_refund", accountant(), MoneyCommand::AcceptRefund { refund: 1, rate: None }),
        ("submit_refund", cashier(), MoneyCommand::SubmitRefund { refund: 1, route: Route::Provider }),
        ("paid", cashier(), paid_out(RefundState::Settled)),
        ("could not be paid", cashier(), paid_out(RefundState::Failed)),
        ("came back", cashier(), paid_out(RefundState::Bounced)),
    ];
    let mut steps: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    let mut cases: Vec<_> = situations.into_iter().map(Situation::case).collect();
    while let Some(case) = cases.pop() {
        let before = case.ledger.refund(1).unwrap().state;
        for (name, actor, command) in &tries {
            let command = Command::Money(Box::new(command.clone()));
            let Ok(after) = done(&case, actor, command, at_work(), Calendar::shipped()) else { continue };
            let state = after.ledger.refund(1).unwrap().state;
            if steps.entry((before, state)).or_default().insert(*name) {
                cases.push(after);
            }
        }
    }
    steps
}

pub(super) fn document() -> String {
    let mut page = HEAD.to_owned();
    page.push_str("## 規費 · Fees\n\n```mermaid\nstateDiagram-v2\n    [*] --> nothing_due\n");
    for ((from, to), names) in changes() {
        let names: Vec<_> = names.into_iter().collect();
        writeln!(page, "    {from} --> {to}: {}", names.join(", ")).unwrap();
    }
    page.push_str("```\n\n");
    for status in FeeStatus::ALL {
        let text = status.text();
        writeln!(page, "- `{status}`: {} · {}", text.zh, text.en).unwrap();
    }
    page.push_str("\n## 退費 · Refunds\n\n");
    page.push_str("A refund without a contact or without proof of payment cannot be accepted.\n\n");
    page.push_str("```mermaid\nstateDiagram-v2\n    [*] --> requested: request_refund\n");
    for ((from, to), names) in refund_steps() {
        let names: Vec<_> = names.into_iter().collect();
        writeln!(page, "    {from} --> {to}: {}", names.join(", ")).unwrap();
    }
    page.push_str("    requested --> [*]: decline_refund\n```\n");
    page
}
