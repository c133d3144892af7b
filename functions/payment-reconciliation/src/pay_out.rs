//! Asking a provider to pay money back. At most once: what came of a call that was cut off is for the
//! provider's word, or for a cashier, to say; asking again could pay twice.

use domain::payment::ledger::Source;
use domain::payment::refund::number_at_provider;
use domain::payment::{RefundState, Word};
use jiff::SignedDuration;
use payment::{Refund, Reply};
use platform::codec::order::{Heard, Payout, key};
use platform::fault::Fault;
use platform::{payments, telemetry};

use crate::App;
use crate::inquire::{self, Answer};

pub(crate) async fn send(app: &App, payout: Payout) -> Result<(), Fault> {
    if payout.tried {
        return unknown(app, payout).await;
    }
    let now = app.ambient.now();
    let account = inquire::account(app, &payout.attempt)?;
    // Should this process be killed, the next that finds the row knows that it was tried.
    let soon = now.checked_add(SignedDuration::from_mins(15)).map_err(Fault::corrupt)?;
    let claimed = Payout { tried: true, ask_at: Some(soon), ..payout };
    if !payments::replace_payout(&*app.store, claimed.clone()).await? {
        return Ok(());
    }
    let claimed = Payout { version: claimed.version + 1, ..claimed };
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
    let answer = match account.refund(&refund, at) {
        // Whoever sent it was told that there is a way back; there is none.
        None => {
            let word =
                Word::Refunded { refund: number.clone(), amount: claimed.amount, state: RefundState::Failed };
            Answer::Said(word, Reply { status: 0, body: Vec::new() })
        }
        Some(first) => {
            match inquire::steps(app, first, |step, reply| account.refunded(&refund, step, reply, at)).await {
                Ok(answer) => answer,
                Err(fault) => {
                    tracing::error!(case = %claimed.case, error = %fault, "a refund was cut off");
                    return unknown(app, claimed).await;
                }
            }
        }
    };
    match answer {
        Answer::Said(word, reply) => {
            let order = key(&claimed.attempt);
            let heard = Heard { order, word, source: Source::Query, at: now, key: None, raw: reply.body };
            payments::hear(&*app.store, &heard).await?;
            payments::replace_payout(&*app.store, Payout { ask_at: None, ..claimed }).await?;
        }
        // The provider did nothing and says when it will: it may be asked again.
        Answer::Wait(wait) => {
            let ask_at = Some(now.checked_add(wait).map_err(Fault::corrupt)?);
            payments::replace_payout(&*app.store, Payout { tried: false, ask_at, ..claimed }).await?;
        }
        // Under way: the provider's word comes by callback, or a cashier looks.
        Answer::NotYet => return unknown(app, claimed).await,
    }
    Ok(())
}

/// Nobody knows what came of it: a cashier looks at the provider and records it.
async fn unknown(app: &App, payout: Payout) -> Result<(), Fault> {
    tracing::error!(case = %payout.case, refund = payout.refund, "what came of a refund is not known");
    telemetry::count(&*app.ambient, "payment-reconciliation", "RefundsUnknown", 1);
    payments::replace_payout(&*app.store, Payout { ask_at: None, ..payout }).await.map(|_| ())
}
