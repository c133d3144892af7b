//! The functions on one world, started the way Lambda starts them.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use domain::refusal::FeeReading;
use domain::taipei;
use jiff::{SignedDuration, Timestamp};
use platform::agencies::AgencyCache;
use platform::calendars::CalendarCache;
use platform::catalogue::ItemCache;
use platform::codec::people;
use platform::keys::Key;
use platform::ports::Ambient;
use platform::row::Row;
use platform::{catalogue as items, sessions};
use testkit::bank;
use testkit::faults::run;
use testkit::http::token;
use testkit::samples;
use testkit::store::Place;
use testkit::world::World;

use crate::bookings;
use crate::bugs::{self, Bug};
use crate::delivery::Streams;
use crate::invariants::absences;
use crate::mails::Mails;
use crate::people::{Answered, Asking, Service, Wish};
use crate::till::{self, Till};

const ORIGIN: &str = "https://window.example";

/// One warm instance of every function.
pub struct Apps {
    pub catalogue: catalogue::App,
    pub submission: submission::App,
    pub casework: casework::App,
    pub booking: booking::App,
    pub relay: event_relay::App,
    pub timer: deadline_timer::App,
    pub notification: notification::App,
    pub reminder: correction_reminder::App,
    pub feedback: notification_feedback::App,
    pub callback: payment_callback::App,
    pub posting: payment_posting::App,
    pub reconciliation: payment_reconciliation::App,
}

impl Apps {
    /// New instances, whose clocks are `skew` away from the true time.
    pub fn start(world: &World, bug: Option<Bug>, skew: SignedDuration) -> Self {
        let store = bugs::store(world, bug);
        let ambient: Arc<dyn Ambient> = Arc::new(Skewed { ambient: Arc::clone(&world.ambient), skew });
        Self {
            catalogue: catalogue::App {
                store: Arc::clone(&store),
                ambient: Arc::clone(&ambient),
                calendars: CalendarCache::default(),
            },
            submission: submission::App {
                store: Arc::clone(&store),
                ambient: Arc::clone(&ambient),
                objects: world.objects.clone(),
                items: ItemCache::default(),
                calendars: CalendarCache::default(),
                accounts: bank::accounts(),
                providers: world.bank.clone(),
                origin: ORIGIN.to_owned(),
                sends_sms: true,
            },
            casework: casework::App {
                store: Arc::clone(&store),
                ambient: Arc::clone(&ambient),
                objects: world.objects.clone(),
                items: ItemCache::default(),
                calendars: CalendarCache::default(),
                agencies: AgencyCache::default(),
                registers: Some(world.registers.clone()),
                fee_reading: FeeReading::default(),
                public_origin: ORIGIN.to_owned(),
            },
            booking: booking::App {
                store: bugs::counter::store(world, bug),
                queue: bugs::queue(world, bug),
                ambient: bugs::counter::ambient(&ambient, bug),
                items: ItemCache::default(),
                calendars: CalendarCache::default(),
            },
            relay: event_relay::App {
                store: Arc::clone(&store),
                queue: bugs::queue(world, bug),
                reminders: world.reminders.clone(),
                postings: bugs::money::postings(world, bug),
                objects: bugs::objects(world, bug),
                ambient: Arc::clone(&ambient),
            },
            timer: deadline_timer::App {
                store: Arc::clone(&store),
                ambient: bugs::timer_ambient(&ambient, bug),
            },
            notification: notification::App {
                store: bugs::notification_store(world, bug),
                mailer: bugs::mailer(world, bug),
                messenger: Some(world.messenger.clone()),
                ambient: Arc::clone(&ambient),
                public_origin: ORIGIN.to_owned(),
            },
            reminder: correction_reminder::App {
                store: bugs::store(world, bug),
                mailer: bugs::mailer(world, bug),
                messenger: Some(world.messenger.clone()),
                ambient: Arc::clone(&ambient),
                public_origin: ORIGIN.to_owned(),
            },
            feedback: notification_feedback::App {
                store: bugs::feedback_store(world, bug),
                ambient: Arc::clone(&ambient),
                calendars: CalendarCache::default(),
            },
            callback: payment_callback::App {
                store: bugs::money::callback_store(world, bug),
                ambient: Arc::clone(&ambient),
                accounts: bank::accounts(),
            },
            posting: payment_posting::App {
                store: bugs::money::store(world, bug),
                ambient: Arc::clone(&ambient),
                calendars: CalendarCache::default(),
            },
            reconciliation: payment_reconciliation::App {
                store: bugs::money::store(world, bug),
                ambient,
                providers: bugs::money::providers(world, bug),
                accounts: bank::accounts(),
                calendars: CalendarCache::default(),
            },
        }
    }
}

struct Skewed {
    ambient: Arc<testkit::ambient::ManualAmbient>,
    skew: SignedDuration,
}

impl Ambient for Skewed {
    fn now(&self) -> Timestamp {
        let now = self.ambient.now();
        now.checked_add(self.skew).unwrap_or(now)
    }

    fn random(&self) -> [u8; 32] {
        self.ambient.random()
    }
}

/// What somebody asked and the answer they got in the end.
#[derive(Debug, Clone)]
pub struct Exchange {
    pub asking: Asking,
    pub answered: Answered,
}

/// A world, the functions on it, and everything a check needs to know of what happened.
pub struct City {
    pub world: World,
    pub bug: Option<Bug>,
    pub apps: Arc<Apps>,
    pub streams: Streams,
    pub mails: Mails,
    pub till: Till,
    pub exchanges: Vec<Exchange>,
    /// Requests at a counter that were refused although they had been carried out.
    pub denied: Vec<Exchange>,
    signed_in: BTreeMap<Arc<str>, Timestamp>,
}

impl City {
    pub fn new(seed: u64, bug: Option<Bug>) -> Self {
        let world = world(seed);
        let apps = Arc::new(Apps::start(&world, bug, SignedDuration::ZERO));
        Self {
            world,
            bug,
            apps,
            streams: Streams::default(),
            mails: Mails::default(),
            till: Till::default(),
            exchanges: Vec::new(),
            denied: Vec::new(),
            signed_in: BTreeMap::new(),
        }
    }

    /// The instances died; others take over.
    pub fn restart(&mut self, skew: SignedDuration) {
        self.apps = Arc::new(Apps::start(&self.world, self.bug, skew));
    }

    pub fn now(&self) -> Timestamp {
        self.world.ambient.now()
    }

    /// Sees to it that somebody is signed in: not what this is about, so no port call.
    pub fn sign_in(&mut self, subject: &Arc<str>) {
        let now = self.now();
        let fresh = |since: &Timestamp| now.duration_since(*since) < SignedDuration::from_mins(4);
        if self.signed_in.get(subject).is_some_and(fresh) {
            return;
        }
        self.signed_in.insert(Arc::clone(subject), now);
        let hash = sessions::token_hash(&token(subject));
        let expires = now.checked_add(sessions::ABSOLUTE).expect("an instant");
        let mut session = samples::session(subject, now);
        if let Some(officer) = &mut session.officer {
            absences::lend(&absences::recorded(&self.world), officer, now);
        }
        let row = people::encode_session(hash, &session, expires);
        self.world.store.plant(&Key::Session(hash), row.expect("a sound session"));
    }

    /// Sends a request once; `None` when the function died over it.
    pub fn send(&mut self, asking: &Asking) -> Option<Answered> {
        self.sign_in(&asking.subject);
        let apps = Arc::clone(&self.apps);
        let response = run(&self.world.gate, call(&apps, asking));
        if response.is_none() {
            self.restart(SignedDuration::ZERO);
        }
        response
    }

    /// Sends a request until it is answered, and notes the answer.
    pub fn ask(&mut self, asking: &Asking) -> Answered {
        for _ in 0..50 {
            match self.send(asking) {
                Some(answered) if !answered.is_trouble() => {
                    self.note(asking.clone(), answered.clone());
                    return answered;
                }
                _ => {}
            }
        }
        panic!("never answered: {asking:?}");
    }

    /// Notes an answer; the file that an announcement allows is put at once.
    pub fn note(&mut self, asking: Asking, answered: Answered) {
        if matches!(asking.wish, Wish::Announce { .. } | Wish::AnnounceAnswer { .. })
            && answered.is_success()
            && let Some(url) = answered.body["url"].as_str()
        {
            assert!(self.world.objects.upload(url, "application/pdf", samples::PDF), "the ticket holds");
        }
        let exchange = Exchange { asking, answered };
        if matches!(exchange.asking.wish, Wish::Counter(_))
            && !exchange.answered.is_success()
            && bookings::all(&self.world).iter().any(|booking| exchange.asking.has_made(booking))
        {
            self.denied.push(exchange.clone());
        }
        self.exchanges.push(exchange);
    }
}

/// A world with the samples, a contract under which fees can be paid, and places to book a time at.
fn world(seed: u64) -> World {
    static ROWS: OnceLock<BTreeMap<Place, Row>> = OnceLock::new();
    let rows = ROWS.get_or_init(|| {
        let world = World::with_samples(samples::morning(), seed);
        let contracts = serde_json::from_value(till::contracts()).expect("an import");
        let today = taipei::day_of(samples::morning());
        let import = items::import(&*world.store, contracts, samples::PROVIDER, today);
        run(&world.gate, import).expect("no crash is planned").expect("the contracts are sound");
        let import = items::import(&*world.store, bookings::import(), samples::PROVIDER, today);
        run(&world.gate, import).expect("no crash is planned").expect("the places are sound");
        world.store.snapshot()
    });
    let world = World::new(samples::morning(), seed);
    world.store.restore(rows);
    world
}

/// One request, in the function it belongs to.
pub async fn call(apps: &Apps, asking: &Asking) -> Answered {
    let request = asking.request();
    let response = match asking.service() {
        Service::Submission => submission::handle(&apps.submission, request).await,
        Service::Casework => casework::handle(&apps.casework, request).await,
        Service::Catalogue => catalogue::handle(&apps.catalogue, request).await,
        Service::Booking => booking::handle(&apps.booking, request).await,
    };
    Answered::of(response)
}
