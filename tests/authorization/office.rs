//! The functions over one case, asked as a browser or a client asks them.

use document::Fonts;
use domain::access::Actor;
use domain::event::Recorded;
use domain::refusal::FeeReading;
use jiff::Timestamp;
use platform::accounts::Accounts;
use platform::agencies::AgencyCache;
use platform::calendars::CalendarCache;
use platform::catalogue::ItemCache;
use platform::codec::case::{self, Loaded};
use platform::codec::event;
use platform::codec::people::{Session, encode_session};
use platform::keys::Key;
use platform::ports::Ambient;
use platform::{audit, sessions};
use serde_json::Value;
use testkit::faults::run;
use testkit::http::{Answer, Call, csrf, token};
use testkit::samples;
use testkit::world::World;

/// Whose forms everybody sends, whoever they are.
const SOMEBODY: &str = "somebody";

/// What the functions say, as far as permission goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// Sign in first.
    WhoAreYou,
    /// Not you, or not now, or there is no such thing for you.
    No,
    /// Whatever else: done, or refused for what was asked and not for who asked it.
    GoOn,
}

pub struct Office {
    pub world: World,
    submission: submission::App,
    casework: casework::App,
    catalogue: catalogue::App,
    documents: decision_document::App,
    booking: booking::App,
}

impl Office {
    /// With the case of `record`, at its last event.
    pub fn of(record: &[Recorded]) -> Self {
        let world = World::with_samples(record.last().unwrap().at, 7);
        let (store, ambient) = (world.store.clone(), world.ambient.clone());
        let office = Self {
            submission: submission::App {
                store: store.clone(),
                ambient: ambient.clone(),
                objects: world.objects.clone(),
                items: ItemCache::default(),
                calendars: CalendarCache::default(),
                accounts: Accounts::default(),
                providers: world.bank.clone(),
                origin: "https://window.example".to_owned(),
                sends_sms: true,
            },
            casework: casework::App {
                store: store.clone(),
                ambient: ambient.clone(),
                objects: world.objects.clone(),
                items: ItemCache::default(),
                calendars: CalendarCache::default(),
                agencies: AgencyCache::default(),
                registers: Some(world.registers.clone()),
                fee_reading: FeeReading::default(),
                public_origin: "https://window.example".to_owned(),
            },
            documents: decision_document::App {
                store: store.clone(),
                ambient: ambient.clone(),
                objects: world.objects.clone(),
                fonts: Fonts::shipped().unwrap(),
            },
            booking: booking::App {
                store: store.clone(),
                queue: world.notifications.clone(),
                ambient: ambient.clone(),
                items: ItemCache::default(),
                calendars: CalendarCache::default(),
            },
            catalogue: catalogue::App { store, ambient, calendars: CalendarCache::default() },
            world,
        };
        let case = domain::apply::replay(record).unwrap();
        let mut head = audit::GENESIS;
        for recorded in record {
            let (row, hash) = event::encode(recorded, head).unwrap();
            head = hash;
            office.world.store.plant(&Key::Event(recorded.id), row);
        }
        let key = Key::Case(case.id);
        office.world.store.plant(&key, case::encode(&Loaded { case, head }).unwrap());
        office
    }

    pub fn sign_in(&self, name: &str, actor: &Actor) {
        let now = self.world.ambient.now();
        let (person, officer) = match actor {
            Actor::Applicant(person) => (*person, None),
            Actor::Officer(officer) => (officer.person, Some(officer.clone())),
            Actor::System => unreachable!("the window does not sign in"),
        };
        let session = Session { person, officer, ..samples::session(SOMEBODY, now) };
        let hash = sessions::token_hash(&token(name));
        let until: Timestamp = now + sessions::ABSOLUTE;
        let row = encode_session(hash, &session, until).unwrap();
        self.world.store.plant(&Key::Session(hash), row);
    }

    /// What `route` says to `person`, or to a stranger.
    pub fn ask(&self, route: &str, person: Option<&str>, ask: &Asked) -> (Said, u16) {
        let call = call(route, ask);
        let request = person.map_or_else(|| call.request(), |person| call.clone().by(person).request());
        let response = run(&self.world.gate, async {
            if route.contains("/documents/") || route.ends_with("/letter") {
                decision_document::handle(&self.documents, request).await
            } else if ["/book", "/counter", "/slots"].iter().any(|part| route.contains(part)) {
                booking::handle(&self.booking, request).await
            } else if route.contains("/work") {
                casework::handle(&self.casework, request).await
            } else if route.contains("/calendar") {
                catalogue::handle(&self.catalogue, request).await
            } else {
                submission::handle(&self.submission, request).await
            }
        });
        said(&Answer::of(&response.unwrap()))
    }
}

fn said(answer: &Answer) -> (Said, u16) {
    let said = match answer.status {
        401 => Said::WhoAreYou,
        303 if answer.location.starts_with("/sign-in") => Said::WhoAreYou,
        403 | 404 => Said::No,
        409 if answer.text.contains("NOT_IN_THIS_STATE") || answer.text.contains("不能進行此動作") => {
            Said::No
        }
        _ => Said::GoOn,
    };
    (said, answer.status)
}

/// What is sent: a JSON body, and the same as a form.
pub struct Asked {
    pub path: Vec<(&'static str, String)>,
    pub body: Value,
}

fn call(route: &str, ask: &Asked) -> Call {
    let path: Vec<(&str, &str)> = ask.path.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let id = samples::request(900).id.to_string();
    let call = Call::of(route, &path).key(&id);
    let token = csrf(SOMEBODY);
    let own = ("csrf", token.as_str());
    if route.contains(" /api") {
        call.json(&ask.body)
    } else if route.ends_with("/files") {
        call.file(&[own, ("requirement", "other")], "a.pdf", samples::PDF)
    } else if route.ends_with("/proof") {
        call.file(&[own, ("request", &id)], "a.pdf", samples::PDF)
    } else {
        let given = ask.body.as_object().into_iter().flatten();
        let given: Vec<(&str, String)> = given
            .map(|(name, value)| {
                (name.as_str(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            })
            .collect();
        let mut fields = vec![own, ("request", &id)];
        fields.extend(given.iter().map(|(name, value)| (*name, value.as_str())));
        call.form(&fields)
    }
}
