//! How much time is left, as a traffic light that says so in words and by its shape.

use domain::calendar::Calendar;
use domain::taipei;
use domain::text::Lang;
use jiff::Timestamp;
use jiff::civil::Date;

/// Working days left at which a case is marked.
const SOON: u32 = 1;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Light {
    /// The class of its colour.
    pub class: &'static str,
    /// A shape of its own for each colour.
    pub shape: &'static str,
    pub text: String,
}

/// The light of an open case. Nothing where the office calendar ends: days are never guessed.
#[must_use]
pub fn light(due: Date, now: Timestamp, calendar: &Calendar, lang: Lang) -> Option<Light> {
    let today = taipei::day_of(now);
    if due < today {
        let late = calendar.working_days(due, today).ok()?;
        return Some(Light { class: "tag-bad", shape: "▲", text: overdue(late, lang) });
    }
    let left = calendar.working_days(today, due).ok()?;
    let (class, shape) = if left <= SOON { ("tag-warn", "◆") } else { ("tag-good", "●") };
    Some(Light { class, shape, text: remaining(left, lang) })
}

/// Working days after which money that waits is marked.
const LONG: u32 = 3;

/// How long something has waited, in working days.
#[must_use]
pub fn waited(since: Timestamp, now: Timestamp, calendar: &Calendar, lang: Lang) -> Option<Light> {
    let days = calendar.working_days(taipei::day_of(since), taipei::day_of(now)).ok()?;
    let (class, shape) = if days < LONG { ("", "●") } else { ("tag-warn", "◆") };
    let text = match (lang, days) {
        (Lang::ZhHant, 0) => "今日".to_owned(),
        (Lang::ZhHant, days) => format!("已等 {days} 個工作日"),
        (Lang::En, 0) => "today".to_owned(),
        (Lang::En, 1) => "for 1 working day".to_owned(),
        (Lang::En, days) => format!("for {days} working days"),
    };
    Some(Light { class, shape, text })
}

fn overdue(days: u32, lang: Lang) -> String {
    match (lang, days) {
        (Lang::ZhHant, 0) => "已逾期".to_owned(),
        (Lang::ZhHant, days) => format!("逾期 {days} 個工作日"),
        (Lang::En, 0) => "overdue".to_owned(),
        (Lang::En, 1) => "1 working day overdue".to_owned(),
        (Lang::En, days) => format!("{days} working days overdue"),
    }
}

fn remaining(days: u32, lang: Lang) -> String {
    match (lang, days) {
        (Lang::ZhHant, 0) => "今日到期".to_owned(),
        (Lang::ZhHant, days) => format!("剩 {days} 個工作日"),
        (Lang::En, 0) => "due today".to_owned(),
        (Lang::En, 1) => "1 working day left".to_owned(),
        (Lang::En, days) => format!("{days} working days left"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn check(due: Date, class: &str, zh: &str) {
        // Monday 23 November 2026, 10:00 in Taipei.
        let now: Timestamp = "2026-11-23T02:00:00Z".parse().unwrap();
        let light = light(due, now, Calendar::shipped(), Lang::ZhHant).unwrap();
        assert_eq!((light.class, light.text.as_str()), (class, zh));
    }

    #[test]
    fn counts_working_days() {
        check(date(2026, 11, 30), "tag-good", "剩 5 個工作日");
        check(date(2026, 11, 25), "tag-good", "剩 2 個工作日");
        check(date(2026, 11, 24), "tag-warn", "剩 1 個工作日");
        check(date(2026, 11, 23), "tag-warn", "今日到期");
        check(date(2026, 11, 20), "tag-bad", "逾期 1 個工作日");
        check(date(2026, 11, 13), "tag-bad", "逾期 6 個工作日");
    }

    #[test]
    fn the_weekend_after_the_due_date_is_late_by_no_working_day() {
        let saturday: Timestamp = "2026-11-21T02:00:00Z".parse().unwrap();
        let light = light(date(2026, 11, 20), saturday, Calendar::shipped(), Lang::En).unwrap();
        assert_eq!(light.text, "overdue");
    }

    #[test]
    fn says_how_long_money_has_waited() {
        let now: Timestamp = "2026-11-23T02:00:00Z".parse().unwrap();
        for (since, class, zh) in [
            ("2026-11-23T01:00:00Z", "", "今日"),
            // Over a weekend.
            ("2026-11-20T01:00:00Z", "", "已等 1 個工作日"),
            ("2026-11-18T01:00:00Z", "tag-warn", "已等 3 個工作日"),
        ] {
            let light = waited(since.parse().unwrap(), now, Calendar::shipped(), Lang::ZhHant).unwrap();
            assert_eq!((light.class, light.text.as_str()), (class, zh), "{since}");
        }
    }

    #[test]
    fn says_nothing_beyond_the_calendar() {
        let now = "2026-11-23T02:00:00Z".parse().unwrap();
        assert_eq!(light(date(2028, 1, 3), now, Calendar::shipped(), Lang::En), None);
    }
}
