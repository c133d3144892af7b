//! A case, its officers and its record, for the tests of what may happen to a case.

use std::collections::BTreeSet;

use domain::access::{Actor, Officer};
use domain::agency::Role;
use domain::apply;
use domain::calendar::Calendar;
use domain::case::{Applicant, Application, Case};
use domain::clock::terms::Terms;
use domain::consent::{Consent, WORDING};
use domain::event::{Event, Party, Recorded, Request, Submitted};
use domain::form::Answers;
use domain::id::{AgencyCode, CaseId, EventId, Key, PersonId, RequestId, Version};
use domain::item::ItemRef;
use domain::personal::Personal;
use domain::text::{Lang, Text};
use jiff::Timestamp;

pub const AGENCY: &str = "parks";

/// The original that some cases wait for.
pub fn original() -> Key {
    "seal".parse().unwrap()
}

pub fn person(name: &str) -> PersonId {
    PersonId::of_subject("test", name)
}

pub fn agency(code: &str) -> AgencyCode {
    code.parse().unwrap()
}

pub fn officer(name: &str, at: &str, roles: &[Role]) -> Actor {
    let roles = roles.iter().copied().collect();
    Actor::Officer(Officer {
        person: person(name),
        agency: agency(at),
        roles,
        name: name.to_owned(),
        stands_in: BTreeSet::new(),
    })
}

/// The first event of the case that `lin` files with the parks office at `at`, with its dates.
pub fn filing(terms: Terms, at: Timestamp) -> Recorded {
    let owner = person("lin");
    let request = RequestId::from_bytes([1; 16]);
    let item = ItemRef {
        code: "PK001".parse().unwrap(),
        version: 1,
        name: Text::new("公園處場地使用", "Use of park grounds"),
        terms,
    };
    let submitted = Submitted {
        item,
        agency: agency(AGENCY),
        applicant: Applicant {
            person: owner,
            name: Personal::new("林佳穎".to_owned()),
            email: Personal::new("lin@example.org".to_owned()),
            lang: Lang::ZhHant,
            mobile: None,
        },
        application: Application { answers: Personal::new(Answers::new()), documents: Vec::new() },
        fee: None,
        consent: Some(Consent::Given { wording: WORDING }),
        signature: None,
    };
    let filed = Recorded {
        id: EventId { case: CaseId::of_request(owner, request), seq: Version(1) },
        at,
        by: Party::Applicant(owner),
        request: Request { id: request, digest: [0; 32] },
        event: Event::Submitted(Box::new(submitted)),
        dates: None,
    };
    apply::advance(None, filed, Calendar::shipped()).unwrap().1
}

/// `event` as the next one of `case`, its clock not read yet.
pub fn recorded(case: &Case, actor: &Actor, event: Event, at: Timestamp) -> Recorded {
    let seq = case.version.next();
    let by = actor.party();
    let request = Request { id: RequestId::derived(&[b"test", &seq.0.to_be_bytes()]), digest: [0; 32] };
    Recorded { id: EventId { case: case.id, seq }, at, by, request, event, dates: None }
}
