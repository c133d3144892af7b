//! The money of a case as it is stored: in the body of its event, and again in the row of the case.

use domain::event::Party;
use domain::id::PersonId;
use domain::money::Twd;
use domain::payment::attempt::Attempt;
use domain::payment::ledger::{Entry, Fee, Ledger, Posting, Source};
use domain::payment::refund::{ContactBy, Ground, RefundRequest, RefundStep, Route};
use domain::payment::standing::Flag;
use domain::payment::{DisputeState, Means, OrderNo, Provider, RefundState};
use domain::text::Text;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::AsText;
use super::case::TextRow;
use super::filing::DocumentBody;
use super::word::WordBody;
use crate::fault::Fault;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PartyBody {
    Applicant(AsText<PersonId>),
    Officer(AsText<PersonId>),
    System,
}

impl From<Party> for PartyBody {
    fn from(party: Party) -> Self {
        match party {
            Party::Applicant(person) => Self::Applicant(AsText(person)),
            Party::Officer(person) => Self::Officer(AsText(person)),
            Party::System => Self::System,
        }
    }
}

impl From<PartyBody> for Party {
    fn from(body: PartyBody) -> Self {
        match body {
            PartyBody::Applicant(person) => Self::Applicant(person.0),
            PartyBody::Officer(person) => Self::Officer(person.0),
            PartyBody::System => Self::System,
        }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct FeeBody {
    version: u32,
    amount: u32,
    #[serde(default)]
    retained: u32,
    lines: Vec<TextRow>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    reason: String,
}

impl From<&Fee> for FeeBody {
    fn from(fee: &Fee) -> Self {
        let Fee { version, amount, retained, lines, reason } = fee;
        Self {
            version: *version,
            amount: amount.0,
            retained: retained.0,
            lines: lines.iter().map(TextRow::from).collect(),
            reason: reason.clone(),
        }
    }
}

impl From<FeeBody> for Fee {
    fn from(body: FeeBody) -> Self {
        Self {
            version: body.version,
            amount: Twd(body.amount),
            retained: Twd(body.retained),
            lines: body.lines.into_iter().map(Text::from).collect(),
            reason: body.reason,
        }
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct AttemptBody {
    pub order_no: AsText<OrderNo>,
    pub provider: AsText<Provider>,
    pub merchant: String,
    pub means: AsText<Means>,
    pub amount: u32,
    pub made_at: Timestamp,
    pub expires_at: Timestamp,
}

impl From<&Attempt> for AttemptBody {
    fn from(attempt: &Attempt) -> Self {
        Self {
            order_no: AsText(attempt.order_no.clone()),
            provider: AsText(attempt.provider),
            merchant: attempt.merchant.clone(),
            means: AsText(attempt.means),
            amount: attempt.amount.0,
            made_at: attempt.made_at,
            expires_at: attempt.expires_at,
        }
    }
}

impl From<AttemptBody> for Attempt {
    fn from(body: AttemptBody) -> Self {
        Self {
            order_no: body.order_no.0,
            provider: body.provider.0,
            merchant: body.merchant,
            means: body.means.0,
            amount: Twd(body.amount),
            made_at: body.made_at,
            expires_at: body.expires_at,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "posting", rename_all = "snake_case")]
pub(super) enum PostingBody {
    FeeSet(FeeBody),
    Started(AttemptBody),
    Heard {
        provider: AsText<Provider>,
        order_no: AsText<OrderNo>,
        word: WordBody,
        source: AsText<Source>,
    },
    Expired {
        order_no: AsText<OrderNo>,
    },
    Applied {
        provider: AsText<Provider>,
        trade_no: String,
        amount: u32,
        reason: String,
    },
    Disputed {
        provider: AsText<Provider>,
        dispute: String,
        amount: u32,
        state: AsText<DisputeState>,
        evidence: String,
    },
    CheckedOff {
        flag: AsText<Flag>,
        extent: u64,
        finding: String,
    },
    Refund {
        refund: u32,
        step: StepBody,
    },
    Ended {
        retained: u32,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub(super) enum StepBody {
    Requested {
        provider: AsText<Provider>,
        trade_no: String,
        amount: u32,
        ground: AsText<Ground>,
        reason: String,
    },
    Contacted {
        when: Timestamp,
        how: AsText<ContactBy>,
        result: String,
    },
    Proven {
        document: DocumentBody,
    },
    Accepted {
        interest_cents: u64,
        interest_days: u32,
    },
    Declined {
        reason: String,
    },
    /// `None` is the way back through the provider.
    Submitted {
        remittance: Option<String>,
    },
    PaidOut {
        state: AsText<RefundState>,
        reference: String,
    },
}

impl From<&RefundStep> for StepBody {
    fn from(step: &RefundStep) -> Self {
        match step {
            RefundStep::Requested(RefundRequest { provider, trade_no, amount, ground, reason }) => {
                Self::Requested {
                    provider: AsText(*provider),
                    trade_no: trade_no.clone(),
                    amount: amount.0,
                    ground: AsText(*ground),
                    reason: reason.clone(),
                }
            }
            RefundStep::Contacted { when, how, result } => {
                Self::Contacted { when: *when, how: AsText(*how), result: result.clone() }
            }
            RefundStep::Proven(document) => Self::Proven { document: document.into() },
            RefundStep::Accepted { interest_cents, interest_days } => {
                Self::Accepted { interest_cents: *interest_cents, interest_days: *interest_days }
            }
            RefundStep::Declined { reason } => Self::Declined { reason: reason.clone() },
            RefundStep::Submitted(Route::Provider) => Self::Submitted { remittance: None },
            RefundStep::Submitted(Route::Remittance { reference }) => {
                Self::Submitted { remittance: Some(reference.clone()) }
            }
            RefundStep::PaidOut { state, reference } => {
                Self::PaidOut { state: AsText(*state), reference: reference.clone() }
            }
        }
    }
}

impl TryFrom<StepBody> for RefundStep {
    type Error = Fault;

    fn try_from(body: StepBody) -> Result<Self, Fault> {
        Ok(match body {
            StepBody::Requested { provider, trade_no, amount, ground, reason } => {
                let (provider, amount, ground) = (provider.0, Twd(amount), ground.0);
                Self::Requested(RefundRequest { provider, trade_no, amount, ground, reason })
            }
            StepBody::Contacted { when, how, result } => Self::Contacted { when, how: how.0, result },
            StepBody::Proven { document } => Self::Proven(document.try_into()?),
            StepBody::Accepted { interest_cents, interest_days } => {
                Self::Accepted { interest_cents, interest_days }
            }
            StepBody::Declined { reason } => Self::Declined { reason },
            StepBody::Submitted { remittance } => {
                let remittance = remittance.map(|reference| Route::Remittance { reference });
                Self::Submitted(remittance.unwrap_or(Route::Provider))
            }
            StepBody::PaidOut { state, reference } => Self::PaidOut { state: state.0, reference },
        })
    }
}

impl From<&Posting> for PostingBody {
    fn from(posting: &Posting) -> Self {
        match posting {
            Posting::FeeSet(fee) => Self::FeeSet(fee.into()),
            Posting::Started(attempt) => Self::Started(attempt.into()),
            Posting::Heard { provider, order_no, word, source } => Self::Heard {
                provider: AsText(*provider),
                order_no: AsText(order_no.clone()),
                word: word.into(),
                source: AsText(*source),
            },
            Posting::Expired { order_no } => Self::Expired { order_no: AsText(order_no.clone()) },
            Posting::Applied { provider, trade_no, amount, reason } => Self::Applied {
                provider: AsText(*provider),
                trade_no: trade_no.clone(),
                amount: amount.0,
                reason: reason.clone(),
            },
            Posting::Disputed { provider, dispute, amount, state, evidence } => Self::Disputed {
                provider: AsText(*provider),
                dispute: dispute.clone(),
                amount: amount.0,
                state: AsText(*state),
                evidence: evidence.clone(),
            },
            Posting::CheckedOff { flag, extent, finding } => {
                Self::CheckedOff { flag: AsText(*flag), extent: *extent, finding: finding.clone() }
            }
            Posting::Refund { refund, step } => Self::Refund { refund: *refund, step: step.into() },
            Posting::Ended { retained } => Self::Ended { retained: retained.0 },
        }
    }
}

impl TryFrom<PostingBody> for Posting {
    type Error = Fault;

    fn try_from(body: PostingBody) -> Result<Self, Fault> {
        Ok(match body {
            PostingBody::FeeSet(fee) => Self::FeeSet(fee.into()),
            PostingBody::Started(attempt) => Self::Started(attempt.into()),
            PostingBody::Heard { provider, order_no, word, source } => Self::Heard {
                provider: provider.0,
                order_no: order_no.0,
                word: word.into(),
                source: source.0,
            },
            PostingBody::Expired { order_no } => Self::Expired { order_no: order_no.0 },
            PostingBody::Applied { provider, trade_no, amount, reason } => {
                Self::Applied { provider: provider.0, trade_no, amount: Twd(amount), reason }
            }
            PostingBody::Disputed { provider, dispute, amount, state, evidence } => Self::Disputed {
                provider: provider.0,
                dispute,
                amount: Twd(amount),
                state: state.0,
                evidence,
            },
            PostingBody::CheckedOff { flag, extent, finding } => {
                Self::CheckedOff { flag: flag.0, extent, finding }
            }
            PostingBody::Refund { refund, step } => Self::Refund { refund, step: step.try_into()? },
            PostingBody::Ended { retained } => Self::Ended { retained: Twd(retained) },
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct EntryRow {
    at: Timestamp,
    by: PartyBody,
    #[serde(flatten)]
    posting: PostingBody,
}

/// The entries of a ledger, as the row of the case keeps them.
pub(super) fn rows(ledger: &Ledger) -> Vec<EntryRow> {
    let row =
        |entry: &Entry| EntryRow { at: entry.at, by: entry.by.into(), posting: (&entry.posting).into() };
    ledger.entries.iter().map(row).collect()
}

pub(super) fn ledger(rows: Vec<EntryRow>) -> Result<Ledger, Fault> {
    let entry = |row: EntryRow| Ok(Entry { at: row.at, by: row.by.into(), posting: row.posting.try_into()? });
    Ok(Ledger { entries: rows.into_iter().map(entry).collect::<Result<_, Fault>>()? })
}
