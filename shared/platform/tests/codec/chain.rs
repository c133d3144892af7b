//! The chain of events finds what was done to a record behind its back, and names the event.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::id::{EventId, Version};
use platform::audit::{self, Broken, GENESIS, Hash};
use platform::codec::event::{self, Chained};
use platform::keys;
use platform::row::Row;
use proptest::prelude::*;

use crate::story;

/// The rows of the story and the head that the case keeps.
fn rows() -> (Vec<Row>, Hash) {
    let mut head = GENESIS;
    let mut rows = Vec::new();
    for recorded in story::story() {
        let (row, hash) = event::encode(&recorded, head).unwrap();
        rows.push(row);
        head = hash;
    }
    (rows, head)
}

fn verify(rows: Vec<Row>, head: &Hash) -> Result<(), Broken> {
    let record: Vec<Chained> = rows.into_iter().map(|row| event::decode(row).unwrap()).collect();
    audit::verify(&record, head)
}

fn id(seq: u32) -> EventId {
    EventId { case: story::case_id(), seq: Version(seq) }
}

fn gap(expected: u32, found: u32) -> Result<(), Broken> {
    Err(Broken::Gap { expected: Version(expected), found: id(found) })
}

fn text<'a>(row: &'a Row, name: &str) -> &'a str {
    row[name].as_s().unwrap()
}

fn set(row: &mut Row, name: &str, value: String) {
    row.insert(name.to_owned(), AttributeValue::S(value));
}

/// The row with its body changed and its own hash made good again.
fn forge(row: &mut Row, seq: u32, body: String) {
    let prev = keys::unhex(text(row, "prev")).unwrap();
    let hash = audit::hash(&prev, id(seq), &body);
    set(row, "body", body);
    set(row, "hash", keys::hex(&hash));
}

#[test]
fn an_untouched_record_holds() {
    let (rows, head) = rows();
    assert_eq!(verify(rows, &head), Ok(()));
    assert_eq!(verify(vec![], &GENESIS), Ok(()));
}

#[test]
fn a_changed_event_is_named() {
    let (mut rows, head) = rows();
    let body = text(&rows[4], "body").replace("reject", "approve");
    set(&mut rows[4], "body", body);
    assert_eq!(verify(rows, &head), Err(Broken::Changed(id(5))));
}

#[test]
fn a_forged_event_is_given_away_by_the_one_after_it() {
    let (mut rows, head) = rows();
    let body = text(&rows[4], "body").replace("reject", "approve");
    forge(&mut rows[4], 5, body);
    assert_eq!(verify(rows, &head), Err(Broken::Unlinked(id(6))));
}

#[test]
fn a_forged_last_event_is_given_away_by_the_case() {
    let (mut rows, head) = rows();
    let body = text(&rows[8], "body").replace("approve", "reject");
    forge(&mut rows[8], 9, body);
    assert_eq!(verify(rows, &head), Err(Broken::Head));
}

#[test]
fn a_deleted_event_leaves_a_gap() {
    for gone in 1..9 {
        let (mut rows, head) = rows();
        rows.remove(gone - 1);
        let gone = u32::try_from(gone).unwrap();
        assert_eq!(verify(rows, &head), gap(gone, gone + 1));
    }
}

#[test]
fn a_deleted_last_event_is_missed_by_the_case() {
    let (mut rows, head) = rows();
    rows.pop();
    assert_eq!(verify(rows, &head), Err(Broken::Head));
    assert_eq!(verify(vec![], &head), Err(Broken::Head));
}

#[test]
fn an_inserted_event_takes_the_place_of_another() {
    let (mut rows, head) = rows();
    let copy = rows[2].clone();
    rows.insert(3, copy);
    assert_eq!(verify(rows, &head), gap(4, 3));
}

#[test]
fn an_event_appended_to_a_closed_record_is_missed_by_the_case() {
    let (mut rows, head) = rows();
    let mut late = story::withdrawal();
    late.id.seq = Version(10);
    rows.push(event::encode(&late, head).unwrap().0);
    assert_eq!(verify(rows, &head), Err(Broken::Head));
}

#[test]
fn reordered_events_are_out_of_place() {
    let (mut rows, head) = rows();
    rows.swap(3, 4);
    assert_eq!(verify(rows, &head), gap(4, 5));
}

/// Numbering reordered events anew does not help: the number is part of the hash.
#[test]
fn renumbered_events_are_found() {
    let (mut rows, head) = rows();
    rows.swap(3, 4);
    for (place, seq) in [(3, "4"), (4, "5")] {
        rows[place].insert("seq".to_owned(), AttributeValue::N(seq.to_owned()));
    }
    assert_eq!(verify(rows, &head), Err(Broken::Unlinked(id(4))));
}

/// Nor does it help to bring a whole record over from another case.
#[test]
fn events_of_another_case_are_found() {
    let (mut rows, head) = rows();
    let mut other = story::story();
    for recorded in &mut other {
        recorded.id.case = domain::id::CaseId::of_request(story::person("chen"), recorded.request.id);
    }
    let case = other[0].id.case;
    set(&mut rows[0], "case", case.to_string());
    let moved = EventId { case, seq: Version(1) };
    assert_eq!(verify(rows, &head), Err(Broken::Changed(moved)));
}

proptest! {
    /// Whatever character of whatever attribute the chain knows is changed: the record does not hold.
    #[test]
    fn any_changed_character_is_found(
        place in 0_usize..9, name in proptest::sample::select(vec!["body", "prev", "hash"]),
        at: proptest::sample::Index, to in proptest::char::range('0', 'z'),
    ) {
        let (mut rows, head) = rows();
        let original = event::decode(rows[place].clone()).unwrap();
        let mut value: Vec<char> = text(&rows[place], name).chars().collect();
        let at = at.index(value.len());
        prop_assume!(value[at] != to);
        value[at] = to;
        set(&mut rows[place], name, value.into_iter().collect());
        let changed = event::decode(rows[place].clone());
        // A text that is no event at all is found by reading it; a hash in capitals is the same hash.
        if changed.is_ok_and(|changed| changed != original) {
            prop_assert!(verify(rows, &head).is_err());
        }
    }
}
