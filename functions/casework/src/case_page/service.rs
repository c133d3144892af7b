//! Recording that a notice was served otherwise than by mail: its form, and the notices it is about.

use std::collections::BTreeMap;

use domain::personal::Personal;
use domain::service::{Means, Service};
use domain::taipei;
use domain::text::{Lang, Text};
use platform::codec::notice::Notice;
use web::trouble::Malformed;
use web::typed::field;

use super::inputs::Kind;
use crate::command::Order;
use crate::dossier::Dossier;
use crate::labels;

/// The names of the fields.
pub const NAMES: &[&str] = &["notice", "means", "on", "number", "note"];

/// The notices to the applicant: the one that tells a result which is to be served, those that staff must see to, then the newest.
pub fn to_applicant(dossier: &Dossier) -> Vec<&Notice> {
    let applicant = dossier.case().applicant.person;
    let own = dossier.notices.iter().filter(|it| it.is_to_applicant(applicant));
    let mut own: Vec<&Notice> = own.rev().collect();
    let tells = |notice: &Notice| {
        let case = dossier.case();
        let of_result = case.ending.as_ref().is_some_and(|ending| ending.is_told_by(notice.id.into()));
        of_result && case.waits_to_be_served()
    };
    own.sort_by_key(|notice| (!tells(notice), !notice.waits_for_staff()));
    own
}

/// What can be chosen in a field.
pub fn choices(name: &str, dossier: &Dossier, lang: Lang) -> Vec<(String, String)> {
    match name {
        "notice" => {
            let option = |notice: &&Notice| {
                let at = taipei::shown_instant(notice.owed_since, lang);
                let (standing, _) = labels::standing_of(notice);
                let what = labels::notice(notice.kind);
                (notice.id.to_string(), format!("{} {at}（{}）", what.pick(lang), standing.pick(lang)))
            };
            to_choose(to_applicant(dossier).iter().map(option), lang)
        }
        "means" => {
            let option = |means: &Means| (means.code().to_owned(), means.text().pick(lang).to_owned());
            to_choose(Means::ALL.iter().map(option), lang)
        }
        _ => Vec::new(),
    }
}

/// Nothing is chosen by itself: what is recorded here stands in the case for ever.
fn to_choose(options: impl Iterator<Item = (String, String)>, lang: Lang) -> Vec<(String, String)> {
    let none = (String::new(), lang.pick("請選擇", "Choose").to_owned());
    std::iter::once(none).chain(options).collect()
}

/// Label, hint, kind, and whether it must be filled in.
pub fn describe(name: &str) -> (Text, Text, Kind, bool) {
    let none = || Text::new("", "");
    match name {
        "notice" => (Text::new("通知", "Notice"), none(), Kind::Choice, true),
        "means" => (Text::new("送達方式", "How it was served"), none(), Kind::Choice, true),
        "on" => (Text::new("送達日期", "On which day"), none(), Kind::Date, true),
        "number" => (
            Text::new("掛號號碼", "Postal number"),
            Text::new(
                "掛號郵寄及退回者必填；申請人會看到。",
                "Required of what was posted or came back; the applicant reads it.",
            ),
            Kind::Line,
            false,
        ),
        _ => (
            Text::new("送達處所及收受人", "Where, and who took it"),
            Text::new("只有機關內部看得到。", "Only the agency reads it."),
            Kind::Text,
            false,
        ),
    }
}

/// What the form records.
pub fn recording(typed: &BTreeMap<String, String>) -> Result<Order, Malformed> {
    let text = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let (means, on) = (field(typed, "means")?, field(typed, "on")?);
    let service = Service { means, on, number: text("number"), note: Personal::new(text("note")) };
    Ok(Order::RecordService { notice: field(typed, "notice")?, service })
}
