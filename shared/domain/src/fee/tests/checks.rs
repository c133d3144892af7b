//! What can be published, and what cannot.

use super::Bound::{Below, UpTo};
use super::*;
use crate::clock::terms::FeeTiming;
use crate::form::{Choice, Field, FieldKind};

/// A form with a field of every kind that matters.
fn form() -> Vec<Field> {
    let field = |name: &str, required, kind| Field {
        key: key(name),
        label: Text::new(name, name),
        hint: None,
        required,
        kind,
    };
    let options = ["senior", "adult"]
        .map(|value| Choice { value: key(value), label: Text::new(value, value) })
        .to_vec();
    vec![
        field("copies", true, FieldKind::Number { min: 1, max: 50 }),
        field("extra", false, FieldKind::Number { min: 1, max: 50 }),
        field("balance", true, FieldKind::Number { min: -1, max: 50 }),
        field("capital", true, FieldKind::Number { min: 0, max: i64::MAX }),
        field("area", true, FieldKind::Line { max: 7 }),
        field("land", true, FieldKind::Number { min: 0, max: 1_000_000_000 }),
        field("name", true, FieldKind::Line { max: 60 }),
        field("remarks", true, FieldKind::Paragraph { max: 60 }),
        field("low_income", false, FieldKind::Consent),
        field("age", true, FieldKind::Choice { options }),
    ]
}

fn verdict(rule: &FeeRule) -> Result<(), BadRule> {
    check(rule, FeeTiming::OnNotice, &form())
}

fn by(metered: Metered) -> FeeRule {
    FeeRule::of(Basis::Metered(metered))
}

fn area(tariff: Tariff) -> Metered {
    metered("area", Measure::Area, tariff)
}

#[test]
fn rules_that_fit_the_form_pass() {
    let up = Some(Rounding::Up);
    let capital = metered("capital", Measure::Money, Tariff::Rate(rate(1, 4_000, None)));
    for rule in [
        FeeRule::of(Basis::Fixed(Twd(300))),
        FeeRule::of(Basis::Quoted),
        by(by_copies()),
        by(Metered { cap: Some(Twd(90_000)), ..capital }),
        by(area(Tariff::Rate(rate(400, 50, up)))),
        FeeRule { online: Some(online(off(20))), ..by(by_copies()) },
        FeeRule {
            online: Some(online(OnlineFee::Instead(Basis::Fixed(Twd(150))))),
            retained_if_ended: Twd(300),
            exemptions: vec![
                exemption(100),
                Exemption { field: key("age"), value: key("senior"), ..exemption(50) },
            ],
            ..FeeRule::of(Basis::Fixed(Twd(300)))
        },
        FeeRule { exemptions: vec![exemption(100)], ..FeeRule::of(Basis::Quoted) },
    ] {
        assert_eq!(verdict(&rule), Ok(()), "{rule:?}");
    }
    assert_eq!(check(&FeeRule::of(Basis::Free), FeeTiming::None, &form()), Ok(()));
}

#[test]
fn a_fee_by_a_field_that_does_not_fit_is_refused() {
    let on = |field: &str, measure| verdict(&by(metered(field, measure, Tariff::Rate(rate(1, 1, None)))));
    let count = || Measure::Count(Unit::default());
    assert_eq!(on("pages", count()), Err(BadRule::NoField(key("pages"))));
    for (field, measure, why) in [
        ("extra", count(), "not required"),
        ("balance", count(), "a number that can be negative"),
        ("name", count(), "no number"),
        ("area", Measure::Money, "no number"),
        ("low_income", count(), "not required"),
        ("age", count(), "no number"),
        ("remarks", Measure::Area, "neither a number nor a line"),
        ("land", Measure::Area, "an area of more than 999,999,999 square metres"),
    ] {
        assert_eq!(on(field, measure), Err(BadRule::WrongField(key(field), why)), "{field}");
    }
}

#[test]
fn brackets_that_are_empty_or_overlap_are_refused() {
    let price = Price { fee: Twd(10), more: None };
    let flat = |bounds: &[Bound]| {
        let bounded = bounds.iter().map(|bound| (*bound, price)).collect();
        verdict(&by(area(Tariff::Flat(Brackets { bounded, rest: price }))))
    };
    assert_eq!(flat(&[UpTo(10), UpTo(20)]), Ok(()));
    // 10 以下, then 逾 10 未滿 11: of an area there is something between.
    assert_eq!(flat(&[UpTo(10), Below(11)]), Ok(()));
    assert_eq!(flat(&[Below(10), UpTo(10)]), Ok(()));
    for bounds in [
        &[][..],
        &[UpTo(0)],
        &[Below(0)],
        &[UpTo(20), UpTo(20)],
        &[UpTo(20), UpTo(10)],
        &[UpTo(10), Below(10)],
    ] {
        assert_eq!(flat(bounds), Err(BadRule::Brackets), "{bounds:?}");
    }
    // Of copies there is nothing more than 10 and less than 11.
    let bounded = vec![(UpTo(10), price), (Below(11), price)];
    let copies = Measure::Count(Unit::default());
    let counted = metered("copies", copies.clone(), Tariff::Flat(Brackets { bounded, rest: price }));
    assert_eq!(verdict(&by(counted)), Err(BadRule::Brackets));

    let marginal = |bounds: &[u64]| {
        let bounded = bounds.iter().map(|bound| (*bound, rate(10, 1, None))).collect();
        let tariff = Tariff::Marginal(Brackets { bounded, rest: rate(5, 1, None) });
        verdict(&by(metered("copies", copies.clone(), tariff)))
    };
    assert_eq!(marginal(&[1, 10]), Ok(()));
    for bounds in [&[][..], &[0], &[10, 10], &[10, 1]] {
        assert_eq!(marginal(bounds), Err(BadRule::Brackets), "{bounds:?}");
    }
}

#[test]
fn amounts_that_make_no_sense_are_refused() {
    assert_eq!(verdict(&FeeRule::of(Basis::Fixed(Twd(0)))), Err(BadRule::NothingToPay));
    let free = metered("copies", Measure::Count(Unit::default()), Tariff::Rate(rate(0, 1, None)));
    assert_eq!(verdict(&by(free.clone())), Err(BadRule::NothingToPay));
    assert_eq!(verdict(&by(Metered { minimum: Some(Twd(1)), ..free })), Ok(()));
    let bounds = Metered { minimum: Some(Twd(2)), cap: Some(Twd(1)), ..by_copies() };
    assert_eq!(verdict(&by(bounds)), Err(BadRule::MinimumAboveCap));
    let keeps = |basis| verdict(&FeeRule { retained_if_ended: Twd(301), ..FeeRule::of(basis) });
    assert_eq!(keeps(Basis::Fixed(Twd(300))), Err(BadRule::KeepsTooMuch));
    assert_eq!(keeps(Basis::Free), Err(BadRule::KeepsTooMuch));
    assert_eq!(keeps(Basis::Quoted), Ok(()));
}

#[test]
fn what_the_form_takes_can_never_cost_more_than_money_can_be() {
    let capital = metered("capital", Measure::Money, Tariff::Rate(rate(1, 4_000, None)));
    assert_eq!(verdict(&by(capital)), Err(BadRule::TooMuch));
    // Seven characters are at most 9,999,999 square metres.
    assert_eq!(verdict(&by(area(Tariff::Rate(rate(429, 1, None))))), Ok(()));
    assert_eq!(verdict(&by(area(Tariff::Rate(rate(430, 1, None))))), Err(BadRule::TooMuch));
    // A line has room for more digits than an area has, and than a number here has.
    for max in [9, 12, 37, 38, u16::MAX] {
        let line = Field { kind: FieldKind::Line { max }, ..form().remove(4) };
        let rule = |each| by(area(Tariff::Rate(rate(each, 1, None))));
        let verdict = |each| check(&rule(each), FeeTiming::OnNotice, std::slice::from_ref(&line));
        assert_eq!((verdict(4), verdict(5)), (Ok(()), Err(BadRule::TooMuch)), "{max}");
    }
    // The highest fee need not be that of the highest quantity.
    let more = Some(rate(100_000_000, 1, None));
    let bounded = vec![(UpTo(45), Price { fee: Twd(0), more })];
    let tariff = Tariff::Flat(Brackets { bounded, rest: Price { fee: Twd(1), more: None } });
    let dear = metered("copies", Measure::Count(Unit::default()), tariff);
    assert_eq!(verdict(&by(dear)), Err(BadRule::TooMuch));
}

#[test]
fn a_discount_needs_a_law_and_something_to_take_off() {
    let with = |basis, fee| verdict(&FeeRule { online: Some(online(fee)), ..FeeRule::of(basis) });
    let fixed = || Basis::Fixed(Twd(300));
    let lawless = Some(Online { fee: off(20), legal_basis: " ".to_owned() });
    let lawless = FeeRule { online: lawless, ..FeeRule::of(fixed()) };
    assert!(matches!(verdict(&lawless), Err(BadRule::NoLegalBasis(_))));
    assert_eq!(with(Basis::Free, off(20)), Err(BadRule::NothingToTakeOff));
    assert_eq!(with(Basis::Quoted, off(20)), Err(BadRule::OffAQuote));
    assert_eq!(with(fixed(), OnlineFee::Instead(Basis::Quoted)), Err(BadRule::OffAQuote));
    assert_eq!(with(fixed(), OnlineFee::AmountOff(Twd(0))), Err(BadRule::OnlineNotLower));
    let instead = |online| with(fixed(), OnlineFee::Instead(Basis::Fixed(Twd(online))));
    assert_eq!((instead(299), instead(300)), (Ok(()), Err(BadRule::OnlineNotLower)));
    let by_pages = metered("pages", Measure::Count(Unit::default()), Tariff::Rate(rate(1, 1, None)));
    assert_eq!(
        with(fixed(), OnlineFee::Instead(Basis::Metered(by_pages))),
        Err(BadRule::NoField(key("pages")))
    );
}

#[test]
fn an_exemption_needs_a_reason_a_law_and_an_answer_that_can_be_given() {
    let with = |exemption| verdict(&FeeRule { exemptions: vec![exemption], ..by(by_copies()) });
    let nameless = Exemption { reason: Text::new("低收入戶", " "), ..exemption(100) };
    assert_eq!(with(nameless), Err(BadRule::NoReason));
    let lawless = Exemption { legal_basis: String::new(), ..exemption(100) };
    assert!(matches!(with(lawless), Err(BadRule::NoLegalBasis(_))));
    let by =
        |field: &str, value: &str| with(Exemption { field: key(field), value: key(value), ..exemption(100) });
    assert_eq!(by("poor", "yes"), Err(BadRule::NoField(key("poor"))));
    assert!(matches!(by("copies", "yes"), Err(BadRule::WrongField(..))));
    assert_eq!(by("age", "child"), Err(BadRule::NoOption(key("age"), key("child"))));
    assert_eq!(by("low_income", "no"), Err(BadRule::NoOption(key("low_income"), key("no"))));
    let of =
        |basis, percent| verdict(&FeeRule { exemptions: vec![exemption(percent)], ..FeeRule::of(basis) });
    assert_eq!(of(Basis::Free, 100), Err(BadRule::NothingToTakeOff));
    assert_eq!(of(Basis::Quoted, 50), Err(BadRule::OffAQuote));
}

#[test]
fn a_percentage_is_from_1_to_100() {
    let read = |percent| Percent::new(percent).map(Percent::get).ok();
    assert_eq!([0, 1, 100, 101, 255].map(read), [None, Some(1), Some(100), None, None]);
}

#[test]
fn there_is_a_fee_exactly_where_there_is_a_time_to_pay_it() {
    let free = FeeRule::of(Basis::Free);
    let fixed = FeeRule::of(Basis::Fixed(Twd(300)));
    let free_online = FeeRule { online: Some(online(OnlineFee::Instead(Basis::Free))), ..fixed.clone() };
    let quoted = FeeRule::of(Basis::Quoted);
    let at = |rule: &FeeRule, timing| check(rule, timing, &form());
    for timing in FeeTiming::ALL {
        let none = *timing == FeeTiming::None;
        let nothing = if none { Ok(()) } else { Err(BadRule::TimingOfNothing) };
        assert_eq!(at(&free, *timing), nothing);
        assert_eq!(at(&free_online, *timing), nothing);
        assert_eq!(at(&fixed, *timing), if none { Err(BadRule::NoTiming) } else { Ok(()) });
    }
    assert_eq!(at(&quoted, FeeTiming::None), Err(BadRule::NoTiming));
    assert_eq!(at(&quoted, FeeTiming::AtApplication), Err(BadRule::QuoteAtApplication));
    assert_eq!(at(&quoted, FeeTiming::OnIssue), Ok(()));
}
