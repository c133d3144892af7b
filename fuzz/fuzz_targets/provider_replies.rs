#![no_main]
//! What providers of payments answer when they are asked, and the file of a day. The first two bytes say which
//! provider (`0` to `7`) and what was asked (`s`tart, `l`earn, `r`efund, `f`ile); one answer after another
//! follows, with a zero byte between them, each a digit that stands for the status, and a body.

use std::sync::LazyLock;

use domain::money::Twd;
use domain::payment::OrderNo;
use fuzz::payments::{self, account, check};
use payment::{Account, At, NotUnderstood, Order, Refund, Reply, Step, Stepped};
use serde_json::json;

/// The order of the vectors.
const ORDER_NO: &str = "TPEQ0000000000000120";

/// With the keys of the vectors, where there are any.
static ACCOUNTS: LazyLock<[Account; 8]> = LazyLock::new(|| {
    let ecpay = json!({ "hash_key": "pwFHCqoQZGmho4w6", "hash_iv": "EkRm7iFT261dpevs" });
    let newebpay = json!({ "hash_key": "Fs5cX1TGqYM2PpdbE14a9H83YQSQF5jn", "hash_iv": "C6AcmfqJILwgnhIP" });
    let bank =
        json!({ "secret": "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", "pay_url": "https://bank.example" });
    [
        account("ecpay_aio", "3002607", ecpay),
        account("newebpay_mpg", "MS127874575", newebpay),
        account("linepay_v3", "fuzz", json!({ "channel_secret": "secret-of-the-fuzzer" })),
        account(
            "jkopay",
            "fuzz",
            json!({ "api_key": "api-key-of-the-fuzzer", "secret_key": "secret-of-the-fuzzer" }),
        ),
        account(
            "stripe",
            "fuzz",
            json!({ "webhook_secret": "whsec_of_the_fuzzer", "api_key": "sk_test_of_the_fuzzer" }),
        ),
        account("standard_webhooks", "fuzz", bank),
        account(
            "govuk_pay",
            "fuzz",
            json!({ "webhook_secret": "secret-of-the-fuzzer", "api_key": "api_test_of_the_fuzzer" }),
        ),
        account("paid_bill_list", "fuzz", json!({ "secret": "secret-of-the-fuzzer" })),
    ]
});

/// `2` is 200, `4` is 400, and so on; `9` is 429, after which providers are left alone for a while.
fn reply(answer: &[u8]) -> Reply {
    let (digit, body) = answer.split_first().unwrap_or((&b'2', answer));
    let status = if *digit == b'9' { 429 } else { u16::from(digit.wrapping_sub(b'0')) * 100 };
    Reply { status, body: body.to_vec() }
}

/// Goes from step to step, as far as there are answers.
fn walk<'a>(
    first: Option<Step>,
    replies: impl Iterator<Item = Reply> + 'a,
    read: impl Fn(&'static str, &Reply) -> Result<Stepped, NotUnderstood>,
) {
    let Some(mut step) = first else { return };
    for reply in replies {
        match read(step.name, &reply) {
            Ok(Stepped::Then(next)) => step = next,
            Ok(Stepped::Said(word)) => return check(&word),
            Ok(Stepped::NotYet | Stepped::UnderWay | Stepped::Wait(_) | Stepped::HoldOff(_)) | Err(_) => {
                return;
            }
        }
    }
}

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let [provider, asked, answers @ ..] = input else { return };
    let Some(account) = ACCOUNTS.get(usize::from(provider.wrapping_sub(b'0'))) else { return };
    let mut replies = answers.split(|byte| *byte == 0).map(reply);
    let (now, order_no): (_, OrderNo) = (payments::now(), ORDER_NO.parse().expect("an order number"));
    let at = At { now, nonce: [7; 16] };
    let order = Order {
        order_no: &order_no,
        amount: Twd(300),
        means: account.means()[0],
        description: "規費",
        made_at: now,
        expires_at: now,
        callback_url: "https://window.example/callback",
        return_url: "https://window.example/return",
        reference: Some("2026112300698709510"),
    };
    let (trade_no, refund_no) = ("2611231100000120", "R1");
    let (amount, paid, before) = (Twd(100), Twd(300), Twd(0));
    let refund = Refund { order, trade_no, amount, paid, before, refund_no };
    match asked {
        b's' => {
            if replies.next().is_some_and(|reply| account.started(&order, &reply).is_ok()) {
                fuzz::taken();
            }
        }
        b'l' => walk(account.ask(&order, at), replies, |step, reply| account.learn(&order, step, reply, at)),
        b'r' => walk(account.refund(&refund, at), replies, |step, reply| {
            account.refunded(&refund, step, reply, at)
        }),
        b'f' => {
            let words = replies.next().and_then(|reply| account.read_file(&reply).ok()).unwrap_or_default();
            words.iter().for_each(|said| check(&said.word));
        }
        _ => {}
    }
});
