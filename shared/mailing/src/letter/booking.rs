//! What is said of bookings.

use domain::booking::{Appointment, BookingNoticeKind};
use domain::taipei;
use domain::text::{Lang, Text};
use platform::codec::booking_notice::BookingNotice;

use super::Letter;

/// Writes the letter of `notice`; links lead below `origin`.
#[must_use]
pub fn write(notice: &BookingNotice, origin: &str) -> Letter {
    let lang = notice.lang;
    let (subject, body) = wording(notice.kind);
    let mut paragraphs = vec![body.pick(lang).to_owned()];
    paragraphs.extend(
        notice.cause.as_ref().map(|cause| format!("{}{}", lang.pick("事由：", "Why: "), cause.pick(lang))),
    );
    let fact = |zh: &str, en: &str, value: String| (lang.pick(zh, en).to_owned(), value);
    let mut facts = vec![fact("辦理項目", "Service", notice.item.pick(lang).to_owned())];
    facts.extend(notice.before.as_ref().map(|before| fact("原時段", "Before", time(before, lang))));
    facts.push(fact("時段", "Time", time(&notice.appointment, lang)));
    facts.push(fact("地點", "Place", place(&notice.appointment, lang)));
    if stands(notice.kind) {
        facts.push(fact("報到碼", "Check-in code", notice.code.to_string()));
    }
    Letter {
        lang,
        subject: format!("{} {}", subject.pick(lang), notice.item.pick(lang)),
        salutation: match lang {
            Lang::ZhHant => format!("{} 您好：", notice.name.reveal()),
            Lang::En => format!("Dear {},", notice.name.reveal()),
        },
        paragraphs,
        facts,
        see: Text::new("查閱預約", "See the booking"),
        link: format!("{origin}/bookings/{}", notice.id.booking),
        reference: notice.id.to_string(),
    }
}

fn time(appointment: &Appointment, lang: Lang) -> String {
    format!("{} {}", taipei::shown(appointment.slot.day, lang), appointment.slot.shown())
}

fn place(appointment: &Appointment, lang: Lang) -> String {
    format!(
        "{}{}{}{}",
        appointment.name.pick(lang),
        lang.pick("（", " ("),
        appointment.address.pick(lang),
        lang.pick("）", ")")
    )
}

/// Whether somebody is expected after it.
const fn stands(kind: BookingNoticeKind) -> bool {
    match kind {
        BookingNoticeKind::Booked | BookingNoticeKind::Changed | BookingNoticeKind::Moved => true,
        BookingNoticeKind::Cancelled | BookingNoticeKind::CalledOff => false,
    }
}

/// Subject and first paragraph of each kind.
fn wording(kind: BookingNoticeKind) -> (Text, Text) {
    match kind {
        BookingNoticeKind::Booked => (
            Text::new("【臺北市單一窗口】預約成立", "[Taipei Single Window] Booked"),
            Text::new(
                "您的臨櫃時段已預約成立，請攜帶應備證件準時報到。不能前來時，請於時段開始前變更或取消。",
                "Your time at the counter is booked. Bring your documents and be on time; if you cannot come, change or cancel it before it begins.",
            ),
        ),
        BookingNoticeKind::Changed => (
            Text::new("【臺北市單一窗口】預約已變更", "[Taipei Single Window] Booking changed"),
            Text::new(
                "您的預約已依您的選擇變更如下。",
                "Your booking was changed as you chose; it is now as below.",
            ),
        ),
        BookingNoticeKind::Cancelled => (
            Text::new("【臺北市單一窗口】預約已取消", "[Taipei Single Window] Booking cancelled"),
            Text::new(
                "您已取消下列預約。需要時可重新預約。",
                "You cancelled the booking below. Book again whenever you need to.",
            ),
        ),
        BookingNoticeKind::Moved => (
            Text::new("【臺北市單一窗口】預約改期", "[Taipei Single Window] Booking moved"),
            Text::new(
                "受理地點於您預約的時段停止上班，已為您改至下列時段。不便前來時，請於時段開始前變更或取消。",
                "The office is closed at the time you booked, so we moved your booking to the time below. If that does not suit you, change or cancel it before it begins.",
            ),
        ),
        BookingNoticeKind::CalledOff => (
            Text::new("【臺北市單一窗口】預約因停止上班取消", "[Taipei Single Window] Booking called off"),
            Text::new(
                "受理地點於您預約的時段停止上班，且近期沒有其他空餘時段，預約已取消。請重新預約。",
                "The office is closed at the time you booked, and no other time is free soon, so the booking is off. Please book again.",
            ),
        ),
    }
}
