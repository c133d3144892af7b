//! The applicant's notices in the window (系統內通知): always there, whatever became of the mail. Opening one is
//! evidence that it arrived.

use domain::delivery::Stage;
use domain::id::{CaseId, NoticeId};
use domain::notice_tag::NoticeTag;
use futures_util::future::try_join_all;
use platform::codec::notice::Notice;
use platform::codec::people::Session;
use platform::notices::{self, Entry};
use platform::{reports, results};
use web::trouble::Trouble;

use crate::own::Place;
use crate::{App, own};

/// Whether it is one of this person, and was not withheld because there was nothing to remind of any more.
fn is_own(notice: &Notice, session: &Session) -> bool {
    notice.is_to_applicant(session.person) && notice.delivery.stage != Stage::Moot
}

/// Those of a case of this person, newest first. One query.
pub async fn of_case(app: &App, session: &Session, case: CaseId) -> Result<Vec<Notice>, Trouble> {
    let all = notices::of_case(app.store.as_ref(), case).await?;
    Ok(all.into_iter().rev().filter(|notice| is_own(notice, session)).collect())
}

/// Those of a stretch of the person's cases, the newest notice first, and where the stretch after it begins: a query
/// of the list, and one of each case.
pub async fn of_person(
    app: &App,
    session: &Session,
    after: Option<Place>,
) -> Result<(Vec<Notice>, Option<Place>), Trouble> {
    let after = after.map(|place| place.cursor(session.person));
    let cases = reports::mine(app.store.as_ref(), session.person, after).await?;
    let next = cases.next.as_ref().and(cases.items.last()).map(Place::of);
    let of_each = cases.items.iter().map(|item| of_case(app, session, item.case.0));
    let mut found: Vec<Notice> = try_join_all(of_each).await?.into_iter().flatten().collect();
    found.sort_by_key(|notice| std::cmp::Reverse(notice.owed_since));
    Ok((found, next))
}

/// A notice of a case of this person; to anybody else it does not exist. Two reads.
pub async fn one(app: &App, session: &Session, case: CaseId, id: NoticeId) -> Result<Notice, Trouble> {
    own::load(app, session, case).await?;
    if id.event.case != case {
        return Err(Trouble::NotFound);
    }
    match notices::load(app.store.as_ref(), &NoticeTag::Case(id)).await? {
        Some(Entry::Case(notice)) if is_own(&notice, session) => Ok(*notice),
        _ => Err(Trouble::NotFound),
    }
}

/// It was opened now: the first time is kept, and the case is told where it is the notice of its result.
pub async fn open(app: &App, notice: Notice) -> Result<Notice, Trouble> {
    if notice.opened_at.is_some() {
        return Ok(notice);
    }
    let (store, now) = (app.store.as_ref(), app.ambient.now());
    let opened = results::At { store, calendars: &app.calendars, now }.open(notice.id).await?;
    opened.ok_or(Trouble::NotFound)
}
