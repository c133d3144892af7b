//! What the window shows of the fee, and what people should look at.

use crate::code::coded;
use crate::text::Text;

/// The posting information of the window (單一窗口網站入帳資訊, 規範 十(三)4), which every screen shows
/// and no other book overrides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeeStatus {
    /// 無應繳費用.
    NothingDue,
    /// 未入帳.
    Unpaid,
    /// 部分入帳.
    Partial,
    /// 已入帳.
    Posted,
    /// 溢繳.
    Overpaid,
    /// 應退費: nothing is due any more, and there is money.
    RefundDue,
}

coded!(FeeStatus {
    NothingDue = "nothing_due",
    Unpaid = "unpaid",
    Partial = "partial",
    Posted = "posted",
    Overpaid = "overpaid",
    RefundDue = "refund_due",
});

impl FeeStatus {
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::NothingDue => Text::new("無應繳費用", "nothing due"),
            Self::Unpaid => Text::new("尚未入帳", "not posted"),
            Self::Partial => Text::new("部分入帳", "posted in part"),
            Self::Posted => Text::new("已入帳", "posted"),
            Self::Overpaid => Text::new("溢繳", "overpaid"),
            Self::RefundDue => Text::new("應退費", "refund due"),
        }
    }

    /// Whether money is still owed to the city.
    #[must_use]
    pub const fn owes(self) -> bool {
        matches!(self, Self::Unpaid | Self::Partial)
    }
}

/// Something about the money that people should look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// A payment of another amount than was asked waits for an officer.
    AmountMismatch,
    /// Two amounts, or two orders, were told of one payment.
    ConflictingReceipts,
    /// A payment for an order that is none of this case.
    UnmatchedReceipt,
    /// A test payment, not posted.
    SimulatedIgnored,
    /// Paid after the order had run out.
    LateReceipt,
    PaidAfterCaseEnded,
    /// Paid twice.
    DuplicatePayment,
    RefundFailed,
    RefundBounced,
    ChargebackOpen,
    ChargebackLost,
    /// More went out than came in.
    NegativeNet,
    /// Something authentic that could not be understood.
    Unclear,
}

coded!(Flag {
    AmountMismatch = "amount_mismatch",
    ConflictingReceipts = "conflicting_receipts",
    UnmatchedReceipt = "unmatched_receipt",
    SimulatedIgnored = "simulated_ignored",
    LateReceipt = "late_receipt",
    PaidAfterCaseEnded = "paid_after_case_ended",
    DuplicatePayment = "duplicate_payment",
    RefundFailed = "refund_failed",
    RefundBounced = "refund_bounced",
    ChargebackOpen = "chargeback_open",
    ChargebackLost = "chargeback_lost",
    NegativeNet = "negative_net",
    Unclear = "unclear",
});

impl Flag {
    /// Whether somebody has to do something about it; the others only explain.
    #[must_use]
    pub const fn waits_for_cashier(self) -> bool {
        match self {
            Self::AmountMismatch
            | Self::ConflictingReceipts
            | Self::UnmatchedReceipt
            | Self::ChargebackOpen
            | Self::ChargebackLost
            | Self::NegativeNet
            | Self::Unclear => true,
            // What failed or came back can be paid back again: while that is so, the amount waits.
            Self::RefundFailed
            | Self::RefundBounced
            | Self::SimulatedIgnored
            | Self::LateReceipt
            | Self::PaidAfterCaseEnded
            | Self::DuplicatePayment => false,
        }
    }

    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::AmountMismatch => Text::new("金額不符，款項暫收待處理", "amount differs; held in suspense"),
            Self::ConflictingReceipts => Text::new("同一筆交易有兩種說法", "two accounts of one payment"),
            Self::UnmatchedReceipt => Text::new("查無對應之繳費", "a payment for no known order"),
            Self::SimulatedIgnored => Text::new("測試付款，不入帳", "test payment, not posted"),
            Self::LateReceipt => Text::new("逾繳費期限之繳費", "paid after the order had run out"),
            Self::PaidAfterCaseEnded => Text::new("結案後繳費，應辦理退費", "paid after the case ended"),
            Self::DuplicatePayment => Text::new("重複繳費", "paid twice"),
            Self::RefundFailed => Text::new("退費未成功", "a refund failed"),
            Self::RefundBounced => Text::new("退費遭退回", "a refund came back"),
            Self::ChargebackOpen => Text::new("帳款爭議中", "a chargeback is open"),
            Self::ChargebackLost => Text::new("帳款爭議敗訴", "a chargeback was lost"),
            Self::NegativeNet => Text::new("支出大於收入", "more went out than came in"),
            Self::Unclear => Text::new("業者通知無法判讀", "a provider's notice cannot be understood"),
        }
    }
}
