//! Paying: an application with a fee, and the payment sandbox beside the city.

use anyhow::{Context as _, Result};
use reqwest::Method;
use serde_json::{Value, json};

use crate::city::{City, wait_for};
use crate::person::{Person, http_client, request_id};
use crate::steps;

/// The payment sandbox.
pub struct Till {
    address: String,
}

impl Till {
    /// The one beside `city`: its own, or the one that `CITY_PAYMENTS` names.
    pub fn of(city: &City) -> Self {
        let address =
            std::env::var("CITY_PAYMENTS").unwrap_or_else(|_| format!("{}/_local/pay", city.address));
        Self { address }
    }

    /// Does what a button of the sandbox does with an order.
    pub async fn press(&self, order: &str, action: &str, body: &Value) -> Result<Value> {
        let url = format!("{}/orders/{order}/{action}", self.address);
        let answer = http_client()?.post(url).json(body).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        anyhow::ensure!(status.is_success(), "{action}: {status}: {text}");
        Ok(serde_json::from_str(&text)?)
    }

    /// Makes one order misbehave from now on.
    pub async fn misbehave(&self, order: &str, how: &Value) -> Result<()> {
        let body = json!({ "order": order, "misbehave": how });
        http_client()?
            .post(format!("{}/control", self.address))
            .json(&body)
            .send()
            .await?
            .error_for_status()?;
        Ok(())
    }

    pub async fn order(&self, order: &str) -> Result<Value> {
        let orders: Value =
            http_client()?.get(format!("{}/orders.json", self.address)).send().await?.json().await?;
        let found = orders.as_array().context("orders")?.iter().find(|known| known["order_no"] == order);
        found.cloned().with_context(|| format!("no order {order}"))
    }
}

/// The fee of 商業名稱及所營業務預查 (`CM010`) online, in TWD.
pub const FEE: u32 = 150;

/// Applies for the check of a business name, whose fee is due with the application.
pub async fn apply_with_fee(person: &mut Person) -> Result<String> {
    let draft = person.api(Method::POST, "/api/drafts", None, Some(&json!({ "item": "CM010" }))).await?;
    let draft = draft.expect(201)?.json()?;
    let id = draft["draft"].as_str().context("the draft's id")?.to_owned();
    let answers = json!({
        "business_name": "好日子商號", "business_lines": "F501030 飲料店業", "form": "sole",
        "contact_phone": "0227208889", "consent": "yes",
    });
    let body = json!({ "version": draft["version"], "answers": answers });
    person.api(Method::PUT, &format!("/api/drafts/{id}"), None, Some(&body)).await?.expect(200)?;
    let filed = steps::file(person, &id).await?.expect(201)?.json()?;
    filed["case"].as_str().map(str::to_owned).context("the case number")
}

/// Sets out to pay, and opens the provider's page as a browser would; gives the order number.
pub async fn begin(person: &mut Person, case: &str, provider: &str, means: &str) -> Result<String> {
    let body = json!({ "provider": provider, "means": means, "amount": FEE });
    let path = format!("/api/cases/{case}/payments");
    let begun =
        person.api(Method::POST, &path, Some(&request_id()), Some(&body)).await?.expect(201)?.json()?;
    let form = &begun["start"]["form"];
    let action = form["action"].as_str().context("where the form goes")?;
    let fields = form["fields"].as_object().context("its fields")?;
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default())).collect();
    let page = http_client()?.post(action).form(&fields).send().await?;
    anyhow::ensure!(page.status().as_u16() < 400, "{}: {}", page.status(), page.text().await?);
    begun["order_no"].as_str().map(str::to_owned).context("the order number")
}

/// What the window shows of the money of a case.
pub async fn fees(person: &mut Person, case: &str) -> Result<Value> {
    person.api(Method::GET, &format!("/api/cases/{case}/fees"), None, None).await?.expect(200)?.json()
}

/// Waits until the window shows this status.
pub async fn shows(person: &mut Person, case: &str, status: &str) -> Result<Value> {
    wait_for(&format!("{case} to be {status}"), async || {
        let fees = fees(person, case).await?;
        Ok((fees["status"] == status).then_some(fees))
    })
    .await
}
