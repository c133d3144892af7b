//! Money that goes back.

use domain::access::Actor;
use domain::agency::Role;
use domain::case::Document;
use domain::command::Command;
use domain::id::UploadId;
use domain::item::FileType;
use domain::money::Twd;
use domain::payment::command::MoneyCommand;
use domain::payment::refund::{ContactBy, Ground, RefundRequest, Route};
use domain::payment::standing::FeeStatus;
use domain::payment::{DisputeState, OrderNo, Provider, RefundState};
use domain::personal::Personal;
use platform::commit::Failure;
use testkit::faults::Act;

use crate::rig::{FEE, Rig, officer};

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

/// Asks for a refund, and lets it be proven and accepted.
fn accepted(rig: &mut Rig, refund: u32, trade_no: &str, amount: Twd) {
    let (cashier, accountant) = (cashier(), accountant());
    rig.money(&cashier, request(trade_no, amount)).unwrap();
    let accept = || MoneyCommand::AcceptRefund { refund, rate: None };
    assert_eq!(code(rig.money(&accountant, accept())), "REFUND_INCOMPLETE");
    let when = rig.now();
    let contact =
        MoneyCommand::LogContact {
            refund, when, how: ContactBy::Telephone, result: "請檢附證明".to_owned()
        };
    rig.money(&cashier, contact).unwrap();
    assert_eq!(code(rig.money(&accountant, accept())), "REFUND_INCOMPLETE");
    rig.money(&Rig::applicant(), MoneyCommand::AddProof { refund, document: proof() }).unwrap();
    assert_eq!(code(rig.money(&cashier, accept())), "FORBIDDEN");
    rig.money(&accountant, accept()).unwrap();
}

fn cashier() -> Actor {
    officer("cashier", Role::Cashier)
}

fn accountant() -> Actor {
    officer("accountant", Role::Accountant)
}

const fn sent(refund: u32) -> MoneyCommand {
    MoneyCommand::SubmitRefund { refund, route: Route::Provider }
}

fn remitted(refund: u32) -> MoneyCommand {
    MoneyCommand::SubmitRefund { refund, route: Route::Remittance { reference: "匯 115-7".to_owned() } }
}

fn paid_out(refund: u32, state: RefundState) -> MoneyCommand {
    MoneyCommand::RecordPayout { refund, state, reference: "業者後台".to_owned() }
}

/// The payer's bank takes back all there is.
fn charged_back(rig: &mut Rig) {
    let (dispute, evidence) = ("D1".to_owned(), "業者來函".to_owned());
    let (provider, state) = (Provider::GovukPay, DisputeState::Lost);
    let lost = MoneyCommand::RecordDispute { provider, dispute, amount: FEE, state, evidence };
    rig.money(&cashier(), lost).unwrap();
}

#[test]
fn a_refund_goes_back_by_the_provider_once() {
    let (mut rig, _, trade_no) = withdrawn();
    let cashier = cashier();
    assert_eq!(code(rig.money(&cashier, request(&trade_no, Twd(301)))), "REFUND_TOO_MUCH");
    accepted(&mut rig, 1, &trade_no, FEE);
    rig.money(&cashier, sent(1)).unwrap();
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
            accepted(&mut rig, 1, &trade_no, FEE);
            let cashier = cashier();
            rig.money(&cashier, sent(1)).unwrap();
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
            // The bank itself would refuse the second: it is not to be asked.
            assert!(rig.world.bank.told_to_pay_back() <= 1, "{act:?} at {point}");
            let refunded = rig.standing().refunded;
            assert!(u64::from(refunded.0) <= paid_back, "{act:?} at {point}: {refunded} of {paid_back}");
        }
    }
}

/// Between the cashier's word and the call, the payer's bank took the money back.
#[test]
fn what_is_no_longer_covered_is_not_paid_after_it_was_sent() {
    let (mut rig, _, trade_no) = withdrawn();
    accepted(&mut rig, 1, &trade_no, FEE);
    rig.money(&cashier(), sent(1)).unwrap();
    charged_back(&mut rig);
    rig.passes(5);
    assert_eq!(rig.world.bank.told_to_pay_back(), 0);
    assert_eq!(rig.loaded().ledger.refund(1).unwrap().state, RefundState::Failed);
    assert_eq!(code(rig.money(&cashier(), request(&trade_no, Twd(1)))), "NOTHING_TO_REFUND");
}

/// The payer's bank was faster: what was agreed to is not sent as well, and does not stay open for ever.
#[test]
fn what_was_charged_back_meanwhile_is_not_sent_as_well() {
    let (mut rig, _, trade_no) = withdrawn();
    accepted(&mut rig, 1, &trade_no, FEE);
    charged_back(&mut rig);
    assert_eq!(code(rig.money(&cashier(), sent(1))), "REFUND_TOO_MUCH");
    let declined =
        MoneyCommand::DeclineRefund { refund: 1, reason: "帳款已由發卡銀行退還".to_owned() };
    rig.money(&accountant(), declined).unwrap();
    assert_eq!(code(rig.money(&cashier(), sent(1))), "NOT_IN_THIS_STATE");
    let standing = rig.standing();
    assert_eq!((standing.refund_in_progress, standing.net), (Twd::ZERO, 0));
    rig.passes(60);
    assert_eq!(rig.world.bank.paid_back(), 0);
}

/// Paid twice, and withdrawn: 600 can go back, and of each payment no more than it brought.
#[test]
fn no_payment_gives_back_more_than_it_brought_and_one_refund_goes_at_a_time() {
    let mut rig = Rig::new();
    for order in [rig.begins_to_pay(), rig.begins_to_pay()] {
        rig.world.bank.pay(&order);
        rig.delivers(rig.request(&order));
    }
    rig.passes(2);
    rig.does(&Rig::applicant(), &Command::Withdraw { reason: String::new() }).unwrap();
    let trade_no = rig.standing().payments[0].trade_no.clone();
    accepted(&mut rig, 1, &trade_no, Twd(200));
    assert_eq!(rig.standing().refundable, Twd(400));
    assert_eq!(code(rig.money(&cashier(), request(&trade_no, Twd(101)))), "REFUND_TOO_MUCH");
    accepted(&mut rig, 2, &trade_no, Twd(100));
    rig.money(&cashier(), sent(1)).unwrap();
    assert_eq!(code(rig.money(&cashier(), sent(2))), "REFUND_UNDER_WAY");
    rig.passes(5);
    rig.money(&cashier(), sent(2)).unwrap();
    rig.passes(5);
    assert_eq!((rig.world.bank.paid_back(), rig.standing().refunded), (300, FEE));
}

#[test]
fn whoever_agreed_does_not_send() {
    let (mut rig, _, trade_no) = withdrawn();
    let mut both = officer("both", Role::Cashier);
    if let Actor::Officer(officer) = &mut both {
        officer.roles.insert(Role::Accountant);
    }
    let applicant = Rig::applicant();
    rig.money(&applicant, request(&trade_no, FEE)).unwrap();
    let (when, result) = (rig.now(), "已聯絡".to_owned());
    rig.money(&both, MoneyCommand::LogContact { refund: 1, when, how: ContactBy::Mail, result }).unwrap();
    rig.money(&applicant, MoneyCommand::AddProof { refund: 1, document: proof() }).unwrap();
    rig.money(&both, MoneyCommand::AcceptRefund { refund: 1, rate: None }).unwrap();
    assert_eq!(code(rig.money(&both, sent(1))), "FOUR_EYES");
    rig.money(&cashier(), sent(1)).unwrap();
}

/// Money goes back the way it came; by remittance once that has failed, and what was taken for failed may
/// turn out to have gone through.
#[test]
fn the_treasury_remits_only_what_the_provider_could_not_pay_back() {
    let (mut rig, _, trade_no) = withdrawn();
    accepted(&mut rig, 1, &trade_no, Twd(100));
    assert_eq!(code(rig.money(&cashier(), remitted(1))), "PROVIDER_PAYS_BACK");
    rig.world.bank.set_silent(true);
    rig.money(&cashier(), sent(1)).unwrap();
    // It is still to be asked for: were it recorded as failed, both would be paid.
    assert_eq!(code(rig.money(&cashier(), paid_out(1, RefundState::Failed))), "REFUND_UNDER_WAY");
    rig.passes(1);
    rig.money(&cashier(), paid_out(1, RefundState::Failed)).unwrap();
    accepted(&mut rig, 2, &trade_no, Twd(200));
    rig.money(&cashier(), remitted(2)).unwrap();
    rig.money(&cashier(), paid_out(2, RefundState::Settled)).unwrap();
    rig.money(&cashier(), paid_out(1, RefundState::Settled)).unwrap();
    assert_eq!((rig.standing().refunded, rig.standing().net), (FEE, 0));
}
