//! Who stands in for whom, and on which days.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::id::AgencyCode;
use crate::personal::Personal;
use crate::text::Lang;

const MONDAY: Date = date(2026, 11, 23);

fn person(name: &str) -> PersonId {
    PersonId::of_subject("city", name)
}

fn staff() -> Vec<Staff> {
    let one = |(name, role): (&str, Role)| Staff {
        person: person(name),
        agency: "parks".parse::<AgencyCode>().unwrap(),
        roles: BTreeSet::from([role]),
        name: name.to_owned(),
        email: Personal::default(),
        lang: Lang::ZhHant,
        deputy: None,
    };
    let roles = [
        ("handler", Role::Handler),
        ("second", Role::Handler),
        ("reviewer", Role::Reviewer),
        ("keeper", Role::Administrator),
    ];
    roles.into_iter().map(one).collect()
}

fn officer(name: &str) -> Officer {
    staff().into_iter().find(|staff| staff.name == name).map(Officer::from).unwrap()
}

fn at(day: Date) -> Timestamp {
    taipei::at(day, jiff::civil::time(9, 0, 0, 0)).unwrap()
}

fn wish(who: &str, deputy: &str, (from, until): (Date, Date)) -> Wish {
    Wish { person: person(who), deputy: person(deputy), from, until }
}

fn ask(by: &str, wish: &Wish, known: &[Absence]) -> Result<Absence, Refusal> {
    record(&officer(by), RequestId::from_bytes([7; 16]), wish, (&staff(), known), at(MONDAY))
}

const WEEK: (Date, Date) = (MONDAY, date(2026, 11, 27));

#[test]
fn ones_own_and_for_administrators_that_of_others() {
    let own = wish("handler", "second", WEEK);
    assert!(ask("handler", &own, &[]).is_ok_and(|absence| absence.is_of(&own)));
    assert!(ask("keeper", &own, &[]).is_ok());
    assert_eq!(ask("second", &own, &[]), Err(Refusal::Forbidden));
    // Not themselves for others, and nobody for them as an administrator.
    assert_eq!(ask("keeper", &wish("handler", "keeper", WEEK), &[]), Err(Refusal::OwnDeputy));
    let absences = [ask("keeper", &wish("keeper", "second", WEEK), &[]).unwrap()];
    let on_duty = on_duty(&staff(), &absences, MONDAY);
    assert!(on_duty.iter().all(|it| it.name != "second" || it.roles == [Role::Handler].into()));
}

#[test]
fn what_cannot_be_is_refused() {
    let refused = |wish: Wish| ask("keeper", &wish, &[]).unwrap_err();
    assert_eq!(refused(wish("nobody", "second", WEEK)), Refusal::NotStaff);
    assert_eq!(refused(wish("handler", "nobody", WEEK)), Refusal::NoDeputy);
    assert_eq!(refused(wish("handler", "handler", WEEK)), Refusal::NoDeputy);
    for days in [
        (date(2026, 11, 22), MONDAY),
        (date(2026, 11, 24), MONDAY),
        (MONDAY, taipei::plus_days(MONDAY, i64::from(MAX_DAYS)).unwrap()),
    ] {
        assert_eq!(refused(wish("handler", "second", days)), Refusal::Period, "{days:?}");
    }
    let longest = (MONDAY, taipei::plus_days(MONDAY, i64::from(MAX_DAYS) - 1).unwrap());
    assert!(ask("keeper", &wish("handler", "second", longest), &[]).is_ok());
}

#[test]
fn nobody_stands_in_while_they_are_away_themselves() {
    let known = [ask("handler", &wish("handler", "second", WEEK), &[]).unwrap()];
    let last = (date(2026, 11, 27), date(2026, 11, 30));
    let after = (date(2026, 11, 28), date(2026, 11, 30));
    for (wish, refusal) in [
        (wish("handler", "reviewer", last), Refusal::Overlaps),
        (wish("reviewer", "handler", last), Refusal::DeputyAbsent),
        (wish("second", "reviewer", last), Refusal::StandsIn),
    ] {
        assert_eq!(ask("keeper", &wish, &known), Err(refusal));
    }
    for wish in [
        wish("handler", "reviewer", after),
        wish("reviewer", "handler", after),
        wish("second", "reviewer", after),
        // Two may have the same deputy.
        wish("reviewer", "second", last),
    ] {
        assert!(ask("keeper", &wish, &known).is_ok(), "{wish:?}");
    }
}

#[test]
fn an_absence_ends_once_and_by_whom_it_could_be_recorded() {
    let absence = ask("handler", &wish("handler", "second", WEEK), &[]).unwrap();
    assert_eq!(end(&officer("second"), &absence, at(MONDAY)), Err(Refusal::Forbidden));
    let ended = end(&officer("handler"), &absence, at(MONDAY)).unwrap();
    assert_eq!((ended.is_on(MONDAY), ended.ended.unwrap().by), (false, person("handler")));
    assert_eq!(end(&officer("handler"), &ended, at(MONDAY)), Err(Refusal::Over));
    assert_eq!(end(&officer("keeper"), &absence, at(date(2026, 11, 28))), Err(Refusal::Over));
}

#[test]
fn a_deputy_has_the_roles_while_it_lasts() {
    let absences = [ask("keeper", &wish("reviewer", "second", WEEK), &[]).unwrap()];
    let roles = |day| {
        let on_duty = on_duty(&staff(), &absences, day);
        on_duty.into_iter().find(|staff| staff.name == "second").unwrap().roles
    };
    let (own, both) = (BTreeSet::from([Role::Handler]), BTreeSet::from([Role::Handler, Role::Reviewer]));
    assert_eq!([roles(date(2026, 11, 22)), roles(date(2026, 11, 28))], [own.clone(), own]);
    assert_eq!([roles(WEEK.0), roles(WEEK.1)], [both.clone(), both]);
    assert_eq!(deputy_of(person("reviewer"), &absences, MONDAY), Some(person("second")));
    assert_eq!(deputy_of(person("handler"), &absences, MONDAY), None);
}

proptest! {
    /// However many are recorded, on no day does anybody stand in who is away, or is anybody away twice.
    #[test]
    fn who_stands_in_is_there(
        wishes in proptest::collection::vec((0..4_usize, 0..4_usize, 0_i64..12, 0_i64..6), 0..20),
    ) {
        let people: Vec<PersonId> = staff().iter().map(|staff| staff.person).collect();
        let day = |n: i64| taipei::plus_days(MONDAY, n).unwrap();
        let mut known: Vec<Absence> = Vec::new();
        for (number, (who, deputy, from, days)) in (0_u8..).zip(wishes) {
            let (person, deputy) = (*people.get(who).unwrap(), *people.get(deputy).unwrap());
            let wish = Wish { person, deputy, from: day(from), until: day(from + days) };
            let id = RequestId::from_bytes([number; 16]);
            known.extend(record(&officer("keeper"), id, &wish, (&staff(), &known), at(MONDAY)).ok());
        }
        for n in 0..20 {
            let away: Vec<&Absence> = known.iter().filter(|absence| absence.is_on(day(n))).collect();
            let persons: BTreeSet<PersonId> = away.iter().map(|absence| absence.person).collect();
            prop_assert_eq!(persons.len(), away.len());
            prop_assert!(away.iter().all(|absence| !persons.contains(&absence.deputy)));
        }
    }
}
