//! What can go wrong between a provider and a city, on request.

use serde::{Deserialize, Serialize};

use super::form::Fields;

/// How the notices of an order go astray. The default is that they do not.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own; any of them combine")]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Misbehaviour {
    /// Nothing is sent: the city has to ask, or read the daily file.
    pub drop: bool,
    /// Everything is sent this many milliseconds late.
    pub delay_ms: u64,
    /// Everything is sent this many times more, at the same moment.
    pub duplicate: u32,
    /// The notice that a number was issued comes after the one that it was paid (綠界 alone sends both).
    pub reorder: bool,
    /// The notice of a payment says one dollar more than was paid, and is correctly signed.
    pub tamper_amount: bool,
    /// The digest is wrong by one digit.
    pub tamper_signature: bool,
    /// Paying is 模擬付款, the test button of 綠界's back office: `SimulatePaid=1`, and no money moves.
    pub simulate: bool,
    /// The payer is charged twice: two trade numbers for one order.
    pub double_charge: bool,
    /// After the notice of the payment comes one that says the order failed.
    pub fail_after_success: bool,
}

impl Misbehaviour {
    /// Most copies of a notice.
    pub const MOST_DUPLICATES: u32 = 99;
    /// Longest delay: a day.
    pub const LONGEST_DELAY_MS: u64 = 24 * 60 * 60 * 1000;

    /// The same, if it is within what the sandbox can do.
    pub fn checked(self) -> Result<Self, String> {
        if self.duplicate > Self::MOST_DUPLICATES {
            return Err(format!("duplicate: at most {}", Self::MOST_DUPLICATES));
        }
        if self.delay_ms > Self::LONGEST_DELAY_MS {
            return Err(format!("delay_ms: at most {}", Self::LONGEST_DELAY_MS));
        }
        Ok(self)
    }

    /// As the form of the control page says it: a box that is ticked is there.
    pub fn of_form(fields: &Fields) -> Result<Self, String> {
        let number = |name: &str| match fields.get(name).trim() {
            "" => Ok(0),
            text => text.parse::<u64>().map_err(|_| format!("{name}: not a number")),
        };
        let duplicate = u32::try_from(number("duplicate")?).unwrap_or(u32::MAX);
        let misbehaviour = Self {
            drop: fields.has("drop"),
            delay_ms: number("delay_ms")?,
            duplicate,
            reorder: fields.has("reorder"),
            tamper_amount: fields.has("tamper_amount"),
            tamper_signature: fields.has("tamper_signature"),
            simulate: fields.has("simulate"),
            double_charge: fields.has("double_charge"),
            fail_after_success: fields.has("fail_after_success"),
        };
        misbehaviour.checked()
    }

    /// Every switch with its name and what it does, for the control page.
    #[must_use]
    pub fn switches(&self) -> [(&'static str, bool, &'static str, &'static str); 7] {
        [
            ("drop", self.drop, "不送通知", "send no notices"),
            ("reorder", self.reorder, "取號通知晚於付款通知", "number-issued notice after the paid notice"),
            (
                "tamper_amount",
                self.tamper_amount,
                "通知金額多一元，簽章正確",
                "one dollar too much, correctly signed",
            ),
            ("tamper_signature", self.tamper_signature, "簽章錯誤", "wrong signature"),
            ("simulate", self.simulate, "模擬付款（SimulatePaid=1）", "simulated payment"),
            (
                "double_charge",
                self.double_charge,
                "重複扣款，兩個交易編號",
                "charge twice, two trade numbers",
            ),
            (
                "fail_after_success",
                self.fail_after_success,
                "付款成功後又通知失敗",
                "a failure notice after success",
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_the_same_as_json() {
        let fields = Fields::read(b"drop=on&delay_ms=1500&duplicate=2&simulate=on").unwrap();
        let json = r#"{"drop":true,"delay_ms":1500,"duplicate":2,"simulate":true}"#;
        assert_eq!(Misbehaviour::of_form(&fields), Ok(serde_json::from_str(json).unwrap()));
        assert_eq!(Misbehaviour::of_form(&Fields::default()), Ok(Misbehaviour::default()));
    }

    #[test]
    fn limits_and_misspellings_are_refused() {
        for form in ["duplicate=100", "delay_ms=86400001", "duplicate=x"] {
            assert!(Misbehaviour::of_form(&Fields::read(form.as_bytes()).unwrap()).is_err(), "{form}");
        }
        assert!(serde_json::from_str::<Misbehaviour>(r#"{"dropp":true}"#).is_err());
    }
}
