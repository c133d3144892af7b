//! A refund on its way: the officers who deal with it, and the steps up to the provider.

use anyhow::{Context as _, Result};
use reqwest::Method;
use serde_json::{Value, json};

use crate::city::City;
use crate::page::Page;
use crate::person::{Attachment, PDF, Person, request_id};
use crate::steps;
use crate::till::{Till, apply_with_fee, begin, shows};

/// The officers of 商業處 through whose hands money goes back.
pub struct Counter {
    pub cashier: Person,
    pub accountant: Person,
}

impl Counter {
    pub async fn open(city: &City) -> Result<Self> {
        Ok(Self {
            cashier: Person::sign_in(city, "cashier.commerce").await?,
            accountant: Person::sign_in(city, "accountant.commerce").await?,
        })
    }

    /// Withdraws a case that was paid by card, and has its fee agreed to be paid back and sent to the
    /// provider; gives the case.
    pub async fn sends_back(&mut self, till: &Till, person: &mut Person) -> Result<String> {
        let case = apply_with_fee(person).await?;
        let order = begin(person, &case, "ecpay_aio", "card").await?;
        till.press(&order, "pay", &json!({})).await?;
        shows(person, &case, "posted").await?;
        steps::withdraw(person, &case).await?.expect(200)?;
        let fees = shows(person, &case, "refund_due").await?;
        let seen = work(&mut self.cashier, &case).await?;
        let trade_no = &seen["fee"]["payments"][0]["trade_no"];
        let asked = json!({ "provider": "ecpay_aio", "trade_no": trade_no, "amount": fees["refundable"],
            "ground": "withdrawn", "reason": "申請人撤回" });
        command(&mut self.cashier, &case, "request_refund", asked).await?.expect(200)?;
        let now = jiff::Timestamp::now().checked_sub(jiff::SignedDuration::from_mins(1))?;
        let contact = json!({ "refund": 1, "when": now, "how": "telephone", "result": "請檢附證明" });
        command(&mut self.cashier, &case, "log_contact", contact).await?.expect(200)?;
        prove(person, &case).await?;
        command(&mut self.accountant, &case, "accept_refund", json!({ "refund": 1 })).await?.expect(200)?;
        let sent = json!({ "refund": 1, "route": "provider" });
        command(&mut self.cashier, &case, "submit_refund", sent).await?.expect(200)?;
        Ok(case)
    }
}

/// Seconds by which a city's clock is put forward so that it is not the quarter of an hour in which 綠界
/// captures, and takes no action (20:15 in Taipei).
#[must_use]
pub fn past_the_capture() -> &'static str {
    let taipei = jiff::tz::Offset::constant(8).to_datetime(jiff::Timestamp::now());
    let (from, until) = (jiff::civil::time(20, 10, 0, 0), jiff::civil::time(20, 31, 0, 0));
    if (from..until).contains(&taipei.time()) { "3600" } else { "0" }
}

/// The applicant brings proof of payment, by the page.
async fn prove(person: &mut Person, case: &str) -> Result<()> {
    let page = person.get(&format!("/cases/{case}/pay")).await?.expect(200)?;
    let form = page.form("/refunds/1/proof")?;
    let proof =
        Attachment { requirement: "", name: "收據.pdf", content_type: "application/pdf", bytes: PDF };
    person.attach(&form, &proof).await?.expect(303)?;
    Ok(())
}

/// What an officer sees of a case.
pub async fn work(officer: &mut Person, case: &str) -> Result<Value> {
    officer.api(Method::GET, &format!("/api/work/{case}"), None, None).await?.expect(200)?.json()
}

/// A command of an officer on the case as it is now.
pub async fn command(officer: &mut Person, case: &str, name: &str, mut body: Value) -> Result<Page> {
    let version = work(officer, case).await?["version"].clone();
    body.as_object_mut().context("a body")?.insert("version".to_owned(), version);
    officer.api(Method::POST, &format!("/api/work/{case}/{name}"), Some(&request_id()), Some(&body)).await
}
