//! One instance stalls at each of its port calls in turn while everything else goes on, and then
//! goes on itself with what it knew.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::id::CaseId;
use jiff::SignedDuration;
use platform::keys::Table;
use serde_json::json;
use testkit::faults::{Progress, poll};
use testkit::mailer::Reaction;
use testkit::queue;
use testkit::samples::{DISPATCHER, SECOND_DISPATCHER};
use testkit::stream;

use crate::bugs::Bug;
use crate::city::{self, City};
use crate::invariants;
use crate::people::{Answered, Asking, Wish};
use crate::stories;

mod counter;

/// Who stalls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Relay,
    Sweep,
    Timer,
    Notification,
    Reminder,
    Dispatcher,
    Applicant,
}

const ALL: [Who; 7] =
    [Who::Relay, Who::Sweep, Who::Timer, Who::Notification, Who::Reminder, Who::Dispatcher, Who::Applicant];

/// What goes on meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meanwhile {
    Assigned,
    Withdrawn,
    /// The correction is answered.
    Answered,
    /// Nobody does anything, but everything that waits is delivered.
    Delivered,
}

/// Who stalls, before which of its turns, and what goes on meanwhile.
#[derive(Debug, Clone, Copy)]
pub struct Stall {
    who: Who,
    turn: u32,
    meanwhile: Meanwhile,
}

/// More turns than any of them takes.
const TURNS: u32 = 24;

pub fn all() -> Vec<Stall> {
    let mut stalls = Vec::new();
    for who in ALL {
        let first = if who == Who::Reminder { Meanwhile::Answered } else { Meanwhile::Assigned };
        for meanwhile in [first, Meanwhile::Withdrawn, Meanwhile::Delivered] {
            stalls.extend((0..TURNS).map(|turn| Stall { who, turn, meanwhile }));
        }
    }
    stalls
}

type Process = Pin<Box<dyn Future<Output = Option<Answered>>>>;

impl Stall {
    /// Plays it and says what is broken.
    pub fn run(self, bug: Option<Bug>) -> Vec<String> {
        let mut city = City::new(1, bug);
        city.world.gate.interleave();
        let filing = stories::apply(&mut city, "applicant", 1);
        let case = filing.case().expect("a case number");
        if self.who == Who::Reminder {
            stories::remind(&mut city, case);
        }
        let asking = self.asking(case);
        let mut process = self.process(&mut city, asking.as_ref());
        let before = city.world.mailer.count();
        let mut ended = None;
        for _ in 0..self.turn {
            if let Progress::Done(answer) = poll(&city.world.gate, process.as_mut()) {
                ended = Some(answer);
                break;
            }
        }
        let sent = city.world.mailer.since(before);
        self.meanwhile(&mut city, case);
        let answer = ended.unwrap_or_else(|| finish(&city, process.as_mut()));
        city.note_unrecorded(&sent);
        if let (Some(asking), Some(answer)) = (asking, answer) {
            city.note(asking, answer);
        }
        let rested = city.rest();
        let mut broken = invariants::check(&city);
        if !rested {
            broken.push("10: it never comes to rest".to_owned());
        }
        broken
    }

    fn asking(self, case: CaseId) -> Option<Asking> {
        match self.who {
            Who::Dispatcher => Some(accept(SECOND_DISPATCHER, 100, case)),
            Who::Applicant => Some(Asking::new("applicant", 101, Wish::Withdraw { case, version: 1 })),
            _ => None,
        }
    }

    fn process(self, city: &mut City, asking: Option<&Asking>) -> Process {
        if matches!(self.who, Who::Notification) {
            city.relay();
        }
        if matches!(self.who, Who::Sweep | Who::Timer) {
            city.world.ambient.advance(SignedDuration::from_hours(24 * 4));
        }
        let apps = Arc::clone(&city.apps);
        if let Some(asking) = asking.cloned() {
            city.sign_in(&asking.subject);
            return Box::pin(async move { Some(city::call(&apps, &asking).await) });
        }
        let (batch, messages) = (
            city.on_stream(Table::Cases),
            match self.who {
                Who::Notification => city.world.notifications.receive(1, 0),
                Who::Reminder => city.world.reminders.receive(1, 0),
                _ => Vec::new(),
            },
        );
        let who = self.who;
        Box::pin(async move {
            match who {
                Who::Relay => {
                    let records = serde_json::to_value(stream::lambda_event(&batch)).expect("an event");
                    drop(event_relay::handle(&apps.relay, records).await);
                }
                Who::Sweep => drop(event_relay::handle(&apps.relay, json!({ "sweep": true })).await),
                Who::Reminder => {
                    let event = queue::lambda_event(&messages);
                    drop(correction_reminder::handle(&apps.reminder, event).await);
                }
                Who::Timer => drop(deadline_timer::handle(&apps.timer, json!({ "tick": true })).await),
                _ => {
                    let event = queue::lambda_event(&messages);
                    drop(notification::handle(&apps.notification, event).await);
                }
            }
            None
        })
    }

    fn meanwhile(self, city: &mut City, case: CaseId) {
        match self.meanwhile {
            Meanwhile::Assigned => {
                let wish = Wish::Officer { case, command: "assign", body: stories::assignment(1) };
                city.ask(&Asking::new(DISPATCHER, 102, wish));
            }
            Meanwhile::Withdrawn => {
                let version = u64::from(city.case(case).version.0);
                city.ask(&Asking::new("applicant", 103, Wish::Withdraw { case, version }));
            }
            Meanwhile::Answered => {
                city.ask(&Asking::new("applicant", 104, Wish::Answer { case, round: 1 }));
            }
            Meanwhile::Delivered => {}
        }
        city.settle();
        city.sweep();
        city.tick();
    }
}

fn accept(subject: &str, number: u64, case: CaseId) -> Asking {
    let body = json!({ "version": 1 });
    Asking::new(subject, number, Wish::Officer { case, command: "accept", body })
}

fn finish(
    city: &City,
    mut process: Pin<&mut (dyn Future<Output = Option<Answered>> + 'static)>,
) -> Option<Answered> {
    loop {
        if let Progress::Done(answer) = poll(&city.world.gate, process.as_mut()) {
            return answer;
        }
    }
}

#[test]
fn whoever_stalls_harms_nothing() {
    let stalls = all();
    for stall in &stalls {
        let broken = stall.run(None);
        assert!(broken.is_empty(), "{stall:?}:\n{}", broken.join("\n"));
    }
    println!("{} stalls", stalls.len());
}

/// A sender got no answer and the mail went out; the next one is put off while word of the first
/// arrives. What is known to have been delivered must not be owed again.
#[test]
fn word_of_an_earlier_mail_outweighs_a_later_delay() {
    let mut city = City::new(1, None);
    city.world.gate.interleave();
    stories::apply(&mut city, "applicant", 1);
    city.relay();
    city.world.mailer.react(|_| Reaction::AcceptSilently);
    assert!(city.notify());
    let handed_over = city.world.mailer.count();

    let tries = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&tries);
    city.world.mailer.react(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        Reaction::Throttle
    });
    city.world.ambient.advance(SignedDuration::from_mins(17));
    city.sweep();
    let messages = city.world.notifications.receive(1, 0);
    let (apps, event) = (Arc::clone(&city.apps), queue::lambda_event(&messages));
    let mut process = Box::pin(async move {
        drop(notification::handle(&apps.notification, event).await);
        None
    });
    while tries.load(Ordering::Relaxed) == 0 {
        assert!(poll(&city.world.gate, process.as_mut()) == Progress::Waiting);
    }
    city.mails.report(&city.world);
    assert!(city.hear());
    finish(&city, process.as_mut());
    city.world.mailer.accept_all();
    city.rest();
    assert_eq!(city.world.mailer.count(), handed_over, "delivered, and sent again");
    assert_eq!(invariants::check(&city), Vec::<String>::new());
}
