//! Requests to others over HTTPS. No redirect is followed, so nothing that is answered leads anywhere else. To
//! payment providers: a [`Call`] names a host of the account's own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use payment::{Call, Method, Reply};
use reqwest::redirect::Policy;

use crate::fault::Fault;
use crate::ports::{Answer, Providers};

/// Least time between two requests to one host: ECPay shuts out whoever asks faster (?p=2890).
const GAP: Duration = Duration::from_millis(200);

/// Largest answer that is read, in bytes: a daily file of a busy day is some hundred kilobytes.
const MAX_ANSWER: usize = 8 * 1024 * 1024;

/// A client that follows no redirect. `Fault::Config` when the process cannot speak TLS.
pub fn client() -> Result<reqwest::Client, Fault> {
    // Another part of the process may have chosen first; there is only one choice.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder().redirect(Policy::none()).build();
    client.map_err(|error| Fault::Config(format!("no HTTP client: {error}")))
}

/// A call that came to nothing: without its URL, which may carry a signature.
#[must_use]
pub fn trouble(error: reqwest::Error) -> Fault {
    Fault::Transient(error.without_url().to_string())
}

/// The body of an answer. `Fault::Transient` for one of more than `max` bytes.
pub async fn body(mut answer: reqwest::Response, max: usize) -> Result<Vec<u8>, Fault> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(trouble)? {
        if body.len() + chunk.len() > max {
            return Err(Fault::Transient(format!("an answer of more than {max} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Asks `what`, a service that we have a key to, and gives the body of its answer. `Fault::Config` where the key or the
/// address is wrong, which no waiting mends; `Fault::Transient` for everything else that is not as agreed.
pub async fn ask(request: reqwest::RequestBuilder, what: &str, max: usize) -> Result<Vec<u8>, Fault> {
    let answer = request.send().await.map_err(trouble)?;
    let status = answer.status().as_u16();
    match status {
        200 => body(answer, max).await,
        401 | 403 | 404 => Err(Fault::Config(format!("{what}: HTTP {status}"))),
        _ => Err(Fault::Transient(format!("{what}: HTTP {status}"))),
    }
}

#[derive(Debug, Clone)]
pub struct HttpProviders {
    http: reqwest::Client,
    /// When each host may be asked next.
    next: Arc<Mutex<HashMap<String, Instant>>>,
}

impl HttpProviders {
    /// `Fault::Config` when the process cannot speak TLS.
    pub fn new() -> Result<Self, Fault> {
        Ok(Self { http: client()?, next: Arc::default() })
    }

    /// Waits until the host may be asked, and keeps the others waiting behind.
    async fn turn(&self, url: &str) {
        let host = url.split('/').nth(2).unwrap_or_default().to_owned();
        let turn = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let turn = next.get(&host).copied().unwrap_or_else(Instant::now).max(Instant::now());
            next.insert(host, turn + GAP);
            turn
        };
        tokio::time::sleep_until(turn.into()).await;
    }

    async fn ask(&self, call: Call) -> Result<Reply, Fault> {
        self.turn(&call.url).await;
        let request = match call.method {
            Method::Get => self.http.get(&call.url),
            Method::Post => self.http.post(&call.url).body(call.body),
        };
        let request =
            call.headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
        let answer = request.timeout(call.patience).send().await.map_err(trouble)?;
        let status = answer.status().as_u16();
        Ok(Reply { status, body: body(answer, MAX_ANSWER).await? })
    }
}

impl Providers for HttpProviders {
    fn call(&self, call: Call) -> Answer<'_, Reply> {
        Box::pin(self.ask(call))
    }
}
