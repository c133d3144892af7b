//! Reminders to answer a correction, counted: one for a slot, none at night, none after the act, none lost
//! in an outage.

use domain::delivery::Stage;
use domain::id::CaseId;
use domain::notice::NoticeKind;
use jiff::Timestamp;
use platform::codec::notice;

use crate::city::City;
use crate::invariants;
use crate::mails;
use crate::people::{Asking, Wish};
use crate::stories;

/// Asked on Thursday the 19th for an answer by the 26th: reminders on the 23rd and the 25th, at nine.
fn asked(city: &mut City) -> CaseId {
    let case = stories::filed(city);
    stories::assign(city, case, 1);
    stories::ask_for_correction(city, case, 2, 7);
    case
}

/// Time goes on to `until`, with every schedule, and comes to rest.
fn goes_on(city: &mut City, until: &str) {
    city.world.ambient.set(until.parse().expect("an instant"));
    stories::schedules(city);
}

/// When reminders were handed over.
fn reminded(city: &City) -> Vec<Timestamp> {
    let sent = city.world.mailer.sent().into_iter();
    sent.filter(|sent| sent.mail.subject.contains("補正期限將屆")).map(|sent| sent.at).collect()
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn answer(city: &mut City, case: CaseId) {
    let answered = city.ask(&Asking::new("applicant", 500, Wish::Answer { case, round: 1 }));
    assert_eq!(answered.status, 200, "{}", answered.body);
    city.settle();
}

fn is_sound(city: &mut City) {
    assert!(city.rest());
    assert_eq!(invariants::check(city), Vec::<String>::new());
}

#[test]
fn there_is_one_for_each_slot_however_often_anybody_looks() {
    let mut city = City::new(1, None);
    asked(&mut city);
    for minute in 0..5 {
        goes_on(&mut city, &format!("2026-11-23T09:0{minute}:00+08:00"));
    }
    assert_eq!(reminded(&city), [at("2026-11-23T09:00:00+08:00")]);
    for minute in 0..5 {
        goes_on(&mut city, &format!("2026-11-25T09:0{minute}:00+08:00"));
    }
    assert_eq!(reminded(&city).len(), 2);
    is_sound(&mut city);
    assert_eq!(reminded(&city).len(), 2, "and none when the period has passed");
}

/// Nothing ran from the 20th to the night of the 25th: the slot was missed, the reminder is not.
#[test]
fn an_outage_loses_none_and_makes_no_storm() {
    let mut city = City::new(1, None);
    asked(&mut city);
    goes_on(&mut city, "2026-11-25T23:30:00+08:00");
    assert_eq!(reminded(&city), [], "nobody is reminded at night");
    goes_on(&mut city, "2026-11-26T07:59:00+08:00");
    assert_eq!(reminded(&city), []);
    // The sweep leaves a minute to the stream.
    goes_on(&mut city, "2026-11-26T08:01:30+08:00");
    let once = reminded(&city);
    assert_eq!(once, [at("2026-11-26T08:01:30+08:00")], "one for two slots");
    goes_on(&mut city, "2026-11-26T12:00:00+08:00");
    assert_eq!(reminded(&city), once);
    is_sound(&mut city);
}

#[test]
fn whoever_answers_in_the_night_is_not_reminded_in_the_morning() {
    let mut city = City::new(1, None);
    let case = asked(&mut city);
    goes_on(&mut city, "2026-11-25T23:30:00+08:00");
    answer(&mut city, case);
    goes_on(&mut city, "2026-11-26T08:05:00+08:00");
    assert_eq!(reminded(&city), []);
    is_sound(&mut city);
    let stages = mails::of_cases(&city.world);
    let reminder = |it: &notice::Notice| it.kind == NoticeKind::CorrectionReminder;
    let stages: Vec<Stage> = stages.filter(reminder).map(|it| it.delivery.stage).collect();
    assert_eq!(stages, [Stage::Moot], "and the ledger says why");
}
