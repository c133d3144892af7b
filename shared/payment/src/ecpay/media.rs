//! The file of a day (對帳媒體檔, `PaymentMedia/TradeNoAio`): every payment that ECPay took for us. It is
//! not signed: what it says comes over our own TLS call.

use domain::payment::{Receipt, Word};
use jiff::civil::Date;

use super::{Account, Fields};
use crate::call::{Call, NotUnderstood, Reply};
use crate::callback::{KeyUsed, Said};
use crate::values;

/// Names of the columns that are read; the others may come and go.
const ORDER: &str = "廠商訂單編號";
const TRADE: &str = "綠界訂單編號";
const PAID_AT: &str = "付款日期";
const STATUS: &str = "付款狀態";
const AMOUNT: &str = "交易金額";

/// How times are written in the file, which is not how they are in callbacks.
const TIME: &str = "%Y-%m-%d %H:%M:%S";

/// Asks for the payments of `day` (`DateType=2`), in UTF-8.
pub fn ask(account: &Account, day: Date) -> Call {
    let fields: Fields = vec![
        ("MerchantID", account.merchant.clone()),
        ("DateType", "2".to_owned()),
        ("BeginDate", day.to_string()),
        ("EndDate", day.to_string()),
        ("PaymentStatus", "1".to_owned()),
        ("MediaFormated", "1".to_owned()),
        ("CharSet", "2".to_owned()),
    ];
    account.post_to(&account.vendor, "/PaymentMedia/TradeNoAio", fields)
}

/// What the file says, a word for each payment. One line that cannot be read refuses the whole file, so
/// that nothing is missing from it unseen.
pub fn read(reply: &Reply) -> Result<Vec<Said>, NotUnderstood> {
    if reply.status != 200 {
        return Err(NotUnderstood("HTTP status"));
    }
    let text = std::str::from_utf8(&reply.body).map_err(|_| NotUnderstood("not UTF-8"))?;
    let mut lines = text.trim_start_matches('\u{feff}').lines().filter(|line| !line.trim().is_empty());
    let heading: Vec<&str> = lines.next().unwrap_or_default().split(',').map(str::trim).collect();
    let place =
        |name| heading.iter().position(|column| *column == name).ok_or(NotUnderstood("no such column"));
    let [order, trade, paid_at, status, amount] =
        [place(ORDER)?, place(TRADE)?, place(PAID_AT)?, place(STATUS)?, place(AMOUNT)?];
    let mut words = Vec::new();
    for line in lines {
        let cells = cells(line).ok_or(NotUnderstood("a line that is no CSV"))?;
        let cell = |place: usize| cells.get(place).map(String::as_str).ok_or(NotUnderstood("a short line"));
        if !cell(status)?.contains("已付款") {
            continue;
        }
        let receipt = Receipt {
            trade_no: values::trade_no(cell(trade)?).ok_or(NotUnderstood("no trade number"))?,
            amount: values::amount(cell(amount)?).ok_or(NotUnderstood("no amount"))?,
            paid_at: values::taipei_time(TIME, cell(paid_at)?).ok_or(NotUnderstood("no time of payment"))?,
            simulated: false,
        };
        let (order_no, key) = (cell(order)?.to_owned(), KeyUsed::Current);
        words.push(Said { order_no, key, word: Word::Paid(receipt) });
    }
    Ok(words)
}

/// The cells of a line: `="text"`, which keeps a spreadsheet from reading numbers into it, `=123`, or plain.
fn cells(line: &str) -> Option<Vec<String>> {
    let mut cells = Vec::new();
    let mut rest = line.trim_end();
    loop {
        let value = rest.strip_prefix('=').unwrap_or(rest);
        let (cell, after) = if let Some(quoted) = value.strip_prefix('"') {
            quoted_cell(quoted)?
        } else {
            let end = value.find(',').unwrap_or(value.len());
            (value.get(..end)?.to_owned(), value.get(end..)?)
        };
        cells.push(cell);
        match after.strip_prefix(',') {
            Some(more) => rest = more,
            None => return after.is_empty().then_some(cells),
        }
    }
}

/// The text up to the closing quote, doubled ones standing for one, and what follows it.
fn quoted_cell(text: &str) -> Option<(String, &str)> {
    let mut cell = String::new();
    let mut rest = text;
    loop {
        let end = rest.find('"')?;
        cell.push_str(rest.get(..end)?);
        rest = rest.get(end + 1..)?;
        match rest.strip_prefix('"') {
            Some(more) => {
                cell.push('"');
                rest = more;
            }
            None => return Some((cell, rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::money::Twd;
    use proptest::prelude::*;

    use super::*;

    const HEADING: &str = "訂單日期,廠商訂單編號,綠界訂單編號,付款日期,付款狀態,交易金額,商品名稱";

    fn file(lines: &str) -> Result<Vec<Said>, NotUnderstood> {
        read(&Reply { status: 200, body: format!("{HEADING}\r\n{lines}").into_bytes() })
    }

    #[test]
    fn every_payment_of_the_day_is_a_word() {
        let paid = "=\"2026-11-23 10:00:00\",=\"TPE0000000000000ABCD\",=\"2611231001080001\",=\"2026-11-23 10:01:08\",=\"2026-11-23 10:01:08 已付款\",=300,=\"規費, \"\"甲\"\"\"";
        let unpaid = "=\"2026-11-23 10:00:00\",=\"TPE0000000000000ABCE\",=\"2611231001080002\",=\"\",=\"未付款\",=300,=\"規費\"";
        let words = file(&format!("{paid}\r\n{unpaid}\r\n")).unwrap();
        let [Said { order_no, word: Word::Paid(receipt), .. }] = words.as_slice() else {
            panic!("one payment: {words:?}");
        };
        assert_eq!(order_no, "TPE0000000000000ABCD");
        assert_eq!((receipt.amount, receipt.trade_no.as_str()), (Twd(300), "2611231001080001"));
        assert_eq!(receipt.paid_at.to_string(), "2026-11-23T02:01:08Z");
    }

    #[test]
    fn a_file_that_is_not_one_says_nothing() {
        assert_eq!(file("").unwrap(), vec![]);
        for bad in [
            "=\"x",
            "a,b",
            "=\"\",=\"O\",=\"T1\",=\"2026-11-23 10:01:08\",=\"已付款\",=3x,=\"\"",
            "=\"\",=\"O\",=\"T1\",=\"yesterday\",=\"已付款\",=300,=\"\"",
        ] {
            assert!(file(bad).is_err(), "{bad}");
        }
        assert!(read(&Reply { status: 200, body: b"0|Date Error".to_vec() }).is_err());
        assert!(read(&Reply { status: 500, body: Vec::new() }).is_err());
        assert!(read(&Reply { status: 200, body: vec![0xFF] }).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200), line in "[=\",a0-9\u{5df2}]{0,60}") {
            let _ = (read(&Reply { status: 200, body }), file(&line));
        }
    }
}
