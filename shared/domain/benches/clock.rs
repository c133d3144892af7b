//! What a due date costs, and what it costs with its explanation. `tests/benchmarks/clock.py` runs
//! this beside a loop over days and keeps the figures in `docs/benchmarks/clock.md`.

#![expect(clippy::unwrap_used, reason = "a benchmark")]

use divan::{Bencher, black_box};
use domain::calendar::Calendar;
use domain::clock::history::{Correction, History};
use domain::clock::terms::{Terms, Unit};
use domain::clock::{self, DayBasis, Limit};
use jiff::Timestamp;

fn main() {
    divan::main();
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn received() -> History {
    History::received(instant("2026-02-10T10:00:00+08:00"))
}

/// Answered on the eighth and on the third day.
fn corrected() -> History {
    let round = |asked, answered| Correction {
        answered: Some(instant(answered)),
        ..Correction::requested(instant(asked), 14)
    };
    History {
        corrections: vec![
            round("2026-02-12T10:00:00+08:00", "2026-02-23T10:00:00+08:00"),
            round("2026-02-25T10:00:00+08:00", "2026-03-02T10:00:00+08:00"),
        ],
        ..received()
    }
}

fn terms(amount: u32, unit: Unit) -> Terms {
    Terms::of(Limit::new(amount, unit).unwrap())
}

fn due(bencher: Bencher<'_, '_>, amount: u32, unit: Unit, history: &History) {
    let (terms, calendar) = (terms(amount, unit), Calendar::shipped());
    bencher.bench_local(|| clock::due(black_box(&terms), black_box(history), black_box(calendar)));
}

#[divan::bench]
fn due_10_working_days(bencher: Bencher<'_, '_>) {
    due(bencher, 10, Unit::Day(DayBasis::Working), &received());
}

#[divan::bench]
fn due_10_working_days_2_pauses(bencher: Bencher<'_, '_>) {
    due(bencher, 10, Unit::Day(DayBasis::Working), &corrected());
}

#[divan::bench]
fn due_30_calendar_days(bencher: Bencher<'_, '_>) {
    due(bencher, 30, Unit::Day(DayBasis::Calendar), &received());
}

#[divan::bench]
fn due_2_months(bencher: Bencher<'_, '_>) {
    due(bencher, 2, Unit::Month, &received());
}

#[divan::bench]
fn due_4_hours(bencher: Bencher<'_, '_>) {
    due(bencher, 4, Unit::Hour, &received());
}

#[divan::bench(args = [10, 90])]
fn explained_working_days(bencher: Bencher<'_, '_>, days: u32) {
    let (terms, history, calendar) =
        (terms(days, Unit::Day(DayBasis::Working)), received(), Calendar::shipped());
    bencher.bench_local(|| clock::explain(black_box(&terms), black_box(&history), black_box(calendar)));
}
