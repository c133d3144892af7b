//! Logs as JSON lines and metrics in CloudWatch's embedded format. No personal data: types see to
//! that, and spans carry ids only.

use tracing_subscriber::EnvFilter;

use crate::ports::Ambient;

/// The namespace of all metrics.
pub const NAMESPACE: &str = "SingleWindow";

/// Starts logging at `level` (`info`, `debug`, ...), once per process.
pub fn start(level: &str) {
    let filter = EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new("info"));
    let started = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter)
        .with_current_span(true)
        .with_span_list(false)
        .with_target(true)
        .without_time()
        .try_init();
    if started.is_err() {
        tracing::debug!("logging was started before");
    }
}

/// Counts `value` of `metric` for the function `service`, in CloudWatch's embedded metric format:
/// one JSON line on standard output, with `_aws` at its top.
#[expect(clippy::print_stdout, reason = "the embedded metric format is a line on standard output")]
pub fn count(ambient: &dyn Ambient, service: &str, metric: &str, value: usize) {
    let mut line = serde_json::json!({
        "_aws": {
            "Timestamp": ambient.now().as_millisecond(),
            "CloudWatchMetrics": [{
                "Namespace": NAMESPACE,
                "Dimensions": [["service"]],
                "Metrics": [{ "Name": metric, "Unit": "Count" }],
            }],
        },
        "service": service,
    });
    if let Some(fields) = line.as_object_mut() {
        fields.insert(metric.to_owned(), value.into());
    }
    println!("{line}");
}
