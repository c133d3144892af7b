//! Setting out to pay (繳費): the attempt, and the way to the provider.
//!
//! The attempt is in the books before anybody is sent away. What becomes of it is told by the provider and
//! never by a browser that comes back.

use std::time::Duration;

use domain::case::Case;
use domain::command::Command;
use domain::event::{Event, Party, Request};
use domain::id::{CaseId, RequestId};
use domain::money::Twd;
use domain::payment::OrderNo;
use domain::payment::attempt::{self, Attempt};
use domain::payment::command::MoneyCommand;
use domain::payment::ledger::Posting;
use domain::rejection::Rejection;
use payment::{Account, At, Call, Order, Reply, Start, Unfit};
use platform::codec::order;
use platform::codec::people::Session;
use platform::commit::{self, Asked, unless_overtaken};
use platform::fault::Fault;
use platform::payments;
use platform::record::Record;
use platform::store::Attempts;
use web::trouble::Trouble;

use crate::money::Fate;
use crate::offers::{Way, offers};
use crate::{App, own};

/// What providers and payers read of the purpose: never anything that an applicant wrote.
const DESCRIPTION: &str = "臺北市政府規費";
/// How long a person waits for a provider, at most: the HTTP API gives up on us after 30 seconds.
const PATIENCE: Duration = Duration::from_secs(15);

/// What the applicant asks for. The amount is ours; the one they saw only must not be another.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    pub way: Way,
    pub seen: Option<Twd>,
}

/// Where the payer goes from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The browser posts these fields to the provider.
    Form { action: String, fields: Vec<(String, String)> },
    /// The provider's page.
    Page(String),
    /// Nowhere: the number to pay by.
    Bill(String),
}

/// An attempt that is in the books.
pub struct Begun {
    pub attempt: Attempt,
    pub next: Next,
    /// It was asked for before, under the same request id.
    pub replayed: bool,
}

/// Sets out to pay: the attempt is committed, and only then is the provider spoken to. Asking again under
/// the same id gives the same attempt and the same way on.
pub async fn begin(
    app: &App,
    session: &Session,
    case: CaseId,
    request: Request,
    wish: Wish,
) -> Result<Begun, Trouble> {
    let (attempt, replayed) = record(app, session, case, request, wish).await?;
    // A button pressed again days later: nobody is sent to pay by an order that has run out.
    if app.ambient.now() >= attempt.expires_at {
        return Err(Rejection::AttemptRanOut.into());
    }
    let next = start(app, case, &attempt).await?;
    Ok(Begun { attempt, next, replayed })
}

/// Puts the attempt into the books, once; `true` when it was there.
async fn record(
    app: &App,
    session: &Session,
    case: CaseId,
    request: Request,
    wish: Wish,
) -> Result<(Attempt, bool), Trouble> {
    let store = app.store.as_ref();
    let calendars = app.calendars.current(store, app.ambient.now()).await?;
    let asked = Asked { actor: session.as_applicant(), request, seen: None };
    let mut attempts = Attempts::default();
    loop {
        let loaded = own::load(app, session, case).await?;
        if loaded.case.requests.contains(&request.id) {
            let by = Party::Applicant(session.person);
            let record = commit::replayed(store, case, request, by).await?;
            let attempt = begun_by(&record, request.id);
            let attempt = attempt.ok_or_else(|| Fault::corrupt("a payment without its attempt"))?;
            return Ok((attempt, true));
        }
        let attempt = fitting(app, &loaded.case, wish).await?;
        let command = Command::Money(Box::new(MoneyCommand::Pay(attempt.clone())));
        let now = app.ambient.now();
        let done = commit::carry_out_on(store, &calendars, loaded, &asked, &command, now).await;
        if unless_overtaken(done)?.is_some() {
            return Ok((attempt, false));
        }
        attempts.overtaken()?;
    }
}

/// The attempt that the request `id` made.
fn begun_by(record: &Record, id: RequestId) -> Option<Attempt> {
    let recorded = record.events.iter().map(|chained| &chained.recorded);
    recorded.filter(|recorded| recorded.request.id == id).find_map(|recorded| match &recorded.event {
        Event::Money(posting) => match posting.as_ref() {
            Posting::Started(attempt) => Some(attempt.clone()),
            _ => None,
        },
        _ => None,
    })
}

/// A new attempt at what is outstanding, if the contracts offer it and the provider would take it: all of
/// that is found out before anything is written.
async fn fitting(app: &App, case: &Case, wish: Wish) -> Result<Attempt, Trouble> {
    let standing = case.ledger.standing();
    if !standing.status.owes() {
        return Err(Rejection::NothingToPay.into());
    }
    let outstanding = standing.outstanding();
    if wish.seen.is_some_and(|seen| seen != outstanding) {
        return Err(Rejection::AmountChanged { outstanding }.into());
    }
    let offers = offers(app, case).await?;
    let offer = offers.iter().find(|offer| offer.way == wish.way).ok_or(Rejection::NotOffered)?;
    let made_at = app.ambient.now();
    let attempt = Attempt {
        order_no: order_no(app),
        provider: wish.way.provider,
        merchant: offer.account.merchant().to_owned(),
        means: wish.way.means,
        amount: outstanding,
        made_at,
        expires_at: attempt::expiry(wish.way.means, made_at),
    };
    let urls = Urls::of(app, case.id, &attempt);
    offer.account.start(&urls.order(&attempt), at(app)).map_err(unfit)?;
    Ok(attempt)
}

/// Drawn and not derived: a request id that a program chose may be easy to guess, and an order number
/// must not be. The request that made an attempt is in the record, so asking again finds it.
fn order_no(app: &App) -> OrderNo {
    let [random @ .., _, _, _, _, _, _, _, _, _, _, _, _] = app.ambient.random();
    OrderNo::random(&random)
}

fn at(app: &App) -> At {
    let [nonce @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = app.ambient.random();
    At { now: app.ambient.now(), nonce }
}

fn unfit(unfit: Unfit) -> Trouble {
    Trouble::Rejected(match unfit {
        Unfit::Means { .. } => Rejection::NotOffered,
        Unfit::Amount { min, max } => Rejection::AmountNotTaken { min, max },
    })
}

/// Where the provider tells us what happened, and where it sends the browser.
struct Urls {
    callback: String,
    back: String,
}

impl Urls {
    fn of(app: &App, case: CaseId, attempt: &Attempt) -> Self {
        let (origin, provider, merchant) = (&app.origin, attempt.provider, &attempt.merchant);
        Self {
            callback: format!("{origin}/payments/{provider}/{merchant}/callback"),
            back: format!("{origin}/cases/{case}/paid"),
        }
    }

    fn order<'a>(&'a self, attempt: &'a Attempt) -> Order<'a> {
        Order {
            order_no: &attempt.order_no,
            amount: attempt.amount,
            means: attempt.means,
            description: DESCRIPTION,
            made_at: attempt.made_at,
            expires_at: attempt.expires_at,
            callback_url: &self.callback,
            return_url: &self.back,
            reference: None,
        }
    }
}

/// The account that an attempt in the books is with.
fn account<'a>(app: &'a App, attempt: &Attempt) -> Result<&'a Account, Fault> {
    let (provider, merchant) = (attempt.provider, &attempt.merchant);
    let account = app.accounts.get(provider, merchant);
    account.ok_or_else(|| Fault::Config(format!("no account {provider} {merchant}")))
}

/// Creates the order of an attempt at its provider.
async fn start(app: &App, case: CaseId, attempt: &Attempt) -> Result<Next, Trouble> {
    let (account, urls) = (account(app, attempt)?, Urls::of(app, case, attempt));
    let order = urls.order(attempt);
    match account.start(&order, at(app)).map_err(unfit)? {
        Start::Form { action, fields } => Ok(Next::Form { action, fields }),
        Start::Bill { number } => Ok(Next::Bill(number)),
        Start::Go { url, reference } => go(app, attempt, url, reference.as_deref()).await,
        Start::Call(call) => match page(app, attempt).await? {
            Some(page) => Ok(Next::Page(page)),
            None => create(app, account, &order, attempt, call).await,
        },
    }
}

/// Asks the provider to create the order. The attempt stays as it is when that fails: whether anybody
/// pays is asked about all the same.
async fn create(
    app: &App,
    account: &Account,
    order: &Order<'_>,
    attempt: &Attempt,
    call: Call,
) -> Result<Next, Trouble> {
    let call = Call { patience: call.patience.min(PATIENCE), ..call };
    let answered = match app.providers.call(call).await {
        Ok(reply) => started(account, order, &reply),
        Err(fault) => Err(fault.to_string()),
    };
    match answered {
        Ok(Start::Go { url, reference }) => go(app, attempt, url, reference.as_deref()).await,
        Ok(Start::Form { action, fields }) => Ok(Next::Form { action, fields }),
        Ok(Start::Bill { number }) => Ok(Next::Bill(number)),
        Ok(Start::Call(_)) => Err(unanswered(attempt, "one call is not enough")),
        // A second click may have been refused because the first was taken.
        Err(why) => match page(app, attempt).await? {
            Some(page) => Ok(Next::Page(page)),
            None => Err(unanswered(attempt, &why)),
        },
    }
}

fn started(account: &Account, order: &Order<'_>, reply: &Reply) -> Result<Start, String> {
    account.started(order, reply).map_err(|bad| format!("{bad} (HTTP {})", reply.status))
}

fn unanswered(attempt: &Attempt, why: &str) -> Trouble {
    tracing::warn!(provider = %attempt.provider, error = why, "a provider did not create an order");
    Trouble::Unanswered(attempt.provider)
}

/// The page to pay on, kept with the attempt before anybody goes there: without the provider's own id of
/// the order some of them cannot be asked what became of it.
async fn go(app: &App, attempt: &Attempt, url: String, reference: Option<&str>) -> Result<Next, Trouble> {
    let key = order::key(attempt);
    Ok(Next::Page(payments::created(app.store.as_ref(), &key, reference, &url).await?))
}

/// The page that the provider gave for an attempt, if it did.
async fn page(app: &App, attempt: &Attempt) -> Result<Option<String>, Fault> {
    let order = payments::order(app.store.as_ref(), order::key(attempt)).await?;
    Ok(order.and_then(|order| order.page))
}

/// An attempt that was made, and what the payer can do with it.
pub struct Tried {
    pub attempt: Attempt,
    pub fate: Fate,
    /// How it can be gone on with: the provider's page again, or the number of the bill. Nothing for a
    /// form, whose order number a provider takes once.
    pub next: Option<Next>,
    /// `false` when the provider did not answer, so that nobody was ever sent to pay it.
    pub began: bool,
}

impl Tried {
    /// Whether somebody who pays once more may pay twice.
    pub const fn may_still_be_paid(&self) -> bool {
        self.began && self.fate.may_still_be_paid()
    }
}

/// Every attempt at a case, newest first. One read more for each that a provider was asked to create and
/// whose fate is not known.
pub async fn tried(app: &App, case: &Case) -> Result<Vec<Tried>, Fault> {
    let (ledger, now) = (&case.ledger, app.ambient.now());
    let standing = ledger.standing();
    let mut tried = Vec::new();
    for attempt in ledger.attempts() {
        let fate = Fate::of(ledger, &standing, attempt, now);
        let (mut began, mut next) = (true, None);
        if fate.may_still_be_paid() {
            (began, next) = way_on(app, case.id, attempt).await?;
            next = next.filter(|_| now < attempt.expires_at);
        }
        tried.push(Tried { attempt: attempt.clone(), fate, next, began });
    }
    tried.reverse();
    Ok(tried)
}

/// Whether anybody could be sent to pay, and how they can go there again.
async fn way_on(app: &App, case: CaseId, attempt: &Attempt) -> Result<(bool, Option<Next>), Fault> {
    let Some(account) = app.accounts.get(attempt.provider, &attempt.merchant) else {
        return Ok((true, None));
    };
    let urls = Urls::of(app, case, attempt);
    Ok(match account.start(&urls.order(attempt), at(app)) {
        Ok(Start::Bill { number }) => (true, Some(Next::Bill(number))),
        Ok(Start::Go { url, .. }) => (true, Some(Next::Page(url))),
        Ok(Start::Form { .. }) | Err(_) => (true, None),
        Ok(Start::Call(_)) => {
            let page = page(app, attempt).await?;
            (page.is_some(), page.map(Next::Page))
        }
    })
}
