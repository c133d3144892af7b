//! The worked cases of the statutory clock (`data/deadline_cases.json`), every one of them. What a
//! case says that no check reads fails the test, so none is skipped. Readings that the texts leave open
//! are checked with the default of their setting and, where there is one, with the other value.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of a test")]

#[path = "clock_cases/cases.rs"]
mod cases;
#[path = "clock_cases/kinds.rs"]
mod kinds;
#[path = "clock_cases/limits.rs"]
mod limits;
mod support;

use std::collections::BTreeSet;

use cases::Case;

fn check(case: &Case) {
    match case.kind.as_str() {
        "processing_deadline" | "months" => limits::check_days(case),
        "hours" => limits::check_hours(case),
        "validation" => limits::check_beyond_the_calendar(case),
        "extension" => kinds::check_extension(case),
        "correction_deadline" => kinds::check_correction_deadline(case),
        "publication" => kinds::check_publication(case),
        "appeal" => kinds::check_appeal(case),
        "statistics" => kinds::check_statistics(case),
        "joint_review" => kinds::check_joint_review(case),
        "dispatch_check" => kinds::check_dispatch(case),
        "refund" => kinds::check_refund(case),
        other => panic!("{}: no check for `{other}`", case.id),
    }
    case.assert_all_read();
}

#[test]
fn the_worked_cases_come_out_as_the_texts_say() {
    let cases = cases::all();
    assert_eq!(cases.len(), 44);
    for case in &cases {
        check(case);
    }
}

#[test]
fn the_cases_have_ids_of_their_own() {
    let cases = cases::all();
    let ids: BTreeSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(ids.len(), cases.len());
}
