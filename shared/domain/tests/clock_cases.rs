//! The worked deadline cases of the statutory clock (`data/deadline_cases.json`) that the clock can
//! answer so far: `processing_deadline` cases whose input is a limit in days, its basis, and one
//! instant of receipt (or only the day of it), with nothing that stops, delays or overrides.
//! Gates (fee, originals, windows), pauses, closures, hours, months and extensions come with the
//! parts of the clock that know them; the test prints how many of the file it covers.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of a test")]

use std::collections::BTreeSet;

use domain::calendar::Calendar;
use domain::clock::{self, Limit};
use domain::taipei;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

const CASES: &str = include_str!("../data/deadline_cases.json");
/// Inputs the clock knows.
const KNOWN: [&str; 5] = ["base_event_date", "limit", "unit", "day_basis", "received"];
/// Cases of the file that must be covered at least: this number only grows.
const COVERED: usize = 9;

fn is_covered(case: &Value) -> bool {
    let known =
        |input: &serde_json::Map<String, Value>| input.keys().all(|key| KNOWN.contains(&key.as_str()));
    case["kind"] == "processing_deadline"
        && case["input"]["unit"] == "day"
        && case["input"].as_object().is_some_and(known)
}

/// A case without an instant of receipt was received at nine on its day.
fn received(input: &Value) -> Timestamp {
    match input["received"].as_str() {
        Some(instant) => instant.parse().unwrap(),
        None => format!("{}T09:00:00+08:00", input["base_event_date"].as_str().unwrap()).parse().unwrap(),
    }
}

fn check(case: &Value) {
    let (id, input) = (&case["id"], &case["input"]);
    let days = u32::try_from(input["limit"].as_u64().unwrap()).unwrap();
    let limit = Limit::new(days, input["day_basis"].as_str().unwrap().parse().unwrap()).unwrap();
    let received = received(input);
    let started: Date = input["base_event_date"].as_str().unwrap().parse().unwrap();
    assert_eq!(taipei::day_of(received), started, "{id}: day of receipt");
    let expected: Date = case["expected"]["due"].as_str().unwrap().parse().unwrap();
    assert_eq!(clock::due(received, limit, Calendar::shipped()), Ok(expected), "{id} {}", case["title"]);
    let (explained, explanation) = clock::explain(received, limit, Calendar::shipped()).unwrap();
    assert_eq!((explained, explanation.counted()), (expected, days), "{id}: explanation");
}

#[test]
fn the_worked_cases_come_out_as_the_texts_say() {
    let file: Value = serde_json::from_str(CASES).unwrap();
    let cases = file["cases"].as_array().unwrap();
    let covered: Vec<&Value> = cases.iter().filter(|case| is_covered(case)).collect();
    for case in &covered {
        check(case);
    }
    println!("deadline cases covered: {} of {}", covered.len(), cases.len());
    assert!(covered.len() >= COVERED, "only {} cases are covered", covered.len());
}

#[test]
fn the_cases_have_ids_of_their_own() {
    let file: Value = serde_json::from_str(CASES).unwrap();
    let cases = file["cases"].as_array().unwrap();
    let ids: BTreeSet<&str> = cases.iter().map(|case| case["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), cases.len());
}
