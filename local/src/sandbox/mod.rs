//! A payment provider to try the city with: 綠界 全方位金流 and 藍新 幕前支付, as a merchant and a payer meet them, on this machine alone and without money.
//!
//! The providers' own test environments cannot reach a city on one machine and cannot be asked to
//! misbehave. This one speaks their wire formats from their manuals; it shares no code with the city's
//! side (`shared/payment`), so that a mistake in one is not hidden by the same mistake in the other.
//!
//! `order` and `card` are what can happen, `orders` keeps it, `actions` does what the buttons say, the
//! `courier` sends the notices. `ecpay` and `newebpay` are the two wires.

mod accounts;
mod actions;
mod card;
mod clock;
mod control;
mod courier;
pub mod ecpay;
mod form;
mod misbehaviour;
pub mod newebpay;
mod notice;
mod numbers;
mod order;
mod orders;
mod pages;
mod views;

#[cfg(test)]
mod vectors;

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::sync::Notify;
use tokio::task::JoinSet;

pub use accounts::{Account, ECPAY, NEWEBPAY, accounts};
pub use clock::Clock;
pub use form::{Fields, NotFields, encoded};

use orders::Orders;

/// Where everything of the sandbox is.
pub const BASE: &str = "/_local/pay";

/// The sandbox.
pub struct Sandbox {
    orders: Orders,
    clock: Clock,
    /// Wakes the courier.
    wake: Notify,
}

type Shared = axum::extract::State<Arc<Sandbox>>;

impl Sandbox {
    /// Opens what the folder keeps, which is made when it is missing.
    pub fn open(folder: &Path, clock: Clock) -> anyhow::Result<Arc<Self>> {
        Ok(Self::over(Orders::open(folder)?, clock))
    }

    /// With orders that end with the process.
    pub fn in_memory(clock: Clock) -> anyhow::Result<Arc<Self>> {
        Ok(Self::over(Orders::in_memory()?, clock))
    }

    fn over(orders: Orders, clock: Clock) -> Arc<Self> {
        Arc::new(Self { orders, clock, wake: Notify::new() })
    }

    /// Sends what is owed, until the returned task is dropped.
    #[must_use]
    pub fn send_notices(self: &Arc<Self>) -> JoinSet<()> {
        let mut courier = JoinSet::new();
        courier.spawn(courier::run(Arc::clone(self)));
        courier
    }

    /// All routes of the sandbox.
    pub fn router(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/_local/pay", get(pages::desk::list))
            .route("/_local/pay/", get(pages::desk::list))
            .route("/_local/pay/orders.json", get(control::orders))
            .route("/_local/pay/control", get(control::settings).post(control::control))
            .route("/_local/pay/orders/{order_no}", get(pages::payer::page))
            .route("/_local/pay/orders/{order_no}/desk", get(pages::desk::order))
            .route("/_local/pay/orders/{order_no}/{action}", post(control::act))
            .route("/_local/pay/ecpay_aio/Cashier/AioCheckOut/V5", post(ecpay::checkout))
            .route("/_local/pay/ecpay_aio/Cashier/QueryTradeInfo/V5", post(ecpay::query))
            .route("/_local/pay/ecpay_aio/CreditDetail/QueryTrade/V2", post(ecpay::query_card))
            .route("/_local/pay/ecpay_aio/1.0.0/CreditDetail/QueryTrade", post(ecpay::query_card_by_order))
            .route("/_local/pay/ecpay_aio/CreditDetail/DoAction", post(ecpay::do_action))
            .route("/_local/pay/ecpay_aio/PaymentMedia/TradeNoAio", post(ecpay::daily_file))
            .route("/_local/pay/newebpay_mpg/MPG/mpg_gateway", post(newebpay::gateway))
            .route("/_local/pay/newebpay_mpg/API/QueryTradeInfo", post(newebpay::query))
            .route("/_local/pay/newebpay_mpg/API/CreditCard/Cancel", post(newebpay::cancel))
            .route("/_local/pay/newebpay_mpg/API/CreditCard/Close", post(newebpay::close))
            .with_state(Arc::clone(self))
    }
}

/// A failure of the sandbox itself, in words.
fn broken(error: &anyhow::Error) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}\n")).into_response()
}

/// Whole dollars as providers want them: digits alone, more than nothing, below ten thousand million.
fn amount(text: &str) -> Option<u64> {
    let is_plain = (1..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|amount| is_plain && *amount > 0)
}

/// Whether notices may be sent there: nothing leaves this machine.
fn is_on_this_machine(url: &str) -> bool {
    let Ok(uri) = url.parse::<http::Uri>() else { return false };
    let host = uri.host().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback =
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    uri.scheme_str() == Some("http") && is_loopback
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_digits() {
        assert_eq!(amount("300"), Some(300));
        for text in ["", "0", "-1", "+1", "1.0", " 1", "12345678901"] {
            assert_eq!(amount(text), None, "{text}");
        }
    }

    #[test]
    fn nothing_leaves_this_machine() {
        for url in ["http://localhost:8080/a?b=c", "http://127.0.0.1/", "http://[::1]:9/x"] {
            assert!(is_on_this_machine(url), "{url}");
        }
        for url in [
            "https://localhost/",
            "http://pay.example/",
            "http://localhost.example/",
            "/callback",
            "",
            "http://127.0.0.1@pay.example/",
        ] {
            assert!(!is_on_this_machine(url), "{url}");
        }
    }
}
