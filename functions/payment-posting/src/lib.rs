//! Posts what providers said to the case it is about: receipt, clock and timeline follow from the event
//! that this makes, in the same transaction. A word can come from the queue any number of times.

use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::access::Actor;
use domain::command::Command;
use domain::payment::Word;
use domain::payment::command::MoneyCommand;
use domain::payment::standing::Flag;
use domain::rejection::Rejection;
use jiff::SignedDuration;
use platform::calendars::CalendarCache;
use platform::codec::order::{Heard, Order};
use platform::commit::{self, Asked, Done, Failure};
use platform::fault::Fault;
use platform::keys::HeardId;
use platform::ports::{Ambient, Store};
use platform::{batch, payments, telemetry};

pub struct App {
    pub store: Arc<dyn Store>,
    pub ambient: Arc<dyn Ambient>,
    pub calendars: CalendarCache,
}

/// How many words of a batch are posted at a time.
const WIDTH: usize = 8;
/// How long a word waits whose order is not known: an attempt is there before its provider knows of it,
/// so only people, or a restored table, can change that.
const UNMATCHED_WAIT: SignedDuration = SignedDuration::from_hours(24);

/// A batch of words, each by its key.
pub async fn handle(app: &App, event: SqsEvent) -> SqsBatchResponse {
    batch::queue(event, WIDTH, async |body| post(app, &body).await).await
}

async fn post(app: &App, body: &str) -> Result<(), Fault> {
    let store = &*app.store;
    let id = HeardId::of_message(body).ok_or_else(|| Fault::corrupt("a message that names no word"))?;
    let heard = payments::heard(store, id.clone()).await?;
    let heard = heard.ok_or_else(|| Fault::corrupt("a word that was never written"))?;
    if !heard.concerns_case() {
        // Kept, and of no consequence: the stream brings it all the same.
        return Ok(());
    }
    let order = payments::order(store, id.order.clone()).await?;
    let number = heard.order.order_no.parse().ok();
    let (Some(order), Some(order_no)) = (order, number) else { return unmatched(app, &heard).await };
    let command = MoneyCommand::Hear {
        provider: heard.order.provider,
        order_no,
        word: heard.word.clone(),
        source: heard.source,
    };
    let asked = Asked { actor: Actor::System, request: heard.request(), seen: None };
    let now = app.ambient.now();
    let calendars = app.calendars.current(store, now).await?;
    let command = Command::Money(Box::new(command));
    match commit::carry_out(store, &calendars, order.case, &asked, &command, now).await {
        Ok(done) => {
            tell(app, &heard, &done);
            settle(app, &order, &done).await?;
        }
        // The same had come another way.
        Err(Failure::Rejected(Rejection::NothingChanges)) => {}
        Err(Failure::Rejected(rejection)) => {
            return Err(Fault::Corrupt(format!("a case refused money: {}", rejection.code())));
        }
        Err(Failure::Unknown) => return Err(Fault::corrupt("an attempt without a case")),
        Err(Failure::Fault(fault)) => return Err(fault),
    }
    payments::posted(store, id).await
}

/// Money for an order that is none of ours, or words about one: kept, told to people, and looked at again
/// once a day. It is never dropped.
async fn unmatched(app: &App, heard: &Heard) -> Result<(), Fault> {
    tracing::error!(provider = %heard.order.provider, "a word about an order that is not known");
    telemetry::count(&*app.ambient, "payment-posting", "UnmatchedPayments", 1);
    let again = app.ambient.now().checked_add(UNMATCHED_WAIT).map_err(Fault::corrupt)?;
    payments::postpone(&*app.store, heard, again).await
}

/// The fate of the attempt is known once its payment is in the books: nobody asks any more.
async fn settle(app: &App, order: &Order, done: &Done) -> Result<(), Fault> {
    let known = done.loaded.case.ledger.is_settled(&order.attempt.order_no);
    if known && order.ask_at.is_some() {
        // Whoever wrote it meanwhile will find the same when they ask next.
        payments::replace(&*app.store, Order { ask_at: None, ..order.clone() }).await?;
    }
    Ok(())
}

/// What operators hear of.
fn tell(app: &App, heard: &Heard, done: &Done) {
    let flags = done.loaded.case.ledger.standing().flags;
    let case = done.loaded.case.id;
    match &heard.word {
        Word::Paid(receipt) if receipt.simulated => {
            tracing::error!(%case, "a test payment was announced and not posted");
            telemetry::count(&*app.ambient, "payment-posting", "SimulatedPayments", 1);
        }
        Word::Paid(_) => {
            tracing::info!(%case, source = heard.source.code(), "posted a payment");
            telemetry::count(&*app.ambient, "payment-posting", "PaymentsPosted", 1);
        }
        Word::Unclear { .. } => {
            tracing::error!(%case, "an authentic word that cannot be understood");
            telemetry::count(&*app.ambient, "payment-posting", "UnclearPayments", 1);
        }
        _ => {}
    }
    if flags.contains(&Flag::AmountMismatch) || flags.contains(&Flag::ConflictingReceipts) {
        tracing::warn!(%case, "money in suspense");
        telemetry::count(&*app.ambient, "payment-posting", "PaymentsInSuspense", 1);
    }
}
