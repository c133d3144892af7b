//! Providers that answer what the test says, where their answers being lost is the point.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use domain::id::CaseId;
use domain::money::Twd;
use domain::payment::attempt::{Attempt, expiry};
use domain::payment::{Means, OrderNo, Provider};
use domain::taipei;
use jiff::SignedDuration;
use payment::{Account, Call, Reply};
use payment_reconciliation::App;
use platform::accounts::Accounts;
use platform::calendars::CalendarCache;
use platform::codec::order::{self, Payout, key};
use platform::fault::Fault;
use platform::keys::{Key, Table};
use platform::ports::{Ambient as _, Answer, Providers};
use platform::row::{Expect, Row, Transaction};
use secrecy::SecretString;
use serde_json::{Value, json};
use testkit::faults::run;
use testkit::samples;
use testkit::world::World;

/// Gives its replies in order, `None` standing for an answer that got lost, and remembers what was asked.
#[derive(Default)]
struct Script {
    replies: Mutex<VecDeque<Option<String>>>,
    asked: Mutex<Vec<String>>,
}

impl Script {
    fn says(&self, replies: impl IntoIterator<Item = Option<String>>) {
        self.replies.lock().unwrap().extend(replies);
    }

    /// What was asked since the last time: path and body.
    fn asked(&self) -> Vec<String> {
        assert_eq!(*self.replies.lock().unwrap(), [], "replies that nobody asked for");
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

impl Providers for Script {
    fn call(&self, call: Call) -> Answer<'_, Reply> {
        let path = call.url.strip_prefix("https://provider.example").unwrap();
        let body = String::from_utf8(call.body).unwrap();
        self.asked.lock().unwrap().push(format!("{path} {body}"));
        let reply = self.replies.lock().unwrap().pop_front().unwrap();
        let reply = reply.map(|body| Reply { status: 200, body: body.into_bytes() });
        Box::pin(async { reply.ok_or_else(|| Fault::Transient("cut off".to_owned())) })
    }
}

/// Reconciliation alone, with one account.
struct Desk {
    world: World,
    script: Arc<Script>,
    app: App,
}

impl Desk {
    fn new(provider: &str, merchant: &str, keys: &Value) -> Self {
        let world = World::with_samples(samples::morning(), 11);
        let script = Arc::<Script>::default();
        let account = json!({ "provider": provider, "merchant": merchant, "current": keys });
        let file = json!({ "stage": "local", "origin": "https://provider.example", "accounts": [account] });
        let accounts = Account::read_all(&SecretString::from(file.to_string())).unwrap();
        let app = App {
            store: world.store.clone(),
            ambient: world.ambient.clone(),
            providers: script.clone(),
            accounts: Accounts::new(accounts),
            calendars: CalendarCache::default(),
        };
        Self { world, script, app }
    }

    fn invokes(&self, payload: Value) -> Value {
        run(&self.world.gate, payment_reconciliation::handle(&self.app, payload)).unwrap().unwrap()
    }

    /// A tick, when a payout is no longer held by an earlier one.
    fn ticks(&self) -> Value {
        self.world.ambient.advance(SignedDuration::from_mins(20));
        self.invokes(json!({ "tick": true }))
    }

    fn payout(&self) -> Payout {
        let key = Key::Payout(key(&attempt()), 1);
        let row = run(&self.world.gate, self.app.store.get(key)).unwrap().unwrap().unwrap();
        order::decode_payout(row).unwrap()
    }

    /// How many words of providers are kept.
    fn heard(&self) -> usize {
        let rows = self.world.store.rows(Table::Payments);
        let text = |row: &Row, name: &str| row[name].as_s().unwrap().clone();
        let key = |row| Key::of_stream(&text(row, "pk"), &text(row, "sk"));
        rows.iter().filter(|row| matches!(key(row), Some(Key::Heard(_)))).count()
    }
}

const TRADE: &str = "2026112900000000001";

fn attempt() -> Attempt {
    let made_at = samples::morning();
    Attempt {
        order_no: OrderNo::random(&[7; 20]),
        provider: Provider::LinePay,
        merchant: "1650000000".to_owned(),
        means: Means::Wallet,
        amount: Twd(300),
        made_at,
        expires_at: expiry(Means::Wallet, made_at),
    }
}

/// A refund of NT$300 that LINE Pay is to be asked for.
fn line_pay() -> Desk {
    let desk = Desk::new("linepay_v3", "1650000000", &json!({ "channel_secret": "f".repeat(32) }));
    let payout = Payout {
        case: CaseId::of_request(samples::person("applicant"), samples::request(1).id),
        attempt: attempt(),
        trade_no: TRADE.to_owned(),
        amount: Twd(300),
        paid: Twd(300),
        before: Twd::ZERO,
        refund: 1,
        tried: false,
        ask_at: Some(samples::morning()),
        version: 1,
    };
    let key = Key::Payout(key(&payout.attempt), 1);
    let put = Transaction::default().put(key, order::encode_payout(&payout).unwrap(), Expect::Absent);
    run(&desk.world.gate, desk.app.store.write(put)).unwrap().unwrap();
    desk
}

fn nothing_given_back() -> String {
    format!(r#"{{"returnCode":"0000","info":[{{"transactionId":{TRADE},"refundList":[]}}]}}"#)
}

#[test]
fn a_look_that_was_cut_off_is_made_again_and_money_goes_back_once() {
    let desk = line_pay();
    desk.script.says([None]);
    assert_eq!(desk.ticks()["failed"], 1);
    assert_eq!(desk.script.asked().len(), 1);
    assert!(!desk.payout().tried);
    desk.script.says([Some(nothing_given_back()), Some(r#"{"returnCode":"0000"}"#.to_owned())]);
    assert_eq!(desk.ticks(), json!({ "asked": 1, "failed": 0 }));
    let asked = desk.script.asked();
    assert!(asked[0].starts_with("/linepay_v3/v3/payments?"), "{asked:?}");
    assert!(asked[1].starts_with(&format!("/linepay_v3/v3/payments/{TRADE}/refund")), "{asked:?}");
    assert_eq!((desk.heard(), desk.payout().ask_at), (1, None));
    assert_eq!(desk.ticks(), json!({ "asked": 0, "failed": 0 }));
}

#[test]
fn a_payout_whose_answer_got_lost_is_not_asked_for_again() {
    let desk = line_pay();
    desk.script.says([Some(nothing_given_back()), None]);
    assert_eq!(desk.ticks(), json!({ "asked": 1, "failed": 0 }));
    assert_eq!(desk.script.asked().len(), 2);
    assert!(desk.payout().tried);
    // A cashier looks at LINE Pay and records what came of it.
    assert_eq!((desk.heard(), desk.payout().ask_at), (0, None));
    assert_eq!(desk.ticks(), json!({ "asked": 0, "failed": 0 }));
}

#[test]
fn files_that_could_not_be_fetched_are_fetched_with_the_next() {
    let keys = json!({ "hash_key": "pwFHCqoQZGmho4w6", "hash_iv": "EkRm7iFT261dpevs" });
    let desk = Desk::new("ecpay_aio", "3002607", &keys);
    let heading = "廠商訂單編號,綠界訂單編號,付款日期,付款狀態,交易金額\n";
    let empty = || Some(heading.to_owned());
    let today = taipei::day_of(desk.world.ambient.now());
    let day = |back: i64| taipei::plus_days(today, -back).unwrap();
    let asks_for =
        |asked: &str, back: i64| assert!(asked.contains(&format!("BeginDate={}", day(back))), "{asked}");
    // The second day's cannot be had: nobody asks for the rest of them now.
    desk.script.says([empty(), None]);
    assert_eq!(desk.invokes(json!({ "files": {} }))["failed"], 1);
    let asked = desk.script.asked();
    asks_for(&asked[0], 1);
    asks_for(&asked[1], 2);
    // It is there the next time, and has a payment nobody told us of.
    let order_no = OrderNo::random(&[7; 20]);
    let paid = format!("{heading}{order_no},T1,{} 10:00:00,已付款,300\n", day(2));
    desk.script.says([Some(paid)].into_iter().chain((3..=30).map(|_| empty())));
    let files = desk.invokes(json!({ "files": {} }));
    assert_eq!((&files["failed"], files["matched"].as_array().unwrap().len()), (&json!(0), 29));
    assert_eq!(files["matched"][0]["findings"][0]["difference"], "recovered");
    assert_eq!(desk.heard(), 1);
    asks_for(&desk.script.asked()[0], 2);
    // Nothing is lacking any more.
    assert_eq!(desk.invokes(json!({ "files": {} })), json!({ "matched": [], "failed": 0 }));
}
