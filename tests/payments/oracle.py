"""Webhooks signed by the providers' own software, the PyPI packages `stripe` and `standardwebhooks`, and
spoiled in every way that comes to mind; each is put to that software and to ours.

    python tests/payments/oracle.py target/debug/examples/verdicts [--seed N] [--count N]

Both must say the same, but for the differences below, in which ours is stricter: of each one there are
examples, and there their software has to believe what ours does not. Prints `8000 passed, 0 failed`; on a
difference, the shortest example of it, and exits with 1.
"""

import argparse
import base64
import json
import random
import subprocess
import sys
from datetime import datetime, timezone
from unittest import mock

import standardwebhooks.webhooks
from standardwebhooks import Webhook
from stripe import WebhookSignature

NOW = 1_795_399_200
TOLERANCE = 300

# Where their software believes more than ours.
DIFFERENCES = {
    "stripe": {
        "the future": "only the past is bounded there",
        "odd time": "`int` reads signs, spaces, underscores and other digits, and signs the plain number",
        "empty body": "refused by the package for Node, not by the one for Python",
        "two times": "the first one is taken there",
    },
    "standard_webhooks": {
        "odd time": "`float` reads signs, spaces, underscores, fractions and other digits",
        "point in id": "the signed text has points between its parts",
        "odd base64": "`b64decode` passes over signs that are not in the alphabet, and over spare bits",
    },
}


class Clock(datetime):
    """The clock of `standardwebhooks`, standing still."""

    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(NOW, tz)


def text(rng: random.Random) -> str:
    """A body: JSON as providers send it, or anything else."""
    signs = "aZ09 +-_.!*()~%&=\"'\\/{}[]<>\n\t規費臺北市𠮷😀👨‍👩‍👧ё\u00a0\u200b\ufeff"
    note = "".join(rng.choice(signs) for _ in range(rng.choice([0, 1, rng.randrange(40), rng.randrange(400)])))
    whole = {"type": rng.choice(["payment.paid", "checkout.session.completed"]), "data": {"note": note}}
    ascii_only, indent = rng.choice([True, False]), rng.choice([None, None, 2])
    body = json.dumps(whole, ensure_ascii=ascii_only, indent=indent)
    return rng.choice([body, body, body, note, note * 40, ""])


def second(rng: random.Random) -> int:
    ahead = rng.choice([0, 0, -TOLERANCE, TOLERANCE, rng.randint(-TOLERANCE, TOLERANCE)])
    return NOW + rng.choice([ahead, ahead, ahead, ahead, -301, 301, rng.randint(-10**6, 10**6)])


def odd(rng: random.Random, plain: int, kinds: list[str]) -> str:
    """The same second, written as no provider does."""
    full_width = "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in str(plain))
    written = {
        "sign": f"+{plain}", "space": f" {plain}", "underscore": f"{plain:_}", "digits": full_width,
        "fraction": f"{plain}.0", "padded": str(plain).zfill(14),
    }
    return written[rng.choice(kinds)]


def spoiled(rng: random.Random, body: str) -> str:
    """Another body, by one sign more, less or other."""
    at = rng.randrange(len(body) + 1)
    changed = rng.choice([body[:at] + rng.choice(" \n0é") + body[at:], body[:at] + body[at + 1:], "\ufeff" + body])
    return changed if changed != body else body + " "


def flipped(rng: random.Random, signature: str) -> str:
    at = rng.randrange(len(signature))
    other = rng.choice([sign for sign in "0123456789abcdefABCDEFxyz+/=" if sign != signature[at]])
    return signature[:at] + other + signature[at + 1:]


class Stripe:
    name = "stripe"

    @staticmethod
    def secret(rng: random.Random) -> str:
        return "whsec_" + "".join(rng.choice("abcXYZ019") for _ in range(rng.randrange(10, 60)))

    @classmethod
    def question(cls, rng: random.Random) -> tuple[dict, str | None]:
        """A question, and how their software differs about it."""
        secret, body, at = cls.secret(rng), text(rng), second(rng)
        differs = "the future" if at > NOW + TOLERANCE else None
        signed = WebhookSignature.generate_signature_header(body, secret, at)
        t, v1 = (item.split("=")[1] for item in signed.split(","))
        other = WebhookSignature._compute_signature(f"{at}.{body}", cls.secret(rng))
        kind = rng.choice(["plain", "plain", "plain", "rolled", "time", "times", "body", "bit", "key", "v0", "moved",
                           "upper", "space", "bare", "none"])
        headers = [("stripe-signature", signed)]
        if kind == "rolled":
            both = [f"v1={other}", f"v1={v1}", f"v0={other}", "v9=x"]
            rng.shuffle(both)
            headers = [("stripe-signature", ",".join([f"t={t}", *both]))]
        elif kind == "time":
            headers = [("stripe-signature", f"t={odd(rng, at, ['sign', 'space', 'underscore', 'digits', 'padded'])},v1={v1}")]
            differs = "odd time"
        elif kind == "times":
            headers = [("stripe-signature", f"t={t},t={NOW},v1={v1}")]
            differs = "two times"
        elif kind == "body":
            body = spoiled(rng, body)
        elif kind == "moved":
            headers = [("stripe-signature", f"t={NOW if at != NOW else NOW - 1},v1={v1}")]
        else:
            made = {
                "bit": f"t={t},v1={flipped(rng, v1)}", "key": f"t={t},v1={other}", "v0": f"t={t},v0={v1}",
                "upper": f"t={t},v1={v1.upper()}", "space": f"t={t}, v1={v1}", "bare": f"v1={v1}",
            }.get(kind, signed)
            headers = [] if kind == "none" else [("stripe-signature", made)]
        if not body:
            differs = "empty body"
        return {"provider": cls.name, "secret": secret, "headers": headers, "body": body, "now": NOW}, differs

    @staticmethod
    def believes(question: dict) -> bool:
        header = dict(question["headers"]).get("stripe-signature")
        try:
            with mock.patch("stripe._webhook.time.time", return_value=float(NOW)):
                return WebhookSignature.verify_header(question["body"], header, question["secret"], TOLERANCE)
        except Exception:
            return False


class StandardWebhooks:
    name = "standard_webhooks"

    @staticmethod
    def secret(rng: random.Random) -> str:
        return "whsec_" + base64.b64encode(rng.randbytes(rng.randint(24, 64))).decode()

    @classmethod
    def question(cls, rng: random.Random) -> tuple[dict, str | None]:
        secret, body, at = cls.secret(rng), text(rng), second(rng)
        when = datetime.fromtimestamp(at, timezone.utc)
        message = "msg_" + "".join(rng.choice("abcXYZ019-_:") for _ in range(rng.randrange(30)))
        kind = rng.choice(["plain", "plain", "plain", "rolled", "time", "id", "base64", "body", "bit", "key", "v1a",
                           "moved", "other id", "prefix", "none"])
        differs, time = None, str(at)
        if kind == "id":
            message, differs = f"{message}.{at}", "point in id"
        signed = Webhook(secret).sign(message, when, body)
        other = Webhook(cls.secret(rng)).sign(message, when, body)
        if kind == "rolled":
            both = [other, signed, "v1a,c2lnbmF0dXJl", signed.replace("v1,", "v2,")]
            rng.shuffle(both)
            signed = " ".join(both)
        elif kind == "time":
            time = odd(rng, at, ["sign", "space", "underscore", "digits", "fraction", "padded"])
            differs = "odd time"
        elif kind == "base64":
            alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
            spare = alphabet[alphabet.index(signed[-2]) ^ 1]
            signed = rng.choice([signed[:-2] + spare + "=", signed.replace("v1,", "v1,-"), signed + "="])
            differs = "odd base64"
        elif kind == "body":
            body = spoiled(rng, body)
        elif kind == "bit":
            # What decodes to the same bytes is another question.
            signed = "v1," + flipped(rng, signed[3:-2]) + signed[-2:]
            differs = "odd base64"
        elif kind == "moved":
            time = str(NOW if at != NOW else NOW - 1)
        elif kind == "other id":
            message += "0"
        elif kind == "prefix":
            signed = signed[: rng.randrange(3, len(signed) - 1)]
            differs = "odd base64"
        else:
            signed = {"key": other, "v1a": signed.replace("v1,", "v1a,")}.get(kind, signed)
        headers = [("webhook-id", message), ("webhook-timestamp", time), ("webhook-signature", signed)]
        if kind == "none":
            headers.pop(rng.randrange(3))
        return {"provider": cls.name, "secret": secret, "headers": headers, "body": body, "now": NOW}, differs

    @staticmethod
    def believes(question: dict) -> bool:
        try:
            with mock.patch.object(standardwebhooks.webhooks, "datetime", Clock):
                Webhook(question["secret"]).verify(question["body"], dict(question["headers"]), json_parse=False)
            return True
        except Exception:
            return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--count", type=int, default=4_000, help="of each kind of webhook")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    asked = [(kind, *kind.question(rng)) for kind in (Stripe, StandardWebhooks) for _ in range(args.count)]
    lines = "".join(json.dumps(question) + "\n" for _, question, _ in asked)
    ran = subprocess.run([args.binary], input=lines, text=True, capture_output=True)
    if ran.returncode != 0:
        sys.exit(ran.stderr)
    verdicts = [json.loads(line) for line in ran.stdout.splitlines()]
    if len(verdicts) != len(asked):
        sys.exit(f"{len(verdicts)} verdicts on {len(asked)} webhooks")

    wrong, believed = [], 0
    seen = {(name, differs): 0 for name, differences in DIFFERENCES.items() for differs in differences}
    for (kind, question, differs), verdict in zip(asked, verdicts):
        theirs = kind.believes(question)
        if theirs and differs:
            seen[kind.name, differs] += 1
        expected = theirs and not differs
        believed += expected
        if verdict["believed"] != expected:
            wrong.append((question, theirs, differs, verdict))
    if wrong:
        question, theirs, differs, verdict = min(wrong, key=lambda example: len(json.dumps(example[0])))
        print(json.dumps(question, indent=1, ensure_ascii=False))
        print(f"believed there: {theirs}, difference: {differs}, here: {verdict} (seed {args.seed})")
    print(f"{len(asked) - len(wrong)} passed, {len(wrong)} failed")
    print(f"believed: {believed}, " + ", ".join(f"{name} {differs}: {n}" for (name, differs), n in seen.items()))
    unseen = [key for key, n in seen.items() if n == 0]
    if unseen:
        print(f"no example of a known difference: {unseen}")
    sys.exit(1 if wrong or unseen else 0)


if __name__ == "__main__":
    main()
