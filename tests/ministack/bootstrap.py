#!/usr/bin/env python3
"""A function that records what it was given: the stand-in of probe.py for the real ones.

Each event becomes a line of PROBE_FOLDER/<function name>.jsonl. The answer to an event with records is
PROBE_FOLDER/answer.json, when there is one; in its place {"fail": "all"} fails every record by name.
An event {"call": [service, operation, parameters]} makes that call with the function's own credentials.
"""

import http.client
import json
import os
import socket
from pathlib import Path

FOLDER = Path(os.environ["PROBE_FOLDER"])
NAME = os.environ["AWS_LAMBDA_FUNCTION_NAME"]


def name_of(record: dict) -> str:
    return record["dynamodb"]["SequenceNumber"] if "dynamodb" in record else record["messageId"]


def called(service: str, operation: str, parameters: dict) -> str:
    import boto3
    from botocore.exceptions import ClientError

    try:
        getattr(boto3.client(service), operation)(**parameters)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "allowed"


def answer(event: object) -> tuple[str, object]:
    planned = FOLDER / "answer.json"
    if isinstance(event, dict) and "Records" in event:
        plan = json.loads(planned.read_text()) if planned.exists() else {"batchItemFailures": []}
        if plan == {"fail": "all"}:
            plan = {"batchItemFailures": [{"itemIdentifier": name_of(record)} for record in event["Records"]]}
        return ("error", plan) if "errorMessage" in plan else ("response", plan)
    if isinstance(event, dict) and "requestContext" in event:
        body = {"event": event, "environment": dict(os.environ)}
        return "response", {
            "statusCode": 200,
            "cookies": ["a=1; Path=/", "b=2; Path=/"],
            "headers": {"content-type": "application/json"},
            "body": json.dumps(body),
        }
    if isinstance(event, dict) and "call" in event:
        return "response", called(*event["call"])
    return "response", {"environment": dict(os.environ), "event": event}


def main() -> None:
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    connection.connect()
    # Headers and body go out as two packets: without this the second waits for an acknowledgement.
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    base = "/2018-06-01/runtime/invocation"
    while True:
        connection.request("GET", f"{base}/next")
        response = connection.getresponse()
        event = json.loads(response.read())
        with (FOLDER / f"{NAME}.jsonl").open("a", encoding="utf-8") as record:
            record.write(json.dumps(event) + "\n")
        kind, value = answer(event)
        request = response.headers["Lambda-Runtime-Aws-Request-Id"]
        connection.request("POST", f"{base}/{request}/{kind}", json.dumps(value).encode())
        connection.getresponse().read()


main()
