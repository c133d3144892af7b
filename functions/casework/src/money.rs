//! What officers are shown of the money of a case, the same on the page and in the API.

use domain::money::Twd;
use domain::payment::command::MoneyCommand;
use domain::payment::ledger::{Ledger, Posting};
use domain::payment::refund::RefundFile;
use domain::payment::standing::{Posted, Standing};
use domain::payment::{Means, Provider, Word};
use domain::text::Text;
use jiff::Timestamp;

/// Whether a payment may still come: an attempt is open, or a notice of it may be in transit.
#[must_use]
pub fn is_in_progress(ledger: &Ledger) -> bool {
    ledger.open_attempts().next().is_some()
}

/// 入帳處理中，不得據以駁回: said while a payment may still come, and while the window shows the fee as not
/// posted (規範 十(三)4).
#[must_use]
pub fn no_ground(ledger: &Ledger) -> Option<Text> {
    let said = is_in_progress(ledger) || ledger.standing().status.owes();
    said.then(|| Text::new("入帳處理中，不得據以駁回", "posting in progress, not a ground for refusal"))
}

/// How the amount due was computed, line by line.
#[must_use]
pub fn fee_lines(ledger: &Ledger) -> Vec<Text> {
    let mut lines = ledger.fee().map(|fee| fee.lines.clone()).unwrap_or_default();
    if lines.is_empty() {
        let said = ledger.fee().map(|fee| fee.reason.clone()).filter(|said| !said.is_empty());
        lines.extend(said.map(|said| Text::new(said.clone(), said)));
    }
    let ended = ledger.entries.iter().map(|entry| &entry.posting);
    let kept = ended.filter(|posting| matches!(posting, Posting::Ended { .. }));
    lines.extend(kept.map(Posting::public_text));
    lines
}

/// The command by which staff say what is due; what they say is how it was computed.
#[must_use]
pub fn set_fee(amount: Twd, retained: Twd, reason: String) -> MoneyCommand {
    let said = reason.trim();
    let mut lines = vec![Text::new(
        format!("機關核定新臺幣 {amount} 元：{said}"),
        format!("NT${amount}, as set by the agency: {said}"),
    )];
    if retained > Twd::ZERO {
        lines.push(Text::new(
            format!("案件撤回或駁回時，留存其中新臺幣 {retained} 元"),
            format!("Of this, NT${retained} is kept if the case is withdrawn or rejected"),
        ));
    }
    MoneyCommand::SetFee { amount, retained, lines, reason }
}

/// How what the money comes to was computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Computation {
    pub net: Text,
    /// Where something is still to be paid.
    pub outstanding: Option<Text>,
    /// Where something can be paid back.
    pub refundable: Option<Text>,
}

#[must_use]
pub fn computation(standing: &Standing) -> Computation {
    let Standing { due, applied, refunded, refund_in_progress, chargeback_lost, net, refundable, .. } =
        standing;
    let paid = i64::from(applied.0);
    let came = |zh, en, amount: &Twd| (zh, en, i64::from(amount.0));
    let due_term = came("應繳", "due", due);
    let under_way = came("退費辦理中", "being paid back", refund_in_progress);
    let free = i64::from(refundable.0);
    let disputed = net - due_term.2 - under_way.2 - free;
    let outstanding = standing.outstanding();
    let left = [came("已退費", "paid back", refunded), came("爭議退還", "charged back", chargeback_lost)];
    let taken = [under_way, ("爭議中", "in dispute", disputed)];
    Computation {
        net: less(("計入規費之繳費", "paid and counted", paid), &something(&left), *net),
        outstanding: (outstanding > Twd::ZERO)
            .then(|| less(due_term, &[("淨入帳", "net", *net)], i64::from(outstanding.0))),
        refundable: (free > 0).then(|| {
            let minus = [vec![due_term], something(&taken)].concat();
            less(("淨入帳", "net", *net), &minus, free)
        }),
    }
}

/// A sum with its name in both languages.
type Term = (&'static str, &'static str, i64);

fn something(terms: &[Term]) -> Vec<Term> {
    terms.iter().copied().filter(|(_, _, amount)| *amount != 0).collect()
}

/// `計入規費之繳費 600 元 − 已退費 300 元 = 300 元`; nothing but the first where nothing goes off it.
fn less(first: Term, minus: &[Term], result: i64) -> Text {
    let zh = |(zh, _, amount): &Term| format!("{zh} {} 元", grouped(*amount));
    let en = |(_, en, amount): &Term| format!("NT${} {en}", grouped(*amount));
    let terms = || std::iter::once(&first).chain(minus);
    let (chinese, english) =
        (terms().map(zh).collect::<Vec<_>>().join(" − "), terms().map(en).collect::<Vec<_>>().join(" − "));
    if minus.is_empty() {
        return Text::new(chinese, english);
    }
    let result = grouped(result);
    Text::new(format!("{chinese} = {result} 元"), format!("{english} = NT${result}"))
}

/// A sum that may be below zero: `-1,234`.
#[must_use]
pub fn grouped(amount: i64) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    format!("{sign}{}", Twd(u32::try_from(amount.unsigned_abs()).unwrap_or(u32::MAX)))
}

/// By which means a payment came, where it fits an attempt of ours.
#[must_use]
pub fn means_of(ledger: &Ledger, payment: &Posted) -> Option<Means> {
    let attempt = ledger.attempt(&payment.order_no);
    attempt.filter(|attempt| attempt.provider == payment.provider).map(|attempt| attempt.means)
}

/// When the window first heard of a payment: it was paid before that.
#[must_use]
pub fn heard_at(ledger: &Ledger, payment: &Posted) -> Option<Timestamp> {
    told(ledger, payment.provider, &payment.trade_no).map(|(at, _)| at).min()
}

/// Every amount that was told of one payment, and when.
fn told<'a>(
    ledger: &'a Ledger,
    of: Provider,
    trade_no: &'a str,
) -> impl Iterator<Item = (Timestamp, Twd)> + 'a {
    ledger.entries.iter().filter_map(move |entry| match &entry.posting {
        Posting::Heard { provider, word: Word::Paid(receipt), .. } => {
            let same = *provider == of && receipt.trade_no == trade_no && !receipt.simulated;
            same.then_some((entry.at, receipt.amount))
        }
        _ => None,
    })
}

/// A payment that does not count yet, with an amount that was told of it: what an officer can put to the
/// fee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub provider: Provider,
    pub trade_no: String,
    pub amount: Twd,
}

/// Each payment in suspense; one of which two amounts were told stands here with both.
#[must_use]
pub fn held(ledger: &Ledger) -> Vec<Held> {
    let standing = ledger.standing();
    let mut held = Vec::new();
    for payment in standing.payments.iter().filter(|payment| !payment.applied) {
        let (provider, trade_no) = (payment.provider, payment.trade_no.as_str());
        let amounts: std::collections::BTreeSet<Twd> =
            told(ledger, provider, trade_no).map(|(_, amount)| amount).collect();
        let one = |amount| Held { provider, trade_no: trade_no.to_owned(), amount };
        held.extend(amounts.into_iter().map(one));
    }
    held
}

/// The interest of an accepted refund: `14.99` and for how many days.
#[must_use]
pub fn interest(file: &RefundFile) -> Option<(String, u32)> {
    file.interest.map(|(cents, days)| (domain::interest::Cents(cents.into()).to_string(), days))
}

#[cfg(test)]
mod tests {
    use domain::apply;
    use testkit::samples::{Funds, funded};

    use super::*;

    fn ledger(funds: Funds) -> Ledger {
        apply::replay(&funded(funds)).unwrap().ledger
    }

    #[test]
    fn it_is_said_while_a_payment_may_come_or_the_fee_is_owed() {
        for (funds, said) in [
            (Funds::NothingDue, false),
            (Funds::Owed, true),
            (Funds::UnderWay, true),
            (Funds::InSuspense, true),
            (Funds::Partial, true),
            (Funds::Posted, false),
            (Funds::Overpaid, false),
            (Funds::RefundDue, false),
        ] {
            assert_eq!(no_ground(&ledger(funds)).is_some(), said, "{funds:?}");
        }
    }

    #[test]
    fn every_sum_says_how_it_came_about() {
        let of = |funds| computation(&ledger(funds).standing());
        let owed = of(Funds::Partial);
        assert_eq!(owed.net.zh, "計入規費之繳費 300 元");
        assert_eq!(owed.outstanding.unwrap().zh, "應繳 500 元 − 淨入帳 300 元 = 200 元");
        let over = of(Funds::Overpaid);
        assert_eq!(over.net.en, "NT$600 paid and counted");
        assert_eq!(over.refundable.unwrap().zh, "淨入帳 600 元 − 應繳 300 元 = 300 元");
        let accepted = of(Funds::Accepted);
        assert_eq!((accepted.refundable, accepted.outstanding), (None, None));
        assert_eq!(of(Funds::Settled).net.zh, "計入規費之繳費 600 元 − 已退費 300 元 = 300 元");
    }

    #[test]
    fn sums_may_be_below_zero() {
        assert_eq!((grouped(-1_234), grouped(0), grouped(300)), ("-1,234".into(), "0".into(), "300".into()));
    }

    #[test]
    fn what_is_held_is_offered_with_the_amount_that_was_told() {
        let expected =
            Held { provider: Provider::EcpayAio, trade_no: testkit::samples::trade_no(1), amount: Twd(200) };
        assert_eq!(held(&ledger(Funds::InSuspense)), [expected]);
        assert!(held(&ledger(Funds::Overpaid)).is_empty());
    }
}
