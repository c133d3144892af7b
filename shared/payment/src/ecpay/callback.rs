//! What ECPay posts to us: `ReturnURL` (?p=2878) when somebody paid, `PaymentInfoURL` (?p=2881) when a
//! number to pay by was issued. One address serves both: the code tells them apart.

use domain::payment::{Instruction, Receipt, Word};
use domain::taipei;
use jiff::Timestamp;
use jiff::civil::{Date, time};

use super::{Account, TIME};
use crate::callback::{Heard, Incoming, Refused, Said};
use crate::form::{Form, Plus};
use crate::values;

/// Longest code of a result that is kept, in bytes.
const LONGEST_CODE: usize = 20;

pub fn hear(account: &Account, incoming: &Incoming<'_>) -> Result<Heard, Refused> {
    let form = Form::read(incoming.body, Plus::Space).map_err(Refused::Malformed)?;
    let (key, _) = account
        .ring
        .at(incoming.now)
        .find(|(_, keys)| keys.signed(&form))
        .ok_or(Refused::Signature("CheckMacValue"))?;
    if form.get("MerchantID") != Some(account.merchant()) {
        return Err(Refused::Merchant);
    }
    let order_no = form.get("MerchantTradeNo").unwrap_or_default().to_owned();
    let word = if order_no.is_empty() { Word::Unclear { why: "no MerchantTradeNo" } } else { word(&form) };
    Ok(Said { order_no, key, word }.into())
}

/// The code decides, compared exactly. A field that ought to be there and is not may have been hidden in
/// another or written in another case, which the signature allows: nothing is taken as given.
fn word(form: &Form) -> Word {
    match form.get("RtnCode") {
        Some("1") => paid(form).map_or_else(|why| Word::Unclear { why }, Word::Paid),
        Some("2" | "10100073") => instructed(form),
        Some(code) if code.len() <= LONGEST_CODE && !code.contains('&') => {
            Word::Failed { code: code.to_owned() }
        }
        _ => Word::Unclear { why: "RtnCode is no code" },
    }
}

fn paid(form: &Form) -> Result<Receipt, &'static str> {
    let simulated = match form.get("SimulatePaid") {
        Some("0") => false,
        Some("1") => true,
        _ => return Err("SimulatePaid is neither 0 nor 1"),
    };
    receipt(form, simulated)
}

/// A payment, from the fields that a callback and the answer to a query have in common.
pub fn receipt(form: &Form, simulated: bool) -> Result<Receipt, &'static str> {
    let paid_at = |text: &str| values::taipei_time(TIME, text);
    Ok(Receipt {
        trade_no: form.get("TradeNo").and_then(values::trade_no).ok_or("TradeNo is no trade number")?,
        amount: form.get("TradeAmt").and_then(values::amount).ok_or("TradeAmt is no amount")?,
        paid_at: form.get("PaymentDate").and_then(paid_at).ok_or("PaymentDate is no time")?,
        simulated,
    })
}

/// A number was issued: an account of a bank (ATM), a code (CVS), or three bar codes (BARCODE).
fn instructed(form: &Form) -> Word {
    let given = |name| form.get(name).filter(|value| !value.is_empty()).map(str::to_owned);
    let names = ["vAccount", "PaymentNo", "Barcode1", "Barcode2", "Barcode3"];
    let numbers: Vec<String> = names.into_iter().filter_map(given).collect();
    if numbers.is_empty() {
        return Word::Unclear { why: "a number was issued, and there is none" };
    }
    let expires_at = form.get("ExpireDate").and_then(expiry);
    Word::Instructed(Instruction { bank: given("BankCode"), numbers, expires_at })
}

/// A time for codes and bar codes, a day for accounts, which ends at 23:59:59.
fn expiry(text: &str) -> Option<Timestamp> {
    let end_of = |day: Date| taipei::at(day, time(23, 59, 59, 0));
    values::taipei_time(TIME, text).or_else(|| values::day("%Y/%m/%d", text).and_then(end_of))
}
