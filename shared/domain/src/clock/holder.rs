//! Whose days they were (以釐清行政責任, 作業要點 3(三)): every day from receipt belongs to exactly one
//! holder. A late reviewer answers for their days; they do not move the date of the whole case.

use jiff::civil::Date;

use super::count::{Count, Counted, End, days_of_months};
use super::gate;
use super::history::{History, Review};
use super::pause::{self, Pause, PauseCause};
use super::terms::{Terms, Unit};
use super::{Due, hours};
use crate::calendar::{Calendar, OutsideCalendar};
use crate::clock::gate::Gate;
use crate::joint_review::ReviewingAgency;
use crate::taipei;
use crate::text::Text;

/// Who a day is booked to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// The agency that has the case.
    Agency,
    /// An agency that reviews a part.
    Reviewer(ReviewingAgency),
    /// The applicant: a correction or an original is awaited.
    Applicant,
    /// The fee is awaited.
    FeeGate,
    /// The acceptance window is open.
    Window,
    /// A cause nobody is answerable for.
    Nobody,
}

impl Holder {
    /// The stable code; a reviewing agency is named beside it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Agency => "agency",
            Self::Reviewer(_) => "reviewer",
            Self::Applicant => "applicant",
            Self::FeeGate => "fee",
            Self::Window => "window",
            Self::Nobody => "nobody",
        }
    }

    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Agency => Text::new("受理機關", "the agency in charge"),
            Self::Reviewer(ReviewingAgency { name, .. }) => {
                Text::new(format!("會審機關（{}）", name.zh), format!("reviewing agency ({})", name.en))
            }
            Self::Applicant => Text::new("申請人", "the applicant"),
            Self::FeeGate => Text::new("等待繳費", "waiting for the fee"),
            Self::Window => Text::new("受理期間", "acceptance window"),
            Self::Nobody => Text::new("不可歸責之停止", "nobody: a stop"),
        }
    }
}

/// Neighbouring days of one holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub holder: Holder,
    pub from: Date,
    pub to: Date,
}

impl Held {
    /// How many days of the calendar.
    #[must_use]
    pub fn days(&self) -> i64 {
        taipei::days_between(self.from, self.to) + 1
    }
}

/// Books every day after the day of receipt through `until`.
pub fn held(
    terms: &Terms,
    history: &History,
    until: Date,
    calendar: &Calendar,
) -> Result<Vec<Held>, OutsideCalendar> {
    let pauses = pause::pauses(terms, history, calendar)?;
    let due = |review: &Review| Ok(due_of(terms, history, review, calendar)?.map(|due| due.day));
    let dues = history.reviews.iter().map(due).collect::<Result<Vec<_>, OutsideCalendar>>()?;
    let mut held: Vec<Held> = Vec::new();
    let mut day = taipei::day_of(history.received);
    while day < until {
        day = day.tomorrow().map_err(|_| OutsideCalendar(day))?;
        let holder = holder(terms, history, (&pauses, &dues), day)?;
        match held.last_mut() {
            Some(run) if run.holder == holder => run.to = day,
            _ => held.push(Held { holder, from: day, to: day }),
        }
    }
    Ok(held)
}

/// Who has the case on `day`. Whoever the case waits for comes first: what stands still, then the
/// gates, then the reviewer who is late, the longest first, then the one who has had it longest, and else the
/// agency in charge.
fn holder(
    terms: &Terms,
    history: &History,
    (pauses, dues): (&[Pause], &[Option<Date>]),
    day: Date,
) -> Result<Holder, OutsideCalendar> {
    let covers = |pause: &&Pause| pause.first <= day && pause.last.is_none_or(|last| day <= last);
    if let Some(pause) = pauses.iter().find(covers) {
        return Ok(match pause.cause {
            PauseCause::Correction => Holder::Applicant,
            PauseCause::Stop(_) => Holder::Nobody,
        });
    }
    // A gate passed on a day had that day waited for.
    let before = day.yesterday().map_err(|_| OutsideCalendar(day))?;
    if let Some(gate) = gate::open_after(terms, history, before)?.into_iter().next() {
        return Ok(match gate {
            Gate::Fee => Holder::FeeGate,
            Gate::Window => Holder::Window,
            Gate::Receipt | Gate::Arrival(_) | Gate::Correction => Holder::Applicant,
        });
    }
    let has_it = |review: &Review| {
        let ended = review.ended.map(|ended| taipei::day_of(ended.at));
        taipei::day_of(review.sent) < day && ended.is_none_or(|ended| day <= ended)
    };
    let reviews = history.reviews.iter().zip(dues).filter(|(review, _)| has_it(review));
    let first = reviews.min_by_key(|(review, due)| {
        let late = due.filter(|due| *due < day);
        (late.is_none(), late, review.sent, &review.reviewer)
    });
    Ok(first.map_or(Holder::Agency, |(review, _)| Holder::Reviewer(review.reviewer.clone())))
}

/// The end of the limit of a review: as it was when that ended, else as the calendar has it.
pub fn due_of(
    terms: &Terms,
    history: &History,
    review: &Review,
    calendar: &Calendar,
) -> Result<Option<Due>, OutsideCalendar> {
    match review.ended {
        Some(ended) => Ok(ended.due),
        None => review_due(terms, history, review, calendar),
    }
}

/// The end of a reviewing agency's own limit, from the day after the part was sent. The pauses of the
/// case stop it as well.
pub fn review_due(
    terms: &Terms,
    history: &History,
    review: &Review,
    calendar: &Calendar,
) -> Result<Option<Due>, OutsideCalendar> {
    let sent = taipei::day_of(review.sent);
    let Some(counted) = Counted::of(review.limit.unit(), &terms.settings) else {
        let end = hours::end(review.sent, review.limit.amount(), terms, history, calendar)?;
        return Ok(end.until.map(|until| Due { day: taipei::day_of(until), until }));
    };
    let days = match review.limit.unit() {
        Unit::Month => days_of_months(sent, review.limit.amount()).ok_or(OutsideCalendar(sent))?,
        Unit::Day(_) | Unit::Hour => review.limit.amount(),
    };
    let pauses = pause::pauses(terms, history, calendar)?;
    match (Count { counted, calendar, pauses: &pauses }).end(sent, days)? {
        End::On(day) => Due::end_of(day).map(Some),
        End::Open { .. } => Ok(None),
    }
}

/// Days of the calendar by which a review is late on `today`, or was when it ended.
#[must_use]
pub fn days_late(due: Due, review: &Review, today: Date) -> i64 {
    let until = review.ended.map_or(today, |ended| taipei::day_of(ended.at));
    taipei::days_between(due.day, until).max(0)
}
