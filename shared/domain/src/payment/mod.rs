//! Payments (規費之繳納, 規範 十(三)4-6): who can take money for the city, what they can tell us, and
//! what follows from everything they told.
//!
//! Money is the fold of a **set** of facts: nothing depends on the order in which they came, nor on how
//! often. How a provider says these things on the wire is the business of the crate `payment`.

pub mod attempt;
pub mod command;
pub mod contract;
pub mod ledger;
pub mod matching;
mod order_no;
pub mod refund;
pub mod standing;
mod status;
mod timeline;

use jiff::Timestamp;

use crate::code::coded;
use crate::id::EventId;
use crate::money::Twd;
use crate::text::Text;

pub use order_no::{NotAnOrderNo, OrderNo};

/// Whoever takes payments for the city under a contract (規範 十(三)6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provider {
    /// 綠界 全方位金流 (AIO).
    EcpayAio,
    /// 藍新 幕前支付 (MPG).
    NewebpayMpg,
    /// LINE Pay v3.
    LinePay,
    /// 街口支付.
    JkoPay,
    Stripe,
    /// A bank or city gateway that signs by Standard Webhooks.
    StandardWebhooks,
    /// GOV.UK Pay, and gateways that sign like it.
    GovukPay,
    /// A list of paid bills: pay.taipei, e政府服務平臺, 全國繳費網.
    PaidBillList,
}

coded!(Provider {
    EcpayAio = "ecpay_aio",
    NewebpayMpg = "newebpay_mpg",
    LinePay = "linepay_v3",
    JkoPay = "jkopay",
    Stripe = "stripe",
    StandardWebhooks = "standard_webhooks",
    GovukPay = "govuk_pay",
    PaidBillList = "paid_bill_list",
});

impl Provider {
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::EcpayAio => Text::new("綠界科技", "ECPay"),
            Self::NewebpayMpg => Text::new("藍新金流", "NewebPay"),
            Self::LinePay => Text::new("LINE Pay", "LINE Pay"),
            Self::JkoPay => Text::new("街口支付", "JKOPAY"),
            Self::Stripe => Text::new("Stripe", "Stripe"),
            Self::StandardWebhooks => Text::new("代收金融機構", "collecting bank"),
            Self::GovukPay => Text::new("GOV.UK Pay", "GOV.UK Pay"),
            Self::PaidBillList => Text::new("繳費平臺", "bill payment platform"),
        }
    }
}

/// How the applicant pays (繳費方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Means {
    /// 信用卡.
    Card,
    /// 虛擬帳號轉帳: a number is issued, paid later.
    Atm,
    /// 超商代碼: a number is issued, paid later at a shop.
    StoreCode,
    /// 超商條碼: bar codes are issued, paid later; told to us up to three days after.
    Barcode,
    /// 電子支付, the provider's own wallet.
    Wallet,
    /// 繳費單: a bill with a number, paid wherever bills are.
    Bill,
}

coded!(Means {
    Card = "card",
    Atm = "atm",
    StoreCode = "store_code",
    Barcode = "barcode",
    Wallet = "wallet",
    Bill = "bill",
});

impl Means {
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Card => Text::new("信用卡", "credit card"),
            Self::Atm => Text::new("虛擬帳號轉帳（ATM、網路銀行）", "bank transfer (ATM, online banking)"),
            Self::StoreCode => Text::new("超商代碼繳費", "code at a convenience store"),
            Self::Barcode => Text::new("超商條碼繳費", "bar code at a convenience store"),
            Self::Wallet => Text::new("電子支付", "mobile wallet"),
            Self::Bill => Text::new("繳費單", "payment slip"),
        }
    }
}

/// The number of the receipt (收據號碼) that the posting with this event gives. It follows from the event,
/// so that there is one receipt however often the event is read.
#[must_use]
pub fn receipt_no(event: EventId) -> String {
    format!("{}-{:03}", event.case, event.seq.0)
}

/// What an authenticated word of a provider says of one order. Every kind of it can come twice, late,
/// and before or after any other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    /// Somebody paid (已繳費).
    Paid(Receipt),
    /// A number to pay by was issued; nobody has paid yet.
    Instructed(Instruction),
    /// The provider says that the attempt came to nothing, with its code. Never a reason to unpost.
    Failed { code: String },
    /// The payer's bank takes money back (爭議帳款, chargeback), or has given that up.
    Disputed { dispute: String, amount: Twd, state: DisputeState },
    /// Where a refund stands that was asked of the provider.
    Refunded { refund: String, amount: Twd, state: RefundState },
    /// Authentic, and not to be understood: an amount that is no number, a paid order without a trade
    /// number. It is kept for people to look at; what was wrong is said in English, without values.
    Unclear { why: &'static str },
    /// Authentic, and of no consequence: a notice of something we do not act on.
    Nothing,
}

/// A payment as the provider tells of it (入帳事實).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Receipt {
    /// The provider's own number of the transaction: what a payment is told apart by.
    pub trade_no: String,
    pub amount: Twd,
    pub paid_at: Timestamp,
    /// From a test button of the provider: recorded, and never posted.
    pub simulated: bool,
}

/// What the applicant needs to pay later: a virtual account, a code, bar codes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instruction {
    /// Code of the bank, for a virtual account.
    pub bank: Option<String>,
    /// The account, the code, or the bar codes in order.
    pub numbers: Vec<String>,
    pub expires_at: Option<Timestamp>,
}

/// States of a dispute, weakest first: the strongest that was heard of holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DisputeState {
    Opened,
    /// The payer got the money back.
    Lost,
    /// The money stays with us.
    Won,
}

coded!(DisputeState { Opened = "opened", Lost = "lost", Won = "won" });

/// States of a refund (退費), weakest first: the strongest that was heard of holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefundState {
    /// Asked for; nothing has been promised.
    Requested,
    /// Two officers agreed, on proof of payment and after contact (規範 十(三)4).
    Accepted,
    /// On its way to the payer.
    Submitted,
    /// It could not be paid out.
    Failed,
    /// Paid out.
    Settled,
    /// It came back to us.
    Bounced,
}

coded!(RefundState {
    Requested = "requested",
    Accepted = "accepted",
    Submitted = "submitted",
    Failed = "failed",
    Settled = "settled",
    Bounced = "bounced",
});
