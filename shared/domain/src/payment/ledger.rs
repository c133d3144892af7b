//! The ledger of a case (帳務): every entry that money made in its record. What it comes to is
//! [`super::standing`], whatever the order of the entries.

use jiff::Timestamp;

use super::attempt::Attempt;
use super::refund::{RefundFile, RefundRequest, RefundStep, Route, files, goes_back_by};
use super::standing::{self, Flag, Posted, Standing};
use super::{DisputeState, OrderNo, Provider, RefundState, Word};
use crate::code::coded;
use crate::event::Party;
use crate::money::Twd;
use crate::text::Text;

/// Where a word of a provider came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The provider told us.
    Callback,
    /// We asked.
    Query,
    /// The provider's daily file.
    File,
}

coded!(Source { Callback = "callback", Query = "query", File = "file" });

/// A version of what is due (應繳規費): a correction that changes the fee adds one, nothing is edited.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fee {
    /// From 1; the highest holds.
    pub version: u32,
    pub amount: Twd,
    /// What the fee rules keep when the case is withdrawn or rejected.
    pub retained: Twd,
    /// How it was computed, line by line.
    pub lines: Vec<Text>,
    /// Why it was set, for one that staff set; empty for one that follows from the application.
    pub reason: String,
}

/// What happened to the money of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Posting {
    FeeSet(Fee),
    /// The applicant set out to pay.
    Started(Attempt),
    /// An authentic word of the provider.
    Heard {
        provider: Provider,
        order_no: OrderNo,
        word: Word,
        source: Source,
    },
    /// Nobody paid within the time, as the provider said at last.
    Expired {
        order_no: OrderNo,
    },
    /// An officer put money to the fee that did not fit an attempt.
    Applied {
        provider: Provider,
        trade_no: String,
        amount: Twd,
        reason: String,
    },
    /// An officer entered a dispute that the provider tells of by mail or telephone.
    Disputed {
        provider: Provider,
        dispute: String,
        amount: Twd,
        state: DisputeState,
        evidence: String,
    },
    /// An officer has seen to what a flag is about, as far as it went: to `extent`, as
    /// [`Standing::extents`] measures it.
    CheckedOff {
        flag: Flag,
        extent: u64,
        finding: String,
    },
    Refund {
        refund: u32,
        step: RefundStep,
    },
    /// The case ended without its result: only this much of the fee is kept.
    Ended {
        retained: Twd,
    },
}

/// A posting, when it was made, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub at: Timestamp,
    pub by: Party,
    pub posting: Posting,
}

/// Every entry of a case, in the order of its record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    pub entries: Vec<Entry>,
}

/// Most attempts at one case: a person who needs more is helped by the agency.
pub const MAX_ATTEMPTS: usize = 30;

impl Ledger {
    pub fn enter(&mut self, at: Timestamp, by: Party, posting: Posting) {
        self.entries.push(Entry { at, by, posting });
    }

    #[must_use]
    pub fn standing(&self) -> Standing {
        standing::of(&self.entries)
    }

    /// The fee in force.
    #[must_use]
    pub fn fee(&self) -> Option<&Fee> {
        let fees = self.entries.iter().filter_map(|entry| match &entry.posting {
            Posting::FeeSet(fee) => Some(fee),
            _ => None,
        });
        fees.max_by_key(|fee| fee.version)
    }

    pub fn attempts(&self) -> impl Iterator<Item = &Attempt> {
        self.entries.iter().filter_map(|entry| match &entry.posting {
            Posting::Started(attempt) => Some(attempt),
            _ => None,
        })
    }

    #[must_use]
    pub fn attempt(&self, order_no: &OrderNo) -> Option<&Attempt> {
        self.attempts().find(|attempt| attempt.order_no == *order_no)
    }

    /// Attempts whose fate is not known: of which no payment was heard and which have not run out. A
    /// failure is no fate, since the payer can try again on the provider's page.
    pub fn open_attempts(&self) -> impl Iterator<Item = &Attempt> {
        self.attempts().filter(|attempt| !self.is_settled(&attempt.order_no))
    }

    /// Whether the fate of the attempt is known.
    #[must_use]
    pub fn is_settled(&self, order: &OrderNo) -> bool {
        self.entries.iter().any(|entry| match &entry.posting {
            Posting::Heard { order_no, word: Word::Paid(receipt), .. } => {
                order_no == order && !receipt.simulated
            }
            Posting::Expired { order_no } => order_no == order,
            _ => false,
        })
    }

    /// Whether the same was heard before, from wherever it came.
    #[must_use]
    pub fn has_heard(&self, order: &OrderNo, said: &Word) -> bool {
        self.entries.iter().any(|entry| match &entry.posting {
            Posting::Heard { order_no, word, .. } => order_no == order && word == said,
            _ => false,
        })
    }

    /// Since when the window has shown the fee as posted (入帳時間): the entry that made it so, and after
    /// which it did not stop being so. `None` while money is owed, and where none has come.
    #[must_use]
    pub fn posted_at(&self) -> Option<Timestamp> {
        let shown = |(last, entry): (usize, &Entry)| {
            let standing = standing::of(self.entries.get(..=last).unwrap_or_default());
            (entry.at, standing.condition_met && standing.applied > Twd::ZERO)
        };
        let each = self.entries.iter().enumerate().map(shown);
        each.fold(None, |since: Option<Timestamp>, (at, posted)| posted.then(|| since.unwrap_or(at)))
    }

    /// Whether the last entry is the first with which a fee that was set is there in full: whatever comes later,
    /// however it is stamped, is not.
    #[must_use]
    pub fn is_first_met(&self) -> bool {
        let met = |count: usize| {
            let entries = self.entries.get(..count).unwrap_or_default();
            let is_set = entries.iter().any(|entry| matches!(entry.posting, Posting::FeeSet(_)));
            is_set && standing::of(entries).condition_met
        };
        (1..=self.entries.len()).find(|count| met(*count)) == Some(self.entries.len())
    }

    /// The attempt by which the payment came that `request` is about; one that fits no order of ours has
    /// none.
    #[must_use]
    pub fn attempt_of(&self, request: &RefundRequest) -> Option<&Attempt> {
        let standing = self.standing();
        self.attempt(&standing.payment(request.provider, &request.trade_no)?.order_no)
    }

    /// Whether the provider can pay back the payment that `request` is about. One that fits no attempt of
    /// ours, it cannot: nobody knows by which means it came.
    #[must_use]
    pub fn goes_back_by_provider(&self, request: &RefundRequest) -> bool {
        self.attempt_of(request).is_some_and(|attempt| goes_back_by(attempt.provider, attempt.means))
    }

    /// What the refunds that were agreed to leave of a payment: none brings back more than it took.
    #[must_use]
    pub fn left_of(&self, payment: &Posted) -> Twd {
        let takes = |file: &RefundFile| file.takes_from(payment.provider, &payment.trade_no);
        let files = self.refunds().into_iter().filter(takes);
        Twd(files.fold(payment.amount.0, |left, file| left.saturating_sub(file.request.amount.0)))
    }

    /// Whether the treasury may remit what `request` is about: money goes back the way it came, unless that
    /// way is none, or was tried and failed.
    #[must_use]
    pub fn may_be_remitted(&self, request: &RefundRequest) -> bool {
        let failed = |file: &RefundFile| {
            matches!(file.state, RefundState::Failed | RefundState::Bounced)
                && file.route == Some(Route::Provider)
                && file.is_of(request.provider, &request.trade_no)
        };
        !self.goes_back_by_provider(request) || self.refunds().iter().any(failed)
    }

    /// Since when a cashier has had something to do here: money that does not fit, is to go back, or is on
    /// its way back.
    #[must_use]
    pub fn waits_since(&self) -> Option<Timestamp> {
        let standing = self.standing();
        let under_way = |file: &RefundFile| file.declined.is_none() && file.state < RefundState::Failed;
        let waits = standing.flags.iter().any(|flag| flag.waits_for_cashier())
            || standing.refundable > Twd::ZERO
            || self.refunds().iter().any(under_way);
        self.entries.last().filter(|_| waits).map(|entry| entry.at)
    }

    /// Whether nothing is owed either way, and nobody has to look at anything.
    #[must_use]
    pub fn owes_nothing(&self) -> bool {
        self.waits_since().is_none() && !self.standing().status.owes()
    }

    /// The refunds, by their number in the case.
    #[must_use]
    pub fn refunds(&self) -> Vec<RefundFile> {
        files(&self.entries)
    }

    #[must_use]
    pub fn refund(&self, number: u32) -> Option<RefundFile> {
        self.refunds().into_iter().find(|file| file.number == number)
    }
}
