//! Anything that a fee can be, and what the catalogue file says of it.

use std::num::NonZeroU64;

use domain::fee::{
    Basis, Bound, Brackets, Channel, Exemption, FeeRule, Measure, Metered, Online, OnlineFee, Percent, Price,
    Rate, Rounding, Tariff, Unit,
};
use domain::money::Twd;
use domain::text::Text;
use platform::codec::fee::{FeeFile, RuleFile};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::round_trips::{any_key, any_text, bilingual};

fn any_amount() -> impl Strategy<Value = Twd> {
    any::<u32>().prop_map(Twd)
}

fn any_rate() -> impl Strategy<Value = Rate> {
    (any_amount(), any::<NonZeroU64>(), option::of(select(Rounding::ALL)))
        .prop_map(|(each, per, rounding)| Rate { each, per, rounding })
}

fn any_price() -> impl Strategy<Value = Price> {
    (any_amount(), option::of(any_rate())).prop_map(|(fee, more)| Price { fee, more })
}

fn any_measure() -> impl Strategy<Value = Measure> {
    let unit = (any_text(), any_text(), any_text()).prop_map(|(zh, one, many)| Unit { zh, one, many });
    prop_oneof![unit.prop_map(Measure::Count), Just(Measure::Area), Just(Measure::Money)]
}

fn any_tariff() -> impl Strategy<Value = Tariff> {
    let bound = prop_oneof![any::<u64>().prop_map(Bound::UpTo), any::<u64>().prop_map(Bound::Below)];
    let flat = (vec((bound, any_price()), 0..4), any_price());
    let marginal = (vec((any::<u64>(), any_rate()), 0..4), any_rate());
    prop_oneof![
        any_rate().prop_map(Tariff::Rate),
        flat.prop_map(|(bounded, rest)| Tariff::Flat(Brackets { bounded, rest })),
        marginal.prop_map(|(bounded, rest)| Tariff::Marginal(Brackets { bounded, rest })),
    ]
}

fn any_basis() -> impl Strategy<Value = Basis> {
    let bounds = (option::of(any_amount()), option::of(any_amount()));
    let metered = (any_key(), any_measure(), any_tariff(), bounds).prop_map(
        |(field, measure, tariff, (minimum, cap))| Metered { field, measure, tariff, minimum, cap },
    );
    prop_oneof![
        1 => Just(Basis::Free),
        1 => Just(Basis::Quoted),
        1 => any_amount().prop_map(Basis::Fixed),
        5 => metered.prop_map(Basis::Metered),
    ]
}

fn any_percent() -> impl Strategy<Value = Percent> {
    (1_u8..=100).prop_map(|percent| Percent::new(percent).unwrap())
}

fn any_rule() -> impl Strategy<Value = FeeRule> {
    let fee = prop_oneof![
        any_percent().prop_map(OnlineFee::PercentOff),
        any_amount().prop_map(OnlineFee::AmountOff),
        any_basis().prop_map(OnlineFee::Instead),
    ];
    let online = option::of((fee, any_text()).prop_map(|(fee, legal_basis)| Online { fee, legal_basis }));
    let exemption = (any_key(), any_key(), any_percent(), bilingual(), any_text()).prop_map(
        |(field, value, percent, reason, legal_basis)| Exemption {
            field,
            value,
            percent,
            reason,
            legal_basis,
        },
    );
    let rest = (select(Rounding::ALL), any_amount());
    (any_basis(), online, vec(exemption, 0..3), rest).prop_map(
        |(basis, online, exemptions, (dollar_rounding, retained_if_ended))| FeeRule {
            basis,
            online,
            exemptions,
            dollar_rounding,
            retained_if_ended,
        },
    )
}

fn read(file: Value) -> FeeRule {
    serde_json::from_value::<FeeFile>(file).unwrap().try_into().unwrap()
}

/// Why a fee is not read: it is no such file, or no such rule.
fn refused(file: Value) -> String {
    match serde_json::from_value::<FeeFile>(file) {
        Ok(file) => FeeRule::try_from(file).unwrap_err().to_string(),
        Err(problem) => problem.to_string(),
    }
}

proptest! {
    #[test]
    fn any_rule_comes_back_as_it_was(rule in any_rule()) {
        let text = serde_json::to_string(&RuleFile::from(&rule)).unwrap();
        let file: FeeFile = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&serde_json::to_string(&file).unwrap(), &text);
        prop_assert_eq!(FeeRule::try_from(file).unwrap(), rule);
    }

    #[test]
    fn a_number_is_the_same_for_everybody(amount: u32) {
        let rule = read(json!(amount));
        let basis = if amount == 0 { Basis::Free } else { Basis::Fixed(Twd(amount)) };
        prop_assert_eq!(rule.known(Channel::Online), Some(Twd(amount)));
        prop_assert_eq!(rule, FeeRule::of(basis));
    }
}

#[test]
fn what_is_left_out_is_as_documented() {
    let copies = read(json!({ "basis": { "type": "per_copy", "field": "copies", "each": 100 } }));
    let rate = Rate { each: Twd(100), per: NonZeroU64::MIN, rounding: None };
    let by_copies = Metered {
        field: "copies".parse().unwrap(),
        measure: Measure::Count(Unit::default()),
        tariff: Tariff::Rate(rate),
        minimum: None,
        cap: None,
    };
    assert_eq!(copies, FeeRule::of(Basis::Metered(by_copies)));
    assert_eq!((copies.dollar_rounding, copies.retained_if_ended), (Rounding::HalfUp, Twd::ZERO));
    let exempt = read(json!({
        "basis": { "type": "quoted" },
        "exemptions": [{ "field": "poor", "value": "yes", "reason": { "zh": "甲", "en": "A" } }],
    }));
    let expected = Exemption {
        field: "poor".parse().unwrap(),
        value: "yes".parse().unwrap(),
        percent: Percent::ALL,
        reason: Text::new("甲", "A"),
        legal_basis: String::new(),
    };
    assert_eq!(exempt.exemptions, [expected]);
}

#[test]
fn a_fee_that_says_too_much_too_little_or_something_else_is_not_read() {
    let basis = |basis: Value| json!({ "basis": basis });
    let online = |online: Value| json!({ "basis": { "type": "fixed", "amount": 300 }, "online": online });
    let tiers = |scheme, tiers: Value| {
        let field = "area";
        basis(
            json!({ "type": "tiered", "field": field, "measure": "area", "scheme": scheme, "tiers": tiers }),
        )
    };
    for (file, says) in [
        (json!(-1), "a fee in whole TWD, or a fee rule"),
        (json!(1.5), "a fee in whole TWD, or a fee rule"),
        (json!("300"), "a fee in whole TWD, or a fee rule"),
        (json!(4_294_967_296_u64), "out of range"),
        (json!({}), "missing field `basis`"),
        (basis(json!({ "type": "per_head" })), "unknown variant `per_head`"),
        (basis(json!({ "type": "fixed", "amount": 300, "cap": 1 })), "unknown field `cap`"),
        (basis(json!({ "type": "per_copy", "field": "a", "each": 1, "max": 2 })), "unknown field `max`"),
        (basis(json!({ "type": "per_copy", "field": "a", "each": 1, "per": 0 })), "nonzero"),
        (
            basis(json!({ "type": "per_area", "field": "a", "each": 1, "rounding": "near" })),
            "not a known Rounding",
        ),
        (
            basis(json!({ "type": "per_area", "field": "a", "each": 1,
                "unit": { "zh": "坪", "en": "ping", "en_plural": "ping" } })),
            "only a fee by what is counted has a `unit`",
        ),
        (online(json!({ "legal_basis": "x" })), "one of `percent_off`"),
        (online(json!({ "percent_off": 20, "amount_off": 20, "legal_basis": "x" })), "one of `percent_off`"),
        (online(json!({ "percent_off": 0, "legal_basis": "x" })), "1 to 100, not 0"),
        (online(json!({ "percent_off": 101, "legal_basis": "x" })), "1 to 100, not 101"),
        (tiers("flat", json!([])), "no brackets"),
        (tiers("steps", json!([])), "unknown variant `steps`"),
        (tiers("flat", json!([{ "fee": 1 }, { "fee": 2 }])), "every bracket but the last"),
        (
            tiers("flat", json!([{ "up_to": 1, "fee": 1 }, { "up_to": 2, "fee": 2 }])),
            "every bracket but the last",
        ),
        (
            tiers("flat", json!([{ "up_to": 1, "below": 1, "fee": 1 }, { "fee": 2 }])),
            "every bracket but the last",
        ),
        (tiers("flat", json!([{ "up_to": 1, "each": 1 }, { "fee": 2 }])), "a flat bracket has a `fee`"),
        (
            tiers("flat", json!([{ "up_to": 1, "fee": 1, "per": 2 }, { "fee": 2 }])),
            "a flat bracket has a `fee`",
        ),
        (tiers("marginal", json!([{ "up_to": 1, "each": 1 }, { "fee": 2 }])), "a marginal bracket"),
        (tiers("marginal", json!([{ "below": 1, "each": 1 }, { "each": 2 }])), "a marginal bracket"),
        (
            tiers("marginal", json!([{ "up_to": 1, "each": 1, "fee": 1 }, { "each": 2 }])),
            "a marginal bracket",
        ),
    ] {
        let refused = refused(file.clone());
        assert!(refused.contains(says), "{file}: {refused}");
    }
}

/// Every example of `docs/fees.md`.
fn documented() -> Vec<Value> {
    let page = include_str!("../../../../docs/fees.md");
    page.split("```json\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .map(|example| {
            serde_json::from_str(example)
                .unwrap_or_else(|problem| panic!("docs/fees.md: {problem}: {example}"))
        })
        .collect()
}

#[test]
fn the_examples_of_the_documentation_are_read() {
    let bases: std::collections::BTreeSet<String> = documented()
        .into_iter()
        .map(|example| {
            let basis = example["fee"]["basis"]["type"].as_str().unwrap_or("number").to_owned();
            read(example["fee"].clone());
            basis
        })
        .collect();
    // `free` is the number 0.
    let all = ["fixed", "number", "per_amount", "per_area", "per_copy", "quoted", "tiered"];
    assert!(all.iter().all(|kind| bases.contains(*kind)), "{bases:?}");
}
