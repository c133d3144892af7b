//! A payment provider in memory, which speaks like GOV.UK Pay: orders are created and asked about over
//! the port, people pay from outside, and its callbacks are signed here, by code of its own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use domain::payment::OrderNo;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use payment::{Account, Call, Method, Reply};
use platform::accounts::Accounts;
use platform::fault::Fault;
use platform::ports::{Ambient, Answer, Providers};
use secrecy::SecretString;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::ambient::ManualAmbient;
use crate::faults::{Gate, Site};

/// Our number at the bank.
pub const MERCHANT: &str = "taipei";
const ORIGIN: &str = "https://bank.example";
const WEBHOOK_SECRET: &str = "a secret between the bank and us";
const API_KEY: &str = "api_test_0123456789abcdef";
/// How long somebody can pay on a page.
const PAGE_LASTS: SignedDuration = SignedDuration::from_mins(90);

/// The city's accounts: one, with this bank.
#[must_use]
pub fn accounts() -> Accounts {
    let keys = json!({ "webhook_secret": WEBHOOK_SECRET, "api_key": API_KEY });
    let account = json!({ "provider": "govuk_pay", "merchant": MERCHANT, "current": keys });
    let file = json!({ "stage": "local", "origin": ORIGIN, "accounts": [account] });
    let accounts = Account::read_all(&SecretString::from(file.to_string()));
    Accounts::new(accounts.expect("a sound account"))
}

#[derive(Debug, Clone)]
struct Payment {
    id: String,
    order_no: String,
    /// Hundredths of a dollar.
    cents: u64,
    made_at: Timestamp,
    paid_at: Option<Timestamp>,
    failed: bool,
    refunds: Vec<u64>,
}

/// A payment as the books of the bank have it. Amounts are in whole dollars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    pub id: String,
    pub order_no: String,
    pub amount: u64,
    pub paid: bool,
    /// What was paid back of it, one by one.
    pub refunds: Vec<u64>,
}

#[derive(Default)]
struct Inner {
    payments: BTreeMap<String, Payment>,
    silent: bool,
    /// How often it was asked to pay back.
    told_to_pay_back: usize,
}

pub struct MemoryBank {
    gate: Arc<Gate>,
    ambient: Arc<ManualAmbient>,
    inner: Mutex<Inner>,
}

impl MemoryBank {
    #[must_use]
    pub fn new(gate: Arc<Gate>, ambient: Arc<ManualAmbient>) -> Self {
        Self { gate, ambient, inner: Mutex::default() }
    }

    /// Answers nothing from now on, or again.
    pub fn set_silent(&self, silent: bool) {
        self.inner.lock().unwrap().silent = silent;
    }

    /// The orders the bank knows, by number.
    pub fn orders(&self) -> Vec<String> {
        self.inner.lock().unwrap().payments.values().map(|payment| payment.order_no.clone()).collect()
    }

    /// Somebody pays an order, now; `false` when there is none or it was paid.
    pub fn pay(&self, order_no: &OrderNo) -> bool {
        let now = self.ambient.now();
        self.change(order_no, |payment| {
            let first = payment.paid_at.is_none();
            payment.paid_at.get_or_insert(now);
            first
        })
    }

    /// An attempt comes to nothing.
    pub fn fail(&self, order_no: &OrderNo) -> bool {
        self.change(order_no, |payment| {
            payment.failed = payment.paid_at.is_none();
            payment.failed
        })
    }

    /// Somebody pays on the page that the bank gave for a payment, now; `false` when it was paid, and when
    /// the page is too old.
    pub fn pay_on(&self, page: &str) -> bool {
        let now = self.ambient.now();
        self.change_on(page, |payment| {
            let open = payment.paid_at.is_none() && now.duration_since(payment.made_at) <= PAGE_LASTS;
            payment.paid_at = payment.paid_at.or_else(|| open.then_some(now));
            open
        })
    }

    /// An attempt on this page comes to nothing.
    pub fn fail_on(&self, page: &str) -> bool {
        self.change_on(page, |payment| {
            payment.failed = payment.paid_at.is_none();
            payment.failed
        })
    }

    fn change_on(&self, page: &str, change: impl FnOnce(&mut Payment) -> bool) -> bool {
        self.inner.lock().unwrap().payments.get_mut(id_on(page)).is_some_and(change)
    }

    /// The bank believes in another amount than it was asked for, in whole dollars.
    pub fn tamper(&self, order_no: &OrderNo, dollars: u32) -> bool {
        self.change(order_no, |payment| {
            payment.cents = u64::from(dollars) * 100;
            true
        })
    }

    fn change(&self, order_no: &OrderNo, change: impl FnOnce(&mut Payment) -> bool) -> bool {
        let mut inner = self.inner.lock().unwrap();
        let found = inner.payments.values_mut().find(|payment| payment.order_no == order_no.as_str());
        found.is_some_and(change)
    }

    /// What was paid back of everything, in whole dollars.
    pub fn paid_back(&self) -> u64 {
        let inner = self.inner.lock().unwrap();
        inner.payments.values().flat_map(|payment| &payment.refunds).sum::<u64>() / 100
    }

    /// How often it was asked to pay back, whatever it answered.
    pub fn told_to_pay_back(&self) -> usize {
        self.inner.lock().unwrap().told_to_pay_back
    }

    /// Every payment, as the bank knows it.
    pub fn books(&self) -> Vec<Book> {
        let inner = self.inner.lock().unwrap();
        let book = |payment: &Payment| Book {
            id: payment.id.clone(),
            order_no: payment.order_no.clone(),
            amount: payment.cents / 100,
            paid: payment.paid_at.is_some(),
            refunds: payment.refunds.iter().map(|cents| cents / 100).collect(),
        };
        inner.payments.values().map(book).collect()
    }

    /// The callback about an order as it stands: body and signature.
    pub fn callback(&self, order_no: &OrderNo) -> Option<(String, String)> {
        let inner = self.inner.lock().unwrap();
        let payment = inner.payments.values().find(|payment| payment.order_no == order_no.as_str())?;
        Some(self.message(payment))
    }

    /// The same for the payment on a page, with the number of its order before it.
    pub fn callback_of(&self, page: &str) -> Option<(String, String, String)> {
        let inner = self.inner.lock().unwrap();
        let payment = inner.payments.get(id_on(page))?;
        let (body, signature) = self.message(payment);
        Some((payment.order_no.clone(), body, signature))
    }

    fn message(&self, payment: &Payment) -> (String, String) {
        let kind = match (payment.paid_at, payment.failed) {
            (Some(_), _) => "card_payment_captured",
            (None, true) => "card_payment_failed",
            (None, false) => "card_payment_started",
        };
        let created = payment.paid_at.unwrap_or_else(|| self.ambient.now());
        let message = json!({
            "webhook_message_id": format!("{}-{kind}", payment.id),
            "created_date": created.to_string(),
            "resource_id": payment.id,
            "resource_type": "payment",
            "event_type": kind,
            "resource": shown(payment),
        });
        let body = message.to_string();
        let signature = sign(&body);
        (body, signature)
    }

    fn answer(&self, call: &Call) -> Reply {
        let path = call.url.strip_prefix(ORIGIN).unwrap_or_default();
        let parts: Vec<&str> = path.split('/').skip_while(|part| *part != "payments").skip(1).collect();
        let body: Value = serde_json::from_slice(&call.body).unwrap_or(Value::Null);
        let mut inner = self.inner.lock().unwrap();
        let (status, body) = match (call.method, parts.as_slice()) {
            (Method::Post, []) => (201, create(&mut inner.payments, &body, self.ambient.now())),
            (Method::Get, [id]) => found(inner.payments.get(*id).map(shown)),
            (Method::Get, [id, "refunds"]) => found(inner.payments.get(*id).map(refunds)),
            (Method::Post, [id, "refunds"]) => {
                inner.told_to_pay_back += 1;
                match inner.payments.get_mut(*id) {
                    Some(payment) => pay_back(payment, &body),
                    None => (404, json!({})),
                }
            }
            _ => (404, json!({})),
        };
        Reply { status, body: body.to_string().into_bytes() }
    }
}

fn found(body: Option<Value>) -> (u16, Value) {
    body.map_or((404, json!({})), |body| (200, body))
}

/// The payment that a page is for.
fn id_on(page: &str) -> &str {
    page.rsplit('/').next().unwrap_or_default()
}

fn create(payments: &mut BTreeMap<String, Payment>, body: &Value, made_at: Timestamp) -> Value {
    let id = format!("pay{:04}", payments.len() + 1);
    let order_no = body["reference"].as_str().unwrap_or_default().to_owned();
    let cents = body["amount"].as_u64().unwrap_or_default();
    let payment = Payment {
        id: id.clone(),
        order_no,
        cents,
        made_at,
        paid_at: None,
        failed: false,
        refunds: Vec::new(),
    };
    let mut shown = shown(&payment);
    shown["_links"] =
        json!({ "next_url": { "href": format!("{ORIGIN}/govuk_pay/secure/{id}"), "method": "GET" } });
    payments.insert(id, payment);
    shown
}

fn shown(payment: &Payment) -> Value {
    let status = match (payment.paid_at, payment.failed) {
        (Some(_), _) => "success",
        (None, true) => "failed",
        (None, false) => "started",
    };
    let mut settlement = json!({});
    if let Some(at) = payment.paid_at {
        settlement = json!({ "capture_submit_time": at.to_string(), "captured_date": &at.to_string()[..10] });
    }
    json!({
        "payment_id": payment.id,
        "reference": payment.order_no,
        "amount": payment.cents,
        "state": { "status": status, "finished": status != "started" },
        "payment_provider": "worldpay",
        "settlement_summary": settlement,
    })
}

fn pay_back(payment: &mut Payment, body: &Value) -> (u16, Value) {
    let amount = body["amount"].as_u64().unwrap_or_default();
    let left = payment.cents - payment.refunds.iter().sum::<u64>();
    // What should be left of it may be said, and must then be so.
    let said = body.get("refund_amount_available");
    if payment.paid_at.is_none() || amount > left || said.is_some_and(|said| *said != left) {
        return (412, json!({ "code": "P0604", "description": "Refund amount available mismatch" }));
    }
    payment.refunds.push(amount);
    (
        202,
        json!({ "refund_id": format!("{}r{}", payment.id, payment.refunds.len()), "amount": amount, "status": "success" }),
    )
}

fn refunds(payment: &Payment) -> Value {
    let entry = |amount: &u64| json!({ "amount": amount, "status": "success", "created_date": "2026-11-20T00:00:00.000Z" });
    json!({ "_embedded": { "refunds": payment.refunds.iter().map(entry).collect::<Vec<_>>() } })
}

fn sign(body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(WEBHOOK_SECRET.as_bytes()).expect("any length is a key");
    mac.update(body.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

impl Providers for MemoryBank {
    fn call(&self, call: Call) -> Answer<'_, Reply> {
        self.gate.call(Site::ProviderCall, move || {
            if self.inner.lock().unwrap().silent {
                return Err(Fault::Transient("no answer".to_owned()));
            }
            Ok(self.answer(&call))
        })
    }
}
