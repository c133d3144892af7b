//! Fees as statutes set them, and every step of how they come about.

use super::*;

use Channel::{Counter, Online as Web};

#[test]
fn registering_a_business_costs_a_fifth_less_online() {
    // 商業登記規費收費準則 §3: 一千元，以網路傳輸方式申請者減徵二成.
    let rule = FeeRule { online: Some(online(off(20))), ..FeeRule::of(Basis::Fixed(Twd(1_000))) };
    assert_eq!(zh(&rule, Counter, &answers([])), "每件 1,000 元；應繳 1,000 元");
    assert_eq!(
        zh(&rule, Web, &answers([])),
        "每件 1,000 元；網路申辦減 20 %（依商業登記規費收費準則第3條）−200 元；應繳 800 元"
    );
    assert_eq!(
        en(&rule, Web, &answers([])),
        "NT$1,000 per application；20% off for applying online (商業登記規費收費準則第3條): −NT$200；to pay: NT$800"
    );
    assert_eq!((rule.known(Counter), rule.known(Web)), (Some(Twd(1_000)), Some(Twd(800))));
}

#[test]
fn reserving_a_business_name_has_a_fee_of_its_own_online() {
    // 商業登記規費收費準則 §2: 三百元，網路一百五十元.
    let instead = OnlineFee::Instead(Basis::Fixed(Twd(150)));
    let rule = FeeRule { online: Some(online(instead)), ..FeeRule::of(Basis::Fixed(Twd(300))) };
    assert_eq!(amount(&rule, Counter, &answers([])), 300);
    assert_eq!(
        zh(&rule, Web, &answers([])),
        "網路申辦之規費（依商業登記規費收費準則第3條）；每件 150 元；應繳 150 元"
    );
}

#[test]
fn registering_a_company_is_by_its_capital() {
    // 公司登記規費收費準則: 每四千元一元計算，未達一千元者以一千元計收; 網路減收三百元.
    let per_4000 = Tariff::Rate(rate(1, 4_000, None));
    let capital = Metered { minimum: Some(Twd(1_000)), ..metered("capital", Measure::Money, per_4000) };
    let rule = FeeRule {
        online: Some(online(OnlineFee::AmountOff(Twd(300)))),
        ..FeeRule::of(Basis::Metered(capital))
    };
    let of = |capital| answers([("capital", capital)]);
    assert_eq!(
        zh(&rule, Web, &of("1000000")),
        "每 4,000 元計收 1 元：1,000,000 元計 250 元；未達最低額，以 1,000 元計；\
         網路申辦減收 300 元（依商業登記規費收費準則第3條）−300 元；應繳 700 元"
    );
    assert_eq!(
        en(&rule, Counter, &of("10002000")),
        "NT$1 per NT$4,000: NT$2,501 for NT$10,002,000 (rounded to the nearest dollar)；to pay: NT$2,501"
    );
    // Half a dollar up, less than half down.
    assert_eq!(amount(&rule, Counter, &of("10001999")), 2_500);
}

#[test]
fn a_certificate_costs_less_from_the_second_copy_on() {
    // 商業登記規費收費準則 §6: 每份三百元，第二份起每份一百元.
    let tariff =
        Tariff::Marginal(Brackets { bounded: vec![(1, rate(300, 1, None))], rest: rate(100, 1, None) });
    let rule = FeeRule::of(Basis::Metered(metered("copies", Measure::Count(Unit::default()), tariff)));
    let of = |copies| answers([("copies", copies)]);
    assert_eq!(
        zh(&rule, Counter, &of("3")),
        "1 份以下部分：1 份 × 300 元 = 300 元；逾 1 份部分：2 份 × 100 元 = 200 元；合計 500 元；應繳 500 元"
    );
    assert_eq!(
        en(&rule, Counter, &of("3")),
        "up to 1 copy: 1 copy × NT$300 = NT$300；more than 1 copy: 2 copies × NT$100 = NT$200；\
         together NT$500；to pay: NT$500"
    );
    assert_eq!(zh(&rule, Counter, &of("1")), "1 份以下部分：1 份 × 300 元 = 300 元；應繳 300 元");
    assert_eq!(zh(&rule, Counter, &of("0")), "1 份以下部分：0 份 × 300 元 = 0 元；應繳 0 元");
}

#[test]
fn copies_with_an_online_discount() {
    let rule = FeeRule { online: Some(online(off(20))), ..FeeRule::of(Basis::Metered(by_copies())) };
    assert_eq!(
        zh(&rule, Web, &answers([("copies", "3")])),
        "3 份 × 100 元 = 300 元；網路申辦減 20 %（依商業登記規費收費準則第3條）−60 元；應繳 240 元"
    );
}

#[test]
fn surveying_a_building_is_by_every_begun_50_square_metres() {
    // 土地複丈費及建築改良物測量費標準: 每單位以五十平方公尺計，不足五十平方公尺者，以五十平方公尺計.
    let of = |rounding, area| {
        let tariff = Tariff::Rate(rate(400, 50, rounding));
        let by_area = Metered { cap: Some(Twd(20_000)), ..metered("area", Measure::Area, tariff) };
        zh(&FeeRule::of(Basis::Metered(by_area)), Web, &answers([("area", area)]))
    };
    assert_eq!(
        of(Some(Rounding::Up), "100.01"),
        "100.01 平方公尺以 50 平方公尺為一單位，不足一單位以一單位計：3 單位；3 單位 × 400 元 = 1,200 元；應繳 1,200 元"
    );
    assert!(of(Some(Rounding::Up), "100").ends_with("2 單位 × 400 元 = 800 元；應繳 800 元"));
    assert!(of(Some(Rounding::Down), "149.99").ends_with("應繳 800 元"));
    assert!(of(Some(Rounding::HalfUp), "124.99").ends_with("應繳 800 元"));
    assert!(of(Some(Rounding::HalfUp), "125").ends_with("應繳 1,200 元"));
    assert_eq!(of(None, "120.5"), "每 50 平方公尺計收 400 元：120.5 平方公尺計 964 元；應繳 964 元");
    assert!(
        of(Some(Rounding::Up), "9999")
            .ends_with("200 單位 × 400 元 = 80,000 元；超過上限，以 20,000 元計；應繳 20,000 元")
    );
}

#[test]
fn land_is_surveyed_at_half_the_price_for_every_further_half_hectare() {
    // 超過一公頃者，每增半公頃增收半數，增加不足半公頃者，以半公頃計.
    let up = Some(Rounding::Up);
    let brackets = Brackets { bounded: vec![(10_000, rate(800, 10_000, up))], rest: rate(400, 5_000, up) };
    let rule = FeeRule::of(Basis::Metered(metered("area", Measure::Area, Tariff::Marginal(brackets))));
    let fee = |area| amount(&rule, Counter, &answers([("area", area)]));
    for (area, due) in
        [("1", 800), ("10000", 800), ("10000.01", 1_200), ("15000", 1_200), ("15000.01", 1_600)]
    {
        assert_eq!(fee(area), due, "{area}");
    }
}

/// 未滿 10 公頃 1000 元，10 公頃以上未滿 50 公頃 5000 元，50 公頃以上 9000 元，每增 10 公頃加收 2000 元.
fn by_hectares() -> FeeRule {
    let more = rate(2_000, 100_000, Some(Rounding::Up));
    let price = |fee, more| Price { fee: Twd(fee), more };
    let bounded =
        vec![(Bound::Below(100_000), price(1_000, None)), (Bound::Below(500_000), price(5_000, None))];
    let tariff = Tariff::Flat(Brackets { bounded, rest: price(9_000, Some(more)) });
    FeeRule::of(Basis::Metered(metered("area", Measure::Area, tariff)))
}

#[test]
fn a_bracket_sets_the_price_of_the_whole() {
    let rule = by_hectares();
    let of = |area| answers([("area", area)]);
    for (area, due) in [
        ("0", 1_000),
        ("99999.99", 1_000),
        ("100000", 5_000),
        ("499999.99", 5_000),
        ("500000", 9_000),
        ("500000.01", 11_000),
        ("600000", 11_000),
    ] {
        assert_eq!(amount(&rule, Counter, &of(area)), due, "{area}");
    }
    assert_eq!(
        zh(&rule, Counter, &of("100000")),
        "100,000 平方公尺（100,000 平方公尺以上、未滿 500,000 平方公尺）：5,000 元；應繳 5,000 元"
    );
    assert_eq!(
        en(&rule, Counter, &of("600000")),
        "600,000 m² (from 500,000 m²): NT$9,000；\
         added above 500,000 m²: 100,000 m² in units of 100,000 m², a part counting as a whole one: 1 unit；\
         added above 500,000 m²: 1 unit × NT$2,000 = NT$2,000；together NT$11,000；to pay: NT$11,000"
    );
}

#[test]
fn a_number_that_is_a_bound_is_in_the_bracket_it_is_said_of() {
    let price = |fee| Price { fee: Twd(fee), more: None };
    let fee = |bound, people| {
        let people_unit = Unit { zh: "人".to_owned(), one: "person".to_owned(), many: "people".to_owned() };
        let tariff = Tariff::Flat(Brackets { bounded: vec![(bound, price(10))], rest: price(20) });
        let rule = FeeRule::of(Basis::Metered(metered("people", Measure::Count(people_unit), tariff)));
        amount(&rule, Counter, &answers([("people", people)]))
    };
    assert_eq!([fee(Bound::UpTo(100), "100"), fee(Bound::UpTo(100), "101")], [10, 20]);
    assert_eq!([fee(Bound::Below(100), "99"), fee(Bound::Below(100), "100")], [10, 20]);
}

#[test]
fn nobody_pays_who_is_exempt_and_a_reduction_is_of_what_is_due_online() {
    let exempt = FeeRule {
        online: Some(online(off(20))),
        exemptions: vec![exemption(50), exemption(100)],
        retained_if_ended: Twd(100),
        ..FeeRule::of(Basis::Fixed(Twd(1_000)))
    };
    let poor = answers([("low_income", "yes")]);
    let assessed = assess(&exempt, Web, &poor).unwrap().unwrap();
    assert_eq!((assessed.amount, assessed.retained), (Twd(0), Twd(0)));
    assert_eq!(zh(&exempt, Web, &poor), "免徵：低收入戶（依規費法第12條）；應繳 0 元");
    assert_eq!(amount(&exempt, Web, &answers([("low_income", "no")])), 800);
    assert_eq!(amount(&exempt, Web, &answers([])), 800);

    let reduced = FeeRule { exemptions: vec![exemption(50)], ..exempt };
    assert_eq!(
        zh(&reduced, Web, &poor),
        "每件 1,000 元；網路申辦減 20 %（依商業登記規費收費準則第3條）−200 元；\
         減徵 50 %：低收入戶（依規費法第12條）−400 元；應繳 400 元"
    );
}

#[test]
fn of_two_reductions_the_larger_counts_and_of_two_equal_ones_the_first() {
    let other =
        Exemption { field: key("senior"), reason: Text::new("長者", "senior citizen"), ..exemption(50) };
    let both = answers([("low_income", "yes"), ("senior", "yes")]);
    let with = |exemptions| FeeRule { exemptions, ..FeeRule::of(Basis::Fixed(Twd(100))) };
    assert!(en(&with(vec![exemption(50), other.clone()]), Web, &both).contains("low-income"));
    assert!(en(&with(vec![other.clone(), exemption(50)]), Web, &both).contains("senior"));
    assert!(en(&with(vec![other, exemption(51)]), Web, &both).contains("low-income"));
}

#[test]
fn a_fraction_of_a_dollar_is_rounded_as_the_rule_says_and_it_is_said() {
    let fee = |dollar_rounding| {
        let rule =
            FeeRule { online: Some(online(off(15))), dollar_rounding, ..FeeRule::of(Basis::Fixed(Twd(50))) };
        zh(&rule, Web, &answers([]))
    };
    // 42.5 is left.
    assert!(
        fee(Rounding::HalfUp).ends_with("−7 元（元以下四捨五入）；應繳 43 元"),
        "{}",
        fee(Rounding::HalfUp)
    );
    assert!(fee(Rounding::Up).ends_with("−7 元（未滿 1 元以 1 元計）；應繳 43 元"));
    assert!(fee(Rounding::Down).ends_with("−8 元（未滿 1 元不計）；應繳 42 元"));
}

#[test]
fn what_is_kept_is_never_more_than_the_fee() {
    let kept = |fee| {
        let rule = FeeRule { retained_if_ended: Twd(200), ..FeeRule::of(Basis::Fixed(Twd(fee))) };
        assess(&rule, Web, &answers([])).unwrap().unwrap().retained
    };
    assert_eq!((kept(150), kept(1_000)), (Twd(150), Twd(200)));
}

#[test]
fn what_the_agency_works_out_is_nothing_yet_save_for_the_exempt() {
    let rule = FeeRule {
        exemptions: vec![exemption(100)],
        retained_if_ended: Twd(500),
        ..FeeRule::of(Basis::Quoted)
    };
    assert_eq!(assess(&rule, Web, &answers([])), Ok(None));
    assert_eq!(amount(&rule, Web, &answers([("low_income", "yes")])), 0);

    let quoted = Assessment::quoted(&rule, Twd(1_200), " 3 次現場會勘 ").unwrap();
    assert_eq!((quoted.amount, quoted.retained), (Twd(1_200), Twd(500)));
    assert_eq!(steps(&quoted.lines, |line| &line.zh), "機關核算：3 次現場會勘；應繳 1,200 元");
    let waived = Assessment::waived("公務需要").unwrap();
    assert_eq!((waived.amount, waived.retained), (Twd(0), Twd(0)));
    assert_eq!(steps(&waived.lines, |line| &line.zh), "免徵：公務需要；應繳 0 元");
    assert_eq!(Assessment::quoted(&rule, Twd(1), " \n"), Err(NoReason));
    assert_eq!(Assessment::waived(""), Err(NoReason));
}

#[test]
fn an_answer_that_is_no_quantity_is_a_problem_of_that_field() {
    let refused = |basis: &Metered, given: &Answers| match assess(
        &FeeRule::of(Basis::Metered(basis.clone())),
        Web,
        given,
    )
    .unwrap_err()
    {
        Unassessable::Answer { field, defect } => (field.to_string(), defect.code()),
        Unassessable::TooMuch => panic!("the answer was read"),
    };
    let copies = by_copies();
    let code = |answer| refused(&copies, &answers([("copies", answer)])).1;
    assert_eq!(refused(&copies, &answers([])), ("copies".to_owned(), "MISSING"));
    assert_eq!((code("two"), code("1.5"), code("-1")), ("NOT_A_NUMBER", "NOT_A_NUMBER", "OUT_OF_RANGE"));
    let by_area = metered("area", Measure::Area, Tariff::Rate(rate(1, 1, None)));
    for bad in ["", "-1", "+1", "1.", ".5", "1.234", "1,000", "1e3", "1000000000", "12㎡"] {
        assert_eq!(refused(&by_area, &answers([("area", bad)])), ("area".to_owned(), "NOT_AN_AREA"), "{bad}");
    }
    let rule = FeeRule::of(Basis::Metered(by_area));
    for (area, due) in [("7", 7), ("7.4", 7), ("7.5", 8), ("007.50", 8), ("999999999.99", 1_000_000_000)] {
        assert_eq!(amount(&rule, Web, &answers([("area", area)])), due, "{area}");
    }
}

#[test]
fn more_than_money_can_be_is_refused_and_a_cap_keeps_it_within() {
    let copies = by_copies();
    let many = answers([("copies", "9223372036854775807")]);
    let rule = |cap| FeeRule::of(Basis::Metered(Metered { cap, ..copies.clone() }));
    assert_eq!(assess(&rule(None), Web, &many), Err(Unassessable::TooMuch));
    assert_eq!(amount(&rule(Some(Twd(5_000))), Web, &many), 5_000);
}
