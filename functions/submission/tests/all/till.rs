//! A case with a fee, contracts to pay it under, and what providers say of the payments.

use domain::access::Actor;
use domain::command::Command;
use domain::id::CaseId;
use domain::money::Twd;
use domain::payment::attempt::Attempt;
use domain::payment::command::MoneyCommand;
use domain::payment::ledger::{Ledger, Source};
use domain::payment::{Receipt, Word};
use domain::timer::TimerKind;
use payment::Account;
use platform::accounts::Accounts;
use platform::calendars::CalendarCache;
use platform::catalogue::{self, Import};
use platform::commit::{self, Asked};
use platform::ports::Ambient;
use platform::record::Record;
use serde_json::{Value, json};
use testkit::faults::run;
use testkit::samples;

use crate::support::{Answer, Call, City, LIN, consent_body, csrf, hidden, key};

/// Accounts with three providers: one is reached by a form, one is asked first, one gives a number.
pub fn accounts() -> Accounts {
    let account = |provider: &str, merchant: &str, keys: Value| json!({ "provider": provider, "merchant": merchant, "current": keys });
    let file = json!({ "stage": "local", "origin": "https://bank.example", "accounts": [
        account("ecpay_aio", "3002607", json!({ "hash_key": "pwFHCqoQZGmho4w6", "hash_iv": "EkRm7iFT261dpevs" })),
        account("govuk_pay", testkit::bank::MERCHANT, json!({
            "webhook_secret": "a secret between the bank and us", "api_key": "api_test_0123456789abcdef"
        })),
        account("paid_bill_list", "parks", json!({ "secret": "a secret of the platform" })),
        account("jkopay", "parks", json!({ "api_key": "api-key-of-the-wallet", "secret_key": "a secret of the wallet" })),
    ]});
    Accounts::new(Account::read_all(&file.to_string().into()).unwrap())
}

/// The contracts of `parks`: the wallet's has run out, with LINE Pay there is no account yet, and one is
/// for another item.
fn contracts() -> Value {
    let contract = |provider: &str, merchant: &str, means: &[&str], bearer: &str| {
        json!({ "agency": "parks", "provider": provider, "merchant": merchant, "account": "012-0000000",
                "means": means, "bearer": bearer, "from": "2026-01-01" })
    };
    let mut expired = contract("jkopay", "parks", &["wallet"], "agency");
    expired["until"] = json!("2026-11-18");
    let mut other = contract("standard_webhooks", "bank", &["atm"], "agency");
    other["items"] = json!(["PK001"]);
    json!([
        contract("ecpay_aio", "3002607", &["card", "atm", "store_code", "bill"], "agency"),
        contract("govuk_pay", testkit::bank::MERCHANT, &["card"], "payer"),
        contract("paid_bill_list", "parks", &["bill"], "agency"),
        contract("linepay_v3", "1656", &["wallet"], "agency"),
        expired,
        other,
    ])
}

pub struct Till {
    pub city: City,
    pub case: String,
}

impl Till {
    /// An application of Lin for a place in a park that costs NT$300, just filed.
    pub fn new() -> Self {
        Self::of("PK002")
    }

    pub fn of(item: &str) -> Self {
        let city = City::new();
        let import: Import = serde_json::from_value(json!({ "contracts": contracts() })).unwrap();
        let import = catalogue::import(&*city.world.store, import, samples::PROVIDER, samples::today());
        run(&city.world.gate, import).unwrap().unwrap();
        let body = json!({ "item": item, "version": 1, "answers": { "place": "大安森林公園" },
                           "consent": consent_body() });
        let filed = city.send(&Call::of("POST /api/cases", &[]).by(LIN).key(&key(200)).json(&body));
        let case = filed.json()["case"].as_str().unwrap().to_owned();
        Self { city, case }
    }

    pub fn call(&self, route: &str) -> Call {
        Call::of(route, &[("case", &self.case), ("refund", "1")])
    }

    pub fn page(&self) -> Answer {
        let answer = self.city.send(&self.call("GET /cases/{case}/pay").by(LIN));
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer
    }

    pub fn fees(&self) -> Value {
        self.city.send(&self.call("GET /api/cases/{case}/fees").by(LIN)).json()
    }

    /// The form of the page as it is, with a way chosen.
    pub fn form(&self, way: &str) -> Vec<(&'static str, String)> {
        let page = self.page().text;
        vec![
            ("csrf", csrf(LIN)),
            ("request", hidden(&page, "request")),
            ("amount", hidden(&page, "amount")),
            ("way", way.to_owned()),
        ]
    }

    pub fn pay(&self, form: &[(&'static str, String)]) -> Answer {
        let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.city.send(&self.call("POST /cases/{case}/pay").by(LIN).form(&fields))
    }

    pub fn id(&self) -> CaseId {
        self.case.parse().unwrap()
    }

    pub fn record(&self) -> Record {
        let record = commit::record(&*self.city.world.store, self.id());
        run(&self.city.world.gate, record).unwrap().unwrap().unwrap()
    }

    pub fn ledger(&self) -> Ledger {
        self.record().loaded.case.ledger
    }

    /// The newest attempt.
    pub fn attempt(&self) -> Attempt {
        self.ledger().attempts().last().unwrap().clone()
    }

    /// Somebody else than the applicant does something.
    pub fn does(&self, actor: Actor, command: &Command) {
        let (store, now) = (&*self.city.world.store, self.city.world.ambient.now());
        let number = self.record().loaded.case.version.0;
        let asked = Asked { actor, request: samples::request(u64::from(number)), seen: None };
        let done = async {
            let calendars = CalendarCache::default().current(store, now).await.unwrap();
            commit::carry_out(store, &calendars, self.id(), &asked, command, now).await
        };
        run(&self.city.world.gate, done).unwrap().unwrap();
    }

    pub fn money(&self, actor: Actor, command: MoneyCommand) {
        self.does(actor, &Command::Money(Box::new(command)));
    }

    /// The provider of the newest attempt says something of it.
    pub fn hears(&self, word: Word) {
        let Attempt { provider, order_no, .. } = self.attempt();
        self.money(Actor::System, MoneyCommand::Hear { provider, order_no, word, source: Source::Callback });
    }

    /// The newest attempt was paid.
    pub fn is_paid(&self, trade_no: &str) {
        let paid_at = self.city.world.ambient.now();
        let amount = self.attempt().amount;
        self.hears(Word::Paid(Receipt { trade_no: trade_no.to_owned(), amount, paid_at, simulated: false }));
    }

    /// Pays by the page, all the way.
    pub fn pays(&self, trade_no: &str) {
        let mut form = self.form("paid_bill_list.bill");
        form.push(("once_more", "yes".to_owned()));
        assert_eq!(self.pay(&form).status, 303);
        self.is_paid(trade_no);
    }

    /// The case is assigned, and its fee is set anew.
    pub fn fee_becomes(&self, amount: u32) {
        let (handler, reviewer) = (samples::staff(samples::HANDLER), samples::staff(samples::REVIEWER));
        let assign = Command::Assign { handler: Box::new(handler), reviewer: Box::new(reviewer) };
        self.does(samples::actor(samples::DISPATCHER), &assign);
        let (amount, reason) = (Twd(amount), "依收費標準重新核算".to_owned());
        let command = MoneyCommand::SetFee { amount, retained: Twd::ZERO, lines: Vec::new(), reason };
        self.money(samples::actor(samples::HANDLER), command);
    }

    /// The limit passes without a decision, and the window finds that out.
    pub fn runs_late(&self) {
        self.city.world.ambient.advance(jiff::SignedDuration::from_hours(24 * 20));
        self.city.sign_in(LIN);
        self.does(Actor::System, &Command::Fire(TimerKind::Overdue));
    }
}
