//! Asking a provider to pay money back. At most once: what came of a call that was cut off is for the
//! provider's word, or for a cashier, to say; asking again could pay twice.

use domain::money::Twd;
use domain::payment::ledger::Source;
use domain::payment::refund::number_at_provider;
use domain::payment::{RefundState, Word};
use jiff::{SignedDuration, Timestamp};
use payment::Refund;
use platform::codec::order::{Heard, Payout, key};
use platform::fault::Fault;
use platform::{payments, telemetry};

use crate::App;
use crate::inquire::{self, Answer};

/// How long a payout is held by the process that asks for it; killed, another takes it up then.
const HELD: SignedDuration = SignedDuration::from_mins(15);

pub(crate) async fn send(app: &App, payout: Payout) -> Result<(), Fault> {
    if payout.tried {
        return unknown(app, payout).await;
    }
    let now = app.ambient.now();
    let account = inquire::account(app, &payout.attempt)?;
    let Some(claimed) = claim(app, payout, now).await? else { return Ok(()) };
    let number = number_at_provider(&claimed.attempt.order_no, claimed.refund);
    let refund = Refund {
        order: inquire::payment_order(&claimed.attempt, None),
        trade_no: &claimed.trade_no,
        amount: claimed.amount,
        paid: claimed.paid,
        before: claimed.before,
        refund_no: &number,
    };
    let at = inquire::at(app, now);
    let steps = |first| inquire::steps(app, first, |step, reply| account.refunded(&refund, step, reply, at));
    let mut held = claimed.clone();
    let mut answer = match account.refund(&refund, at) {
        // Whoever sent it was told that there is a way back; there is none.
        None => return hear(app, held, failed(&number, claimed.amount), Vec::new(), now).await,
        Some(first) if first.pays_back => Answer::PaysBack(first),
        // Only a look so far. Should it fail, another look does no harm.
        Some(first) => steps(first).await?,
    };
    // More than one step can be one that pays: taking back the capture, and then the authorisation.
    while let Answer::PaysBack(step) = answer {
        let Some(tried) = claim(app, Payout { tried: true, ..held }, now).await? else { return Ok(()) };
        held = tried;
        answer = match steps(step).await {
            Ok(answer) => answer,
            Err(fault) => {
                tracing::error!(case = %held.case, error = %fault, "a refund was cut off");
                return unknown(app, held).await;
            }
        };
    }
    match answer {
        Answer::Said(word, reply) => hear(app, held, word, reply.body, now).await,
        // The provider did nothing and says when it will: it may be asked again.
        Answer::Wait(wait) => {
            let ask_at = Some(now.checked_add(wait).map_err(Fault::corrupt)?);
            payments::replace_payout(&*app.store, Payout { tried: false, ask_at, ..held }).await?;
            Ok(())
        }
        // Under way: the provider's word comes by callback, or a cashier looks.
        Answer::NotYet | Answer::PaysBack(_) => unknown(app, held).await,
    }
}

/// Takes the payout for this process alone; `None` when another has it.
async fn claim(app: &App, payout: Payout, now: Timestamp) -> Result<Option<Payout>, Fault> {
    let ask_at = Some(now.checked_add(HELD).map_err(Fault::corrupt)?);
    let claimed = Payout { ask_at, ..payout };
    let taken = payments::replace_payout(&*app.store, claimed.clone()).await?;
    Ok(taken.then(|| Payout { version: claimed.version + 1, ..claimed }))
}

fn failed(number: &str, amount: Twd) -> Word {
    Word::Refunded { refund: number.to_owned(), amount, state: RefundState::Failed }
}

/// Keeps what the provider said, and asks no more.
async fn hear(app: &App, payout: Payout, word: Word, raw: Vec<u8>, at: Timestamp) -> Result<(), Fault> {
    let order = key(&payout.attempt);
    let heard = Heard { order, word, source: Source::Query, at, key: None, raw };
    payments::hear(&*app.store, &heard).await?;
    payments::replace_payout(&*app.store, Payout { ask_at: None, ..payout }).await.map(|_| ())
}

/// Nobody knows what came of it: a cashier looks at the provider and records it.
async fn unknown(app: &App, payout: Payout) -> Result<(), Fault> {
    tracing::error!(case = %payout.case, refund = payout.refund, "what came of a refund is not known");
    telemetry::count(&*app.ambient, "payment-reconciliation", "RefundsUnknown", 1);
    payments::replace_payout(&*app.store, Payout { ask_at: None, ..payout }).await.map(|_| ())
}
