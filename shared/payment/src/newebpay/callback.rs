//! What NewebPay posts to `NotifyURL` (manual 4.2): `TradeInfo`, and `TradeSha` over it. Every other field
//! of the form can be written by anybody and is not read.

use domain::payment::{Instruction, Word};
use domain::taipei;
use jiff::Timestamp;
use jiff::civil::{Date, time};

use super::answer::Answer;
use super::{Account, TIME};
use crate::callback::{Heard, Incoming, Refused, Said};
use crate::digest;
use crate::form::{Form, Plus};
use crate::values;

/// Longest code of a result that is kept, in bytes.
const LONGEST_CODE: usize = 20;

/// The signature first, then the cipher: nobody without the key gets as far as the padding.
pub fn hear(account: &Account, incoming: &Incoming<'_>) -> Result<Heard, Refused> {
    let form = Form::read(incoming.body, Plus::Space).map_err(Refused::Malformed)?;
    // Type 1 is AES-GCM, of which no format is published.
    if form.get("EncryptType").is_some_and(|kind| kind != "0") {
        return Err(Refused::Malformed("EncryptType"));
    }
    let trade_info = form.get("TradeInfo").ok_or(Refused::Malformed("no TradeInfo"))?;
    let trade_sha = form.get("TradeSha").ok_or(Refused::Signature("no TradeSha"))?;
    let (key, keys) = account
        .ring
        .at(incoming.now)
        .find(|(_, keys)| digest::same(&keys.trade_sha(trade_info), trade_sha))
        .ok_or(Refused::Signature("TradeSha"))?;
    let text = keys.open(trade_info).ok_or(Refused::Malformed("TradeInfo"))?;
    let notice = Answer::read(&text).map_err(Refused::Malformed)?;
    match notice.get("MerchantID") {
        None => return Err(Refused::Malformed("no MerchantID")),
        Some(merchant) if merchant != account.merchant() => return Err(Refused::Merchant),
        Some(_) => {}
    }
    let order_no = notice.get("MerchantOrderNo").unwrap_or_default().to_owned();
    let word = if order_no.is_empty() { Word::Unclear { why: "no MerchantOrderNo" } } else { word(&notice) };
    Ok(Said { order_no, key, word }.into())
}

/// `SUCCESS` is also said, through the browser, when a number was issued: such a message has a number,
/// no time of payment, and a good signature.
fn word(notice: &Answer) -> Word {
    if notice.status != "SUCCESS" {
        return if notice.status.len() <= LONGEST_CODE {
            Word::Failed { code: notice.status.clone() }
        } else {
            Word::Unclear { why: "Status is no code" }
        };
    }
    match instruction(notice) {
        Some(instruction) if notice.get("PayTime").is_none() => Word::Instructed(instruction),
        _ => notice.receipt().map_or_else(|why| Word::Unclear { why }, Word::Paid),
    }
}

/// An account of a bank or a code (`CodeNo`), or three bar codes.
fn instruction(notice: &Answer) -> Option<Instruction> {
    let given = |name| notice.get(name).map(str::to_owned);
    let names = ["CodeNo", "Barcode_1", "Barcode_2", "Barcode_3"];
    let numbers: Vec<String> = names.into_iter().filter_map(given).collect();
    let instruction = Instruction { bank: given("BankCode"), numbers, expires_at: expiry(notice) };
    (!instruction.numbers.is_empty()).then_some(instruction)
}

fn expiry(notice: &Answer) -> Option<Timestamp> {
    let day = notice.get("ExpireDate")?;
    let end_of = |day: Date| taipei::at(day, time(23, 59, 59, 0));
    match notice.get("ExpireTime") {
        Some(time) => values::taipei_time(TIME, &format!("{day} {time}")),
        None => values::day("%Y-%m-%d", day).and_then(end_of),
    }
}
