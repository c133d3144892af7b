//! Refunds (退費): never automatic, never more than was posted, never without a contact and the
//! applicant's proof of payment (規範 十(三)4: 應確實聯絡申請人檢附相關繳費證明始可受理), and never by
//! one officer alone.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::ledger::{Entry, Posting};
use super::{Means, OrderNo, Provider, RefundState, Word};
use crate::case::Document;
use crate::code::coded;
use crate::event::Party;
use crate::money::Twd;
use crate::text::Text;

/// Why money goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// 溢繳: more than was due (規費法 §18).
    Overpaid,
    /// 誤繳: nothing was due, or not by this person (規費法 §18).
    Mistaken,
    /// 逾期終止辦理: the case was ended because the agency was late (規費法 §19).
    EndedForLateness,
    /// 撤回: the rules of the item give it back after a withdrawal.
    Withdrawn,
    /// 駁回, or another case for which the rules of the item give it back.
    PerItem,
}

coded!(Ground {
    Overpaid = "overpaid",
    Mistaken = "mistaken",
    EndedForLateness = "ended_for_lateness",
    Withdrawn = "withdrawn",
    PerItem = "per_item",
});

impl Ground {
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Overpaid => Text::new("溢繳（規費法第 18 條）", "overpaid (Charges and Fees Act, §18)"),
            Self::Mistaken => Text::new("誤繳（規費法第 18 條）", "paid by mistake (§18)"),
            Self::EndedForLateness => {
                Text::new("逾期終止辦理（規費法第 19 條）", "ended because the agency was late (§19)")
            }
            Self::Withdrawn => Text::new("申請人撤回", "withdrawn by the applicant"),
            Self::PerItem => Text::new("依該項目之收費規定", "by the fee rules of the service"),
        }
    }

    /// Whether interest is owed beside the fee, by the day, at the postal one-year rate (規費法 §§18, 19).
    #[must_use]
    pub const fn bears_interest(self) -> bool {
        matches!(self, Self::Overpaid | Self::Mistaken | Self::EndedForLateness)
    }

    /// Whether it must be claimed within five years of the payment (規費法 §18).
    #[must_use]
    pub const fn lapses(self) -> bool {
        matches!(self, Self::Overpaid | Self::Mistaken)
    }
}

/// How the applicant was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContactBy {
    Telephone,
    Mail,
    Letter,
    Counter,
}

coded!(ContactBy { Telephone = "telephone", Mail = "mail", Letter = "letter", Counter = "counter" });

impl ContactBy {
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Telephone => Text::new("電話", "telephone"),
            Self::Mail => Text::new("電子郵件", "e-mail"),
            Self::Letter => Text::new("書面", "letter"),
            Self::Counter => Text::new("臨櫃", "at the counter"),
        }
    }
}

/// What is asked for when a refund is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundRequest {
    /// The posting it goes back from.
    pub provider: Provider,
    pub trade_no: String,
    pub amount: Twd,
    pub ground: Ground,
    pub reason: String,
}

/// How accepted money leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// By the provider, to the instrument it came from.
    Provider,
    /// By remittance of the treasury, for means that know no way back; with the number of the voucher.
    Remittance { reference: String },
}

/// A step of a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundStep {
    Requested(RefundRequest),
    /// The applicant was contacted: when, how, and what came of it.
    Contacted {
        when: Timestamp,
        how: ContactBy,
        result: String,
    },
    /// The applicant brought proof of payment.
    Proven(Document),
    /// A second officer agreed. `interest` is a payment of the treasury of its own, in hundredths of a
    /// dollar: a provider pays back no more than it took.
    Accepted {
        interest_cents: u64,
        interest_days: u32,
    },
    Declined {
        reason: String,
    },
    Submitted(Route),
    /// What became of the payment out: settled, failed or bounced.
    PaidOut {
        state: RefundState,
        reference: String,
    },
}

/// A refund as its steps made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundFile {
    pub number: u32,
    pub request: RefundRequest,
    pub requested_at: Timestamp,
    pub requested_by: Party,
    pub contacts: Vec<Contact>,
    pub proofs: Vec<Document>,
    pub accepted_by: Option<Party>,
    /// Hundredths of a dollar, and for how many days.
    pub interest: Option<(u64, u32)>,
    pub declined: Option<String>,
    pub route: Option<Route>,
    pub state: RefundState,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub when: Timestamp,
    pub how: ContactBy,
    pub result: String,
    pub by: Party,
}

impl RefundFile {
    /// What is still missing before it can be accepted.
    #[must_use]
    pub fn lacks(&self) -> Option<Lack> {
        if self.contacts.is_empty() {
            Some(Lack::Contact)
        } else if self.proofs.is_empty() {
            Some(Lack::Proof)
        } else {
            None
        }
    }

    /// Whether nothing has been decided on it yet.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.state, RefundState::Requested) && self.declined.is_none()
    }

    /// Whether it may still be declined: nothing has left yet.
    #[must_use]
    pub const fn may_be_declined(&self) -> bool {
        matches!(self.state, RefundState::Requested | RefundState::Accepted) && self.declined.is_none()
    }

    /// Whether it was agreed to and waits for somebody to send it.
    #[must_use]
    pub const fn is_to_be_sent(&self) -> bool {
        matches!(self.state, RefundState::Accepted) && self.declined.is_none()
    }

    /// Whether it was sent, so that what becomes of it is to be recorded.
    #[must_use]
    pub const fn has_left(&self) -> bool {
        matches!(self.state, RefundState::Submitted | RefundState::Failed | RefundState::Settled)
    }

    /// Whether it takes, or has taken, something from this payment: it was agreed to, and the money has
    /// not come back.
    #[must_use]
    pub fn takes_from(&self, provider: Provider, trade_no: &str) -> bool {
        use RefundState as R;
        let taken = matches!(self.state, R::Accepted | R::Submitted | R::Settled) && self.declined.is_none();
        taken && self.is_of(provider, trade_no)
    }

    pub(super) fn is_of(&self, provider: Provider, trade_no: &str) -> bool {
        self.request.provider == provider && self.request.trade_no == trade_no
    }

    /// Whether this officer or applicant asked for it, in whichever capacity.
    #[must_use]
    pub fn was_requested_by(&self, party: Party) -> bool {
        let person = |party| match party {
            Party::Officer(person) | Party::Applicant(person) => Some(person),
            Party::System => None,
        };
        person(self.requested_by).is_some_and(|by| person(party) == Some(by))
    }
}

/// Whether the provider itself can pay back what came to it by `means`; all else goes back by remittance
/// of the treasury (公庫匯款): no provider takes back a transfer or what was paid at a shop.
#[must_use]
pub const fn goes_back_by(provider: Provider, means: Means) -> bool {
    match provider {
        Provider::EcpayAio | Provider::NewebpayMpg => matches!(means, Means::Card),
        Provider::LinePay | Provider::JkoPay | Provider::Stripe | Provider::GovukPay => true,
        Provider::StandardWebhooks | Provider::PaidBillList => false,
    }
}

/// What a refund cannot be accepted without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    Contact,
    Proof,
}

/// Whether the five years in which overpaid and mistaken fees can be claimed have run out (規費法 §18).
#[must_use]
pub fn has_lapsed(paid: Date, today: Date) -> bool {
    let years = jiff::Span::new().years(5);
    paid.checked_add(years).is_ok_and(|last| today > last)
}

/// The number of a refund as the provider is given it: the same whenever it is asked again.
#[must_use]
pub fn number_at_provider(order_no: &OrderNo, number: u32) -> String {
    format!("{order_no}-{number}")
}

/// The number of one of ours, of what a provider says of it.
pub(super) fn number_of(order_no: &OrderNo, text: &str) -> Option<u32> {
    text.strip_prefix(order_no.as_str())?.strip_prefix('-')?.parse().ok()
}

/// The refunds that the entries make. A provider's word on one of ours is told by its number.
pub(super) fn files(entries: &[Entry]) -> Vec<RefundFile> {
    let mut files = BTreeMap::new();
    for entry in entries {
        match &entry.posting {
            Posting::Refund { refund, step: RefundStep::Requested(request) } => {
                files.entry(*refund).or_insert_with(|| opened(*refund, request.clone(), entry));
            }
            Posting::Refund { refund, step } => {
                if let Some(file) = files.get_mut(refund) {
                    take(file, step, entry);
                }
            }
            Posting::Heard { order_no, word: Word::Refunded { refund, state, .. }, .. } => {
                let number = number_of(order_no, refund);
                if let Some(file) = number.and_then(|number| files.get_mut(&number)) {
                    file.state = file.state.max(*state);
                }
            }
            _ => {}
        }
    }
    files.into_values().collect()
}

const fn opened(number: u32, request: RefundRequest, entry: &Entry) -> RefundFile {
    RefundFile {
        number,
        request,
        requested_at: entry.at,
        requested_by: entry.by,
        contacts: Vec::new(),
        proofs: Vec::new(),
        accepted_by: None,
        interest: None,
        declined: None,
        route: None,
        state: RefundState::Requested,
    }
}

fn take(file: &mut RefundFile, step: &RefundStep, entry: &Entry) {
    match step {
        RefundStep::Requested(_) => {}
        RefundStep::Contacted { when, how, result } => {
            file.contacts.push(Contact { when: *when, how: *how, result: result.clone(), by: entry.by });
        }
        RefundStep::Proven(document) => file.proofs.push(document.clone()),
        RefundStep::Accepted { interest_cents, interest_days } => {
            file.accepted_by = Some(entry.by);
            file.interest = (*interest_cents > 0).then_some((*interest_cents, *interest_days));
            file.state = file.state.max(RefundState::Accepted);
        }
        RefundStep::Declined { reason } => file.declined = Some(reason.clone()),
        RefundStep::Submitted(route) => {
            file.route = Some(route.clone());
            file.state = file.state.max(RefundState::Submitted);
        }
        RefundStep::PaidOut { state, .. } => file.state = file.state.max(*state),
    }
}
