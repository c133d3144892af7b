//! A case that was decided, in a city in memory, and requests as API Gateway sends them.

use std::sync::LazyLock;

use decision_document::App;
use document::Fonts;
use domain::access::Actor;
use domain::case::Outcome;
use domain::command::{Command, Rectification};
use domain::event::Event;
use domain::id::CaseId;
use domain::letter::{CertificateWording, Draw, Issue, Issued};
use domain::personal::Personal;
use lambda_http::Body;
use lambda_http::request::from_str;
use platform::calendars;
use platform::commit::{self, Asked, Filing};
use platform::ports::Ambient;
use platform::row::Transaction;
use platform::sessions;
use serde_json::{Value, json};
use testkit::faults::run;
use testkit::http::token;
use testkit::samples;
use testkit::world::World;

/// Read once: they are the same for every test.
pub static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::shipped().unwrap());

const SAMPLE: &str = include_str!("../../../../events/decision-document/document.json");

pub struct City {
    pub world: World,
    pub app: App,
    pub case: CaseId,
}

pub struct Reply {
    pub status: u16,
    pub location: String,
    pub content_type: String,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl City {
    /// A case of `applicant` that is with its handler.
    pub fn assigned(applicant: &str) -> Self {
        let world = World::with_samples(samples::morning(), 7);
        let app = App {
            store: world.store.clone(),
            ambient: world.ambient.clone(),
            objects: world.objects.clone(),
            fonts: FONTS.clone(),
        };
        let mut who = samples::applicant("applicant");
        who.name = Personal::new(applicant.to_owned());
        let filing = Filing {
            agency: "parks".parse().unwrap(),
            person: who.person,
            request: samples::request(1),
            event: samples::submitted(who, samples::morning()),
        };
        let opened = async {
            let calendars = calendars::calendars(&*world.store).await.unwrap();
            let done =
                commit::open(&*world.store, &calendars, filing, Transaction::default(), samples::morning());
            done.await.unwrap().loaded.case.id
        };
        let case = run(&world.gate, opened).unwrap();
        let city = Self { world, app, case };
        for subject in [
            "applicant",
            "another",
            samples::HANDLER,
            samples::REVIEWER,
            samples::SECOND_HANDLER,
            "economy-everything",
        ] {
            let session = samples::session(subject, city.world.ambient.now());
            let token = token(subject);
            let started = sessions::start(&*city.world.store, &token, &session);
            run(&city.world.gate, started).unwrap().unwrap();
        }
        let staff = |subject| Box::new(samples::staff(subject));
        let assign = Command::Assign { handler: staff(samples::HANDLER), reviewer: staff(samples::REVIEWER) };
        city.does(samples::actor(samples::DISPATCHER), &assign);
        city
    }

    /// The same, with a proposal to refuse it.
    pub fn proposed(applicant: &str) -> Self {
        let city = Self::assigned(applicant);
        let proposal = samples::proposal(Outcome::Reject, applicant);
        city.does(samples::actor(samples::HANDLER), &Command::Propose(Box::new(proposal)));
        city
    }

    /// The same, refused.
    pub fn refused(applicant: &str) -> Self {
        let city = Self::proposed(applicant);
        city.does(samples::actor(samples::REVIEWER), &testkit::letters::approval(7));
        city
    }

    /// The same as [`City::assigned`], approved with these certificates: a title and its text each.
    pub fn certified(applicant: &str, certificates: &[(&str, &str)]) -> Self {
        let city = Self::to_certify(applicant, certificates);
        city.does(samples::actor(samples::REVIEWER), &testkit::letters::approval(7));
        city
    }

    /// The same before it is approved.
    pub fn to_certify(applicant: &str, certificates: &[(&str, &str)]) -> Self {
        let city = Self::assigned(applicant);
        let mut proposal = samples::proposal(Outcome::Approve, applicant);
        let wording = |(title, text): &(&str, &str)| CertificateWording {
            title: (*title).to_owned(),
            text: (*text).to_owned(),
        };
        proposal.wording.certificates = certificates.iter().map(wording).collect();
        city.does(samples::actor(samples::HANDLER), &Command::Propose(Box::new(proposal)));
        city
    }

    pub fn does(&self, actor: Actor, command: &Command) {
        let done = async {
            let store = &*self.world.store;
            let version = commit::load(store, self.case).await.unwrap().unwrap().case.version;
            let request = samples::request(100 + u64::from(version.0));
            let calendars = calendars::calendars(store).await.unwrap();
            let asked = Asked { actor, request, seen: None };
            let now = self.world.ambient.now();
            commit::carry_out(store, &calendars, self.case, &asked, command, now).await.unwrap();
        };
        run(&self.world.gate, done).unwrap();
    }

    /// Puts an error in the first letter right.
    pub fn rectify(&self) {
        let issue = Issue { draw: Draw::new([9; 32]), ..samples::issue(9) };
        let of = Some(Box::new(self.issued().remove(0)));
        let (wrong, right, reason) = ("規定".to_owned(), "法規".to_owned(), String::new());
        let rectification = Rectification { of, wrong, right, reason, issue };
        self.does(samples::actor(samples::REVIEWER), &Command::Rectify(Box::new(rectification)));
    }

    /// What the events of the case say was issued.
    pub fn issued(&self) -> Vec<Issued> {
        let record = run(&self.world.gate, commit::record(&*self.world.store, self.case));
        let events = record.unwrap().unwrap().unwrap().events;
        let issued = |event: &Event| event.issued().to_vec();
        events.iter().flat_map(|chained| issued(&chained.recorded.event)).collect()
    }

    /// The files of the case that are kept.
    pub fn files(&self) -> Vec<String> {
        self.world.objects.keys().into_iter().filter(|key| key.contains("/issued/")).collect()
    }

    /// `GET pattern` with `parameters`, by `subject`; an empty one is a stranger.
    pub fn get(&self, pattern: &str, parameters: &[(&str, &str)], subject: &str) -> Reply {
        self.try_get(pattern, parameters, subject).unwrap()
    }

    /// The same; `None` where the function died over it.
    pub fn try_get(&self, pattern: &str, parameters: &[(&str, &str)], subject: &str) -> Option<Reply> {
        let mut path = pattern.to_owned();
        for (name, value) in parameters {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        let case = self.case.to_string();
        path = path.replace("{case}", &case);
        let mut given: serde_json::Map<String, Value> =
            parameters.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        given.insert("case".to_owned(), json!(case));
        let mut event: Value = serde_json::from_str(SAMPLE).unwrap();
        event["routeKey"] = json!(format!("GET {pattern}"));
        event["rawPath"] = json!(path);
        event["pathParameters"] = json!(given);
        event["rawQueryString"] = json!(web::form::encode(parameters.iter().copied()));
        event["queryStringParameters"] = json!(given);
        event["requestContext"]["routeKey"] = event["routeKey"].clone();
        event["requestContext"]["http"]["path"] = json!(path);
        event["cookies"] = if subject.is_empty() {
            json!([])
        } else {
            json!([format!("__Host-session={}", token(subject))])
        };
        let request = from_str(&event.to_string()).unwrap();
        let response = run(&self.world.gate, decision_document::handle(&self.app, request))?;
        let header = |name: &str| {
            let value = response.headers().get(name);
            value.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
        };
        Some(Reply {
            status: response.status().as_u16(),
            location: header("location"),
            content_type: header("content-type"),
            body: match response.body() {
                Body::Text(text) => text.clone().into_bytes(),
                Body::Binary(bytes) => bytes.clone(),
                _ => Vec::new(),
            },
        })
    }
}
