//! `API/CreditCard`: 取消授權, and 請退款 with its undoing.

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::response::Response;
use std::sync::Arc;

use super::super::accounts::NEWEBPAY;
use super::super::card::{Capture, Card, NotPossible};
use super::super::form::Fields;
use super::super::order::{Order, Provider};
use super::super::orders::Changed;
use super::super::{Sandbox, amount, broken};
use super::{Problem, TOLERANCE, answer, common, sign};

/// `Close`: 請款 (B031), 退款 (B032) and 取消 of either (B033, B034).
pub async fn close(Shared(sandbox): Shared<Arc<Sandbox>>, body: Bytes) -> Response {
    serve(&sandbox, &body, closed)
}

/// `Cancel`: 取消授權 (B01).
pub async fn cancel(Shared(sandbox): Shared<Arc<Sandbox>>, body: Bytes) -> Response {
    serve(&sandbox, &body, |card, asked| {
        if asked.amount != asked.paid {
            return Err(("TRA10050", "金額不符"));
        }
        card.void().map_err(|_| ("TRA10047", "該交易不為授權成功狀態，不可放棄授權"))
    })
}

/// What is asked of a card.
struct Asked<'a> {
    fields: &'a Fields,
    amount: u64,
    /// What was paid.
    paid: u64,
    now: i64,
}

fn serve(
    sandbox: &Sandbox,
    body: &[u8],
    work: impl FnOnce(&mut Card, &Asked<'_>) -> Result<(), Problem>,
) -> Response {
    let fields = match decrypted(body) {
        Ok(fields) => fields,
        Err(problem) => return answer("JSON", Err(problem)),
    };
    let respond_type = fields.get("RespondType");
    if !sandbox.clock.accepts(fields.get("TimeStamp"), TOLERANCE) {
        return answer(respond_type, Err(("MEM40014", "傳送時間錯誤")));
    }
    let Some(amount) = amount(fields.get("Amt")) else {
        return answer(respond_type, Err(("TRA10003", "金額必須為數字")));
    };
    let order_no = match order_no(sandbox, &fields) {
        Ok(Some(order_no)) => order_no,
        Ok(None) => return answer(respond_type, Err(("TRA10032", "單號類型只能為數字1或2"))),
        Err(error) => return broken(&error),
    };
    let now = sandbox.clock.now();
    let done = sandbox.orders.change((Provider::NewebpayMpg, &order_no), |order| {
        let asked = Asked { fields: &fields, amount, paid: order.amount, now };
        Ok((act(order, &asked, work), Vec::new()))
    });
    let missing: Problem = ("TRA10021", "查無該筆交易或該筆交易不為信用卡交易");
    match done {
        Ok(Changed::Done(done)) => {
            let done = done.map(|trade_no| common(amount, &trade_no, &order_no));
            answer(respond_type, done.map(|result| ("處理成功", result)))
        }
        Ok(Changed::Unknown | Changed::Refused(_)) => answer(respond_type, Err(missing)),
        Err(error) => broken(&error),
    }
}

fn decrypted(body: &[u8]) -> Result<Fields, Problem> {
    let outer = Fields::read(body).map_err(|_| ("MEM40013", "必填欄位資料不齊全"))?;
    if outer.get("MerchantID_") != NEWEBPAY.merchant {
        return Err(("TRA10001", "商店資料取得失敗"));
    }
    if outer.get("PostData_").is_empty() {
        return Err(("MEM40012", "必填欄位資料傳遞錯誤"));
    }
    let text = sign::decrypt(outer.get("PostData_"), &NEWEBPAY).ok_or(("TRA10008", "資料加密錯誤"))?;
    Fields::read(text.as_bytes()).map_err(|_| ("TRA10008", "資料加密錯誤"))
}

/// The merchant's number of the order, said as such (`IndexType` 1) or by the trade number (2); `None`
/// for another `IndexType`.
fn order_no(sandbox: &Sandbox, fields: &Fields) -> anyhow::Result<Option<String>> {
    match fields.get("IndexType") {
        "1" => Ok(Some(fields.get("MerchantOrderNo").to_owned())),
        "2" => {
            let trade_no = fields.get("TradeNo");
            let has = |order: &Order| order.trades.iter().any(|trade| trade.trade_no == trade_no);
            let mut stories = sandbox.orders.stories()?.into_iter();
            let found =
                stories.find(|story| story.order.provider == Provider::NewebpayMpg && has(&story.order));
            Ok(Some(found.map(|story| story.order.order_no).unwrap_or_default()))
        }
        _ => Ok(None),
    }
}

/// The number of the trade that it was done to: the one that is named, or the first.
fn act(
    order: &mut Order,
    asked: &Asked<'_>,
    work: impl FnOnce(&mut Card, &Asked<'_>) -> Result<(), Problem>,
) -> Result<String, Problem> {
    let named = asked.fields.get("TradeNo");
    let trade = order.trades.iter_mut().find(|trade| named.is_empty() || trade.trade_no == named);
    let missing: Problem = ("TRA10021", "查無該筆交易或該筆交易不為信用卡交易");
    let trade = trade.ok_or(missing)?;
    work(trade.card.as_mut().ok_or(missing)?, asked)?;
    Ok(trade.trade_no.clone())
}

fn closed(card: &mut Card, asked: &Asked<'_>) -> Result<(), Problem> {
    let is_undoing = asked.fields.get("Cancel") == "1";
    match (asked.fields.get("CloseType"), is_undoing) {
        ("1", false) if asked.amount > asked.paid => Err(("TRA10028", "請退款金額超過授權金額，請確認")),
        ("1", false) => card.request().map_err(|_| ("TRA10027", "此訂單已申請過請款，不可重覆請款")),
        ("1", true) => card.take_back().map_err(|_| ("TRA10095", "此筆交易已過關帳時間，不可取消")),
        ("2", false) if card.is_refunding() => Err(("TRA20027", "此訂單已申請過退款，退款中")),
        ("2", false) if card.capture != Capture::Captured => {
            Err(("TRA10035", "該交易非授權成功或已請款完成狀態，請確認"))
        }
        ("2", false) => card.refund(asked.amount, asked.paid, asked.now).map_err(|problem| match problem {
            NotPossible::Amount => ("TRA10036", "已超過剩餘可退款金額，請確認"),
            NotPossible::State => ("TRA10035", "該交易非授權成功或已請款完成狀態，請確認"),
        }),
        ("2", true) => card.take_back_refund(asked.amount).map_err(|_| ("TRA10094", "資料取消失敗")),
        _ => Err(("TRA10018", "資料不足")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(card: &mut Card, close_type: &str, cancel: bool, amount: u64) -> Result<(), &'static str> {
        let form = format!("CloseType={close_type}&Cancel={}", u8::from(cancel));
        let fields = Fields::read(form.as_bytes()).unwrap();
        let asked = Asked { fields: &fields, amount, paid: 300, now: 0 };
        closed(card, &asked).map_err(|(code, _)| code)
    }

    #[test]
    fn money_is_asked_for_and_given_back_in_this_order() {
        let mut card = Card::new(1, String::new());
        assert_eq!(ask(&mut card, "2", false, 300), Err("TRA10035"));
        assert_eq!(ask(&mut card, "1", false, 301), Err("TRA10028"));
        ask(&mut card, "1", false, 300).unwrap();
        assert_eq!(ask(&mut card, "1", false, 300), Err("TRA10027"));
        ask(&mut card, "1", true, 300).unwrap();
        ask(&mut card, "1", false, 300).unwrap();
        assert_eq!(ask(&mut card, "2", false, 100), Err("TRA10035"), "it has not come yet");
        card.bank_day();
        assert_eq!(ask(&mut card, "1", true, 300), Err("TRA10095"));
        ask(&mut card, "2", false, 100).unwrap();
        assert_eq!(ask(&mut card, "2", false, 100), Err("TRA20027"));
        ask(&mut card, "2", true, 100).unwrap();
        assert_eq!(ask(&mut card, "2", true, 100), Err("TRA10094"));
        assert_eq!(ask(&mut card, "2", false, 301), Err("TRA10036"));
        assert_eq!(ask(&mut card, "3", false, 300), Err("TRA10018"));
    }
}
