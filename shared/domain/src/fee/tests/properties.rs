//! What holds of every rule and every answer.

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::clock::terms::FeeTiming;
use crate::form::{Field, FieldKind};

/// The largest number that the form takes.
const MOST: u64 = 1_000_000;

fn any_measure() -> impl Strategy<Value = Measure> {
    select(vec![Measure::Count(Unit::default()), Measure::Area, Measure::Money])
}

fn any_rate() -> impl Strategy<Value = Rate> {
    let rounding = option::of(select(Rounding::ALL));
    (0_u32..3_000, 1_u64..500, rounding).prop_map(|(each, per, rounding)| rate(each, per, rounding))
}

/// Ascending bounds, each with what `of` gives.
fn any_bounded<T: std::fmt::Debug>(of: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<(u64, T)>> {
    btree_map(2..MOST, of, 1..4).prop_map(|bounded| bounded.into_iter().collect())
}

fn any_flat() -> impl Strategy<Value = Tariff> {
    let price = || {
        (any::<u16>(), option::of(any_rate())).prop_map(|(fee, more)| Price { fee: Twd(fee.into()), more })
    };
    let bounded = any_bounded((price(), any::<bool>()));
    (bounded, price()).prop_map(|(bounded, rest)| {
        let bound = |number, below| if below { Bound::Below(number) } else { Bound::UpTo(number) };
        let bounded =
            bounded.into_iter().map(|(number, (price, below))| (bound(number, below), price)).collect();
        Tariff::Flat(Brackets { bounded, rest })
    })
}

/// A price that does not fall from one bracket to the next.
fn rising_flat() -> impl Strategy<Value = Tariff> {
    (any_bounded(1_u32..1_000), any::<bool>()).prop_map(|(bounded, below)| {
        let mut fee = 0;
        let bounded = bounded.into_iter().map(|(number, rise)| {
            fee += rise;
            let bound = if below { Bound::Below(number) } else { Bound::UpTo(number) };
            (bound, Price { fee: Twd(fee), more: None })
        });
        let bounded: Vec<_> = bounded.collect();
        Tariff::Flat(Brackets { bounded, rest: Price { fee: Twd(fee), more: Some(rate(3, 7, None)) } })
    })
}

fn any_marginal() -> impl Strategy<Value = Tariff> {
    (any_bounded(any_rate()), any_rate())
        .prop_map(|(bounded, rest)| Tariff::Marginal(Brackets { bounded, rest }))
}

fn any_metered(tariff: impl Strategy<Value = Tariff>) -> impl Strategy<Value = Metered> {
    let bounds = (option::of(any::<u16>()), option::of(any::<u16>()));
    (any_measure(), tariff, bounds).prop_map(|(measure, tariff, (minimum, more))| {
        let minimum = minimum.map(|minimum| Twd(minimum.into()));
        let cap = more.map(|more| Twd(minimum.unwrap_or_default().0 + u32::from(more)));
        Metered { minimum, cap, ..metered("quantity", measure, tariff) }
    })
}

fn any_tariff() -> impl Strategy<Value = Tariff> {
    prop_oneof![any_rate().prop_map(Tariff::Rate), any_flat(), any_marginal()]
}

fn any_basis() -> impl Strategy<Value = Basis> {
    prop_oneof![
        1 => Just(Basis::Free),
        1 => any::<u32>().prop_map(|amount| Basis::Fixed(Twd(amount))),
        5 => any_metered(any_tariff()).prop_map(Basis::Metered),
    ]
}

fn any_online() -> impl Strategy<Value = Option<Online>> {
    let fee = prop_oneof![
        (1_u8..=100).prop_map(off),
        any::<u32>().prop_map(|amount| OnlineFee::AmountOff(Twd(amount))),
        any_basis().prop_map(OnlineFee::Instead),
    ];
    option::of(fee.prop_map(|fee| Online { fee, legal_basis: "規費法第10條".to_owned() }))
}

fn any_rule(basis: impl Strategy<Value = Basis>) -> impl Strategy<Value = FeeRule> {
    let exemptions = vec((1_u8..=100).prop_map(exemption), 0..3);
    let rest = (any_online(), exemptions, select(Rounding::ALL), any::<u32>());
    (basis, rest).prop_map(|(basis, (online, exemptions, dollar_rounding, retained))| FeeRule {
        basis,
        online,
        exemptions,
        dollar_rounding,
        retained_if_ended: Twd(retained),
    })
}

fn given(quantity: u64, exempt: bool) -> Answers {
    let mut answers = answers([("quantity", &quantity.to_string())]);
    if exempt {
        answers.insert(key("low_income"), "yes".to_owned());
    }
    answers
}

fn form() -> Vec<Field> {
    let max = i64::try_from(MOST).unwrap();
    let field = |name: &str, required, kind| Field {
        key: key(name),
        label: Text::new(name, name),
        hint: None,
        required,
        kind,
    };
    vec![
        field("quantity", true, FieldKind::Number { min: 0, max }),
        field("low_income", false, FieldKind::Consent),
    ]
}

/// The fee by the formula, in units: what was answered is whole, so the parts of one cancel out.
fn by_formula(rate: Rate, quantity: u64, dollar_rounding: Rounding) -> u128 {
    let (quantity, per, each) = (u128::from(quantity), u128::from(rate.per.get()), u128::from(rate.each.0));
    let rounded = |dividend: u128, rounding| match rounding {
        Rounding::Up => dividend.div_ceil(per),
        Rounding::Down => dividend / per,
        Rounding::HalfUp => (2 * dividend + per) / (2 * per),
    };
    match rate.rounding {
        Some(rounding) => rounded(quantity, rounding) * each,
        None => rounded(quantity * each, dollar_rounding),
    }
}

proptest! {
    /// What is said at the end is what is due, whatever the steps; and what is kept is part of it.
    #[test]
    fn the_last_line_is_the_amount(
        rule in any_rule(any_basis()), channel in select(Channel::ALL), quantity in 0..=MOST, exempt: bool,
    ) {
        let Ok(assessed) = assess(&rule, channel, &given(quantity, exempt)) else { return Ok(()) };
        let Assessment { amount, retained, lines } = assessed.unwrap();
        let Text { zh, en } = lines.last().unwrap();
        prop_assert_eq!(zh, &format!("應繳 {amount} 元"));
        prop_assert_eq!(en, &format!("to pay: NT${amount}"));
        prop_assert!(retained <= amount && retained <= rule.retained_if_ended);
    }

    /// Between minimum and cap at the counter; online, and with an exemption, never above them.
    #[test]
    fn no_fee_is_above_its_cap_or_below_its_minimum(
        metered in any_metered(any_tariff()), percent in 1_u8..=100, quantity in 0..=MOST, exempt: bool,
    ) {
        let (minimum, cap) = (metered.minimum.unwrap_or_default(), metered.cap.unwrap_or(Twd(u32::MAX)));
        let rule = FeeRule {
            online: Some(online(off(percent))),
            exemptions: vec![exemption(30)],
            ..FeeRule::of(Basis::Metered(metered))
        };
        let fee = |channel| assess(&rule, channel, &given(quantity, exempt));
        if let (Ok(Some(counter)), Ok(Some(web))) = (fee(Channel::Counter), fee(Channel::Online)) {
            prop_assert!(web.amount <= counter.amount && counter.amount <= cap);
            prop_assert!(exempt || counter.amount >= minimum);
        }
    }

    #[test]
    fn more_never_costs_less(
        metered in any_metered(prop_oneof![any_rate().prop_map(Tariff::Rate), any_marginal(), rising_flat()]),
        percent in 1_u8..=100, dollars in select(Rounding::ALL), quantities in (0..=MOST, 0..=MOST),
    ) {
        let less = quantities.0.min(quantities.1);
        let more = quantities.0.max(quantities.1);
        let rule = FeeRule {
            online: Some(online(off(percent))),
            dollar_rounding: dollars,
            ..FeeRule::of(Basis::Metered(metered))
        };
        for channel in Channel::ALL {
            let fee = |quantity| assess(&rule, *channel, &given(quantity, false));
            if let (Ok(Some(less)), Ok(Some(more))) = (fee(less), fee(more)) {
                prop_assert!(less.amount <= more.amount);
            }
        }
    }

    #[test]
    fn a_rate_is_its_formula(
        rate in any_rate(), measure in any_measure(), quantity in 0..=MOST, dollars in select(Rounding::ALL),
    ) {
        let exact = by_formula(rate, quantity, dollars);
        let basis = Basis::Metered(metered("quantity", measure, Tariff::Rate(rate)));
        let rule = FeeRule { dollar_rounding: dollars, ..FeeRule::of(basis) };
        let fee = assess(&rule, Channel::Counter, &given(quantity, false));
        let exact = u32::try_from(exact).map(Twd).map_err(|_| Unassessable::TooMuch);
        prop_assert_eq!(fee.map(|assessed| assessed.unwrap().amount), exact);
    }

    /// A rule that passed the check assesses everything that its form takes.
    #[test]
    fn a_published_rule_always_gives_a_fee(
        rule in any_rule(any_basis()), channel in select(Channel::ALL), quantity in 0..=MOST, exempt: bool,
    ) {
        let due = rule.may_be_due(Channel::Online);
        let timing = if due { FeeTiming::AtApplication } else { FeeTiming::None };
        prop_assume!(check(&rule, timing, &form()).is_ok());
        let assessed = assess(&rule, channel, &given(quantity, exempt));
        prop_assert!(matches!(assessed, Ok(Some(_))), "{:?}", assessed);
        prop_assert!(rule.may_be_due(channel) || assessed.unwrap().unwrap().amount == Twd::ZERO);
    }

    #[test]
    fn no_answer_makes_it_panic(rule in any_rule(any_basis()), answer in "\\PC{0,20}") {
        let _ = assess(&rule, Channel::Online, &answers([("quantity", &answer)]));
        for channel in Channel::ALL {
            prop_assert!(rule.described(*channel).iter().all(|line| !line.zh.is_empty() && !line.en.is_empty()));
        }
    }
}
