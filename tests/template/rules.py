"""House rules that cfn-lint has no word for, checked on the expanded template.

A rule is a function that takes a `Stack` and yields one sentence for each thing that is wrong.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

LAMBDA_TIMEOUT_DEFAULT = 3
SQS_VISIBILITY_DEFAULT = 30
SQS_RETENTION_DEFAULT = 345_600
# The namespace of the functions' own metrics, as in shared/platform/src/telemetry.rs.
NAMESPACE = "SingleWindow"
# What the functions count that is no trouble; everything else they count has an alarm.
GOOD_NEWS = {
    "CallbacksKept",
    "DatesMoved",
    "InboxesNotOpened",
    "LearnedByAsking",
    "NoticesSent",
    "PaymentsPosted",
    "PaymentsRecovered",
    "ProvidersAsked",
    "SweptEvents",
    "SweptPayments",
    "TimersFired",
}
# Properties that fix the name of a resource, so that a second stack could not stand beside it.
PHYSICAL_NAMES = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::IAM::Role": "RoleName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::SES::ConfigurationSet": "Name",
    "AWS::Scheduler::Schedule": "Name",
}


@dataclass(frozen=True)
class Stack:
    """An expanded template, the anchors of docs/operations.md, and what the functions count (service, metric)."""

    template: dict
    anchors: frozenset[str]
    counters: frozenset[tuple[str, str]]

    def of_type(self, kind: str) -> Iterator[tuple[str, dict]]:
        for name, resource in self.template["Resources"].items():
            if resource["Type"] == kind:
                yield name, resource.get("Properties", {})


Rule = Callable[[Stack], Iterator[str]]
RULES: list[Rule] = []


def rule(function: Rule) -> Rule:
    RULES.append(function)
    return function


def target(value: object) -> str | None:
    """The logical name that a `Ref` or a `GetAtt` points to."""
    if not isinstance(value, dict):
        return None
    if "Ref" in value:
        return value["Ref"]
    attribute = value.get("Fn::GetAtt")
    if isinstance(attribute, str):
        return attribute.split(".")[0]
    return attribute[0] if attribute else None


def as_list(value: object) -> list:
    return value if isinstance(value, list) else [value]


def redrive_target(queue: dict) -> str | None:
    return target(queue.get("RedrivePolicy", {}).get("deadLetterTargetArn"))


def on_failure_target(mapping: dict) -> str | None:
    return target(mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"))


def dead_letters(stack: Stack) -> set[str]:
    """Queues in which something that failed comes to rest."""
    redriven = {redrive_target(queue) for _, queue in stack.of_type("AWS::SQS::Queue")}
    failed = {on_failure_target(mapping) for _, mapping in stack.of_type("AWS::Lambda::EventSourceMapping")}
    return (redriven | failed) - {None}


def alarms_on(stack: Stack, metric: str) -> set[str]:
    """Logical names that an alarm on `metric` watches."""
    return {
        name
        for _, alarm in stack.of_type("AWS::CloudWatch::Alarm")
        if alarm.get("MetricName") == metric
        for dimension in alarm.get("Dimensions", [])
        if (name := target(dimension["Value"]))
    }


@rule
def visibility_is_six_timeouts(stack: Stack) -> Iterator[str]:
    """Below that, a batch that is throttled and retried is handed out twice at once."""
    queues = dict(stack.of_type("AWS::SQS::Queue"))
    functions = dict(stack.of_type("AWS::Lambda::Function"))
    for name, mapping in stack.of_type("AWS::Lambda::EventSourceMapping"):
        queue = queues.get(target(mapping["EventSourceArn"]))
        function = functions.get(target(mapping["FunctionName"]))
        if queue is None or function is None:
            continue
        visibility = queue.get("VisibilityTimeout", SQS_VISIBILITY_DEFAULT)
        timeout = function.get("Timeout", LAMBDA_TIMEOUT_DEFAULT)
        if visibility < 6 * timeout:
            yield f"{name}: visibility {visibility} s is less than six times the timeout of {timeout} s"


@rule
def queues_have_dead_letters(stack: Stack) -> Iterator[str]:
    ends = dead_letters(stack)
    queues = dict(stack.of_type("AWS::SQS::Queue"))
    for name, queue in queues.items():
        end = redrive_target(queue)
        if end is None and name not in ends:
            yield f"{name}: no dead-letter queue"
        if end in queues:
            kept = queue.get("MessageRetentionPeriod", SQS_RETENTION_DEFAULT)
            if queues[end].get("MessageRetentionPeriod", SQS_RETENTION_DEFAULT) <= kept:
                yield f"{end}: keeps dead letters no longer than {name} keeps messages"


@rule
def dead_letters_have_alarms(stack: Stack) -> Iterator[str]:
    watched = alarms_on(stack, "ApproximateNumberOfMessagesVisible")
    for name in sorted(dead_letters(stack) - watched):
        yield f"{name}: no alarm on its dead letters"


@rule
def functions_have_alarms(stack: Stack) -> Iterator[str]:
    watched = alarms_on(stack, "Errors")
    for name, _ in stack.of_type("AWS::Lambda::Function"):
        if name not in watched:
            yield f"{name}: no alarm on its errors"


@rule
def streams_have_a_lag_alarm(stack: Stack) -> Iterator[str]:
    watched = alarms_on(stack, "IteratorAge")
    for name, mapping in stack.of_type("AWS::Lambda::EventSourceMapping"):
        if "StartingPosition" in mapping and target(mapping["FunctionName"]) not in watched:
            yield f"{name}: no alarm on the age of its iterator"


@rule
def permissions_are_exact(stack: Stack) -> Iterator[str]:
    for name, role in stack.of_type("AWS::IAM::Role"):
        if role.get("ManagedPolicyArns"):
            yield f"{name}: managed policies allow more than the function does"
        for policy in role.get("Policies", []):
            yield from wide_statements(name, policy["PolicyDocument"])
    for kind in ("AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy", "AWS::S3::BucketPolicy"):
        for name, policy in stack.of_type(kind):
            yield from wide_statements(name, policy["PolicyDocument"])


def wide_statements(name: str, document: dict) -> Iterator[str]:
    for statement in document["Statement"]:
        if statement["Effect"] != "Allow":
            continue
        for action in as_list(statement["Action"]):
            if "*" in action:
                yield f"{name}: action {action} is not exact"
        for resource in as_list(statement["Resource"]):
            text = resource if isinstance(resource, str) else as_list(resource.get("Fn::Sub", ""))[0]
            # A prefix in a bucket is the one place where a name cannot be known.
            if "*" in text and not re.fullmatch(r"\$\{\w+\.Arn\}/[a-z]+/\*", text):
                yield f"{name}: resource {text} is not exact"


@rule
def batches_fail_in_part(stack: Stack) -> Iterator[str]:
    for name, mapping in stack.of_type("AWS::Lambda::EventSourceMapping"):
        if "ReportBatchItemFailures" not in mapping.get("FunctionResponseTypes", []):
            yield f"{name}: one bad record fails its whole batch (ReportBatchItemFailures is missing)"


@rule
def streams_cannot_block(stack: Stack) -> Iterator[str]:
    for name, mapping in stack.of_type("AWS::Lambda::EventSourceMapping"):
        if "StartingPosition" not in mapping:
            continue
        if mapping.get("BisectBatchOnFunctionError") is not True:
            yield f"{name}: a failing batch is not bisected"
        if on_failure_target(mapping) is None:
            yield f"{name}: no on-failure destination"
        for limit in ("MaximumRetryAttempts", "MaximumRecordAgeInSeconds"):
            if mapping.get(limit, -1) < 0:
                yield f"{name}: {limit} has no limit"


@rule
def tables_are_protected(stack: Stack) -> Iterator[str]:
    for name, resource in stack.template["Resources"].items():
        if resource["Type"] != "AWS::DynamoDB::Table":
            continue
        properties = resource["Properties"]
        if properties.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled") is not True:
            yield f"{name}: no point-in-time recovery"
        if properties.get("DeletionProtectionEnabled") is not True:
            yield f"{name}: no deletion protection"
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            if resource.get(policy) != "Retain":
                yield f"{name}: {policy} is not Retain"


@rule
def timeouts_are_possible(stack: Stack) -> Iterator[str]:
    for name, function in stack.of_type("AWS::Lambda::Function"):
        timeout = function.get("Timeout", LAMBDA_TIMEOUT_DEFAULT)
        if timeout > 900:
            yield f"{name}: timeout {timeout} s is more than Lambda allows"


@rule
def functions_have_log_groups(stack: Stack) -> Iterator[str]:
    groups = dict(stack.of_type("AWS::Logs::LogGroup"))
    for name, function in stack.of_type("AWS::Lambda::Function"):
        if target(function.get("LoggingConfig", {}).get("LogGroup")) not in groups:
            yield f"{name}: no log group of its own"
    for name, group in groups.items():
        if "RetentionInDays" not in group:
            yield f"{name}: logs are kept for ever"


@rule
def trouble_that_is_counted_has_an_alarm(stack: Stack) -> Iterator[str]:
    watched = {
        (dimension["Value"], alarm["MetricName"])
        for _, alarm in stack.of_type("AWS::CloudWatch::Alarm")
        if alarm.get("Namespace") == NAMESPACE
        for dimension in alarm.get("Dimensions", [])
        if dimension["Name"] == "service"
    }
    for service, metric in sorted(stack.counters - watched):
        if metric not in GOOD_NEWS:
            yield f"{metric}: {service} counts it and no alarm watches it"
    for service, metric in sorted(watched - stack.counters):
        yield f"{metric}: an alarm watches it and {service} does not count it"


@rule
def alarms_say_what_to_do(stack: Stack) -> Iterator[str]:
    for name, alarm in stack.of_type("AWS::CloudWatch::Alarm"):
        link = re.search(r"docs/operations\.md#([\w-]+)$", alarm.get("AlarmDescription", ""))
        if link is None:
            yield f"{name}: its description does not end with a section of docs/operations.md"
        elif link[1] not in stack.anchors:
            yield f"{name}: docs/operations.md has no section {link[1]}"


@rule
def environment_resolves(stack: Stack) -> Iterator[str]:
    known = set(stack.template["Resources"]) | set(stack.template.get("Parameters", {}))
    for name, function in stack.of_type("AWS::Lambda::Function"):
        for variable, value in function.get("Environment", {}).get("Variables", {}).items():
            for reference in references(value):
                if reference not in known and not reference.startswith("AWS::"):
                    yield f"{name}: {variable} refers to {reference}, which does not exist"


def references(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    if not isinstance(value, dict):
        return
    if name := target(value):
        yield name
    for key, inner in value.items():
        if key == "Fn::If":
            yield from references(inner[1:])
        elif key == "Fn::Sub":
            text, given = (inner, {}) if isinstance(inner, str) else inner
            yield from (found for found in re.findall(r"\$\{([\w:]+)", text) if found not in given)
            yield from references(list(given.values()))
        elif key not in ("Ref", "Fn::GetAtt"):
            yield from references(inner)


@rule
def names_are_generated(stack: Stack) -> Iterator[str]:
    for kind, key in PHYSICAL_NAMES.items():
        for name, properties in stack.of_type(kind):
            if key in properties:
                yield f"{name}: has the physical name {properties[key]}"


@rule
def buckets_are_private(stack: Stack) -> Iterator[str]:
    closed = {
        target(policy["Bucket"])
        for _, policy in stack.of_type("AWS::S3::BucketPolicy")
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny"
        and statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport") == "false"
    }
    for name, bucket in stack.of_type("AWS::S3::Bucket"):
        block = bucket.get("PublicAccessBlockConfiguration", {})
        if len(block) != 4 or not all(block.values()):
            yield f"{name}: public access is not blocked"
        if "BucketEncryption" not in bucket:
            yield f"{name}: not encrypted"
        if name not in closed:
            yield f"{name}: no policy that refuses plain HTTP"


def counters(source: str) -> frozenset[tuple[str, str]]:
    """What Rust code counts with `telemetry::count`: service and metric of every call."""
    calls = re.findall(r"telemetry::count\(([^)]*)\)", source)
    named = [re.search(r'"([\w-]+)",\s*"(\w+)"', call) for call in calls]
    if None in named:
        raise ValueError("a call of telemetry::count does not name its service and metric")
    return frozenset(match.group(1, 2) for match in named)


def complaints(stack: Stack) -> list[str]:
    """Everything every rule has to say."""
    return [f"{check.__name__}: {complaint}" for check in RULES for complaint in check(stack)]


def anchors(markdown: str) -> frozenset[str]:
    """The anchors a Markdown file's headings get."""
    headings = re.findall(r"^#+ +(.+?) *$", markdown, flags=re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)
