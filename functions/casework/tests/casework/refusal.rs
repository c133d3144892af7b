//! An unposted fee is no ground of refusal, in no state of the fee, however the clause is read
//! (規範 十(三)4); and what may wait for it.

use domain::case::State;
use domain::clock::terms::FeeTiming;
use domain::event::Event;
use domain::money::Twd;
use domain::payment::ledger::Fee;
use domain::payment::standing::FeeStatus;
use domain::refusal::FeeReading;
use platform::config::Config;
use serde_json::{Value, json};
use testkit::samples::{self, Funds, Stage};

use crate::rig::{Reply, Rig, command, get, sample_case, version_with};

/// One in each state of the fee.
const EACH: [(Funds, FeeStatus); 6] = [
    (Funds::NothingDue, FeeStatus::NothingDue),
    (Funds::Owed, FeeStatus::Unpaid),
    (Funds::Partial, FeeStatus::Partial),
    (Funds::Posted, FeeStatus::Posted),
    (Funds::Overpaid, FeeStatus::Overpaid),
    (Funds::RefundDue, FeeStatus::RefundDue),
];

fn send(rig: &Rig, name: &str, number: u64, body: &Value, who: &str) -> Reply {
    rig.send(&command(format!("/api/work/{}/{name}", sample_case()), number, body).by(who))
}

fn refused(reply: &Reply, status: u16, code: &str) {
    assert_eq!((reply.status, &reply.json()["code"]), (status, &json!(code)), "{reply:?}");
}

#[test]
fn an_unposted_fee_is_refused_as_a_ground_in_every_state_of_the_fee() {
    for reading in [FeeReading::Narrow, FeeReading::Wide] {
        for (funds, status) in EACH {
            let rig = Rig::with(funds).reading(reading);
            assert_eq!(rig.case().ledger.standing().status, status);
            let before = rig.world.store.snapshot();
            let body = json!({
                "version": version_with(funds), "outcome": "reject", "ground": "fee_not_posted",
                "reason": "不符場地使用規定。", "fee_aside": true,
            });
            refused(&send(&rig, "propose", 90, &body, samples::HANDLER), 409, "FEE_IS_NO_GROUND");
            let form = [("outcome", "reject"), ("ground", "fee_not_posted"), ("reason", "不符規定。")];
            let reply = rig.send(&rig.form(&sample_case(), "propose", samples::HANDLER, &form));
            assert_eq!(reply.status, 409, "{reply:?}");
            assert!(reply.body.contains("FEE_IS_NO_GROUND") && reply.body.contains("#propose-ground"));
            assert_eq!(rig.world.store.snapshot(), before, "{funds:?} {reading:?}");
        }
    }
}

#[test]
fn a_reason_that_speaks_of_an_unposted_fee_has_to_be_confirmed() {
    for (funds, _) in EACH {
        let rig = Rig::with(funds);
        let version = version_with(funds).into();
        let mut body = samples::proposal_body(version, "reject", "申請人資格不符，另規費尚未入帳。");
        refused(&send(&rig, "propose", 90, &body, samples::HANDLER), 409, "FEE_MENTIONED");
        body["fee_aside"] = json!(true);
        let reply = send(&rig, "propose", 91, &body, samples::HANDLER);
        assert_eq!(reply.status, 200, "{funds:?}: {reply:?}");
        // An approval may say what it likes of the fee.
        let rig = Rig::with(funds);
        let body =
            json!({ "version": version_with(funds), "outcome": "approve", "reason": "規費尚未入帳。" });
        assert_eq!(send(&rig, "propose", 90, &body, samples::HANDLER).status, 200, "{funds:?}");
    }
}

#[test]
fn the_page_asks_for_the_confirmation_and_keeps_what_was_typed() {
    let rig = Rig::with(Funds::Owed);
    let case = sample_case();
    let page = rig.send(&get(format!("/work/{case}")).by(samples::HANDLER)).body;
    assert!(!page.contains("name=\"fee_aside\""), "nobody asked yet");
    for ground in ["not_eligible", "not_corrected", "requirements_not_met"] {
        assert!(page.contains(&format!("<option value=\"{ground}\"")), "{ground}");
    }
    assert!(!page.contains("value=\"fee_not_posted\""), "what is no ground is not offered");

    let reason = "資格不符；申請人未繳費。";
    let typed = samples::proposal_form("reject", reason);
    let reply = rig.send(&rig.form(&case, "propose", samples::HANDLER, &typed));
    assert_eq!(reply.status, 409);
    for told in [
        "FEE_MENTIONED",
        "href=\"#propose-fee_aside\"",
        "本件駁回與費用入帳無關",
        reason,
        "value=\"reject\" required checked",
        "<option value=\"not_eligible\" selected>",
    ] {
        assert!(reply.body.contains(told), "{told} is not in {}", reply.body);
    }
    let confirmed = [typed, vec![("fee_aside", "yes")]].concat();
    let reply = rig.send(&rig.form(&case, "propose", samples::HANDLER, &confirmed));
    assert_eq!(reply.status, 303, "{reply:?}");
    for who in [samples::REVIEWER, samples::HANDLER] {
        let page = rig.send(&get(format!("/work/{case}")).by(who)).body;
        for told in ["事由：不符申請資格", "擬駁回（不符申請資格）。理由：資格不符"]
        {
            assert!(page.contains(told), "{told} is not in {page}");
        }
    }
    let api = rig.send(&get(format!("/api/work/{case}")).by(samples::REVIEWER)).json();
    assert_eq!(api["ruling"]["ground"], "not_eligible");
}

#[test]
fn a_confirmation_is_yes_or_nothing() {
    let rig = Rig::with(Funds::Owed);
    for value in ["no", "", "true"] {
        let fields = [("outcome", "reject"), ("reason", "資格不符。"), ("fee_aside", value)];
        let reply = rig.send(&rig.form(&sample_case(), "propose", samples::HANDLER, &fields));
        assert_eq!(reply.status, 400, "{value}: {reply:?}");
    }
}

/// Proposed to be approved, and then approved by the reviewer.
fn approved(rig: &Rig, funds: Funds, outcome: &str) -> Reply {
    let version = version_with(funds);
    let proposal = samples::proposal_body(version.into(), outcome, "依規定辦理。");
    assert_eq!(send(rig, "propose", 90, &proposal, samples::HANDLER).status, 200);
    send(rig, "approve", 91, &json!({ "version": version + 1 }), samples::REVIEWER)
}

#[test]
fn read_narrowly_a_result_may_wait_for_the_fee_and_read_widely_it_may_not() {
    for (funds, status) in EACH {
        let narrow = approved(&Rig::with(funds), funds, "approve");
        if status.owes() {
            refused(&narrow, 409, "FEE_NOT_POSTED");
        } else {
            assert_eq!(narrow.status, 200, "what the window shows as posted blocks nothing: {narrow:?}");
        }
        let rig = Rig::with(funds).reading(FeeReading::Wide);
        let wide = approved(&rig, funds, "approve");
        assert_eq!((wide.status, &wide.json()["state"]), (200, &json!("approved")), "{funds:?}");
        // What is owed stays owed.
        assert_eq!(rig.case().ledger.standing().status, status);
    }
}

#[test]
fn a_refusal_on_other_grounds_never_waits_for_the_fee() {
    for reading in [FeeReading::Narrow, FeeReading::Wide] {
        for (funds, _) in EACH {
            let reply = approved(&Rig::with(funds).reading(reading), funds, "reject");
            assert_eq!((reply.status, &reply.json()["state"]), (200, &json!("rejected")), "{reply:?}");
        }
    }
}

/// A case whose result waits to be picked up, and whose fee fell due with it.
fn to_be_handed_over(reading: FeeReading) -> Rig {
    let mut record = samples::record(Stage::AwaitingPickUp);
    if let Event::Submitted(submitted) = &mut record[0].event {
        submitted.item.terms.fee = FeeTiming::OnIssue;
        let (lines, reason) = (Vec::new(), String::new());
        submitted.fee = Some(Fee { version: 1, amount: Twd(300), retained: Twd::ZERO, lines, reason });
    }
    Rig::of(&record).reading(reading)
}

#[test]
fn what_is_picked_up_waits_for_the_fee_only_where_the_clause_is_read_narrowly() {
    for (reading, status) in [(FeeReading::Narrow, 409), (FeeReading::Wide, 200)] {
        let rig = to_be_handed_over(reading);
        assert_eq!(rig.case().state, State::AwaitingPickUp);
        let body = json!({ "version": rig.case().version.0, "received_by": "applicant" });
        let reply = send(&rig, "hand_over", 90, &body, samples::HANDLER);
        assert_eq!(reply.status, status, "{reading}: {reply:?}");
    }
    let rig = to_be_handed_over(FeeReading::Narrow);
    let form =
        rig.send(&rig.form(&sample_case(), "hand_over", samples::HANDLER, &[("received_by", "applicant")]));
    assert!(form.status == 409 && form.body.contains("FEE_NOT_POSTED"), "{form:?}");
    let rig = to_be_handed_over(FeeReading::Wide);
    let form =
        rig.send(&rig.form(&sample_case(), "hand_over", samples::HANDLER, &[("received_by", "applicant")]));
    assert_eq!((form.status, rig.case().state), (303, State::Notified));
    assert_eq!(rig.case().ledger.standing().status, FeeStatus::Unpaid, "it is still owed");
}

#[test]
fn a_city_reads_the_clause_in_one_of_two_ways_or_does_not_start() {
    let read = |value: Option<&'static str>| {
        casework::fee_reading(&Config::from_lookup(move |name| {
            value.filter(|_| name == "FEE_READING").map(ToOwned::to_owned)
        }))
    };
    for (value, reading) in [
        (None, FeeReading::Narrow),
        (Some(""), FeeReading::Narrow),
        (Some("narrow"), FeeReading::Narrow),
        (Some("wide"), FeeReading::Wide),
    ] {
        assert_eq!(read(value).unwrap(), reading, "{value:?}");
    }
    for value in ["Wide", "both", "narrow,wide"] {
        let fault = read(Some(value)).unwrap_err();
        assert!(fault.to_string().contains("FEE_READING"), "{fault}");
    }
}
