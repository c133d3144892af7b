//! A random city: several instances at once, interleaved call by call, and everything that can go
//! wrong between them.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use aws_lambda_events::event::sqs::SqsBatchResponse;
use domain::id::CaseId;
use domain::notice_tag::NoticeTag;
use jiff::{SignedDuration, Timestamp};
use lambda_http::{Body, Response};
use platform::fault::Fault;
use serde_json::Value;
use testkit::ambient::Random;
use testkit::faults::{Act, Progress, Site, poll};
use testkit::mailer::Reaction;
use testkit::queue::Message;
use testkit::stream::Change;

use crate::bugs::Bug;
use crate::city::City;
use crate::delivery::settle_messages;
use crate::invariants::{MAX_SKEW, TIMEOUT};
use crate::people::{Answered, Asking};
use crate::till::Callback;

/// What an instance answers.
pub enum Ended {
    Request(Answered),
    Relay(Result<Value, Fault>),
    Notified(SqsBatchResponse),
    Reminded(SqsBatchResponse),
    Heard(SqsBatchResponse),
    CalledBack(Response<Body>),
    Posted(SqsBatchResponse),
    Schedule,
}

/// What an instance was started for.
pub enum Job {
    Request(Asking),
    Relay(Vec<Change>),
    Notify(Vec<Message>),
    Remind(Vec<Message>),
    Hear(Vec<Message>),
    CallBack(Callback),
    Post(Vec<Message>),
    Schedule,
}

pub struct Task {
    pub job: Job,
    process: Pin<Box<dyn Future<Output = Ended>>>,
    since: Timestamp,
    /// Mails that its own calls handed over.
    mails: Vec<testkit::mailer::Sent>,
}

/// Notices that the mail service remembers something of.
type Noted = Arc<Mutex<Vec<NoticeTag>>>;

pub struct Schedule {
    pub city: City,
    pub random: Random,
    pub tasks: Vec<Task>,
    /// Requests that were not answered yet: whoever sent them sends them again.
    pub open: Vec<Asking>,
    /// Cases and the version last heard of.
    pub cases: Vec<(CaseId, Arc<str>, u64)>,
    /// Pages of the bank that somebody was sent to.
    pub pages: Vec<String>,
    pub asked: u64,
    /// Whether this is one of the cities, a third of them, where few cases are mostly about money.
    pub moneyed: bool,
    /// Whether this is one of those, another third, where people mostly come to the counter.
    pub at_counter: bool,
    pub steps: u64,
    /// Reports of the mail service under way: when they arrive.
    pub reports: Vec<(Timestamp, testkit::mailer::Sent, &'static str, domain::delivery::Feedback)>,
    refused: Noted,
}

impl Schedule {
    pub fn new(seed: u64, bug: Option<Bug>) -> Self {
        let city = City::new(seed, bug);
        city.world.gate.interleave();
        let mut random = Random::new(seed ^ 0x5EED);
        let mut faults = Random::new(random.next());
        city.world.gate.follow(move |_, site| fault(&mut faults, site));
        let refused = Noted::default();
        let mut tempers = Random::new(random.next());
        let told = Arc::clone(&refused);
        city.world.mailer.react(move |mail| match tempers.below(1_000) {
            0..80 => Reaction::Throttle,
            80..140 => Reaction::AcceptSilently,
            140..145 => {
                told.lock().unwrap().push(mail.tag.parse().expect("a notice id"));
                Reaction::Refuse
            }
            _ => Reaction::Accept,
        });
        Self {
            city,
            random,
            tasks: Vec::new(),
            open: Vec::new(),
            cases: Vec::new(),
            pages: Vec::new(),
            asked: 0,
            moneyed: seed.is_multiple_of(3),
            at_counter: seed % 3 == 1,
            steps: 0,
            reports: Vec::new(),
            refused,
        }
    }

    /// Starts an instance for `job`.
    pub fn start(&mut self, job: Job, process: impl Future<Output = Ended> + 'static) {
        let task = Task { job, process: Box::pin(process), since: self.city.now(), mails: Vec::new() };
        self.tasks.push(task);
    }

    /// Lets one instance go on to its next port call.
    pub fn advance_task(&mut self, place: usize) {
        let before = self.city.world.mailer.count();
        let task = &mut self.tasks[place];
        let progress = poll(&self.city.world.gate, task.process.as_mut());
        task.mails.extend(self.city.world.mailer.since(before));
        self.steps += 1;
        match progress {
            Progress::Waiting => {}
            Progress::Done(ended) => {
                let task = self.tasks.swap_remove(place);
                self.ended(task, ended);
            }
            Progress::Crashed => {
                let task = self.tasks.swap_remove(place);
                self.killed(task);
                let skew = self.random.below(2 * MAX_SKEW.as_secs().unsigned_abs());
                let skew = SignedDuration::from_secs(skew.cast_signed()) - MAX_SKEW;
                self.city.restart(skew);
            }
        }
    }

    /// Instances that take too long are killed.
    pub fn time_out(&mut self) {
        let now = self.city.now();
        let late = |task: &mut Task| now.duration_since(task.since) > TIMEOUT;
        for task in self.tasks.extract_if(.., late).collect::<Vec<_>>() {
            self.killed(task);
        }
    }

    fn killed(&mut self, task: Task) {
        self.city.note_unrecorded(&task.mails);
        match task.job {
            Job::Request(asking) => self.open.push(asking),
            Job::Relay(batch) => self.city.settle_batch(&batch, None),
            Job::CallBack(callback) => self.city.called(callback, None),
            Job::Notify(_) | Job::Remind(_) | Job::Hear(_) | Job::Post(_) | Job::Schedule => {}
        }
    }

    fn ended(&mut self, task: Task, ended: Ended) {
        self.city.note_unrecorded(&task.mails);
        match (task.job, ended) {
            (Job::Request(asking), Ended::Request(answered)) => self.answered(asking, answered),
            (Job::Relay(batch), Ended::Relay(outcome)) => self.city.settle_batch(&batch, Some(outcome)),
            (Job::Notify(messages), Ended::Notified(response)) => {
                settle_messages(&self.city.world.notifications, &messages, &response);
            }
            (Job::Remind(messages), Ended::Reminded(response)) => {
                settle_messages(&self.city.world.reminders, &messages, &response);
            }
            (Job::Hear(messages), Ended::Heard(response)) => {
                settle_messages(&self.city.world.feedback, &messages, &response);
            }
            (Job::Post(messages), Ended::Posted(response)) => {
                settle_messages(&self.city.world.postings, &messages, &response);
            }
            (Job::CallBack(callback), Ended::CalledBack(answer)) => self.city.called(callback, Some(&answer)),
            (_, _) => {}
        }
    }

    fn answered(&mut self, asking: Asking, answered: Answered) {
        if answered.is_trouble() {
            self.open.push(asking);
            return;
        }
        if let (true, Some(case)) = (answered.is_success(), answered.case()) {
            let version = answered.version();
            match self.cases.iter_mut().find(|(known, ..)| *known == case) {
                Some((_, _, known)) => *known = version.max(*known),
                None => self.cases.push((case, Arc::clone(&asking.subject), version)),
            }
        }
        if let (true, Some(page)) = (answered.is_success(), answered.body["start"]["url"].as_str()) {
            self.pages.push(page.to_owned());
        }
        self.city.note(asking, answered);
    }

    /// What the mail service refused goes to the checks.
    pub fn tell_checks(&mut self) {
        self.city.mails.refused.append(&mut self.refused.lock().unwrap());
    }
}

/// What happens at a call: mostly nothing.
fn fault(random: &mut Random, site: Site) -> Act {
    match (random.below(1_000), site) {
        (0..3, _) => Act::CrashBefore,
        (3..6, _) => Act::CrashAfter,
        (6..11, _) => Act::FailBefore,
        // Whether the service has a mail whose answer was lost is the mailer's to say.
        (11..16, site) if site != Site::MailSend => Act::FailAfter,
        (16..26, Site::StoreWrite) => Act::Conflict,
        _ => Act::Pass,
    }
}
