//! The workers of one function.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use super::worker::{Lost, Worker};
use super::{InvokeError, Registry, Setup, lock};
use crate::console;

/// How long work waits for a free worker before it is turned away.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a worker may be idle before it is one too many.
const IDLE: Duration = Duration::from_secs(75);
/// The first and the longest pause after a worker that could not start.
const PAUSE: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(10));

pub(super) struct Pool {
    setup: Setup,
    api: SocketAddr,
    registry: Arc<Registry>,
    log: PathBuf,
    permits: Semaphore,
    /// Most recently used last.
    idle: Mutex<Vec<(Arc<Worker>, Instant)>>,
    trouble: Mutex<Trouble>,
}

/// Starts that failed in a row.
#[derive(Default)]
struct Trouble {
    count: u32,
    until: Option<Instant>,
    reason: String,
}

impl Pool {
    pub(super) fn new(setup: Setup, api: SocketAddr, registry: Arc<Registry>, log: PathBuf) -> Self {
        Self {
            permits: Semaphore::new(setup.concurrency.max(1)),
            setup,
            api,
            registry,
            log,
            idle: Mutex::default(),
            trouble: Mutex::default(),
        }
    }

    pub(super) async fn invoke(&self, payload: Bytes) -> Result<Bytes, InvokeError> {
        let Ok(Ok(_permit)) = timeout(PATIENCE, self.permits.acquire()).await else {
            return Err(InvokeError::Throttled(self.setup.name.clone()));
        };
        loop {
            let worker = self.worker().await?;
            match worker.run(payload.clone(), &self.setup).await {
                Ok(answer) => {
                    self.rest(worker);
                    return answer.map_err(|failure| failure.of(&self.setup.name));
                }
                // It died idle, before it saw the work: another one takes it.
                Err(Lost::Untouched) => {}
                Err(Lost::Crashed(reason)) => {
                    let error = InvokeError::Crashed { function: self.setup.name.clone(), reason };
                    console::complain(&format!("{error}"));
                    return Err(error);
                }
                Err(Lost::TimedOut) => {
                    let seconds = self.setup.timeout.as_secs();
                    let error = InvokeError::TimedOut { function: self.setup.name.clone(), seconds };
                    console::complain(&format!("{error}"));
                    return Err(error);
                }
            }
        }
    }

    pub(super) async fn warm(&self) {
        if let Ok(_permit) = self.permits.acquire().await
            && let Ok(worker) = self.worker().await
        {
            self.rest(worker);
        }
    }

    fn rest(&self, worker: Arc<Worker>) {
        lock(&self.idle).push((worker, Instant::now()));
    }

    /// An idle worker, or a new one that is ready.
    async fn worker(&self) -> Result<Arc<Worker>, InvokeError> {
        while let Some((worker, _)) = { lock(&self.idle).pop() } {
            if worker.alive() {
                return Ok(worker);
            }
        }
        self.not_in_trouble()?;
        let started = match Worker::spawn(&self.setup, self.api, &self.registry, &self.log) {
            Ok(worker) => worker.ready().await.map(|()| worker),
            Err(error) => Err(format!("`{}` does not start: {error}", self.setup.binary.display())),
        };
        match started {
            Ok(worker) => {
                *lock(&self.trouble) = Trouble::default();
                Ok(worker)
            }
            Err(reason) => Err(self.in_trouble(reason)),
        }
    }

    fn not_in_trouble(&self) -> Result<(), InvokeError> {
        let trouble = lock(&self.trouble);
        match trouble.until {
            Some(until) if Instant::now() < until => Err(InvokeError::NotStarted {
                function: self.setup.name.clone(),
                reason: trouble.reason.clone(),
            }),
            _ => Ok(()),
        }
    }

    fn in_trouble(&self, reason: String) -> InvokeError {
        let mut trouble = lock(&self.trouble);
        let pause = PAUSE.0.saturating_mul(1 << trouble.count.min(8)).min(PAUSE.1);
        trouble.count = trouble.count.saturating_add(1);
        trouble.until = Instant::now().checked_add(pause);
        trouble.reason.clone_from(&reason);
        let error = InvokeError::NotStarted { function: self.setup.name.clone(), reason };
        console::complain(&format!("{error} (next try in {} ms)", pause.as_millis()));
        error
    }

    /// Stops workers that have been idle for long; the oldest stay at the front.
    pub(super) fn reap(&self) {
        let mut idle = lock(&self.idle);
        let keep = usize::from(self.setup.keep_warm);
        while idle.len() > keep && idle.first().is_some_and(|(_, since)| since.elapsed() > IDLE) {
            let (worker, _) = idle.remove(0);
            worker.stop();
        }
    }

    fn own(&self) -> Vec<Arc<Worker>> {
        let mut own = self.registry.all();
        own.retain(|worker| worker.function == self.setup.name);
        own
    }

    pub(super) fn workers(&self) -> usize {
        self.own().len()
    }

    pub(super) fn kill(&self) -> usize {
        lock(&self.idle).clear();
        let own = self.own();
        for worker in &own {
            worker.stop();
        }
        own.len()
    }

    pub(super) async fn ended(&self) {
        for worker in self.own() {
            worker.ended().await;
        }
    }
}
