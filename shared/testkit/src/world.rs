//! Everything a process of the window touches, in memory, behind one gate.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use domain::apply;
use domain::case::Case;
use domain::event::Recorded;
use domain::taipei;
use jiff::{SignedDuration, Timestamp};
use platform::codec::case::{self, Loaded};
use platform::codec::event;
use platform::keys::Key;
use platform::ports::Store as _;
use platform::row::{Expect, Row, Transaction};
use platform::{audit, catalogue};

use crate::ambient::ManualAmbient;
use crate::bank::MemoryBank;
use crate::faults::{Gate, run};
use crate::mailer::MemoryMailer;
use crate::messenger::MemoryMessenger;
use crate::objects::MemoryObjects;
use crate::queue::{MemoryQueue, Settings};
use crate::registers::MemoryRegisters;
use crate::samples;
use crate::store::{MemoryStore, Place};

#[derive(Clone)]
pub struct World {
    pub gate: Arc<Gate>,
    pub ambient: Arc<ManualAmbient>,
    pub store: Arc<MemoryStore>,
    /// Notices to send.
    pub notifications: Arc<MemoryQueue>,
    /// Notices that only remind.
    pub reminders: Arc<MemoryQueue>,
    /// Words of payment providers to post.
    pub postings: Arc<MemoryQueue>,
    /// What the mail service tells of mail.
    pub feedback: Arc<MemoryQueue>,
    pub mailer: Arc<MemoryMailer>,
    pub messenger: Arc<MemoryMessenger>,
    pub bank: Arc<MemoryBank>,
    pub registers: Arc<MemoryRegisters>,
    pub objects: Arc<MemoryObjects>,
}

/// As in the template: six times the time a function has, and five tries.
const SETTINGS: Settings = Settings { visibility: SignedDuration::from_mins(3), max_receives: 5 };

impl World {
    /// An empty world at `now`.
    #[must_use]
    pub fn new(now: Timestamp, seed: u64) -> Self {
        let gate = Arc::new(Gate::default());
        let ambient = Arc::new(ManualAmbient::new(now, seed));
        let queue = || Arc::new(MemoryQueue::new(Arc::clone(&gate), Arc::clone(&ambient), SETTINGS));
        Self {
            store: Arc::new(MemoryStore::new(Arc::clone(&gate), Arc::clone(&ambient))),
            notifications: queue(),
            reminders: queue(),
            postings: queue(),
            feedback: queue(),
            mailer: Arc::new(MemoryMailer::new(Arc::clone(&gate), Arc::clone(&ambient))),
            messenger: Arc::new(MemoryMessenger::new(Arc::clone(&gate), Arc::clone(&ambient))),
            bank: Arc::new(MemoryBank::new(Arc::clone(&gate), Arc::clone(&ambient))),
            registers: Arc::new(MemoryRegisters::new(Arc::clone(&gate))),
            objects: Arc::new(MemoryObjects::new(Arc::clone(&gate))),
            gate,
            ambient,
        }
    }

    /// A world with the catalogue of [`samples`] in it.
    #[must_use]
    pub fn with_samples(now: Timestamp, seed: u64) -> Self {
        static ROWS: OnceLock<BTreeMap<Place, Row>> = OnceLock::new();
        let rows = ROWS.get_or_init(|| {
            let world = Self::new(now, seed);
            let import =
                catalogue::import(&*world.store, samples::import(), samples::PROVIDER, taipei::day_of(now));
            run(&world.gate, import).expect("no crash is planned").expect("the samples are sound");
            world.store.snapshot()
        });
        let world = Self::new(now, seed);
        world.store.restore(rows);
        world
    }

    /// Puts a case of this record in the store, and gives it.
    #[must_use]
    pub fn put(&self, record: &[Recorded]) -> Case {
        let case = apply::replay(record).expect("a sound record");
        let (mut head, mut transaction) = (audit::GENESIS, Transaction::default());
        for recorded in record {
            let (row, hash) = event::encode(recorded, head).expect("an event is encoded");
            head = hash;
            transaction = transaction.put(Key::Event(recorded.id), row, Expect::Absent);
        }
        let row = case::encode(&Loaded { case: case.clone(), head }).expect("a case is encoded");
        let write = self.store.write(transaction.put(Key::Case(case.id), row, Expect::Absent));
        run(&self.gate, write).expect("no crash is planned").expect("no fault is planned");
        case
    }
}
