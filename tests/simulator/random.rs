//! Random schedules from a seed.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::delivery::Feedback;
use domain::taipei;
use jiff::SignedDuration;
use platform::keys::Table;
use serde_json::json;
use testkit::queue;
use testkit::samples::KEEPER;
use testkit::stream;

use crate::bugs::Bug;
use crate::city;
use crate::invariants;
use crate::mails::SENT_AND_DELIVERED;
use crate::people::{Asking, Wish};
use crate::schedule::{Ended, Job, Schedule};

mod bookings;
mod money;
mod officers;
mod reviews;

/// Steps of one city before it is brought to rest.
const STEPS: u64 = 1_500;
/// Instances at once.
const MAX_TASKS: usize = 8;
/// Steps after which everything that can happen to money and bookings has happened somewhere.
const ENOUGH: u64 = 100_000;
/// Cases of one city.
const MAX_CASES: u64 = 6;

pub struct Played {
    pub steps: u64,
    /// How often each kind of event about money was made.
    pub money: BTreeMap<&'static str, usize>,
    /// The same of the steps of bookings.
    pub bookings: BTreeMap<&'static str, usize>,
    pub broken: Vec<String>,
}

/// Plays one seed to its end and checks what is left.
pub fn play(seed: u64, bug: Option<Bug>) -> Played {
    let mut schedule = Schedule::new(seed, bug);
    while schedule.steps < STEPS {
        schedule.step();
    }
    let rested = schedule.finish();
    let mut broken = invariants::check(&schedule.city);
    if !rested {
        broken.push("10: it never comes to rest".to_owned());
    }
    let (money, bookings) = (money::made(&schedule.city), bookings::made(&schedule.city));
    Played { steps: schedule.steps, money, bookings, broken }
}

impl Schedule {
    fn step(&mut self) {
        let busy = !self.tasks.is_empty();
        match self.random.below(1_000) {
            0..800 if busy => {
                let place = self.random.index(self.tasks.len());
                self.advance_task(place);
                return;
            }
            800..840 => self.pass_time(),
            840..870 => self.mail_service(),
            870..880 => {
                let offset = self.random.index(16);
                let world = &self.city.world;
                let queue = if self.random.chance(200) { &world.reminders } else { &world.notifications };
                queue.duplicate(offset);
            }
            880..885 => {
                let lag = SignedDuration::from_secs(self.random.below(61).cast_signed());
                self.city.world.store.set_index_lag(lag);
            }
            885..890 => {
                self.city.world.notifications.redrive();
                self.city.world.reminders.redrive();
                self.city.world.feedback.redrive();
                self.city.world.postings.redrive();
            }
            890..892 => {
                let offset = self.random.index(16);
                self.city.world.postings.duplicate(offset);
            }
            892..900 => self.bank(),
            _ if self.tasks.len() < MAX_TASKS => self.begin(),
            _ => {}
        }
        self.steps += 1;
    }

    fn pass_time(&mut self) {
        let random = &mut self.random;
        let seconds = match random.below(100) {
            0..70 => random.below(5),
            70..90 => random.below(120),
            90..97 => random.below(3_600),
            _ => random.below(60 * 3_600),
        };
        self.city.world.ambient.advance(SignedDuration::from_secs(seconds.cast_signed()));
        self.time_out();
    }

    /// Reports of the mail service come late, twice, and in any order.
    fn mail_service(&mut self) {
        let world = &self.city.world;
        let now = self.city.now();
        for sent in world.mailer.since(self.city.mails.seen) {
            self.city.mails.seen += 1;
            let mut told = SENT_AND_DELIVERED.to_vec();
            match self.random.below(100) {
                0..6 => told.push(("Bounce", Feedback::Bounced)),
                6..10 => told.push(("Complaint", Feedback::Complained)),
                10..13 => told.push(("Reject", Feedback::Refused)),
                13..20 => told.extend(SENT_AND_DELIVERED),
                _ => {}
            }
            for (kind, feedback) in told {
                let late = SignedDuration::from_secs(self.random.below(2_400).cast_signed());
                let at = now.checked_add(late).expect("an instant");
                self.reports.push((at, sent.clone(), kind, feedback));
            }
        }
        for (_, sent, kind, feedback) in self.reports.extract_if(.., |(at, ..)| *at <= now) {
            self.city.mails.tell(&self.city.world, &sent, kind, feedback);
        }
    }

    fn begin(&mut self) {
        if self.at_counter && self.random.chance(500) {
            self.begin_at_counter();
            return;
        }
        if self.random.chance(200) && self.begin_money() {
            return;
        }
        if self.moneyed && self.random.chance(400) {
            self.bank();
            let asking = self.wish();
            self.begin_request(asking);
            return;
        }
        match self.random.below(100) {
            0..35 => self.begin_relay(),
            35..56 => self.begin_notify(),
            56..60 => self.begin_remind(),
            60..70 => self.begin_hear(),
            70..75 => {
                let apps = Arc::clone(&self.city.apps);
                if !matches!(self.city.bug, Some(Bug::StreamAndSweepLost | Bug::NoSweep)) {
                    self.start(Job::Schedule, async move {
                        drop(event_relay::handle(&apps.relay, json!({ "sweep": true })).await);
                        Ended::Schedule
                    });
                }
            }
            75..80 => {
                let apps = Arc::clone(&self.city.apps);
                self.start(Job::Schedule, async move {
                    drop(deadline_timer::handle(&apps.timer, json!({ "tick": true })).await);
                    Ended::Schedule
                });
            }
            _ => {
                let asking = self.wish();
                self.begin_request(asking);
            }
        }
    }

    /// The source reads a shard with one instance at a time; a second one brings duplicates.
    fn begin_relay(&mut self) {
        let table = if self.random.chance(250) { Table::Payments } else { Table::Cases };
        let of_table = |job: &Job| matches!(job, Job::Relay(batch) if batch[0].table == table);
        let running = self.tasks.iter().filter(|task| of_table(&task.job)).count();
        if running > usize::from(self.random.chance(300)) || self.city.bug == Some(Bug::StreamAndSweepLost) {
            return;
        }
        let batch = self.city.on_stream(table);
        if batch.is_empty() {
            return;
        }
        let mut order: Vec<usize> = (0..batch.len()).collect();
        if self.random.chance(200) {
            // Records of one transaction may come in any order.
            order.reverse();
        }
        let records = stream::lambda_event(order.into_iter().map(|place| &batch[place]));
        let payload = serde_json::to_value(records).expect("an event");
        let apps = Arc::clone(&self.city.apps);
        self.start(Job::Relay(batch), async move {
            Ended::Relay(event_relay::handle(&apps.relay, payload).await)
        });
    }

    fn begin_notify(&mut self) {
        let (max, offset) = (1 + self.random.index(10), self.random.index(7));
        let messages = self.city.world.notifications.receive(max, offset);
        if messages.is_empty() {
            return;
        }
        let (apps, event) = (Arc::clone(&self.city.apps), queue::lambda_event(&messages));
        self.start(Job::Notify(messages), async move {
            Ended::Notified(notification::handle(&apps.notification, event).await)
        });
    }

    fn begin_remind(&mut self) {
        let (max, offset) = (1 + self.random.index(10), self.random.index(7));
        let messages = self.city.world.reminders.receive(max, offset);
        if messages.is_empty() {
            return;
        }
        let (apps, event) = (Arc::clone(&self.city.apps), queue::lambda_event(&messages));
        self.start(Job::Remind(messages), async move {
            Ended::Reminded(correction_reminder::handle(&apps.reminder, event).await)
        });
    }

    fn begin_hear(&mut self) {
        let (max, offset) = (1 + self.random.index(10), self.random.index(7));
        let messages = self.city.world.feedback.receive(max, offset);
        if messages.is_empty() {
            return;
        }
        let (apps, event) = (Arc::clone(&self.city.apps), queue::lambda_event(&messages));
        self.start(Job::Hear(messages), async move {
            Ended::Heard(notification_feedback::handle(&apps.feedback, event).await)
        });
    }

    fn begin_request(&mut self, asking: Asking) {
        self.city.sign_in(&asking.subject);
        let apps = Arc::clone(&self.city.apps);
        let sent = asking.clone();
        self.start(Job::Request(asking), async move { Ended::Request(city::call(&apps, &sent).await) });
    }

    /// Something old that was not answered, or something new.
    fn wish(&mut self) -> Asking {
        if !self.open.is_empty() && self.random.chance(600) {
            let place = self.random.index(self.open.len());
            return self.open.swap_remove(place);
        }
        if self.cases.is_empty()
            || (self.asked < if self.moneyed { 2 } else { MAX_CASES } && self.random.chance(200))
        {
            self.asked += 1;
            let subject = ["applicant", "neighbour", "visitor"][self.random.index(3)];
            let (item, answers) = self.application();
            // Sometimes the same number, sometimes with other content: the same request twice.
            let number = self.asked - self.random.below(2).min(self.asked);
            return Asking::new(subject, number, Wish::Apply { item, answers });
        }
        let place = self.random.index(self.cases.len());
        let (case, applicant, version) = self.cases[place].clone();
        // Whoever looks again sees what payments and timers did meanwhile.
        let seen = u64::from(self.city.case(case).version.0);
        let version = if self.random.chance(700) { seen } else { version };
        let version = version.saturating_sub(u64::from(self.random.chance(100)));
        let number = 1_000 + self.random.next() % 1_000_000_000;
        if self.random.chance(if self.moneyed { 700 } else { 250 }) {
            return self.money_wish(case, &applicant, version, number);
        }
        match self.random.below(1_000) {
            0..40 => return Asking::new(&applicant, number, Wish::Withdraw { case, version }),
            40..80 => {
                // Now and then to the list before the last.
                let round = self.city.case(case).history.corrections.len();
                let round = round.saturating_sub(usize::from(self.random.chance(100)));
                return Asking::new(&applicant, number, Wish::Answer { case, round });
            }
            100..118 => {
                let on_paper = self.random.chance(600);
                return Asking::new(&applicant, number, Wish::Served { case, version, on_paper });
            }
            80..100 => return Asking::new(&applicant, number, Wish::MoreTime { case, version }),
            // Announced after dates were set; the same day twice changes nothing.
            120..138 => {
                let days = SignedDuration::from_hours(24 * self.random.below(8).cast_signed());
                let day = taipei::day_of(self.city.now().checked_add(days).expect("an instant"));
                // Now and then an announcement is taken back.
                let back = self.random.chance(200);
                let wish = if back { Wish::Reopen { day } } else { Wish::Close { day, extent: "day" } };
                return Asking::new(KEEPER, number, wish);
            }
            _ => {}
        }
        let reviewed = !self.city.case(case).item.terms.reviews.is_empty() && self.random.chance(400);
        let (subject, command, body) =
            if reviewed { self.review_command(case, version) } else { self.command(version) };
        Asking::new(subject, number, Wish::Officer { case, command, body })
    }

    /// Faults end; everybody gets their answer; everything comes to rest.
    fn finish(&mut self) -> bool {
        let world = self.city.world.clone();
        world.gate.open();
        world.mailer.accept_all();
        world.store.set_index_lag(SignedDuration::ZERO);
        while !self.tasks.is_empty() {
            self.advance_task(0);
            if self.tasks.is_empty()
                && let Some(asking) = self.open.pop()
            {
                self.begin_request(asking);
            }
        }
        while let Some(asking) = self.open.pop() {
            self.city.ask(&asking);
        }
        self.mail_service();
        for (_, sent, kind, feedback) in std::mem::take(&mut self.reports) {
            self.city.mails.tell(&world, &sent, kind, feedback);
        }
        self.tell_checks();
        let mut rested = false;
        for round in 0..4 {
            rested = self.city.rest();
            let queues = [&world.notifications, &world.reminders, &world.feedback, &world.postings];
            let dead: usize = queues.iter().map(|queue| queue.dead_letters().len()).sum();
            if dead == 0 && !self.look_up_refunds(round) {
                break;
            }
            for queue in queues {
                queue.redrive();
            }
        }
        rested
    }
}

fn setting(name: &str, default: u64) -> u64 {
    #[expect(clippy::disallowed_methods, reason = "a test is set up by its environment")]
    let value = std::env::var(name).ok();
    value.and_then(|value| value.parse().ok()).unwrap_or(default)
}

#[test]
fn random_schedules_leave_nothing_lost_and_nothing_doubled() {
    let (first, wanted) = (setting("SIM_SEED", 1), setting("SIM_STEPS", 200_000));
    let (mut seed, mut steps, mut made) = (first, 0, BTreeMap::<_, usize>::new());
    let began = std::time::Instant::now();
    while steps < wanted {
        let played = play(seed, None);
        let again =
            format!("SIM_SEED={seed} SIM_STEPS=1 cargo test -p tests --test simulator random_schedules");
        assert!(played.broken.is_empty(), "{}\nreplay: {again}", played.broken.join("\n"));
        steps += played.steps;
        for (kind, times) in played.money.into_iter().chain(played.bookings) {
            *made.entry(kind).or_default() += times;
        }
        seed += 1;
    }
    let rate = u128::from(steps) * 1_000 / began.elapsed().as_millis().max(1);
    println!("{steps} steps of {} cities, {rate} steps a second", seed - first);
    println!("made: {made:?}");
    let kinds = money::KINDS.into_iter().chain(bookings::KINDS);
    let missing: Vec<_> = kinds.filter(|kind| !made.contains_key(kind)).collect();
    assert!(wanted < ENOUGH || missing.is_empty(), "it never came to {missing:?}");
}
