//! 2, 3 and 4: money neither vanishes nor doubles, whatever happened to callbacks, questions and payouts.
//! The books of the bank are what the window is compared with.

use std::collections::BTreeMap;

use domain::case::Outcome;
use domain::event::{Event, Recorded};
use domain::id::{CaseId, RequestId};
use domain::notice::NoticeKind;
use domain::payment::ledger::Posting;
use domain::payment::refund::Route;
use domain::payment::{RefundState, Word};
use domain::refusal::RefusalGround;
use platform::codec::order;
use testkit::bank::Book;

use super::{Broken, Whole};
use crate::city::City;
use crate::mails;
use crate::till;

type Cases = BTreeMap<CaseId, Whole>;

pub fn check(broken: &mut Broken, city: &City, cases: &Cases) {
    acknowledged(broken, city);
    words(broken, city, cases);
    attempts(broken, city, cases);
    let books = city.world.bank.books();
    for (id, whole) in cases {
        payments(broken, city, *id, whole, &books);
        refunds(broken, *id, whole, &books);
        refusals(broken, *id, whole);
    }
}

/// Each acknowledged callback was kept before it was acknowledged, and the bank calls no more.
fn acknowledged(broken: &mut Broken, city: &City) {
    let (unkept, calling) = (&city.till.unkept, &city.till.calling);
    broken.require(unkept.is_empty(), || format!("2: acknowledged and not kept: {unkept:?}"));
    broken.require(calling.is_empty(), || format!("2: never acknowledged: {calling:?}"));
}

fn events(whole: &Whole) -> impl Iterator<Item = &Recorded> {
    whole.events.iter().map(|chained| &chained.recorded)
}

fn postings(whole: &Whole) -> impl Iterator<Item = (&Recorded, &Posting)> {
    events(whole).filter_map(|recorded| match &recorded.event {
        Event::Money(posting) => Some((recorded, posting.as_ref())),
        _ => None,
    })
}

/// Each word that is kept is in its case exactly once, and no case has heard anything else.
fn words(broken: &mut Broken, city: &City, cases: &Cases) {
    let waiting = till::waiting(city);
    broken.require(waiting == 0, || format!("2: {waiting} words were never posted"));
    let cases_of: BTreeMap<String, CaseId> =
        till::attempts(city).into_iter().map(|row| (row.attempt.order_no.to_string(), row.case)).collect();
    let mut kept: BTreeMap<CaseId, Vec<RequestId>> = BTreeMap::new();
    for heard in till::heard(city).into_iter().filter(order::Heard::concerns_case) {
        match cases_of.get(&heard.order.order_no) {
            Some(case) => kept.entry(*case).or_default().push(heard.request().id),
            None => broken.require(false, || format!("2: a word about no attempt: {heard:?}")),
        }
    }
    for (id, whole) in cases {
        let mut expected = kept.remove(id).unwrap_or_default();
        let heard = postings(whole).filter(|(_, posting)| matches!(posting, Posting::Heard { .. }));
        let mut found: Vec<RequestId> = heard.map(|(recorded, _)| recorded.request.id).collect();
        expected.sort_unstable();
        found.sort_unstable();
        broken.require(found == expected, || {
            format!("2: {id} has posted the words {found:?}, {expected:?} are kept")
        });
    }
    broken.require(kept.is_empty(), || format!("2: words about cases that are not there: {kept:?}"));
}

/// Every attempt of a case has its row, and either a time at which its provider is asked or a fate.
fn attempts(broken: &mut Broken, city: &City, cases: &Cases) {
    let rows = till::attempts(city);
    let begun: usize = cases.values().map(|whole| whole.loaded.case.ledger.attempts().count()).sum();
    broken.require(rows.len() == begun, || format!("2: {} rows for {begun} attempts", rows.len()));
    for row in &rows {
        let order_no = &row.attempt.order_no;
        let settled = cases.get(&row.case).is_some_and(|it| it.loaded.case.ledger.is_settled(order_no));
        broken.require(settled || row.ask_at.is_some(), || format!("2: nobody asks about {order_no}"));
    }
    for book in city.world.bank.books() {
        let known = rows.iter().any(|row| row.attempt.order_no.as_str() == book.order_no);
        broken.require(known, || format!("2: the bank knows an order that we do not: {book:?}"));
    }
}

fn books_of<'a>(whole: &Whole, books: &'a [Book]) -> Vec<&'a Book> {
    let ledger = &whole.loaded.case.ledger;
    let ours = |book: &&Book| ledger.attempts().any(|attempt| attempt.order_no.as_str() == book.order_no);
    books.iter().filter(ours).collect()
}

/// What the bank took is posted, each payment once, with one receipt and one notice of it.
fn payments(broken: &mut Broken, city: &City, id: CaseId, whole: &Whole, books: &[Book]) {
    let mut paid: Vec<(&str, u64)> = books_of(whole, books)
        .into_iter()
        .filter(|book| book.paid)
        .map(|book| (book.id.as_str(), book.amount))
        .collect();
    let standing = whole.loaded.case.ledger.standing();
    let mut posted: Vec<(&str, u64)> = standing
        .payments
        .iter()
        .map(|payment| (payment.trade_no.as_str(), u64::from(payment.amount.0)))
        .collect();
    paid.sort_unstable();
    posted.sort_unstable();
    broken.require(paid == posted, || format!("2: {id} has posted {posted:?}, the bank took {paid:?}"));
    let receipts = postings(whole)
        .filter(|(_, posting)| matches!(posting, Posting::Heard { word: Word::Paid(_), .. }))
        .count();
    broken.require(receipts == paid.len(), || format!("2: {id} has {receipts} receipts for {paid:?}"));
    let told = mails::of_cases(&city.world);
    let told = told.filter(|it| it.id.event.case == id && it.kind == NoticeKind::FeePosted).count();
    broken.require(told == paid.len(), || format!("2: {id} has {told} notices of receipt for {paid:?}"));
}

/// What went back is what the bank paid back: of each payment no more than it brought, and for each
/// refund once.
fn refunds(broken: &mut Broken, id: CaseId, whole: &Whole, books: &[Book]) {
    let ledger = &whole.loaded.case.ledger;
    for book in books_of(whole, books) {
        let back: u64 = book.refunds.iter().sum();
        broken.require(back <= book.amount, || format!("4: {id}: more went back than came: {book:?}"));
        let files = ledger.refunds().into_iter().filter(|file| {
            file.request.trade_no == book.id
                && file.route == Some(Route::Provider)
                && file.state == RefundState::Settled
        });
        let mut settled: Vec<u64> = files.map(|file| u64::from(file.request.amount.0)).collect();
        let mut made = book.refunds.clone();
        settled.sort_unstable();
        made.sort_unstable();
        broken.require(made == settled, || {
            format!("4: {id}: the bank paid back {made:?} of {}, the window says {settled:?}", book.id)
        });
    }
    let standing = ledger.standing();
    broken.require(standing.refunded <= standing.applied, || {
        format!("4: {id}: {} went back of {}", standing.refunded, standing.applied)
    });
}

/// No proposal and no decision refuses for a fee that is not posted.
fn refusals(broken: &mut Broken, id: CaseId, whole: &Whole) {
    for recorded in events(whole) {
        if let Event::Proposed { ruling, .. } | Event::Decided { ruling, .. } = &recorded.event {
            let unlawful =
                ruling.outcome == Outcome::Reject && ruling.ground == Some(RefusalGround::FeeNotPosted);
            broken.require(!unlawful, || format!("3: {id} refuses for a fee: {}", recorded.id));
        }
    }
}
