//! The commands about money, well-formed and malformed, as JSON and as forms.

use domain::access::Actor;
use domain::id::UploadId;
use domain::money::Twd;
use domain::payment::attempt::Attempt;
use domain::payment::command::MoneyCommand;
use domain::payment::ledger::Source;
use domain::payment::{Means, OrderNo, Provider, Receipt, RefundState, Word};
use serde_json::{Value, json};
use testkit::samples::{self, Funds, trade_no};

use crate::money_matrix::{body, fields};
use crate::rig::{Reply, Rig, TREASURER, command, get, sample_case, version_with};

fn send(rig: &Rig, name: &str, number: u64, body: &Value, who: &str) -> Reply {
    rig.send(&command(format!("/api/work/{}/{name}", sample_case()), number, body).by(who))
}

/// The money with which each command is carried out, and by whom.
const SOUND: [(&str, Funds, &str); 10] = [
    ("set_fee", Funds::Owed, samples::CASHIER),
    ("apply_suspense", Funds::InSuspense, samples::CASHIER),
    ("record_dispute", Funds::Posted, samples::CASHIER),
    ("check_off", Funds::ChargedBack, samples::CASHIER),
    ("request_refund", Funds::Overpaid, samples::CASHIER),
    ("log_contact", Funds::Asked, samples::CASHIER),
    ("accept_refund", Funds::Proven, samples::ACCOUNTANT),
    ("decline_refund", Funds::Asked, samples::ACCOUNTANT),
    ("submit_refund", Funds::Accepted, samples::CASHIER),
    ("record_payout", Funds::Submitted, samples::CASHIER),
];

fn sound(name: &str) -> (Rig, Value, &'static str) {
    let (_, funds, who) = SOUND.into_iter().find(|(known, ..)| *known == name).unwrap();
    (Rig::with(funds), body(name, version_with(funds)), who)
}

/// `name` with `change` made to its sound body is refused, and changes nothing.
fn refused(name: &str, change: &Value, status: u16, code: &str) {
    let (rig, mut body, who) = sound(name);
    for (field, value) in change.as_object().unwrap() {
        if *value == json!("-") {
            body.as_object_mut().unwrap().remove(field);
        } else {
            body[field] = value.clone();
        }
    }
    let before = rig.world.store.snapshot();
    let reply = send(&rig, name, 90, &body, who);
    assert_eq!((reply.status, &reply.json()["code"]), (status, &json!(code)), "{name} {change}: {reply:?}");
    assert_eq!(rig.world.store.snapshot(), before, "{name} {change}");
}

#[test]
fn every_sound_command_is_carried_out_once() {
    for (name, ..) in SOUND {
        let (rig, body, who) = sound(name);
        let reply = send(&rig, name, 90, &body, who);
        assert_eq!((reply.status, &reply.json()["replayed"]), (200, &json!(false)), "{name}: {reply:?}");
        let before = rig.world.store.snapshot();
        let again = send(&rig, name, 90, &body, who);
        assert_eq!((again.status, &again.json()["replayed"]), (200, &json!(true)), "{name}: {again:?}");
        assert_eq!(rig.world.store.snapshot(), before, "{name}");
    }
}

#[test]
fn bodies_that_are_not_as_agreed() {
    for (name, ..) in SOUND {
        let (_, sound, _) = sound(name);
        let required = sound.as_object().unwrap().keys().filter(|field| *field != "rate");
        for field in required {
            refused(name, &json!({ field: "-" }), 400, "BAD_JSON");
            refused(name, &json!({ field: [] }), 400, "BAD_JSON");
        }
        refused(name, &json!({ "colour": "red" }), 400, "BAD_JSON");
        refused(name, &json!({ "version": 1 }), 409, "STALE_VERSION");
    }
    for (name, change) in [
        ("set_fee", json!({ "amount": -1 })),
        ("set_fee", json!({ "amount": 1.5 })),
        ("set_fee", json!({ "amount": "300" })),
        ("set_fee", json!({ "amount": 4_294_967_296_u64 })),
        ("apply_suspense", json!({ "provider": "bank" })),
        ("record_dispute", json!({ "state": "settled" })),
        ("check_off", json!({ "flag": "mood" })),
        ("request_refund", json!({ "ground": "kindness" })),
        ("log_contact", json!({ "how": "pigeon" })),
        ("log_contact", json!({ "when": "2026-11-19T10:00" })),
        ("log_contact", json!({ "refund": -1 })),
        ("accept_refund", json!({ "rate": "1.72%" })),
        ("accept_refund", json!({ "rate": 0.0172 })),
        ("submit_refund", json!({ "route": "cash" })),
        ("record_payout", json!({ "state": "paid" })),
    ] {
        refused(name, &change, 400, "BAD_JSON");
    }
}

#[test]
fn what_the_rules_refuse() {
    let long = "字".repeat(2_001);
    for (name, change, status, code) in [
        ("set_fee", json!({ "amount": 100_000_001 }), 422, "AMOUNT_OUT_OF_BOUNDS"),
        ("set_fee", json!({ "retained": 401 }), 422, "AMOUNT_OUT_OF_BOUNDS"),
        ("set_fee", json!({ "reason": " " }), 422, "REASON_REQUIRED"),
        ("set_fee", json!({ "reason": long }), 422, "REASON_REQUIRED"),
        ("apply_suspense", json!({ "amount": 300 }), 422, "AMOUNT_OUT_OF_BOUNDS"),
        ("apply_suspense", json!({ "trade_no": "26111900000009" }), 409, "NO_SUCH_PAYMENT"),
        ("apply_suspense", json!({ "provider": "newebpay_mpg" }), 409, "NO_SUCH_PAYMENT"),
        ("apply_suspense", json!({ "reason": "" }), 422, "REASON_REQUIRED"),
        ("record_dispute", json!({ "amount": 0 }), 422, "AMOUNT_OUT_OF_BOUNDS"),
        ("record_dispute", json!({ "amount": 301 }), 422, "AMOUNT_OUT_OF_BOUNDS"),
        ("record_dispute", json!({ "evidence": "" }), 422, "REASON_REQUIRED"),
        ("record_dispute", json!({ "dispute": "" }), 422, "REASON_REQUIRED"),
        ("check_off", json!({ "finding": "" }), 422, "REASON_REQUIRED"),
        ("check_off", json!({ "flag": "unclear" }), 409, "NOT_IN_THIS_STATE"),
        // A flag that says what to do is done with by doing it.
        ("check_off", json!({ "flag": "amount_mismatch" }), 409, "NOT_IN_THIS_STATE"),
        ("request_refund", json!({ "amount": 0 }), 422, "REFUND_TOO_MUCH"),
        // Of the 600 that came, 300 is due.
        ("request_refund", json!({ "amount": 301 }), 422, "REFUND_TOO_MUCH"),
        ("request_refund", json!({ "trade_no": "26111900000009" }), 409, "NO_SUCH_PAYMENT"),
        ("request_refund", json!({ "ground": "ended_for_lateness" }), 409, "NOT_IN_THIS_STATE"),
        ("request_refund", json!({ "reason": "" }), 422, "REASON_REQUIRED"),
        ("log_contact", json!({ "when": "2027-01-01T00:00:00Z" }), 422, "IN_THE_FUTURE"),
        ("log_contact", json!({ "result": " \n " }), 422, "REASON_REQUIRED"),
        ("log_contact", json!({ "refund": 2 }), 409, "NO_SUCH_REFUND"),
        ("accept_refund", json!({ "rate": "-" }), 422, "RATE_REQUIRED"),
        ("accept_refund", json!({ "refund": 0 }), 409, "NO_SUCH_REFUND"),
        ("decline_refund", json!({ "reason": "" }), 422, "REASON_REQUIRED"),
        ("submit_refund", json!({ "route": "remittance" }), 422, "PROVIDER_PAYS_BACK"),
        ("record_payout", json!({ "reference": "" }), 422, "REASON_REQUIRED"),
        ("record_payout", json!({ "state": "requested" }), 409, "NOT_IN_THIS_STATE"),
        // It has not been paid out yet.
        ("record_payout", json!({ "state": "bounced" }), 409, "NOT_IN_THIS_STATE"),
    ] {
        refused(name, &change, status, code);
    }
}

#[test]
fn a_refund_needs_a_contact_and_then_proof() {
    for (funds, lacks) in [(Funds::Asked, "contact"), (Funds::Contacted, "proof")] {
        let rig = Rig::with(funds);
        let api = rig.send(&get(format!("/api/work/{}", sample_case())).by(samples::ACCOUNTANT)).json();
        assert_eq!(api["fee"]["refunds"][0]["lacks"], lacks);
        let body = body("accept_refund", version_with(funds));
        let reply = send(&rig, "accept_refund", 90, &body, samples::ACCOUNTANT);
        assert_eq!((reply.status, &reply.json()["code"]), (422, &json!("REFUND_INCOMPLETE")), "{funds:?}");
    }
}

#[test]
fn nobody_decides_on_a_refund_they_asked_for() {
    let rig = Rig::with(Funds::Overpaid);
    let version = version_with(Funds::Overpaid);
    let asked = send(&rig, "request_refund", 90, &body("request_refund", version), TREASURER);
    let contacted = send(&rig, "log_contact", 91, &body("log_contact", version + 1), TREASURER);
    assert_eq!((asked.status, contacted.status), (200, 200), "{asked:?} {contacted:?}");
    let document = samples::proof(UploadId::from_bytes([6; 16]));
    let applicant = Actor::Applicant(samples::person("applicant"));
    rig.money(applicant, MoneyCommand::AddProof { refund: 1, document });
    let before = rig.world.store.snapshot();
    for name in ["accept_refund", "decline_refund"] {
        let reply = send(&rig, name, 92, &body(name, version + 3), TREASURER);
        assert_eq!((reply.status, &reply.json()["code"]), (409, &json!("FOUR_EYES")), "{name}");
        assert_eq!(rig.world.store.snapshot(), before);
        let form = rig.send(&rig.form(&sample_case(), name, TREASURER, &fields(name)));
        assert!(form.status == 409 && form.body.contains("FOUR_EYES"), "{form:?}");
    }
    let other = send(&rig, "accept_refund", 93, &body("accept_refund", version + 3), samples::ACCOUNTANT);
    assert_eq!(other.status, 200, "{other:?}");
}

/// A payment by virtual account, paid twice, and a refund of it that was agreed to.
fn paid_by_transfer() -> Rig {
    let rig = Rig::with(Funds::Owed);
    let payer = || Actor::Applicant(samples::person("applicant"));
    let now = rig.case().ledger.entries.last().unwrap().at;
    let attempt = |number| Attempt {
        order_no: OrderNo::random(&[number; 20]),
        provider: Provider::EcpayAio,
        merchant: "3002607".to_owned(),
        means: Means::Atm,
        amount: Twd(300),
        made_at: now,
        expires_at: now,
    };
    let heard = |number| MoneyCommand::Hear {
        provider: Provider::EcpayAio,
        order_no: OrderNo::random(&[number; 20]),
        word: Word::Paid(Receipt {
            trade_no: trade_no(number),
            amount: Twd(300),
            paid_at: now,
            simulated: false,
        }),
        source: Source::Callback,
    };
    for number in [1, 2] {
        rig.money(payer(), MoneyCommand::Pay(attempt(number)));
    }
    for number in [1, 2] {
        rig.money(Actor::System, heard(number));
    }
    let version = || rig.case().version.0;
    let done = |name, number, who| {
        let reply = send(&rig, name, number, &body(name, version()), who);
        assert_eq!(reply.status, 200, "{reply:?}");
    };
    done("request_refund", 80, samples::CASHIER);
    done("log_contact", 81, samples::CASHIER);
    let document = samples::proof(UploadId::from_bytes([6; 16]));
    rig.money(payer(), MoneyCommand::AddProof { refund: 1, document });
    done("accept_refund", 82, samples::ACCOUNTANT);
    rig
}

#[test]
fn what_came_by_transfer_goes_back_by_remittance() {
    let rig = paid_by_transfer();
    let version = rig.case().version.0;
    let reply = send(&rig, "submit_refund", 90, &body("submit_refund", version), samples::CASHIER);
    assert_eq!((reply.status, &reply.json()["code"]), (422, &json!("NO_WAY_BACK")), "{reply:?}");
    let page = rig.send(&get(format!("/work/{}", sample_case())).by(samples::CASHIER)).body;
    assert!(page.contains("value=\"remittance\"") && !page.contains("value=\"provider\""), "{page}");
    let fields = [("refund", "1"), ("route", "remittance"), ("reference", "TT-20261119-7")];
    let sent = rig.send(&rig.form(&sample_case(), "submit_refund", samples::CASHIER, &fields));
    assert_eq!(sent.status, 303, "{sent:?}");
    let api = rig.send(&get(format!("/api/work/{}", sample_case())).by(samples::CASHIER)).json();
    let expected = json!({ "route": "remittance", "reference": "TT-20261119-7" });
    assert_eq!(api["fee"]["refunds"][0]["route"], expected);
}

/// The lines of a fee follow from what staff say.
#[test]
fn a_fee_says_how_it_was_computed() {
    let rig = Rig::with(Funds::Owed);
    let body = json!({
        "version": version_with(Funds::Owed), "amount": 1_500, "retained": 200, "reason": "場地 100 平方公尺 × 15 元。",
    });
    assert_eq!(send(&rig, "set_fee", 90, &body, samples::HANDLER).status, 200);
    let api = rig.send(&get(format!("/api/work/{}", sample_case())).by(samples::HANDLER)).json();
    let fee = &api["fee"];
    assert_eq!((&fee["amount"], &fee["retained"], &fee["due"]), (&json!(1_500), &json!(200), &json!(1_500)));
    assert_eq!(fee["lines"][0]["zh"], "機關核定新臺幣 1,500 元：場地 100 平方公尺 × 15 元。");
    assert_eq!(fee["lines"][1]["en"], "Of this, NT$200 is kept if the case is withdrawn or rejected");
    assert_eq!(fee["reason"], "場地 100 平方公尺 × 15 元。");
}

#[test]
fn forms_that_are_not_as_agreed_come_back_with_the_field_to_repair() {
    for (name, field, value) in [
        ("set_fee", "amount", ""),
        ("set_fee", "amount", "300.5"),
        ("set_fee", "amount", "-1"),
        ("set_fee", "retained", "x"),
        ("apply_suspense", "payment", ""),
        ("apply_suspense", "payment", "ecpay_aio:26111900000001"),
        ("apply_suspense", "payment", "200:bank:26111900000001"),
        ("record_dispute", "provider", "bank"),
        ("record_dispute", "state", ""),
        ("check_off", "flag", "mood"),
        ("request_refund", "payment", "26111900000001"),
        ("request_refund", "ground", "kindness"),
        ("log_contact", "refund", ""),
        ("log_contact", "when", "yesterday"),
        ("log_contact", "how", ""),
        ("accept_refund", "rate", "1.72%"),
        ("submit_refund", "route", "cash"),
        ("record_payout", "state", "paid"),
    ] {
        let (rig, _, who) = sound(name);
        let before = rig.world.store.snapshot();
        let mut fields = fields(name);
        fields.retain(|(known, _)| *known != field);
        fields.push((field, value));
        let reply = rig.send(&rig.form(&sample_case(), name, who, &fields));
        assert_eq!(reply.status, 400, "{name} {field}={value}: {reply:?}");
        assert!(reply.body.contains("BAD_FIELD"), "{name} {field}={value}");
        assert!(reply.body.contains(&format!("href=\"#{name}-{field}\"")), "{name} {field}={value}");
        assert!(reply.body.contains(&format!("id=\"{name}-{field}\"")), "{name} {field}={value}");
        assert_eq!(rig.world.store.snapshot(), before);
    }
}

#[test]
fn forms_that_the_rules_refuse_name_the_field() {
    for (name, field, value, status, anchor) in [
        ("set_fee", "retained", "401", 422, "retained"),
        ("set_fee", "amount", "100000001", 422, "amount"),
        ("set_fee", "reason", "", 422, "reason"),
        ("apply_suspense", "reason", "", 422, "reason"),
        ("apply_suspense", "payment", "200:ecpay_aio:9", 409, "payment"),
        ("apply_suspense", "payment", "300:ecpay_aio:26111900000001", 422, "payment"),
        ("record_dispute", "dispute", " ", 422, "dispute"),
        ("record_dispute", "evidence", "", 422, "evidence"),
        ("record_dispute", "amount", "301", 422, "amount"),
        ("check_off", "finding", " ", 422, "finding"),
        ("request_refund", "amount", "301", 422, "amount"),
        ("log_contact", "when", "2027-01-01T00:00", 422, "when"),
        ("log_contact", "result", "", 422, "result"),
        ("log_contact", "refund", "2", 409, "refund"),
        ("accept_refund", "rate", "", 422, "rate"),
        ("submit_refund", "route", "remittance", 422, "route"),
        ("record_payout", "reference", "", 422, "reference"),
    ] {
        let (rig, _, who) = sound(name);
        let mut fields = fields(name);
        fields.retain(|(known, _)| *known != field);
        fields.push((field, value));
        let reply = rig.send(&rig.form(&sample_case(), name, who, &fields));
        assert_eq!(reply.status, status, "{name} {field}={value}: {reply:?}");
        assert!(reply.body.contains(&format!("href=\"#{name}-{anchor}\"")), "{name} {field}={value}");
    }
}

#[test]
fn a_refund_goes_all_the_way_by_forms() {
    let rig = Rig::with(Funds::Overpaid);
    let case = sample_case();
    let done = |name: &str, who: &str, fields: &[(&str, &str)]| {
        let reply = rig.send(&rig.form(&case, name, who, fields));
        assert_eq!(
            (reply.status, reply.location.clone()),
            (303, format!("/work/{case}?done={name}")),
            "{reply:?}"
        );
        let page = rig.send(&get(reply.location).by(who)).body;
        assert!(page.contains("role=\"status\""), "{name} is confirmed");
        page
    };
    let request = [
        ("payment", "ecpay_aio:26111900000002"),
        ("amount", "300"),
        ("ground", "overpaid"),
        ("reason", "重複繳費。"),
    ];
    let page = done("request_refund", samples::CASHIER, &request);
    assert!(page.contains("尚無聯絡申請人之紀錄"), "{page}");
    let page = done("log_contact", samples::CASHIER, &fields("log_contact"));
    assert!(page.contains("申請人尚未檢附繳費證明") && page.contains("將補證明。"), "{page}");
    let document = samples::proof(UploadId::from_bytes([6; 16]));
    let applicant = Actor::Applicant(samples::person("applicant"));
    rig.money(applicant, MoneyCommand::AddProof { refund: 1, document });
    let page = done("accept_refund", samples::ACCOUNTANT, &fields("accept_refund"));
    // 300 x 0.0172 x 1 / 365, the day of payment and of today being one.
    assert!(page.contains("新臺幣 0.01 元（1 日，由機關另行撥付）"), "{page}");
    done("submit_refund", samples::CASHIER, &fields("submit_refund"));
    // While the provider is being asked, nobody knows better.
    let early = rig.send(&rig.form(&case, "record_payout", samples::CASHIER, &fields("record_payout")));
    assert!(early.status == 409 && early.body.contains("REFUND_UNDER_WAY"), "{early:?}");
    rig.asked_to_pay_back();
    let page = done("record_payout", samples::CASHIER, &fields("record_payout"));
    assert!(
        page.contains("已退費") && page.contains("計入規費之繳費 600 元 − 已退費 300 元 = 300 元"),
        "{page}"
    );
    assert_eq!(rig.case().ledger.refund(1).unwrap().state, RefundState::Settled);
}
