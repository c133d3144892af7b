//! What NewebPay says, in a notice or in an answer: a status and the fields of a result.

use std::collections::BTreeMap;

use domain::payment::Receipt;
use serde_json::Value;

use super::TIME;
use crate::form::{Form, Plus};
use crate::values;

pub struct Answer {
    /// `SUCCESS`, or the code of what went wrong.
    pub status: String,
    fields: BTreeMap<String, String>,
}

impl Answer {
    /// Reads JSON, or the flat form that a shop set to `RespondType=String` gets.
    pub fn read(text: &[u8]) -> Result<Self, &'static str> {
        if text.starts_with(b"{") { Self::json(text) } else { Self::form(text) }
    }

    /// `Result` is an object or the text of one; numbers are numbers or texts. Without a result there
    /// are no fields.
    fn json(text: &[u8]) -> Result<Self, &'static str> {
        let answer: Value = serde_json::from_slice(text).map_err(|_| "not JSON")?;
        let status = answer.get("Status").and_then(Value::as_str).ok_or("no Status")?.to_owned();
        let result = match answer.get("Result") {
            Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
            Some(result) => result.clone(),
            None => Value::Null,
        };
        let plain = |(name, value): (&String, &Value)| match value {
            Value::String(text) => Some((name.clone(), text.clone())),
            Value::Number(number) => Some((name.clone(), number.to_string())),
            _ => None,
        };
        let fields = result.as_object().into_iter().flatten().filter_map(plain).collect();
        Ok(Self { status, fields })
    }

    fn form(text: &[u8]) -> Result<Self, &'static str> {
        let form = Form::read(text, Plus::Space)?;
        let status = form.get("Status").ok_or("no Status")?.to_owned();
        Ok(Self {
            status,
            fields: form.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        })
    }

    /// A field that is there and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The payment it tells of. `Amt` is the amount of the order; with points of a wallet, `PayAmt`, what
    /// was charged, is less.
    pub fn receipt(&self) -> Result<Receipt, &'static str> {
        let paid_at = |text: &str| values::taipei_time(TIME, text);
        Ok(Receipt {
            trade_no: self.get("TradeNo").and_then(values::trade_no).ok_or("TradeNo is no trade number")?,
            amount: self.get("Amt").and_then(values::amount).ok_or("Amt is no amount")?,
            paid_at: self.get("PayTime").and_then(paid_at).ok_or("PayTime is no time")?,
            simulated: false,
        })
    }
}
