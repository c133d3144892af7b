//! Asking what became of an attempt to pay.

use domain::access::Actor;
use domain::command::Command;
use domain::event::Request;
use domain::id::RequestId;
use domain::payment::Word;
use domain::payment::command::MoneyCommand;
use domain::payment::ledger::Source;
use domain::rejection::Rejection;
use jiff::{SignedDuration, Timestamp};
use payment::{Account, At, Reply, Step, Stepped};
use platform::codec::order::{Heard, Order};
use platform::commit::{self, Asked, Failure};
use platform::fault::Fault;
use platform::{payments, telemetry};

use crate::App;

/// When a provider that did not answer is asked again.
const RETRY: SignedDuration = SignedDuration::from_mins(5);
/// Most steps of one question: no provider needs more than four.
const MAX_STEPS: usize = 6;

/// What the provider answered in the end.
pub(crate) enum Answer {
    Said(Word, Reply),
    NotYet,
    Wait(SignedDuration),
    /// The next step may pay money back: it is for the caller to see that it is made once.
    PaysBack(Step),
}

/// Asks about one attempt: one write that claims it until the next time, the question, one write of what
/// was said. Killed anywhere, it is asked again.
pub(crate) async fn ask(app: &App, order: Order) -> Result<(), Fault> {
    let now = app.ambient.now();
    let next = order.attempt.ask_after(now);
    let claimed = Order { ask_at: Some(next), ..order };
    if !payments::replace(&*app.store, claimed.clone()).await? {
        return Ok(());
    }
    let claimed = Order { version: claimed.version + 1, ..claimed };
    match answer(app, &claimed, now).await {
        Ok(Answer::Said(word, reply)) => {
            let paid = matches!(&word, Word::Paid(receipt) if !receipt.simulated);
            let new = keep(app, &claimed, word, reply, now).await?;
            match (paid, new) {
                (false, _) => give_up_if_over(app, claimed, now).await,
                // It will be posted, and the attempt settled with it.
                (true, true) => Ok(()),
                (true, false) => settle_if_posted(app, claimed).await,
            }
        }
        // No question pays anything back.
        Ok(Answer::NotYet | Answer::PaysBack(_)) => give_up_if_over(app, claimed, now).await,
        Ok(Answer::Wait(wait)) => again(app, claimed, now, wait).await,
        Err(fault) => {
            telemetry::count(&*app.ambient, "payment-reconciliation", "ProvidersSilent", 1);
            tracing::warn!(provider = %claimed.attempt.provider, error = %fault, "the provider did not answer");
            // Before the next planned time, if that is far.
            if next.duration_since(now) > RETRY { again(app, claimed, now, RETRY).await } else { Ok(()) }
        }
    }
}

async fn again(app: &App, order: Order, now: Timestamp, wait: SignedDuration) -> Result<(), Fault> {
    let ask_at = Some(now.checked_add(wait).map_err(Fault::corrupt)?);
    payments::replace(&*app.store, Order { ask_at, ..order }).await.map(|_| ())
}

async fn answer(app: &App, order: &Order, now: Timestamp) -> Result<Answer, Fault> {
    let attempt = &order.attempt;
    let account = app.accounts.get(attempt.provider, &attempt.merchant);
    let Some(account) = account else {
        return Err(Fault::Config(format!("no account {} {}", attempt.provider, attempt.merchant)));
    };
    let question = question(order);
    let at = at(app, now);
    match account.ask(&question, at) {
        // The provider cannot be asked: its callbacks and files are all there is.
        None => Ok(Answer::NotYet),
        Some(first) => steps(app, first, |step, reply| account.learn(&question, step, reply, at)).await,
    }
}

pub(crate) fn at(app: &App, now: Timestamp) -> At {
    let [nonce @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = app.ambient.random();
    At { now, nonce }
}

fn question(order: &Order) -> payment::Order<'_> {
    payment_order(&order.attempt, order.reference.as_deref())
}

/// An order as a provider is asked about it: nobody is sent anywhere.
pub(crate) fn payment_order<'a>(
    attempt: &'a domain::payment::attempt::Attempt,
    reference: Option<&'a str>,
) -> payment::Order<'a> {
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

/// Goes through the steps of a question, up to one that may pay money back, unless that is the first.
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
            Stepped::Wait(wait) => {
                return Ok(Answer::Wait(SignedDuration::try_from(wait).map_err(Fault::corrupt)?));
            }
            Stepped::Then(next) if next.pays_back => return Ok(Answer::PaysBack(next)),
            Stepped::Then(next) => step = next,
        }
    }
    Err(Fault::Transient("too many steps".to_owned()))
}

/// Keeps what was learned; `false` when it had been heard before.
async fn keep(app: &App, order: &Order, word: Word, reply: Reply, now: Timestamp) -> Result<bool, Fault> {
    let heard =
        Heard { order: order.key(), word, source: Source::Query, at: now, key: None, raw: reply.body };
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
pub(crate) fn account<'a>(
    app: &'a App,
    attempt: &domain::payment::attempt::Attempt,
) -> Result<&'a Account, Fault> {
    let found = app.accounts.get(attempt.provider, &attempt.merchant);
    found.ok_or_else(|| Fault::Config(format!("no account {} {}", attempt.provider, attempt.merchant)))
}
