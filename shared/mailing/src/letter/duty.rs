//! What is said of an inbox that nobody opened.

use domain::attendance::{Duty, Half, MORNING_UNTIL, OFFICES_CLOSE};
use domain::taipei;
use domain::text::{Lang, Text};
use platform::codec::duty_notice::DutyNotice;

use super::Letter;

/// Writes the letter of `notice`; links lead below `origin`.
#[must_use]
pub fn write(notice: &DutyNotice, origin: &str) -> Letter {
    let lang = notice.lang;
    let Duty { day, half } = notice.id.duty;
    let agency = notice.agency.pick(lang);
    let body = Text::new(
        "依臺北市政府推動網路申辦作業規範第十點，案件分文人員應於每日上午及下午登錄單一窗口。下列半日尚無分文人員開啟收件匣，請職務代理人即行登錄分文。",
        "Dispatchers open their inbox every morning and every afternoon. Nobody has in the half-day below; whoever stands in, please do so now.",
    );
    let by = match half {
        Half::Morning => MORNING_UNTIL,
        Half::Afternoon => OFFICES_CLOSE,
    };
    let fact = |zh: &str, en: &str, value: String| (lang.pick(zh, en).to_owned(), value);
    Letter {
        lang,
        subject: format!("{} {agency}", lang.pick("【分文登錄】收件匣尚未開啟", "[Inbox] Not opened yet:")),
        salutation: match lang {
            Lang::ZhHant => format!("{} 您好：", notice.name.reveal()),
            Lang::En => format!("Dear {},", notice.name.reveal()),
        },
        paragraphs: vec![body.pick(lang).to_owned()],
        facts: vec![
            fact("機關", "Agency", agency.to_owned()),
            fact("日期", "Day", taipei::shown(day, lang)),
            fact("半日", "Half", half.text().pick(lang).to_owned()),
            fact("截止", "Until", by.strftime("%H:%M").to_string()),
        ],
        see: Text::new("登錄單一窗口", "Open the inbox"),
        link: format!("{origin}/work"),
        reference: notice.id.to_string(),
    }
}
