//! What the applicant is told of the money of a case, the same on the page and in the API.

use domain::case::Case;
use domain::ending::Conclusion;
use domain::event::Event;
use domain::id::EventId;
use domain::money::Twd;
use domain::payment::attempt::Attempt;
use domain::payment::ledger::{Ledger, Posting};
use domain::payment::refund::{Ground, Lack, RefundFile};
use domain::payment::standing::{Posted, Standing};
use domain::payment::{Instruction, Means, Provider, RefundState, Word, receipt_no};
use domain::text::Text;
use jiff::Timestamp;
use platform::record::Record;

/// How the amount due came about, line by line.
pub fn fee_lines(ledger: &Ledger) -> Vec<Text> {
    let mut lines = ledger.fee().map(|fee| fee.lines.clone()).unwrap_or_default();
    if lines.is_empty() {
        let said = ledger.fee().map(|fee| fee.reason.as_str()).filter(|said| !said.is_empty());
        lines.extend(said.map(|said| Text::new(said, said)));
    }
    let kept = ledger.entries.iter().map(|entry| &entry.posting);
    lines.extend(kept.filter(|posting| matches!(posting, Posting::Ended { .. })).map(Posting::public_text));
    lines
}

/// Where an attempt stands, as far as anybody has said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// 已入帳.
    Posted,
    /// Paid, and held for an officer because it does not fit (暫收).
    Held,
    /// There is a number to pay by (待繳費).
    Instructed(Instruction),
    /// It came to nothing, says the provider (未成功).
    Failed,
    /// Nobody paid, says the provider at last (逾期未繳).
    Expired,
    /// Nobody has said anything yet (確認中).
    Open,
}

impl Fate {
    /// Where the attempt stands at `now`. A payment outweighs whatever else was said.
    pub fn of(ledger: &Ledger, standing: &Standing, attempt: &Attempt, now: Timestamp) -> Self {
        let paid =
            |payment: &&Posted| payment.provider == attempt.provider && payment.order_no == attempt.order_no;
        if let Some(payment) = standing.payments.iter().find(paid) {
            return if payment.applied { Self::Posted } else { Self::Held };
        }
        if ledger.is_settled(&attempt.order_no) {
            return Self::Expired;
        }
        let mut fate = Self::Open;
        for word in words(ledger, attempt) {
            match word {
                Word::Instructed(numbers) if numbers.expires_at.unwrap_or(attempt.expires_at) > now => {
                    return Self::Instructed(numbers.clone());
                }
                Word::Failed { .. } => fate = Self::Failed,
                _ => {}
            }
        }
        fate
    }

    pub const fn code(&self) -> &'static str {
        match self {
            Self::Posted => "posted",
            Self::Held => "held",
            Self::Instructed(_) => "instructed",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Open => "confirming",
        }
    }

    pub fn text(&self) -> Text {
        match self {
            Self::Posted => Text::new("已入帳", "posted"),
            Self::Held => Text::new("已收款，查核中", "received, being checked"),
            Self::Instructed(_) => Text::new("待繳費", "to be paid"),
            Self::Failed => Text::new("未成功", "did not go through"),
            Self::Expired => Text::new("逾期未繳", "not paid in time"),
            Self::Open => Text::new("付款確認中", "being confirmed"),
        }
    }

    /// Whether money may still come of it: whoever pays once more then may pay twice.
    pub const fn may_still_be_paid(&self) -> bool {
        matches!(self, Self::Open | Self::Instructed(_))
    }
}

fn words<'a>(ledger: &'a Ledger, attempt: &'a Attempt) -> impl Iterator<Item = &'a Word> {
    ledger.entries.iter().filter_map(|entry| match &entry.posting {
        Posting::Heard { provider, order_no, word, .. }
            if *provider == attempt.provider && *order_no == attempt.order_no =>
        {
            Some(word)
        }
        _ => None,
    })
}

/// A payment that counts towards the fee (收據).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub number: String,
    pub amount: Twd,
    pub paid_at: Timestamp,
    pub posted_at: Timestamp,
    pub provider: Provider,
    /// Unknown for a payment that fits no attempt of ours.
    pub means: Option<Means>,
    pub trade_no: String,
}

/// The receipts of a case, in the order of its record.
pub fn receipts(record: &Record) -> Vec<Receipt> {
    let ledger = &record.loaded.case.ledger;
    let payments = ledger.standing().payments.into_iter().filter(|payment| payment.applied);
    let mut receipts: Vec<(EventId, Receipt)> = payments
        .filter_map(|payment| {
            let (event, posted_at) = posting_of(record, &payment)?;
            let attempt = ledger.attempt(&payment.order_no);
            let receipt = Receipt {
                number: receipt_no(event),
                amount: payment.amount,
                paid_at: payment.paid_at,
                posted_at,
                provider: payment.provider,
                means: attempt.map(|attempt| attempt.means),
                trade_no: payment.trade_no,
            };
            Some((event, receipt))
        })
        .collect();
    receipts.sort_by_key(|(event, _)| *event);
    receipts.into_iter().map(|(_, receipt)| receipt).collect()
}

/// The event that posted `payment`: an officer's, for money that had to wait for one; else the first word
/// of it.
fn posting_of(record: &Record, payment: &Posted) -> Option<(EventId, Timestamp)> {
    let find = |fits: &dyn Fn(&Posting) -> bool| {
        let fits = |event: &Event| matches!(event, Event::Money(posting) if fits(posting));
        let recorded = record.events.iter().map(|chained| &chained.recorded);
        recorded.filter(|recorded| fits(&recorded.event)).map(|recorded| (recorded.id, recorded.at)).next()
    };
    let applied = |posting: &Posting| {
        matches!(posting, Posting::Applied { provider, trade_no, .. }
            if *provider == payment.provider && *trade_no == payment.trade_no)
    };
    let heard = |posting: &Posting| {
        matches!(posting, Posting::Heard { provider, word: Word::Paid(receipt), .. }
            if *provider == payment.provider && receipt.trade_no == payment.trade_no && !receipt.simulated)
    };
    find(&applied).or_else(|| find(&heard))
}

/// What can be paid back and has not been asked for yet.
pub fn askable(ledger: &Ledger, standing: &Standing) -> Twd {
    let asked = ledger.refunds().into_iter().filter(RefundFile::is_open).map(|file| file.request.amount.0);
    Twd(asked.fold(standing.refundable.0, u32::saturating_sub))
}

/// The payments that up to `left` can go back from, each with the most that can be asked for.
pub fn refundable<'a>(ledger: &Ledger, standing: &'a Standing, left: Twd) -> Vec<(&'a Posted, Twd)> {
    let applied = standing.payments.iter().filter(|payment| payment.applied);
    let most = applied.map(|payment| (payment, ledger.left_of(payment).min(left)));
    most.filter(|(_, most)| *most > Twd::ZERO).collect()
}

/// The grounds that fit the case, likeliest first.
pub fn grounds(case: &Case) -> Vec<Ground> {
    let first = match case.result() {
        Some(Conclusion::Terminated) => Some(Ground::EndedForLateness),
        Some(Conclusion::Withdrawn) => Some(Ground::Withdrawn),
        Some(Conclusion::Rejected | Conclusion::Transferred) => Some(Ground::PerItem),
        Some(Conclusion::Approved) | None => None,
    };
    first.into_iter().chain([Ground::Overpaid, Ground::Mistaken]).collect()
}

/// Whether a refund is neither declined nor over.
pub const fn is_under_way(file: &RefundFile) -> bool {
    file.declined.is_none() && !matches!(file.state, RefundState::Settled)
}

/// Where a refund stands.
pub fn refund_state(file: &RefundFile) -> Text {
    match (file.declined.is_some(), file.state) {
        (true, _) => Text::new("未獲同意", "not agreed to"),
        (false, RefundState::Requested) => match file.lacks() {
            None => Text::new("審核中", "being decided on"),
            Some(Lack::Proof | Lack::Contact) => Text::new("資料準備中", "being prepared"),
        },
        (false, RefundState::Accepted) => Text::new("已核准", "approved"),
        (false, RefundState::Submitted) => Text::new("撥款中", "on its way"),
        (false, RefundState::Failed) => Text::new("撥款未成功", "failed"),
        (false, RefundState::Settled) => Text::new("已退費", "paid back"),
        (false, RefundState::Bounced) => Text::new("款項遭退回", "came back"),
    }
}

/// What comes next with a refund, and who does it.
pub fn refund_next(file: &RefundFile) -> Option<Text> {
    if file.declined.is_some() {
        return None;
    }
    Some(match file.state {
        RefundState::Requested if file.proofs.is_empty() => Text::new(
            "請上傳繳費證明（收據、交易明細、扣款紀錄等）。收據資料不能代替繳費證明。",
            "Upload your proof of payment: a slip, a statement, a card record. Our own receipt does not replace it.",
        ),
        RefundState::Requested if file.contacts.is_empty() => Text::new(
            "承辦機關將與您聯絡確認，您不必再做任何事。",
            "The agency will contact you; there is nothing more for you to do.",
        ),
        RefundState::Requested => {
            Text::new("資料已齊，等待審核。", "Everything is there; it waits to be decided on.")
        }
        RefundState::Accepted => Text::new("準備撥款。", "It is about to be paid back."),
        RefundState::Submitted => Text::new(
            "款項已送出，入帳時間依您的銀行或發卡機構而定。",
            "The money is on its way; when it arrives depends on your bank.",
        ),
        RefundState::Failed => Text::new("機關將再辦理撥款。", "The agency will try again."),
        RefundState::Bounced => Text::new(
            "款項無法入帳，機關將與您聯絡。",
            "The money could not be delivered; the agency will contact you.",
        ),
        RefundState::Settled => return None,
    })
}

/// The steps of a refund in the words of the timeline, and when each was taken.
pub fn refund_steps(ledger: &Ledger, number: u32) -> Vec<(Timestamp, Text)> {
    let own = |posting: &Posting| matches!(posting, Posting::Refund { refund, .. } if *refund == number);
    let entries = ledger.entries.iter().filter(|entry| own(&entry.posting));
    entries.map(|entry| (entry.at, entry.posting.public_text())).collect()
}
