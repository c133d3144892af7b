//! What the payer does on the page, the bank over night, and a tester at the desk.

use super::notice::{Draft, Notice, Progress, When, Word, drafts};
use super::order::{Means, Order, Provider, Refusal, State, Trade};
use super::orders::Changed;
use super::{Sandbox, numbers};
use crate::ambient;

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Pays by these means; unsaid, by the number if one was issued and else by card.
    Pay(Option<Means>),
    /// Has a number issued.
    Issue(Means),
    /// Tries a card that is declined.
    Fail,
    /// Leaves without paying.
    Close,
    /// Has the last notice sent again.
    Resend,
    /// The bank works for a day.
    BankDay,
}

/// An order, by its provider and number.
pub type Key<'a> = (Provider, &'a str);

impl Sandbox {
    /// Does it, and sees to the notices that follow.
    pub fn act(&self, key: Key<'_>, action: Action) -> anyhow::Result<Changed<()>> {
        let (now, now_ms) = (self.clock.now(), ambient::now().as_millisecond());
        let changed = match action {
            Action::Pay(means) => self.orders.change(key, |order| pay(order, means, now, now_ms)),
            Action::Issue(means) => self.orders.change(key, |order| issue(order, means, now, now_ms)),
            Action::Fail => self.orders.change(key, |order| fail(order, now, now_ms)),
            Action::Close => self.orders.change(key, |order| {
                order.can_end()?;
                order.state = State::Closed;
                Ok(((), Vec::new()))
            }),
            Action::Resend => {
                let Some(story) = self.orders.story(key.0, key.1)? else { return Ok(Changed::Unknown) };
                self.orders.change(key, |order| resend(order, &story.notices, now_ms))
            }
            Action::BankDay => self.orders.change(key, bank_day),
        }?;
        self.wake.notify_one();
        Ok(changed)
    }
}

type Done = Result<((), Vec<Draft>), Refusal>;

/// Where the merchant wants to hear a word; empty where it does not, or the provider never says it.
fn callback<'a>(order: &'a Order, word: &Word) -> &'a str {
    match (order.provider, word) {
        (Provider::EcpayAio, Word::Issued) => order.asked("PaymentInfoURL"),
        (Provider::EcpayAio, _) => order.asked("ReturnURL"),
        // Numbers are shown in the browser alone.
        (Provider::NewebpayMpg, Word::Issued) => "",
        (Provider::NewebpayMpg, _) => order.asked("NotifyURL"),
    }
}

fn told(order: &Order, word: Word, now_ms: i64) -> Vec<Draft> {
    let url = callback(order, &word).to_owned();
    drafts(order, word, &url, now_ms)
}

fn pay(order: &mut Order, wanted: Option<Means>, now: i64, now_ms: i64) -> Done {
    let means = order.means_of_payment(wanted, now)?;
    // 藍新 has no such button.
    let simulated = order.misbehave.simulate && order.provider == Provider::EcpayAio;
    let mut trades = vec![trade(order, order.trade_no.clone(), means, now)];
    if order.misbehave.double_charge {
        trades.push(trade(order, numbers::trade_no(order.provider, now), means, now));
    }
    let mut notices: Vec<Draft> =
        trades.iter().flat_map(|trade| told(order, Word::paid(trade, simulated), now_ms)).collect();
    if order.misbehave.fail_after_success {
        let failed = told(order, Word::Failed { means, at: now }, now_ms).into_iter();
        let after = |when| if when == When::Never { When::Never } else { When::AfterFirst };
        notices.extend(failed.map(|draft| Draft { when: after(draft.when), ..draft }));
    }
    if !simulated {
        order.state = State::Paid;
        order.trades.extend(trades);
    }
    Ok(((), notices))
}

fn trade(order: &Order, trade_no: String, means: Means, now: i64) -> Trade {
    let card = (means == Means::Card).then(numbers::card);
    Trade { trade_no, means, amount: order.amount, paid_at: now, card }
}

fn issue(order: &mut Order, means: Means, now: i64, now_ms: i64) -> Done {
    order.can_issue(means)?;
    order.number = Some(numbers::number(order, means, now));
    order.state = State::Issued;
    Ok(((), told(order, Word::Issued, now_ms)))
}

fn fail(order: &mut Order, now: i64, now_ms: i64) -> Done {
    order.can_end()?;
    order.means_of_payment(Some(Means::Card), now)?;
    order.state = State::Failed;
    let notices = match order.provider {
        Provider::EcpayAio => told(order, Word::Failed { means: Means::Card, at: now }, now_ms),
        // 藍新 notifies of payments; a declined card is told in the browser.
        Provider::NewebpayMpg => Vec::new(),
    };
    Ok(((), notices))
}

/// The notices of the payment, or else of the number, once more and as they should be.
fn resend(order: &Order, sent: &[(i64, Notice)], now_ms: i64) -> Done {
    let is_paid = |notice: &Notice| matches!(notice.word, Word::Paid { .. });
    let paid = sent.iter().any(|(_, notice)| is_paid(notice));
    let mut again: Vec<Notice> = Vec::new();
    for (_, notice) in sent.iter().filter(|(_, notice)| is_paid(notice) == paid) {
        if again.iter().all(|other| other.word != notice.word) {
            again.push(Notice {
                amount: order.amount,
                forged: false,
                repeats: true,
                progress: Progress::Waiting,
                attempts: Vec::new(),
                ..notice.clone()
            });
        }
    }
    if again.is_empty() {
        return Err(Refusal("尚無通知可再送", "there is no notice to send again"));
    }
    let due = |notice| Draft { notice, when: When::At(now_ms) };
    Ok(((), again.into_iter().map(due).collect()))
}

fn bank_day(order: &mut Order) -> Done {
    let mut cards = order.trades.iter_mut().filter_map(|trade| trade.card.as_mut()).peekable();
    if cards.peek().is_none() {
        return Err(Refusal("不是已付款的信用卡訂單", "this order was not paid by card"));
    }
    cards.for_each(super::card::Card::bank_day);
    Ok(((), Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::misbehaviour::Misbehaviour;
    use crate::sandbox::order::tests::order as plain;

    fn order(provider: Provider, misbehave: Misbehaviour) -> Order {
        let mut order = Order { misbehave, ..plain(provider) };
        for name in ["ReturnURL", "PaymentInfoURL", "NotifyURL"] {
            order.request.insert(name.to_owned(), format!("http://localhost:1/{name}"));
        }
        order
    }

    fn words(done: Done) -> Vec<(&'static str, String, When)> {
        let drafts = done.unwrap().1.into_iter();
        drafts.map(|draft| (draft.notice.word.code(), draft.notice.url, draft.when)).collect()
    }

    #[test]
    fn each_word_goes_where_its_provider_sends_it() {
        let told = |provider, act: fn(&mut Order) -> Done| {
            let told = words(act(&mut order(provider, Misbehaviour::default())));
            told.into_iter().map(|(word, url, _)| format!("{word} {url}")).collect::<Vec<_>>()
        };
        let (ecpay, newebpay) = (Provider::EcpayAio, Provider::NewebpayMpg);
        assert_eq!(told(ecpay, |order| pay(order, None, 0, 0)), ["paid http://localhost:1/ReturnURL"]);
        assert_eq!(told(newebpay, |order| pay(order, None, 0, 0)), ["paid http://localhost:1/NotifyURL"]);
        let issued = |order: &mut Order| issue(order, Means::Atm, 0, 0);
        assert_eq!(told(ecpay, issued), ["issued http://localhost:1/PaymentInfoURL"]);
        assert!(told(newebpay, issued).is_empty());
        assert_eq!(told(ecpay, |order| fail(order, 0, 0)), ["failed http://localhost:1/ReturnURL"]);
        assert!(told(newebpay, |order| fail(order, 0, 0)).is_empty());
    }

    #[test]
    fn a_paid_order_cannot_be_paid_again_and_a_failed_one_can() {
        let mut order = order(Provider::EcpayAio, Misbehaviour::default());
        fail(&mut order, 0, 0).unwrap();
        assert_eq!(order.state, State::Failed);
        pay(&mut order, None, 7, 0).unwrap();
        assert_eq!((order.state, order.trades.len(), order.trades[0].paid_at), (State::Paid, 1, 7));
        assert_eq!(order.trades[0].trade_no, order.trade_no);
        assert!(pay(&mut order, None, 8, 0).is_err());
        assert!(fail(&mut order, 8, 0).is_err());
    }

    #[test]
    fn a_double_charge_has_two_trade_numbers() {
        let twice = Misbehaviour { double_charge: true, ..Misbehaviour::default() };
        let mut order = order(Provider::NewebpayMpg, twice);
        assert_eq!(pay(&mut order, None, 0, 0).unwrap().1.len(), 2);
        assert_eq!(order.trades.iter().map(|trade| trade.amount).collect::<Vec<_>>(), [300, 300]);
        assert_ne!(order.trades[0].trade_no, order.trades[1].trade_no);
    }

    #[test]
    fn a_simulated_payment_moves_no_money() {
        let simulate = Misbehaviour { simulate: true, ..Misbehaviour::default() };
        let mut ecpay = order(Provider::EcpayAio, simulate.clone());
        assert_eq!(words(pay(&mut ecpay, None, 0, 0))[0].0, "simulated");
        assert_eq!((ecpay.state, ecpay.trades.len()), (State::Opened, 0));
        let mut newebpay = order(Provider::NewebpayMpg, simulate);
        assert_eq!(words(pay(&mut newebpay, None, 0, 0))[0].0, "paid");
    }

    #[test]
    fn failure_follows_success() {
        let fail = Misbehaviour { fail_after_success: true, ..Misbehaviour::default() };
        let told = words(pay(&mut order(Provider::EcpayAio, fail.clone()), None, 0, 5));
        assert_eq!(
            told.iter().map(|(word, _, when)| (*word, *when)).collect::<Vec<_>>(),
            [("paid", When::At(5)), ("failed", When::AfterFirst)]
        );
        let lost = Misbehaviour { drop: true, ..fail };
        let told = words(pay(&mut order(Provider::EcpayAio, lost), None, 0, 5));
        assert!(told.iter().all(|(_, _, when)| *when == When::Never));
    }

    #[test]
    fn the_notice_sent_again_is_a_good_one() {
        let bad = Misbehaviour {
            tamper_amount: true,
            tamper_signature: true,
            duplicate: 1,
            ..Misbehaviour::default()
        };
        let mut order = order(Provider::EcpayAio, bad);
        assert!(resend(&order, &[], 0).is_err());
        issue(&mut order, Means::Atm, 0, 0).unwrap();
        let drafts = pay(&mut order, None, 0, 0).unwrap().1;
        let sent: Vec<(i64, Notice)> = drafts.into_iter().map(|draft| (0, draft.notice)).collect();
        assert_eq!(sent.len(), 2);
        let again = resend(&order, &sent, 9).unwrap().1;
        let Draft { notice, when } = &again[0];
        assert_eq!((again.len(), *when), (1, When::At(9)));
        assert_eq!(
            (notice.word.code(), notice.amount, notice.forged, notice.repeats),
            ("paid", 300, false, true)
        );
    }
}
