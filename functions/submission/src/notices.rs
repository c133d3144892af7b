//! The applicant's notices in the window (系統內通知): always there, whatever became of the mail. Opening one is
//! evidence that it arrived.

use domain::id::{CaseId, NoticeId};
use futures_util::future::try_join_all;
use platform::codec::case::WorkItem;
use platform::codec::notice::Notice;
use platform::codec::people::Session;
use platform::{notices, reports};
use web::trouble::Trouble;

use crate::{App, own};

/// Of how many cases, the newest, the list has the notices.
pub const MAX_CASES: usize = 20;

fn is_own(notice: &Notice, session: &Session) -> bool {
    !notice.to_staff && notice.recipient == session.person
}

/// Those of a case of this person, newest first. One query.
pub async fn of_case(app: &App, session: &Session, case: CaseId) -> Result<Vec<Notice>, Trouble> {
    let all = notices::of_case(app.store.as_ref(), case).await?;
    Ok(all.into_iter().rev().filter(|notice| is_own(notice, session)).collect())
}

/// Those of the person's newest cases, each with its case, newest first: a query of the list, and one of each case.
pub async fn of_person(app: &App, session: &Session) -> Result<Vec<(WorkItem, Notice)>, Trouble> {
    let cases = reports::mine(app.store.as_ref(), session.person, None).await?;
    let of_each = cases.items.into_iter().take(MAX_CASES).map(async |item| {
        let own = of_case(app, session, item.case.0).await?;
        Ok::<_, Trouble>(own.into_iter().map(move |notice| (item.clone(), notice)).collect::<Vec<_>>())
    });
    let mut found: Vec<(WorkItem, Notice)> = try_join_all(of_each).await?.into_iter().flatten().collect();
    found.sort_by_key(|(_, notice)| std::cmp::Reverse(notice.owed_since));
    Ok(found)
}

/// A notice of a case of this person; to anybody else it does not exist. Two reads.
pub async fn one(app: &App, session: &Session, case: CaseId, id: NoticeId) -> Result<Notice, Trouble> {
    own::load(app, session, case).await?;
    if id.event.case != case {
        return Err(Trouble::NotFound);
    }
    let notice = notices::of_case(app.store.as_ref(), case).await?.into_iter().find(|notice| notice.id == id);
    notice.filter(|notice| is_own(notice, session)).ok_or(Trouble::NotFound)
}

/// It was opened now: the first time is kept.
pub async fn open(app: &App, notice: Notice) -> Result<Notice, Trouble> {
    if notice.opened_at.is_some() {
        return Ok(notice);
    }
    let opened = notices::open(app.store.as_ref(), notice.id, app.ambient.now()).await?;
    opened.ok_or(Trouble::NotFound)
}
