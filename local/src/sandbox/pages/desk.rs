//! The desk of the sandbox: every order, what was told about it, and how to misbehave.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::clock::dashed;
use super::super::misbehaviour::Misbehaviour;
use super::super::notice::{Notice, Progress};
use super::super::order::{Order, State as OrderState, Trade};
use super::super::orders::{Settings, Story};
use super::super::{BASE, Shared, broken};
use super::{button, thousands};
use crate::pages::html::escape;
use crate::pages::page;

/// Every order, and what the next ones will meet with.
pub(in super::super) async fn list(State(sandbox): Shared) -> Response {
    let (stories, settings) = match (sandbox.orders.stories(), sandbox.orders.settings()) {
        (Ok(stories), Ok(settings)) => (stories, settings),
        (Err(error), _) | (_, Err(error)) => return broken(&error),
    };
    let rows: String = stories.iter().map(row).collect();
    let orders = if rows.is_empty() {
        "<p>還沒有訂單。<span lang=en>No orders yet.</span></p>".to_owned()
    } else {
        format!(
            "<table><tr><th>時間 <span lang=en>Time</span></th><th>金流業者 <span lang=en>Provider</span></th>\
             <th>訂單編號 <span lang=en>Order</span></th><th>金額 <span lang=en>Amount</span></th>\
             <th>狀態 <span lang=en>State</span></th><th>通知 <span lang=en>Notices</span></th></tr>{rows}</table>"
        )
    };
    let body = format!(
        "<p>模擬綠界與藍新，只在這台電腦上，不會真的扣款。重新載入可看最新狀態。\
         <span lang=en>綠界 ECPay and 藍新 NewebPay, simulated on this machine; no money moves. Reload to see what has changed.</span></p>\
         <h2>訂單 <span lang=en>Orders</span></h2>{orders}\
         <h2>之後的訂單 <span lang=en>Orders from now on</span></h2>{}\
         <h2>給程式 <span lang=en>For programs</span></h2>\
         <p><a href=\"{BASE}/orders.json\">orders.json</a> · <a href=\"{BASE}/control\">control</a></p>",
        switches(&settings.misbehave, None, Some(&settings))
    );
    page(StatusCode::OK, "金流測試 Payment sandbox", &body)
}

fn row(story: &Story) -> String {
    let order = &story.order;
    let (provider, _) = order.provider.name();
    let (chinese, english) = order.state.name();
    let sent: usize = story.notices.iter().map(|(_, notice)| notice.attempts.len()).sum();
    let good = story.notices.iter().filter(|(_, notice)| notice.progress == Progress::Acknowledged).count();
    let number = escape(&order.order_no);
    format!(
        "<tr><td>{}</td><td>{provider}</td><td><a href=\"{BASE}/orders/{number}/desk\"><code>{number}</code></a></td>\
         <td>{}</td><td>{chinese} <span lang=en>{english}</span></td>\
         <td>送出 {sent}，確認 {good} <span lang=en>{sent} sent, {good} acknowledged</span></td></tr>",
        dashed(order.opened_at),
        thousands(order.amount)
    )
}

/// One order.
pub(in super::super) async fn order(State(sandbox): Shared, Path(order_no): Path<String>) -> Response {
    let found = sandbox.orders.provider_of(&order_no).and_then(|provider| match provider {
        Some(provider) => sandbox.orders.story(provider, &order_no),
        None => Ok(None),
    });
    match found {
        Ok(Some(story)) => page(StatusCode::OK, &format!("訂單 Order {order_no}"), &shown(&story)),
        Ok(None) => page(
            StatusCode::NOT_FOUND,
            "找不到 Not found",
            "<p>沒有這張訂單。<span lang=en>There is no such order.</span></p>",
        ),
        Err(error) => broken(&error),
    }
}

fn shown(story: &Story) -> String {
    let order = &story.order;
    let (provider, provider_en) = order.provider.name();
    let (chinese, english) = order.state.name();
    let trades: String = order.trades.iter().map(traded).collect();
    let notices: String = story.notices.iter().map(|(_, notice)| told(notice)).collect();
    format!(
        "<table><tr><th>金流業者 <span lang=en>Provider</span></th><td>{provider} {provider_en}</td></tr>\
         <tr><th>項目 <span lang=en>For</span></th><td>{}</td></tr>\
         <tr><th>金額 <span lang=en>Amount</span></th><td>NT$ {}</td></tr>\
         <tr><th>狀態 <span lang=en>State</span></th><td>{chinese} <span lang=en>{english}</span></td></tr>{trades}</table>\
         <p>{}</p><p><a href=\"{BASE}/orders/{}\">付款頁 <span lang=en>The payer's page</span></a> · \
         <a href=\"{BASE}\">所有訂單 <span lang=en>All orders</span></a></p>\
         <h2>通知 <span lang=en>Notices</span></h2>\
         <table><tr><th>內容 <span lang=en>Says</span></th><th>網址 <span lang=en>To</span></th>\
         <th>結果 <span lang=en>Progress</span></th><th>我方回應 <span lang=en>Our answers</span></th></tr>{notices}</table>\
         <h2>這張訂單 <span lang=en>This order</span></h2>{}",
        escape(&order.item),
        thousands(order.amount),
        buttons(order, !story.notices.is_empty()),
        escape(&order.order_no),
        switches(&order.misbehave, Some(&order.order_no), None)
    )
}

fn traded(trade: &Trade) -> String {
    let card = trade.card.as_ref().map(|card| {
        let (chinese, english) = card.capture.name();
        let back = thousands(card.refunded());
        format!("，{chinese}，已退 NT$ {back} <span lang=en>{english}, NT$ {back} given back</span>")
    });
    format!(
        "<tr><th>交易 <span lang=en>Trade</span></th><td><code>{}</code>，NT$ {}，{}{}</td></tr>",
        escape(&trade.trade_no),
        thousands(trade.amount),
        dashed(trade.paid_at),
        card.unwrap_or_default()
    )
}

fn buttons(order: &Order, has_notices: bool) -> String {
    let press = |action: &str, chinese: &str, english: &str| {
        button(&format!("{BASE}/orders/{}/{action}", order.order_no), &[("at", "desk")], chinese, english)
    };
    let mut shown = String::new();
    if order.state == OrderState::Issued {
        shown.push_str(&press("pay", "以此號碼繳費", "Pay by the number"));
    } else if order.state != OrderState::Paid {
        shown.push_str(&press("pay", "付款", "Pay"));
    }
    if has_notices {
        shown.push_str(&press("resend", "再送一次通知", "Send the notice again"));
    }
    if order.trades.iter().any(|trade| trade.card.is_some()) {
        shown.push_str(&press("bank-day", "銀行作業一天（請款、退款）", "A day passes at the bank"));
    }
    shown
}

fn told(notice: &Notice) -> String {
    let (word, word_en) = notice.word.name();
    let (chinese, english) = match notice.progress {
        Progress::Waiting => ("待送", "waiting"),
        Progress::Acknowledged => ("已確認", "acknowledged"),
        Progress::GivenUp => ("放棄", "given up"),
        Progress::Dropped => ("故意不送", "dropped"),
    };
    let answers: Vec<String> = notice
        .attempts
        .iter()
        .map(|attempt| {
            let status = attempt.status.map(|status| status.to_string()).unwrap_or_default();
            format!("{} {status} <code>{}</code>", dashed(attempt.at), escape(&attempt.body))
        })
        .collect();
    format!(
        "<tr><td>{word} <span lang=en>{word_en}</span>，NT$ {}</td><td><code>{}</code></td>\
         <td>{chinese} <span lang=en>{english}</span></td><td>{}</td></tr>",
        thousands(notice.amount),
        escape(&notice.url),
        answers.join("<br>")
    )
}

/// The form of misbehaviour, for one order or for the next ones.
fn switches(misbehave: &Misbehaviour, order_no: Option<&str>, settings: Option<&Settings>) -> String {
    let boxes: String = misbehave.switches().into_iter().map(checkbox).collect();
    let number = |name: &str, value: u64, chinese: &str, english: &str| {
        format!(
            "<p><label>{chinese} <span lang=en>{english}</span> \
             <input name={name} value=\"{value}\" inputmode=numeric pattern=\"[0-9]*\" size=8></label></p>"
        )
    };
    let mut fields = number("delay_ms", misbehave.delay_ms, "延遲（毫秒）", "delay, milliseconds");
    fields.push_str(&number(
        "duplicate",
        misbehave.duplicate.into(),
        "同時多送幾份",
        "copies at the same moment",
    ));
    if let Some(settings) = settings {
        let again = settings.resend_after_ms;
        fields.push_str(&number(
            "resend_after_ms",
            again,
            "未確認時幾毫秒後重送",
            "send again after, milliseconds",
        ));
        fields.push_str(&number(
            "patience_ms",
            settings.patience_ms,
            "等待回應（毫秒）",
            "wait for an answer, milliseconds",
        ));
    }
    let order =
        order_no.map(|order_no| format!("<input type=hidden name=order value=\"{}\">", escape(order_no)));
    format!(
        "<form class=card method=post action=\"{BASE}/control\">{}{boxes}{fields}\
         <button>套用 <span lang=en>Apply</span></button></form>",
        order.unwrap_or_default()
    )
}

fn checkbox((name, on, chinese, english): (&str, bool, &str, &str)) -> String {
    let on = if on { " checked" } else { "" };
    format!(
        "<p><label><input type=checkbox name={name}{on}> {chinese} <span lang=en>{english}</span></label></p>"
    )
}
