//! What becomes known of notices: that one was served otherwise than by mail (送達紀錄), and what became of the one
//! that tells the result.

use jiff::Timestamp;

use super::{bounded, optional};
use crate::case::Case;
use crate::ending::Word;
use crate::event::Event;
use crate::personal::Personal;
use crate::rejection::Rejection;
use crate::service::{MAX_NUMBER, Means, NoticePlace, Notified, Request, Service};
use crate::taipei;

/// In every state: a decision is served after the case has ended.
pub(super) fn record(request: Request, now: Timestamp) -> Result<Event, Rejection> {
    let Request { of, service: Service { means, on, number, note } } = request;
    let Notified { notice, owed_on, posted } = of.ok_or(Rejection::NoSuchNotice)?;
    if on > taipei::day_of(now) {
        return Err(Rejection::InTheFuture(on));
    }
    if on < owed_on {
        return Err(Rejection::ServedBeforeNotice(owed_on));
    }
    let number = match means {
        Means::Posted => postal(&number).ok_or(Rejection::PostalNumber { max: MAX_NUMBER })?,
        // Nothing else comes back, and what was served otherwise since stays served.
        Means::CameBack => {
            let number = postal(&number);
            posted.filter(|posted| Some(posted) == number.as_ref()).ok_or(Rejection::NotPosted)?
        }
        Means::HandedOver if number.trim().is_empty() => String::new(),
        // Who gives a number means the post.
        Means::HandedOver => return Err(Rejection::NotPosted),
    };
    let note = Personal::new(optional(note.reveal())?);
    Ok(Event::NoticeServed { notice, service: Service { means, on, number, note } })
}

/// Only what was not known changes anything, and only of the notice of the result.
pub(super) fn hear(case: &Case, notice: NoticePlace, word: Word) -> Result<Event, Rejection> {
    if !case.is_news(notice, word) {
        return Err(Rejection::NothingChanges);
    }
    Ok(Event::NoticeHeard { notice, word })
}

/// The number of a posted item: Latin letters, digits, and what stands between them.
fn postal(number: &str) -> Option<String> {
    let number = bounded(number, u16::try_from(MAX_NUMBER).unwrap_or(u16::MAX))?;
    let plain = number.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-'));
    (plain && number.chars().any(|c| c.is_ascii_digit())).then_some(number)
}
