//! A city of one case, the functions that move its money, and the bank of the testkit.

use domain::access::{Actor, Officer};
use domain::agency::Role;
use domain::case::Case;
use domain::command::Command;
use domain::event::Request;
use domain::id::{CaseId, RequestId};
use domain::money::Twd;
use domain::payment::attempt::{Attempt, expiry};
use domain::payment::command::MoneyCommand;
use domain::payment::standing::Standing;
use domain::payment::{Means, OrderNo, Provider};
use jiff::{SignedDuration, Timestamp};
use lambda_http::http::Request as HttpRequest;
use lambda_http::{Body, RequestExt as _};
use payment::{At, Order, Start};
use platform::calendars::CalendarCache;
use platform::codec::order::key;
use platform::commit::{self, Asked, Done, Failure, Filing};
use platform::keys::Table;
use platform::payments;
use platform::ports::{Ambient as _, Providers as _};
use platform::record::Record;
use platform::row::Transaction;
use serde_json::{Value, json};
use testkit::bank::{self, MERCHANT};
use testkit::faults::run;
use testkit::queue::lambda_event;
use testkit::samples::{self, DISPATCHER, HANDLER, REVIEWER};
use testkit::stream::{self, Change};
use testkit::world::World;

pub const FEE: Twd = Twd(300);

pub struct Rig {
    pub world: World,
    pub case: CaseId,
    pub callback: payment_callback::App,
    posting: payment_posting::App,
    pub reconciliation: payment_reconciliation::App,
    relay: event_relay::App,
    requests: u64,
}

impl Rig {
    /// A case that is assigned, with a fee of [`FEE`] to pay.
    pub fn new() -> Self {
        let world = World::with_samples(samples::morning(), 11);
        let store = || world.store.clone();
        let callback = payment_callback::App {
            store: store(),
            ambient: world.ambient.clone(),
            accounts: bank::accounts(),
        };
        let posting = payment_posting::App {
            store: store(),
            ambient: world.ambient.clone(),
            calendars: CalendarCache::default(),
        };
        let reconciliation = payment_reconciliation::App {
            store: store(),
            ambient: world.ambient.clone(),
            providers: world.bank.clone(),
            accounts: bank::accounts(),
            calendars: CalendarCache::default(),
        };
        let relay = event_relay::App {
            store: store(),
            queue: world.notifications.clone(),
            reminders: world.reminders.clone(),
            postings: world.postings.clone(),
            objects: world.objects.clone(),
            ambient: world.ambient.clone(),
        };
        let case = opened(&world);
        let mut rig = Self { world, case, callback, posting, reconciliation, relay, requests: 0 };
        let (handler, reviewer) = (samples::staff(HANDLER), samples::staff(REVIEWER));
        let assign = Command::Assign { handler: Box::new(handler), reviewer: Box::new(reviewer) };
        rig.does(&samples::actor(DISPATCHER), &assign).unwrap();
        rig.sets_fee(FEE);
        rig
    }

    pub fn now(&self) -> Timestamp {
        self.world.ambient.now()
    }

    pub fn applicant() -> Actor {
        Actor::Applicant(samples::person("applicant"))
    }

    /// Carries a command out, under a request of its own.
    pub fn does(&mut self, actor: &Actor, command: &Command) -> Result<Done, Failure> {
        self.requests += 1;
        let request = Request { id: RequestId::derived(&[&self.requests.to_be_bytes()]), digest: [0; 32] };
        let asked = Asked { actor: actor.clone(), request, seen: None };
        let now = self.now();
        let done = async {
            let store = &*self.world.store;
            let calendars = self.posting.calendars.current(store, now).await?;
            commit::carry_out(store, &calendars, self.case, &asked, command, now).await
        };
        run(&self.world.gate, done).unwrap()
    }

    pub fn money(&mut self, actor: &Actor, command: MoneyCommand) -> Result<Done, Failure> {
        self.does(actor, &Command::Money(Box::new(command)))
    }

    pub fn sets_fee(&mut self, amount: Twd) {
        let (retained, lines, reason) = (Twd::ZERO, Vec::new(), "依收費標準".to_owned());
        let handler = samples::actor(HANDLER);
        self.money(&handler, MoneyCommand::SetFee { amount, retained, lines, reason }).unwrap();
    }

    /// The applicant sets out to pay what is outstanding: the attempt, and then the order at the bank.
    pub fn begins_to_pay(&mut self) -> OrderNo {
        let order_no = OrderNo::random(&self.world.ambient.random()[..20].try_into().unwrap());
        let made_at = self.now();
        let attempt = Attempt {
            order_no: order_no.clone(),
            provider: Provider::GovukPay,
            merchant: MERCHANT.to_owned(),
            means: Means::Card,
            amount: self.standing().outstanding(),
            made_at,
            expires_at: expiry(Means::Card, made_at),
        };
        let applicant = Self::applicant();
        self.money(&applicant, MoneyCommand::Pay(attempt.clone())).unwrap();
        let started = async {
            let accounts = bank::accounts();
            let account = accounts.get(Provider::GovukPay, MERCHANT).unwrap();
            let order = Order {
                order_no: &attempt.order_no,
                amount: attempt.amount,
                means: attempt.means,
                description: "規費",
                made_at,
                expires_at: attempt.expires_at,
                callback_url: "",
                return_url: "https://window.example/",
                reference: None,
            };
            let Start::Call(call) = account.start(&order, At { now: made_at, nonce: [0; 16] }).unwrap()
            else {
                panic!("the bank is called first");
            };
            let reply = self.world.bank.call(call).await.unwrap();
            let Start::Go { reference, .. } = account.started(&order, &reply).unwrap() else {
                panic!("the browser is sent on");
            };
            let row = payments::order(&*self.world.store, key(&attempt)).await.unwrap().unwrap();
            let row = platform::codec::order::Order { reference, ..row };
            assert!(payments::replace(&*self.world.store, row).await.unwrap());
        };
        run(&self.world.gate, started).unwrap();
        order_no
    }

    /// Puts the attempt of an order back among those to be asked about, now.
    pub fn forgets_to_settle(&self, order_no: &OrderNo) {
        let now = self.now();
        let case = self.loaded();
        let attempt = case.ledger.attempt(order_no).unwrap();
        let forgotten = async {
            let row = payments::order(&*self.world.store, key(attempt)).await.unwrap().unwrap();
            let row = platform::codec::order::Order { ask_at: Some(now), ..row };
            assert!(payments::replace(&*self.world.store, row).await.unwrap());
        };
        run(&self.world.gate, forgotten).unwrap();
    }

    /// The callback of the bank about an order, as it stands there.
    pub fn request(&self, order_no: &OrderNo) -> lambda_http::Request {
        let (body, signature) = self.world.bank.callback(order_no).unwrap();
        request(body.into(), &signature)
    }

    /// Delivers a callback; `None` when the function died over it.
    pub fn delivers(&self, request: lambda_http::Request) -> Option<(u16, String)> {
        let answer = run(&self.world.gate, payment_callback::handle(&self.callback, request))?;
        let body = String::from_utf8(answer.body().to_vec()).unwrap();
        Some((answer.status().as_u16(), body))
    }

    /// Lets `minutes` pass, with everything that runs by itself each minute; says how many ticks failed.
    pub fn passes(&mut self, minutes: u32) {
        for _ in 0..minutes {
            self.world.ambient.advance(SignedDuration::from_mins(1));
            self.ticks();
        }
    }

    /// Lets the stream of the payments bring everything there is, from the beginning.
    pub fn streams(&self) {
        let changes = self.world.store.changes(Table::Payments, 0, usize::MAX);
        let words: Vec<_> = changes.into_iter().filter(Change::is_new_word).collect();
        let records = serde_json::to_value(stream::lambda_event(&words)).unwrap();
        run(&self.world.gate, event_relay::handle(&self.relay, records)).unwrap().unwrap();
    }

    /// What runs by itself in one minute. What dies is tried again in the next.
    pub fn ticks(&mut self) {
        let gate = &self.world.gate;
        let tick = payment_reconciliation::handle(&self.reconciliation, json!({ "tick": true }));
        drop(run(gate, tick));
        drop(run(gate, event_relay::handle(&self.relay, json!({ "sweep": true }))));
        let messages = self.world.postings.receive(10, 0);
        if messages.is_empty() {
            return;
        }
        let response = run(gate, payment_posting::handle(&self.posting, lambda_event(&messages)));
        let failed = response.map(|response| response.batch_item_failures);
        for message in messages {
            let done = failed
                .as_ref()
                .is_some_and(|failed| failed.iter().all(|failure| failure.item_identifier != message.id));
            if done {
                self.world.postings.delete(&message.id);
            }
        }
    }

    pub fn invokes(&self, payload: Value) -> Value {
        run(&self.world.gate, payment_reconciliation::handle(&self.reconciliation, payload)).unwrap().unwrap()
    }

    pub fn record(&self) -> Record {
        run(&self.world.gate, commit::record(&*self.world.store, self.case)).unwrap().unwrap().unwrap()
    }

    pub fn loaded(&self) -> Case {
        self.record().loaded.case
    }

    pub fn standing(&self) -> Standing {
        self.loaded().ledger.standing()
    }

    /// How many events of a kind the case has.
    pub fn events(&self, code: &str) -> usize {
        self.record().events.iter().filter(|event| event.recorded.event.code() == code).count()
    }

    /// The kinds of the notices that are owed, in order.
    pub fn notices(&self) -> Vec<&'static str> {
        let notices = platform::notices::of_case(&*self.world.store, self.case);
        let notices = run(&self.world.gate, notices).unwrap().unwrap();
        notices.into_iter().map(|notice| notice.kind.code()).collect()
    }
}

/// The case of a new application.
pub fn opened(world: &World) -> CaseId {
    let now = samples::morning();
    let applicant = samples::applicant("applicant");
    let filing = Filing {
        agency: "parks".parse().unwrap(),
        person: applicant.person,
        request: samples::request(1),
        event: samples::submitted(applicant, now),
    };
    let opened = async {
        let calendars = CalendarCache::default().current(&*world.store, now).await.unwrap();
        commit::open(&*world.store, &calendars, filing, Transaction::default(), now).await
    };
    run(&world.gate, opened).unwrap().unwrap().loaded.case.id
}

/// A request to the endpoint of the bank.
pub fn request(body: Body, signature: &str) -> lambda_http::Request {
    let request = HttpRequest::builder()
        .method("POST")
        .uri(format!("https://window.example/payments/govuk_pay/{MERCHANT}/callback"))
        .header("pay-signature", signature)
        .header("content-type", "application/json")
        .body(body)
        .unwrap();
    let parameters = [("provider", "govuk_pay"), ("merchant", MERCHANT)];
    let parameters: std::collections::HashMap<String, String> =
        parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    request.with_path_parameters(parameters)
}

/// An officer of the agency that the samples have not.
pub fn officer(name: &str, role: Role) -> Actor {
    Actor::Officer(Officer {
        person: samples::person(name),
        agency: "parks".parse().unwrap(),
        roles: [role].into(),
        name: name.to_owned(),
        stands_in: std::collections::BTreeSet::new(),
    })
}
