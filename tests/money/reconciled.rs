//! Files of providers and of the treasury.

use domain::payment::standing::FeeStatus;
use domain::taipei;
use serde_json::{Value, json};
use testkit::bank::MERCHANT;

use crate::rig::Rig;

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
