//! How a case ended (結案): with what result, whether its applicant is known to have been told, and when nothing is
//! owed any more. An act is effective once it has been notified (行政程序法 §100, §110), so a decision is not the end.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::case::{Case, State};
use crate::code::coded;
use crate::id::Version;
use crate::service::{Means, NoticePlace};
use crate::text::Text;
use crate::timer::TimerKind;

/// The result of a case, which stays whatever becomes of it afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Conclusion {
    /// 核准.
    Approved,
    /// 駁回.
    Rejected,
    /// 撤回.
    Withdrawn,
    /// 逾期終止 (規費法 §19).
    Terminated,
    /// 移送 (行政程序法 §17).
    Transferred,
}

coded!(Conclusion {
    Approved = "approved",
    Rejected = "rejected",
    Withdrawn = "withdrawn",
    Terminated = "terminated",
    Transferred = "transferred",
});

impl Conclusion {
    /// The state of a case that ended so and whose applicant is not known to have been told.
    #[must_use]
    pub const fn state(self) -> State {
        match self {
            Self::Approved => State::Approved,
            Self::Rejected => State::Rejected,
            Self::Withdrawn => State::Withdrawn,
            Self::Terminated => State::Terminated,
            Self::Transferred => State::Transferred,
        }
    }
}

/// What shows that the applicant was told the result (通知之證明); of a decision on who takes none electronically, the
/// first two show that they know of it, and not that it was served ([`Case::is_served_electronically`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// The mail reached their mail system, and has not come back.
    Delivered,
    /// They opened the notice in the window.
    Opened,
    /// It was posted with a number, or handed over (送達紀錄).
    Served,
    /// They picked up what it says (領取).
    PickedUp,
}

coded!(Evidence {
    Delivered = "delivered",
    Opened = "opened",
    Served = "served",
    PickedUp = "picked_up",
});

/// What became known of the notice of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Word {
    Delivered,
    /// It came back, perhaps after it had been delivered.
    Returned,
    Opened,
}

coded!(Word { Delivered = "delivered", Returned = "returned", Opened = "opened" });

impl Word {
    /// What people read in the timeline.
    #[must_use]
    pub fn public_text(self) -> Text {
        match self {
            Self::Delivered => {
                Text::new("結果通知已送達您的電子郵件信箱", "The notice of the result reached your mailbox")
            }
            Self::Returned => Text::new(
                "結果通知之電子郵件未能送達，已請機關以其他方式通知",
                "The mail that tells the result did not arrive; the agency was asked to reach you otherwise",
            ),
            Self::Opened => {
                Text::new("您已於系統內閱覽結果通知", "You opened the notice of the result in the window")
            }
        }
    }
}

/// The place of the notice that tells the applicant the result, among those of the event that ended the case: it
/// comes first ([`crate::notice::owed`]).
const RESULT: u16 = 1;

/// Within how many working days whoever is served electronically opens a decision; what is not opened then goes by
/// post. No text of the city says so: five are the rule of the 公司登記電子申請及電子送達實施辦法 §12 and of the
/// 商標電子申請及電子送達實施辦法 §15-2.
pub const OPENED_WITHIN: u32 = 5;

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    pub how: Conclusion,
    pub at: Timestamp,
    /// The event that ended it, which owes the notice of the result.
    pub event: Version,
    /// What shows that the applicant was told, whether it counts for them or not.
    pub told: BTreeSet<Evidence>,
    /// The mail that tells it came back, or the letter did.
    pub returned: bool,
    /// How many of the latest events are word of that notice, and nothing else.
    pub heard: u32,
}

impl Ending {
    /// Whether `notice` tells the applicant the result.
    #[must_use]
    pub fn is_told_by(&self, notice: NoticePlace) -> bool {
        notice == NoticePlace { event: self.event, place: RESULT }
    }

    /// The same after `word`, what is counted aside.
    #[must_use]
    pub fn after(mut self, word: Word) -> Self {
        match word {
            Word::Delivered => self.told.insert(Evidence::Delivered),
            Word::Opened => self.told.insert(Evidence::Opened),
            Word::Returned => self.told.remove(&Evidence::Delivered),
        };
        self.returned |= word == Word::Returned;
        self
    }

    /// The same after it was recorded how `notice` was served: what came back shows nothing any more.
    #[must_use]
    pub(crate) fn served(mut self, notice: NoticePlace, means: Means) -> Self {
        if self.is_told_by(notice) {
            if means.serves() {
                self.told.insert(Evidence::Served);
            } else {
                self.told.remove(&Evidence::Served);
                self.returned = true;
            }
        }
        self
    }
}

impl Case {
    /// How it ended, once it has.
    #[must_use]
    pub fn result(&self) -> Option<Conclusion> {
        self.ending.as_ref().map(|ending| ending.how)
    }

    /// When the agency was done with it (辦結).
    #[must_use]
    pub fn ended_at(&self) -> Option<Timestamp> {
        self.ending.as_ref().map(|ending| ending.at)
    }

    /// Whether its decision was mailed to an applicant who is served electronically, and nothing shows that they have it
    /// but that the mail arrived.
    #[must_use]
    pub fn waits_to_be_opened(&self) -> bool {
        let is_decision = |ending: &Ending| matches!(ending.how, Conclusion::Approved | Conclusion::Rejected);
        let is_there = |ending: &Ending| ending.told.iter().all(|told| *told == Evidence::Delivered);
        let waits = self.ending.as_ref().is_some_and(|ending| is_decision(ending) && is_there(ending));
        waits && self.state != State::AwaitingPickUp && self.is_served_electronically()
    }

    /// Whether the time to open it passed.
    #[must_use]
    pub fn was_not_opened(&self) -> bool {
        self.has_fired(TimerKind::Unopened)
    }

    /// Whether `word` of `notice` says anything that was not known.
    #[must_use]
    pub fn is_news(&self, notice: NoticePlace, word: Word) -> bool {
        let ending = self.ending.as_ref().filter(|ending| ending.is_told_by(notice));
        ending.is_some_and(|ending| ending.clone().after(word) != *ending)
    }

    /// Whether whoever saw version `seen` saw the case as it is: what became of the mail since, a few seconds after a
    /// decision, is nothing that makes another decision of theirs.
    #[must_use]
    pub fn is_current(&self, seen: Version) -> bool {
        let heard = self.ending.as_ref().map_or(0, |ending| ending.heard);
        (self.version.0.saturating_sub(heard)..=self.version.0).contains(&seen.0)
    }

    /// Where a case stands that ended so: what waits to be picked up waits first; then the applicant is to be told;
    /// and it is closed once nothing is owed. Money that moves later opens it again.
    pub(crate) fn ended_state(&self, ending: &Ending) -> State {
        let picks_up = ending.how == Conclusion::Approved && self.item.terms.pick_up_days.is_some();
        match () {
            () if picks_up && !ending.told.contains(&Evidence::PickedUp) => State::AwaitingPickUp,
            () if !ending.told.iter().any(|told| self.tells(ending.how, *told)) => ending.how.state(),
            () if self.ledger.owes_nothing() => State::Closed,
            () => State::Notified,
        }
    }

    /// Where it stands, for people: with its result once that is not the state itself.
    #[must_use]
    pub fn standing(&self) -> Text {
        standing(self.state, self.result())
    }
}

/// The same, of a line in a list.
#[must_use]
pub fn standing(state: State, result: Option<Conclusion>) -> Text {
    match (state, result) {
        (State::Notified | State::Closed, Some(how)) => {
            let (result, state) = (how.state().text(), state.text());
            Text::new(format!("{}（{}）", result.zh, state.zh), format!("{} ({})", result.en, state.en))
        }
        _ => state.text(),
    }
}
