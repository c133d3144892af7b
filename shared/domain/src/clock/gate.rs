//! The gates a clock waits at before it starts: it starts the day after the last one was passed
//! (規範 十一).

use jiff::Timestamp;
use jiff::civil::Date;

use super::history::History;
use super::terms::{FeeReceipt, FeeTiming, Terms, WindowClose};
use crate::calendar::OutsideCalendar;
use crate::id::Key;
use crate::taipei;
use crate::text::Text;

/// What a clock waits for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gate {
    /// 機關自單一窗口網站收到申請.
    Receipt,
    /// 收到繳費, where it is due with the application.
    Fee,
    /// 應備資料寄達: an original or an object.
    Arrival(Key),
    /// 受理申請期間截止, of a batch item.
    Window,
    /// 補正完成, where the item version begins its limit anew with it.
    Correction,
}

impl Gate {
    /// The stable code; an awaited original is named beside it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Fee => "fee",
            Self::Arrival(_) => "arrival",
            Self::Window => "window",
            Self::Correction => "correction",
        }
    }

    /// What passing it is called; which original it is, the item says.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Receipt => Text::new("收到申請", "receipt of the application"),
            Self::Fee => Text::new("收到繳費", "receipt of the fee"),
            Self::Arrival(_) => Text::new("應備資料寄達", "arrival of what is posted or brought"),
            Self::Window => Text::new("受理期間截止", "close of the acceptance window"),
            Self::Correction => Text::new("補正完成", "completion of the correction"),
        }
    }
}

/// Gates in a row, as they stand in a sentence.
#[must_use]
pub fn listed(gates: &[Gate]) -> Text {
    let mut names: Vec<Text> = gates.iter().map(Gate::text).collect();
    names.dedup();
    let join = |pick: fn(&Text) -> &str, with: &str| names.iter().map(pick).collect::<Vec<_>>().join(with);
    Text::new(join(|text| &text.zh, "、"), join(|text| &text.en, ", "))
}

/// What is said of a clock that waits at `open`.
#[must_use]
pub fn waiting_for(open: &[Gate]) -> Text {
    let Text { zh, en } = listed(open);
    Text::new(format!("尚未起算，等待{zh}"), format!("not started, waiting for {en}"))
}

/// Whether a clock with these terms waits for nothing but receipt, as most do.
#[inline]
pub(super) fn only_receipt(terms: &Terms) -> bool {
    terms.fee != FeeTiming::AtApplication && terms.awaits.is_empty() && terms.windows.is_empty()
}

/// A gate that was passed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Passed {
    pub at: Timestamp,
    pub gate: Gate,
}

impl Passed {
    #[must_use]
    pub fn day(&self) -> Date {
        taipei::day_of(self.at)
    }
}

/// Where a case stands with its gates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gates {
    /// All passed; the last of them starts the clock.
    Passed(Passed),
    /// These are missing.
    Open(Vec<Gate>),
}

/// The gates of a case. The order in which they were passed makes no difference.
#[inline]
pub fn gates(terms: &Terms, history: &History) -> Result<Gates, OutsideCalendar> {
    if only_receipt(terms) {
        return Ok(Gates::Passed(Passed { at: history.received, gate: Gate::Receipt }));
    }
    several(terms, history)
}

fn several(terms: &Terms, history: &History) -> Result<Gates, OutsideCalendar> {
    let mut last = Passed { at: history.received, gate: Gate::Receipt };
    let mut open = Vec::new();
    each(terms, history, |gate, at| match at {
        Some(at) if (at, &gate) > (last.at, &last.gate) => last = Passed { at, gate },
        Some(_) => {}
        None => open.push(gate),
    })?;
    Ok(if open.is_empty() { Gates::Passed(last) } else { Gates::Open(open) })
}

/// The gates that were not passed by the end of `day`.
pub fn open_after(terms: &Terms, history: &History, day: Date) -> Result<Vec<Gate>, OutsideCalendar> {
    let mut open = Vec::new();
    each(terms, history, |gate, at| {
        if at.is_none_or(|at| taipei::day_of(at) > day) {
            open.push(gate);
        }
    })?;
    Ok(open)
}

/// The gates that are open and that only the applicant can pass: the fee before what is posted or brought.
pub fn awaited(terms: &Terms, history: &History) -> impl Iterator<Item = Gate> {
    each_awaited(terms, history).filter(|(_, at)| at.is_none()).map(|(gate, _)| gate)
}

/// The gates that the applicant passes, with the instant at which they did.
fn each_awaited(terms: &Terms, history: &History) -> impl Iterator<Item = (Gate, Option<Timestamp>)> {
    let fee = (terms.fee == FeeTiming::AtApplication).then(|| {
        let received = match terms.settings.fee_receipt {
            FeeReceipt::Posting => history.fee_posted,
            FeeReceipt::Payment => history.fee_paid.or(history.fee_posted),
        };
        (Gate::Fee, received)
    });
    let arrival = |what: &Key| (Gate::Arrival(what.clone()), history.arrived.get(what).copied());
    fee.into_iter().chain(terms.awaits.iter().map(arrival))
}

/// Every gate after receipt, with the instant it was passed.
fn each(
    terms: &Terms,
    history: &History,
    mut gate: impl FnMut(Gate, Option<Timestamp>),
) -> Result<(), OutsideCalendar> {
    each_awaited(terms, history).for_each(|(passed, at)| gate(passed, at));
    if !terms.windows.is_empty() {
        let received = taipei::day_of(history.received);
        let closes = window_close(terms, received).ok_or(OutsideCalendar(received))?;
        gate(Gate::Window, Some(taipei::last_instant_of(closes).ok_or(OutsideCalendar(closes))?));
    }
    Ok(())
}

/// The last day of the acceptance window in which, or before which, `day` falls.
#[must_use]
pub fn window_close(terms: &Terms, day: Date) -> Option<Date> {
    let of_year = |year: i16| terms.windows.iter().filter_map(move |close| close_in(*close, year));
    let next = day.year().checked_add(1)?;
    of_year(day.year()).chain(of_year(next)).filter(|close| *close >= day).min()
}

fn close_in(close: WindowClose, year: i16) -> Option<Date> {
    let month = Date::new(year, close.month(), 1).ok()?;
    Date::new(year, close.month(), close.day().min(month.days_in_month())).ok()
}
