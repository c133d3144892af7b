//! The payment sandbox over HTTP: a merchant that sends payers there and is called back.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod ecpay;
mod mischief;
mod newebpay;
mod restart;
mod shop;

use std::time::{Duration, Instant};

use local::sandbox::{Clock, Fields, Sandbox};
use reqwest::header::LOCATION;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use shop::Shop;

/// A sandbox on a port of its own, and the shop that uses it.
struct Fixture {
    origin: String,
    shop: Shop,
    clock: Clock,
    data: TempDir,
    running: JoinSet<()>,
}

impl Fixture {
    async fn start() -> Self {
        Self::with_clock(Clock::default()).await
    }

    /// Notices that are not acknowledged come again quickly.
    async fn with_clock(clock: Clock) -> Self {
        let data = tempfile::tempdir().unwrap();
        let (origin, running) = serve(&data, clock).await;
        let fixture = Self { origin, shop: Shop::open().await, clock, data, running };
        fixture.control(json!({ "resend_after_ms": 20 })).await;
        fixture
    }

    /// Stops in the middle of whatever is going on, and starts again on what was kept.
    async fn restart(mut self) -> Self {
        self.running.shutdown().await;
        let (origin, running) = serve(&self.data, self.clock).await;
        Self { origin, running, ..self }
    }

    fn url(&self, path: &str) -> String {
        format!("{}/_local/pay{path}", self.origin)
    }

    async fn control(&self, what: Value) -> Value {
        let answer = client().post(self.url("/control")).json(&what).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{what}");
        answer.json().await.unwrap()
    }

    /// What orders opened from now on meet with.
    async fn misbehave(&self, how: Value) {
        self.control(json!({ "misbehave": how })).await;
    }

    /// A button of the order, as a program presses it.
    async fn act(&self, order_no: &str, action: &str, details: Value) -> Value {
        let url = self.url(&format!("/orders/{order_no}/{action}"));
        let answer = client().post(url).json(&details).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{action}");
        answer.json().await.unwrap()
    }

    /// Posts a form and gives the status, the text, and where the browser is sent.
    async fn post(&self, path: &str, form: &str) -> (u16, String, String) {
        let answer = client()
            .post(self.url(path))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.to_owned())
            .send()
            .await
            .unwrap();
        let status = answer.status().as_u16();
        let location = answer.headers().get(LOCATION).map(|url| url.to_str().unwrap().to_owned());
        (status, answer.text().await.unwrap(), location.unwrap_or_default())
    }

    /// The order in the list.
    async fn order(&self, order_no: &str) -> Value {
        let orders: Vec<Value> =
            client().get(self.url("/orders.json")).send().await.unwrap().json().await.unwrap();
        orders.into_iter().find(|order| order["order_no"] == order_no).unwrap()
    }

    /// Waits until every notice of the order has come to an end.
    async fn settled(&self, order_no: &str) -> Vec<Value> {
        eventually("every notice has come to an end", async || {
            let order = self.order(order_no).await;
            let notices = order["callbacks"].as_array().unwrap().clone();
            notices.iter().all(|notice| notice["progress"] != "waiting").then_some(notices)
        })
        .await
    }
}

async fn serve(data: &TempDir, clock: Clock) -> (String, JoinSet<()>) {
    let sandbox = Sandbox::open(data.path(), clock).unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let mut running = sandbox.send_notices();
    let router = sandbox.router();
    running.spawn(async move { axum::serve(listener, router).await.unwrap() });
    (origin, running)
}

fn client() -> reqwest::Client {
    // Already there from the second time on.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// Waits until something holds, ten seconds at most.
async fn eventually<T>(what: &str, mut check: impl AsyncFnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(value) = check().await {
            return value;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "it did not happen that {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The values of these fields.
fn values<const N: usize>(fields: &Fields, names: [&str; N]) -> [String; N] {
    names.map(|name| fields.get(name).to_owned())
}
