#!/usr/bin/env python3
"""Writes what the fuzz targets begin with into fuzz/corpus: made from what is in the repository, not kept.

A payment provider's callbacks come from the vectors, with the headers on lines of their own where a target
wants them. What no vector has is written out here.
"""

import csv
import datetime
import json
import pathlib
import zlib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent

BILLS = [{"order_no": "0123456789ABCDEFGHJK", "amount": 1200, "paid_at": "2026-11-23T10:00:00+08:00",
          "trade_no": "E20261123000017"}]
BILLS_CSV = ("order_no,amount,paid_at,trade_no\n"
             "0123456789ABCDEFGHJK,1200,2026-11-23 10:00:00,E20261123000017\n")

ORDER_NO, REFERENCE = "TPEQ0000000000000120", "2026112300698709510"
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

# Bodies of answers, by what `provider_replies` is to make of them.
REPLIES = {
    "0f2": [MEDIA],
    "2l2": ['{"returnCode":"0110"}', json.dumps(
        {"returnCode": "0000", "info": {"transactionId": int(REFERENCE), "orderId": ORDER_NO,
                                        "payInfo": [{"method": "CREDIT_CARD", "amount": 300}]}})],
    "2s2": [json.dumps({"returnCode": "0000", "info": {
        "transactionId": int(REFERENCE), "paymentUrl": {"web": "https://sandbox-web-pay.line.me/web"}}})],
    "3l2": [json.dumps({"result": "000", "result_object": {"transactions": [
        {"platform_order_id": ORDER_NO, "status": 0, "tradeNo": "J0081521125050800003", "currency": "TWD",
         "trans_time": "2026-11-23 11:50:57", "final_price": "300", "redeem_amount": "50",
         "debit_amount": "250"}]}})],
    "4l2": [json.dumps(SESSION)],
    "6l2": [json.dumps({"payment_id": REFERENCE, "reference": ORDER_NO, "amount": 300,
                        "state": {"status": "success", "finished": True},
                        "settlement_summary": {"captured_date": "2026-11-23"}})],
}

UPLOAD = ("multipart/form-data; boundary=seed\n"
          '--seed\r\nContent-Disposition: form-data; name="csrf"\r\n\r\ntoken\r\n'
          '--seed\r\nContent-Disposition: form-data; name="file"; filename="計畫.pdf"\r\n'
          "Content-Type: application/pdf\r\n\r\n%PDF-1.4\n%%EOF\n\r\n--seed--\r\n")

WRITTEN_OUT = {
    "answers": ["社區音樂會", "2027-03-05", "42", "yes", "A123456789", "0227208889"],
    "form": ["csrf=token&reason=%E6%96%87%E4%BB%B6+%E9%BD%8A%E5%82%99&version=3"],
    "ids": ["TP-YMGPF-50PMX-M", "TP-YMGPF-50PMX-M_1", "TP-YMGPF-50PMX-M_1_1", "AL064", "parks-office",
            "0123456789ABCDEFGHJK", "0.0172", "ecpay_aio", "card",
            *(prefix + "0123456789abcdef" * 2 for prefix in ("draft_", "file_", "req_", "person_"))],
    "paid_bill_list": ["\n" + json.dumps(BILLS), "\n" + BILLS_CSV],
    "provider_replies": [asked + "\0".join(bodies) for asked, bodies in REPLIES.items()],
    "standard_webhooks_callback": ["\n\n\n" + json.dumps(event) for event in BANK],
    "stripe_callback": ["\n" + json.dumps(event) for event in STRIPE],
    "upload": [UPLOAD],
}


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
                yield "provider_replies", "1l2" + vector["expected_decrypted"]
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
    """Events of the mail service from the sample invocations."""
    for path in (ROOT / "events" / "notification-feedback").glob("*.json"):
        for record in json.loads(path.read_text(encoding="utf-8"))["Records"]:
            yield "mail_event", record["body"]


def write():
    written = [(target, text) for target, texts in WRITTEN_OUT.items() for text in texts]
    for target, text in [*written, *of_vectors(), *of_calendar(), *of_samples()]:
        folder = HERE / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        content = text.encode("utf-8", "surrogatepass")
        (folder / f"seed-{zlib.crc32(content):08x}").write_bytes(content)


if __name__ == "__main__":
    write()
