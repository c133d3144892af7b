//! When the calendar changed: every open case whose dates a changed day can move has its clock read
//! again, page by page, shard by shard. A case whose dates stay is not written. The work stands in
//! rows, so that any tick goes on where another one stopped.

use domain::calendar::{Calendars, Change};
use domain::id::CaseId;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use platform::calendars;
use platform::codec::calendar::Progress;
use platform::commit::{self, Failure};
use platform::fault::Fault;
use platform::keys::{Key, Lookup};
use platform::row::{Expect, Query, Row, Transaction};

use crate::App;

/// Cases asked for at once, and how many of them are under way at a time: their calls wait for the
/// store, not for the processor.
const PAGE: u32 = 100;
const ABREAST: usize = 16;
/// Pages of one shard in one tick; what is left waits for the next.
const MAX_PAGES: usize = 25;
/// When the second walk may begin: no process knows the old calendar any more, and no command that
/// went by it is still under way, even where two clocks are ten minutes apart.
const SETTLED: SignedDuration = SignedDuration::from_mins(15);
/// The walks of one change.
const WALKS: u8 = 2;

/// Goes on with every recalculation that is not done, oldest change first. How many cases moved.
pub async fn work(app: &App, calendars: &Calendars, now: Timestamp) -> Result<usize, Fault> {
    let (mut moved, mut failed) = (0, 0);
    for changed in calendars::unfollowed(&*app.store).await? {
        // Made after this tick read the calendar: the next one follows it.
        if changed.change.edition > calendars.edition {
            break;
        }
        let progress = calendars::progress(&*app.store, changed.change.edition).await?;
        let settled = now.duration_since(changed.at) >= SETTLED;
        if progress.iter().all(|shard| shard.done_at.is_some()) {
            calendars::followed(&*app.store, &changed).await?;
            continue;
        }
        let open = progress
            .into_iter()
            .filter(|shard| shard.done_at.is_none() && (shard.walk == 1 || settled))
            .collect::<Vec<_>>();
        let shards = open.into_iter().map(|shard| go_on(app, calendars, &changed.change, shard, now));
        for shard in join_all(shards).await {
            let shard = shard?;
            (moved, failed) = (moved + shard.moved, failed + shard.failed);
        }
    }
    platform::telemetry::count(&*app.ambient, "deadline-timer", "DatesMoved", moved);
    platform::telemetry::count(&*app.ambient, "deadline-timer", "RecalculationsFailed", failed);
    Ok(moved)
}

/// What a tick did in one shard.
#[derive(Debug, Clone, Copy, Default)]
struct Walked {
    moved: usize,
    failed: usize,
}

/// Walks on through one shard; its row says how far it came, after every page. A walk in which a case
/// failed begins again when it is through.
async fn go_on(
    app: &App,
    calendars: &Calendars,
    change: &Change,
    mut progress: Progress,
    now: Timestamp,
) -> Result<Walked, Fault> {
    let mut walked = Walked::default();
    let (Some(first), Some(last)) = (change.days.first(), change.days.last()) else { return Ok(walked) };
    for _ in 0..MAX_PAGES {
        let lookup = Lookup::Open { shard: progress.shard, from: *first };
        let after = (!progress.after.is_empty()).then(|| progress.after.clone());
        let page = app.store.query(Query { lookup, limit: PAGE, after }).await?;
        let mut done = Vec::with_capacity(page.rows.len());
        for rows in page.rows.chunks(ABREAST) {
            let cases = rows.iter().map(|row| read_anew(app, calendars, change, *last, row, now));
            done.extend(join_all(cases).await);
        }
        progress.looked_at += u32::try_from(done.len()).unwrap_or(u32::MAX);
        for case in done {
            match case {
                Ok(true) => (progress.moved, walked.moved) = (progress.moved + 1, walked.moved + 1),
                Ok(false) => {}
                // One case that fails must not hold up the others.
                Err(fault) => {
                    tracing::error!(edition = change.edition, error = %fault, "failed to recalculate a case");
                    (progress.failed, walked.failed) = (progress.failed + 1, walked.failed + 1);
                }
            }
        }
        progress.after = page.next.unwrap_or_default();
        if progress.after.is_empty() {
            match (progress.failed, progress.walk) {
                (0, WALKS) => progress.done_at = Some(now),
                (0, _) => progress.walk += 1,
                _ => progress.failed = 0,
            }
        }
        let goes_on = !progress.after.is_empty();
        progress.version += 1;
        let put = Transaction::default().put(
            progress.key(),
            progress.encode()?,
            Expect::Version(progress.version - 1),
        );
        // Refused: another tick walks here as well. What both do happens once.
        if app.store.write(put).await? != platform::row::Written::Done || !goes_on {
            break;
        }
    }
    Ok(walked)
}

/// Reads the clock of the case in an index row again. `false` where no date of it changes.
async fn read_anew(
    app: &App,
    calendars: &Calendars,
    change: &Change,
    last: jiff::civil::Date,
    row: &Row,
    now: Timestamp,
) -> Result<bool, Fault> {
    let id = case_of(row)?;
    let Some(loaded) = commit::load(&*app.store, id).await? else { return Ok(false) };
    // Received after every changed day: none of them is in its window. On the last one itself the clock
    // of hours may run.
    if domain::taipei::day_of(loaded.case.received_at()) > last {
        return Ok(false);
    }
    let (asked, command) = commit::recalculation(&loaded, calendars, change.cause.clone());
    let done = match commit::carry_out_on(&*app.store, calendars, loaded, &asked, &command, now).await {
        // Somebody wrote in between, perhaps by the old calendar.
        Err(Failure::Fault(Fault::Conflict)) => {
            commit::carry_out(&*app.store, calendars, id, &asked, &command, now).await
        }
        done => done,
    };
    match done {
        Ok(done) => Ok(!done.replayed),
        Err(Failure::Rejected(_) | Failure::Unknown) => Ok(false),
        Err(Failure::Fault(fault)) => Err(fault),
    }
}

/// The index has keys only.
fn case_of(row: &Row) -> Result<CaseId, Fault> {
    let text = |name| row.get(name).and_then(|value| value.as_s().ok());
    match text("pk").zip(text("sk")).and_then(|(pk, sk)| Key::of_stream(pk, sk)) {
        Some(Key::Case(id)) => Ok(id),
        _ => Err(Fault::corrupt("the index of open cases holds something that is no case")),
    }
}
