//! Sends the notices: at once when they are due, and again until they are acknowledged or given up.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::task::JoinSet;

use super::notice::{Attempt, Notice};
use super::order::{Order, Provider};
use super::orders::{Next, Settings};
use super::{Sandbox, ecpay, newebpay};
use crate::{ambient, console};

/// When nothing is due: the courier is woken for what comes.
const IDLE: Duration = Duration::from_hours(1);
/// After a failure of the sandbox itself.
const PAUSE: Duration = Duration::from_secs(1);
/// How much of an answer is read, in bytes.
const ANSWER: usize = 64 * 1024;
/// How much of an answer is kept, in characters.
const KEPT: usize = 200;

/// Sends for as long as the city runs. What is under way when it ends is sent again at the next start.
pub async fn run(sandbox: Arc<Sandbox>) {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let mut sending = JoinSet::new();
    // What is on its way is due until it has been written down.
    let mut away = BTreeSet::new();
    loop {
        let now = ambient::now().as_millisecond();
        let pause = match sandbox.orders.due(now) {
            Ok((due, next)) => {
                for id in due {
                    if away.insert(id) {
                        sending.spawn(deliver(Arc::clone(&sandbox), client.clone(), id));
                    }
                }
                let until = next.map(|next| u64::try_from(next.saturating_sub(now)).unwrap_or_default());
                until.map_or(IDLE, Duration::from_millis).min(IDLE)
            }
            Err(error) => {
                console::complain(&format!("the payment sandbox cannot read its orders: {error:#}"));
                PAUSE
            }
        };
        tokio::select! {
            () = sandbox.wake.notified() => {}
            Some(done) = sending.join_next() => {
                if let Ok(id) = done {
                    away.remove(&id);
                }
            }
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn deliver(sandbox: Arc<Sandbox>, client: Http, id: i64) -> i64 {
    if let Err(error) = attempt(&sandbox, &client, id).await {
        console::complain(&format!("a notice of the payment sandbox was not sent: {error:#}"));
        tokio::time::sleep(PAUSE).await;
    }
    id
}

type Http = Client<HttpConnector, Full<Bytes>>;

async fn attempt(sandbox: &Sandbox, client: &Http, id: i64) -> anyhow::Result<()> {
    let Some((order, notice)) = sandbox.orders.notice(id)? else { return Ok(()) };
    let settings = sandbox.orders.settings()?;
    let request = Request::post(&notice.url)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Full::new(Bytes::from(body(&order, &notice))))?;
    let patience = Duration::from_millis(settings.patience_ms);
    let answer = match tokio::time::timeout(patience, post(client, request)).await {
        Ok(answer) => answer,
        Err(_) => Err(format!("沒有在 {} 毫秒內回應 no answer in time", settings.patience_ms)),
    };
    let (status, said, acknowledged) = match answer {
        Ok((status, said)) => {
            let acknowledged = order.provider.is_acknowledged(status, &said);
            (Some(status), String::from_utf8_lossy(&said).chars().take(KEPT).collect(), acknowledged)
        }
        Err(problem) => (None, problem, false),
    };
    let next = next(&order, &notice, acknowledged, &settings);
    sandbox.orders.record(id, Attempt { at: sandbox.clock.now(), status, body: said, acknowledged }, next)
}

fn body(order: &Order, notice: &Notice) -> String {
    match order.provider {
        Provider::EcpayAio => ecpay::notice_body(order, notice),
        Provider::NewebpayMpg => newebpay::notice_body(order, notice),
    }
}

/// `notice` as it was before this attempt.
fn next(order: &Order, notice: &Notice, acknowledged: bool, settings: &Settings) -> Next {
    if acknowledged {
        return Next::Acknowledged;
    }
    if notice.attempts.len() >= order.provider.resends() {
        return Next::GivenUp;
    }
    let pause = i64::try_from(settings.resend_after_ms).unwrap_or(i64::MAX);
    Next::Again(ambient::now().as_millisecond().saturating_add(pause))
}

async fn post(client: &Http, request: Request<Full<Bytes>>) -> Result<(u16, Bytes), String> {
    let response = client.request(request).await.map_err(|error| causes(&error))?;
    let status = response.status().as_u16();
    let body = Limited::new(response.into_body(), ANSWER).collect().await;
    body.map(|body| (status, body.to_bytes())).map_err(|error| format!("{status}: {error}"))
}

/// What hyper says and why: the first alone says nothing.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
