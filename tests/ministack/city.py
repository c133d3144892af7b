"""A city on MiniStack: deploys template.yaml through CloudFormation with the built functions.

Prints one line of JSON when it is ready and stays until its standard input closes:
    {"address": ..., "mail": ..., "aws": ..., "region": ..., "stack": ...}
With a command after `--` it runs that instead, with CITY_ADDRESS, CITY_MAIL and CITY_AWS in its
environment, and ends with its status. With `--payments-command` there is "payments", CITY_PAYMENTS too:
where the payment sandbox is. What MiniStack can and cannot do: docs/ministack.md.
"""

import argparse
import contextlib
import io
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import boto3
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).resolve().parents[2]
REGION = "ap-northeast-1"
STACK = "city"
# What an import loads unless told otherwise.
SEEDS = (ROOT / "data" / "catalogue.json", ROOT / "local" / "demo.json")
# Services the functions call, as their SDKs name them.
ENDPOINTS = ("DYNAMODB", "SQS", "SES", "S3", "SECRETS_MANAGER")
START_SECONDS = 30
DEPLOY_SECONDS = 120
# CloudFormation takes no larger template inline.
TEMPLATE_LIMIT = 51_200


class Cloud:
    """Clients of one MiniStack."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.session = boto3.session.Session("test", "test", region_name=REGION)

    def client(self, service: str):
        return self.session.client(service, endpoint_url=self.endpoint)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until_up(url: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            with urllib.request.urlopen(url, timeout=1):
                return
        time.sleep(0.05)
    raise SystemExit(f"MiniStack did not start; the end of its log:\n{tail(log)}")


def tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-4000:]


@contextlib.contextmanager
def ministack(folder: Path, public_port: int, extra: dict[str, str] | None = None) -> Iterator[Cloud]:
    """MiniStack with all its files in `folder`; functions inherit its environment."""
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "GATEWAY_PORT": str(port),
        "CITY_PUBLIC_PORT": str(public_port),
        "MINISTACK_REGION": REGION,
        "S3_DATA_DIR": str(folder / "s3"),
        "LOG_LEVEL": "INFO",
        # Every call of a function is checked against its role in the template.
        "AUTH": "true",
        "AWS_ENDPOINT_URL": endpoint,
        **{f"AWS_ENDPOINT_URL_{service}": endpoint for service in ENDPOINTS},
        **(extra or {}),
    }
    log = folder / "ministack.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("launcher.py")],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_up(f"{endpoint}/_ministack/health", process, log)
        yield Cloud(endpoint)
    except SystemExit:
        raise
    except BaseException:
        print(f"the end of MiniStack's log:\n{tail(log)}", file=sys.stderr)
        raise
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
        process.kill()


@contextlib.contextmanager
def server(command: str | None, **given: str) -> Iterator[str | None]:
    """The server of a command line, in which {port} and what is given are filled in, or none; yields its origin."""
    if command is None:
        yield None
        return
    port = free_port()
    process = subprocess.Popen(
        shlex.split(command.format(port=port, **given)),
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
        process.kill()


def payment_accounts(command: str, payments: str) -> str:
    """What the payment sandbox wants in the city's secret of payment accounts."""
    words = [*shlex.split(command.format(port=0)), "--origin", payments, "--accounts"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def functions_of(template: dict) -> dict[str, dict]:
    return {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def binary_of(function: dict) -> str:
    return function["Metadata"]["BuildProperties"]["Binary"]


def zipped(binary: Path) -> bytes:
    """The deployment package of a function."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, binary.read_bytes(), compresslevel=1)
    return package.getvalue()


def upload(cloud: Cloud, template: dict, binaries: Path) -> None:
    """What `sam package` does: each function's code becomes an object of a bucket."""
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": REGION})
    for function in functions_of(template).values():
        binary = binary_of(function)
        path = binaries / binary
        if not path.is_file():
            raise SystemExit(f"{path} is missing: build the functions first (cargo build --workspace)")
        s3.put_object(Bucket="artifacts", Key=f"{binary}.zip", Body=zipped(path))
        function["Properties"]["CodeUri"] = {"Bucket": "artifacts", "Key": f"{binary}.zip"}
    del template["Globals"]["Function"]["CodeUri"]
    # It refuses plain HTTP, and MiniStack enforces it.
    del template["Resources"]["UploadsBucketPolicy"]


def deploy(cloud: Cloud, template: dict, parameters: dict[str, str]) -> dict[str, str]:
    """Creates the stack and returns its outputs."""
    body = json.dumps(template, separators=(",", ":"), default=str)
    where = {"TemplateBody": body}
    if len(body) > TEMPLATE_LIMIT:
        cloud.client("s3").put_object(Bucket="artifacts", Key="template.json", Body=body.encode())
        where = {"TemplateURL": f"{cloud.endpoint}/artifacts/template.json"}
    cloudformation = cloud.client("cloudformation")
    cloudformation.create_stack(
        StackName=STACK,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        **where,
    )
    deadline = time.monotonic() + DEPLOY_SECONDS
    while time.monotonic() < deadline:
        stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
        if stack["StackStatus"] == "CREATE_COMPLETE":
            return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
        if "ROLLBACK" in stack["StackStatus"] or "FAILED" in stack["StackStatus"]:
            break
        time.sleep(0.2)
    events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
    failed = [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
        for event in events
        if "FAILED" in event["ResourceStatus"]
    ]
    raise SystemExit("the stack was not created:\n" + "\n".join(failed))


def physical_ids(cloud: Cloud) -> dict[str, str]:
    resources = cloud.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
    return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}


def add_routes(cloud: Cloud, template: dict, ids: dict[str, str]) -> int:
    """MiniStack ignores the OpenAPI body that SAM makes of HttpApi events: add what is in it."""
    gateway = cloud.client("apigatewayv2")
    functions = cloud.client("lambda")
    count = 0
    for name, function in functions_of(template).items():
        events = function["Properties"].get("Events", {}).values()
        routes = [event["Properties"] for event in events if event["Type"] == "HttpApi"]
        if not routes:
            continue
        arn = functions.get_function(FunctionName=ids[name])["Configuration"]["FunctionArn"]
        integration = gateway.create_integration(
            ApiId=ids["Api"],
            IntegrationType="AWS_PROXY",
            IntegrationUri=arn,
            PayloadFormatVersion="2.0",
        )["IntegrationId"]
        for route in routes:
            # As in SAM: an event with neither takes what no other route is for.
            key = f"{route['Method']} {route['Path']}" if "Path" in route else "$default"
            gateway.create_route(ApiId=ids["Api"], RouteKey=key, Target=f"integrations/{integration}")
            count += 1
    return count


def seed(cloud: Cloud, function: str, files: list[Path]) -> None:
    """Loads service items and people the way an operator does: by invoking `catalogue`."""
    for path in files:
        content = json.loads(path.read_text(encoding="utf-8"))
        answer = cloud.client("lambda").invoke(FunctionName=function, Payload=json.dumps({"import": content}))
        if "FunctionError" in answer:
            raise SystemExit(f"importing {path.name} failed: {answer['Payload'].read().decode()}")


def parameters(address: str, identity: str) -> dict[str, str]:
    values = {"PublicOrigin": address, "Architecture": "x86_64", "LogLevel": "info"}
    if identity:
        values |= {"IdentityIssuer": identity, "IdentityLevels": "acr:account=1 acr:verified=2"}
    return values


def verify_sender(cloud: Cloud, template: dict) -> None:
    """A verified domain is the operator's part, outside the template."""
    sender = template["Parameters"]["MailSender"]["Default"]
    cloud.client("ses").verify_domain_identity(Domain=sender.partition("@")[2])


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--binaries", type=Path, default=ROOT / "target" / "debug", help="folder of the built functions"
    )
    parser.add_argument("--port", type=int, default=0, help="port of the city; 0 takes a free one")
    parser.add_argument(
        "--identity", default="", help="issuer: the URL of the identity server, which publishes the rest itself"
    )
    parser.add_argument("--identity-secret", default="local", help="client secret the identity server expects")
    parser.add_argument(
        "--identity-command",
        help="starts that server; {port}, {origin} and {secret} are filled in, and --identity is only a path on it",
    )
    parser.add_argument("--payments-command", help="starts the payment sandbox; {port} is filled in")
    parser.add_argument(
        "--import", dest="imports", type=Path, action="append", help="file for the catalogue's import; may be repeated"
    )
    parser.add_argument("--no-seed", dest="seed", action="store_false", help="import nothing")
    parser.add_argument("command", nargs="*", help="after --: run this against the city instead of waiting")
    return parser.parse_args()


def stay(ready: dict, command: list[str]) -> int:
    """Until standard input closes, or as long as the command takes."""
    if not command:
        print(json.dumps(ready), flush=True)
        sys.stdin.read()
        return 0
    environment = {"CITY_ADDRESS": ready["address"], "CITY_MAIL": ready["mail"], "CITY_AWS": ready["aws"]}
    if "payments" in ready:
        environment["CITY_PAYMENTS"] = ready["payments"]
    return subprocess.run(command, env=os.environ | environment, check=False).returncode


def main() -> int:
    # Whoever ends this process also ends what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    given = arguments()
    started = time.monotonic()
    imports = given.imports or [path for path in SEEDS if path.exists()]
    template = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
    port = given.port or free_port()
    address = f"http://127.0.0.1:{port}"
    with (
        tempfile.TemporaryDirectory(prefix="city-") as folder,
        server(given.identity_command, origin=address, secret=given.identity_secret) as identity,
        server(given.payments_command) as payments,
        ministack(Path(folder), port) as cloud,
    ):
        verify_sender(cloud, template)
        upload(cloud, template, given.binaries)
        outputs = deploy(cloud, template, parameters(address, (identity or "") + given.identity))
        ids = physical_ids(cloud)
        routes = add_routes(cloud, template, ids)
        cloud.client("secretsmanager").put_secret_value(
            SecretId=outputs["IdentityClientSecretArn"], SecretString=given.identity_secret
        )
        if payments and "PaymentAccounts" in ids:
            cloud.client("secretsmanager").put_secret_value(
                SecretId=ids["PaymentAccounts"], SecretString=payment_accounts(given.payments_command, payments)
            )
        if given.seed:
            seed(cloud, outputs["CatalogueFunctionName"], imports)
        print(f"{len(ids)} resources and {routes} routes in {time.monotonic() - started:.1f} s", file=sys.stderr)
        ready = {
            "address": address,
            "mail": f"{address}/_local/mail.json",
            "aws": cloud.endpoint,
            "region": REGION,
            "stack": ids,
        }
        if payments:
            ready["payments"] = f"{payments}/_local/pay"
        status = stay(ready, given.command)
        if status:
            print(f"the end of MiniStack's log:\n{tail(Path(folder) / 'ministack.log')}", file=sys.stderr)
        return status


if __name__ == "__main__":
    sys.exit(main())
