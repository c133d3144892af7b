//! Timers: what wakes up by itself. Which timers a case has is a function of the case, so setting,
//! moving and cancelling one is nothing but writing the case.

use jiff::Timestamp;

use crate::case::Case;
use crate::code::coded;
use crate::event::Event;
use crate::rejection::Rejection;
use crate::text::Text;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimerKind {
    /// Nobody of the agency has taken it in for half a day (規範 十(一)).
    Untaken,
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
    /// Whoever is served electronically has not opened the decision in time: it goes by post.
    Unopened,
}

coded!(TimerKind {
    Untaken = "untaken",
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
    Unopened = "unopened",
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
            Self::Untaken
            | Self::AwaitedLapsed
            | Self::WindowClosed
            | Self::Overdue
            | Self::ReviewOverdue
            | Self::CorrectionDue
            | Self::PickUpDue
            | Self::Unopened => &[],
        }
    }

    /// What the applicant reads in the timeline.
    #[must_use]
    pub fn public_text(self) -> Text {
        match self {
            Self::Untaken => Text::new(
                "逾半日尚無人收文，已提醒受理機關",
                "Nobody at the agency had taken in your case for half a day; it was reminded",
            ),
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
            Self::Unopened => Text::new(
                "電子送達後逾五個工作日未閱覽，已請機關改以書面送達",
                "You had not opened the decision within five working days; the agency was asked to post it to you",
            ),
        }
    }
}

/// Timers still to fire, soonest first. Once the case has ended, there is none but that its decision is not opened.
#[must_use]
pub fn pending(case: &Case) -> Vec<(Timestamp, TimerKind)> {
    let fired = |kind: &TimerKind| {
        let at = case.dates.timers.get(kind);
        at.is_some_and(|at| case.fired.contains(&(*kind, *at)))
    };
    let set = case.dates.timers.iter().map(|(kind, at)| (*at, *kind));
    let matters = |kind: &TimerKind| !case.state.is_ended() || *kind == TimerKind::Unopened;
    let left = set.filter(|(_, kind)| matters(kind) && !fired(kind) && !kind.outdone_by().iter().any(fired));
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

/// Decides that `kind` fires at `now`.
pub(crate) fn fire(case: &Case, kind: TimerKind, now: Timestamp) -> Result<Event, Rejection> {
    let due = pending(case).into_iter().any(|(at, pending)| pending == kind && at <= now);
    if due { Ok(Event::TimerFired(kind)) } else { Err(Rejection::TimerNotDue) }
}

/// The next timer of the case.
#[must_use]
pub fn next(case: &Case) -> Option<(Timestamp, TimerKind)> {
    pending(case).into_iter().next()
}
