//! Absence of staff, and who stands in for them meanwhile (職務代理, 規範 六(三): no case without somebody who
//! sees to it). Who stands in has the roles of whom they stand in for and acts on their cases, as themselves: the
//! record of a case names who acted, and nobody is two pairs of eyes.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::access::Officer;
use crate::agency::{Role, Staff};
use crate::code::coded;
use crate::id::{PersonId, RequestId};
use crate::taipei;
use crate::text::Text;

/// Longest absence that is recorded at once, in days.
pub const MAX_DAYS: i32 = 180;
/// Most absences of one agency that are not over.
pub const MAX_OPEN: usize = 200;

/// Somebody of an agency is away from `from` to `until`, both included, and `deputy` stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// The request that recorded it.
    pub id: RequestId,
    pub person: PersonId,
    /// 職務代理人.
    pub deputy: PersonId,
    /// Days in Taipei.
    pub from: Date,
    pub until: Date,
    /// Who recorded it, and when.
    pub by: PersonId,
    pub at: Timestamp,
    pub ended: Option<Ended>,
}

/// It ended before its last day, or was called off before its first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    pub by: PersonId,
    pub at: Timestamp,
}

/// What is asked to be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    pub person: PersonId,
    pub deputy: PersonId,
    pub from: Date,
    pub until: Date,
}

/// Why it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// Neither the person nor an administrator of the agency.
    Forbidden,
    /// Nobody of that number works for the agency.
    NotStaff,
    /// The deputy is no colleague of the agency, or the person themselves.
    NoDeputy,
    /// Whoever records the absence of somebody else names themselves.
    OwnDeputy,
    /// It ends before it begins, begins or ends in the past, or lasts more than [`MAX_DAYS`].
    Period,
    /// The person is recorded as absent in these days.
    Overlaps,
    /// The deputy is absent in these days.
    DeputyAbsent,
    /// The person stands in for somebody in these days.
    StandsIn,
    /// The agency has [`MAX_OPEN`] of them.
    TooMany,
    /// There is no such absence.
    Unknown,
    /// It is over.
    Over,
}

coded!(Refusal {
    Forbidden = "ABSENCE_NOT_YOURS",
    NotStaff = "NO_SUCH_STAFF",
    NoDeputy = "NO_SUCH_DEPUTY",
    OwnDeputy = "OWN_DEPUTY",
    Period = "BAD_ABSENCE",
    Overlaps = "ABSENT_ALREADY",
    DeputyAbsent = "DEPUTY_ABSENT",
    StandsIn = "STANDS_IN",
    TooMany = "TOO_MANY_ABSENCES",
    Unknown = "NO_SUCH_ABSENCE",
    Over = "ABSENCE_OVER",
});

impl Refusal {
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Forbidden => Text::new(
                "只能登記自己的請假；他人的請假由機關系統權限管理人員登記。",
                "Record your own absence; that of others is recorded by the administrator of the agency.",
            ),
            Self::NotStaff => Text::new(
                "本機關沒有這位人員。請重新整理後再選。",
                "Nobody of that number works for the agency. Reload the page and choose again.",
            ),
            Self::NoDeputy => Text::new(
                "職務代理人須為本機關之其他人員。請另選一位。",
                "A deputy is another member of the agency's staff. Choose somebody else.",
            ),
            Self::OwnDeputy => Text::new(
                "為他人登記請假，不得指定自己為代理人。請另選一位。",
                "Whoever records the absence of somebody else does not stand in for them. Choose somebody else.",
            ),
            Self::Period => Text::new(
                format!("請假期間須自今日以後起算，迄日不得早於起日，每次至多 {MAX_DAYS} 日。"),
                format!(
                    "An absence begins today or later, does not end before it begins, and lasts at most {MAX_DAYS} days."
                ),
            ),
            Self::Overlaps => Text::new(
                "該期間已有請假紀錄。請先終止原紀錄或調整日期。",
                "An absence is recorded in these days. End that one, or choose other days.",
            ),
            Self::DeputyAbsent => Text::new(
                "職務代理人於該期間亦請假。請另選一位。",
                "The deputy is absent in these days too. Choose somebody else.",
            ),
            Self::StandsIn => Text::new(
                "該期間正代理他人職務。請先為該員改派代理人。",
                "In these days this person stands in for somebody. Name another deputy for them first.",
            ),
            Self::TooMany => Text::new(
                "本機關尚未結束的請假紀錄過多。請先終止不需要的紀錄。",
                "The agency has too many absences that are not over. End those that are not needed.",
            ),
            Self::Unknown => {
                Text::new("沒有這筆請假紀錄。請重新整理頁面。", "There is no such absence. Reload the page.")
            }
            Self::Over => Text::new("這筆請假已經結束。", "This absence is over."),
        }
    }
}

impl Absence {
    /// Whether the deputy stands in on `day`.
    #[must_use]
    pub fn is_on(&self, day: Date) -> bool {
        self.ended.is_none() && self.from <= day && day <= self.until
    }

    /// Whether anything of it is still to come on `day`, that day included.
    #[must_use]
    pub fn is_open(&self, day: Date) -> bool {
        self.ended.is_none() && day <= self.until
    }

    /// Whether it was asked for in the same words.
    #[must_use]
    pub fn is_of(&self, wish: &Wish) -> bool {
        let Wish { person, deputy, from, until } = *wish;
        (self.person, self.deputy, self.from, self.until) == (person, deputy, from, until)
    }

    fn shares_a_day(&self, wish: &Wish) -> bool {
        self.ended.is_none() && self.from <= wish.until && wish.from <= self.until
    }
}

/// Whether `officer` may record or end an absence of `person`: their own, or as an administrator of the agency.
#[must_use]
pub fn may_record(officer: &Officer, person: PersonId) -> bool {
    officer.person == person || officer.roles.contains(&Role::Administrator)
}

/// Decides on an absence that `officer` asks for under `id` at `now`, `staff` being that of the agency and `known`
/// what is recorded of it.
pub fn record(
    officer: &Officer,
    id: RequestId,
    wish: &Wish,
    (staff, known): (&[Staff], &[Absence]),
    now: Timestamp,
) -> Result<Absence, Refusal> {
    let Wish { person, deputy, from, until } = *wish;
    if !may_record(officer, person) {
        return Err(Refusal::Forbidden);
    }
    let works_here = |person| staff.iter().any(|staff| staff.person == person);
    if !works_here(person) {
        return Err(Refusal::NotStaff);
    }
    if deputy == person || !works_here(deputy) {
        return Err(Refusal::NoDeputy);
    }
    // Nobody gives themselves what is another's to do.
    if officer.person != person && deputy == officer.person {
        return Err(Refusal::OwnDeputy);
    }
    let today = taipei::day_of(now);
    let days = (until - from).get_days();
    if from < today || !(0..MAX_DAYS).contains(&days) {
        return Err(Refusal::Period);
    }
    if known.iter().filter(|absence| absence.is_open(today)).count() >= MAX_OPEN {
        return Err(Refusal::TooMany);
    }
    let mut meanwhile = known.iter().filter(|absence| absence.shares_a_day(wish));
    let clash = meanwhile.find_map(|other| match other {
        _ if other.person == person => Some(Refusal::Overlaps),
        _ if other.person == deputy => Some(Refusal::DeputyAbsent),
        _ if other.deputy == person => Some(Refusal::StandsIn),
        _ => None,
    });
    match clash {
        Some(refusal) => Err(refusal),
        None => Ok(Absence { id, person, deputy, from, until, by: officer.person, at: now, ended: None }),
    }
}

/// Decides on ending `absence` at `now`: from then on its deputy stands in no more.
pub fn end(officer: &Officer, absence: &Absence, now: Timestamp) -> Result<Absence, Refusal> {
    if !may_record(officer, absence.person) {
        return Err(Refusal::Forbidden);
    }
    if !absence.is_open(taipei::day_of(now)) {
        return Err(Refusal::Over);
    }
    Ok(Absence { ended: Some(Ended { by: officer.person, at: now }), ..absence.clone() })
}

/// For whom `person` stands in on `day`.
#[must_use]
pub fn stood_in_for(person: PersonId, absences: &[Absence], day: Date) -> BTreeSet<PersonId> {
    let theirs = absences.iter().filter(|absence| absence.deputy == person && absence.is_on(day));
    theirs.map(|absence| absence.person).collect()
}

/// The roles that go to whoever stands in for `staff`: all but the administrator's, who says who stands in for whom.
pub fn lent(staff: &Staff) -> impl Iterator<Item = Role> {
    staff.roles.iter().copied().filter(|role| *role != Role::Administrator)
}

/// `staff` as it is on `day`: deputies with the roles of those they stand in for.
#[must_use]
pub fn on_duty(staff: &[Staff], absences: &[Absence], day: Date) -> Vec<Staff> {
    let with_more = |own: &Staff| {
        let principals = stood_in_for(own.person, absences, day);
        let more = staff.iter().filter(|other| principals.contains(&other.person));
        let roles = own.roles.iter().copied().chain(more.flat_map(lent)).collect();
        Staff { roles, ..own.clone() }
    };
    staff.iter().map(with_more).collect()
}

/// Who stands in for `person` on `day`.
#[must_use]
pub fn deputy_of(person: PersonId, absences: &[Absence], day: Date) -> Option<PersonId> {
    absences.iter().find(|absence| absence.person == person && absence.is_on(day)).map(|it| it.deputy)
}
