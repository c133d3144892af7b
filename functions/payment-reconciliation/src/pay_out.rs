//! Asking a provider to pay money back. At most once: what came of a call that was cut off is for the
//! provider's word, or for a cashier, to say; asking again could pay twice.

use domain::payment::refund::number_at_provider;
use domain::payment::{RefundState, Word};
use jiff::{SignedDuration, Timestamp};
use payment::{Refund, Reply, Step};
use platform::codec::order::{Payout, key};
use platform::fault::Fault;
use platform::{commit, payments, telemetry};

use crate::App;
use crate::inquire::{self, Answer};

/// How long a payout is held by the process that asks for it; killed, another takes it up then.
const HELD: SignedDuration = SignedDuration::from_mins(15);
/// How long it is tried to find out what was given back before, and waited until more can be: after that,
/// people look.
const PATIENCE: SignedDuration = SignedDuration::from_hours(3 * 24);

pub(crate) async fn send(app: &App, payout: Payout) -> Result<(), Fault> {
    if payout.tried {
        return unknown(app, payout).await;
    }
    let now = app.ambient.now();
    let is_over = now.duration_since(payout.sent_at) > PATIENCE;
    if let Some(until) = inquire::held_off(app, &payout.attempt, now).await?
        && !is_over
    {
        return until_then(app, payout, until).await;
    }
    let Some(claimed) = claim(app, payout, now).await? else { return Ok(()) };
    match look(app, &claimed, now).await {
        Ok(Answer::Moves(step)) if is_covered(app, &claimed).await? => pay(app, claimed, step, now).await,
        // Between the officer's word and now the money went another way.
        Ok(Answer::Moves(_)) => {
            tracing::error!(case = %claimed.case, refund = claimed.refund, "a refund is no longer covered");
            fail(app, claimed, now).await
        }
        Ok(answer @ Answer::Said(..)) => end(app, claimed, answer, now).await,
        _ if is_over => {
            tracing::error!(case = %claimed.case, "a refund could not be made in days");
            unknown(app, claimed).await
        }
        Ok(answer) => end(app, claimed, answer, now).await,
        // Only a look so far. Another does no harm.
        Err(fault) => Err(fault),
    }
}

/// What the provider says before anything is paid: as a rule, which step is to pay.
async fn look(app: &App, payout: &Payout, now: Timestamp) -> Result<Answer, Fault> {
    let (account, at) = (inquire::account(app, &payout.attempt)?, inquire::at(app, now));
    let number = number(payout);
    let refund = refund(payout, &number);
    match account.refund(&refund, at) {
        // Whoever sent it was told that there is a way back; there is none.
        None => Ok(Answer::Said(failed(payout), Reply { status: 0, body: Vec::new() })),
        Some(first) if first.moves_money => Ok(Answer::Moves(first)),
        Some(first) => {
            inquire::steps(app, first, |step, reply| account.refunded(&refund, step, reply, at)).await
        }
    }
}

/// Whether the case has the money that was promised: it may have been charged back meanwhile.
async fn is_covered(app: &App, payout: &Payout) -> Result<bool, Fault> {
    let loaded = commit::load(&*app.store, payout.case).await?;
    Ok(loaded.is_some_and(|loaded| loaded.case.ledger.standing().surplus >= 0))
}

/// Takes the steps that pay: more than one can be needed, to take back the capture and then the
/// authorisation.
async fn pay(app: &App, payout: Payout, first: Step, now: Timestamp) -> Result<(), Fault> {
    let (account, at) = (inquire::account(app, &payout.attempt)?, inquire::at(app, now));
    let number = number(&payout);
    let (mut held, mut answer) = (payout.clone(), Answer::Moves(first));
    let refund = refund(&payout, &number);
    while let Answer::Moves(step) = answer {
        let Some(tried) = claim(app, Payout { tried: true, ..held }, now).await? else { return Ok(()) };
        held = tried;
        let steps = inquire::steps(app, step, |step, reply| account.refunded(&refund, step, reply, at));
        answer = match steps.await {
            Ok(answer) => answer,
            Err(fault) => {
                tracing::error!(case = %held.case, error = %fault, "a refund was cut off");
                return unknown(app, held).await;
            }
        };
    }
    end(app, held, answer, now).await
}

async fn end(app: &App, payout: Payout, answer: Answer, now: Timestamp) -> Result<(), Fault> {
    match answer {
        Answer::Said(word, reply) => hear(app, payout, word, reply.body, now).await,
        // The provider did nothing and says when it will: it may be asked again.
        Answer::Wait(wait) => until_then(app, payout, inquire::after(now, wait)?).await,
        Answer::HoldOff(wait) => {
            let until = inquire::hold_off(app, &payout.attempt, now, wait).await?;
            until_then(app, payout, until).await
        }
        // Under way: the provider's word comes by callback, or a cashier looks.
        Answer::NotYet | Answer::UnderWay | Answer::Moves(_) => unknown(app, payout).await,
    }
}

fn number(payout: &Payout) -> String {
    number_at_provider(&payout.attempt.order_no, payout.refund)
}

fn refund<'a>(payout: &'a Payout, number: &'a str) -> Refund<'a> {
    Refund {
        order: inquire::payment_order(&payout.attempt, None),
        trade_no: &payout.trade_no,
        amount: payout.amount,
        paid: payout.paid,
        before: payout.before,
        refund_no: number,
    }
}

/// The provider did nothing: it is asked again at `until`.
async fn until_then(app: &App, payout: Payout, until: Timestamp) -> Result<(), Fault> {
    let again = Payout { tried: false, ask_at: Some(until), ..payout };
    payments::replace_payout(&*app.store, again).await.map(|_| ())
}

/// Takes the payout for this process alone; `None` when another has it.
async fn claim(app: &App, payout: Payout, now: Timestamp) -> Result<Option<Payout>, Fault> {
    let ask_at = Some(now.checked_add(HELD).map_err(Fault::corrupt)?);
    let claimed = Payout { ask_at, ..payout };
    let taken = payments::replace_payout(&*app.store, claimed.clone()).await?;
    Ok(taken.then(|| Payout { version: claimed.version + 1, ..claimed }))
}

fn failed(payout: &Payout) -> Word {
    Word::Refunded { refund: number(payout), amount: payout.amount, state: RefundState::Failed }
}

/// Nothing was paid, and nothing will be.
async fn fail(app: &App, payout: Payout, now: Timestamp) -> Result<(), Fault> {
    let word = failed(&payout);
    hear(app, payout, word, Vec::new(), now).await
}

/// Keeps what the provider said, and asks no more.
async fn hear(app: &App, payout: Payout, word: Word, raw: Vec<u8>, at: Timestamp) -> Result<(), Fault> {
    payments::hear(&*app.store, &inquire::learned(key(&payout.attempt), word, raw, at)).await?;
    payments::replace_payout(&*app.store, Payout { ask_at: None, ..payout }).await.map(|_| ())
}

/// Nobody knows what came of it: a cashier looks at the provider and records it.
async fn unknown(app: &App, payout: Payout) -> Result<(), Fault> {
    tracing::error!(case = %payout.case, refund = payout.refund, "what came of a refund is not known");
    telemetry::count(&*app.ambient, "payment-reconciliation", "RefundsUnknown", 1);
    payments::replace_payout(&*app.store, Payout { ask_at: None, ..payout }).await.map(|_| ())
}
