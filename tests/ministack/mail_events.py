"""What MiniStack's SES lacks: tags, event destinations, and a mailbox like that of the local city.

MiniStack stores the event destinations of a configuration set and never publishes to them.
"""

import json
import re
from datetime import datetime, timezone

from ministack.services import ses, ses_v2, sns


def parameter(parameters: dict, name: str) -> str:
    value = parameters.get(name, "")
    return value[0] if isinstance(value, list) else value


def tags_of(parameters: dict) -> dict[str, str]:
    numbers = sorted(
        int(found[1]) for name in parameters if (found := re.fullmatch(r"Tags\.member\.(\d+)\.Name", name))
    )
    return {
        parameter(parameters, f"Tags.member.{n}.Name"): parameter(parameters, f"Tags.member.{n}.Value") for n in numbers
    }


def topics_of(record: dict) -> list[tuple[str, set[str]]]:
    """Each topic that is told about this mail, with the kinds of event it wants."""
    stored = ses_v2._config_sets.get(record.get("ConfigurationSetName", "")) or {}
    return [
        (destination["SnsDestination"]["TopicArn"], {kind.lower() for kind in destination["MatchingEventTypes"]})
        for destination in (stored.get("EventDestinations") or {}).values()
        if "SnsDestination" in destination and destination["Enabled"]
    ]


def details(kind: str, recipients: list[str], now: str) -> dict:
    addresses = [{"emailAddress": address} for address in recipients]
    return {
        "Send": {},
        "Delivery": {"timestamp": now, "recipients": recipients, "processingTimeMillis": 1},
        "Bounce": {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": addresses,
            "timestamp": now,
        },
        "Complaint": {"complainedRecipients": addresses, "timestamp": now},
    }[kind]


def publish(record: dict, kind: str) -> None:
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    mail = {
        "timestamp": datetime.fromtimestamp(record["Timestamp"], timezone.utc)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z"),
        "source": record["Source"],
        "messageId": record["MessageId"],
        "destination": record["To"],
        "tags": {name: [value] for name, value in record["Tags"].items()},
    }
    event = {"eventType": kind, "mail": mail, kind.lower(): details(kind, record["To"], now)}
    for topic, wanted in record["Topics"]:
        if kind.lower() in wanted:
            sns.publish_internal(topic, json.dumps(event), "")


def send_email(parameters: dict):
    """SES's SendEmail, then the events that follow an accepted mail."""
    before = len(ses._sent_emails_list())
    answer = original_send_email(parameters)
    for record in ses._sent_emails_list()[before:]:
        record["Tags"] = tags_of(parameters)
        record["Topics"] = topics_of(record)
        publish(record, "Send")
        publish(record, fate(record["To"]))
    return answer


def fate(recipients: list[str]) -> str:
    """What becomes of a mail, by the same names as in the local city."""
    names = {recipient.partition("@")[0] for recipient in recipients}
    return "Bounce" if "bounce" in names else "Complaint" if "complaint" in names else "Delivery"


original_send_email = ses._send_email
ses._send_email = send_email


def records() -> list[dict]:
    """Every mail, newest first."""
    found = [record for sent in ses._sent_emails.to_dict().values() for record in sent if "Tags" in record]
    return sorted(found, key=lambda record: record["Timestamp"], reverse=True)


def as_listed(record: dict) -> dict:
    """The form of the local city's /_local/mail.json."""
    return {
        "id": record["MessageId"],
        "from": record["Source"],
        "to": record["To"],
        "reply_to": [],
        "subject": record["Subject"],
        "text": record["BodyText"],
        "html": record["BodyHtml"],
        "tags": record["Tags"],
        "configuration_set": record.get("ConfigurationSetName"),
        "sent_at": int(record["Timestamp"] * 1000),
    }


def answer(method: str, path: str, body: bytes) -> tuple[int, str]:
    """Status and body of a request below /_local/mail, as the local city answers it."""
    if method == "GET" and path == "/_local/mail.json":
        return 200, json.dumps([as_listed(record) for record in records()])
    event = re.fullmatch(r"/_local/mail/([^/]+)/event", path)
    record = next((record for record in records() if event and record["MessageId"] == event[1]), None)
    if method != "POST" or record is None:
        return 404, "no such mail"
    publish(record, json.loads(body)["type"])
    return 202, ""
