//! What must hold once everything has come to rest, whatever happened on the way.

use std::collections::BTreeMap;

use domain::apply;
use domain::calendar::Calendars;
use domain::case::{Case, State};
use domain::event::{Event, Recorded};
use domain::id::{CaseId, EventId, NoticeId};
use domain::notice_tag::NoticeTag;
use domain::timer::{self, TimerKind};
use jiff::{SignedDuration, Timestamp};
use platform::audit;
use platform::codec::calendar;
use platform::codec::case::{self, Loaded};
use platform::codec::event::{self, Chained};
use platform::codec::notice::Notice;
use platform::codec::row_type;
use platform::codec::work::WorkItem;
use platform::keys::{Key, Table};
use platform::notices::Entry;
use platform::row::Row;
use testkit::samples;
use testkit::world::World;

use crate::city::City;
use crate::expected;
use crate::reference;

pub mod absences;
mod answers;
mod bookings;
mod duties;
mod ended;
mod letters;
mod money;
mod reminders;
mod sent;
mod served;
mod texted;

/// How far a clock may be off.
pub const MAX_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// How long an instance may take: then Lambda kills it.
pub const TIMEOUT: SignedDuration = SignedDuration::from_secs(30);

/// What was found broken; empty is good.
#[derive(Default)]
pub struct Broken(Vec<String>);

impl Broken {
    fn require(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.0.push(what());
        }
    }

    pub fn list(self) -> Vec<String> {
        self.0
    }
}

/// Everything the tables hold of one case.
pub struct Whole {
    pub loaded: Loaded,
    pub row: Row,
    pub events: Vec<Chained>,
}

/// Checks every invariant that applies so far (numbers as in the fault plan).
pub fn check(city: &City) -> Vec<String> {
    let mut broken = Broken::default();
    let cases = match cases(city, &mut broken) {
        Ok(cases) => cases,
        Err(unreadable) => return vec![unreadable],
    };
    for (id, whole) in &cases {
        audit(&mut broken, *id, whole);
        transitions(&mut broken, city, *id, whole);
        clock(&mut broken, city, *id, whole);
    }
    answers::check(&mut broken, city, &cases);
    notices(&mut broken, city, &cases);
    read_models(&mut broken, city, &cases);
    money::check(&mut broken, city, &cases);
    letters::check(&mut broken, city, &cases);
    bookings::check(&mut broken, city);
    absences::check(&mut broken, city);
    drained(&mut broken, city);
    broken.list()
}

fn cases(city: &City, broken: &mut Broken) -> Result<BTreeMap<CaseId, Whole>, String> {
    let mut heads = BTreeMap::new();
    let mut events: BTreeMap<CaseId, Vec<Chained>> = BTreeMap::new();
    for row in city.world.store.rows(Table::Cases) {
        match row_type(&row) {
            Some("case") => {
                let loaded = case::decode(row.clone()).map_err(|fault| fault.to_string())?;
                heads.insert(loaded.case.id, (loaded, row));
            }
            Some(event::ROW) => {
                broken
                    .require(!row.contains_key("outbox_at"), || "3/10: an event is in the outbox".to_owned());
                let chained = event::decode(row).map_err(|fault| fault.to_string())?;
                events.entry(chained.recorded.id.case).or_default().push(chained);
            }
            _ => {}
        }
    }
    let mut whole = BTreeMap::new();
    for (id, (loaded, row)) in heads {
        let events = events.remove(&id).unwrap_or_default();
        whole.insert(id, Whole { loaded, row, events });
    }
    broken.require(events.is_empty(), || format!("8: events without a case: {:?}", events.keys()));
    Ok(whole)
}

/// 8: no gap, one event per change, the chain verifies, and the events make the case.
fn audit(broken: &mut Broken, id: CaseId, whole: &Whole) {
    let verified = audit::verify(&whole.events, &whole.loaded.head);
    broken.require(verified.is_ok(), || format!("8: {id}: {verified:?}"));
    let record: Vec<Recorded> = whole.events.iter().map(|chained| chained.recorded.clone()).collect();
    let replayed = apply::replay(&record);
    broken.require(replayed.as_ref() == Ok(&whole.loaded.case), || {
        format!("8: {id}: the events do not make the case: {replayed:?} {:?}", whole.loaded.case)
    });
    let encoded = case::encode(&whole.loaded).expect("a case is encoded");
    broken.require(encoded == whole.row, || format!("8: {id}: the row is not the case's: {:?}", whole.row));
}

/// 6 and 9: only legal steps; timers once, never early, never after the end, never forgotten.
fn transitions(broken: &mut Broken, city: &City, id: CaseId, whole: &Whole) {
    let mut case: Option<Case> = None;
    let absences = absences::recorded(&city.world);
    for Chained { recorded, .. } in &whole.events {
        let off = committed(city, recorded.id).duration_since(recorded.at).abs();
        broken.require(off <= MAX_SKEW + TIMEOUT, || format!("6: {} is {off:?} off its time", recorded.id));
        let before = case.as_ref().and_then(Case::due_day);
        let next = match case {
            None => apply::open(recorded),
            Some(case) => {
                let acts_for = |deputy, person| absences::stands_in(&absences, deputy, person, recorded.at);
                let illegal = expected::illegal(&case, recorded.by, &acts_for, &recorded.event);
                broken.require(illegal.is_none(), || {
                    format!("9: {}: {} {illegal:?}", recorded.id, recorded.event.code())
                });
                if let Event::TimerFired(kind) = recorded.event {
                    let due = case.dates.timers.get(&kind);
                    broken.require(due.is_some_and(|due| recorded.at >= *due), || {
                        format!("6: {}: {kind:?} fired early", recorded.id)
                    });
                }
                apply::apply(case, recorded)
            }
        };
        let kept = |next: &Case| before.is_none() || next.due_day() == before;
        let moves = moves_dates(&recorded.event);
        broken.require(moves || next.as_ref().is_ok_and(kept), || {
            format!("7: {}: {} moved the due date", recorded.id, recorded.event.code())
        });
        let Ok(next) = next else {
            broken.require(false, || format!("9: {}: {next:?}", recorded.id));
            return;
        };
        case = Some(next);
    }
    let late = timer::pending(&whole.loaded.case).into_iter().find(|(at, _)| *at <= city.now());
    broken.require(late.is_none(), || format!("6: {id}: a timer never fired: {late:?}"));
}

/// Whether an event may move the due date: nothing else does, unseen.
const fn moves_dates(event: &Event) -> bool {
    match event {
        Event::Submitted(_)
        | Event::CorrectionRequested(_)
        | Event::CorrectionAnswered { .. }
        | Event::Arrived { .. }
        | Event::Extended { .. }
        | Event::TimeAdded { .. }
        | Event::Stopped { .. }
        | Event::Resumed { .. }
        | Event::CorrectionExtended { .. }
        | Event::Money(_)
        | Event::Recalculated(_) => true,
        Event::Accepted
        | Event::Assigned { .. }
        | Event::Rerouted { .. }
        | Event::Transferred { .. }
        | Event::ReviewRequested { .. }
        | Event::ReviewAnswered { .. }
        | Event::ReviewDropped { .. }
        | Event::RegisterQueried { .. }
        | Event::NoticeServed { .. }
        | Event::NoticeHeard { .. }
        | Event::ConsentChanged { .. }
        | Event::GlassBroken { .. }
        | Event::Proposed { .. }
        | Event::Returned { .. }
        | Event::Decided { .. }
        | Event::Rectified { .. }
        | Event::Withdrawn { .. }
        | Event::Terminated { .. }
        | Event::HandedOver { .. }
        | Event::MoreTimeAsked { .. }
        | Event::MoreTimeDeclined { .. }
        | Event::TimerFired(_) => false,
    }
}

/// When an event was written, by the true clock.
fn committed(city: &City, id: EventId) -> Timestamp {
    let key = Key::Event(id);
    city.world.store.written(&key).expect("an event that was written")
}

/// The calendars in force.
fn calendars(city: &City) -> Calendars {
    let register = city.world.store.peek(&Key::Calendar);
    let register = register.map(|row| calendar::decode(row).expect("a calendar"));
    register.unwrap_or_default().calendars().expect("a sound calendar")
}

/// 7: the dates are the ones counted by hand from the events, in the calendar in force; those of a
/// case that ended, in the calendar of that day.
fn clock(broken: &mut Broken, city: &City, id: CaseId, whole: &Whole) {
    let case = &whole.loaded.case;
    let calendars = calendars(city);
    let calendar = calendars.of(&case.agency);
    if case.state.is_ended() {
        let kinds: Vec<TimerKind> = case.dates.timers.keys().copied().collect();
        let waits = reference::opened_until(case, calendar).map(|_| TimerKind::Unopened);
        broken.require(kinds == waits.as_slice(), || format!("7: {id}: {kinds:?} after its end"));
        return;
    }
    let due = if case.state.is_open() { reference::due(case, calendar) } else { case.due_day() };
    broken.require(case.due_day() == due, || format!("7: {id}: due {:?} instead of {due:?}", case.due_day()));
    let timers = reference::timers(case, calendar);
    broken.require(case.dates.timers == timers, || {
        format!("7: {id}: timers {:?} instead of {timers:?}", case.dates.timers)
    });
    recalculated(broken, id, whole);
}

/// Each new reading of the clock moved a day, or when somebody is reminded.
fn recalculated(broken: &mut Broken, id: CaseId, whole: &Whole) {
    let mut timers = None;
    for Chained { recorded, .. } in &whole.events {
        let before = timers.take();
        timers = recorded.dates.as_ref().map(|dates| &dates.timers).or(before);
        let Event::Recalculated(moved) = &recorded.event else { continue };
        let days = [moved.due, moved.correction_due, moved.pick_up_due].into_iter();
        let mut days = days.chain(moved.reviews.values().copied());
        let felt = days.any(|day| day.from != day.to) || timers != before;
        broken.require(felt, || format!("7: {id}: recalculated for nothing"));
    }
}

/// 5: every notice owed is in the ledger and nothing else is; each is sent, once where that is
/// possible, and what the mail service told is recorded.
fn notices(broken: &mut Broken, city: &City, cases: &BTreeMap<CaseId, Whole>) {
    let mut ledger: BTreeMap<NoticeId, Notice> = BTreeMap::new();
    let mut entries: BTreeMap<NoticeTag, Entry> = BTreeMap::new();
    for row in city.world.store.rows(Table::Notices) {
        if !matches!(row_type(&row), Some("notice" | "duty_notice" | "booking_notice")) {
            continue;
        }
        let entry = Entry::decode(row).expect("a notice is decoded");
        if let Entry::Case(notice) = &entry {
            ledger.insert(notice.id, notice.as_ref().clone());
        }
        entries.insert(entry.tag(), entry);
    }
    texted::check(broken, city, cases, &ledger);
    reminders::check(broken, city, cases, &ledger);
    // From here on of mail: what goes by SMS goes beside it.
    ledger.retain(|_, notice| notice.is_mail());
    entries.retain(|_, entry| !matches!(entry, Entry::Case(notice) if !notice.is_mail()));
    let mut owed = 0;
    let absences = absences::recorded(&city.world);
    for whole in cases.values() {
        let mut case: Option<Case> = None;
        for Chained { recorded, .. } in &whole.events {
            let after = match case {
                None => apply::open(recorded),
                Some(case) => apply::apply(case, recorded),
            };
            let Ok(after) = after else { return };
            let told = expected::notices(&after, &recorded.event);
            let expected = absences::with_deputies(told, &absences, recorded.at);
            let mut found: Vec<_> = ledger
                .values()
                .filter(|notice| notice.id.event == recorded.id)
                .map(|notice| (notice.kind, notice.recipient))
                .collect();
            found.sort_unstable();
            broken.require(found == expected, || {
                format!("5: {} owes {expected:?}, the ledger has {found:?}", recorded.id)
            });
            broken.require(tells_to_pick_up(&after, recorded, &ledger), || {
                format!("5: a notice of {} does not say how the result is picked up", recorded.id)
            });
            owed += expected.len();
            case = Some(after);
        }
    }
    broken.require(ledger.len() == owed, || format!("5: {} notices for {owed} owed", ledger.len()));
    sent::check(broken, city, &entries);
    served::check(broken, cases, &ledger);
    ended::check(broken, cases, &ledger);
    duties::check(broken, city);
}

/// Whether the notices of an event say how the result is picked up, where one waits, and no others do.
fn tells_to_pick_up(after: &Case, recorded: &Recorded, ledger: &BTreeMap<NoticeId, Notice>) -> bool {
    let waits = after.state == State::AwaitingPickUp;
    let item = waits.then(|| samples::item(after.item.code.as_str()));
    let told = after.to_pick_up(item.and_then(|item| item.pick_up).as_ref());
    let mut notices = ledger.values().filter(|notice| notice.id.event == recorded.id);
    notices.all(|notice| notice.pick_up == told.clone().filter(|_| notice.kind.tells_to_pick_up()))
}

/// 11: the lists are the projection of the cases.
fn read_models(broken: &mut Broken, city: &City, cases: &BTreeMap<CaseId, Whole>) {
    let rows: BTreeMap<String, Row> = city
        .world
        .store
        .rows(Table::Reports)
        .into_iter()
        .map(|row| (row["pk"].as_s().expect("a key").clone(), row))
        .collect();
    broken.require(rows.len() == cases.len(), || format!("11: {} rows, {} cases", rows.len(), cases.len()));
    for (id, whole) in cases {
        let expected = WorkItem::of(&whole.loaded.case).encode().expect("a row");
        let found = rows.get(&Key::WorkItem(*id).pk());
        broken.require(found == Some(&expected), || format!("11: the lists show {id} as {found:?}"));
    }
}

/// 10: nothing is left on a queue or with the dead letters.
fn drained(broken: &mut Broken, city: &City) {
    let World { notifications, reminders, feedback, postings, .. } = &city.world;
    let queues = [notifications, reminders, feedback, postings];
    let left: usize = queues.iter().map(|queue| queue.len()).sum();
    broken.require(left == 0, || format!("10: {left} messages are left"));
    let dead: Vec<_> = queues.iter().flat_map(|queue| queue.dead_letters()).collect();
    broken.require(dead.is_empty(), || format!("10: dead letters: {dead:?}"));
}
