//! Periods that are no processing limits, counted by the same calendar: the applicant's correction
//! period, pick-up, appeal, publication.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::calendar::{Calendar, OutsideCalendar};
use crate::taipei;

/// The last day of a period of `days` calendar days that starts the day after `served`: a last day
/// that is a rest day rolls to the next working day (行政程序法 §48 II, IV). Correction periods,
/// pick-up periods, and the appeal period of 30 days (訴願法 §14 I, §17).
pub fn ends(served: Date, days: u32, calendar: &Calendar) -> Result<Date, OutsideCalendar> {
    let last = taipei::plus_days(served, i64::from(days)).ok_or(OutsideCalendar(served))?;
    calendar.roll_forward(last)
}

/// The appeal period (訴願期間).
pub const APPEAL_DAYS: u32 = 30;

/// Working days within which an approved item must be published (作業要點 3(五)).
pub const PUBLICATION_WORKING_DAYS: u32 = 10;

/// A time in which the window could not be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outage {
    pub from: Timestamp,
    pub to: Timestamp,
}

/// The day until which an act of the applicant still counts as in time, when `outages` kept them
/// from the end of the last day: the working day on which, or the first after, the window came back.
pub fn excused(last: Date, outages: &[Outage], calendar: &Calendar) -> Result<Date, OutsideCalendar> {
    let end = taipei::end_of(last).ok_or(OutsideCalendar(last))?;
    match outages.iter().filter(|outage| outage.from < end && end <= outage.to).map(|outage| outage.to).max()
    {
        Some(recovered) => calendar.roll_forward(taipei::day_of(recovered)),
        None => Ok(last),
    }
}
