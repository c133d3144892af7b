//! The parts of keys that are about the looks into the inbox of an agency.

use domain::attendance::Duty;
use domain::id::AgencyCode;
use jiff::civil::Date;

/// Everything of an agency in the month of `day`.
pub(super) fn duties(agency: &AgencyCode, day: Date) -> String {
    format!("duty#{agency}#{}", day.strftime("%Y-%m"))
}

/// The looks of one day.
pub(super) fn visits(day: Date) -> String {
    format!("visit#{day}#")
}

/// The look of a half-day.
pub(super) fn visit(duty: Duty) -> String {
    format!("{}{}", visits(duty.day), duty.half)
}
