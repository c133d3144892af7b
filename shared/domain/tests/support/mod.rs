//! A case, its people and its record, for the tests of what may happen to a case.

use std::collections::BTreeSet;

use domain::access::{Actor, Officer};
use domain::agency::{Role, Staff};
use domain::case::{Applicant, Application, Case};
use domain::clock::{DayBasis, Limit};
use domain::event::{Event, Party, Recorded, Request, Submitted};
use domain::form::Answers;
use domain::id::{AgencyCode, CaseId, EventId, PersonId, RequestId, Version};
use domain::item::ItemRef;
use domain::personal::Personal;
use domain::text::{Lang, Text};
use jiff::Timestamp;
use jiff::civil::date;

pub const AGENCY: &str = "parks";
pub const OTHER_AGENCY: &str = "xinyi";

/// When the case is filed: a Wednesday; the case is due on the Monday after.
pub fn filed_at() -> Timestamp {
    "2026-11-18T10:00:00+08:00".parse().unwrap()
}

pub fn person(name: &str) -> PersonId {
    PersonId::of_subject("test", name)
}

pub fn agency(code: &str) -> AgencyCode {
    code.parse().unwrap()
}

pub fn applicant(name: &str) -> Actor {
    Actor::Applicant(person(name))
}

pub fn officer(name: &str, at: &str, roles: &[Role]) -> Actor {
    let roles = roles.iter().copied().collect();
    Actor::Officer(Officer { person: person(name), agency: agency(at), roles, name: name.to_owned() })
}

pub fn staff(name: &str, at: &str, roles: &[Role]) -> Staff {
    Staff {
        person: person(name),
        agency: agency(at),
        roles: roles.iter().copied().collect::<BTreeSet<_>>(),
        name: name.to_owned(),
        email: Personal::new(format!("{name}@{at}.example")),
        lang: Lang::ZhHant,
    }
}

/// The first event of the case that `lin` files with the parks office.
pub fn filing() -> Recorded {
    let owner = person("lin");
    let request = RequestId::from_bytes([1; 16]);
    let item = ItemRef {
        code: "PK001".parse().unwrap(),
        version: 1,
        name: Text::new("公園處場地使用", "Use of park grounds"),
        limit: Limit::new(3, DayBasis::Working).unwrap(),
    };
    let submitted = Submitted {
        item,
        agency: agency(AGENCY),
        applicant: Applicant {
            person: owner,
            name: Personal::new("林佳穎".to_owned()),
            email: Personal::new("lin@example.org".to_owned()),
            lang: Lang::ZhHant,
        },
        application: Application { answers: Personal::new(Answers::new()), documents: Vec::new() },
        due: date(2026, 11, 23),
        warn_at: "2026-11-20T00:00:00+08:00".parse().unwrap(),
    };
    Recorded {
        id: EventId { case: CaseId::of_request(owner, request), seq: Version(1) },
        at: filed_at(),
        by: Party::Applicant(owner),
        request: Request { id: request, digest: [0; 32] },
        event: Event::Submitted(Box::new(submitted)),
    }
}

/// `event` as the next one of `case`.
pub fn recorded(case: &Case, actor: &Actor, event: Event, at: Timestamp) -> Recorded {
    let seq = case.version.next();
    let by = match actor {
        Actor::Applicant(person) => Party::Applicant(*person),
        Actor::Officer(officer) => Party::Officer(officer.person),
        Actor::System => Party::System,
    };
    let request = Request { id: RequestId::derived(&[b"test", &seq.0.to_be_bytes()]), digest: [0; 32] };
    Recorded { id: EventId { case: case.id, seq }, at, by, request, event }
}
