//! A city in memory.

use domain::assurance::Assurance;
use domain::id::RequestId;
use lambda_http::Request;
use platform::calendars::CalendarCache;
use platform::catalogue::ItemCache;
use platform::codec::people::Session;
use platform::ports::Ambient;
use platform::sessions;
use serde_json::Value;
use submission::App;
use testkit::faults::{Site, run};
pub use testkit::http::{Answer, Call, csrf, hidden, token};
use testkit::samples;
pub use testkit::samples::consent_body;
use testkit::world::World;

pub const LIN: &str = "lin";
pub const CHEN: &str = "chen";

pub struct City {
    pub world: World,
    pub app: App,
}

impl City {
    pub fn new() -> Self {
        let world = World::with_samples(samples::morning(), 7);
        let app = App {
            store: world.store.clone(),
            ambient: world.ambient.clone(),
            objects: world.objects.clone(),
            items: ItemCache::default(),
            calendars: CalendarCache::default(),
            accounts: crate::till::accounts(),
            providers: world.bank.clone(),
            origin: "https://apply.city.example".to_owned(),
            sends_sms: true,
        };
        let city = Self { world, app };
        for name in [LIN, CHEN] {
            city.sign_in(name);
        }
        city
    }

    /// Signs `name` in anew, with the token they always have.
    pub fn sign_in(&self, name: &str) {
        self.sign_in_at(name, Assurance::Certificate);
    }

    /// The same, when the identity provider is only so sure.
    pub fn sign_in_at(&self, name: &str, assurance: Assurance) {
        let (world, store) = (&self.world, &*self.world.store);
        let session = Session { assurance, ..samples::session(name, world.ambient.now()) };
        run(&world.gate, sessions::end(store, &token(name))).unwrap().unwrap();
        run(&world.gate, sessions::start(store, &token(name), &session)).unwrap().unwrap();
    }

    pub fn send(&self, call: &Call) -> Answer {
        self.handle(call.request())
    }

    /// Handles an event as Lambda hands it over.
    pub fn event(&self, event: &Value) -> Answer {
        self.handle(lambda_http::request::from_str(&event.to_string()).unwrap())
    }

    fn handle(&self, request: Request) -> Answer {
        Answer::of(&run(&self.world.gate, submission::handle(&self.app, request)).unwrap())
    }

    /// Everything that is stored, sessions apart: what a refusal must leave as it was.
    pub fn stored(&self) -> String {
        let mut rows = self.world.store.snapshot();
        rows.retain(|(table, ..), _| *table != platform::keys::Table::Sessions);
        format!("{rows:?} {:?}", self.world.objects.keys())
    }

    /// Which ports `call` uses, in order.
    pub fn ports_of(&self, call: &Call) -> (Answer, Vec<Site>) {
        self.world.gate.record();
        let answer = self.send(call);
        (answer, self.world.gate.trace().into_iter().map(|passed| passed.site).collect())
    }

    /// Lets the relay's copy of the files happen.
    pub fn file_documents(&self, draft: &str, case: &str) {
        let objects = &self.world.objects;
        for key in objects.keys() {
            if let Some(upload) = key.strip_prefix(&format!("quarantine/{draft}/")) {
                let to = format!("cases/{case}/{upload}");
                run(&self.world.gate, platform::ports::Objects::copy(&**objects, key.clone(), to))
                    .unwrap()
                    .unwrap();
            }
        }
    }
}

/// A request id by number.
pub fn key(number: u8) -> String {
    RequestId::from_bytes([number; 16]).to_string()
}
