//! `tests/vectors/payment_scenarios.json`: facts in, the state that must follow.

use std::collections::BTreeSet;
use std::fs;

use domain::event::Party;
use domain::money::Twd;
use domain::payment::attempt::Attempt;
use domain::payment::ledger::{Entry, Fee, Ledger, Posting, Source};
use domain::payment::refund::{Ground, RefundRequest, RefundStep, Route};
use domain::payment::standing::Standing;
use domain::payment::{DisputeState, Means, OrderNo, Provider, Receipt, RefundState, Word};
use jiff::Timestamp;
use serde_json::Value;

/// A scenario: its facts as entries, one for each, and what must follow.
pub struct Scenario {
    pub id: String,
    pub entries: Vec<Entry>,
    pub expected: Value,
}

/// The scenarios have order numbers of other shapes: each becomes one of ours.
fn order(text: &str) -> OrderNo {
    format!("{:0>20}", text.replace('_', "").to_uppercase()).parse().unwrap()
}

fn instant(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

fn amount(value: &Value) -> Twd {
    Twd(value.as_u64().unwrap().try_into().unwrap())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

pub fn all() -> Vec<Scenario> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/payment_scenarios.json");
    let file: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let scenarios = file["vectors"].as_array().unwrap();
    assert_eq!(u64::try_from(scenarios.len()).unwrap(), file["count"].as_u64().unwrap());
    scenarios
        .iter()
        .map(|scenario| {
            let facts = scenario["payload"]["facts"].as_array().unwrap();
            Scenario {
                id: text(&scenario["id"]),
                entries: facts.iter().map(|fact| entry(fact, facts)).collect(),
                expected: scenario["expected_derived"].clone(),
            }
        })
        .collect()
}

fn entry(fact: &Value, facts: &[Value]) -> Entry {
    let provider = || text(&fact["provider"]).parse::<Provider>().unwrap();
    let of_attempt = || {
        facts
            .iter()
            .find(|other| other["type"] == "attempt_created" && other["attempt"] == fact["attempt"])
            .unwrap()
    };
    let heard =
        |order_no: OrderNo, provider, word, source| Posting::Heard { provider, order_no, word, source };
    let posting = match fact["type"].as_str().unwrap() {
        "fee_set" => Posting::FeeSet(Fee {
            version: fact["version"].as_u64().unwrap().try_into().unwrap(),
            amount: amount(&fact["amount"]),
            retained: Twd::ZERO,
            lines: Vec::new(),
            reason: String::new(),
        }),
        "attempt_created" => Posting::Started(Attempt {
            order_no: order(&text(&fact["order_no"])),
            provider: provider(),
            merchant: "3002607".into(),
            means: Means::Card,
            amount: amount(&fact["amount"]),
            made_at: instant(&fact["expires_at"]),
            expires_at: instant(&fact["expires_at"]),
        }),
        "instruction_issued" | "attempt_failed" => {
            let attempt = of_attempt();
            let code = fact.get("code").map_or_else(|| "2".to_owned(), text);
            let provider = text(&attempt["provider"]).parse().unwrap();
            heard(order(&text(&attempt["order_no"])), provider, Word::Failed { code }, Source::Callback)
        }
        "attempt_expired" => Posting::Expired { order_no: order(&text(&of_attempt()["order_no"])) },
        "receipt" => {
            let source = match fact["source"].as_str().unwrap() {
                "callback" => Source::Callback,
                "query" => Source::Query,
                "recon_file" => Source::File,
                other => panic!("no source {other}"),
            };
            let receipt = Receipt {
                trade_no: text(&fact["trade_no"]),
                amount: amount(&fact["amount"]),
                paid_at: instant(&fact["paid_at"]),
                simulated: fact["simulated"] == true,
            };
            heard(order(&text(&fact["order_no"])), provider(), Word::Paid(receipt), source)
        }
        "suspense_applied" => {
            let told = |other: &&Value| other["type"] == "receipt" && other["trade_no"] == fact["trade_no"];
            Posting::Applied {
                provider: provider(),
                trade_no: text(&fact["trade_no"]),
                amount: amount(&facts.iter().find(told).unwrap()["amount"]),
                reason: "同意抵繳".into(),
            }
        }
        "refund" => {
            // The facts of a refund say its amount each; here the request does, whatever came first.
            let number = text(&fact["refund"])[1..].parse().unwrap();
            return refund(number, fact, facts);
        }
        "chargeback" => Posting::Disputed {
            provider: Provider::EcpayAio,
            dispute: text(&fact["chargeback"]),
            amount: amount(&fact["amount"]),
            state: text(&fact["state"]).parse::<DisputeState>().unwrap(),
            evidence: "郵件".into(),
        },
        "case_withdrawn" | "case_rejected" => {
            let posting = Posting::Ended { retained: amount(&fact["retain"]) };
            return Entry { at: instant(&fact["at"]), by: Party::System, posting };
        }
        other => panic!("no fact {other}"),
    };
    Entry { at: Timestamp::UNIX_EPOCH, by: Party::System, posting }
}

fn refund(number: u32, fact: &Value, facts: &[Value]) -> Entry {
    let state = text(&fact["state"]).parse::<RefundState>().unwrap();
    let first = facts.iter().find(|other| other["refund"] == fact["refund"]).unwrap();
    let request = || {
        RefundStep::Requested(RefundRequest {
            provider: Provider::EcpayAio,
            trade_no: String::new(),
            amount: amount(&fact["amount"]),
            ground: Ground::Overpaid,
            reason: String::new(),
        })
    };
    let step = match state {
        // Where the scenario leaves the request out, its first word stands for it.
        _ if std::ptr::eq(first, fact) && state == RefundState::Accepted => {
            return Entry {
                at: Timestamp::UNIX_EPOCH,
                by: Party::System,
                posting: Posting::Heard {
                    provider: Provider::EcpayAio,
                    order_no: order("R"),
                    word: Word::Refunded {
                        refund: domain::payment::refund::number_at_provider(&order("R"), number),
                        amount: amount(&fact["amount"]),
                        state,
                    },
                    source: Source::Query,
                },
            };
        }
        RefundState::Requested => request(),
        RefundState::Accepted => RefundStep::Accepted { interest_cents: 0, interest_days: 0 },
        RefundState::Submitted => RefundStep::Submitted(Route::Provider),
        paid => RefundStep::PaidOut { state: paid, reference: String::new() },
    };
    let posting = Posting::Refund { refund: number, step };
    Entry { at: Timestamp::UNIX_EPOCH, by: Party::System, posting }
}

pub fn standing(entries: Vec<Entry>) -> Standing {
    Ledger { entries }.standing()
}

#[test]
fn every_scenario_comes_out_as_published() {
    for Scenario { id, entries, expected } in all() {
        let found = standing(entries);
        let twd = |name: &str| expected[name].as_u64().map(|amount| Twd(amount.try_into().unwrap()));
        assert_eq!(Some(found.due), twd("due_twd"), "{id}: due");
        assert_eq!(Some(found.applied), twd("applied_twd"), "{id}: applied");
        assert_eq!(Some(found.suspense), twd("suspense_twd"), "{id}: suspense");
        assert_eq!(Some(found.unmatched), twd("unmatched_twd"), "{id}: unmatched");
        assert_eq!(Some(found.refunded), twd("refunded_twd"), "{id}: refunded");
        assert_eq!(Some(found.refund_in_progress), twd("refund_in_progress_twd"), "{id}: in progress");
        assert_eq!(Some(found.chargeback_lost), twd("chargeback_lost_twd"), "{id}: charged back");
        assert_eq!(Some(found.net), expected["net_twd"].as_i64(), "{id}: net");
        assert_eq!(Some(found.status.code()), expected["fee_status"].as_str(), "{id}: status");
        assert_eq!(Some(found.condition_met), expected["fee_condition_met"].as_bool(), "{id}: condition");
        assert_eq!(Some(found.refundable), twd("refundable_twd"), "{id}: refundable");
        let flags: BTreeSet<&str> = found.flags.iter().map(|flag| flag.code()).collect();
        let told = expected["flags"].as_array().unwrap().iter().map(|flag| flag.as_str().unwrap());
        assert_eq!(flags, told.collect(), "{id}: flags");
    }
}
