//! Asking what became of an attempt to pay.

use std::time::Duration;

use domain::access::Actor;
use domain::command::Command;
use domain::event::Request;
use domain::id::RequestId;
use domain::payment::Word;
use domain::payment::attempt::Attempt;
use domain::payment::command::MoneyCommand;
use domain::payment::ledger::Source;
use domain::rejection::Rejection;
use jiff::{SignedDuration, Timestamp};
use payment::{Account, At, Reply, Step, Stepped};
use platform::codec::order::{Heard, Order};
use platform::commit::{self, Asked, Failure};
use platform::fault::Fault;
use platform::keys::OrderKey;
use platform::{payments, telemetry};

use crate::App;

/// When a provider that did not answer is asked again.
const RETRY: SignedDuration = SignedDuration::from_mins(5);
/// Most steps of one question: no provider needs more than four.
const MAX_STEPS: usize = 6;

/// What the provider answered in the end.
pub(crate) enum Answer {
    Said(Word, Reply),
    /// Nobody has paid.
    NotYet,
    UnderWay,
    Wait(SignedDuration),
    HoldOff(SignedDuration),
    /// The next step may move money: it is for the caller to see that it still should.
    Moves(Step),
}

/// Asks about one attempt: one write that claims it until the next time, the question, one write of what
/// was said. Killed anywhere, it is asked again.
pub(crate) async fn ask(app: &App, order: Order) -> Result<(), Fault> {
    let now = app.ambient.now();
    if let Some(until) = held_off(app, &order.attempt, now).await? {
        return until_then(app, order, until).await;
    }
    let next = order.attempt.ask_after(now);
    let claimed = Order { ask_at: Some(next), ..order };
    if !payments::replace(&*app.store, claimed.clone()).await? {
        return Ok(());
    }
    let claimed = Order { version: claimed.version + 1, ..claimed };
    match answer(app, &claimed, now).await {
        Ok(Answer::Said(word, reply)) => heard(app, claimed, word, reply, now).await,
        Ok(Answer::NotYet) => give_up_if_over(app, claimed, now).await,
        // However late it is: the next word may be that it is paid.
        Ok(Answer::UnderWay) => Ok(()),
        // Money would have come that nobody owes any more.
        Ok(Answer::Moves(step)) => {
            tracing::info!(case = %claimed.case, step = step.name, "left alone: the case owes nothing");
            give_up_if_over(app, claimed, now).await
        }
        Ok(Answer::Wait(wait)) => until_then(app, claimed, after(now, wait)?).await,
        Ok(Answer::HoldOff(wait)) => {
            let until = hold_off(app, &claimed.attempt, now, wait).await?;
            until_then(app, claimed, until).await
        }
        Err(fault) => {
            telemetry::count(&*app.ambient, "payment-reconciliation", "ProvidersSilent", 1);
            tracing::warn!(provider = %claimed.attempt.provider, error = %fault, "the provider did not answer");
            // Before the next planned time, if that is far.
            let retry = after(now, RETRY)?;
            if next > retry { until_then(app, claimed, retry).await } else { Ok(()) }
        }
    }
}

async fn heard(app: &App, order: Order, word: Word, reply: Reply, now: Timestamp) -> Result<(), Fault> {
    let paid = matches!(&word, Word::Paid(receipt) if !receipt.simulated);
    let new = keep(app, &order, word, reply, now).await?;
    match (paid, new) {
        (false, _) => give_up_if_over(app, order, now).await,
        // It will be posted, and the attempt settled with it.
        (true, true) => Ok(()),
        (true, false) => settle_if_posted(app, order).await,
    }
}

pub(crate) fn after(now: Timestamp, wait: SignedDuration) -> Result<Timestamp, Fault> {
    now.checked_add(wait).map_err(Fault::corrupt)
}

async fn until_then(app: &App, order: Order, until: Timestamp) -> Result<(), Fault> {
    payments::replace(&*app.store, Order { ask_at: Some(until), ..order }).await.map(|_| ())
}

/// Until when nothing is asked of the attempt's provider.
pub(crate) async fn held_off(
    app: &App,
    attempt: &Attempt,
    now: Timestamp,
) -> Result<Option<Timestamp>, Fault> {
    payments::held_off(&*app.store, attempt.provider, &attempt.merchant, now).await
}

/// The provider answered that we ask too often: nothing is asked of it until then.
pub(crate) async fn hold_off(
    app: &App,
    attempt: &Attempt,
    now: Timestamp,
    wait: SignedDuration,
) -> Result<Timestamp, Fault> {
    let until = after(now, wait)?;
    tracing::warn!(provider = %attempt.provider, %until, "the provider wants to be left alone");
    payments::hold_off(&*app.store, attempt.provider, &attempt.merchant, until).await?;
    Ok(until)
}

async fn answer(app: &App, order: &Order, now: Timestamp) -> Result<Answer, Fault> {
    let account = account(app, &order.attempt)?;
    let question = question(order);
    let at = at(app, now);
    let learn = |step: &'static str, reply: &Reply| account.learn(&question, step, reply, at);
    // The provider cannot be asked: its callbacks and files are all there is.
    let Some(first) = account.ask(&question, at) else { return Ok(Answer::NotYet) };
    match steps(app, first, learn).await? {
        Answer::Moves(step) if owes(app, order).await? => steps(app, step, learn).await,
        answer => Ok(answer),
    }
}

/// Whether the case still owes as much as the attempt would bring.
async fn owes(app: &App, order: &Order) -> Result<bool, Fault> {
    let loaded = commit::load(&*app.store, order.case).await?;
    Ok(loaded.is_some_and(|loaded| loaded.case.ledger.standing().outstanding() >= order.attempt.amount))
}

pub(crate) fn at(app: &App, now: Timestamp) -> At {
    let [nonce @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = app.ambient.random();
    At { now, nonce }
}

fn question(order: &Order) -> payment::Order<'_> {
    payment_order(&order.attempt, order.reference.as_deref())
}

/// An order as a provider is asked about it: nobody is sent anywhere.
pub(crate) fn payment_order<'a>(attempt: &'a Attempt, reference: Option<&'a str>) -> payment::Order<'a> {
    payment::Order {
        order_no: &attempt.order_no,
        amount: attempt.amount,
        means: attempt.means,
        description: "",
        made_at: attempt.made_at,
        expires_at: attempt.expires_at,
        callback_url: "",
        return_url: "",
        reference,
    }
}

/// Goes through the steps of a question, up to one that may move money, unless that is the first.
pub(crate) async fn steps(
    app: &App,
    first: Step,
    learn: impl Fn(&'static str, &Reply) -> Result<Stepped, payment::NotUnderstood>,
) -> Result<Answer, Fault> {
    let mut step = first;
    for _ in 0..MAX_STEPS {
        let reply = app.providers.call(step.call).await?;
        match learn(step.name, &reply).map_err(|bad| Fault::Transient(bad.to_string()))? {
            Stepped::Said(word) => return Ok(Answer::Said(word, reply)),
            Stepped::NotYet => return Ok(Answer::NotYet),
            Stepped::UnderWay => return Ok(Answer::UnderWay),
            Stepped::Wait(wait) => return Ok(Answer::Wait(signed(wait)?)),
            Stepped::HoldOff(wait) => return Ok(Answer::HoldOff(signed(wait)?)),
            Stepped::Then(next) if next.moves_money => return Ok(Answer::Moves(next)),
            Stepped::Then(next) => step = next,
        }
    }
    Err(Fault::Transient("too many steps".to_owned()))
}

fn signed(wait: Duration) -> Result<SignedDuration, Fault> {
    wait.try_into().map_err(Fault::corrupt)
}

/// A word that was given to a question of ours: no signature proves it, the call does.
pub(crate) const fn learned(order: OrderKey, word: Word, raw: Vec<u8>, at: Timestamp) -> Heard {
    Heard { order, word, source: Source::Query, at, key: None, headers: Vec::new(), raw }
}

/// Keeps what was learned; `false` when it had been heard before.
async fn keep(app: &App, order: &Order, word: Word, reply: Reply, now: Timestamp) -> Result<bool, Fault> {
    let heard = learned(order.key(), word, reply.body, now);
    let new = payments::hear(&*app.store, &heard).await?;
    if new {
        tracing::info!(provider = %order.attempt.provider, "learned by asking");
        telemetry::count(&*app.ambient, "payment-reconciliation", "LearnedByAsking", 1);
    }
    Ok(new)
}

/// Its payment was heard before. Once it is in the books nobody needs to ask, even if whoever posted it
/// could not say so: somebody else was writing the row.
async fn settle_if_posted(app: &App, order: Order) -> Result<(), Fault> {
    let loaded = commit::load(&*app.store, order.case).await?;
    if loaded.is_some_and(|loaded| loaded.case.ledger.is_settled(&order.attempt.order_no)) {
        payments::replace(&*app.store, Order { ask_at: None, ..order }).await?;
    }
    Ok(())
}

/// Once no notice can be in transit any more, and the provider says that nobody paid, the attempt has run
/// out: that is recorded in its case, and only then is it asked about no longer.
async fn give_up_if_over(app: &App, order: Order, now: Timestamp) -> Result<(), Fault> {
    if now < order.attempt.settles_at() {
        return Ok(());
    }
    let order_no = order.attempt.order_no.clone();
    let id = RequestId::derived(&[b"attempt ran out", order_no.as_str().as_bytes()]);
    let asked = Asked { actor: Actor::System, request: Request { id, digest: [0; 32] }, seen: None };
    let command = Command::Money(Box::new(MoneyCommand::Expire { order_no }));
    let calendars = app.calendars.current(&*app.store, now).await?;
    match commit::carry_out(&*app.store, &calendars, order.case, &asked, &command, now).await {
        // Or its payment was posted meanwhile.
        Ok(_) | Err(Failure::Rejected(Rejection::NothingChanges)) => {}
        Err(Failure::Rejected(rejection)) => {
            return Err(Fault::Corrupt(format!("an attempt could not run out: {}", rejection.code())));
        }
        Err(Failure::Unknown) => return Err(Fault::corrupt("an attempt without a case")),
        Err(Failure::Fault(fault)) => return Err(fault),
    }
    payments::replace(&*app.store, Order { ask_at: None, ..order }).await.map(|_| ())
}

/// The account that an order is with.
pub(crate) fn account<'a>(app: &'a App, attempt: &Attempt) -> Result<&'a Account, Fault> {
    let found = app.accounts.get(attempt.provider, &attempt.merchant);
    found.ok_or_else(|| Fault::Config(format!("no account {} {}", attempt.provider, attempt.merchant)))
}
