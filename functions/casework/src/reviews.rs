//! Joint review (會審) for an agency that is asked: the list of what it is asked, and the part of a case that
//! is forwarded to it. Proposals, money and internal words of the agency in charge stay there.

use std::sync::Arc;

use domain::access::{self, Officer};
use domain::case::Case;
use domain::clock::history::{End, Review};
use domain::event::{Event, Recorded};
use domain::id::{AgencyCode, CaseId};
use domain::item::ItemVersion;
use domain::joint_review::{Opinion, Task};
use domain::text::{Lang, Text};
use jiff::Timestamp;
use jiff::civil::Date;
use platform::codec::review::ReviewItem;
use platform::record::Record;
use platform::{catalogue, commit, reports};
use web::reading;
use web::trouble::Trouble;

use crate::App;
use crate::queue::Place;

/// What the officer's agency is asked to review, soonest due date first.
pub async fn list(
    app: &App,
    officer: &Officer,
    after: Option<Place>,
) -> Result<(Vec<ReviewItem>, Option<Place>), Trouble> {
    if !access::may_read_reviews(officer) {
        return Err(Trouble::Forbidden);
    }
    let after = after.map(|place| reports::reviews_after(&officer.agency, Some(place.due), place.case));
    let (items, next) = reports::reviews(app.store.as_ref(), &officer.agency, after).await?;
    let last = items.last().map(|item| Place { due: item.due.unwrap_or(Date::MAX), case: item.case.0 });
    Ok((items, next.and(last)))
}

/// What was said in one review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub question: String,
    pub answer: Option<Answered>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub opinion: Opinion,
    pub text: String,
    pub at: Timestamp,
}

/// The part of a case that an agency is asked about.
#[derive(Debug)]
pub struct Forwarded {
    pub record: Record,
    /// The item version the case was filed under.
    pub item: Option<Arc<ItemVersion>>,
    /// The latest that the agency was asked.
    pub review: Review,
    pub said: Said,
    /// The name of the agency in charge.
    pub in_charge: Text,
}

impl Forwarded {
    #[must_use]
    pub const fn case(&self) -> &Case {
        &self.record.loaded.case
    }
}

/// The case as it is forwarded to the officer's agency; to anybody else it does not exist. Its record, the
/// item version and the agency in charge: three reads at most.
pub async fn open(app: &App, officer: &Officer, id: CaseId) -> Result<Forwarded, Trouble> {
    let store = app.store.as_ref();
    let record = commit::record(store, id).await?.ok_or(Trouble::NotFound)?;
    let case = &record.loaded.case;
    reading::forwarded(officer, case)?;
    let review = case.latest_review(&officer.agency).cloned().ok_or(Trouble::NotFound)?;
    let said = said(&record, &review);
    let (item, in_charge) = tokio::try_join!(
        app.items.version(store, &case.item.code, case.item.version),
        catalogue::agency_name(store, &case.agency),
    )?;
    Ok(Forwarded { record, item, review, said, in_charge })
}

/// The question of `review` and its answer, as the record has them.
#[must_use]
pub fn said(record: &Record, review: &Review) -> Said {
    let agency = &review.reviewer.agency;
    let events = || record.events.iter().map(|chained| &chained.recorded);
    // One that had to wait for others was asked before it was sent.
    let before = events().filter(|recorded| recorded.id.seq <= review.asked);
    let question = before.rev().find_map(|recorded| asked(&recorded.event, agency));
    let answer = events().find_map(|recorded| answered(recorded, review));
    Said { question: question.unwrap_or_default(), answer }
}

/// What `event` asks `agency`.
#[must_use]
pub fn asked(event: &Event, agency: &AgencyCode) -> Option<String> {
    let Event::ReviewRequested { tasks, .. } = event else { return None };
    let to_agency = |task: &&Task| task.reviewer.agency == *agency;
    tasks.iter().find(to_agency).map(|task| task.question.clone())
}

fn answered(recorded: &Recorded, review: &Review) -> Option<Answered> {
    let Event::ReviewAnswered { opinion, text, .. } = &recorded.event else { return None };
    let ends_it = review.ended.is_some_and(|ended| ended.by == recorded.id.seq);
    ends_it.then(|| Answered { opinion: *opinion, text: text.clone(), at: recorded.at })
}

/// How far a review is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Others come first.
    ToCome,
    Open,
    Answered,
    Dropped,
}

impl Standing {
    #[must_use]
    pub fn of(review: &Review) -> Self {
        match review.ended.map(|ended| ended.how) {
            None => Self::Open,
            Some(End::Answered(_)) => Self::Answered,
            Some(End::Dropped) => Self::Dropped,
        }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ToCome => "to_come",
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Dropped => "dropped",
        }
    }
}

/// How far a review is, in words, and the class of its tag.
pub fn standing(review: &Review, lang: Lang) -> (String, &'static str) {
    match review.ended.map(|ended| ended.how) {
        None => (lang.pick("等候回復", "waiting for the answer").to_owned(), ""),
        Some(End::Answered(opinion)) => (opinion.text().pick(lang).to_owned(), "tag-good"),
        Some(End::Dropped) => (lang.pick("不再等候", "not waited for any more").to_owned(), "tag-warn"),
    }
}
