mod checks;
mod examples;
mod properties;
mod words;

use std::num::NonZeroU64;

use super::*;

fn key(key: &str) -> Key {
    key.parse().unwrap()
}

fn answers<const N: usize>(given: [(&str, &str); N]) -> Answers {
    given.map(|(field, answer)| (key(field), answer.to_owned())).into()
}

fn rate(each: u32, per: u64, rounding: Option<Rounding>) -> Rate {
    Rate { each: Twd(each), per: NonZeroU64::new(per).unwrap(), rounding }
}

fn metered(field: &str, measure: Measure, tariff: Tariff) -> Metered {
    Metered { field: key(field), measure, tariff, minimum: None, cap: None }
}

/// 100 a copy.
fn by_copies() -> Metered {
    metered("copies", Measure::Count(Unit::default()), Tariff::Rate(rate(100, 1, None)))
}

fn online(fee: OnlineFee) -> Online {
    Online { fee, legal_basis: "商業登記規費收費準則第3條".to_owned() }
}

fn off(percent: u8) -> OnlineFee {
    OnlineFee::PercentOff(Percent::new(percent).unwrap())
}

fn exemption(percent: u8) -> Exemption {
    Exemption {
        field: key("low_income"),
        value: key("yes"),
        percent: Percent::new(percent).unwrap(),
        reason: Text::new("低收入戶", "low-income household"),
        legal_basis: "規費法第12條".to_owned(),
    }
}

/// The steps in one language, as one text.
fn steps(lines: &[Text], pick: fn(&Text) -> &String) -> String {
    lines.iter().map(|line| pick(line).as_str()).collect::<Vec<_>>().join("；")
}

fn zh(rule: &FeeRule, channel: Channel, given: &Answers) -> String {
    steps(&assess(rule, channel, given).unwrap().unwrap().lines, |line| &line.zh)
}

fn en(rule: &FeeRule, channel: Channel, given: &Answers) -> String {
    steps(&assess(rule, channel, given).unwrap().unwrap().lines, |line| &line.en)
}

fn amount(rule: &FeeRule, channel: Channel, given: &Answers) -> u32 {
    assess(rule, channel, given).unwrap().unwrap().amount.0
}
