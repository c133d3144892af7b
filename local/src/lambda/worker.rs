//! One process that runs one invocation at a time.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use tokio::process::{Child, Command};
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::time::{Instant, timeout};

use super::logs::{self, LastWords};
use super::{InvokeError, Registry, Setup, lock};
use crate::ambient;

/// How long a function may take until it asks for work, as on Lambda.
const START_LIMIT: Duration = Duration::from_secs(10);

/// Where the process is in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Starting,
    Ready,
    Ended(String),
}

/// Work on its way to the process.
pub(super) struct Invocation {
    pub id: String,
    pub payload: Bytes,
    pub deadline_ms: i64,
    pub arn: String,
    /// Set when the process has been given it.
    pub seen: Arc<AtomicBool>,
}

/// The function answered that it failed.
#[derive(Debug)]
pub(super) struct Failure {
    pub kind: String,
    pub message: String,
}

impl Failure {
    pub(super) fn of(self, function: &str) -> InvokeError {
        InvokeError::Failed { function: function.to_owned(), kind: self.kind, message: self.message }
    }
}

pub(super) type Answer = Result<Bytes, Failure>;

/// There will be no answer, and the worker is gone.
#[derive(Debug)]
pub(super) enum Lost {
    Untouched,
    Crashed(String),
    TimedOut,
}

pub(super) struct Worker {
    pub(super) id: String,
    pub(super) function: String,
    outbox: mpsc::Sender<Invocation>,
    inbox: tokio::sync::Mutex<mpsc::Receiver<Invocation>>,
    /// The invocation that waits for its answer.
    waiting: Mutex<Option<(String, oneshot::Sender<Answer>)>>,
    state: watch::Sender<State>,
    stop: Notify,
}

impl Worker {
    /// Starts the process. It is killed when the returned worker's task is dropped.
    pub(super) fn spawn(
        setup: &Setup,
        api: SocketAddr,
        registry: &Arc<Registry>,
        log: &Path,
    ) -> std::io::Result<Arc<Self>> {
        let (outbox, inbox) = mpsc::channel(1);
        let worker = Arc::new(Self {
            id: ambient::fresh_id(),
            function: setup.name.clone(),
            outbox,
            inbox: tokio::sync::Mutex::new(inbox),
            waiting: Mutex::default(),
            state: watch::Sender::new(State::Starting),
            stop: Notify::new(),
        });
        // Before there is a process: it may ask for work sooner than this goes on.
        registry.add(Arc::clone(&worker));
        let child = Command::new(&setup.binary)
            .env_clear()
            .envs(&setup.environment)
            .env("AWS_LAMBDA_RUNTIME_API", format!("http://{api}/{}", worker.id))
            .env("AWS_LAMBDA_FUNCTION_NAME", &setup.name)
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", setup.memory.to_string())
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn();
        let mut child = child.inspect_err(|_| registry.remove(&worker.id))?;
        let words = logs::pump(&setup.name, &mut child, log);
        tokio::spawn(Arc::clone(&worker).watch(child, words, Arc::clone(registry)));
        Ok(worker)
    }

    /// Waits for the end of the process and tells everybody.
    async fn watch(self: Arc<Self>, mut child: Child, words: LastWords, registry: Arc<Registry>) {
        let status = tokio::select! {
            status = child.wait() => status,
            () = self.stop.notified() => match child.kill().await {
                Ok(()) => child.wait().await,
                Err(error) => Err(error),
            },
        };
        let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
        let words = words.collect().await;
        let reason = if words.is_empty() { status } else { format!("{status}: {words}") };
        registry.remove(&self.id);
        self.state.send_replace(State::Ended(reason));
        // Whoever waits for an answer learns it from the state.
        lock(&self.waiting).take();
    }

    pub(super) fn alive(&self) -> bool {
        *self.state.borrow() == State::Ready
    }

    pub(super) fn stop(&self) {
        self.stop.notify_one();
    }

    pub(super) async fn ended(&self) {
        let _ = self.end().await;
    }

    async fn end(&self) -> String {
        let mut state = self.state.subscribe();
        match state.wait_for(|state| matches!(state, State::Ended(_))).await.as_deref() {
            Ok(State::Ended(reason)) => reason.clone(),
            _ => "it is gone".to_owned(),
        }
    }

    /// Waits until the process asks for work; says why it does not.
    pub(super) async fn ready(&self) -> Result<(), String> {
        let mut state = self.state.subscribe();
        let reached = timeout(START_LIMIT, state.wait_for(|state| *state != State::Starting)).await;
        match reached.as_ref().map(|state| state.as_deref()) {
            Ok(Ok(State::Ended(reason))) => Err(reason.clone()),
            Ok(_) => Ok(()),
            Err(_) => {
                self.stop();
                Err(format!("it did not ask for work within {} s", START_LIMIT.as_secs()))
            }
        }
    }

    /// Gives the process one piece of work and waits for what becomes of it.
    pub(super) async fn run(&self, payload: Bytes, setup: &Setup) -> Result<Answer, Lost> {
        let (answered, answer) = oneshot::channel();
        let seen = Arc::new(AtomicBool::new(false));
        let limit = i64::try_from(setup.timeout.as_millis()).unwrap_or(i64::MAX);
        let invocation = Invocation {
            id: ambient::fresh_id(),
            payload,
            deadline_ms: ambient::now().as_millisecond().saturating_add(limit),
            arn: setup.arn.clone(),
            seen: Arc::clone(&seen),
        };
        *lock(&self.waiting) = Some((invocation.id.clone(), answered));
        let until = Instant::now().checked_add(setup.timeout).unwrap_or_else(Instant::now);
        // One at a time: the channel has room.
        if self.outbox.try_send(invocation).is_err() {
            self.stop();
            return Err(Lost::Untouched);
        }
        tokio::select! {
            biased;
            answer = answer => match answer {
                Ok(answer) => Ok(answer),
                Err(_) => self.lost(&seen).await,
            },
            _ = self.end() => self.lost(&seen).await,
            () = tokio::time::sleep_until(until) => {
                lock(&self.waiting).take();
                self.stop();
                Err(Lost::TimedOut)
            }
        }
    }

    async fn lost(&self, seen: &AtomicBool) -> Result<Answer, Lost> {
        let reason = self.end().await;
        if seen.load(Ordering::Acquire) { Err(Lost::Crashed(reason)) } else { Err(Lost::Untouched) }
    }

    /// The Runtime API's `next`: waits for work.
    pub(super) async fn next(&self) -> Option<Invocation> {
        self.state.send_if_modified(|state| {
            let starting = *state == State::Starting;
            if starting {
                *state = State::Ready;
            }
            starting
        });
        let invocation = self.inbox.lock().await.recv().await?;
        invocation.seen.store(true, Ordering::Release);
        Some(invocation)
    }

    /// The Runtime API's `response` and `error`; false when nobody waits for it.
    pub(super) fn answer(&self, invocation: &str, answer: Answer) -> bool {
        let mut waiting = lock(&self.waiting);
        match waiting.take() {
            Some((id, answered)) if id == invocation => answered.send(answer).is_ok(),
            other => {
                *waiting = other;
                false
            }
        }
    }
}
