//! Money back to a card (?p=2885). The action that ECPay takes depends on how far the capture (關帳) is,
//! so that is looked up first (?p=45925, by order number: ?p=2894 would need the number of the
//! authorisation). ATM, codes and bar codes have no such API.
//!
//! `R` has no number of ours: sent twice, it gives back twice. When its answer was lost, the closed
//! amount that the next look-up shows decides whether it went through.

use std::time::Duration;

use aes::Aes128;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::money::Twd;
use domain::payment::{RefundState, Word};
use domain::taipei;
use jiff::Timestamp;
use jiff::civil::time;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{Account, held_off};
use crate::call::{Call, Method, NotUnderstood, Reply, Step, Stepped};
use crate::cipher;
use crate::form::{self, Form, Plus};
use crate::order::Refund;

/// When a part of a card payment is tried again that can only be given back once it is captured: that is
/// each evening. Nothing was done yet, so nothing can be done twice.
const UNTIL_CAPTURE: Duration = Duration::from_hours(6);

const LOOK_UP: &str = "look_up";
/// `E`, 取消: take back the request for capture.
const UNDO_CAPTURE: &str = "undo_capture";
/// `N`, 放棄: let go of the authorisation; the payer is never charged.
const LET_GO: &str = "let_go";
/// `N` after `E`: the capture is taken back, so what was paid will not reach us whatever is answered.
const RELEASE: &str = "release";
/// `R`, 退刷: give back what is captured, or part of it.
const GIVE_BACK: &str = "give_back";

pub fn look_up(account: &Account, refund: &Refund<'_>, now: Timestamp) -> Step {
    let order_no = refund.order.order_no.as_str();
    let data = json!({ "MerchantID": account.merchant, "MerchantTradeNo": order_no }).to_string();
    let keys = &account.ring.current;
    let (key, iv) = (keys.hash_key.expose_secret().into(), keys.hash_iv.expose_secret().into());
    let data = STANDARD.encode(cipher::encrypt::<Aes128>(key, iv, form::encode(&data).as_bytes()));
    let header = json!({ "Timestamp": now.as_second() });
    let body = json!({ "MerchantID": account.merchant, "RqHeader": header, "Data": data }).to_string();
    let call = Call {
        method: Method::Post,
        url: format!("{}/1.0.0/CreditDetail/QueryTrade", account.card),
        headers: vec![("content-type", "application/json".to_owned())],
        body: body.into_bytes(),
        patience: Duration::from_secs(20),
    };
    Step::asking(LOOK_UP, call)
}

pub fn next(
    account: &Account,
    refund: &Refund<'_>,
    step: &'static str,
    reply: &Reply,
    now: Timestamp,
) -> Result<Stepped, NotUnderstood> {
    if let Some(wait) = held_off(reply)? {
        return Ok(wait);
    }
    let stand = |state| {
        let refund_no = refund.refund_no.to_owned();
        Ok(Stepped::Said(Word::Refunded { refund: refund_no, amount: refund.amount, state }))
    };
    let action = match step {
        LOOK_UP => match Course::of(refund, &card_payment(account, reply)?) {
            Course::Take(action) => action,
            Course::Await => return Ok(Stepped::Wait(UNTIL_CAPTURE)),
            Course::Done(state) => return stand(state),
            Course::Unfit(why) => return Ok(Stepped::Said(Word::Unclear { why })),
        },
        UNDO_CAPTURE if succeeded(account, refund, reply)? => RELEASE,
        UNDO_CAPTURE => return Err(NotUnderstood("the capture could not be taken back")),
        LET_GO | RELEASE if succeeded(account, refund, reply)? => return stand(RefundState::Settled),
        RELEASE => return Err(NotUnderstood("neither captured any more nor let go")),
        GIVE_BACK if succeeded(account, refund, reply)? => return stand(RefundState::Submitted),
        LET_GO | GIVE_BACK => return stand(RefundState::Failed),
        _ => return Err(NotUnderstood("no step of a refund")),
    };
    Ok(closing(now).map_or_else(|| Stepped::Then(act(account, refund, action)), Stepped::Wait))
}

/// How long the daily capture still runs, during which no action may be taken: 20:15 to 20:30.
fn closing(now: Timestamp) -> Option<Duration> {
    let day = taipei::day_of(now);
    let (from, until) = (taipei::at(day, time(20, 15, 0, 0))?, taipei::at(day, time(20, 30, 0, 0))?);
    (from..until).contains(&now).then(|| until.duration_since(now).unsigned_abs())
}

fn act(account: &Account, refund: &Refund<'_>, name: &'static str) -> Step {
    let (action, amount) = match name {
        UNDO_CAPTURE => ("E", refund.paid),
        LET_GO | RELEASE => ("N", refund.paid),
        _ => ("R", refund.amount),
    };
    let fields = vec![
        ("MerchantID", account.merchant.clone()),
        ("MerchantTradeNo", refund.order.order_no.to_string()),
        ("TradeNo", refund.trade_no.to_owned()),
        ("Action", action.to_owned()),
        ("TotalAmount", amount.0.to_string()),
    ];
    Step::moving(name, account.post("/CreditDetail/DoAction", fields))
}

/// The answer to an action names the order. It is not documented to be signed; if it is, it has to fit.
fn succeeded(account: &Account, refund: &Refund<'_>, reply: &Reply) -> Result<bool, NotUnderstood> {
    let form = Form::read(&reply.body, Plus::Literal).map_err(NotUnderstood)?;
    if form.get("CheckMacValue").is_some() && !account.ring.current.signed(&form) {
        return Err(NotUnderstood("CheckMacValue"));
    }
    if form.get("MerchantTradeNo") != Some(refund.order.order_no.as_str()) {
        return Err(NotUnderstood("an answer about another order"));
    }
    form.get("RtnCode").map(|code| code == "1").ok_or(NotUnderstood("no RtnCode"))
}

/// A card payment, as far as a refund is concerned.
struct CardPayment {
    status: String,
    /// 已關帳金額: what is captured and not given back.
    closed: Option<Twd>,
}

/// Reads the look-up: JSON around encrypted, escaped JSON. Names have been seen in both cases, `RtnValue`
/// as an object and as its text.
fn card_payment(account: &Account, reply: &Reply) -> Result<CardPayment, NotUnderstood> {
    let answer: Value = serde_json::from_slice(&reply.body).map_err(|_| NotUnderstood("not JSON"))?;
    if answer.get("TransCode").and_then(Value::as_i64) != Some(1) {
        return Err(NotUnderstood("TransCode"));
    }
    let sealed = answer.get("Data").and_then(Value::as_str).ok_or(NotUnderstood("no Data"))?;
    let data = opened(account, sealed).ok_or(NotUnderstood("Data"))?;
    let value = data.get("RtnValue").ok_or(NotUnderstood("no RtnValue"))?;
    let value = match value {
        Value::String(text) => serde_json::from_str(text).map_err(|_| NotUnderstood("RtnValue"))?,
        value => value.clone(),
    };
    let field = |names: [&str; 2]| names.iter().find_map(|name| value.get(name));
    let status = field(["Status", "status"]).and_then(Value::as_str).ok_or(NotUnderstood("no Status"))?;
    let closed = field(["ClsAmt", "clsamt"]).and_then(|closed| match closed {
        Value::String(text) => text.parse().ok(),
        closed => closed.as_u64().and_then(|closed| u32::try_from(closed).ok()),
    });
    Ok(CardPayment { status: status.to_owned(), closed: closed.map(Twd) })
}

fn opened(account: &Account, sealed: &str) -> Option<Value> {
    let keys = &account.ring.current;
    let (key, iv) = (keys.hash_key.expose_secret().into(), keys.hash_iv.expose_secret().into());
    let text = cipher::decrypt::<Aes128>(key, iv, &STANDARD.decode(sealed).ok()?)?;
    serde_json::from_str(&form::decode(&text, Plus::Space).ok()?).ok()
}

/// What is to be done next.
enum Course {
    Take(&'static str),
    /// Only the whole of it could be let go: a part can be given back once it is captured.
    Await,
    /// It was done before, and the answer got lost.
    Done(RefundState),
    /// People gave something back by other means, or the payment is not what we take it for: people look.
    Unfit(&'static str),
}

impl Course {
    fn of(refund: &Refund<'_>, payment: &CardPayment) -> Self {
        let whole = refund.amount == refund.paid;
        match payment.status.as_str() {
            "Authorized" | "已授權" if whole => Self::Take(LET_GO),
            "Operation canceled" | "操作取消" if whole => Self::Take(RELEASE),
            "Authorized" | "已授權" => Self::Await,
            "To be captured" | "要關帳" if whole => Self::Take(UNDO_CAPTURE),
            "To be captured" | "要關帳" | "Captured" | "已關帳" => {
                Self::of_captured(refund, payment.closed)
            }
            "Canceled" | "已取消" if whole => Self::Done(RefundState::Settled),
            _ => Self::Unfit("no state from which this refund is possible"),
        }
    }

    fn of_captured(refund: &Refund<'_>, closed: Option<Twd>) -> Self {
        match closed.map(|closed| refund.gone_through(closed)) {
            Some(Some(false)) => Self::Take(GIVE_BACK),
            Some(Some(true)) => Self::Done(RefundState::Submitted),
            Some(None) => Self::Unfit("the closed amount fits neither before nor after this refund"),
            None => Self::Unfit("no closed amount"),
        }
    }
}
