//! Lambda on one machine: starts the real function binaries and speaks the Runtime API to them.
//!
//! A function has a pool of workers, each a process of its own. Work waits for a free worker; a
//! worker that crashes, hangs or cannot start fails its invocation and nobody else's.

mod api;
mod logs;
mod pool;
mod worker;

use std::collections::{BTreeMap, HashMap};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use pool::Pool;
use worker::Worker;

/// The largest payload and the largest answer, in bytes.
pub const PAYLOAD_LIMIT: usize = 6 * 1024 * 1024;

/// How often idle workers are looked at.
const REAPING: Duration = Duration::from_secs(5);

/// One function as the city runs it.
#[derive(Debug, Clone)]
pub struct Setup {
    pub name: String,
    pub arn: String,
    pub binary: PathBuf,
    pub timeout: Duration,
    /// MiB, told to the function; not enforced.
    pub memory: u32,
    /// How many workers there may be.
    pub concurrency: usize,
    /// Keep one worker when there is nothing to do.
    pub keep_warm: bool,
    /// The whole environment but for what names the Runtime API.
    pub environment: BTreeMap<String, String>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvokeError {
    #[error("there is no function `{0}`")]
    Unknown(String),
    #[error("all workers of `{0}` are busy")]
    Throttled(String),
    #[error("a payload of {0} bytes is above 6 MiB")]
    PayloadTooLarge(usize),
    #[error("`{function}` cannot start: {reason}")]
    NotStarted { function: String, reason: String },
    #[error("`{function}` ended during an invocation: {reason}")]
    Crashed { function: String, reason: String },
    #[error("`{function}` did not answer within {seconds} s and was stopped")]
    TimedOut { function: String, seconds: u64 },
    #[error("`{function}` failed: {kind}: {message}")]
    Failed { function: String, kind: String, message: String },
}

/// The functions of the city. Copies share the same workers.
#[derive(Clone)]
pub struct Lambda {
    pools: Arc<BTreeMap<String, Arc<Pool>>>,
    _tasks: Arc<Tasks>,
}

/// Ends the tasks with the last copy; workers end when their task does.
struct Tasks(Vec<JoinHandle<()>>);

impl Drop for Tasks {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

/// The workers that may call the Runtime API, by id.
#[derive(Default)]
struct Registry(Mutex<HashMap<String, Arc<Worker>>>);

impl Registry {
    fn get(&self, id: &str) -> Option<Arc<Worker>> {
        lock(&self.0).get(id).cloned()
    }

    fn add(&self, worker: Arc<Worker>) {
        lock(&self.0).insert(worker.id.clone(), worker);
    }

    fn remove(&self, id: &str) {
        lock(&self.0).remove(id);
    }

    fn all(&self) -> Vec<Arc<Worker>> {
        lock(&self.0).values().cloned().collect()
    }
}

impl Lambda {
    /// Opens the Runtime API on a free loopback port; no process is started yet.
    pub async fn start(setups: Vec<Setup>, logs: PathBuf) -> std::io::Result<Self> {
        tokio::fs::create_dir_all(&logs).await?;
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let address = listener.local_addr()?;
        let registry = Arc::new(Registry::default());
        let pools = setups
            .into_iter()
            .map(|setup| {
                let name = setup.name.clone();
                let log = logs.join(format!("{name}.log"));
                (name, Arc::new(Pool::new(setup, address, registry.clone(), log)))
            })
            .collect::<BTreeMap<_, _>>();
        let pools = Arc::new(pools);
        let server = tokio::spawn(api::serve(listener, registry));
        let watched = Arc::clone(&pools);
        let reaper = tokio::spawn(async move {
            loop {
                tokio::time::sleep(REAPING).await;
                watched.values().for_each(|pool| pool.reap());
            }
        });
        Ok(Self { pools, _tasks: Arc::new(Tasks(vec![server, reaper])) })
    }

    /// Runs a function and waits for its answer: the one entrance of gateway, sources and schedules.
    pub async fn invoke(&self, function: &str, payload: impl Into<Bytes>) -> Result<Bytes, InvokeError> {
        let payload = payload.into();
        if payload.len() > PAYLOAD_LIMIT {
            return Err(InvokeError::PayloadTooLarge(payload.len()));
        }
        let Some(pool) = self.pools.get(function).cloned() else {
            return Err(InvokeError::Unknown(function.to_owned()));
        };
        // A caller who goes away must not leave a worker behind that nobody waits for: as on
        // Lambda, what was started runs to its end.
        let run = tokio::spawn(async move { pool.invoke(payload).await });
        run.await.unwrap_or_else(|error| {
            Err(InvokeError::Crashed { function: function.to_owned(), reason: error.to_string() })
        })
    }

    /// Starts a worker so that the first request need not wait. Failures are told when they matter.
    pub async fn warm(&self, function: &str) {
        if let Some(pool) = self.pools.get(function) {
            pool.warm().await;
        }
    }

    /// Kills every worker of a function, as a machine that fails would. Says how many there were.
    #[must_use]
    pub fn kill(&self, function: &str) -> usize {
        self.pools.get(function).map_or(0, |pool| pool.kill())
    }

    /// Kills everything, at the end of the city.
    pub async fn stop(&self) {
        for pool in self.pools.values() {
            pool.kill();
        }
        for pool in self.pools.values() {
            pool.ended().await;
        }
    }

    /// How many workers each function has.
    #[must_use]
    pub fn workers(&self) -> BTreeMap<String, usize> {
        self.pools.iter().map(|(name, pool)| (name.clone(), pool.workers())).collect()
    }
}

/// Locks; a panic elsewhere does not make the data of this module wrong.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
