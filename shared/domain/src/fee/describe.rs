//! A rule in words, before anybody has answered anything: for the page of the item.

use std::num::NonZeroU64;

use crate::clock::terms::FeeTiming;
use crate::money::Twd;
use crate::text::Text;

use super::tariff::{note, part_of_unit};
use super::{
    Basis, Bound, Channel, Exemption, FeeRule, Measure, Metered, Online, OnlineFee, Percent, Price, Rate,
    Rounding, Tariff,
};

impl Channel {
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Online => Text::new("網路申辦", "online"),
            Self::Counter => Text::new("臨櫃、郵寄申辦", "at the counter or by post"),
        }
    }
}

impl FeeRule {
    /// The fee in `channel` in a few words: the amount, or why there is none yet.
    #[must_use]
    pub fn in_short(&self, channel: Channel) -> Text {
        match (self.known(channel), self.basis_in(channel)) {
            _ if !self.may_be_due(channel) => Text::new("免繳納規費", "none"),
            (Some(amount), _) => amount.text(),
            (None, Basis::Quoted) => Text::new("另行核算", "worked out for each case"),
            (None, _) => Text::new("依申請內容計算", "depends on the application"),
        }
    }

    /// How the fee in `channel` is computed, a sentence a line; exemptions apart.
    #[must_use]
    pub fn described(&self, channel: Channel) -> Vec<Text> {
        let mut lines = match self.basis_in(channel) {
            Basis::Free => vec![free()],
            Basis::Fixed(amount) => vec![fixed(*amount)],
            Basis::Metered(metered) => metered.described(self.dollar_rounding),
            Basis::Quoted => vec![Text::new(
                "由機關依個案核算後通知",
                "the agency works it out for each case, and tells the applicant",
            )],
        };
        if let Some(online) = self.online.as_ref().filter(|_| channel == Channel::Online) {
            lines.push(online.text());
        }
        lines
    }

    /// What stays paid when the case is withdrawn or rejected; `None` where nothing is ever due.
    #[must_use]
    pub fn retention(&self) -> Option<Text> {
        if !Channel::ALL.iter().any(|channel| self.may_be_due(*channel)) {
            return None;
        }
        let Text { zh, en } = self.retained_if_ended.text();
        Some(if self.retained_if_ended.0 == 0 {
            Text::new(
                "案件撤回或駁回時，已繳規費可申請退還。",
                "If the case is withdrawn or rejected, the fee can be claimed back.",
            )
        } else {
            Text::new(
                format!("案件撤回或駁回時，其中 {zh}不予退還。"),
                format!("If the case is withdrawn or rejected, {en} of it is not paid back."),
            )
        })
    }
}

pub(super) fn free() -> Text {
    Text::new("免繳納規費", "no fee")
}

pub(super) fn fixed(amount: Twd) -> Text {
    let Text { zh, en } = amount.text();
    Text::new(format!("每件 {zh}"), format!("{en} per application"))
}

impl Metered {
    fn described(&self, dollar_rounding: Rounding) -> Vec<Text> {
        let measure = &self.measure;
        let rate = |rate: &Rate| rate.described(measure, dollar_rounding);
        let mut lines: Vec<Text> = match &self.tariff {
            Tariff::Rate(all) => vec![rate(all)],
            Tariff::Flat(brackets) => {
                let line = |(lower, upper, price): (Option<Bound>, Option<Bound>, &Price)| {
                    let (bracket, fee) = (measure.bracket(lower, upper), price.fee.text());
                    let from =
                        measure.shown(lower.map_or(0, |bound| u128::from(bound.number()) * measure.parts()));
                    let more = price.more.as_ref().map(rate).map_or(Text::new("", ""), |more| {
                        Text::new(
                            format!("，逾 {}部分{}", from.zh, more.zh),
                            format!(", and above {} {}", from.en, more.en),
                        )
                    });
                    Text::new(
                        format!("{}：{}{}", bracket.zh, fee.zh, more.zh),
                        format!("{}: {}{}", bracket.en, fee.en, more.en),
                    )
                };
                brackets.each().map(line).collect()
            }
            Tariff::Marginal(brackets) => {
                let line = |(lower, upper, part): (Option<u64>, Option<u64>, &Rate)| {
                    let bracket = measure.bracket(lower.map(Bound::UpTo), upper.map(Bound::UpTo));
                    let rate = rate(part);
                    Text::new(
                        format!("{}部分：{}", bracket.zh, rate.zh),
                        format!("{}: {}", bracket.en, rate.en),
                    )
                };
                brackets.each().map(line).collect()
            }
        };
        lines.extend(self.minimum.map(|minimum| {
            let Text { zh, en } = minimum.text();
            Text::new(format!("最低 {zh}"), format!("at least {en}"))
        }));
        lines.extend(self.cap.map(|cap| {
            let Text { zh, en } = cap.text();
            Text::new(format!("最高 {zh}"), format!("at most {en}"))
        }));
        lines
    }
}

impl Rate {
    /// `每 50 平方公尺計收 400 元，不足一單位以一單位計`.
    fn described(&self, measure: &Measure, dollar_rounding: Rounding) -> Text {
        let (per, each) = (measure.per(self.per.get()), self.each.text());
        let whole = self.per == NonZeroU64::MIN && measure.parts() == 1;
        let part = match self.rounding {
            _ if whole => Text::new("", ""),
            Some(rounding) => {
                let Text { zh, en } = part_of_unit(rounding);
                Text::new(format!("，{zh}"), format!(", {en}"))
            }
            None => {
                let Text { zh, en } = note(dollar_rounding);
                Text::new(format!("，依比例計{zh}"), format!(", a part in proportion{en}"))
            }
        };
        Text::new(
            format!("{}計收 {}{}", per.zh, each.zh, part.zh),
            format!("{} {}{}", each.en, per.en, part.en),
        )
    }
}

impl Online {
    /// What is different online, and by which law.
    #[must_use]
    pub fn text(&self) -> Text {
        let law = &self.legal_basis;
        match &self.fee {
            OnlineFee::PercentOff(percent) => {
                let percent = percent.get();
                Text::new(
                    format!("網路申辦減 {percent} %（依{law}）"),
                    format!("{percent}% off for applying online ({law})"),
                )
            }
            OnlineFee::AmountOff(amount) => {
                let Text { zh, en } = amount.text();
                Text::new(
                    format!("網路申辦減收 {zh}（依{law}）"),
                    format!("{en} off for applying online ({law})"),
                )
            }
            OnlineFee::Instead(_) => Text::new(
                format!("網路申辦之規費（依{law}）"),
                format!("the fee for applying online ({law})"),
            ),
        }
    }
}

impl Exemption {
    /// Who is exempt, or pays less, and by which law.
    #[must_use]
    pub fn text(&self) -> Text {
        let Self { percent, reason: Text { zh, en }, legal_basis: law, .. } = self;
        if *percent == Percent::ALL {
            return Text::new(format!("免徵：{zh}（依{law}）"), format!("exempt: {en} ({law})"));
        }
        let percent = percent.get();
        Text::new(format!("減徵 {percent} %：{zh}（依{law}）"), format!("{percent}% off: {en} ({law})"))
    }
}

/// When the fee is due, for the page of the item; `None` where the item does not say.
#[must_use]
pub fn when_due(timing: FeeTiming) -> Option<Text> {
    match timing {
        FeeTiming::None => None,
        FeeTiming::AtApplication => Some(Text::new(
            "申請時一併繳納；處理時限自機關收到繳費之次日起算。",
            "Due with the application; the processing limit counts from the day after the fee is received.",
        )),
        FeeTiming::OnNotice => Some(Text::new(
            "申請後，依機關通知繳納。",
            "Due after the application, when the agency asks for it.",
        )),
        FeeTiming::OnIssue => Some(Text::new("核發辦理結果時繳納。", "Due when the result is issued.")),
    }
}
