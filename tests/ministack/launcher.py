"""Runs MiniStack with what a city needs and it lacks (docs/ministack.md says what was measured).

Started by city.py. Environment: GATEWAY_PORT (the AWS endpoint) and CITY_PUBLIC_PORT (the HTTP API).
"""

import asyncio
import os
import socketserver

# Without this every invocation waits about 90 ms for a delayed acknowledgement. Before MiniStack is loaded.
socketserver.StreamRequestHandler.disable_nagle_algorithm = True

import mail_events  # noqa: E402
from hypercorn.asyncio import serve  # noqa: E402
from hypercorn.config import Config  # noqa: E402
from ministack import app as ministack  # noqa: E402
from ministack.core import iam_actions  # noqa: E402
from ministack.services import apigateway  # noqa: E402

PUBLIC_PORT = int(os.environ["CITY_PUBLIC_PORT"])


async def city(scope, receive, send):
    """MiniStack, with its one HTTP API and a mailbox at the root of the public port.

    MiniStack finds an API by its host name, which people and browsers would have to resolve.
    """
    if scope["type"] == "http" and scope["server"][1] == PUBLIC_PORT:
        if scope["path"].startswith("/_local/mail"):
            await answer_mailbox(scope, receive, send)
            return
        api = next((key[-1] for key in apigateway._apis._data), "00000000")
        host = f"{api}.execute-api.localhost".encode()
        headers = [(name, host if name == b"host" else value) for name, value in scope["headers"]]
        scope = {**scope, "headers": headers}
    await ministack.app(scope, receive, send)


async def answer_mailbox(scope, receive, send) -> None:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    status, text = mail_events.answer(scope["method"], scope["path"], body)
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": text.encode()})


def resource_arn(service, method, path, headers, body, parameters, region, account):
    """MiniStack takes `*` for the resource of a SendEmail: SES takes the sender's domain."""
    if service == "ses" and mail_events.parameter(parameters, "Action") == "SendEmail":
        domain = mail_events.parameter(parameters, "Source").rpartition("@")[2].rstrip(">")
        return f"arn:aws:ses:{region}:{account}:identity/{domain}"
    return original_resource_arn(service, method, path, headers, body, parameters, region, account)


original_resource_arn = iam_actions.extract_resource_arn
iam_actions.extract_resource_arn = resource_arn


def main() -> None:
    config = Config()
    config.bind = [f"127.0.0.1:{os.environ['GATEWAY_PORT']}", f"127.0.0.1:{PUBLIC_PORT}"]
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    asyncio.run(serve(city, config))


if __name__ == "__main__":
    main()
