#!/usr/bin/env python3
"""Writes what the fuzz targets begin with into fuzz/corpus: made from what is in the repository, not kept.

A payment provider's callbacks come from the vectors, with the headers on lines of their own where a target
wants them. What no vector has is written out here.
"""

import csv
import datetime
import hashlib
import json
import pathlib
import zlib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent

BILLS = [{"order_no": "0123456789ABCDEFGHJK", "amount": 1200, "paid_at": "2026-11-23T10:00:00+08:00",
          "trade_no": "E20261123000017"}]
BILLS_CSV = ("order_no,amount,paid_at,trade_no\n"
             "0123456789ABCDEFGHJK,1200,2026-11-23 10:00:00,E20261123000017\n")

ORDER_NO, REFERENCE, TRADE_NO = "TPEQ0000000000000120", "2026112300698709510", "2611231100000120"
MEDIA = ("訂單日期,廠商訂單編號,綠界訂單編號,付款日期,付款狀態,交易金額\r\n"
         f'="2026-11-23 10:00:00",="{ORDER_NO}",="2611231001080001",="2026-11-23 10:01:08",="已付款",=300\r\n')

# The vectors of these two are about signatures: no word can be read from their bodies.
SESSION = {"id": "cs_test_a1", "object": "checkout.session", "amount_total": 30000, "currency": "twd",
           "client_reference_id": ORDER_NO, "metadata": {"order_no": ORDER_NO}, "livemode": False,
           "payment_intent": "pi_1", "payment_status": "paid", "status": "complete"}
DISPUTE = {"id": "dp_1", "object": "dispute", "amount": 30000, "currency": "twd", "status": "needs_response",
           "payment_intent": "pi_1", "metadata": {"order_no": ORDER_NO}}
REFUND = {"id": "re_1", "object": "refund", "amount": 10000, "currency": "twd", "status": "succeeded",
          "payment_intent": "pi_1", "metadata": {"order_no": ORDER_NO, "refund_no": "R1"}}
STRIPE = [{"id": "evt_1", "object": "event", "type": kind, "created": 1795399195, "livemode": False,
           "data": {"object": about}}
          for kind, about in [("checkout.session.completed", SESSION), ("checkout.session.expired", SESSION),
                              ("charge.dispute.created", DISPUTE), ("refund.updated", REFUND)]]
BANK = [{"type": "payment.paid", "data": {"order_no": ORDER_NO, "trade_no": "B20261123000017", "amount": 300,
                                          "paid_at": "2026-11-23T10:00:00+08:00"}},
        {"type": "payment.failed", "data": {"order_no": ORDER_NO, "code": "E51"}}]

LINE_PAID = {"transactionId": int(REFERENCE), "orderId": ORDER_NO, "currency": "TWD",
             "transactionDate": "2026-11-23T02:01:08Z", "payInfo": [{"method": "CREDIT_CARD", "amount": 300}]}
LINE_OF_TRADE = {"transactionId": TRADE_NO, "refundList": [{"refundAmount": -100}]}
JKO_PAID = {"platform_order_id": ORDER_NO, "status": 0, "tradeNo": "J0081521125050800003", "currency": "TWD",
            "trans_time": "2026-11-23 11:50:57", "final_price": "300", "redeem_amount": "50",
            "debit_amount": "250", "refund_history": [{"amount": "100"}]}
GOVUK_PAID = {"payment_id": REFERENCE, "reference": ORDER_NO, "amount": 30000,
              "state": {"status": "success", "finished": True},
              "settlement_summary": {"captured_date": "2026-11-23"}}
GOVUK_REFUND = {"refund_id": "r1", "amount": 10000, "status": "success",
                "created_date": "2026-11-24T02:00:00Z"}


def line(code, info):
    return {"returnCode": code, "info": info}


def jko(*transactions):
    return {"result": "000", "result_object": {"transactions": transactions}}


# What was asked, and the answers with a digit for their status, as `provider_replies` reads them.
REPLIES = [
    ("0f", [(2, MEDIA)]),
    ("2s", [(2, line("0000", {"transactionId": int(REFERENCE),
                              "paymentUrl": {"web": "https://sandbox-web-pay.line.me/web"}}))]),
    ("2l", [(2, line("0110", {})), (2, line("0000", LINE_PAID))]),
    ("2l", [(2, line("0123", {})), (2, line("0000", [LINE_PAID]))]),
    ("2r", [(2, line("0000", [LINE_OF_TRADE | {"refundList": []}])), (2, line("0000", {}))]),
    ("2r", [(2, line("0000", [LINE_OF_TRADE]))]),
    ("3l", [(2, jko(JKO_PAID))]),
    ("3r", [(2, {"result": "922"}), (2, jko(JKO_PAID))]),
    ("4l", [(2, SESSION)]),
    ("4r", [(2, REFUND)]),
    ("6l", [(2, GOVUK_PAID)]),
    ("6r", [(2, GOVUK_REFUND)]),
    ("6r", [(4, {"code": "P0604"}), (2, {"_embedded": {"refunds": [GOVUK_REFUND]}})]),
]


def replies():
    for asked, answers in REPLIES:
        bodies = [body if isinstance(body, str) else json.dumps(body) for _, body in answers]
        yield asked + "\0".join(f"{digit}{body}" for (digit, _), body in zip(answers, bodies))


UPLOAD = ("multipart/form-data; boundary=seed\n"
          '--seed\r\nContent-Disposition: form-data; name="csrf"\r\n\r\ntoken\r\n'
          '--seed\r\nContent-Disposition: form-data; name="file"; filename="計畫.pdf"\r\n'
          "Content-Type: application/pdf\r\n\r\n%PDF-1.4\n%%EOF\n\r\n--seed--\r\n")

ISSUER = "https://id.example"
DISCOVERY = {"issuer": ISSUER, "authorization_endpoint": ISSUER + "/authorize",
             "token_endpoint": ISSUER + "/token", "userinfo_endpoint": ISSUER + "/userinfo",
             "jwks_uri": ISSUER + "/jwks", "response_types_supported": ["code"],
             "authorization_response_iss_parameter_supported": True,
             "code_challenge_methods_supported": ["S256"],
             "id_token_signing_alg_values_supported": ["RS256", "EdDSA"]}
JWKS = {"keys": [{"kty": "EC", "crv": "P-256", "kid": "e", "x": "AQ", "y": "Ag", "use": "sig", "alg": "ES256"},
                 {"kty": "RSA", "kid": "r", "n": "AQ", "e": "AQAB"},
                 {"kty": "OKP", "crv": "Ed25519", "kid": "o", "x": "AQ", "key_ops": ["verify"]}]}
PASS = {"name": "user", "status": 200, "data": {"id": "a1", "account": "lin", "realName": "林佳穎", "idNo": "A123456789",
        "email": "lin@mail.example", "memberType": "個人", "verifyLevel": "2"}}
CLAIMS = {"iss": ISSUER, "sub": "lin", "aud": ["city", "other"], "azp": "city", "nonce": "n", "iat": 1795053600,
          "nbf": 1795053600.5, "exp": 1795053900, "acr": "verified", "amr": ["pwd", "sc"]}

WRITTEN_OUT = {
    "answers": ["社區音樂會", "2027-03-05", "42", "yes", "A123456789", "0227208889"],
    "form": ["csrf=token&reason=%E6%96%87%E4%BB%B6+%E9%BD%8A%E5%82%99&version=3"],
    "id_token": [json.dumps({"alg": "EdDSA", "kid": "k", "typ": "JWT"}) + "\n" + json.dumps(CLAIMS),
                 json.dumps({"alg": "EdDSA"}) + "\n" + json.dumps(CLAIMS | {"aud": "city"})],
    "identity_answers": [json.dumps(DISCOVERY), json.dumps(JWKS), json.dumps(PASS),
                         json.dumps({"sub": "lin", "name": "林佳穎", "email": "lin@mail.example", "email_verified": True})],
    "ids": ["TP-YMGPF-50PMX-M", "TP-YMGPF-50PMX-M_1", "TP-YMGPF-50PMX-M_1_1", "AL064", "parks-office",
            "0123456789ABCDEFGHJK", "0.0172", "ecpay_aio", "card", "daan-hro", "7K3Q-9XWM",
            "booking_" + "0123456789abcdef" * 2 + "_3", "duty_daan-hro_2026-11-23_am_1",
            *(prefix + "0123456789abcdef" * 2 for prefix in ("draft_", "file_", "req_", "person_", "booking_"))],
    "paid_bill_list": ["\n" + json.dumps(BILLS), "\n" + BILLS_CSV],
    "provider_replies": list(replies()),
    "sign_in_callback": ["code=SplxlOBeZQQYbYS6WxSbIA&state=a.b&iss=https%3A%2F%2Fid.example",
                         "error=access_denied&error_description=no&state=a.b", "error=server_error&state=a.b"],
    "standard_webhooks_callback": ["\n\n\n" + json.dumps(event) for event in BANK],
    "stripe_callback": ["\n" + json.dumps(event) for event in STRIPE],
    "upload": [UPLOAD],
}


def newebpay_answer():
    """An answer about the order, with its `CheckCode` (manual 4.3) under the key of the vectors."""
    key = next(vector["key"] for vector in vectors("newebpay_mpg") if vector["kind"] == "query_checkcode")
    checked = {"Amt": 300, "MerchantID": key["merchant_id"], "MerchantOrderNo": ORDER_NO,
               "TradeNo": "26112310000000009"}
    fields = "".join(f"&{name}={value}" for name, value in checked.items())
    text = f"HashIV={key['hash_iv']}{fields}&HashKey={key['hash_key']}"
    code = hashlib.sha256(text.encode()).hexdigest().upper()
    result = checked | {"TradeStatus": "1", "PayTime": "2026-11-23 10:09:08", "CheckCode": code}
    yield "provider_replies", "1l2" + json.dumps({"Status": "SUCCESS", "Result": result})


def vectors(provider):
    path = ROOT / "shared" / "payment" / "tests" / "vectors" / f"{provider}.json"
    return json.loads(path.read_text(encoding="utf-8"))["vectors"]


def of_vectors():
    """Target and text of a seed, for every callback and answer of the vectors."""
    for provider, target in [("ecpay_aio", "ecpay_callback"), ("jkopay", "jkopay_callback")]:
        for vector in vectors(provider):
            if vector["kind"] in ("callback", "result_callback"):
                yield target, vector["payload"]["raw_body"]
            elif vector["kind"] == "query_response":
                yield "provider_replies", "0l2" + vector["payload"]["raw_body"]
    for vector in vectors("newebpay_mpg"):
        if vector["kind"] == "notify":
            yield "newebpay_callback", vector["payload"]["raw_body"]
            if vector.get("expected_decrypted"):
                yield "newebpay_callback", vector["expected_decrypted"]
    for vector in vectors("linepay_v3"):
        if vector["kind"] == "confirm_redirect":
            yield "linepay_callback", vector["payload"]["query"]
    signed = {
        "stripe": ["stripe-signature"],
        "standard_webhooks": ["webhook-id", "webhook-timestamp", "webhook-signature"],
        "govuk_pay": ["pay-signature"],
    }
    for provider, names in signed.items():
        for vector in vectors(provider):
            payload = vector["payload"]
            headers = {name.lower(): value for name, value in payload["headers"].items()}
            lines = [str(headers.get(name, "")) for name in names]
            yield f"{provider}_callback", "\n".join([*lines, payload["raw_body"]])


def of_calendar():
    """The official file of 2025, which the shipped calendar has line by line."""
    path = ROOT / "shared" / "domain" / "data" / "office_calendar.csv"
    with path.open(encoding="utf-8", newline="") as file:
        kinds = {row["date"]: (row["kind"], row["name"]) for row in csv.DictReader(file)}
    lines = ["西元日期,星期,是否放假,備註"]
    day = datetime.date(2025, 1, 1)
    while day.year == 2025:
        kind, name = kinds.get(day.isoformat(), ("off" if day.weekday() > 4 else "work", ""))
        flag, name = (2, name) if kind == "off" else (0, "補行上班" if name else "")
        lines.append(f"{day:%Y%m%d},{'一二三四五六日'[day.weekday()]},{flag},{name}")
        day += datetime.timedelta(days=1)
    yield "calendar_year", "\r\n".join(lines)


def of_samples():
    """Events of the mail service from the sample invocations, answers from the registers of the local city
    and from the SMS gateway."""
    for path in (ROOT / "events" / "notification-feedback").glob("*.json"):
        for record in json.loads(path.read_text(encoding="utf-8"))["Records"]:
            yield "mail_event", record["body"]
    registers = json.loads((ROOT / "local" / "registers.json").read_text(encoding="utf-8"))
    yield "register_answers", json.dumps({"found": False})
    for entry in (entry for entries in registers.values() for entry in entries):
        lines = [{"label": label, "value": value} for label, value in entry["lines"]]
        yield "register_answers", json.dumps({"found": True, "lines": lines}, ensure_ascii=False)
    for answer in [{"status": "accepted", "message": "sms-1"}, {"status": "refused", "reason": "unknown_number"},
                   {"status": "later"}]:
        yield "sms_answers", json.dumps(answer)


def write():
    written = [(target, text) for target, texts in WRITTEN_OUT.items() for text in texts]
    for target, text in [*written, *of_vectors(), *newebpay_answer(), *of_calendar(), *of_samples()]:
        folder = HERE / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        content = text.encode("utf-8", "surrogatepass")
        (folder / f"seed-{zlib.crc32(content):08x}").write_bytes(content)


if __name__ == "__main__":
    write()
