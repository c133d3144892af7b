//! On what a refusal may rest, and on what it may not: 不得以費用尚未入帳，為不符申請之理由而拒絕核發
//! (規範 十(三)4).

use crate::code::coded;
use crate::text::Text;

/// The ground of a refusal (駁回事由).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RefusalGround {
    /// 不符申請資格.
    NotEligible,
    /// 逾期未補正.
    NotCorrected,
    /// 不符法定要件.
    RequirementsNotMet,
    /// 費用尚未入帳: listed so that it is refused by name, in every state of the fee.
    FeeNotPosted,
}

coded!(RefusalGround {
    NotEligible = "not_eligible",
    NotCorrected = "not_corrected",
    RequirementsNotMet = "requirements_not_met",
    FeeNotPosted = "fee_not_posted",
});

impl RefusalGround {
    /// The grounds that a refusal may rest on: what a form offers.
    pub const LAWFUL: [Self; 3] = [Self::NotEligible, Self::NotCorrected, Self::RequirementsNotMet];

    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::NotEligible => Text::new("不符申請資格", "not eligible"),
            Self::NotCorrected => Text::new("逾期未補正", "not corrected in time"),
            Self::RequirementsNotMet => Text::new("不符法定要件", "legal requirements not met"),
            Self::FeeNotPosted => Text::new("費用尚未入帳", "fee not posted"),
        }
    }
}

/// On what a proposal rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Grounds {
    pub ground: Option<RefusalGround>,
    /// The officer was told that the reason seems to speak of an unposted fee, and says that the
    /// refusal does not rest on that.
    pub fee_aside: bool,
    /// The officer states that what is missing cannot be put right (不能補正), so that no correction is asked
    /// for first (規範 十(三)2).
    pub uncorrectable: bool,
}

/// How the clause is read: two readings are possible, and the city chooses (`docs/payments.md`). A
/// refusal may rest on an unposted fee in neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FeeReading {
    /// Once the window shows the fee as posted, no agency waits for its own books; until then the case
    /// may be kept pending.
    #[default]
    Narrow,
    /// Nothing waits for the fee: what is owed is collected beside the case.
    Wide,
}

coded!(FeeReading { Narrow = "narrow", Wide = "wide" });

/// Words for a fee, and words for its not having come.
const FEE: [&str; 12] =
    ["規費", "費用", "繳費", "入帳", "繳款", "付款", "款項", "繳納", "fee", "payment", "paid", "posted"];
const MISSING: [&str; 11] =
    ["未", "尚", "欠", "沒", "不足", "無", "逾期繳", "not ", "unpaid", "no ", "without"];

/// Whether a reason seems to speak of a fee that was not posted: the officer is asked about it.
#[must_use]
pub fn speaks_of_unposted_fee(reason: &str) -> bool {
    let reason = reason.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| reason.contains(word));
    has(&FEE) && has(&MISSING)
}

#[cfg(test)]
mod tests {
    use super::speaks_of_unposted_fee;

    #[test]
    fn reasons_that_speak_of_an_unposted_fee_are_found() {
        for reason in
            ["規費尚未入帳", "申請人未繳納規費", "費用沒有到帳", "The fee has not been posted.", "Unpaid fee"]
        {
            assert!(speaks_of_unposted_fee(reason), "{reason}");
        }
        for reason in ["不符場地使用規定", "已繳費，惟資格不符", "The fee was paid; the plot is taken."]
        {
            assert!(!speaks_of_unposted_fee(reason), "{reason}");
        }
    }
}
