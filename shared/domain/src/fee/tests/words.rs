//! Rules in words, for the page of the item.

use super::*;
use crate::clock::terms::FeeTiming;

fn shown(rule: &FeeRule, channel: Channel) -> Vec<(String, String)> {
    rule.described(channel).into_iter().map(|line| (line.zh, line.en)).collect()
}

fn both(lines: &[(&str, &str)]) -> Vec<(String, String)> {
    lines.iter().map(|(zh, en)| ((*zh).to_owned(), (*en).to_owned())).collect()
}

#[test]
fn a_rate_says_its_unit_its_bounds_and_what_is_off_online() {
    let by_area = metered("area", Measure::Area, Tariff::Rate(rate(400, 50, Some(Rounding::Up))));
    let by_area = Metered { minimum: Some(Twd(400)), cap: Some(Twd(20_000)), ..by_area };
    let rule = FeeRule { online: Some(online(off(10))), ..FeeRule::of(Basis::Metered(by_area)) };
    let counter = [
        (
            "每 50 平方公尺計收 400 元，不足一單位以一單位計",
            "NT$400 per 50 m², a part counting as a whole one",
        ),
        ("最低 400 元", "at least NT$400"),
        ("最高 20,000 元", "at most NT$20,000"),
    ];
    assert_eq!(shown(&rule, Channel::Counter), both(&counter));
    let off = (
        "網路申辦減 10 %（依商業登記規費收費準則第3條）",
        "10% off for applying online (商業登記規費收費準則第3條)",
    );
    assert_eq!(shown(&rule, Channel::Online), both(&[counter.as_slice(), &[off]].concat()));
}

#[test]
fn a_rate_in_proportion_says_what_becomes_of_a_fraction() {
    let capital = metered("capital", Measure::Money, Tariff::Rate(rate(1, 4_000, None)));
    assert_eq!(
        shown(&FeeRule::of(Basis::Metered(capital)), Channel::Online),
        both(&[(
            "每 4,000 元計收 1 元，依比例計（元以下四捨五入）",
            "NT$1 per NT$4,000, a part in proportion (rounded to the nearest dollar)"
        )])
    );
    assert_eq!(
        shown(&FeeRule::of(Basis::Metered(by_copies())), Channel::Online),
        both(&[("每份計收 100 元", "NT$100 per copy")])
    );
}

#[test]
fn brackets_join_without_a_gap() {
    let copies = Measure::Count(Unit::default());
    let bounded = vec![(1, rate(300, 1, None)), (10, rate(100, 1, None))];
    let marginal = Tariff::Marginal(Brackets { bounded, rest: rate(50, 1, None) });
    assert_eq!(
        shown(&FeeRule::of(Basis::Metered(metered("copies", copies, marginal))), Channel::Counter),
        both(&[
            ("1 份以下部分：每份計收 300 元", "up to 1 copy: NT$300 per copy"),
            ("逾 1 份、10 份以下部分：每份計收 100 元", "more than 1 copy, up to 10 copies: NT$100 per copy"),
            ("逾 10 份部分：每份計收 50 元", "more than 10 copies: NT$50 per copy"),
        ])
    );
    let price = |fee, more| Price { fee: Twd(fee), more };
    let bounded = vec![(Bound::Below(100), price(500, None)), (Bound::UpTo(200), price(900, None))];
    let rest = price(900, Some(rate(10, 1, Some(Rounding::Up))));
    let flat = Tariff::Flat(Brackets { bounded, rest });
    assert_eq!(
        shown(&FeeRule::of(Basis::Metered(metered("area", Measure::Area, flat))), Channel::Counter),
        both(&[
            ("未滿 100 平方公尺：500 元", "less than 100 m²: NT$500"),
            ("100 平方公尺以上、200 平方公尺以下：900 元", "from 100 m², up to 200 m²: NT$900"),
            (
                "逾 200 平方公尺：900 元，逾 200 平方公尺部分每平方公尺計收 10 元，不足一單位以一單位計",
                "more than 200 m²: NT$900, and above 200 m² NT$10 per m², a part counting as a whole one"
            ),
        ])
    );
}

#[test]
fn every_time_of_payment_but_none_is_said() {
    for timing in FeeTiming::ALL {
        let said = when_due(*timing);
        assert_eq!(said.is_none(), *timing == FeeTiming::None);
        assert!(said.is_none_or(|text| text.zh.contains("繳納") && text.en.starts_with("Due ")));
    }
}

#[test]
fn what_is_kept_is_said_where_anything_can_be_due() {
    assert_eq!(FeeRule::of(Basis::Free).retention(), None);
    let all_back = FeeRule::of(Basis::Quoted).retention().unwrap();
    assert!(all_back.zh.contains("申請退還"), "{}", all_back.zh);
    let kept = FeeRule { retained_if_ended: Twd(100), ..FeeRule::of(Basis::Fixed(Twd(300))) };
    assert!(kept.retention().unwrap().en.contains("NT$100 of it is not paid back"));
}

#[test]
fn whether_anything_can_be_due_is_told_by_channel() {
    let rule = |fee| FeeRule { online: Some(online(fee)), ..FeeRule::of(Basis::Fixed(Twd(300))) };
    let due = |rule: FeeRule| (rule.may_be_due(Channel::Online), rule.may_be_due(Channel::Counter));
    assert_eq!(due(rule(off(20))), (true, true));
    assert_eq!(due(rule(off(100))), (false, true));
    assert_eq!(due(rule(OnlineFee::AmountOff(Twd(300)))), (false, true));
    assert_eq!(due(rule(OnlineFee::Instead(Basis::Free))), (false, true));
    assert_eq!(due(FeeRule::of(Basis::Free)), (false, false));
    assert_eq!(due(FeeRule::of(Basis::Quoted)), (true, true));
    let copies = FeeRule { online: Some(online(off(100))), ..FeeRule::of(Basis::Metered(by_copies())) };
    assert_eq!(due(copies), (false, true));
}

#[test]
fn a_fee_in_short_is_its_amount_or_why_there_is_none() {
    let short = |rule: &FeeRule, channel| rule.in_short(channel).en;
    let fixed = FeeRule { online: Some(online(off(20))), ..FeeRule::of(Basis::Fixed(Twd(1_000))) };
    assert_eq!(short(&fixed, Channel::Online), "NT$800");
    assert_eq!(short(&fixed, Channel::Counter), "NT$1,000");
    let copies = FeeRule { online: Some(online(off(100))), ..FeeRule::of(Basis::Metered(by_copies())) };
    assert_eq!(short(&copies, Channel::Online), "none");
    assert_eq!(short(&copies, Channel::Counter), "depends on the application");
    assert_eq!(short(&FeeRule::of(Basis::Quoted), Channel::Online), "worked out for each case");
    assert_eq!(short(&FeeRule::of(Basis::Free), Channel::Counter), "none");
}
