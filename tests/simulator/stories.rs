//! The flows the fault tests run: what people do, and where the city is given time.

use domain::id::CaseId;
use jiff::SignedDuration;
use platform::codec::case;
use platform::keys::Key;
use serde_json::{Value, json};
use testkit::samples::{self, DISPATCHER, FALLOW, HANDLER, KEEPER, PARK, REVIEWER, SECOND_DISPATCHER};

use crate::city::City;
use crate::people::{Answered, Asking, Wish};

mod absences;
mod bookings;
mod money;
pub mod registers;
pub mod reviews;
mod serving;
mod texted;

/// A story and its name.
pub type Story = (&'static str, fn(&mut City));

pub const ALL: [Story; 37] = [
    ("approved", approved),
    ("rejected after a return", rejected_after_a_return),
    ("withdrawn", withdrawn),
    ("left lying, reminded, then overdue", overdue),
    ("two officers at once", two_officers),
    ("sent twice, and sent again with other content", sent_twice),
    ("with a file", with_a_file),
    ("refused requests", refused),
    ("corrected", corrected),
    ("not corrected in time", lapsed),
    ("reminded, given more time, and answered with a file", reminded_to_answer),
    ("answered before the reminder", answered_before_the_reminder),
    ("stopped and extended", stopped),
    ("offices closed", closed),
    ("picked up late", picked_up_late),
    ("paid with the application", money::paid_at_once),
    ("paid on notice", money::paid_on_notice),
    ("paid, and found by asking", money::found_by_asking),
    ("never paid", money::never_paid),
    ("counter: booked again and again", bookings::repeated),
    ("counter: changed, cancelled, and taken by another", bookings::changed),
    ("paid twice, and one goes back", money::paid_twice),
    ("paid after the withdrawal, and a part goes back", money::paid_late),
    ("rejected, and the letter put right", rectified),
    ("given to another agency and back, then passed on", passed_on),
    ("reviewed by others, one of them late", reviews::one_is_late),
    ("withdrawn while others review it", reviews::withdrawn),
    ("mail that came back, a notice opened and one posted", serving::served),
    ("mailed, not opened, and posted", serving::let_lie),
    ("away, and a deputy acts", absences::away),
    ("looked up by the handler and by an agency that is asked", registers::looked_up),
    ("told by SMS as well", texted::texted),
    ("counter: a last seat, asked for at once", bookings::at_once),
    ("counter: received, absent, and late", bookings::received),
    ("counter: moved when the office closes", bookings::moved),
    ("counter: called off where no time is free", bookings::called_off),
    ("counter: booked by who does not know of the closure", bookings::not_known_yet),
];

/// Those about times at a counter.
pub fn of_counter() -> impl Iterator<Item = Story> {
    ALL.into_iter().filter(|(name, _)| name.starts_with("counter: "))
}

/// The first so many are played with every pair of crashes, too. The others, with a refund on its whole
/// way, have so many pairs that they would take longer than everything else.
pub const IN_PAIRS: usize = 21;

pub fn park_answers() -> Value {
    serde_json::to_value(samples::park_answers()).expect("answers")
}

pub fn paid_park_answers() -> Value {
    serde_json::to_value(samples::paid_park_answers()).expect("answers")
}

pub fn apply(city: &mut City, subject: &str, number: u64) -> Answered {
    let wish = Wish::Apply { item: PARK, answers: park_answers() };
    city.ask(&Asking::new(subject, number, wish))
}

pub fn filed(city: &mut City) -> CaseId {
    let answered = apply(city, "applicant", 1);
    assert_eq!(answered.status / 100, 2, "{}", answered.body);
    city.settle();
    answered.case().expect("a case number")
}

fn officer(
    city: &mut City,
    subject: &str,
    number: u64,
    case: CaseId,
    command: &'static str,
    body: Value,
) -> Answered {
    let answered = city.ask(&Asking::new(subject, number, Wish::Officer { case, command, body }));
    city.settle();
    answered
}

fn done(answered: &Answered) {
    assert_eq!(answered.status, 200, "{}", answered.body);
}

pub fn assignment(version: u64) -> Value {
    let person = |subject| samples::person(subject).to_string();
    json!({ "version": version, "handler": person(HANDLER), "reviewer": person(REVIEWER) })
}

pub fn assign(city: &mut City, case: CaseId, version: u64) {
    done(&officer(city, DISPATCHER, 10 + version, case, "assign", assignment(version)));
}

fn propose(city: &mut City, case: CaseId, version: u64, outcome: &str) {
    let body = samples::proposal_body(version, outcome, "依規定辦理。");
    done(&officer(city, HANDLER, 20 + version, case, "propose", body));
}

fn approve(city: &mut City, case: CaseId, version: u64) {
    done(&officer(city, REVIEWER, 30 + version, case, "approve", json!({ "version": version })));
}

/// Every schedule ticks; one that did not get through has another minute.
pub fn schedules(city: &mut City) {
    while !city.sweep() {}
    while !city.tick() {}
    city.settle();
}

fn approved(city: &mut City) {
    let case = filed(city);
    done(&officer(city, DISPATCHER, 2, case, "accept", json!({ "version": 1 })));
    assign(city, case, 2);
    propose(city, case, 3, "approve");
    approve(city, case, 4);
    schedules(city);
}

fn rejected_after_a_return(city: &mut City) {
    let case = filed(city);
    assign(city, case, 1);
    propose(city, case, 2, "approve");
    let body = json!({ "version": 3, "reason": "請再查證。" });
    done(&officer(city, REVIEWER, 40, case, "return", body));
    propose(city, case, 4, "reject");
    approve(city, case, 5);
}

fn rectified(city: &mut City) {
    let case = filed(city);
    assign(city, case, 1);
    propose(city, case, 2, "reject");
    approve(city, case, 3);
    let body =
        json!({ "version": version(city, case), "document": "4", "wrong": "依規定", "right": "依法規" });
    done(&officer(city, REVIEWER, 41, case, "rectify", body));
}

fn withdrawn(city: &mut City) {
    let case = filed(city);
    assign(city, case, 1);
    done(&city.ask(&Asking::new("applicant", 50, Wish::Withdraw { case, version: 2 })));
    city.settle();
    city.world.ambient.advance(SignedDuration::from_hours(24 * 14));
    schedules(city);
}

fn overdue(city: &mut City) {
    let case = filed(city);
    // Not yet: it is due in fourteen hours. That nobody took it in is.
    city.world.ambient.advance(SignedDuration::from_hours(24 * 3));
    schedules(city);
    city.world.ambient.advance(SignedDuration::from_hours(24));
    schedules(city);
    assign(city, case, 3);
    city.world.ambient.advance(SignedDuration::from_hours(24 * 2));
    schedules(city);
}

fn two_officers(city: &mut City) {
    let case = filed(city);
    let first = officer(city, DISPATCHER, 60, case, "assign", assignment(1));
    let second = officer(city, SECOND_DISPATCHER, 61, case, "accept", json!({ "version": 1 }));
    done(&first);
    assert_eq!(second.body["code"], "STALE_VERSION", "{}", second.body);
}

fn passed_on(city: &mut City) {
    let case = filed(city);
    let to = |version: u64, agency: &str| json!({ "version": version, "agency": agency, "reason": "非本機關權限。" });
    done(&officer(city, DISPATCHER, 62, case, "reroute", to(1, "economy")));
    // Whoever gave it away cannot take it back.
    let refused = officer(city, DISPATCHER, 63, case, "accept", json!({ "version": 2 }));
    assert_eq!(refused.status, 404, "{}", refused.body);
    done(&officer(city, "economy-everything", 64, case, "reroute", to(2, "parks")));
    assign(city, case, 3);
    let body = json!({ "version": 4, "body": "交通部公路局", "reason": "非本市權限。" });
    done(&officer(city, REVIEWER, 65, case, "transfer", body));
}

fn sent_twice(city: &mut City) {
    let first = apply(city, "applicant", 1);
    let second = apply(city, "applicant", 1);
    assert_eq!(first.case(), second.case());
    assert_eq!(second.status, 200);
    let other = Wish::Apply { item: PARK, answers: json!({ "place": "別的公園" }) };
    let reused = city.ask(&Asking::new("applicant", 1, other));
    assert_eq!(reused.body["code"], "REQUEST_REUSED", "{}", reused.body);
    let another = apply(city, "somebody else", 1);
    assert_ne!(first.case(), another.case(), "another person, another case");
    city.settle();
}

/// An application with a file is filed, twice over.
fn file_with_a_document(city: &mut City) -> CaseId {
    let created = city.ask(&Asking::new("farmer", 70, Wish::CreateDraft { item: FALLOW }));
    let draft = created.body["draft"].as_str().and_then(|id| id.parse().ok()).expect("a draft");
    let answers = serde_json::to_value(samples::fallow_answers()).expect("answers");
    let completed = Wish::Fill { draft, version: created.version(), answers: answers.clone() };
    city.ask(&Asking::new("farmer", 71, completed));
    let announced = city.ask(&Asking::new("farmer", 72, Wish::Announce { draft }));
    assert_eq!(announced.status, 201, "{}", announced.body);
    let file = Wish::File { draft, answers, documents: 1 };
    let receipt = city.ask(&Asking::new("farmer", 73, file.clone()));
    assert!(receipt.is_success(), "{}", receipt.body);
    let again = city.ask(&Asking::new("farmer", 74, file));
    assert_eq!(again.case(), receipt.case());
    city.settle();
    receipt.case().expect("a case number")
}

fn with_a_file(city: &mut City) {
    file_with_a_document(city);
    schedules(city);
}

fn picked_up_late(city: &mut City) {
    let case = file_with_a_document(city);
    let everything = "economy-everything";
    let person = |subject| samples::person(subject).to_string();
    let to = json!({ "version": 1, "handler": person("economy-handler"), "reviewer": person(everything) });
    done(&officer(city, everything, 120, case, "assign", to));
    let certificates = json!([
        { "title": "休耕補助核定書", "text": "核定面積：1公頃。" },
        { "title": "領款通知", "text": "持本通知至農會領款。" },
    ]);
    let proposal = json!({ "version": 2, "outcome": "approve", "certificates": certificates });
    done(&officer(city, "economy-handler", 121, case, "propose", proposal));
    let approved = officer(city, everything, 122, case, "approve", json!({ "version": 3 }));
    assert_eq!(approved.body["state"], "awaiting_pick_up", "{}", approved.body);
    city.world.ambient.advance(SignedDuration::from_hours(24 * 20));
    schedules(city);
    let proxy = json!({ "name": "林父", "proof": "父親；委託書、雙方身分證" });
    let seen = json!({ "version": version(city, case), "received_by": { "proxy": proxy } });
    let handed = officer(city, "economy-handler", 123, case, "hand_over", seen);
    assert_eq!(handed.body["state"], "closed", "{}", handed.body);
}

fn refused(city: &mut City) {
    let unfit = Wish::Apply { item: PARK, answers: json!({ "people": "many" }) };
    let unfit = city.ask(&Asking::new("applicant", 80, unfit));
    assert_eq!(unfit.body["code"], "UNFIT", "{}", unfit.body);
    let case = filed(city);
    let foreign = officer(city, "economy-everything", 81, case, "accept", json!({ "version": 1 }));
    assert_eq!(foreign.status, 404, "{}", foreign.body);
    let wrong_role = officer(city, HANDLER, 82, case, "accept", json!({ "version": 1 }));
    assert_eq!(wrong_role.status, 403, "{}", wrong_role.body);
    let early = officer(city, REVIEWER, 83, case, "approve", json!({ "version": 1 }));
    assert_eq!(early.status, 403, "{}", early.body);
    let foreign = city.ask(&Asking::new("somebody else", 84, Wish::Withdraw { case, version: 1 }));
    assert_eq!(foreign.status, 404, "{}", foreign.body);
}

/// The version of the case that somebody who looks now sees.
pub fn version(city: &City, case: CaseId) -> u64 {
    let row = city.world.store.peek(&Key::Case(case)).expect("a case");
    case::decode(row).expect("a sound case").case.version.0.into()
}

pub fn ask_for_correction(city: &mut City, case: CaseId, version: u64, days: u32) {
    let body = samples::correction_body(version, days);
    done(&officer(city, HANDLER, 90 + version, case, "request_correction", body));
}

fn corrected(city: &mut City) {
    let case = filed(city);
    assign(city, case, 1);
    ask_for_correction(city, case, 2, 7);
    city.world.ambient.advance(SignedDuration::from_hours(24 * 5));
    schedules(city);
    let seen = version(city, case);
    done(&city.ask(&Asking::new("applicant", 95, Wish::Answer { case, round: 1 })));
    city.settle();
    propose(city, case, seen + 1, "approve");
}

/// Up to the moment that a reminder to answer waits on its queue.
pub fn remind(city: &mut City, case: CaseId) {
    city.settle();
    assign(city, case, 1);
    ask_for_correction(city, case, 2, 7);
    // Asked on Thursday the 19th, for the 26th: called to mind on the 23rd, at nine.
    city.world.ambient.set("2026-11-23T09:00:30+08:00".parse().expect("an instant"));
    while !city.sweep() {}
    while !city.tick() {}
    while city.relay() {}
}

/// Reminded, given more time, and an outage until the night: one reminder in the morning, none after
/// the answer, which comes with a file.
fn reminded_to_answer(city: &mut City) {
    let case = file_with_a_document(city);
    let everything = "economy-everything";
    let person = |subject| samples::person(subject).to_string();
    let to = json!({ "version": 1, "handler": person("economy-handler"), "reviewer": person(everything) });
    done(&officer(city, everything, 130, case, "assign", to));
    let lacks = json!([{ "subject": "document:bankbook", "what": "影像模糊", "provide": "清晰影像" }]);
    let ask = json!({ "version": 2, "deficiencies": lacks, "days": 7 });
    done(&officer(city, "economy-handler", 131, case, "request_correction", ask));
    city.world.ambient.set("2026-11-23T09:00:30+08:00".parse().expect("an instant"));
    schedules(city);
    let seen = version(city, case);
    done(&city.ask(&Asking::new("farmer", 132, Wish::MoreTime { case, version: seen })));
    city.settle();
    let more = json!({ "version": seen + 1, "days": 3, "reason": "同意。" });
    done(&officer(city, "economy-handler", 133, case, "extend_correction", more));
    // Until the 30th, for the 29th is a Sunday. Nothing runs until the night after the second reminder
    // was due.
    city.world.ambient.set("2026-11-29T23:30:00+08:00".parse().expect("an instant"));
    schedules(city);
    city.world.ambient.set("2026-11-30T08:02:00+08:00".parse().expect("an instant"));
    schedules(city);
    let file = city.ask(&Asking::new("farmer", 134, Wish::AnnounceAnswer { case }));
    assert_eq!(file.status, 201, "{}", file.body);
    done(&city.ask(&Asking::new("farmer", 135, Wish::Answer { case, round: 1 })));
    city.settle();
    schedules(city);
}

/// Answered in the night before the reminder could be sent.
fn answered_before_the_reminder(city: &mut City) {
    let case = filed(city);
    assign(city, case, 1);
    ask_for_correction(city, case, 2, 7);
    city.world.ambient.set("2026-11-25T23:00:00+08:00".parse().expect("an instant"));
    schedules(city);
    done(&city.ask(&Asking::new("applicant", 136, Wish::Answer { case, round: 1 })));
    city.settle();
    city.world.ambient.set("2026-11-26T08:30:00+08:00".parse().expect("an instant"));
    schedules(city);
}

/// The period passes; the answer that comes after it is still taken.
fn lapsed(city: &mut City) {
    let case = filed(city);
    assign(city, case, 1);
    ask_for_correction(city, case, 2, 2);
    city.world.ambient.advance(SignedDuration::from_hours(24 * 5));
    schedules(city);
    done(&city.ask(&Asking::new("applicant", 96, Wish::Answer { case, round: 1 })));
    city.settle();
}

fn stopped(city: &mut City) {
    let case = filed(city);
    assign(city, case, 1);
    let stop = json!({ "version": 2, "cause": "force_majeure", "from": "2026-11-19", "reason": "淹水。" });
    done(&officer(city, REVIEWER, 100, case, "stop", stop));
    city.world.ambient.advance(SignedDuration::from_hours(24 * 2));
    schedules(city);
    let seen = version(city, case);
    let resume = json!({ "version": seen, "last": "2026-11-20" });
    done(&officer(city, REVIEWER, 101, case, "resume", resume));
    let extend = json!({ "version": seen + 1, "amount": 3, "reason": "須會勘。" });
    done(&officer(city, REVIEWER, 102, case, "extend", extend));
}

/// One case has the closed day in its window, another one was decided before.
fn closed(city: &mut City) {
    let case = filed(city);
    let other = apply(city, "neighbour", 110).case().expect("a case number");
    done(&city.ask(&Asking::new("neighbour", 111, Wish::Withdraw { case: other, version: 1 })));
    city.settle();
    let day = jiff::civil::date(2026, 11, 23);
    assert!(city.ask(&Asking::new(KEEPER, 112, Wish::Close { day, extent: "day" })).is_success());
    schedules(city);
    let seen = version(city, case);
    assign(city, case, seen);
    schedules(city);
}
