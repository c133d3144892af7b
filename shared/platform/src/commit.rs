//! How a case changes: load (1 read), decide (pure), commit (1 conditional transaction).

use domain::access::{self, Actor};
use domain::apply;
use domain::calendar::Calendars;
use domain::case::Case;
use domain::command::Command;
use domain::dates;
use domain::decide::decide;
use domain::event::{Event, Party, Recalculation, Recorded, Request};
use domain::id::{AgencyCode, CaseId, EventId, PersonId, RequestId, Version};
use domain::payment::command::MoneyCommand;
use domain::payment::ledger::Posting;
use domain::payment::refund::{RefundStep, Route};
use domain::rejection::Rejection;
use domain::text::Text;
use jiff::Timestamp;

use crate::audit;
use crate::calendars;
use crate::codec::case::{self, Loaded};
use crate::codec::event;
use crate::codec::row_type;
use crate::documents;
use crate::fault::Fault;
use crate::keys::{Key, Lookup};
use crate::payments;
use crate::ports::Store;
use crate::record::Record;
use crate::row::{Expect, Transaction, Written};
use crate::store::{self, Attempts, every_row};

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The caller must change something.
    #[error("rejected: {}", .0.code())]
    Rejected(Rejection),
    /// There is no such case.
    #[error("unknown case")]
    Unknown,
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// `None` for an attempt that somebody else overtook, to be counted by [`Attempts`].
pub fn unless_overtaken<T>(attempt: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match attempt {
        Err(Failure::Fault(Fault::Conflict)) => Ok(None),
        done => done.map(Some),
    }
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

/// A command that took effect, now or when it was sent before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub loaded: Loaded,
    /// The request had been carried out before; nothing was written this time.
    pub replayed: bool,
}

/// The case, or `None`. One read.
pub async fn load(store: &dyn Store, id: CaseId) -> Result<Option<Loaded>, Fault> {
    store.get(Key::Case(id)).await?.map(case::decode).transpose()
}

/// The case with all its events, or `None`. One read for all but very long cases.
pub async fn record(store: &dyn Store, id: CaseId) -> Result<Option<Record>, Fault> {
    let mut found = None;
    let mut events = Vec::new();
    for row in every_row(store, Lookup::Record(id)).await? {
        if row_type(&row) == Some(event::ROW) {
            events.push(event::decode(row)?);
        } else {
            found = Some(case::decode(row)?);
        }
    }
    Ok(found.map(|loaded| Record { loaded, events }))
}

/// An application about to become a case.
#[derive(Debug, Clone)]
pub struct Filing {
    /// The agency that receives it.
    pub agency: AgencyCode,
    pub person: PersonId,
    pub request: Request,
    pub event: Event,
}

/// Opens the case that `request` of `person` asks for. The id of the case follows from the request,
/// so sending it again meets the case it opened. One write, no read.
pub async fn open(
    store: &dyn Store,
    calendars: &Calendars,
    filing: Filing,
    also: Transaction,
    now: Timestamp,
) -> Result<Done, Failure> {
    let Filing { agency, person, request, event } = filing;
    let id = EventId { case: CaseId::of_request(person, request.id), seq: Version(1) };
    let recorded = Recorded { id, at: now, by: Party::Applicant(person), request, event, dates: None };
    let (case, recorded) = apply::advance(None, recorded, calendars.of(&agency)).map_err(Fault::corrupt)?;
    let (event_row, head) = event::encode(&recorded, audit::GENESIS)?;
    let loaded = Loaded { case, head };
    let mut transaction = Transaction::default()
        .put(Key::Case(id.case), case::encode(&loaded)?, Expect::Absent)
        .put(Key::Event(id), event_row, Expect::Absent);
    transaction.writes.extend(also.writes);
    match store::write(store, &transaction).await? {
        Written::Done => Ok(Done { loaded, replayed: false }),
        Written::Refused { index: 0, existing: Some(row) } => {
            let loaded = case::decode(row)?;
            replayed(store, loaded.case.id, request, Party::Applicant(person)).await.map(again)
        }
        Written::Refused { .. } => Err(Fault::Conflict.into()),
    }
}

/// Who asks for a command, and on what footing.
#[derive(Debug, Clone)]
pub struct Asked {
    pub actor: Actor,
    pub request: Request,
    /// The version of the case the caller saw; `None` for callers that do not look (timers).
    pub seen: Option<Version>,
}

/// Carries out `command` on case `id`: one read and one write.
pub async fn carry_out(
    store: &dyn Store,
    calendars: &Calendars,
    id: CaseId,
    asked: &Asked,
    command: &Command,
    now: Timestamp,
) -> Result<Done, Failure> {
    let mut attempts = Attempts::default();
    loop {
        let loaded = load(store, id).await?.ok_or(Failure::Unknown)?;
        let done = carry_out_on(store, calendars, loaded, asked, command, now).await;
        if let Some(done) = unless_overtaken(done)? {
            return Ok(done);
        }
        attempts.overtaken()?;
    }
}

/// What reads the clock of a case again when the calendar changed: the same edition on the same
/// version of the case makes the same request.
#[must_use]
pub fn recalculation(loaded: &Loaded, calendars: &Calendars, cause: Text) -> (Asked, Command) {
    let number = loaded.case.id.to_string();
    let (edition, version) = (calendars.edition.to_be_bytes(), loaded.case.version.0.to_be_bytes());
    let id = RequestId::derived(&[b"recalculate", number.as_bytes(), &edition, &version]);
    let asked = Asked { actor: Actor::System, request: Request { id, digest: [0; 32] }, seen: None };
    (asked, Command::Recalculate(Box::new(Recalculation::by(cause))))
}

/// The event that brings a case up to date whose dates the calendar moved since they were written: it
/// goes before whatever happens to the case next, so that no date moves that nobody is told of.
async fn catch_up(
    store: &dyn Store,
    calendars: &Calendars,
    loaded: &Loaded,
) -> Result<Option<(Asked, Command)>, Failure> {
    let case = &loaded.case;
    let moved = || dates::of(case, calendars.of(&case.agency)).moved_from(&case.dates);
    if case.state.is_ended() || case.dates.calendar == calendars.of(&case.agency).version() || !moved() {
        return Ok(None);
    }
    let latest = calendars::changes(store, 1).await?.into_iter().next();
    let why = latest.map_or_else(
        || Text::new("辦公日曆表已更新", "the office calendar was changed"),
        |changed| changed.change.cause,
    );
    Ok(Some(recalculation(loaded, calendars, why)))
}

/// Carries out `command` on a case just read. `Fault::Conflict` when it has been changed since.
pub async fn carry_out_on(
    store: &dyn Store,
    known: &Calendars,
    loaded: Loaded,
    asked: &Asked,
    command: &Command,
    now: Timestamp,
) -> Result<Done, Failure> {
    carry_out_with(store, known, loaded, asked, command, Transaction::default(), now).await
}

/// The same, together with the writes of `also`. `Fault::Conflict` too when one of them is refused.
pub async fn carry_out_with(
    store: &dyn Store,
    known: &Calendars,
    loaded: Loaded,
    asked: &Asked,
    command: &Command,
    also: Transaction,
    now: Timestamp,
) -> Result<Done, Failure> {
    if loaded.case.requests.contains(&asked.request.id) {
        return replayed(store, loaded.case.id, asked.request, asked.actor.party()).await.map(again);
    }
    // Before anything of the case is told, its version included.
    let action = command.action();
    if !access::allowed(&asked.actor, &loaded.case, action) {
        return Err(Rejection::Forbidden { action }.into());
    }
    let current = loaded.case.version;
    if asked.seen.is_some_and(|seen| !loaded.case.is_current(seen)) {
        return Err(Rejection::StaleVersion { current }.into());
    }
    if let Command::Money(money) = command
        && let MoneyCommand::RecordPayout { refund, .. } = **money
        && payments::is_being_asked(store, &loaded.case, refund).await?
    {
        return Err(Rejection::RefundUnderWay { refund }.into());
    }
    // Whoever wrote the case last knew a newer calendar than this process does.
    let read;
    let calendars = if loaded.case.dates.edition > known.edition {
        read = calendars::calendars(store).await?;
        &read
    } else {
        known
    };
    let catch_up = match command {
        Command::Recalculate(_) => None,
        _ => catch_up(store, calendars, &loaded).await?,
    };
    let mut unwritten = Unwritten { seen: current, loaded, events: also };
    if let Some((asked, command)) = catch_up {
        unwritten = unwritten.decided(calendars, &asked, &command, now)?;
    }
    let loaded = unwritten.decided(calendars, asked, command, now)?.written(store).await?;
    Ok(Done { loaded, replayed: false })
}

/// A case with events that have been decided on and not yet written: they are, together, or none is.
struct Unwritten {
    /// The version the store has.
    seen: Version,
    loaded: Loaded,
    events: Transaction,
}

impl Unwritten {
    fn decided(
        self,
        calendars: &Calendars,
        asked: &Asked,
        command: &Command,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let Self { seen, loaded: Loaded { case, head }, events } = self;
        let calendar = calendars.of(&case.agency);
        let event = decide(&case, &asked.actor, command.clone(), now, calendar)?;
        let id = EventId { case: case.id, seq: case.version.next() };
        let recorded =
            Recorded { id, at: now, by: asked.actor.party(), request: asked.request, event, dates: None };
        // Whoever has the case from now on may be closed on other days.
        let calendar = match &recorded.event {
            Event::Rerouted { agency, .. } => calendars.of(agency),
            _ => calendar,
        };
        let (case, recorded) = apply::advance(Some(case), recorded, calendar).map_err(Fault::corrupt)?;
        let (row, head) = event::encode(&recorded, head)?;
        let mut events = events.put(Key::Event(id), row, Expect::Absent);
        events.writes.extend(beside(&case, &recorded, now)?.writes);
        Ok(Self { seen, loaded: Loaded { case, head }, events })
    }

    async fn written(self, store: &dyn Store) -> Result<Loaded, Failure> {
        let Self { seen, loaded, events } = self;
        let mut transaction = Transaction::default().put(
            Key::Case(loaded.case.id),
            case::encode(&loaded)?,
            Expect::Version(seen.0),
        );
        transaction.writes.extend(events.writes);
        match store.write(transaction).await? {
            Written::Done => Ok(loaded),
            Written::Refused { .. } => Err(Fault::Conflict.into()),
        }
    }
}

/// What stands beside the case in the same transaction as the event: for the providers to be asked by, the
/// attempt to pay that it begins or the refund that it sends; for whoever verifies it, the document it issues.
fn beside(case: &Case, recorded: &Recorded, now: Timestamp) -> Result<Transaction, Fault> {
    let Event::Money(posting) = &recorded.event else {
        return documents::beside(case, recorded.id, &recorded.event);
    };
    match posting.as_ref() {
        Posting::Started(attempt) => payments::begun(case.id, attempt.clone()),
        Posting::Refund { refund, step: RefundStep::Submitted(Route::Provider) } => {
            payments::sent(case, *refund, now)
        }
        _ => Ok(Transaction::default()),
    }
}

/// The record of a case that has already seen `request`: of the same one, of the same person, so that it
/// is answered as before; another one with the same id is refused.
pub async fn replayed(
    store: &dyn Store,
    case: CaseId,
    request: Request,
    by: Party,
) -> Result<Record, Failure> {
    let record = record(store, case).await?.ok_or(Failure::Unknown)?;
    let same =
        record.events.iter().any(|chained| chained.recorded.request == request && chained.recorded.by == by);
    if same { Ok(record) } else { Err(Rejection::RequestReused.into()) }
}

fn again(record: Record) -> Done {
    Done { loaded: record.loaded, replayed: true }
}
