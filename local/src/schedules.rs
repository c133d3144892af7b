//! Schedules: functions that are started by the clock, or by hand.

use tokio::task::JoinSet;

use crate::lambda::{InvokeError, Lambda};
use crate::template::{City, Function, ScheduleSource};
use crate::{ambient, console};

/// Starts every schedule of the template. They end with the returned set.
#[must_use]
pub fn start(city: &City, lambda: &Lambda) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    for function in &city.functions {
        for source in &function.schedules {
            tasks.spawn(run(function.name.clone(), source.clone(), lambda.clone()));
        }
    }
    tasks
}

async fn run(function: String, source: ScheduleSource, lambda: Lambda) {
    loop {
        let now = ambient::now();
        let Some(next) = source.schedule.next(now) else {
            console::complain(&format!("schedule {} of {function} is never due", source.name));
            return;
        };
        let wait = std::time::Duration::try_from(next.duration_since(now)).unwrap_or_default();
        tokio::time::sleep(wait).await;
        // The Lambda part says what went wrong; the next time is another try.
        let _ = lambda.invoke(&function, source.input.to_string()).await;
    }
}

/// Runs every schedule of a function now. Says how many it has.
pub async fn run_now(function: &Function, lambda: &Lambda) -> Result<usize, InvokeError> {
    for source in &function.schedules {
        lambda.invoke(&function.name, source.input.to_string()).await?;
    }
    Ok(function.schedules.len())
}
