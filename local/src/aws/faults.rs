//! Faults on request: the n-th call of a function goes wrong in a chosen way.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The services of the city.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    DynamoDb,
    Sqs,
    Ses,
    S3,
    Secrets,
}

impl Service {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DynamoDb => "dynamodb",
            Self::Sqs => "sqs",
            Self::Ses => "ses",
            Self::S3 => "s3",
            Self::Secrets => "secretsmanager",
        }
    }
}

/// One call that goes wrong, once.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The access key id of the caller, which is the name of the function.
    pub function: String,
    /// Calls of any service when `None`.
    pub service: Option<Service>,
    /// `PutItem`, `SendMessage`, ...; any action when `None`.
    pub action: Option<String>,
    /// Which of the matching calls from now on; the first is 1.
    pub nth: u64,
    pub when: When,
    pub kind: FaultKind,
}

/// Whether the service has done the work when the fault happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Before,
    After,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The service's own answer for too many requests.
    Throttle,
    /// `DynamoDB`: another transaction holds the item. A throttle for the other services.
    Conflict,
    /// 500 of the service.
    InternalError,
    /// The answer comes late.
    Stall(Duration),
    /// No answer: the connection is reset.
    Reset,
    /// Half of the answer, then a reset. The work is done in any case.
    Truncate,
    /// [`Faults::on_kill`] is called with the function's name and the connection is reset.
    Kill,
}

type Killer = Box<dyn Fn(&str) + Send + Sync>;

#[derive(Default)]
struct Planned {
    faults: Vec<(Fault, u64)>,
    fired: u64,
}

/// What is to go wrong. Empty at the start.
#[derive(Default)]
pub struct Faults {
    planned: Mutex<Planned>,
    killer: Mutex<Option<Killer>>,
}

impl Faults {
    pub fn add(&self, fault: Fault) {
        self.planned().faults.push((fault, 0));
    }

    /// Forgets every fault that has not happened yet.
    pub fn clear(&self) {
        self.planned().faults.clear();
    }

    /// How many are still to come.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.planned().faults.len()
    }

    /// How many have happened since the start.
    #[must_use]
    pub fn fired(&self) -> u64 {
        self.planned().fired
    }

    /// The owner of the processes says how a function dies. It is called inside the server: it must not block.
    pub fn on_kill(&self, killer: impl Fn(&str) + Send + Sync + 'static) {
        *self.killer.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(killer));
    }

    pub(super) fn kill(&self, function: &str) {
        if let Some(killer) = &*self.killer.lock().unwrap_or_else(PoisonError::into_inner) {
            killer(function);
        }
    }

    /// Counts one call and says what is to happen to it.
    pub(super) fn take(&self, function: &str, service: Service, action: &str) -> Option<(When, FaultKind)> {
        let mut planned = self.planned();
        let mut due = None;
        for (at, (fault, seen)) in planned.faults.iter_mut().enumerate() {
            let matches = fault.function == function
                && fault.service.is_none_or(|wanted| wanted == service)
                && fault.action.as_deref().is_none_or(|wanted| wanted == action);
            if matches {
                *seen += 1;
                if *seen >= fault.nth && due.is_none() {
                    due = Some(at);
                }
            }
        }
        let (fault, _) = planned.faults.remove(due?);
        planned.fired += 1;
        Some((fault.when, fault.kind))
    }

    fn planned(&self) -> MutexGuard<'_, Planned> {
        self.planned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(nth: u64, action: Option<&str>) -> Fault {
        Fault {
            function: "casework".to_owned(),
            service: Some(Service::DynamoDb),
            action: action.map(str::to_owned),
            nth,
            when: When::Before,
            kind: FaultKind::Throttle,
        }
    }

    #[test]
    fn the_nth_matching_call_is_hit_once() {
        let faults = Faults::default();
        faults.add(fault(2, Some("PutItem")));
        let hit = |function, action| faults.take(function, Service::DynamoDb, action).is_some();
        assert!(!hit("casework", "PutItem"));
        assert!(!hit("submission", "PutItem"));
        assert!(!hit("casework", "GetItem"));
        assert!(hit("casework", "PutItem"));
        assert!(!hit("casework", "PutItem"));
        assert_eq!((faults.pending(), faults.fired()), (0, 1));
    }

    #[test]
    fn two_faults_for_one_call_hit_two_calls() {
        let faults = Faults::default();
        faults.add(fault(1, None));
        faults.add(fault(1, None));
        let hit = || faults.take("casework", Service::DynamoDb, "Query").is_some();
        assert_eq!((hit(), hit(), hit()), (true, true, false));
    }
}
