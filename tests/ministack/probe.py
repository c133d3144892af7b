"""Measures what MiniStack can do for this template, with functions that only record their events.

Prints one line per question. docs/ministack.md holds the answers and what follows from them; run this
again when the version of MiniStack changes. Takes about a minute and a half: one question waits for a schedule.
"""

import base64
import http.client
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import city
from samtranslator.yaml_helper import yaml_parse


class Probe:
    """A deployed city of recording functions, and what they were given."""

    def __init__(self, cloud: city.Cloud, folder: Path, template: dict, port: int) -> None:
        self.cloud, self.folder, self.port = cloud, folder, port
        city.verify_sender(cloud, template)
        city.upload(cloud, template, folder / "bin")
        city.deploy(cloud, template, city.parameters(f"http://127.0.0.1:{port}", ""))
        self.ids = city.physical_ids(cloud)
        city.add_routes(cloud, template, self.ids)

    def events(self, function: str) -> list:
        path = self.folder / f"{self.ids[function]}.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def forget(self, function: str) -> None:
        (self.folder / f"{self.ids[function]}.jsonl").unlink(missing_ok=True)

    def plan(self, answer: dict | None) -> None:
        path = self.folder / "answer.json"
        if answer is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(json.dumps(answer))

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict | None = None
    ) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request(method, path, body, headers or {})
        return connection.getresponse()

    def put(self, table: str, item: dict) -> None:
        values = {key: {"S": value} for key, value in item.items()}
        self.cloud.client("dynamodb").put_item(TableName=self.ids[table], Item=values)


def wait_for(condition: Callable[[], bool], seconds: float) -> float | None:
    """Seconds until the condition held, or None."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        if condition():
            return time.monotonic() - started
        time.sleep(0.05)
    return None


def say(question: str, answer: object) -> None:
    print(f"{question}: {answer}", flush=True)


def http_api(probe: Probe) -> None:
    started = time.monotonic()
    probe.request("GET", "/").read()
    cold = time.monotonic() - started
    times = []
    for _ in range(30):
        started = time.monotonic()
        probe.request("GET", "/").read()
        times.append(time.monotonic() - started)
    say("cold / warm request", f"{cold * 1000:.0f} ms / {statistics.median(times) * 1000:.0f} ms")

    headers = {"cookie": "s=1; t=2", "content-type": "application/octet-stream", "x-two": "a,b"}
    answer = probe.request("POST", "/api/work/C%2D1/accept?x=1&x=2&y=%E5%8C%97", b"\xff\x00\x01", headers)
    cookies = answer.headers.get_all("set-cookie")
    content = json.loads(answer.read())
    event = content["event"]
    say("payload version, route key", [event["version"], event["routeKey"]])
    say("raw path, path parameters", [event["rawPath"], event.get("pathParameters")])
    say("raw query, query parameters", [event["rawQueryString"], event.get("queryStringParameters")])
    say("cookies in", [event.get("cookies"), "cookie" in event["headers"]])
    say("cookies out", cookies)
    say(
        "binary body",
        [event["isBase64Encoded"], event["isBase64Encoded"] and base64.b64decode(event["body"]) == b"\xff\x00\x01"],
    )
    text = json.loads(
        probe.request("POST", "/api/drafts", '{"a":"北"}'.encode(), {"content-type": "application/json"}).read()
    )["event"]
    say("JSON body", [text["isBase64Encoded"], text["body"]])
    multipart = {"content-type": "multipart/form-data; boundary=x"}
    form = json.loads(probe.request("POST", "/drafts/d/files", b"--x\r\n\r\na\r\n--x--\r\n", multipart).read())["event"]
    say("multipart body is base64", form["isBase64Encoded"])
    say("unknown route", [probe.request("GET", "/nowhere").status, probe.request("PUT", "/").status])
    say("request context", sorted(event["requestContext"]))
    environment = content["environment"]
    say("environment of a function", sorted(environment))
    say("big body (5 MB)", probe.request("POST", "/api/drafts", b"x" * 5_000_000).status)


def queue(probe: Probe) -> None:
    sqs = probe.cloud.client("sqs")
    url = probe.ids["NotificationQueue"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
    sqs.send_message(QueueUrl=url, MessageBody="good")
    took = wait_for(lambda: bool(probe.events("NotificationFunction")), 10)
    say("queue to function", f"{took:.2f} s" if took else "never")
    bad = sqs.send_message(QueueUrl=url, MessageBody="bad")["MessageId"]
    probe.plan({"batchItemFailures": [{"itemIdentifier": bad}]})
    dead = probe.ids["NotificationDeadLetters"]

    def arrived() -> bool:
        attributes = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["ApproximateNumberOfMessages"])[
            "Attributes"
        ]
        return attributes["ApproximateNumberOfMessages"] == "1"

    took = wait_for(arrived, 30)
    attempts = sum(
        1 for event in probe.events("NotificationFunction") for record in event["Records"] if record["messageId"] == bad
    )
    say(
        "partial failure ends in dead letters",
        f"after {attempts} attempts, {took:.1f} s" if took else f"never ({attempts} attempts)",
    )
    probe.plan(None)


def stream(probe: Probe) -> None:
    function = "EventRelayFunction"
    probe.put("CasesTable", {"pk": "A", "sk": "1", "row": "event"})
    took = wait_for(lambda: bool(probe.events(function)), 10)
    say("stream to function", f"{took:.2f} s" if took else "never")
    probe.put("CasesTable", {"pk": "A", "sk": "0", "row": "case"})
    probe.put("CasesTable", {"pk": "A", "sk": "2", "row": "event"})
    wait_for(lambda: len(probe.events(function)) > 1, 10)
    keys = [record["dynamodb"]["Keys"]["sk"]["S"] for event in probe.events(function) for record in event["Records"]]
    say("filter lets through", keys)
    say("a record's members", sorted(probe.events(function)[0]["Records"][0]["dynamodb"]))

    probe.forget(function)
    first = {"pk": "B", "sk": "1", "row": "event"}
    probe.plan({"fail": "all"})
    probe.put("CasesTable", first)
    wait_for(lambda: len(probe.events(function)) > 1, 8)
    say("a record reported as failed is delivered again", f"{len(probe.events(function))} deliveries in 8 s")

    probe.forget(function)
    probe.plan({"errorMessage": "no", "errorType": "Probe"})
    probe.put("CasesTable", {**first, "sk": "3"})
    wait_for(lambda: len(probe.events(function)) > 8, 25)
    failures = probe.cloud.client("sqs").get_queue_attributes(
        QueueUrl=probe.ids["EventRelayFailures"], AttributeNames=["ApproximateNumberOfMessages"]
    )["Attributes"]
    say(
        "a failing stream batch (5 retries allowed)",
        f"{len(probe.events(function))} deliveries in 25 s, {failures['ApproximateNumberOfMessages']} in EventRelayFailures",
    )
    probe.plan(None)


def mail(probe: Probe) -> None:
    ses = probe.cloud.client("ses")
    ses.send_email(
        Source="no-reply@city.example",
        Destination={"ToAddresses": ["a@example.org"]},
        Message={"Subject": {"Data": "通知"}, "Body": {"Text": {"Data": "t"}, "Html": {"Data": "<p>h</p>"}}},
        ConfigurationSetName=probe.ids["MailConfigurationSet"],
        Tags=[{"Name": "notice", "Value": "n-1"}],
    )
    function = "NotificationFeedbackFunction"
    took = wait_for(lambda: sum(len(event["Records"]) for event in probe.events(function)) > 1, 10)
    bodies = [json.loads(record["body"]) for event in probe.events(function) for record in event["Records"]]
    say("mail to feedback function (with launcher.py)", f"{took:.2f} s" if took else "never")
    say("raw delivery, tags", [(body.get("eventType"), body.get("mail", {}).get("tags")) for body in bodies])
    listed = json.loads(probe.request("GET", "/_local/mail.json").read())
    say("mailbox", [(mail["to"], mail["subject"], mail["tags"]) for mail in listed])
    status = probe.request("POST", f"/_local/mail/{listed[0]['id']}/event", b'{"type":"Bounce"}').status
    wait_for(lambda: "Bounce" in str(probe.events(function)), 5)
    say("a bounce made by hand", [status, "Bounce" in str(probe.events(function))])
    before = len(probe.events(function))
    raw = b"From: no-reply@city.example\r\nTo: a@example.org\r\nSubject: s\r\n\r\nt"
    ses.send_raw_email(RawMessage={"Data": raw}, ConfigurationSetName=probe.ids["MailConfigurationSet"])
    took = wait_for(lambda: len(probe.events(function)) > before, 5)
    say("mail events of an operation that launcher.py leaves alone", f"{took:.2f} s" if took else "never")
    try:
        ses.send_email(
            Source="a@elsewhere.example",
            Destination={"ToAddresses": ["a@example.org"]},
            Message={"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}},
        )
        say("unverified sender", "sent")
    except ses.exceptions.MessageRejected as error:
        say("unverified sender", type(error).__name__)


def roles(probe: Probe) -> None:
    """Whether a function may do what its role says, and nothing else."""
    ids, key, item = (
        probe.ids,
        {"pk": {"S": "a"}, "sk": {"S": "b"}},
        {"pk": {"S": "a"}, "sk": {"S": "b"}, "row": {"S": "case"}},
    )
    letter = {
        "Destination": {"ToAddresses": ["a@example.org"]},
        "Message": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}},
    }
    equals = {"ExpressionAttributeValues": {":v": {"S": "x"}}}
    calls = [
        ("SubmissionFunction", "dynamodb", "put_item", {"TableName": ids["CasesTable"], "Item": item}),
        ("SubmissionFunction", "dynamodb", "delete_item", {"TableName": ids["CasesTable"], "Key": key}),
        ("SubmissionFunction", "dynamodb", "scan", {"TableName": ids["CasesTable"]}),
        ("SubmissionFunction", "dynamodb", "get_item", {"TableName": ids["NoticesTable"], "Key": key}),
        (
            "SubmissionFunction",
            "dynamodb",
            "transact_write_items",
            {"TransactItems": [{"Put": {"TableName": ids["CasesTable"], "Item": item}}]},
        ),
        (
            "SubmissionFunction",
            "dynamodb",
            "transact_write_items",
            {"TransactItems": [{"Delete": {"TableName": ids["CasesTable"], "Key": key}}]},
        ),
        (
            "SubmissionFunction",
            "dynamodb",
            "query",
            {
                "TableName": ids["ReportsTable"],
                "IndexName": "applicant",
                "KeyConditionExpression": "applicant = :v",
                **equals,
            },
        ),
        (
            "SubmissionFunction",
            "dynamodb",
            "query",
            {"TableName": ids["ReportsTable"], "KeyConditionExpression": "pk = :v", **equals},
        ),
        (
            "SubmissionFunction",
            "s3",
            "put_object",
            {"Bucket": ids["UploadsBucket"], "Key": "quarantine/a", "Body": "x"},
        ),
        ("SubmissionFunction", "s3", "put_object", {"Bucket": ids["UploadsBucket"], "Key": "cases/a", "Body": "x"}),
        ("EventRelayFunction", "sqs", "send_message", {"QueueUrl": ids["NotificationQueue"], "MessageBody": "x"}),
        ("SubmissionFunction", "sqs", "send_message", {"QueueUrl": ids["NotificationQueue"], "MessageBody": "x"}),
        (
            "NotificationFunction",
            "ses",
            "send_email",
            {"Source": "no-reply@city.example", "ConfigurationSetName": ids["MailConfigurationSet"], **letter},
        ),
        ("SubmissionFunction", "ses", "send_email", {"Source": "no-reply@city.example", **letter}),
        ("SignInFunction", "secretsmanager", "get_secret_value", {"SecretId": ids["IdentityClientSecret"]}),
        ("CaseworkFunction", "secretsmanager", "get_secret_value", {"SecretId": ids["IdentityClientSecret"]}),
    ]
    client = probe.cloud.client("lambda")
    for function, service, operation, parameters in calls:
        answer = client.invoke(
            FunctionName=ids[function], Payload=json.dumps({"call": [service, operation, parameters]})
        )
        detail = parameters.get("Key") if service == "s3" else parameters.get("IndexName", "")
        say(f"{function} {service} {operation} {detail}", json.loads(answer["Payload"].read()))


def presigned(probe: Probe) -> None:
    s3 = probe.cloud.client("s3")

    def put(label: str, body: bytes, kind: str, seconds: int = 60, key: str = "quarantine/a") -> None:
        signed = {
            "Bucket": probe.ids["UploadsBucket"],
            "Key": "quarantine/a",
            "ContentLength": 3,
            "ContentType": "text/plain",
        }
        url = urlsplit(s3.generate_presigned_url("put_object", signed, ExpiresIn=seconds))
        connection = http.client.HTTPConnection(url.netloc)
        connection.request("PUT", f"{url.path.replace('quarantine/a', key)}?{url.query}", body, {"content-type": kind})
        say(f"presigned PUT, {label}", connection.getresponse().status)

    put("as signed", b"abc", "text/plain")
    put("expired", b"abc", "text/plain", seconds=-1)
    put("another key", b"abc", "text/plain", key="quarantine/b")
    put("another type", b"abc", "image/png")
    put("longer", b"abcd", "text/plain")


def other(probe: Probe) -> None:
    secret = probe.cloud.client("secretsmanager").get_secret_value(SecretId=probe.ids["IdentityClientSecret"])
    say("generated secret", f"{len(secret['SecretString'])} characters")
    table = probe.cloud.client("dynamodb").describe_table(TableName=probe.ids["CasesTable"])["Table"]
    say(
        "table",
        [
            table["StreamSpecification"]["StreamViewType"],
            [index["IndexName"] for index in table["GlobalSecondaryIndexes"]],
            table["DeletionProtectionEnabled"],
        ],
    )


def schedules(probe: Probe) -> None:
    took = wait_for(lambda: bool(probe.events("DeadlineTimerFunction")), 90)
    say(
        "rate(1 minute) schedule",
        f"{probe.events('DeadlineTimerFunction')[:1]} after {took:.0f} s more" if took is not None else "never",
    )
    sweeps = [event for event in probe.events("EventRelayFunction") if "sweep" in event]
    say("schedule of a function that also has a stream", sweeps[:1])


def main() -> None:
    template = yaml_parse((city.ROOT / "template.yaml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="probe-") as name:
        folder = Path(name)
        (folder / "bin").mkdir()
        for function in city.functions_of(template).values():
            shutil.copy(Path(__file__).with_name("bootstrap.py"), folder / "bin" / city.binary_of(function))
        port = city.free_port()
        # The recording functions need the SDK of this interpreter.
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        with city.ministack(folder, port, {"PROBE_FOLDER": str(folder), "PATH": path}) as cloud:
            started = time.monotonic()
            probe = Probe(cloud, folder, template, port)
            say("deployment", f"{len(probe.ids)} resources in {time.monotonic() - started:.1f} s")
            for question in (http_api, queue, stream, mail, roles, presigned, other, schedules):
                question(probe)


if __name__ == "__main__":
    main()
