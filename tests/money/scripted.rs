//! Providers that answer what the test says, where their answers being lost is the point.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use domain::id::CaseId;
use domain::money::Twd;
use domain::payment::attempt::{Attempt, expiry};
use domain::payment::{Means, OrderNo, Provider};
use jiff::{SignedDuration, Timestamp};
use lambda_http::RequestExt as _;
use payment::{Account, Call, Reply};
use payment_reconciliation::App;
use platform::accounts::Accounts;
use platform::calendars::CalendarCache;
use platform::codec::order::{self, Order, Payout, key};
use platform::fault::Fault;
use platform::keys::{Key, Table};
use platform::payments;
use platform::ports::{Ambient as _, Answer, Providers};
use platform::row::{Expect, Row, Transaction};
use secrecy::SecretString;
use serde_json::{Value, json};
use testkit::faults::run;
use testkit::samples;
use testkit::world::World;

use crate::rig::{Rig, opened};

/// Gives its replies in order, `None` standing for an answer that got lost, and remembers what was asked.
#[derive(Default)]
struct Script {
    replies: Mutex<VecDeque<Option<Reply>>>,
    asked: Mutex<Vec<String>>,
}

impl Script {
    fn says(&self, replies: impl IntoIterator<Item = Option<Reply>>) {
        self.replies.lock().unwrap().extend(replies);
    }

    /// What was asked since the last time: path and body.
    fn asked(&self) -> Vec<String> {
        assert_eq!(*self.replies.lock().unwrap(), [], "replies that nobody asked for");
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

fn ok(body: impl Into<String>) -> Reply {
    Reply { status: 200, body: body.into().into_bytes() }
}

impl Providers for Script {
    fn call(&self, call: Call) -> Answer<'_, Reply> {
        let path = call.url.strip_prefix("https://provider.example").unwrap();
        let body = String::from_utf8(call.body).unwrap();
        self.asked.lock().unwrap().push(format!("{path} {body}"));
        let reply = self.replies.lock().unwrap().pop_front().unwrap();
        Box::pin(async { reply.ok_or_else(|| Fault::Transient("cut off".to_owned())) })
    }
}

/// Reconciliation alone, with one account.
struct Desk {
    world: World,
    script: Arc<Script>,
    app: App,
    case: CaseId,
}

impl Desk {
    fn new(provider: Provider) -> Self {
        let world = World::with_samples(samples::morning(), 11);
        let case = opened(&world);
        Self::over(world, case, provider)
    }

    /// Beside a case that owes [`crate::rig::FEE`].
    fn with_fee(provider: Provider) -> Self {
        let rig = Rig::new();
        Self::over(rig.world, rig.case, provider)
    }

    fn over(world: World, case: CaseId, provider: Provider) -> Self {
        let script = Arc::<Script>::default();
        let app = App {
            store: world.store.clone(),
            ambient: world.ambient.clone(),
            providers: script.clone(),
            accounts: accounts(provider),
            calendars: CalendarCache::default(),
        };
        Self { world, script, app, case }
    }

    fn invokes(&self, payload: Value) -> Value {
        run(&self.world.gate, payment_reconciliation::handle(&self.app, payload)).unwrap().unwrap()
    }

    /// A tick, when a payout is no longer held by an earlier one.
    fn ticks(&self) -> Value {
        self.world.ambient.advance(SignedDuration::from_mins(20));
        self.invokes(json!({ "tick": true }))
    }

    fn writes(&self, transaction: Transaction) {
        run(&self.world.gate, self.app.store.write(transaction)).unwrap().unwrap();
    }

    /// An attempt to pay, under way at the provider.
    fn begins(&self, provider: Provider, seed: u8) -> Attempt {
        let attempt = attempt(provider, seed, self.world.ambient.now());
        self.writes(payments::begun(self.case, attempt.clone()).unwrap());
        attempt
    }

    fn order(&self, attempt: &Attempt) -> Order {
        let order = payments::order(&*self.app.store, key(attempt));
        run(&self.world.gate, order).unwrap().unwrap().unwrap()
    }

    fn change(&self, order: Order) {
        assert!(run(&self.world.gate, payments::replace(&*self.app.store, order)).unwrap().unwrap());
    }

    /// A refund of NT$300 that the provider is to be asked for.
    fn owes_back(&self, provider: Provider) {
        let sent_at = self.world.ambient.now();
        let payout = Payout {
            case: self.case,
            attempt: attempt(provider, 7, samples::morning()),
            trade_no: TRADE.to_owned(),
            amount: Twd(300),
            paid: Twd(300),
            before: Twd::ZERO,
            refund: 1,
            tried: false,
            sent_at,
            ask_at: Some(sent_at),
            version: 1,
        };
        let key = Key::Payout(key(&payout.attempt), 1);
        let row = order::encode_payout(&payout).unwrap();
        self.writes(Transaction::default().put(key, row, Expect::Absent));
    }

    fn payout(&self) -> Payout {
        self.payout_at(Provider::LinePay)
    }

    fn payout_at(&self, provider: Provider) -> Payout {
        let key = Key::Payout(key(&attempt(provider, 7, samples::morning())), 1);
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

fn merchant(provider: Provider) -> &'static str {
    if provider == Provider::EcpayAio { "3002607" } else { "1650000000" }
}

/// One account.
fn accounts(provider: Provider) -> Accounts {
    let keys = match provider {
        Provider::EcpayAio => json!({ "hash_key": "pwFHCqoQZGmho4w6", "hash_iv": "EkRm7iFT261dpevs" }),
        Provider::JkoPay => {
            json!({ "api_key": "k".repeat(32), "secret_key": "s".repeat(32) })
        }
        _ => json!({ "channel_secret": "f".repeat(32) }),
    };
    let account = json!({ "provider": provider.code(), "merchant": merchant(provider), "current": keys });
    let file = json!({ "stage": "local", "origin": "https://provider.example", "accounts": [account] });
    Accounts::new(Account::read_all(&SecretString::from(file.to_string())).unwrap())
}

const TRADE: &str = "2026112900000000001";

fn attempt(provider: Provider, seed: u8, made_at: Timestamp) -> Attempt {
    let means = if provider == Provider::EcpayAio { Means::Card } else { Means::Wallet };
    Attempt {
        order_no: OrderNo::random(&[seed; 20]),
        provider,
        merchant: merchant(provider).to_owned(),
        means,
        amount: Twd(300),
        made_at,
        expires_at: expiry(means, made_at),
    }
}

fn given_back(entries: &str) -> Reply {
    ok(format!(r#"{{"returnCode":"0000","info":[{{"transactionId":{TRADE},"refundList":[{entries}]}}]}}"#))
}

#[test]
fn a_look_that_was_cut_off_is_made_again_and_money_goes_back_once() {
    let desk = Desk::new(Provider::LinePay);
    desk.owes_back(Provider::LinePay);
    desk.script.says([None]);
    assert_eq!(desk.ticks()["failed"], 1);
    assert_eq!(desk.script.asked().len(), 1);
    assert!(!desk.payout().tried);
    desk.script.says([given_back(""), ok(r#"{"returnCode":"0000"}"#)].map(Some));
    assert_eq!(desk.ticks(), json!({ "asked": 1, "failed": 0 }));
    let asked = desk.script.asked();
    assert!(asked[0].starts_with("/linepay_v3/v3/payments?"), "{asked:?}");
    assert!(asked[1].starts_with(&format!("/linepay_v3/v3/payments/{TRADE}/refund")), "{asked:?}");
    assert_eq!((desk.heard(), desk.payout().ask_at), (1, None));
    assert_eq!(desk.ticks(), json!({ "asked": 0, "failed": 0 }));
}

#[test]
fn a_payout_whose_answer_got_lost_is_not_asked_for_again() {
    let desk = Desk::new(Provider::LinePay);
    desk.owes_back(Provider::LinePay);
    desk.script.says([Some(given_back("")), None]);
    assert_eq!(desk.ticks(), json!({ "asked": 1, "failed": 0 }));
    assert_eq!(desk.script.asked().len(), 2);
    assert!(desk.payout().tried);
    // A cashier looks at LINE Pay and records what came of it.
    assert_eq!((desk.heard(), desk.payout().ask_at), (0, None));
    assert_eq!(desk.ticks(), json!({ "asked": 0, "failed": 0 }));
}

/// Somebody gave back a part at the provider's own desk: no further look will fit.
#[test]
fn a_look_that_fits_nothing_is_for_people() {
    let desk = Desk::new(Provider::LinePay);
    desk.owes_back(Provider::LinePay);
    desk.script.says([Some(given_back(r#"{"refundAmount":-100}"#))]);
    assert_eq!(desk.ticks(), json!({ "asked": 1, "failed": 0 }));
    assert_eq!((desk.heard(), desk.payout().ask_at, desk.payout().tried), (1, None, false));
    assert_eq!(desk.ticks(), json!({ "asked": 0, "failed": 0 }));
}

#[test]
fn a_look_that_never_comes_to_anything_is_for_people_in_the_end() {
    let desk = Desk::new(Provider::LinePay);
    desk.owes_back(Provider::LinePay);
    for (hours, failed) in [(0, 1), (48, 1), (30, 0)] {
        desk.world.ambient.advance(SignedDuration::from_hours(hours));
        desk.script.says([None]);
        assert_eq!(desk.ticks()["failed"], failed, "after {hours} h");
    }
    assert_eq!((desk.heard(), desk.payout().ask_at), (0, None));
}

/// Neither does a provider that puts us off for ever keep a refund from being looked at.
#[test]
fn a_payout_that_is_put_off_again_and_again_is_for_people_in_the_end() {
    let desk = Desk::new(Provider::EcpayAio);
    desk.owes_back(Provider::EcpayAio);
    for hours in [0, 48, 30] {
        assert!(desk.payout_at(Provider::EcpayAio).ask_at.is_some(), "before {hours} h more");
        desk.world.ambient.advance(SignedDuration::from_hours(hours));
        desk.script.says([Some(Reply { status: 403, body: Vec::new() })]);
        assert_eq!(desk.ticks(), json!({ "asked": 1, "failed": 0 }));
    }
    assert_eq!((desk.heard(), desk.payout_at(Provider::EcpayAio).ask_at), (0, None));
}

#[test]
fn line_pay_is_told_to_take_the_money_only_while_it_is_owed() {
    let approved = || ok(r#"{"returnCode":"0110"}"#);
    for (owed, asked) in [(false, 1), (true, 2)] {
        let desk = if owed { Desk::with_fee(Provider::LinePay) } else { Desk::new(Provider::LinePay) };
        let attempt = desk.begins(Provider::LinePay, 7);
        desk.change(Order { reference: Some(TRADE.to_owned()), ..desk.order(&attempt) });
        desk.script.says([Some(approved())].into_iter().chain(owed.then_some(None)));
        desk.ticks();
        let calls = desk.script.asked();
        assert_eq!(calls.len(), asked, "{calls:?}");
        assert_eq!(calls.iter().any(|call| call.contains("/confirm")), owed, "{calls:?}");
        assert!(desk.order(&attempt).ask_at.is_some());
    }
}

/// The browser comes back from LINE Pay: that proves nothing, and is a good time to ask, however late.
#[test]
fn a_hint_brings_an_attempt_back_that_nobody_asks_about_any_more() {
    let desk = Desk::new(Provider::LinePay);
    let attempt = desk.begins(Provider::LinePay, 7);
    desk.change(Order { ask_at: None, ..desk.order(&attempt) });
    let callback = payment_callback::App {
        store: desk.world.store.clone(),
        ambient: desk.world.ambient.clone(),
        accounts: accounts(Provider::LinePay),
    };
    let path = "https://window.example/payments/linepay_v3/1650000000/callback";
    let returned = lambda_http::http::Request::builder()
        .uri(format!("{path}?transactionId={TRADE}&orderId={}", attempt.order_no))
        .body(lambda_http::Body::Empty)
        .unwrap();
    let parameters = [("provider", "linepay_v3"), ("merchant", "1650000000")];
    let parameters: HashMap<String, String> =
        parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let answer = payment_callback::handle(&callback, returned.with_path_parameters(parameters));
    let answer = run(&desk.world.gate, answer).unwrap();
    let place = answer.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!((answer.status().as_u16(), place), (303, format!("/cases/{}/pay", desk.case)));
    assert_eq!(desk.order(&attempt).ask_at, Some(desk.world.ambient.now()));
    assert_eq!(desk.heard(), 0);
}

/// A payment that takes its time is none that nobody made.
#[test]
fn an_attempt_that_is_being_processed_does_not_run_out() {
    let desk = Desk::new(Provider::JkoPay);
    let attempt = desk.begins(Provider::JkoPay, 7);
    let order_no = attempt.order_no.as_str();
    let says = |entry: &str| {
        let entry = format!(r#"{{"platform_order_id":"{order_no}",{entry}}}"#);
        ok(format!(r#"{{"result":"000","result_object":{{"transactions":[{entry}]}}}}"#))
    };
    for _ in 0..4 {
        desk.world.ambient.advance(SignedDuration::from_hours(48));
        desk.script.says([Some(says(r#""status":1"#))]);
        assert_eq!(desk.ticks(), json!({ "asked": 1, "failed": 0 }));
        assert!(desk.order(&attempt).ask_at.is_some());
    }
    desk.world.ambient.advance(SignedDuration::from_hours(48));
    desk.script.says([Some(says(
        r#""status":0,"tradeNo":"J1","final_price":"300","trans_time":"2026-11-29 10:00:00","currency":"TWD""#,
    ))]);
    desk.ticks();
    assert_eq!(desk.heard(), 1);
}

/// One answer that we ask too often holds for everything of that account, and for as long as it says.
#[test]
fn a_provider_that_wants_to_be_left_alone_is() {
    let desk = Desk::new(Provider::EcpayAio);
    for seed in [7, 8, 9] {
        desk.begins(Provider::EcpayAio, seed);
    }
    desk.script.says([Some(Reply { status: 403, body: Vec::new() }), None, None]);
    desk.ticks();
    // Those that were on their way already when it answered.
    let first = desk.script.asked.lock().unwrap().len();
    assert!((1..=3).contains(&first), "{first}");
    desk.script.replies.lock().unwrap().clear();
    desk.script.asked();
    assert_eq!(desk.ticks()["failed"], 0);
    assert_eq!(desk.script.asked(), Vec::<String>::new());
    desk.script.says([None, None, None]);
    desk.ticks();
    assert_eq!(desk.script.asked().len(), 3);
}

#[test]
fn each_hour_a_file_that_has_not_come_is_fetched() {
    let desk = Desk::new(Provider::EcpayAio);
    let heading = "廠商訂單編號,綠界訂單編號,付款日期,付款狀態,交易金額\n";
    let files = || {
        let fetched = desk.invokes(json!({ "files": {} }));
        desk.world.ambient.advance(SignedDuration::from_hours(1));
        (fetched["failed"].clone(), fetched["matched"].clone())
    };
    // One that cannot be had keeps no other away.
    desk.script.says([None]);
    assert_eq!(files(), (json!(1), json!([])));
    let order_no = OrderNo::random(&[7; 20]);
    desk.script.says([Some(ok(format!("{heading}{order_no},T1,2026-11-18 10:00:00,已付款,300\n")))]);
    let (failed, matched) = files();
    assert_eq!((failed, &matched[0]["findings"][0]["difference"]), (json!(0), &json!("recovered")));
    assert_eq!(desk.heard(), 1);
    let mut days = BTreeSet::from([matched[0]["day"].to_string()]);
    // Each day once, until nothing is lacking: the oldest are too old by then.
    let mut quiet = false;
    for _ in 0..40 {
        desk.script.says([Some(ok(heading))]);
        let (failed, matched) = files();
        assert_eq!(failed, json!(0));
        quiet = desk.script.replies.lock().unwrap().pop_front().is_some();
        if quiet {
            break;
        }
        assert!(days.insert(matched[0]["day"].to_string()), "{matched}");
    }
    assert!(quiet && days.len() >= 29, "{days:?}");
}
