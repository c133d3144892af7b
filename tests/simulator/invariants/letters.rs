//! What was issued is found by its code, and has a number that no other document of its agency has.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::CaseId;
use platform::codec::document::{self, Part};
use platform::codec::row_type;
use platform::keys::{Key, Table};

use super::{Broken, Whole};
use crate::city::City;

/// 8: each document of an event stands beside it, from the same transaction, and nothing else does.
pub fn check(broken: &mut Broken, city: &City, cases: &BTreeMap<CaseId, Whole>) {
    let (mut codes, mut numbers) = (BTreeSet::new(), BTreeSet::new());
    for (id, whole) in cases {
        let agency = &whole.loaded.case.agency;
        for recorded in whole.events.iter().map(|chained| &chained.recorded) {
            for (place, issued) in (0..).zip(recorded.event.issued()) {
                let (code, number) = (issued.code, issued.paper.number());
                let row = city.world.store.peek(&Key::Document(code));
                let found = row.and_then(|row| document::decode(row).ok());
                broken.require(found == Some(Part::Issued(recorded.id, place)), || {
                    format!("8: {}: its document is not found: {found:?}", recorded.id)
                });
                broken.require(codes.insert(code), || format!("8: {id}: a code is given twice"));
                let new = numbers.insert((agency.clone(), number.clone()));
                broken.require(new, || format!("8: {id}: {number} is given twice"));
                let taken = city.world.store.peek(&Key::DocumentNumber(agency.clone(), number.clone()));
                broken.require(taken.is_some(), || format!("8: {id}: {number} is not taken"));
            }
        }
    }
    let rows = city.world.store.rows(Table::Cases);
    let documents = rows.iter().filter(|row| row_type(row) == Some("document")).count();
    broken
        .require(documents == codes.len(), || format!("8: {documents} documents of {} letters", codes.len()));
}
