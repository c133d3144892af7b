//! When a half-day is over: those who answer for an inbox that nobody opened are told (規範 十(二)). What has
//! been looked after stands in a row, so that any tick goes on where another one stopped.

use std::collections::BTreeMap;
use std::iter::successors;

use domain::agency::Staff;
use domain::attendance::{Duty, DutyNoticeId, told_of_missed};
use domain::calendar::Calendars;
use domain::delivery::Delivery;
use domain::id::AgencyCode;
use domain::personal::Personal;
use futures_util::future::{join_all, try_join};
use jiff::{SignedDuration, Timestamp};
use platform::codec::duty_notice::DutyNotice;
use platform::fault::Fault;
use platform::{absences, attendance, catalogue, telemetry};

use crate::App;

/// How long after its end a missed half-day is still told of. After an outage there is no storm of mail;
/// the monthly table has every one.
const TOLD_FOR: SignedDuration = SignedDuration::from_hours(24);
/// How many agencies are looked after at a time.
const ABREAST: usize = 16;

/// Looks after every half-day that is over, oldest first. How many inboxes nobody had opened.
pub async fn work(app: &App, calendars: &Calendars, now: Timestamp) -> Result<usize, Fault> {
    let Some(over) = Duty::last_over(now) else { return Ok(0) };
    let Some(judged) = attendance::judged(&*app.store).await? else {
        // The window opens now: nobody owed anything before.
        attendance::begin(&*app.store, over).await?;
        return Ok(0);
    };
    let open: Vec<Duty> =
        successors(judged.until.next(), |duty| duty.next()).take_while(|duty| *duty <= over).collect();
    let inboxes = if open.is_empty() { BTreeMap::new() } else { catalogue::inboxes(&*app.store).await? };
    let (mut missed, mut failed) = (0, 0);
    let mut until = judged.until;
    for duty in open {
        if duty.ends().is_some_and(|ends| now.duration_since(ends) < TOLD_FOR) {
            let owing = inboxes.iter().filter(|(_, since)| **since <= duty.day);
            let owing: Vec<&AgencyCode> = owing.map(|(agency, _)| agency).collect();
            let looked = look_after(app, calendars, &owing, duty, now).await;
            (missed, failed) = (missed + looked.missed, failed + looked.failed);
        }
        // What failed is tried again by the next tick, as long as it is worth telling.
        if failed == 0 {
            until = duty;
        }
    }
    if until != judged.until {
        attendance::judged_until(&*app.store, &judged, until).await?;
    }
    telemetry::count(&*app.ambient, "deadline-timer", "InboxesNotOpened", missed);
    telemetry::count(&*app.ambient, "deadline-timer", "TimersFailed", failed);
    Ok(missed)
}

/// What became of one half-day.
#[derive(Debug, Clone, Copy, Default)]
struct Looked {
    missed: usize,
    failed: usize,
}

async fn look_after(
    app: &App,
    calendars: &Calendars,
    owing: &[&AgencyCode],
    duty: Duty,
    now: Timestamp,
) -> Looked {
    let mut looked = Looked::default();
    for some in owing.chunks(ABREAST) {
        for found in join_all(some.iter().map(|agency| judge(app, calendars, agency, duty, now))).await {
            match found {
                Ok(missed) => looked.missed += usize::from(missed),
                // One agency that fails must not hold up the others.
                Err(fault) => {
                    tracing::error!(error = %fault, "failed to look after an inbox");
                    looked.failed += 1;
                }
            }
        }
    }
    looked
}

/// Tells of the inbox of an agency, if nobody opened it. Whether it does so now: one read where somebody
/// did, else four and a write.
async fn judge(
    app: &App,
    calendars: &Calendars,
    agency: &AgencyCode,
    duty: Duty,
    now: Timestamp,
) -> Result<bool, Fault> {
    let store = &*app.store;
    let is_owed = duty.is_owed(calendars.of(agency)).map_err(Fault::corrupt)?;
    if !is_owed || attendance::visit(store, agency, duty).await?.is_some() {
        return Ok(false);
    }
    // Whoever stands in for a research officer is told beside them.
    let on_duty = absences::on_duty(store, agency, duty.day);
    let (name, (staff, _)) = try_join(catalogue::agency_name(store, agency), on_duty).await?;
    let told = told_of_missed(&staff);
    if told.is_empty() {
        tracing::error!(agency = %agency, "nobody to be told of an inbox that nobody opened");
        return Ok(true);
    }
    let notice = |id: DutyNoticeId, person: &Staff| DutyNotice {
        id,
        recipient: person.person,
        name: Personal::new(person.name.clone()),
        address: person.email.clone(),
        lang: person.lang,
        agency: name.clone(),
        owed_since: now,
        version: 1,
        delivery: Delivery::owed(now),
        message: None,
    };
    attendance::tell(store, agency, duty, told, notice).await
}
