//! From a quantity to an amount, with every step said. Quantities are in parts of the measure and below
//! 2^64, prices below 2^32: no product or sum here comes near the end of `u128`.

use std::num::NonZeroU64;

use crate::money;
use crate::text::Text;

use super::{Bound, Brackets, Measure, Metered, Price, Rate, Rounding, Tariff};

/// An amount in dollars, which may be more than a fee can be, and how it came about.
pub(super) struct Priced {
    pub dollars: u128,
    pub lines: Vec<Text>,
}

/// What a price is computed with.
#[derive(Clone, Copy)]
struct With<'a> {
    measure: &'a Measure,
    dollar_rounding: Rounding,
}

impl Metered {
    /// The price of a quantity in parts.
    pub(super) fn price(&self, quantity: u128, dollar_rounding: Rounding) -> Priced {
        let with = With { measure: &self.measure, dollar_rounding };
        let Priced { dollars, mut lines } = match &self.tariff {
            Tariff::Rate(rate) => rate.price(quantity, with),
            Tariff::Flat(brackets) => flat(brackets, quantity, with),
            Tariff::Marginal(brackets) => marginal(brackets, quantity, with),
        };
        let least = self.minimum.map_or(0, |minimum| u128::from(minimum.0));
        let most = self.cap.map_or(u128::MAX, |cap| u128::from(cap.0));
        if dollars < least {
            let Text { zh, en } = money::text(least);
            lines.push(Text::new(format!("未達最低額，以 {zh}計"), format!("less than the minimum of {en}")));
        }
        if dollars > most {
            let Text { zh, en } = money::text(most);
            lines.push(Text::new(format!("超過上限，以 {zh}計"), format!("more than the cap of {en}")));
        }
        // The cap last: it holds even for a rule whose minimum is above it, which no publication lets by.
        Priced { dollars: dollars.max(least).min(most), lines }
    }
}

impl Rate {
    fn price(&self, quantity: u128, with: With<'_>) -> Priced {
        let parts = u128::from(self.per.get()) * with.measure.parts();
        match self.rounding {
            // Three copies are three units of one copy: there is nothing to round, nor to say of it.
            Some(rounding) if self.per > NonZeroU64::MIN || !quantity.is_multiple_of(parts) => {
                self.by_units(quantity, parts, rounding, with.measure)
            }
            _ => self.in_proportion(quantity, parts, with),
        }
    }

    fn in_proportion(&self, quantity: u128, parts: u128, with: With<'_>) -> Priced {
        let exact = quantity * u128::from(self.each.0);
        let dollars = divide(exact, parts, with.dollar_rounding);
        let rounded =
            if exact.is_multiple_of(parts) { Text::new("", "") } else { note(with.dollar_rounding) };
        let (of, each, total) = (with.measure.shown(quantity), self.each.text(), money::text(dollars));
        let line = if self.per == NonZeroU64::MIN {
            Text::new(
                format!("{} × {} = {}{}", of.zh, each.zh, total.zh, rounded.zh),
                format!("{} × {} = {}{}", of.en, each.en, total.en, rounded.en),
            )
        } else {
            let per = with.measure.per(self.per.get());
            Text::new(
                format!("{}計收 {}：{}計 {}{}", per.zh, each.zh, of.zh, total.zh, rounded.zh),
                format!("{} {}: {} for {}{}", each.en, per.en, total.en, of.en, rounded.en),
            )
        };
        Priced { dollars, lines: vec![line] }
    }

    fn by_units(&self, quantity: u128, parts: u128, rounding: Rounding, measure: &Measure) -> Priced {
        let units = divide(quantity, parts, rounding);
        let dollars = units * u128::from(self.each.0);
        let (count, each, total) = (money::grouped(units), self.each.text(), money::text(dollars));
        let (of, size, part) = (measure.shown(quantity), measure.shown(parts), part_of_unit(rounding));
        let plural = if units == 1 { "" } else { "s" };
        let counted = Text::new(
            format!("{}以 {}為一單位，{}：{count} 單位", of.zh, size.zh, part.zh),
            format!("{} in units of {}, {}: {count} unit{plural}", of.en, size.en, part.en),
        );
        let multiplied = Text::new(
            format!("{count} 單位 × {} = {}", each.zh, total.zh),
            format!("{count} unit{plural} × {} = {}", each.en, total.en),
        );
        Priced { dollars, lines: vec![counted, multiplied] }
    }
}

/// The price of the bracket that the quantity is in.
fn flat(brackets: &Brackets<Bound, Price>, quantity: u128, with: With<'_>) -> Priced {
    let measure = with.measure;
    let takes = |upper: &Bound| upper.last(measure).is_some_and(|last| quantity <= last);
    let found = brackets.each().find(|(_, upper, _)| upper.as_ref().is_none_or(takes));
    let (lower, upper, price) = found.unwrap_or((None, None, &brackets.rest));
    let (of, bracket, fee) = (measure.shown(quantity), measure.bracket(lower, upper), price.fee.text());
    let mut priced = Priced {
        dollars: u128::from(price.fee.0),
        lines: vec![Text::new(
            format!("{}（{}）：{}", of.zh, bracket.zh, fee.zh),
            format!("{} ({}): {}", of.en, bracket.en, fee.en),
        )],
    };
    if let Some(more) = &price.more {
        let start = lower.map_or(0, |bound| u128::from(bound.number()) * measure.parts());
        let from = measure.shown(start);
        let added = more.price(quantity.saturating_sub(start), with);
        priced.lines.extend(added.lines.iter().map(|line| {
            Text::new(
                format!("逾 {}部分加收：{}", from.zh, line.zh),
                format!("added above {}: {}", from.en, line.en),
            )
        }));
        priced.dollars += added.dollars;
        priced.lines.push(sum(priced.dollars));
    }
    priced
}

/// Each part of the quantity at the rate of its bracket.
fn marginal(brackets: &Brackets<u64, Rate>, quantity: u128, with: With<'_>) -> Priced {
    let measure = with.measure;
    let mut total = Priced { dollars: 0, lines: Vec::new() };
    let mut reached = 0;
    for (lower, upper, rate) in brackets.each() {
        let start = lower.map_or(0, |bound| u128::from(bound) * measure.parts());
        let end = upper.map_or(u128::MAX, |bound| u128::from(bound) * measure.parts());
        let part = quantity.min(end).saturating_sub(start);
        // Nothing at all is in the first bracket.
        if part == 0 && lower.is_some() {
            continue;
        }
        let Priced { dollars, lines } = rate.price(part, with);
        let bracket = measure.bracket(lower.map(Bound::UpTo), upper.map(Bound::UpTo));
        total.lines.extend(lines.iter().map(|line| {
            Text::new(format!("{}部分：{}", bracket.zh, line.zh), format!("{}: {}", bracket.en, line.en))
        }));
        total.dollars += dollars;
        reached += 1;
    }
    if reached > 1 {
        total.lines.push(sum(total.dollars));
    }
    total
}

fn sum(dollars: u128) -> Text {
    let Text { zh, en } = money::text(dollars);
    Text::new(format!("合計 {zh}"), format!("together {en}"))
}

/// `dividend / divisor` as a whole number. A divisor of nothing, which no rule has, gives nothing.
pub(super) fn divide(dividend: u128, divisor: u128, rounding: Rounding) -> u128 {
    let quotient = dividend.checked_div(divisor).unwrap_or_default();
    let rest = dividend.checked_rem(divisor).unwrap_or_default();
    let up = match rounding {
        Rounding::Up => rest > 0,
        Rounding::Down => false,
        Rounding::HalfUp => rest > 0 && rest >= divisor - rest,
    };
    quotient + u128::from(up)
}

/// What became of a fraction of a dollar, after the amount.
pub(super) fn note(rounding: Rounding) -> Text {
    match rounding {
        Rounding::Up => Text::new("（未滿 1 元以 1 元計）", " (rounded up to a whole dollar)"),
        Rounding::Down => Text::new("（未滿 1 元不計）", " (rounded down to a whole dollar)"),
        Rounding::HalfUp => Text::new("（元以下四捨五入）", " (rounded to the nearest dollar)"),
    }
}

/// What becomes of a part of a unit.
pub(super) fn part_of_unit(rounding: Rounding) -> Text {
    match rounding {
        Rounding::Up => Text::new("不足一單位以一單位計", "a part counting as a whole one"),
        Rounding::Down => Text::new("不足一單位不計", "a part not counting"),
        Rounding::HalfUp => Text::new("未達一單位四捨五入", "half a unit or more counting as a whole one"),
    }
}
