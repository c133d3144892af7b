//! What buttons and tests ask for: the same routes take a form from a page and JSON from a program.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::actions::{Action, Key};
use super::form::Fields;
use super::misbehaviour::Misbehaviour;
use super::order::{Means, Provider, Refusal};
use super::orders::Changed;
use super::pages::{WayBack, payer};
use super::{BASE, Sandbox, Shared, broken, ecpay, newebpay, views};

/// Every order, newest first.
pub(super) async fn orders(State(sandbox): Shared) -> Response {
    match sandbox.orders.stories() {
        Ok(stories) => Json(stories.iter().map(views::order).collect::<Vec<_>>()).into_response(),
        Err(error) => broken(&error),
    }
}

pub(super) async fn settings(State(sandbox): Shared) -> Response {
    match sandbox.orders.settings() {
        Ok(settings) => Json(settings).into_response(),
        Err(error) => broken(&error),
    }
}

/// `{"misbehave":{"drop":true}}` is for every order that is opened from now on, and with `"order"` for
/// that one; what is left out stays.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Control {
    order: Option<String>,
    misbehave: Option<Misbehaviour>,
    resend_after_ms: Option<u64>,
    patience_ms: Option<u64>,
}

impl Control {
    fn read(body: &[u8], is_form: bool) -> Result<Self, String> {
        let control = if is_form {
            let fields = Fields::read(body).map_err(|error| error.to_string())?;
            let number = |name: &str| match fields.get(name) {
                "" => Ok(None),
                text => text.parse().map(Some).map_err(|_| format!("{name}: not a number")),
            };
            Self {
                order: fields.has("order").then(|| fields.get("order").to_owned()),
                misbehave: Some(Misbehaviour::of_form(&fields)?),
                resend_after_ms: number("resend_after_ms")?,
                patience_ms: number("patience_ms")?,
            }
        } else {
            serde_json::from_slice::<Self>(body).map_err(|error| error.to_string())?
        };
        let misbehave = control.misbehave.map(Misbehaviour::checked).transpose()?;
        Ok(Self { misbehave, ..control })
    }
}

pub(super) async fn control(State(sandbox): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let is_form = is_form(&headers);
    let control = match Control::read(&body, is_form) {
        Ok(control) => control,
        Err(problem) => return wrong(StatusCode::BAD_REQUEST, &problem),
    };
    let done = match &control.order {
        Some(order_no) => misbehave_with(&sandbox, order_no, control.misbehave.unwrap_or_default()),
        None => change_settings(&sandbox, &control),
    };
    match done {
        Ok(Some(_)) if is_form => {
            let desk = control.order.map(|order_no| format!("/orders/{order_no}/desk")).unwrap_or_default();
            Redirect::to(&format!("{BASE}{desk}")).into_response()
        }
        Ok(Some(value)) => Json(value).into_response(),
        Ok(None) => wrong(StatusCode::NOT_FOUND, "there is no such order"),
        Err(error) => broken(&error),
    }
}

fn misbehave_with(
    sandbox: &Sandbox,
    order_no: &str,
    misbehave: Misbehaviour,
) -> anyhow::Result<Option<Value>> {
    let Some(provider) = sandbox.orders.provider_of(order_no)? else { return Ok(None) };
    sandbox.orders.change((provider, order_no), |order| {
        order.misbehave = misbehave;
        Ok(((), Vec::new()))
    })?;
    Ok(sandbox.orders.story(provider, order_no)?.map(|story| views::order(&story)))
}

fn change_settings(sandbox: &Sandbox, control: &Control) -> anyhow::Result<Option<Value>> {
    let mut settings = sandbox.orders.settings()?;
    if let Some(misbehave) = &control.misbehave {
        settings.misbehave = misbehave.clone();
    }
    settings.resend_after_ms = control.resend_after_ms.unwrap_or(settings.resend_after_ms);
    settings.patience_ms = control.patience_ms.unwrap_or(settings.patience_ms);
    sandbox.orders.keep_settings(&settings)?;
    Ok(Some(json!(settings)))
}

/// What an action needs to know, and whether it came from the desk.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Details {
    means: Option<String>,
    at: Option<String>,
}

impl Details {
    fn read(body: &[u8], is_form: bool) -> Result<Self, String> {
        if body.is_empty() {
            return Ok(Self::default());
        }
        if is_form {
            return serde_urlencoded::from_bytes(body).map_err(|error| error.to_string());
        }
        serde_json::from_slice(body).map_err(|error| error.to_string())
    }
}

fn action(name: &str, details: &Details) -> Result<Action, String> {
    let means = match details.means.as_deref() {
        None | Some("") => None,
        Some(code) => Some(Means::of_code(code).ok_or_else(|| format!("there are no means `{code}`"))?),
    };
    match (name, means) {
        ("pay", means) => Ok(Action::Pay(means)),
        ("issue", Some(means)) => Ok(Action::Issue(means)),
        ("issue", None) => Err("`means` is missing".to_owned()),
        ("fail", _) => Ok(Action::Fail),
        ("close", _) => Ok(Action::Close),
        ("resend", _) => Ok(Action::Resend),
        ("bank-day", _) => Ok(Action::BankDay),
        _ => Err(format!("there is no action `{name}`")),
    }
}

/// Does what a button says. A program gets the order; the payer's browser goes where the provider sends it.
pub(super) async fn act(
    State(sandbox): Shared,
    Path((order_no, name)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let is_form = is_form(&headers);
    let details = match Details::read(&body, is_form) {
        Ok(details) => details,
        Err(problem) => return wrong(StatusCode::BAD_REQUEST, &problem),
    };
    let action = match action(&name, &details) {
        Ok(action) => action,
        Err(problem) => return wrong(StatusCode::BAD_REQUEST, &problem),
    };
    let provider = match sandbox.orders.provider_of(&order_no) {
        Ok(Some(provider)) => provider,
        Ok(None) => return wrong(StatusCode::NOT_FOUND, "there is no such order"),
        Err(error) => return broken(&error),
    };
    let key = (provider, order_no.as_str());
    match sandbox.act(key, action) {
        Ok(Changed::Done(())) if is_form => onwards(&sandbox, key, action, details.at.as_deref()),
        Ok(Changed::Done(())) => match sandbox.orders.story(provider, &order_no) {
            Ok(Some(story)) => Json(views::order(&story)).into_response(),
            Ok(None) => wrong(StatusCode::NOT_FOUND, "there is no such order"),
            Err(error) => broken(&error),
        },
        Ok(Changed::Refused(refusal)) if is_form => payer::not_possible(key, refusal),
        Ok(Changed::Refused(Refusal(_, english))) => wrong(StatusCode::CONFLICT, english),
        Ok(Changed::Unknown) => wrong(StatusCode::NOT_FOUND, "there is no such order"),
        Err(error) => broken(&error),
    }
}

/// Who has paid or leaves goes back to the shop, if a link does it; the rest is on the page of the order.
fn onwards(sandbox: &Arc<Sandbox>, key: Key<'_>, action: Action, at: Option<&str>) -> Response {
    let (provider, order_no) = key;
    if at == Some("desk") {
        return Redirect::to(&format!("{BASE}/orders/{order_no}/desk")).into_response();
    }
    let order = match sandbox.orders.find(provider, order_no) {
        Ok(Some(order)) => order,
        Ok(None) => return wrong(StatusCode::NOT_FOUND, "there is no such order"),
        Err(error) => return broken(&error),
    };
    let back = match provider {
        Provider::EcpayAio => ecpay::way_back(&order),
        Provider::NewebpayMpg => newebpay::way_back(&order),
    };
    match (action, back) {
        (Action::Pay(_) | Action::Close, WayBack::Go(url)) => Redirect::to(&url).into_response(),
        _ => Redirect::to(&format!("{BASE}/orders/{order_no}")).into_response(),
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/x-www-form-urlencoded"))
}

fn wrong(status: StatusCode, problem: &str) -> Response {
    (status, Json(json!({ "error": problem }))).into_response()
}
