//! Timers: what wakes up by itself. Which timers a case has is a function of the case, so setting,
//! moving and cancelling one is nothing but writing the case.

use jiff::Timestamp;

use crate::case::Case;
use crate::code::coded;
use crate::text::Text;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimerKind {
    /// The window has waited long enough for the fee or an original.
    AwaitedLapsed,
    /// The acceptance window of a batch item has closed.
    WindowClosed,
    /// The due date comes near: whoever has the case is reminded.
    DueNear,
    /// The due date is close.
    DueSoon,
    /// Today is the last day.
    DueToday,
    /// The due date has passed without a decision (逾限).
    Overdue,
    /// The limit of an agency that reviews a part has passed without its answer.
    ReviewOverdue,
    /// The end of the correction period comes near: the applicant is reminded (催補正).
    CorrectionNear,
    /// It is close.
    CorrectionSoon,
    /// The applicant's correction period has passed without an answer.
    CorrectionDue,
    /// The end of the pick-up period comes near: the applicant is reminded (催領).
    PickUpNear,
    /// It is close.
    PickUpSoon,
    /// The pick-up period has passed.
    PickUpDue,
}

coded!(TimerKind {
    AwaitedLapsed = "awaited_lapsed",
    WindowClosed = "window_closed",
    DueNear = "due_near",
    DueSoon = "due_soon",
    DueToday = "due_today",
    Overdue = "overdue",
    ReviewOverdue = "review_overdue",
    CorrectionNear = "correction_near",
    CorrectionSoon = "correction_soon",
    CorrectionDue = "correction_due",
    PickUpNear = "pick_up_near",
    PickUpSoon = "pick_up_soon",
    PickUpDue = "pick_up_due",
});

impl TimerKind {
    /// The timers that say more than this one: once one of them fired, it has nothing left to say.
    const fn outdone_by(self) -> &'static [Self] {
        match self {
            Self::DueNear => &[Self::DueSoon, Self::DueToday, Self::Overdue],
            Self::DueSoon => &[Self::DueToday, Self::Overdue],
            Self::DueToday => &[Self::Overdue],
            Self::CorrectionNear => &[Self::CorrectionSoon, Self::CorrectionDue],
            Self::CorrectionSoon => &[Self::CorrectionDue],
            Self::PickUpNear => &[Self::PickUpSoon, Self::PickUpDue],
            Self::PickUpSoon => &[Self::PickUpDue],
            Self::AwaitedLapsed
            | Self::WindowClosed
            | Self::Overdue
            | Self::ReviewOverdue
            | Self::CorrectionDue
            | Self::PickUpDue => &[],
        }
    }

    /// What the applicant reads in the timeline.
    #[must_use]
    pub fn public_text(self) -> Text {
        match self {
            Self::AwaitedLapsed => Text::new(
                "等候繳費或補寄資料之期間屆滿而未收到，已請機關續辦",
                "What was awaited did not come in time; the agency goes on with the case",
            ),
            Self::WindowClosed => {
                Text::new("受理期間截止，開始計算處理期限", "The acceptance window closed; the clock starts")
            }
            Self::DueNear | Self::DueSoon => {
                Text::new("處理期限將屆，已提醒承辦機關", "The agency was reminded that the due date is near")
            }
            Self::DueToday => Text::new(
                "今日為處理期限末日，已提醒承辦機關",
                "The agency was reminded that today is the last day",
            ),
            Self::Overdue => Text::new("已逾處理期限", "The processing limit has passed without a decision"),
            Self::ReviewOverdue => Text::new(
                "會審機關已逾其處理時限，已催請回復；本案處理期限不變",
                "A reviewing agency is past its limit and was reminded; the due date of your case stays",
            ),
            Self::CorrectionNear | Self::CorrectionSoon => {
                Text::new("補正期限將屆，已提醒您", "You were reminded that the correction period ends soon")
            }
            Self::PickUpNear | Self::PickUpSoon => {
                Text::new("領取期限將屆，已提醒您", "You were reminded that the pick-up period ends soon")
            }
            Self::CorrectionDue => {
                Text::new("補正期限屆滿而未補正", "The correction period passed without an answer")
            }
            Self::PickUpDue => Text::new("領取期限屆滿而未領取", "The pick-up period passed"),
        }
    }
}

/// Timers still to fire, soonest first. None once the case has ended.
#[must_use]
pub fn pending(case: &Case) -> Vec<(Timestamp, TimerKind)> {
    if case.state.is_ended() {
        return Vec::new();
    }
    let fired = |kind: &TimerKind| {
        let at = case.dates.timers.get(kind);
        at.is_some_and(|at| case.fired.contains(&(*kind, *at)))
    };
    let set = case.dates.timers.iter().map(|(kind, at)| (*at, *kind));
    let left = set.filter(|(_, kind)| !fired(kind) && !kind.outdone_by().iter().any(fired));
    let mut timers: Vec<_> = left.collect();
    timers.sort_unstable();
    timers
}

/// The timer to fire at `now`: the soonest that is due, but of reminders that are all due, after an
/// outage say, the one that says most.
#[must_use]
pub fn due(case: &Case, now: Timestamp) -> Option<(Timestamp, TimerKind)> {
    let due: Vec<_> = pending(case).into_iter().filter(|(at, _)| *at <= now).collect();
    let outdone = |kind: TimerKind| due.iter().any(|(_, other)| kind.outdone_by().contains(other));
    due.iter().copied().find(|(_, kind)| !outdone(*kind))
}

/// The next timer of the case.
#[must_use]
pub fn next(case: &Case) -> Option<(Timestamp, TimerKind)> {
    pending(case).into_iter().next()
}
