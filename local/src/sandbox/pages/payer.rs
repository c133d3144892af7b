//! The page on which the payer pays.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::super::actions::Key;
use super::super::clock::dashed;
use super::super::order::{Means, Number, Order, Provider, Refusal, State as OrderState};
use super::super::{BASE, Shared, broken, ecpay, newebpay};
use super::{WayBack, button, thousands};
use crate::pages::html::escape;

const STYLE: &str = "
:root{color-scheme:light dark;--ink:#1c2430;--soft:#556270;--line:#d5dbe1;--paper:#fff;--back:#eef2f5;--mark:#0a5c8a}
@media(prefers-color-scheme:dark){:root{--ink:#e7edf2;--soft:#a3b1bd;--line:#36434f;--paper:#18212a;--back:#0f161c;--mark:#7cc4ee}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:17px/1.6 system-ui,'Noto Sans TC','PingFang TC','Microsoft JhengHei',sans-serif}
.test{margin:0;padding:.6rem 1.2rem;background:#ffd84d;color:#201a00;text-align:center;font-weight:700}
main{max-width:38rem;margin:1.5rem auto;padding:1.2rem 1.5rem 1.6rem;background:var(--paper);border:1px solid var(--line);border-radius:.6rem}
h1{margin:0 0 .6rem;font-size:1.5rem}h2{margin:1.4rem 0 .4rem;font-size:1.1rem}
[lang=en]{color:var(--soft);font-size:.88em}.test [lang=en]{color:inherit}
table{width:100%;border-collapse:collapse}
th,td{text-align:left;vertical-align:top;padding:.4rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th{width:9.5rem;font-weight:600}
.amount{font-size:1.5rem;font-weight:700}
.number{font-family:ui-monospace,monospace;font-size:1.15rem}
button,a.button{display:block;width:100%;margin:.5rem 0;padding:.6rem 1rem;font:inherit;text-align:center;text-decoration:none;border:2px solid var(--mark);border-radius:.4rem;background:none;color:var(--mark);cursor:pointer}
form.first button{background:var(--mark);color:var(--paper)}form.first button [lang=en]{color:inherit}
button:focus-visible,a:focus-visible{outline:3px solid #ffbf47;outline-offset:2px}
a{color:var(--mark)}
";

/// The order, as it is.
pub(in super::super) async fn page(State(sandbox): Shared, Path(order_no): Path<String>) -> Response {
    let found = sandbox.orders.provider_of(&order_no).and_then(|provider| match provider {
        Some(provider) => sandbox.orders.find(provider, &order_no),
        None => Ok(None),
    });
    match found {
        Ok(Some(order)) => shown(&order, sandbox.clock.now()),
        Ok(None) => document(StatusCode::NOT_FOUND, None, ("查無此訂單", "No such order"), "", &[]),
        Err(error) => broken(&error),
    }
}

fn shown(order: &Order, now: i64) -> Response {
    let back = match order.provider {
        Provider::EcpayAio => ecpay::way_back(order),
        Provider::NewebpayMpg => newebpay::way_back(order),
    };
    let here = |action: &str| format!("{BASE}/orders/{}/{action}", order.order_no);
    let choices = match order.state {
        OrderState::Opened | OrderState::Failed => choices(order, &here),
        OrderState::Issued => by_number(order, now, &here),
        OrderState::Paid | OrderState::Closed => String::new(),
    };
    let returning = match (&back, order.state) {
        // Leaving is one of the choices, and says so.
        (_, OrderState::Opened | OrderState::Failed) | (WayBack::None, _) => String::new(),
        (WayBack::Go(url), _) => format!(
            "<p><a class=button href=\"{}\">返回商店 <span lang=en>Return to the shop</span></a></p>",
            escape(url)
        ),
        (WayBack::Post { url, fields }, _) => {
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            button(url, &fields, "返回商店", "Return to the shop")
        }
    };
    let (chinese, english) = order.state.name();
    let body = format!(
        "{}<p role=status><strong>{chinese}</strong> <span lang=en>{english}</span></p>{choices}{returning}",
        summary(order)
    );
    document(StatusCode::OK, Some(order.provider), ("線上付款", "Payment"), &body, &origins(order))
}

fn summary(order: &Order) -> String {
    let row = |chinese: &str, english: &str, value: &str| {
        format!("<tr><th scope=row>{chinese}<br><span lang=en>{english}</span></th><td>{value}</td></tr>")
    };
    let means = order.trades.first().map(|trade| trade.means.name());
    let trades: Vec<String> = order.trades.iter().map(|trade| escape(&trade.trade_no)).collect();
    let mut rows =
        row("應付金額", "Amount due", &format!("<span class=amount>NT$ {}</span>", thousands(order.amount)));
    rows.push_str(&row("項目", "For", &escape(&order.item)));
    rows.push_str(&row("訂單編號", "Order number", &escape(&order.order_no)));
    if let Some((chinese, english)) = means {
        rows.push_str(&row("付款方式", "Paid by", &format!("{chinese} <span lang=en>{english}</span>")));
        rows.push_str(&row("交易編號", "Trade number", &trades.join("<br>")));
    }
    format!("<table>{rows}</table>")
}

fn choices(order: &Order, here: &dyn Fn(&str) -> String) -> String {
    let mut forms = String::from("<h2>選擇付款方式 <span lang=en>How do you want to pay?</span></h2>");
    for means in &order.offered {
        let (chinese, english) = means.name();
        let fields = [("means", means.code())];
        if *means == Means::Card {
            let pay = button(&here("pay"), &fields, "以測試信用卡付款", "Pay by test card now");
            forms.push_str(&pay.replacen("<form", "<form class=first", 1));
            continue;
        }
        // A second number is not to be had.
        if order.number.is_none() {
            forms.push_str(&button(
                &here("issue"),
                &fields,
                &format!("取得{chinese}，稍後繳費"),
                &format!("Get a number, pay later: {english}"),
            ));
        }
    }
    forms.push_str("<h2>其他 <span lang=en>Otherwise</span></h2>");
    if order.offered.contains(&Means::Card) {
        forms.push_str(&button(&here("fail"), &[], "模擬刷卡失敗", "Have the card declined"));
    }
    forms.push_str(&button(&here("close"), &[], "離開，不付款", "Leave without paying"));
    forms
}

fn by_number(order: &Order, now: i64, here: &dyn Fn(&str) -> String) -> String {
    let Some(number) = &order.number else { return String::new() };
    let pay = if now > number.expires_at {
        "<p>繳費期限已過。<span lang=en>The number has expired.</span></p>".to_owned()
    } else {
        button(&here("pay"), &[], "模擬以此號碼繳費", "Pay this number now").replacen(
            "<form",
            "<form class=first",
            1,
        )
    };
    format!("{}{pay}", instructions(number))
}

fn instructions(number: &Number) -> String {
    let (chinese, english) = number.means.name();
    let bank = number.bank.as_deref().map(|bank| {
        format!(
            "<tr><th scope=row>銀行代碼<br><span lang=en>Bank</span></th><td class=number>{}</td></tr>",
            escape(bank)
        )
    });
    let numbers: Vec<String> = number.numbers.iter().map(|number| escape(number)).collect();
    format!(
        "<h2>{chinese} <span lang=en>{english}</span></h2><table>{}\
         <tr><th scope=row>號碼<br><span lang=en>Number</span></th><td class=number>{}</td></tr>\
         <tr><th scope=row>繳費期限<br><span lang=en>Pay by</span></th><td>{}</td></tr></table>",
        bank.unwrap_or_default(),
        numbers.join("<br>"),
        dashed(number.expires_at)
    )
}

/// The order is not taken.
pub(in super::super) fn refused(provider: Provider, code: &str, chinese: &str, english: &str) -> Response {
    let body = format!(
        "<p role=alert>{}<br><span lang=en>{}</span></p><p>錯誤代碼 <span lang=en>Error code</span>: <code>{}</code></p>",
        escape(chinese),
        escape(english),
        escape(code)
    );
    document(
        StatusCode::BAD_REQUEST,
        Some(provider),
        ("無法建立訂單", "The order is not accepted"),
        &body,
        &[],
    )
}

/// What the payer wants cannot be done now.
pub(in super::super) fn not_possible((provider, order_no): Key<'_>, refusal: Refusal) -> Response {
    let Refusal(chinese, english) = refusal;
    let body = format!(
        "<p role=alert>{chinese}。<br><span lang=en>{english}</span></p>\
         <p><a href=\"{BASE}/orders/{}\">查看訂單 <span lang=en>See the order</span></a></p>",
        escape(order_no)
    );
    document(StatusCode::CONFLICT, Some(provider), ("無法進行", "Not possible"), &body, &[])
}

/// Where forms of an order's page may lead, redirects included.
fn origins(order: &Order) -> Vec<String> {
    let names = ["ClientBackURL", "OrderResultURL", "ClientRedirectURL", "ReturnURL", "CustomerURL"];
    let mut origins: Vec<String> = names
        .into_iter()
        .filter_map(|name| order.asked(name).parse::<http::Uri>().ok())
        .filter_map(|url| Some(format!("{}://{}", url.scheme_str()?, url.authority()?)))
        .collect();
    origins.sort();
    origins.dedup();
    origins
}

/// A whole page. Nothing runs on it and nothing is loaded.
fn document(
    status: StatusCode,
    provider: Option<Provider>,
    (chinese, english): (&str, &str),
    body: &str,
    form_targets: &[String],
) -> Response {
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
        form_targets.join(" ")
    );
    let shop = provider.map(|provider| {
        let (chinese, english) = provider.name();
        format!("<p>{chinese}（模擬） <span lang=en>{english}, simulated</span></p>")
    });
    let page = format!(
        "<!doctype html><html lang=\"zh-Hant-TW\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{chinese} {english}｜測試環境 Test</title><style>{STYLE}</style></head><body>\
         <p class=test>測試環境：不會真的扣款 <span lang=en>Test environment: no money moves</span></p>\
         <main>{}<h1>{chinese} <span lang=en>{english}</span></h1>{body}</main></body></html>",
        shop.unwrap_or_default()
    );
    let headers = [(header::CONTENT_SECURITY_POLICY, policy), (header::CACHE_CONTROL, "no-store".to_owned())];
    (status, headers, Html(page)).into_response()
}
