//! 1, of absences: who is away, and who stands in for them (職務代理), are on record once and known to everybody alike;
//! deputies are told of what their principals are.

use domain::absence::Absence;
use domain::access::Officer;
use domain::id::PersonId;
use domain::notice::NoticeKind;
use domain::taipei;
use jiff::Timestamp;
use platform::codec::{absence, row_type};
use platform::keys::Table;
use testkit::world::World;

use super::Broken;
use crate::city::{City, Exchange};
use crate::people::Wish;

/// All that were ever recorded.
pub fn recorded(world: &World) -> Vec<Absence> {
    let rows = world.store.rows(Table::Catalogue).into_iter();
    let rows = rows.filter(|row| row_type(row) == Some("absence"));
    rows.map(|row| absence::decode(row).expect("an absence")).collect()
}

fn is_on(absence: &Absence, at: Timestamp) -> bool {
    let Absence { from, until, at: since, ended, .. } = absence;
    let day = taipei::day_of(at);
    *since <= at && (*from..=*until).contains(&day) && ended.is_none_or(|ended| at < ended.at)
}

/// Whether `deputy` stands in for `person` at `at`.
pub fn stands_in(absences: &[Absence], deputy: PersonId, person: PersonId, at: Timestamp) -> bool {
    absences.iter().any(|it| it.deputy == deputy && it.person == person && is_on(it, at))
}

/// What `officer` is at `at`, by what is on record.
pub fn lend(absences: &[Absence], officer: &mut Officer, at: Timestamp) {
    let theirs = absences.iter().filter(|it| it.deputy == officer.person && is_on(it, at));
    officer.stands_in.extend(theirs.map(|it| it.person));
}

/// Those who must be told at `at`, with whoever stands in for them; sorted.
pub fn with_deputies(
    mut told: Vec<(NoticeKind, PersonId)>,
    absences: &[Absence],
    at: Timestamp,
) -> Vec<(NoticeKind, PersonId)> {
    let deputies = told.iter().flat_map(|(kind, person)| {
        let away = absences.iter().filter(|it| it.person == *person && is_on(it, at));
        away.map(|it| (*kind, it.deputy))
    });
    let deputies: Vec<_> = deputies.filter(|one| !told.contains(one)).collect();
    told.extend(deputies);
    told.sort_unstable();
    told
}

/// What was answered is on record, nothing else is, and the row of those not over says the same.
pub fn check(broken: &mut Broken, city: &City) {
    let recorded = recorded(&city.world);
    let mut asked = Vec::new();
    for Exchange { asking, answered } in city.exchanges.iter().filter(|it| it.answered.is_success()) {
        match &asking.wish {
            Wish::Away { deputy, .. } => {
                asked.push(asking.id);
                let same =
                    |it: &&Absence| (it.id, it.person, it.deputy) == (asking.id, asking.person(), *deputy);
                let found = recorded.iter().filter(same).count();
                broken.require(found == 1, || format!("1: {found} absences for {answered:?}"));
            }
            Wish::Back { from, id } => {
                let over = recorded.iter().any(|it| (it.from, it.id) == (*from, *id) && it.ended.is_some());
                broken.require(over, || format!("1: {id} was ended, and is not"));
            }
            _ => {}
        }
    }
    let nobody = recorded.iter().find(|it| !asked.contains(&it.id));
    broken.require(nobody.is_none(), || format!("1: nobody was told of {nobody:?}"));
    let rows = city.world.store.rows(Table::Catalogue).into_iter();
    let rows = rows.filter(|row| row_type(row) == Some("absences"));
    let mut open: Vec<Absence> =
        rows.flat_map(|row| absence::decode_open(row).expect("those not over").absences).collect();
    let today = taipei::day_of(city.now());
    let mut lasting: Vec<Absence> =
        recorded.into_iter().filter(|it| it.ended.is_none() && today <= it.until).collect();
    open.retain(|it| it.until >= today);
    open.sort_unstable_by_key(|it| it.id);
    lasting.sort_unstable_by_key(|it| it.id);
    broken.require(open == lasting, || format!("1: {open:?} are not over, on record {lasting:?}"));
}
