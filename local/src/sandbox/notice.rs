//! A notice from a provider's server to the city's: what it says, and what became of it.

use serde::{Deserialize, Serialize};

use super::order::{Means, Order, Trade};

/// What a notice says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Word {
    /// A number was issued: nobody has paid.
    Issued,
    Paid {
        trade_no: String,
        means: Means,
        at: i64,
        simulated: bool,
    },
    Failed {
        means: Means,
        at: i64,
    },
}

impl Word {
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Paid { simulated: false, .. } => "paid",
            Self::Paid { simulated: true, .. } => "simulated",
            Self::Failed { .. } => "failed",
        }
    }

    /// In Chinese and in English.
    #[must_use]
    pub const fn name(&self) -> (&'static str, &'static str) {
        match self {
            Self::Issued => ("已取號", "number issued"),
            Self::Paid { simulated: false, .. } => ("已付款", "paid"),
            Self::Paid { simulated: true, .. } => ("模擬付款", "simulated"),
            Self::Failed { .. } => ("付款失敗", "failed"),
        }
    }

    #[must_use]
    pub fn paid(trade: &Trade, simulated: bool) -> Self {
        Self::Paid { trade_no: trade.trade_no.clone(), means: trade.means, at: trade.paid_at, simulated }
    }
}

/// Where a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// It will be sent, for the first time or again.
    Waiting,
    Acknowledged,
    /// It was sent as often as the provider does, and never acknowledged.
    GivenUp,
    /// It was lost on purpose.
    Dropped,
}

/// One sending, and the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    pub at: i64,
    /// `None` when there was no answer.
    pub status: Option<u16>,
    /// The start of the answer, or what went wrong.
    pub body: String,
    pub acknowledged: bool,
}

/// A notice on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub word: Word,
    pub url: String,
    /// The amount it says, which need not be true.
    pub amount: u64,
    /// Its digest is wrong.
    pub forged: bool,
    /// It repeats an earlier one: 綠界 says `paid` then, instead of 交易成功.
    pub repeats: bool,
    pub progress: Progress,
    pub attempts: Vec<Attempt>,
}

/// When a notice goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// At this millisecond of the machine's clock.
    At(i64),
    /// After the first notice of the same batch was tried.
    AfterFirst,
    /// When the order is paid, after that notice.
    OnPayment,
    Never,
}

/// A notice to be, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub notice: Notice,
    pub when: When,
}

/// The notices that follow from a word about an order, as the order is to be misbehaved with.
///
/// `url` is where the merchant wants to hear it; nothing follows when that is empty.
#[must_use]
pub fn drafts(order: &Order, word: Word, url: &str, now_ms: i64) -> Vec<Draft> {
    if url.is_empty() {
        return Vec::new();
    }
    let mischief = &order.misbehave;
    let is_payment = matches!(word, Word::Paid { .. });
    let due = now_ms.saturating_add(i64::try_from(mischief.delay_ms).unwrap_or(i64::MAX));
    let when = match (&word, mischief.drop, mischief.reorder) {
        (_, true, _) => When::Never,
        (Word::Issued, _, true) => When::OnPayment,
        _ => When::At(due),
    };
    let notice = Notice {
        word,
        url: url.to_owned(),
        amount: if is_payment && mischief.tamper_amount { order.amount + 1 } else { order.amount },
        forged: mischief.tamper_signature,
        repeats: false,
        progress: if mischief.drop { Progress::Dropped } else { Progress::Waiting },
        attempts: Vec::new(),
    };
    let copies = usize::try_from(mischief.duplicate).unwrap_or_default().saturating_add(1);
    std::iter::repeat_n(Draft { notice, when }, copies).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::misbehaviour::Misbehaviour;
    use crate::sandbox::order::{Provider, tests::order};

    const URL: &str = "http://localhost:1/callback";

    fn after(misbehave: Misbehaviour, word: Word) -> Vec<Draft> {
        drafts(&Order { misbehave, ..order(Provider::EcpayAio) }, word, URL, 1_000)
    }

    fn paid() -> Word {
        Word::Paid { trade_no: "1".to_owned(), means: Means::Card, at: 0, simulated: false }
    }

    #[test]
    fn one_word_is_one_notice_unless_told_otherwise() {
        let plain = after(Misbehaviour::default(), paid());
        assert_eq!(plain.len(), 1);
        assert_eq!(
            (plain[0].when, plain[0].notice.amount, plain[0].notice.forged),
            (When::At(1_000), 300, false)
        );
        let order = order(Provider::EcpayAio);
        assert_eq!(drafts(&order, paid(), "", 0), [], "nobody wants to hear it");
    }

    #[test]
    fn misbehaviour_shows_in_the_drafts() {
        let late = after(Misbehaviour { delay_ms: 500, duplicate: 2, ..Misbehaviour::default() }, paid());
        assert_eq!(late.iter().map(|draft| draft.when).collect::<Vec<_>>(), [When::At(1_500); 3]);
        let lost = after(Misbehaviour { drop: true, ..Misbehaviour::default() }, paid());
        assert_eq!((lost[0].when, lost[0].notice.progress), (When::Never, Progress::Dropped));
        let reorder = Misbehaviour { reorder: true, ..Misbehaviour::default() };
        assert_eq!(after(reorder.clone(), Word::Issued)[0].when, When::OnPayment);
        assert_eq!(after(reorder, paid())[0].when, When::At(1_000));
        let dearer = Misbehaviour { tamper_amount: true, ..Misbehaviour::default() };
        assert_eq!(after(dearer.clone(), paid())[0].notice.amount, 301);
        assert_eq!(after(dearer, Word::Issued)[0].notice.amount, 300);
        let forged = Misbehaviour { tamper_signature: true, ..Misbehaviour::default() };
        assert!(after(forged, paid())[0].notice.forged);
    }
}
