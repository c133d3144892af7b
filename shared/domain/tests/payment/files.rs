//! What a ledger shows beside its standing: since when the fee is posted, and where its refunds stand.

use domain::event::Party;
use domain::money::Twd;
use domain::payment::attempt::Attempt;
use domain::payment::ledger::{Fee, Ledger, Posting, Source};
use domain::payment::refund::{Ground, RefundRequest, RefundStep, Route, goes_back_by, number_at_provider};
use domain::payment::{DisputeState, Means, OrderNo, Provider, Receipt, RefundState, Word};
use jiff::Timestamp;

const TRADE: &str = "26111810000001";

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn order() -> OrderNo {
    OrderNo::random(&[7; 20])
}

/// A ledger with `postings`, a second apart from 1 on.
fn ledger(postings: Vec<Posting>) -> Ledger {
    let mut ledger = Ledger::default();
    for (second, posting) in (1..).zip(postings) {
        ledger.enter(at(second), Party::System, posting);
    }
    ledger
}

fn fee(version: u32, amount: u32) -> Posting {
    let (amount, retained) = (Twd(amount), Twd::ZERO);
    Posting::FeeSet(Fee { version, amount, retained, lines: Vec::new(), reason: String::new() })
}

fn started(provider: Provider, means: Means) -> Posting {
    Posting::Started(Attempt {
        order_no: order(),
        provider,
        merchant: "3002607".to_owned(),
        means,
        amount: Twd(300),
        made_at: at(0),
        expires_at: at(1_000),
    })
}

fn heard(word: Word) -> Posting {
    let provider = Provider::EcpayAio;
    Posting::Heard { provider, order_no: order(), word, source: Source::Callback }
}

fn paid() -> Posting {
    let receipt = Receipt { trade_no: TRADE.to_owned(), amount: Twd(300), paid_at: at(0), simulated: false };
    heard(Word::Paid(receipt))
}

fn request() -> RefundRequest {
    RefundRequest {
        provider: Provider::EcpayAio,
        trade_no: TRADE.to_owned(),
        amount: Twd(300),
        ground: Ground::Withdrawn,
        reason: "撤回".to_owned(),
    }
}

fn card() -> Posting {
    started(Provider::EcpayAio, Means::Card)
}

#[test]
fn the_fee_is_posted_since_the_entry_that_made_it_so() {
    let lost = Posting::Disputed {
        provider: Provider::EcpayAio,
        dispute: "D1".to_owned(),
        amount: Twd(300),
        state: DisputeState::Lost,
        evidence: "函".to_owned(),
    };
    let failed = || heard(Word::Failed { code: "10100058".to_owned() });
    for (postings, since) in [
        (vec![], None),
        (vec![fee(1, 300), card()], None),
        (vec![fee(1, 0)], None),
        (vec![fee(1, 300), card(), paid()], Some(3)),
        // What is said again, and later, does not move it.
        (vec![fee(1, 300), card(), paid(), failed(), paid()], Some(3)),
        // Raised, and lowered again: owed in between.
        (vec![fee(1, 300), card(), paid(), fee(2, 500)], None),
        (vec![fee(1, 300), card(), paid(), fee(2, 500), fee(3, 300)], Some(5)),
        (vec![fee(1, 300), card(), paid(), lost], None),
    ] {
        assert_eq!(ledger(postings.clone()).posted_at(), since.map(at), "{postings:?}");
    }
}

#[test]
fn the_word_of_the_provider_on_a_refund_moves_its_file() {
    let step = |step| Posting::Refund { refund: 1, step };
    let told = |state, number| {
        let refund = number_at_provider(&order(), number);
        heard(Word::Refunded { refund, amount: Twd(300), state })
    };
    let sent = [
        fee(1, 300),
        card(),
        paid(),
        step(RefundStep::Requested(request())),
        step(RefundStep::Accepted { interest_cents: 0, interest_days: 0 }),
        step(RefundStep::Submitted(Route::Provider)),
    ];
    let state = |more: Vec<Posting>| {
        let postings = sent.iter().cloned().chain(more).collect();
        ledger(postings).refund(1).unwrap().state
    };
    assert_eq!(state(vec![]), RefundState::Submitted);
    assert_eq!(state(vec![told(RefundState::Settled, 1)]), RefundState::Settled);
    assert_eq!(state(vec![told(RefundState::Failed, 1)]), RefundState::Failed);
    // The strongest holds, and what is said of another refund is said of another refund.
    assert_eq!(
        state(vec![told(RefundState::Settled, 1), told(RefundState::Submitted, 1)]),
        RefundState::Settled
    );
    assert_eq!(state(vec![told(RefundState::Settled, 2)]), RefundState::Submitted);
}

/// A refund that failed waits until the money has gone back another way, and no longer.
#[test]
fn a_failed_refund_waits_until_the_money_is_back() {
    let step = |refund, step| Posting::Refund { refund, step };
    let accepted = || RefundStep::Accepted { interest_cents: 0, interest_days: 0 };
    let out = |state| RefundStep::PaidOut { state, reference: "1".to_owned() };
    let mut postings = vec![fee(1, 300), card(), paid(), Posting::Ended { retained: Twd::ZERO }];
    let refund =
        |number, state| [RefundStep::Requested(request()), accepted(), out(state)].map(|it| step(number, it));
    postings.extend(refund(1, RefundState::Failed));
    assert_eq!(ledger(postings.clone()).waits_since(), Some(at(7)));
    postings.extend(refund(2, RefundState::Settled));
    assert_eq!(ledger(postings).waits_since(), None);
}

#[test]
fn money_goes_back_by_the_provider_only_where_there_is_a_way() {
    for (provider, means, back) in [
        (Provider::EcpayAio, Means::Card, true),
        (Provider::EcpayAio, Means::Atm, false),
        (Provider::EcpayAio, Means::Barcode, false),
        (Provider::NewebpayMpg, Means::Card, true),
        (Provider::NewebpayMpg, Means::StoreCode, false),
        (Provider::LinePay, Means::Wallet, true),
        (Provider::JkoPay, Means::Wallet, true),
        (Provider::Stripe, Means::Card, true),
        (Provider::GovukPay, Means::Card, true),
        (Provider::StandardWebhooks, Means::Card, false),
        (Provider::PaidBillList, Means::Bill, false),
    ] {
        assert_eq!(goes_back_by(provider, means), back, "{provider} {means}");
    }
    let by_provider = |postings| ledger(postings).goes_back_by_provider(&request());
    assert!(by_provider(vec![fee(1, 300), card(), paid()]));
    assert!(!by_provider(vec![fee(1, 300), started(Provider::EcpayAio, Means::Atm), paid()]));
    // A payment that fits no attempt came by nobody knows what.
    assert!(!by_provider(vec![fee(1, 300), paid()]));
}
