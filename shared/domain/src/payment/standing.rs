//! What the money of a case comes to: a pure function of the **set** of its entries. Neither the order
//! in which they came nor how often changes it. No word that something failed or ran out takes back a
//! payment; one that is told with two amounts, or for two orders, waits until an officer has looked.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::ledger::{Entry, Fee, Posting};
use super::refund::{RefundStep, number_of};
pub use super::status::{FeeStatus, Flag};
use super::{DisputeState, OrderNo, Provider, RefundState, Word};
use crate::money::Twd;

/// A payment in the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    pub provider: Provider,
    pub order_no: OrderNo,
    pub trade_no: String,
    pub amount: Twd,
    pub paid_at: Timestamp,
    /// Whether it counts towards the fee, or waits for an officer.
    pub applied: bool,
}

/// What the money comes to. Amounts are in whole TWD; `net` may be negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub due: Twd,
    pub applied: Twd,
    /// In the books, and not put to the fee yet (暫收款).
    pub suspense: Twd,
    /// For orders that are none of this case.
    pub unmatched: Twd,
    pub refunded: Twd,
    pub refund_in_progress: Twd,
    pub chargeback_lost: Twd,
    pub net: i64,
    pub status: FeeStatus,
    /// Whether the clock and the result need wait for money no longer.
    pub condition_met: bool,
    pub refundable: Twd,
    /// What `refundable` is, below zero where more was promised than there is: money that was to go back
    /// has gone another way.
    pub surplus: i64,
    pub flags: BTreeSet<Flag>,
    /// How much there is of what an officer can check off: notices that cannot be understood, or dollars.
    pub extents: BTreeMap<Flag, u64>,
    pub payments: Vec<Posted>,
}

impl Standing {
    /// What is still to be paid.
    #[must_use]
    pub fn outstanding(&self) -> Twd {
        Twd(u32::try_from(i64::from(self.due.0) - self.net).unwrap_or_default())
    }

    /// The payment of a provider's trade number, whether it counts or waits.
    #[must_use]
    pub fn payment(&self, provider: Provider, trade_no: &str) -> Option<&Posted> {
        self.payments.iter().find(|payment| payment.provider == provider && payment.trade_no == trade_no)
    }

    /// The flags that somebody who has looked can check off.
    pub fn to_check_off(&self) -> impl Iterator<Item = Flag> + '_ {
        self.extents.keys().copied().filter(|flag| self.flags.contains(flag))
    }

    /// The instant by which enough had been paid, in the order people paid.
    #[must_use]
    pub fn paid_by(&self) -> Option<Timestamp> {
        let mut applied: Vec<_> = self.payments.iter().filter(|payment| payment.applied).collect();
        applied.sort_by_key(|payment| payment.paid_at);
        let mut sum = 0_u64;
        applied.into_iter().find_map(|payment| {
            sum += u64::from(payment.amount.0);
            (sum >= u64::from(self.due.0)).then_some(payment.paid_at)
        })
    }
}

/// Everything that was told of one payment: the trade number of a provider is what it is known by.
#[derive(Default)]
struct Told {
    orders: BTreeSet<OrderNo>,
    amounts: BTreeSet<Twd>,
    paid_at: Option<Timestamp>,
}

/// The strongest state that was heard, with its amount.
fn strongest<S: Ord + Copy>(heard: &BTreeSet<(S, Twd)>) -> Option<(S, Twd)> {
    heard.last().copied()
}

#[derive(Default)]
struct Books<'a> {
    fees: BTreeSet<&'a Fee>,
    ended: Option<(Twd, Timestamp)>,
    attempts: BTreeMap<(Provider, &'a OrderNo), (Twd, Timestamp)>,
    told: BTreeMap<(Provider, &'a str), Told>,
    put: BTreeMap<(Provider, &'a str), Twd>,
    refunds: BTreeMap<String, BTreeSet<(RefundState, Twd)>>,
    declined: BTreeSet<String>,
    disputes: BTreeMap<&'a str, BTreeSet<(DisputeState, Twd)>>,
    unclear: BTreeSet<(&'a OrderNo, &'a str)>,
    checked_off: BTreeMap<Flag, u64>,
    flags: BTreeSet<Flag>,
}

/// What `entries` come to.
pub(super) fn of(entries: &[Entry]) -> Standing {
    let mut books = Books::default();
    for entry in entries {
        books.take(entry);
    }
    books.balance()
}

fn total(amounts: impl Iterator<Item = Twd>) -> Twd {
    amounts.fold(Twd::ZERO, |sum, amount| Twd(sum.0.saturating_add(amount.0)))
}

impl<'a> Books<'a> {
    fn take(&mut self, entry: &'a Entry) {
        match &entry.posting {
            Posting::FeeSet(fee) => {
                self.fees.insert(fee);
            }
            Posting::Started(attempt) => {
                let key = (attempt.provider, &attempt.order_no);
                self.attempts.insert(key, (attempt.amount, attempt.expires_at));
            }
            Posting::Heard { provider, order_no, word, source: _ } => self.hear(*provider, order_no, word),
            // That nobody paid, or that an attempt failed, never reduces anything.
            Posting::Expired { .. } => {}
            Posting::Applied { provider, trade_no, amount, reason: _ } => {
                let put = self.put.entry((*provider, trade_no)).or_default();
                *put = (*put).max(*amount);
            }
            Posting::Disputed { dispute, amount, state, .. } => {
                self.disputes.entry(dispute).or_default().insert((*state, *amount));
            }
            Posting::CheckedOff { flag, extent, finding: _ } => {
                let seen = self.checked_off.entry(*flag).or_default();
                *seen = (*seen).max(*extent);
            }
            Posting::Refund { refund, step } => self.refund(*refund, step),
            Posting::Ended { retained } => {
                let before = self.ended.unwrap_or((*retained, entry.at));
                self.ended = Some(before.min((*retained, entry.at)));
            }
        }
    }

    fn hear(&mut self, provider: Provider, order_no: &'a OrderNo, word: &'a Word) {
        match word {
            Word::Paid(receipt) if receipt.simulated => {
                self.flags.insert(Flag::SimulatedIgnored);
            }
            Word::Paid(receipt) => {
                let told = self.told.entry((provider, &receipt.trade_no)).or_default();
                told.orders.insert(order_no.clone());
                told.amounts.insert(receipt.amount);
                // A query may give another second than the callback did.
                told.paid_at = told.paid_at.into_iter().chain([receipt.paid_at]).min();
            }
            Word::Disputed { dispute, amount, state } => {
                self.disputes.entry(dispute).or_default().insert((*state, *amount));
            }
            Word::Refunded { refund, amount, state } => {
                let ours = number_of(order_no, refund).map(|number| number.to_string());
                let refund = ours.unwrap_or_else(|| refund.clone());
                self.refunds.entry(refund).or_default().insert((*state, *amount));
            }
            Word::Unclear { why } => {
                self.unclear.insert((order_no, why));
            }
            Word::Instructed(_) | Word::Failed { .. } | Word::Nothing => {}
        }
    }

    fn refund(&mut self, number: u32, step: &RefundStep) {
        let amount = match step {
            RefundStep::Requested(request) => request.amount,
            _ => Twd::ZERO,
        };
        let state = match step {
            RefundStep::Requested(_) => RefundState::Requested,
            RefundStep::Accepted { .. } => RefundState::Accepted,
            RefundStep::Submitted(_) => RefundState::Submitted,
            RefundStep::PaidOut { state, .. } => *state,
            RefundStep::Declined { .. } => {
                self.declined.insert(number.to_string());
                return;
            }
            RefundStep::Contacted { .. } | RefundStep::Proven(_) => return,
        };
        self.refunds.entry(number.to_string()).or_default().insert((state, amount));
    }

    /// The payments, each with whether it counts towards the fee.
    fn payments(&mut self) -> Vec<Posted> {
        let mut payments = Vec::new();
        for ((provider, trade_no), told) in &self.told {
            let (Some(order_no), Some(amount), Some(paid_at)) =
                (told.orders.first(), told.amounts.last(), told.paid_at)
            else {
                continue;
            };
            let put = self.put.get(&(*provider, *trade_no)).copied();
            let attempt = told.orders.iter().find_map(|order| self.attempts.get(&(*provider, order)));
            let flag = match attempt {
                _ if told.amounts.len() > 1 || told.orders.len() > 1 => Some(Flag::ConflictingReceipts),
                None => Some(Flag::UnmatchedReceipt),
                Some((asked, _)) if asked != amount => Some(Flag::AmountMismatch),
                Some(_) => None,
            };
            // What an officer has settled needs nobody's attention any more.
            self.flags.extend(flag.filter(|_| put.is_none()));
            let late = attempt.is_some_and(|(_, expires_at)| paid_at > *expires_at);
            self.flags.extend(late.then_some(Flag::LateReceipt));
            let ended = self.ended.is_some_and(|(_, at)| paid_at > at);
            self.flags.extend(ended.then_some(Flag::PaidAfterCaseEnded));
            payments.push(Posted {
                provider: *provider,
                order_no: order_no.clone(),
                trade_no: (*trade_no).to_owned(),
                amount: put.unwrap_or(*amount),
                paid_at,
                applied: flag.is_none() || put.is_some(),
            });
        }
        payments
    }

    fn balance(mut self) -> Standing {
        let payments = self.payments();
        let fee = self.fees.iter().next_back().map_or(Twd::ZERO, |fee| fee.amount);
        let highest = self.fees.iter().map(|fee| fee.amount).max().unwrap_or_default();
        let due = self.ended.map_or(fee, |(retained, _)| fee.min(retained));
        let counted = || payments.iter().filter(|payment| payment.applied).map(|payment| payment.amount);
        let applied = total(counted());
        let smallest = counted().min().unwrap_or_default();
        if counted().count() > 1 && applied.0 - smallest.0 >= highest.0 {
            self.flags.insert(Flag::DuplicatePayment);
        }
        let of_this_case =
            |payment: &&Posted| self.attempts.contains_key(&(payment.provider, &payment.order_no));
        let waiting = || payments.iter().filter(|payment| !payment.applied);
        let suspense = total(waiting().filter(of_this_case).map(|payment| payment.amount));
        let unmatched =
            total(waiting().filter(|payment| !of_this_case(payment)).map(|payment| payment.amount));

        let (refunded, in_progress) = self.paid_back();
        let (lost, contested) = self.charged_back();
        let net = i64::from(applied.0) - i64::from(refunded.0) - i64::from(lost.0);
        let extents = self.extents(net, lost);
        let open = extents.iter().filter(|(flag, extent)| self.checked_off.get(flag) < Some(extent));
        self.flags.extend(open.map(|(flag, _)| *flag));
        let owed = i64::from(due.0);
        let status = match () {
            () if due == Twd::ZERO && net > 0 => FeeStatus::RefundDue,
            () if due == Twd::ZERO => FeeStatus::NothingDue,
            () if net <= 0 => FeeStatus::Unpaid,
            () if net < owed => FeeStatus::Partial,
            () if net == owed => FeeStatus::Posted,
            () => FeeStatus::Overpaid,
        };
        let left = net - owed - i64::from(in_progress.0) - i64::from(contested.0);
        Standing {
            due,
            applied,
            suspense,
            unmatched,
            refunded,
            refund_in_progress: in_progress,
            chargeback_lost: lost,
            net,
            status,
            condition_met: net >= owed,
            refundable: Twd(u32::try_from(left).unwrap_or_default()),
            surplus: left,
            flags: self.flags,
            extents,
            payments,
        }
    }

    /// How much there is of each thing that only somebody who has looked can say is done with.
    fn extents(&self, net: i64, lost: Twd) -> BTreeMap<Flag, u64> {
        let unclear = u64::try_from(self.unclear.len()).unwrap_or(u64::MAX);
        let overdrawn = if net < 0 { net.unsigned_abs() } else { 0 };
        let extents =
            [(Flag::Unclear, unclear), (Flag::ChargebackLost, lost.0.into()), (Flag::NegativeNet, overdrawn)];
        extents.into_iter().filter(|(_, extent)| *extent > 0).collect()
    }

    /// What was paid back, and what is on its way.
    fn paid_back(&mut self) -> (Twd, Twd) {
        let (mut refunded, mut in_progress) = (Twd::ZERO, Twd::ZERO);
        for (refund, heard) in &self.refunds {
            let Some((state, _)) = strongest(heard) else { continue };
            let kept = state == RefundState::Accepted && self.declined.contains(refund);
            if kept {
                continue;
            }
            // Only the request names the amount of a refund of ours; of others every word does.
            let amount = heard.iter().map(|(_, amount)| *amount).max().unwrap_or_default();
            match state {
                RefundState::Requested => {}
                RefundState::Accepted | RefundState::Submitted => {
                    in_progress = total([in_progress, amount].into_iter());
                }
                RefundState::Settled => refunded = total([refunded, amount].into_iter()),
                RefundState::Failed => {
                    self.flags.insert(Flag::RefundFailed);
                }
                RefundState::Bounced => {
                    self.flags.insert(Flag::RefundBounced);
                }
            }
        }
        (refunded, in_progress)
    }

    /// What was charged back, and what is in dispute.
    fn charged_back(&mut self) -> (Twd, Twd) {
        let (mut lost, mut open) = (Twd::ZERO, Twd::ZERO);
        for heard in self.disputes.values() {
            match strongest(heard) {
                Some((DisputeState::Lost, amount)) => {
                    lost = total([lost, amount].into_iter());
                }
                Some((DisputeState::Opened, amount)) => {
                    open = total([open, amount].into_iter());
                    self.flags.insert(Flag::ChargebackOpen);
                }
                Some((DisputeState::Won, _)) | None => {}
            }
        }
        (lost, open)
    }
}
