//! Processes that crash, hang, cannot start, or are too many.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use local::city;
use serde_json::json;

use crate::{Fixture, options};

#[tokio::test]
async fn a_function_gets_this_environment_and_nothing_else() {
    let city = Fixture::with(|options| options.clock_offset = Some(-60)).await;
    let environment = city.json("/things/x?do=env").await;
    let names = environment.as_object().unwrap().keys().map(String::as_str).collect::<BTreeSet<_>>();
    let expected = [
        "AWS_ACCESS_KEY_ID",
        "AWS_ENDPOINT_URL_DYNAMODB",
        "AWS_ENDPOINT_URL_S3",
        "AWS_ENDPOINT_URL_SECRETS_MANAGER",
        "AWS_ENDPOINT_URL_SES",
        "AWS_ENDPOINT_URL_SQS",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "CITY_CLOCK_OFFSET_SECONDS",
        "LOG_LEVEL",
        "PUBLIC_ORIGIN",
        "QUEUE_NAME",
        "THINGS_TABLE",
        "WORK_QUEUE_URL",
        // Put there by the runtime inside the function.
        "_X_AMZN_TRACE_ID",
    ];
    assert_eq!(names, BTreeSet::from(expected));
    assert_eq!(environment["AWS_ACCESS_KEY_ID"], "echo");
    assert_eq!(environment["PUBLIC_ORIGIN"], city.running.origin);
    let queue = city.running.desk.aws.endpoints.queue_url("WorkQueue");
    assert_eq!(environment["WORK_QUEUE_URL"], queue);
    assert_eq!(environment["CITY_CLOCK_OFFSET_SECONDS"], "-60");
}

#[tokio::test]
async fn a_crash_fails_one_request_only() {
    let city = Fixture::start().await;
    for _ in 0..3 {
        assert_eq!(city.get("/things/x?do=crash").await.status(), 500);
        assert_eq!(city.get("/things/x").await.status(), 200);
    }
    let crash = json!({"routeKey": "GET /x", "queryStringParameters": {"do": "crash"}});
    let error = city.post("/_local/functions/echo/invoke", crash).await;
    assert_eq!(error.json::<serde_json::Value>().await.unwrap()["errorType"], "Runtime.ExitError");
}

#[tokio::test]
async fn a_killed_idle_worker_is_not_noticed() {
    let city = Fixture::start().await;
    assert_eq!(city.get("/things/x").await.status(), 200);
    let killed = city.post("/_local/functions/echo/kill", json!({})).await;
    assert_eq!(killed.json::<serde_json::Value>().await.unwrap(), json!({"killed": 1}));
    assert_eq!(city.get("/things/x").await.status(), 200);
}

#[tokio::test]
async fn a_caller_who_leaves_costs_no_worker() {
    let city = Fixture::start().await;
    for _ in 0..3 {
        let slow = city.get("/things/x?do=sleep");
        assert!(tokio::time::timeout(Duration::from_millis(100), slow).await.is_err());
    }
    assert_eq!(city.get("/things/x").await.status(), 200);
    assert!(city.running.desk.lambda.workers()["echo"] <= 2);
}

#[tokio::test]
async fn a_hanging_function_is_stopped_at_its_timeout() {
    let city = Fixture::start().await;
    let start = Instant::now();
    assert_eq!(city.get("/things/x?do=hang").await.status(), 500);
    let took = start.elapsed();
    assert!(took > Duration::from_secs(2) && took < Duration::from_secs(4), "{took:?}");
    assert_eq!(city.get("/things/x").await.status(), 200);
}

#[tokio::test]
async fn no_more_workers_than_reserved() {
    let city = Fixture::start().await;
    city.get("/things/x").await;
    let start = Instant::now();
    let answers = join_all((0..4).map(|_| city.get("/things/x?do=sleep"))).await;
    assert!(answers.iter().all(|answer| answer.status() == 200));
    let took = start.elapsed();
    assert!(took >= Duration::from_millis(800), "4 sleeps of 400 ms on 2 workers took {took:?}");
    assert_eq!(city.json("/_local/functions").await, json!({"echo": 2}));
}

#[tokio::test]
async fn a_function_that_cannot_start_says_why_and_recovers() {
    let binaries = tempfile::tempdir().unwrap();
    let echo = binaries.path().join("echo");
    std::fs::write(&echo, "#!/bin/sh\necho 'missing configuration: CASES_TABLE' >&2\nexit 1\n").unwrap();
    std::fs::set_permissions(&echo, std::fs::Permissions::from_mode(0o755)).unwrap();
    let folder = binaries.path().to_owned();
    let city = Fixture::with(|options| options.binaries = folder).await;
    assert_eq!(city.get("/things/x").await.status(), 500);
    let error = city.post("/_local/functions/echo/invoke", json!({})).await.text().await.unwrap();
    assert!(error.contains("missing configuration: CASES_TABLE"), "{error}");
    let log = std::fs::read_to_string(city.data.path().join("logs/echo.log")).unwrap();
    assert!(log.contains("missing configuration: CASES_TABLE"));

    std::fs::remove_file(&echo).unwrap();
    std::fs::copy(crate::examples().join("echo"), &echo).unwrap();
    crate::eventually("the function starts again", async || {
        (city.get("/things/x").await.status() == 200).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_city_that_cannot_start_says_what_to_do() {
    let city = Fixture::start().await;
    let problem = async |change: fn(&mut city::Options, u16), data: &tempfile::TempDir| {
        let mut options = options(data);
        change(&mut options, city.running.origin.rsplit(':').next().unwrap().parse().unwrap());
        match city::start(options).await {
            Ok(_) => "it started".to_owned(),
            Err(error) => format!("{error:#}"),
        }
    };
    let other = tempfile::tempdir().unwrap();
    let port = problem(|options, port| options.port = port, &other).await;
    assert!(port.contains("is in use") && port.contains("--port"), "{port}");
    let shared = problem(|_, _| {}, &city.data).await;
    assert!(shared.contains("another local city is using"), "{shared}");
    let unbuilt = problem(|options, _| options.binaries = "/".into(), &other).await;
    assert!(unbuilt.contains("EchoFunction") && unbuilt.contains("has no binary"), "{unbuilt}");
    let wrong =
        problem(|options, _| options.template = options.template.replace("rate(1 day)", "daily"), &other)
            .await;
    assert!(wrong.contains("EchoFunction.Properties.Events.Tick"), "{wrong}");
    std::fs::create_dir_all(other.path().join("aws")).unwrap();
    std::fs::write(
        other.path().join("aws/services.sqlite"),
        "this is no database, and long enough to be read as one",
    )
    .unwrap();
    let damaged = problem(|_, _| {}, &other).await;
    assert!(damaged.contains("--fresh"), "{damaged}");
}
