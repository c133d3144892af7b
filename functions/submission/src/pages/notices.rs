//! `GET /notices` and `GET /cases/{case}/notices/{notice}`: what the person was told, and one notice in full.

use askama::Template;
use domain::text::Text;
use mailing::letter::{self, Letter};
use platform::codec::notice::Notice;
use web::frame::Frame;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::visitor::Visitor;

use crate::own::Place;
use crate::{App, notices};

/// A notice in a list.
pub struct NoticeLine {
    pub href: String,
    pub subject: String,
    pub at: String,
    pub case: String,
    pub service: String,
    pub is_new: bool,
    pub is_returned: bool,
}

impl NoticeLine {
    pub fn of(app: &App, notice: &Notice, frame: &Frame) -> Self {
        let case = notice.id.event.case;
        Self {
            href: format!("/cases/{case}/notices/{}", notice.id),
            subject: written(app, notice, frame).subject,
            at: frame.instant(&notice.owed_since),
            case: case.to_string(),
            service: frame.pick(&notice.item).to_owned(),
            is_new: notice.opened_at.is_none(),
            is_returned: notice.delivery.stage.is_returned(),
        }
    }
}

/// In the language of the page, which need not be that of the mail; what an officer wrote stays as it was written.
fn written(app: &App, notice: &Notice, frame: &Frame) -> Letter {
    letter::write(&Notice { lang: frame.lang, ..notice.clone() }, &app.origin)
}

#[derive(Template)]
#[template(path = "notices.html")]
struct NoticesPage {
    frame: Frame,
    lines: Vec<NoticeLine>,
    /// Whether a mail came back, and what it said was not read since.
    returned: bool,
    /// Where those of older cases are; empty when there are none.
    older: String,
}

/// `GET /notices`.
pub async fn list(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let session = visitor.session()?;
    let frame = Frame::new(incoming, visitor, &Text::new("我的通知", "My notices"));
    let after: Option<Place> = incoming.query_as("after")?;
    let (found, next) = notices::of_person(app, session, after).await?;
    let lines: Vec<NoticeLine> = found.iter().map(|notice| NoticeLine::of(app, notice, &frame)).collect();
    let returned = found.iter().any(Notice::waits_for_staff);
    let older = next.map(|place| format!("/notices?after={place}")).unwrap_or_default();
    respond::page(&NoticesPage { frame, lines, returned, older })
}

#[derive(Template)]
#[template(path = "notice.html")]
struct NoticePage {
    frame: Frame,
    letter: Letter,
    case: String,
    at: String,
    opened: String,
    returned: bool,
}

/// `GET /cases/{case}/notices/{notice}`: once it was shown, it has arrived.
pub async fn show(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let session = visitor.session()?;
    let (case, id) = (incoming.param("case")?, incoming.param("notice")?);
    let mut notice = notices::one(app, session, case, id).await?;
    // What a browser fetches ahead, nobody has read.
    if incoming.is_shown() {
        notice = notices::open(app, notice).await?;
    }
    let mut frame = Frame::new(incoming, visitor, &Text::new("通知", "Notice"));
    let letter = written(app, &notice, &frame);
    frame.title.clone_from(&letter.subject);
    respond::page(&NoticePage {
        letter,
        case: case.to_string(),
        at: frame.instant(&notice.owed_since),
        opened: notice.opened_at.map(|at| frame.instant(&at)).unwrap_or_default(),
        returned: notice.delivery.stage.is_returned(),
        frame,
    })
}
