//! Where the stories of a case begin: when it is filed, under which terms, and who else there is.

use std::collections::BTreeSet;

use domain::access::Actor;
use domain::agency::{Role, Staff};
use domain::calendar::{Calendar, Closure, Extent};
use domain::clock::terms::Terms;
use domain::clock::{DayBasis, Limit};
use domain::personal::Personal;
use domain::text::Lang;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::support::{agency, person};

pub const OTHER_AGENCY: &str = "xinyi";

/// When the case is filed: a Wednesday; a case of three working days is due on the Monday after.
pub fn filed_at() -> Timestamp {
    "2026-11-18T10:00:00+08:00".parse().unwrap()
}

/// Three working days, and up to five more for asking another body.
pub fn three_days() -> Terms {
    Terms { added_days: 5, ..Terms::of(Limit::days(3, DayBasis::Working).unwrap()) }
}

/// The shipped calendar with whole days on which the offices were closed.
pub fn closed_on(version: &str, days: impl IntoIterator<Item = Date>) -> Calendar {
    let closures = days.into_iter().map(|day| Closure {
        day,
        extent: Extent::Day,
        area: "臺北市".to_owned(),
        agencies: BTreeSet::new(),
        source: "臺北市政府公告".to_owned(),
        announced_at: filed_at(),
    });
    Calendar::shipped().with_closures(version, closures)
}

pub fn applicant(name: &str) -> Actor {
    Actor::Applicant(person(name))
}

pub fn staff(name: &str, at: &str, roles: &[Role]) -> Staff {
    Staff {
        person: person(name),
        agency: agency(at),
        roles: roles.iter().copied().collect::<BTreeSet<_>>(),
        name: name.to_owned(),
        email: Personal::new(format!("{name}@{at}.example")),
        lang: Lang::ZhHant,
        deputy: None,
    }
}
