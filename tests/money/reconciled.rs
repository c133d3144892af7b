//! Files, and money that goes back.

use domain::agency::Role;
use domain::case::Document;
use domain::command::Command;
use domain::id::UploadId;
use domain::item::FileType;
use domain::money::Twd;
use domain::payment::command::MoneyCommand;
use domain::payment::refund::{ContactBy, Ground, RefundRequest, Route};
use domain::payment::standing::FeeStatus;
use domain::payment::{OrderNo, Provider, RefundState};
use domain::personal::Personal;
use domain::taipei;
use platform::commit::Failure;
use serde_json::{Value, json};
use testkit::bank::MERCHANT;
use testkit::faults::Act;

use crate::rig::{FEE, Rig, officer};

fn import(rig: &Rig, book: &str, content: &str) -> Value {
    let day = taipei::day_of(rig.now());
    rig.invokes(json!({ "import": {
        "provider": "govuk_pay", "merchant": MERCHANT, "day": day, "book": book, "content": content,
    } }))
}

#[test]
fn a_file_finds_what_no_callback_told_and_posts_it() {
    let mut rig = Rig::new();
    let order = rig.begins_to_pay();
    rig.world.bank.set_silent(true);
    let paid_at = rig.now();
    let list = format!("order_no,amount,paid_at,trade_no\n{order},300,{paid_at},T1\n");
    let found = import(&rig, "provider", &list);
    assert_eq!((&found["lines"], &found["findings"][0]["difference"]), (&json!(1), &json!("recovered")));
    rig.passes(3);
    assert_eq!((rig.standing().status, rig.events("payment_heard")), (FeeStatus::Posted, 1));
    // Again, with the treasury's file beside it: nothing is left to find.
    assert_eq!(import(&rig, "provider", &list)["findings"], json!([]));
    assert_eq!(import(&rig, "treasury", "trade_no,amount\nT1,300\n")["findings"], json!([]));
    rig.passes(3);
    assert_eq!(rig.events("payment_heard"), 1);
    let short = import(&rig, "treasury", "trade_no,amount\nT1,299\nT2,5\n");
    let kinds: Vec<_> = short["findings"].as_array().unwrap().iter().map(|it| &it["difference"]).collect();
    assert_eq!(kinds, ["credit_differs", "credited_only"]);
}

#[test]
fn a_bad_file_is_refused_as_a_whole_and_its_line_named() {
    let rig = Rig::new();
    let day = taipei::day_of(rig.now());
    for (book, content, named) in [
        ("treasury", "trade_no,amount\nT1,300\nT2,three\n", "line 3"),
        ("treasury", "amount,trade_no\n", "line 1"),
        ("provider", "order_no,amount,paid_at,trade_no\nX,300,yesterday,T1\n", "2: no time of payment"),
    ] {
        let payload = json!({ "import": {
            "provider": "govuk_pay", "merchant": MERCHANT, "day": day, "book": book, "content": content,
        } });
        let process = payment_reconciliation::handle(&rig.reconciliation, payload);
        let refused = testkit::faults::run(&rig.world.gate, process).unwrap().unwrap_err();
        assert!(refused.to_string().contains(named), "{refused}");
    }
    assert_eq!(rig.world.store.rows(platform::keys::Table::Payments), vec![]);
}

/// A case that was withdrawn after its fee was paid.
fn withdrawn() -> (Rig, OrderNo, String) {
    let mut rig = Rig::new();
    let order = rig.begins_to_pay();
    rig.world.bank.pay(&order);
    rig.delivers(rig.request(&order));
    rig.passes(2);
    let applicant = Rig::applicant();
    rig.does(&applicant, &Command::Withdraw { reason: String::new() }).unwrap();
    let trade_no = rig.standing().payments[0].trade_no.clone();
    (rig, order, trade_no)
}

fn proof() -> Document {
    Document {
        upload: UploadId::from_bytes([7; 16]),
        requirement: "proof_of_payment".parse().unwrap(),
        file_name: Personal::new("收據.pdf".to_owned()),
        file_type: FileType::Pdf,
        bytes: 15,
        sha256: [7; 32],
    }
}

fn request(trade_no: &str, amount: Twd) -> MoneyCommand {
    let (provider, trade_no) = (Provider::GovukPay, trade_no.to_owned());
    let reason = "申請人撤回".to_owned();
    MoneyCommand::RequestRefund(RefundRequest {
        provider,
        trade_no,
        amount,
        ground: Ground::Withdrawn,
        reason,
    })
}

fn code(refused: Result<platform::commit::Done, Failure>) -> &'static str {
    match refused {
        Err(Failure::Rejected(rejection)) => rejection.code(),
        other => panic!("{other:?}"),
    }
}

/// Brings a refund of `amount` to where it can be sent.
fn accepted(rig: &mut Rig, trade_no: &str, amount: Twd) {
    let (cashier, accountant) = (officer("cashier", Role::Cashier), officer("accountant", Role::Accountant));
    let applicant = Rig::applicant();
    rig.money(&cashier, request(trade_no, amount)).unwrap();
    let accept = || MoneyCommand::AcceptRefund { refund: 1, rate: None };
    assert_eq!(code(rig.money(&accountant, accept())), "REFUND_INCOMPLETE");
    let when = rig.now();
    let contact = MoneyCommand::LogContact {
        refund: 1,
        when,
        how: ContactBy::Telephone,
        result: "請檢附證明".to_owned(),
    };
    rig.money(&cashier, contact).unwrap();
    assert_eq!(code(rig.money(&accountant, accept())), "REFUND_INCOMPLETE");
    rig.money(&applicant, MoneyCommand::AddProof { refund: 1, document: proof() }).unwrap();
    assert_eq!(code(rig.money(&cashier, accept())), "FORBIDDEN");
    rig.money(&accountant, accept()).unwrap();
}

#[test]
fn a_refund_goes_back_by_the_provider_once() {
    let (mut rig, _, trade_no) = withdrawn();
    let cashier = officer("cashier", Role::Cashier);
    assert_eq!(code(rig.money(&cashier, request(&trade_no, Twd(301)))), "REFUND_TOO_MUCH");
    accepted(&mut rig, &trade_no, FEE);
    rig.money(&cashier, MoneyCommand::SubmitRefund { refund: 1, route: Route::Provider }).unwrap();
    rig.passes(5);
    assert_eq!(rig.world.bank.paid_back(), 300);
    let standing = rig.standing();
    assert_eq!((standing.status, standing.refunded), (FeeStatus::NothingDue, FEE));
    assert_eq!(rig.loaded().ledger.refund(1).unwrap().state, RefundState::Settled);
    assert_eq!(code(rig.money(&cashier, request(&trade_no, Twd(1)))), "NOTHING_TO_REFUND");
    assert_eq!(rig.notices().iter().filter(|kind| **kind == "refund_paid").count(), 1);
}

/// Whatever is cut off, no money goes back twice, and what came of it is never invented.
#[test]
fn a_refund_that_is_cut_off_is_never_paid_twice() {
    for act in [Act::CrashBefore, Act::CrashAfter, Act::FailBefore, Act::FailAfter] {
        for point in 1..=8 {
            let (mut rig, _, trade_no) = withdrawn();
            accepted(&mut rig, &trade_no, FEE);
            let cashier = officer("cashier", Role::Cashier);
            rig.money(&cashier, MoneyCommand::SubmitRefund { refund: 1, route: Route::Provider }).unwrap();
            let mut left = point;
            rig.world.gate.follow(move |_, site| {
                use testkit::faults::Site;
                if matches!(site, Site::StoreWrite | Site::ProviderCall) {
                    left -= 1;
                    if left == 0 {
                        return act;
                    }
                }
                Act::Pass
            });
            rig.passes(3);
            rig.world.gate.open();
            rig.passes(60);
            let paid_back = rig.world.bank.paid_back();
            assert!(paid_back == 0 || paid_back == 300, "{act:?} at {point}: {paid_back}");
            let refunded = rig.standing().refunded;
            assert!(u64::from(refunded.0) <= paid_back, "{act:?} at {point}: {refunded} of {paid_back}");
        }
    }
}
