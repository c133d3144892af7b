//! A city in memory with places to book.

use booking::App;
use domain::booking::Booking;
use domain::id::{BookingId, RequestId};
use domain::taipei;
use jiff::Timestamp;
use platform::calendars::CalendarCache;
use platform::catalogue::{self, ItemCache};
use platform::codec::booking as codec;
use platform::keys::{Key, Table};
use platform::ports::Ambient;
use platform::sessions;
use serde_json::{Value, json};
use testkit::faults::{Progress, poll, run};
pub use testkit::http::{Answer, Call, hidden, token};
use testkit::samples;
use testkit::world::World;

pub const LIN: &str = "lin";
pub const CHEN: &str = "chen";
/// Who receives people at `parks-hall`.
pub const HANDLER: &str = samples::HANDLER;
/// Somebody of another agency.
pub const ELSEWHERE: &str = "economy-handler";
pub const ITEM: &str = "HR008";
pub const HALL: &str = "parks-hall";
/// Capacity of each slot of [`HALL`].
pub const CAPACITY: usize = 3;
/// A Friday, and the Monday after it.
pub const FRIDAY: &str = "2026-11-20";
pub const MONDAY: &str = "2026-11-23";

pub struct City {
    pub world: World,
    pub app: App,
}

/// What the function stands on in `world`.
pub fn app(world: &World) -> App {
    App {
        store: world.store.clone(),
        queue: world.notifications.clone(),
        ambient: world.ambient.clone(),
        items: ItemCache::default(),
        calendars: CalendarCache::default(),
    }
}

impl City {
    /// Thursday 19 November 2026, ten in the morning.
    pub fn new() -> Self {
        let world = World::with_samples(samples::morning(), 7);
        let import = serde_json::from_str(include_str!("places.json")).unwrap();
        let import = catalogue::import(&*world.store, import, samples::PROVIDER, samples::today());
        run(&world.gate, import).unwrap().unwrap();
        let city = Self { app: app(&world), world };
        for name in [LIN, CHEN, HANDLER, ELSEWHERE, samples::CASHIER] {
            city.sign_in(name);
        }
        city
    }

    /// Signs `name` in anew, with the token they always have.
    pub fn sign_in(&self, name: &str) {
        let (world, store) = (&self.world, &*self.world.store);
        let session = samples::session(name, world.ambient.now());
        run(&world.gate, sessions::end(store, &token(name))).unwrap().unwrap();
        run(&world.gate, sessions::start(store, &token(name), &session)).unwrap().unwrap();
    }

    /// Goes to another moment, at which everybody has signed in anew.
    pub fn go_to(&self, instant: &str) {
        self.world.ambient.set(at(instant));
        for name in [LIN, CHEN, HANDLER, ELSEWHERE, samples::CASHIER] {
            self.sign_in(name);
        }
    }

    pub fn send(&self, call: &Call) -> Answer {
        self.try_send(call).unwrap()
    }

    /// The answer, or `None` where the process died on the way.
    pub fn try_send(&self, call: &Call) -> Option<Answer> {
        run(&self.world.gate, booking::handle(&self.app, call.request()))
            .map(|response| Answer::of(&response))
    }

    pub fn tick(&self) -> Value {
        run(&self.world.gate, booking::tick(&self.app)).unwrap().unwrap()
    }

    /// The booking as it stands in the table.
    pub fn booking(&self, id: &str) -> Booking {
        let id: BookingId = id.parse().unwrap();
        codec::decode(self.world.store.peek(&Key::Booking(id)).unwrap()).unwrap()
    }

    /// Everything about bookings that is stored: what a refusal must leave as it was.
    pub fn stored(&self) -> String {
        let mut rows = self.world.store.snapshot();
        rows.retain(|(table, ..), _| matches!(table, Table::Bookings | Table::Notices));
        format!("{rows:?}")
    }
}

/// Handles every call in a process of its own, all of them at once: at each port call another has its turn.
pub fn at_once(world: &World, calls: &[Call], seed: u64) -> Vec<Answer> {
    let apps: Vec<App> = calls.iter().map(|_| app(world)).collect();
    world.gate.interleave();
    let requests = calls.iter().map(Call::request);
    let mut processes: Vec<_> =
        requests.zip(&apps).map(|(request, app)| Some(Box::pin(booking::handle(app, request)))).collect();
    let mut answers: Vec<Option<Answer>> = calls.iter().map(|_| None).collect();
    let mut random = testkit::ambient::Random::new(seed);
    while answers.iter().any(Option::is_none) {
        let turn = random.index(processes.len());
        let Some(process) = &mut processes[turn] else { continue };
        match poll(&world.gate, process.as_mut()) {
            Progress::Done(response) => {
                answers[turn] = Some(Answer::of(&response));
                processes[turn] = None;
            }
            Progress::Waiting => {}
            Progress::Crashed => panic!("no crash is planned"),
        }
    }
    answers.into_iter().flatten().collect()
}

/// An instant in Taipei: `2026-11-20 09:30`.
pub fn at(text: &str) -> Timestamp {
    let time: jiff::civil::DateTime = text.parse().unwrap();
    taipei::at(time.date(), time.time()).unwrap()
}

/// A request id by number.
pub fn key(number: u16) -> String {
    let [a, b] = number.to_be_bytes();
    RequestId::from_bytes([a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b]).to_string()
}

/// A request for a time at [`HALL`].
pub fn book(person: &str, day: &str, start: &str, number: u16) -> Call {
    let body = json!({ "item": ITEM, "place": HALL, "day": day, "start": start });
    Call::of("POST /api/bookings", &[]).by(person).key(&key(number)).json(&body)
}

/// The change of a booking to another time at [`HALL`].
pub fn change(person: &str, booking: &Value, day: &str, start: &str, number: u16) -> Call {
    let body = json!({ "version": booking["version"], "place": HALL, "day": day, "start": start });
    let id = booking["booking"].as_str().unwrap();
    let call = Call::of("POST /api/bookings/{booking}/change", &[("booking", id)]);
    call.by(person).key(&key(number)).json(&body)
}

pub fn cancel(person: &str, booking: &Value, number: u16) -> Call {
    let id = booking["booking"].as_str().unwrap();
    let call = Call::of("POST /api/bookings/{booking}/cancel", &[("booking", id)]);
    call.by(person).key(&key(number)).json(&json!({ "version": booking["version"] }))
}

/// `check-in` or `no-show` by staff.
pub fn record(person: &str, booking: &Value, command: &str, number: u16) -> Call {
    let id = booking["booking"].as_str().unwrap();
    let call = Call::of("POST /api/counter/{booking}/{command}", &[("booking", id), ("command", command)]);
    call.by(person).key(&key(number)).json(&json!({ "version": booking["version"] }))
}
