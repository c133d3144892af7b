//! `PaymentMedia/TradeNoAio` (對帳媒體檔): the orders of some days as CSV.

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;

use super::super::clock::dashed;
use super::super::form::Fields;
use super::super::order::{Means, Order, Provider, Trade};
use super::super::{Sandbox, broken};
use super::signed;
use super::words::fee;

/// The columns. At 綠界 the places of 訂單日期, 廠商訂單編號, 付款方式, 付款狀態, 交易金額 and 商品名稱 are
/// known from those who read its files; the names and places of the others are the sandbox's.
const COLUMNS: [&str; 23] = [
    "訂單日期",
    "廠商訂單編號",
    "綠界訂單編號",
    "店舖代號",
    "平台名稱",
    "付款方式代碼",
    "付款方式",
    "分期期數",
    "繳費代碼",
    "繳費期限",
    "付款日期",
    "付款狀態",
    "交易金額",
    "退款日期",
    "退款金額",
    "手續費率(每筆)",
    "手續費",
    "處理費",
    "交易手續費",
    "平台手續費",
    "應收款項(淨額)",
    "商品名稱",
    "撥款狀態",
];

pub async fn daily_file(Shared(sandbox): Shared<Arc<Sandbox>>, body: Bytes) -> Response {
    let problem =
        |said: &'static str| ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], said).into_response();
    let wanted = match signed(&body).and_then(|fields| Wanted::read(&fields)) {
        Ok(wanted) => wanted,
        Err(refused) => return problem(refused),
    };
    let stories = match sandbox.orders.stories() {
        Ok(stories) => stories,
        Err(error) => return broken(&error),
    };
    let orders = stories.iter().rev().map(|story| &story.order);
    let orders = orders.filter(|order| order.provider == Provider::EcpayAio);
    let lines = orders.flat_map(|order| wanted.lines(order));
    let file = std::iter::once(COLUMNS.join(",")).chain(lines).collect::<Vec<_>>().join("\r\n") + "\r\n";
    ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], file).into_response()
}

/// Which orders.
struct Wanted {
    /// By the day of the payment; else of the order.
    by_payment: bool,
    /// Days as `2026-11-23`, which order as text.
    from: String,
    to: String,
    means: Option<Means>,
    paid: Option<bool>,
}

impl Wanted {
    fn read(fields: &Fields) -> Result<Self, &'static str> {
        let day = |name: &str| {
            let day = fields.get(name);
            jiff::civil::Date::strptime("%Y-%m-%d", day)
                .map(|day| day.to_string())
                .map_err(|_| "0|Date Error")
        };
        if fields.get("CharSet") != "2" {
            return Err("0|CharSet Error: the sandbox writes UTF-8 alone (CharSet=2)");
        }
        if !matches!(fields.get("MediaFormated"), "1" | "2") {
            return Err("0|MediaFormated Error: the sandbox has the new format alone");
        }
        Ok(Self {
            by_payment: match fields.get("DateType") {
                "2" => true,
                "6" => false,
                _ => return Err("0|DateType Error: 2 for the day of payment, 6 for that of the order"),
            },
            from: day("BeginDate")?,
            to: day("EndDate")?,
            means: match fields.get("PaymentType") {
                "" => None,
                "01" => Some(Means::Card),
                "03" => Some(Means::Atm),
                "04" => Some(Means::StoreCode),
                "05" => Some(Means::Barcode),
                _ => return Err("0|PaymentType Error"),
            },
            paid: match fields.get("PaymentStatus") {
                "" => None,
                "0" => Some(false),
                "1" => Some(true),
                _ => return Err("0|PaymentStatus Error"),
            },
        })
    }

    /// A line for every trade; one for an order without any, which has no day of payment.
    fn lines(&self, order: &Order) -> Vec<String> {
        let trades: Vec<Option<&Trade>> = match order.trades.as_slice() {
            [] => vec![None],
            trades => trades.iter().map(Some).collect(),
        };
        let wanted = |trade: Option<&Trade>| {
            let at = if self.by_payment { trade.map(|trade| trade.paid_at) } else { Some(order.opened_at) };
            let means = trade.map(|trade| trade.means).or(order.number.as_ref().map(|number| number.means));
            at.is_some_and(|at| self.has(at))
                && self.means.is_none_or(|wanted| means == Some(wanted))
                && self.paid.is_none_or(|paid| paid == trade.is_some())
        };
        trades.into_iter().filter(|trade| wanted(*trade)).map(|trade| line(order, trade)).collect()
    }

    fn has(&self, at: i64) -> bool {
        let day: String = dashed(at).chars().take(10).collect();
        (self.from.as_str()..=self.to.as_str()).contains(&day.as_str())
    }
}

const fn code(means: Means) -> &'static str {
    match means {
        Means::Card => "01",
        Means::Atm => "03",
        Means::StoreCode => "04",
        Means::Barcode => "05",
    }
}

const fn name(means: Means) -> &'static str {
    match means {
        Means::Card => "信用卡",
        Means::Atm => "ATM櫃員機",
        Means::StoreCode => "超商代碼",
        Means::Barcode => "超商條碼",
    }
}

fn line(order: &Order, trade: Option<&Trade>) -> String {
    let number = order.number.as_ref();
    let means = trade.map(|trade| trade.means).or(number.map(|number| number.means));
    let refunds =
        trade.and_then(|trade| trade.card.as_ref()).map(|card| card.refunds.as_slice()).unwrap_or_default();
    let refunded: u64 = refunds.iter().map(|refund| refund.amount).sum();
    let charge = trade.map_or(0, |trade| fee(trade.amount, trade.means));
    let amount = trade.map_or(order.amount, |trade| trade.amount);
    let paid_at = trade.map(|trade| dashed(trade.paid_at)).unwrap_or_default();
    let status = if trade.is_some() { format!("{paid_at} 已付款") } else { "未付款".to_owned() };
    let due = if trade.is_some() { amount.saturating_sub(refunded).saturating_sub(charge) } else { 0 };
    let trade_no = trade.map_or(order.trade_no.as_str(), |trade| trade.trade_no.as_str());
    let rate = if means == Some(Means::Card) { "2%" } else { "" };
    let cells = [
        text(&dashed(order.opened_at)),
        text(&order.order_no),
        text(trade_no),
        text(order.asked("StoreID")),
        text(""),
        text(means.map(code).unwrap_or_default()),
        text(means.map(name).unwrap_or_default()),
        text(""),
        text(number.map(|number| number.part(0)).unwrap_or_default()),
        text(&number.map(|number| dashed(number.expires_at)).unwrap_or_default()),
        text(&paid_at),
        text(&status),
        format!("={amount}"),
        text(&refunds.last().map(|refund| dashed(refund.at)).unwrap_or_default()),
        format!("={refunded}"),
        text(rate),
        format!("={charge}"),
        "=0".to_owned(),
        format!("={charge}"),
        "=0".to_owned(),
        format!("={due}"),
        text(&order.item),
        text("未撥款"),
    ];
    cells.join(",")
}

/// `="…"`, which keeps a spreadsheet from reading numbers into order numbers.
fn text(value: &str) -> String {
    format!("=\"{}\"", value.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::order::tests::order;

    const PAID_AT: i64 = 1_795_399_268;

    fn wanted(changes: &str) -> Result<Wanted, &'static str> {
        let form = format!("BeginDate=2026-11-23&EndDate=2026-11-23&MediaFormated=1&CharSet=2&{changes}");
        Wanted::read(&Fields::read(form.as_bytes()).unwrap())
    }

    fn paid() -> Order {
        let mut order = order(Provider::EcpayAio);
        let trade = |trade_no: &str| Trade {
            trade_no: trade_no.to_owned(),
            means: Means::Atm,
            amount: 300,
            paid_at: PAID_AT,
            card: None,
        };
        order.trades = vec![trade("1"), trade("2")];
        order
    }

    #[test]
    fn a_line_has_its_values_where_the_header_says() {
        let lines = wanted("DateType=2").unwrap().lines(&paid());
        assert_eq!(lines.len(), 2, "one for each trade");
        let cells: Vec<&str> = lines[0].split(',').collect();
        assert_eq!(cells.len(), COLUMNS.len());
        let cell = |name: &str| cells[COLUMNS.iter().position(|column| *column == name).unwrap()];
        assert_eq!(cell("廠商訂單編號"), "=\"TPE0000000000000ABCD\"");
        assert_eq!(cell("綠界訂單編號"), "=\"1\"");
        assert_eq!(cell("付款狀態"), "=\"2026-11-23 10:01:08 已付款\"");
        assert_eq!((cell("交易金額"), cell("應收款項(淨額)")), ("=300", "=290"));
        // The places that are known.
        assert_eq!(
            [0, 1, 6, 11, 12, 21].map(|at| COLUMNS[at]),
            ["訂單日期", "廠商訂單編號", "付款方式", "付款狀態", "交易金額", "商品名稱"]
        );
    }

    #[test]
    fn days_and_kinds_are_told_apart() {
        let count = |changes: &str, order: &Order| wanted(changes).unwrap().lines(order).len();
        let unpaid = order(Provider::EcpayAio);
        assert_eq!((count("DateType=2", &unpaid), count("DateType=6", &unpaid)), (0, 1));
        assert_eq!(count("DateType=6&PaymentStatus=1", &unpaid), 0);
        assert_eq!(count("DateType=2&PaymentType=03", &paid()), 2);
        assert_eq!(count("DateType=2&PaymentType=01", &paid()), 0);
        let mut late = paid();
        late.trades[0].paid_at = PAID_AT + 14 * 3600;
        assert_eq!(count("DateType=2", &late), 1);
        for wrong in ["", "DateType=4", "DateType=2&PaymentType=99"] {
            assert!(wanted(wrong).is_err(), "{wrong}");
        }
    }
}
