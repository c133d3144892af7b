//! Whether a designated dispatcher looked into the inbox (規範 十(二): 案件分文人員應於每日上午及下午登錄).

use std::collections::BTreeSet;
use std::fmt;
use std::iter;
use std::str::FromStr;

use jiff::civil::{Date, Time};
use jiff::{Span, Timestamp};

use crate::agency::{self, Role, Staff};
use crate::calendar::{Calendar, Extent, OutsideCalendar};
use crate::code::coded;
use crate::id::{AgencyCode, NotAnId, PersonId};
use crate::taipei;
use crate::text::Text;

/// The morning ends before this, and the afternoon begins with the next: the lunch break of the office
/// hours. What lies between counts for neither half. No text of the city draws the line.
pub const MORNING_UNTIL: Time = Time::constant(12, 30, 0, 0);
pub const AFTERNOON_FROM: Time = Time::constant(13, 30, 0, 0);
/// The offices open: what lies in the inbox then is there for the whole morning.
pub const OFFICES_OPEN: Time = Time::constant(8, 30, 0, 0);
/// The offices close. Whoever opens the inbox later that day is late: the miss was told of, and stays in the
/// table beside the look.
pub const OFFICES_CLOSE: Time = Time::constant(17, 30, 0, 0);

/// Half of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Half {
    /// 上午.
    Morning,
    /// 下午.
    Afternoon,
}

coded!(Half { Morning = "am", Afternoon = "pm" });

impl Half {
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Morning => Text::new("上午", "morning"),
            Self::Afternoon => Text::new("下午", "afternoon"),
        }
    }

    /// When whoever comes to work finds what is there.
    const fn begins(self) -> Time {
        match self {
            Self::Morning => OFFICES_OPEN,
            Self::Afternoon => AFTERNOON_FROM,
        }
    }

    /// When an inbox that nobody opened is told of.
    const fn ends(self) -> Time {
        match self {
            Self::Morning => MORNING_UNTIL,
            Self::Afternoon => OFFICES_CLOSE,
        }
    }
}

/// One half of one day, in which every agency with services owes a look into its inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duty {
    pub day: Date,
    pub half: Half,
}

/// What became of a duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// A rest day, or the offices were closed.
    NotOwed,
    Attended,
    /// It is not over yet.
    Open,
    /// Somebody looked after it was over, on the same day.
    Late,
    Missed,
}

coded!(Standing { NotOwed = "not_owed", Attended = "attended", Open = "open", Late = "late", Missed = "missed" });

impl Duty {
    /// The duty that a look into the inbox at `at` discharges; `None` in the lunch break.
    #[must_use]
    pub fn at(at: Timestamp) -> Option<Self> {
        let local = taipei::OFFSET.to_datetime(at);
        let half = match local.time() {
            time if time < MORNING_UNTIL => Half::Morning,
            time if time >= AFTERNOON_FROM => Half::Afternoon,
            _ => return None,
        };
        Some(Self { day: local.date(), half })
    }

    /// The last one that was over at `now`.
    #[must_use]
    pub fn last_over(now: Timestamp) -> Option<Self> {
        let day = taipei::day_of(now);
        let over = |duty: &Self| duty.ends().is_some_and(|ends| ends <= now);
        let of = |day| Half::ALL.iter().rev().map(move |half| Self { day, half: *half });
        of(day).chain(of(day.yesterday().ok()?)).find(over)
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        match self.half {
            Half::Morning => Some(Self { half: Half::Afternoon, ..self }),
            Half::Afternoon => Some(Self { day: self.day.tomorrow().ok()?, half: Half::Morning }),
        }
    }

    /// The instant at which an inbox that nobody opened is told of. `None` only outside jiff's years.
    #[must_use]
    pub fn ends(self) -> Option<Timestamp> {
        taipei::at(self.day, self.half.ends())
    }

    /// Whether anybody has to look into the inbox: on working days, as far as the offices are open.
    pub fn is_owed(self, calendar: &Calendar) -> Result<bool, OutsideCalendar> {
        let closed = match calendar.closure(self.day).map(|closure| closure.extent) {
            None => false,
            Some(Extent::Day) => true,
            Some(Extent::Morning) => self.half == Half::Morning,
            Some(Extent::Afternoon) => self.half == Half::Afternoon,
        };
        Ok(!closed && calendar.is_working(self.day)?)
    }

    /// What became of it by `now`; `looked` says when a designated dispatcher first opened the inbox.
    pub fn judge(
        self,
        looked: Option<Timestamp>,
        now: Timestamp,
        calendar: &Calendar,
    ) -> Result<Standing, OutsideCalendar> {
        let is_over_at = |at: Timestamp| self.ends().is_none_or(|ends| ends <= at);
        Ok(match (self.is_owed(calendar)?, looked) {
            (false, _) => Standing::NotOwed,
            (true, Some(at)) if is_over_at(at) => Standing::Late,
            (true, Some(_)) => Standing::Attended,
            (true, None) if is_over_at(now) => Standing::Missed,
            (true, None) => Standing::Open,
        })
    }
}

/// When it is told of that nobody took in what reached an agency at `reached`: at the end of the first half-day of
/// its duty that began no earlier, so that its dispatchers had the whole of one. What comes on a rest day lies until
/// noon of the next working day. `None` only outside jiff's years.
pub fn lies_until(reached: Timestamp, calendar: &Calendar) -> Result<Option<Timestamp>, OutsideCalendar> {
    let first = Duty { day: taipei::day_of(reached), half: Half::Morning };
    let began_before =
        |duty: Duty| taipei::at(duty.day, duty.half.begins()).is_some_and(|begins| begins < reached);
    for duty in iter::successors(Some(first), |duty| duty.next()) {
        if !began_before(duty) && duty.is_owed(calendar)? {
            return Ok(duty.ends());
        }
    }
    Ok(None)
}

/// The half-days of the month that `first` is the first day of, in order, with what became of each by
/// `now`. Before `since` nothing is owed.
pub fn month(
    first: Date,
    since: Duty,
    looked: impl Fn(Duty) -> Option<Timestamp>,
    now: Timestamp,
    calendar: &Calendar,
) -> Result<Vec<(Duty, Standing)>, OutsideCalendar> {
    let days = first.series(Span::new().days(1)).take_while(|day| day.month() == first.month());
    let halves = days.flat_map(|day| Half::ALL.iter().map(move |half| Duty { day, half: *half }));
    let judge = |duty: Duty| {
        let standing = duty.judge(looked(duty), now, calendar)?;
        Ok((duty, if duty < since { Standing::NotOwed } else { standing }))
    };
    halves.map(judge).collect()
}

/// How many half-days were owed, and what became of them; those still open are only owed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub owed: u32,
    pub attended: u32,
    pub late: u32,
    pub missed: u32,
}

impl Tally {
    #[must_use]
    pub fn of(standings: impl IntoIterator<Item = Standing>) -> Self {
        let mut tally = Self::default();
        for standing in standings {
            tally.owed += u32::from(standing != Standing::NotOwed);
            tally.attended += u32::from(standing == Standing::Attended);
            tally.late += u32::from(standing == Standing::Late);
            tally.missed += u32::from(standing == Standing::Missed);
        }
        tally
    }
}

/// Whom a missed duty is told to: those named to stand in for a dispatcher (職務代理人), and the research
/// officers; where there is neither, whoever must know of what nobody takes care of.
#[must_use]
pub fn told_of_missed(staff: &[Staff]) -> Vec<&Staff> {
    let dispatchers = staff.iter().filter(|officer| officer.roles.contains(&Role::Dispatcher));
    let deputies: BTreeSet<PersonId> = dispatchers.filter_map(|officer| officer.deputy).collect();
    let is_told =
        |officer: &&Staff| deputies.contains(&officer.person) || officer.roles.contains(&Role::Research);
    let told: Vec<&Staff> = staff.iter().filter(is_told).collect();
    if told.is_empty() { agency::in_charge(staff, Role::Research) } else { told }
}

/// The notice to one person that nobody opened the inbox in a half-day: `duty_xinyi_2026-11-23_am_1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DutyNoticeId {
    pub agency: AgencyCode,
    pub duty: Duty,
    /// Its place among the notices of that half-day, from 1.
    pub place: u16,
}

impl DutyNoticeId {
    pub const PREFIX: &'static str = "duty_";
}

impl fmt::Display for DutyNoticeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { agency, duty: Duty { day, half }, place } = self;
        write!(f, "{}{agency}_{day}_{half}_{place}", Self::PREFIX)
    }
}

impl FromStr for DutyNoticeId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let refused = NotAnId("duty notice id");
        let mut parts = text.strip_prefix(Self::PREFIX).ok_or(refused)?.split('_');
        let mut next = || parts.next().ok_or(refused);
        let (agency, day, half, place) = (next()?, next()?, next()?, next()?);
        let day = day.parse().map_err(|_| refused)?;
        let duty = Duty { day, half: half.parse().map_err(|_| refused)? };
        let id = Self { agency: agency.parse()?, duty, place: place.parse().map_err(|_| refused)? };
        if id.to_string() == text { Ok(id) } else { Err(refused) }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;

    use super::*;
    use crate::calendar::Closure;

    const MONDAY: Date = date(2026, 11, 23);
    const LATE: &str = "2026-11-23T20:00:00+08:00";

    fn instant(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn calendar(closed: Option<Extent>) -> Calendar {
        let closure = closed.map(|extent| Closure {
            day: MONDAY,
            extent,
            area: "臺北市".to_owned(),
            agencies: BTreeSet::new(),
            source: "公告".to_owned(),
            announced_at: Timestamp::UNIX_EPOCH,
        });
        Calendar::shipped().with_closures("test", closure)
    }

    #[track_caller]
    fn check(opened: &[&str], closed: Option<Extent>, now: &str, expected: [Standing; 2]) {
        let calendar = calendar(closed);
        let looked = |duty: Duty| opened.iter().map(|at| instant(at)).find(|at| Duty::at(*at) == Some(duty));
        let found = [Half::Morning, Half::Afternoon].map(|half| {
            let duty = Duty { day: MONDAY, half };
            duty.judge(looked(duty), instant(now), &calendar).unwrap()
        });
        assert_eq!(found, expected, "{opened:?} at {now}");
    }

    #[test]
    fn both_halves_are_asked_for() {
        use Standing::{Attended, Late, Missed, Open};
        let (morning, noon) = ("2026-11-23T08:50:00+08:00", "2026-11-23T12:30:00+08:00");
        let (afternoon, evening) = ("2026-11-23T13:30:00+08:00", "2026-11-23T19:00:00+08:00");
        check(&[morning, afternoon], None, LATE, [Attended, Attended]);
        check(&[morning], None, LATE, [Attended, Missed]);
        check(&[noon], None, LATE, [Missed, Missed]);
        check(&[evening], None, LATE, [Missed, Late]);
        check(&["2026-11-22T23:00:00+08:00"], None, LATE, [Missed, Missed]);
        check(&[], None, "2026-11-23T12:29:59+08:00", [Open, Open]);
        check(&[], None, noon, [Missed, Open]);
        check(&[morning], None, "2026-11-23T17:30:00+08:00", [Attended, Missed]);
    }

    /// Whoever dispatches has the whole of a half-day: of the next one, where the one it came in had begun.
    #[test]
    fn a_case_lies_for_a_whole_half_day() {
        let noon = "2026-11-23T12:30:00+08:00";
        let evening = "2026-11-23T17:30:00+08:00";
        let next_noon = "2026-11-24T12:30:00+08:00";
        let open = [
            ("2026-11-20T17:00:00+08:00", noon),
            ("2026-11-22T10:00:00+08:00", noon),
            ("2026-11-23T08:30:00+08:00", noon),
            ("2026-11-23T08:30:01+08:00", evening),
            ("2026-11-23T13:30:00+08:00", evening),
            ("2026-11-23T13:30:01+08:00", next_noon),
        ];
        for (reached, told) in open {
            assert_eq!(lies_until(instant(reached), &calendar(None)), Ok(Some(instant(told))), "{reached}");
        }
        let sunday = instant("2026-11-22T10:00:00+08:00");
        let closed = [(Extent::Morning, evening), (Extent::Day, next_noon), (Extent::Afternoon, noon)];
        for (extent, told) in closed {
            assert_eq!(lies_until(sunday, &calendar(Some(extent))), Ok(Some(instant(told))), "{extent:?}");
        }
        assert!(lies_until(instant("2099-01-01T00:00:00+08:00"), &calendar(None)).is_err());
    }

    #[test]
    fn a_closed_half_and_a_rest_day_have_no_duty() {
        use Standing::{Missed, NotOwed};
        check(&[], Some(Extent::Morning), LATE, [NotOwed, Missed]);
        check(&[], Some(Extent::Afternoon), LATE, [Missed, NotOwed]);
        check(&[], Some(Extent::Day), LATE, [NotOwed, NotOwed]);
        let sunday = Duty { day: date(2026, 11, 22), half: Half::Morning };
        assert_eq!(sunday.judge(None, instant(LATE), &calendar(None)), Ok(NotOwed));
    }

    #[test]
    fn the_last_duty_that_is_over_and_the_one_after_it() {
        let of = |day, half| Some(Duty { day, half });
        let at = |text: &str| Duty::last_over(instant(text));
        let sunday = date(2026, 11, 22);
        assert_eq!(at("2026-11-23T00:00:00+08:00"), of(sunday, Half::Afternoon));
        assert_eq!(at("2026-11-23T12:29:59+08:00"), of(sunday, Half::Afternoon));
        assert_eq!(at("2026-11-23T12:30:00+08:00"), of(MONDAY, Half::Morning));
        assert_eq!(at("2026-11-23T17:30:00+08:00"), of(MONDAY, Half::Afternoon));
        let noon = at("2026-11-23T12:30:00+08:00").unwrap();
        assert_eq!(noon.next(), of(MONDAY, Half::Afternoon));
        assert_eq!(noon.next().unwrap().next(), of(date(2026, 11, 24), Half::Morning));
    }

    #[test]
    fn a_month_is_told_half_by_half() {
        let since = Duty { day: date(2026, 11, 20), half: Half::Afternoon };
        let now = instant("2026-11-24T10:00:00+08:00");
        let at = instant("2026-11-23T09:00:00+08:00");
        let looked = |duty| (Duty::at(at) == Some(duty)).then_some(at);
        let month = month(date(2026, 11, 1), since, looked, now, &calendar(None)).unwrap();
        assert_eq!(month.len(), 60);
        let owed: Vec<String> = month
            .iter()
            .filter(|(_, standing)| *standing != Standing::NotOwed)
            .take(5)
            .map(|(Duty { day, half }, standing)| format!("{} {half} {standing}", day.day()))
            .collect();
        assert_eq!(owed, ["20 pm missed", "23 am attended", "23 pm missed", "24 am open", "24 pm open"]);
        let tally = Tally::of(month.into_iter().map(|(_, standing)| standing));
        assert_eq!(tally, Tally { owed: 13, attended: 1, late: 0, missed: 2 });
    }

    #[test]
    fn a_notice_has_one_name() {
        let id: DutyNoticeId = "duty_daan-hro_2026-11-23_pm_2".parse().unwrap();
        let duty = Duty { day: MONDAY, half: Half::Afternoon };
        assert_eq!(id, DutyNoticeId { agency: "daan-hro".parse().unwrap(), duty, place: 2 });
        for bad in [
            "duty_daan-hro_2026-11-23_pm",
            "duty_daan-hro_2026-11-23_pm_02",
            "duty_daan-hro_20261123_pm_2",
            "duty_daan-hro_2026-11-23_noon_2",
            "duty__2026-11-23_pm_2",
            "duty_daan-hro_2026-11-23_pm_2_2",
            "booking_daan-hro_2026-11-23_pm_2",
        ] {
            assert!(bad.parse::<DutyNoticeId>().is_err(), "{bad}");
        }
    }
}
