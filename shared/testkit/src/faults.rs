//! The one gate every port call passes. It numbers the calls; a plan says what happens at each: the
//! process dies before or after it, or the call fails before or after it took effect.

use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use platform::fault::Fault;
use platform::ports::Answer;

/// A port and what was asked of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Site {
    StoreGet,
    StoreQuery,
    StoreWrite,
    QueueSend,
    MailSend,
    SmsSend,
    ProviderCall,
    RegisterAsk,
    ObjectPresignPut,
    ObjectPresignGet,
    ObjectPut,
    ObjectInfo,
    ObjectCopy,
}

impl Site {
    /// Whether the call changes anything outside the process.
    #[must_use]
    pub const fn is_effect(self) -> bool {
        match self {
            Self::StoreGet | Self::StoreQuery | Self::ObjectPresignGet | Self::ObjectInfo => false,
            Self::StoreWrite
            | Self::QueueSend
            | Self::MailSend
            | Self::SmsSend
            | Self::ProviderCall
            | Self::RegisterAsk
            | Self::ObjectPresignPut
            | Self::ObjectPut
            | Self::ObjectCopy => true,
        }
    }
}

/// What happens at a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Pass,
    /// The process dies; the call never left it.
    CrashBefore,
    /// The call took effect; the process dies before it hears so.
    CrashAfter,
    /// `Fault::Transient`, and nothing happened.
    FailBefore,
    /// `Fault::Transient`, although it happened: a time-out, a lost answer.
    FailAfter,
    /// `Fault::Conflict`, and nothing happened: two transactions at once.
    Conflict,
}

/// Says what happens at call `number` (from 1) of the world.
pub type Plan = Box<dyn FnMut(u64, Site) -> Act + Send>;

#[derive(Default)]
struct Inner {
    calls: u64,
    plan: Option<Plan>,
    crashed: bool,
    /// How many processes were run.
    processes: u64,
    trace: Option<Vec<Passed>>,
}

/// A call that passed the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passed {
    pub site: Site,
    pub act: Act,
    /// Which of the processes that [`run`] ran made it.
    pub process: u64,
}

/// The gate of one world.
#[derive(Default)]
pub struct Gate {
    inner: Mutex<Inner>,
    /// Whether a call first lets others go: what makes the steps of several processes interleave.
    yielding: std::sync::atomic::AtomicBool,
}

impl Gate {
    /// Follows `plan` from the next call on.
    pub fn follow(&self, plan: impl FnMut(u64, Site) -> Act + Send + 'static) {
        self.inner.lock().unwrap().plan = Some(Box::new(plan));
    }

    /// Lets every call pass again.
    pub fn open(&self) {
        self.inner.lock().unwrap().plan = None;
    }

    /// From now on every call gives others a turn before it takes effect.
    pub fn interleave(&self) {
        self.yielding.store(true, std::sync::atomic::Ordering::Relaxed);
    }

    /// Counts from 1 again.
    pub fn reset(&self) {
        self.inner.lock().unwrap().calls = 0;
    }

    /// Calls so far.
    pub fn calls(&self) -> u64 {
        self.inner.lock().unwrap().calls
    }

    /// Keeps what is called from now on.
    pub fn record(&self) {
        self.inner.lock().unwrap().trace = Some(Vec::new());
    }

    /// What was called since [`Gate::record`].
    pub fn trace(&self) -> Vec<Passed> {
        self.inner.lock().unwrap().trace.clone().unwrap_or_default()
    }

    fn pass(&self, site: Site) -> Act {
        let mut inner = self.inner.lock().unwrap();
        if inner.crashed {
            // A process may wait for several calls at once; once it is dead none of them goes out.
            return Act::CrashBefore;
        }
        inner.calls += 1;
        let number = inner.calls;
        let act = inner.plan.as_mut().map_or(Act::Pass, |plan| plan(number, site));
        let process = inner.processes;
        if let Some(trace) = &mut inner.trace {
            trace.push(Passed { site, act, process });
        }
        inner.crashed |= matches!(act, Act::CrashBefore | Act::CrashAfter);
        act
    }

    /// Whether the process that was polled last died; asking forgets it.
    pub fn take_crash(&self) -> bool {
        std::mem::take(&mut self.inner.lock().unwrap().crashed)
    }

    /// A call at `site` whose effect, once let through, is `effect`.
    pub fn call<'a, T: Send + 'a>(
        &'a self,
        site: Site,
        effect: impl FnOnce() -> Result<T, Fault> + Send + 'a,
    ) -> Answer<'a, T> {
        Box::pin(async move {
            if self.yielding.load(std::sync::atomic::Ordering::Relaxed) {
                Turn(false).await;
            }
            match self.pass(site) {
                Act::Pass => effect(),
                Act::CrashBefore => std::future::pending().await,
                Act::CrashAfter => {
                    // Whether the call worked is exactly what the dead process never learns.
                    drop(effect());
                    std::future::pending().await
                }
                Act::FailBefore => Err(Fault::Transient(format!("{site:?} was not let through"))),
                Act::FailAfter => {
                    drop(effect());
                    Err(Fault::Transient(format!("the answer to {site:?} was lost")))
                }
                Act::Conflict => Err(Fault::Conflict),
            }
        })
    }
}

/// Gives others one turn.
struct Turn(bool);

impl Future for Turn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        // Whoever waits for several calls at once polls only those that asked for it.
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Where a process is after it was polled.
#[derive(Debug, PartialEq, Eq)]
pub enum Progress<T> {
    Done(T),
    /// It died; drop it.
    Crashed,
    /// It waits for its turn.
    Waiting,
}

/// Polls a process of this world once.
pub fn poll<T>(gate: &Gate, process: Pin<&mut (impl Future<Output = T> + ?Sized)>) -> Progress<T> {
    let mut context = Context::from_waker(Waker::noop());
    match process.poll(&mut context) {
        Poll::Ready(value) => Progress::Done(value),
        Poll::Pending if gate.take_crash() => Progress::Crashed,
        Poll::Pending => Progress::Waiting,
    }
}

/// Most turns a process is given: one that needs more waits for something that is no port.
const MAX_TURNS: usize = 100_000;

/// Runs a process to its end: its answer, or `None` when it died on the way.
pub fn run<T>(gate: &Gate, process: impl Future<Output = T>) -> Option<T> {
    gate.inner.lock().unwrap().processes += 1;
    let mut process = std::pin::pin!(process);
    for _ in 0..MAX_TURNS {
        match poll(gate, process.as_mut()) {
            Progress::Done(value) => return Some(value),
            Progress::Crashed => return None,
            Progress::Waiting => {}
        }
    }
    panic!("the process waits for something that is no port");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(gate: &Gate, done: &Mutex<u32>) -> Option<Result<u32, Fault>> {
        run(gate, async {
            for _ in 0..3 {
                gate.call(Site::StoreWrite, || {
                    *done.lock().unwrap() += 1;
                    Ok(())
                })
                .await?;
            }
            Ok(*done.lock().unwrap())
        })
    }

    fn check(act: Act, ended: bool, effects: u32) {
        let (gate, done) = (Gate::default(), Mutex::new(0));
        gate.follow(move |number, _| if number == 2 { act } else { Act::Pass });
        let outcome = count(&gate, &done);
        assert_eq!((outcome.is_some(), *done.lock().unwrap()), (ended, effects), "{act:?}");
    }

    #[test]
    fn a_call_passes_fails_or_kills_before_or_after_its_effect() {
        check(Act::Pass, true, 3);
        check(Act::CrashBefore, false, 1);
        check(Act::CrashAfter, false, 2);
        check(Act::FailBefore, true, 1);
        check(Act::FailAfter, true, 2);
        check(Act::Conflict, true, 1);
    }

    #[test]
    fn a_crash_is_told_once() {
        let (gate, done) = (Gate::default(), Mutex::new(0));
        gate.follow(|number, _| if number == 1 { Act::CrashBefore } else { Act::Pass });
        assert!(count(&gate, &done).is_none());
        assert!(matches!(count(&gate, &done), Some(Ok(3))));
        assert_eq!(gate.calls(), 4);
    }

    #[test]
    fn nothing_leaves_a_dead_process() {
        let (gate, done) = (Gate::default(), Mutex::new(0));
        gate.follow(|_, _| Act::CrashBefore);
        let effect = || {
            gate.call(Site::StoreWrite, || {
                *done.lock().unwrap() += 1;
                Ok(())
            })
        };
        let mut calls = [effect(), effect()];
        for call in &mut calls {
            let mut context = Context::from_waker(Waker::noop());
            assert!(call.as_mut().poll(&mut context).is_pending());
        }
        assert_eq!((*done.lock().unwrap(), gate.calls()), (0, 1));
    }

    #[test]
    fn processes_take_turns_at_their_calls() {
        let (gate, order) = (Gate::default(), Mutex::new(String::new()));
        gate.interleave();
        let write = |name: char| {
            let (gate, order) = (&gate, &order);
            Box::pin(async move {
                for _ in 0..2 {
                    let effect = || {
                        order.lock().unwrap().push(name);
                        Ok(())
                    };
                    gate.call(Site::StoreWrite, effect).await.unwrap();
                }
            })
        };
        let mut both = [write('a'), write('b')];
        for _ in 0..3 {
            for process in &mut both {
                poll(&gate, process.as_mut());
            }
        }
        assert_eq!(*order.lock().unwrap(), "abab");
    }
}
