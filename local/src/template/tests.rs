//! The reader against a small template, and against that template with one thing wrong.

use proptest::prelude::*;

use super::*;

const SMALL: &str = include_str!("../../tests/fixtures/template.yaml");

fn city() -> City {
    read(SMALL, &Given::default()).unwrap()
}

/// The error after `from` became `to`.
fn broken(from: &str, to: &str) -> String {
    assert!(SMALL.contains(from), "the fixture has no `{from}`");
    match read(&SMALL.replacen(from, to, 1), &Given::default()) {
        Ok(_) => format!("no error after `{from}` became `{to}`"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn reads_the_whole_city() {
    let city = city();
    let echo = city.function("echo").unwrap();
    assert_eq!((echo.timeout, echo.memory, echo.concurrency), (2, 256, Some(2)));
    assert_eq!(echo.logical_id, "EchoFunction");
    assert_eq!(echo.routes.len(), 4);
    assert!(echo.routes.contains(&Route::Path { method: "ANY".into(), path: "/echo/{proxy+}".into() }));
    let queue = &echo.queues[0];
    assert_eq!((queue.queue.as_str(), queue.batch_size, queue.partial_failures), ("WorkQueue", 10, true));
    let stream = &echo.streams[0];
    assert_eq!((stream.id.as_str(), stream.table.as_str()), ("echo.Changes", "ThingsTable"));
    assert_eq!((stream.maximum_retries, stream.bisect, stream.from_start), (Some(1), true, true));
    assert_eq!(stream.failure_queue.as_deref(), Some("GivenUp"));
    assert_eq!(echo.schedules[0].schedule, Schedule::Rate(86_400));
    assert_eq!(echo.schedules[0].input, serde_json::json!({"tick": true}));
    assert_eq!(city.queues.len(), 3);
    assert_eq!(city.tables[0].name, "ThingsTable");
}

#[test]
fn references_become_names_and_addresses() {
    let given = Given {
        parameters: [("PublicOrigin".to_owned(), "http://localhost:9".to_owned())].into(),
        queue_base: "http://127.0.0.1:7/000000000000".to_owned(),
    };
    let city = read(SMALL, &given).unwrap();
    let environment = &city.function("echo").unwrap().environment;
    let expected = [
        ("LOG_LEVEL", "info"),
        ("PUBLIC_ORIGIN", "http://localhost:9"),
        ("QUEUE_NAME", "WorkQueue-of-000000000000"),
        ("THINGS_TABLE", "ThingsTable"),
        ("WORK_QUEUE_URL", "http://127.0.0.1:7/000000000000/WorkQueue"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(environment, &BTreeMap::from(expected));
}

#[test]
fn a_wrong_template_names_the_place() {
    let cases = [
        (
            "!Ref ThingsTable",
            "!Ref ThingTable",
            "EchoFunction.Properties.Environment.Variables.THINGS_TABLE: unknown Ref `ThingTable`",
        ),
        (
            "!GetAtt WorkQueue.Arn",
            "!GetAtt ThingsTable.Arn",
            "Events.Work.Properties.Queue: `arn:aws:dynamodb",
        ),
        ("!GetAtt WorkQueue.Arn", "!GetAtt WorkQueue.Arm", "has no attribute `Arm`"),
        ("!GetAtt ThingsTable.StreamArn", "!GetAtt WorkQueue.Arn", "is not the stream of a table"),
        ("      StreamSpecification: { StreamViewType: NEW_IMAGE }\n", "", "has no StreamSpecification"),
        ("rate(1 day)", "rate(1 days)", "Events.Tick.Properties.ScheduleExpression"),
        ("rate(1 day)", "every day", "neither rate(...) nor cron(...)"),
        ("BatchSize: 10\n", "BatchSise: 10\n", "unknown field `BatchSise`"),
        ("VisibilityTimeout: 2\n", "VisibilityTimeout: 1\n", "before the function's 2 s are over"),
        ("VisibilityTimeout: 2\n", "VisibilityTimeOut: 2\n", "property `VisibilityTimeOut` is not supported"),
        (
            "BuildProperties: { Binary: echo }",
            "BuildProperties: {}",
            "has no Metadata.BuildProperties.Binary",
        ),
        ("Type: AWS::SQS::Queue", "Type: AWS::SQS::Cue", "type `AWS::SQS::Cue` is not supported"),
        ("!Not [", "!Nor [", "unknown tag `!Nor`"),
        ("!If [AlarmsNotify,", "!If [AlarmNotify,", "unknown condition `AlarmNotify`"),
        ("Default: \"\"", "Description: x", "Parameters.AlarmTopicArn: has no Default"),
        (
            "- { AttributeName: sk, AttributeType: S }",
            "- { AttributeName: si, AttributeType: S }",
            "key attribute `sk` is not defined",
        ),
        ("'{\"tick\":true}'", "'{tick}'", "Input: is not JSON"),
        ("Path: /things/all", "Path: \"/things/{thing}\"", "route `GET /things/{thing}` is there twice"),
        ("Method: POST", "Method: SEND", "`SEND` is not a method"),
        ("!GetAtt WorkDeadLetters.Arn", "x", "is not the ARN of a queue"),
        ("Timeout: 2\n", "Timeout: 901\n", "must be from 1 to 900"),
        ("[ReportBatchItemFailures]", "[ReportItems]", "may only be ReportBatchItemFailures"),
        ("\"eventName\":[\"INSERT\"]", "\"eventName\":\"INSERT\"", "filter values must be in a list"),
        ("ApiId: !Ref Api,", "ApiId: Ape,", "`Ape` is not an HTTP API"),
        ("${WorkQueue.QueueName}", "${WorkQueu.QueueName}", "unknown resource `WorkQueu`"),
        ("Resources:", "Resource:", "Resource: is a section"),
    ];
    for (from, to, expected) in cases {
        let error = broken(from, to);
        assert!(error.contains(expected), "`{from}` -> `{to}` gave: {error}");
    }
}

/// The template that is deployed; tests of the other parts of the repository look deeper.
#[test]
fn reads_the_real_template() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml");
    let Ok(text) = std::fs::read_to_string(path) else { return };
    let city = read(&text, &Given::default()).unwrap();
    let names = city.functions.iter().map(|function| function.name.as_str()).collect::<BTreeSet<_>>();
    assert!(names.contains("catalogue") && names.contains("event-relay"), "{names:?}");
    assert_eq!(city.mail.queue.as_deref(), Some("NotificationFeedbackQueue"));
    assert_eq!(city.mail.configuration_set.as_deref(), Some("MailConfigurationSet"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is cut out of a template, the reader answers; it neither panics nor loops.
    #[test]
    fn never_panics(start in 0..SMALL.len(), length in 0..200_usize) {
        let end = start.saturating_add(length).min(SMALL.len());
        if let (Some(before), Some(after)) = (SMALL.get(..start), SMALL.get(end..)) {
            let _ = read(&format!("{before}{after}"), &Given::default());
        }
    }

    /// A text goes through the reader unchanged, whatever it holds.
    #[test]
    fn texts_survive(value in "[ -~]{0,40}") {
        prop_assume!(!value.contains("${"));
        let quoted = serde_json::to_string(&value).unwrap();
        let text = SMALL.replacen("LOG_LEVEL: info", &format!("LOG_LEVEL: {quoted}"), 1);
        let city = read(&text, &Given::default()).unwrap();
        prop_assert_eq!(city.function("echo").unwrap().environment.get("LOG_LEVEL"), Some(&value));
    }
}
