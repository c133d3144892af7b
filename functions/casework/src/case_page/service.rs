//! Recording that a notice was served otherwise than by mail: its form, and the notices it is about.

use std::collections::BTreeMap;

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

/// The notices to the applicant: those that staff must see to come first, then the newest.
pub fn to_applicant(dossier: &Dossier) -> Vec<&Notice> {
    let applicant = dossier.case().applicant.person;
    let own = dossier.notices.iter().filter(|it| !it.to_staff && it.recipient == applicant);
    let mut own: Vec<&Notice> = own.rev().collect();
    own.sort_by_key(|notice| !notice.waits_for_staff());
    own
}

/// What can be chosen in a field.
pub fn choices(name: &str, dossier: &Dossier, lang: Lang) -> Vec<(String, String)> {
    match name {
        "notice" => {
            let option = |notice: &&Notice| {
                let day = taipei::shown(taipei::day_of(notice.owed_since), lang);
                (notice.id.to_string(), format!("{} {day}", labels::notice(notice.kind).pick(lang)))
            };
            to_applicant(dossier).iter().map(option).collect()
        }
        "means" => {
            Means::ALL.iter().map(|it| (it.code().to_owned(), it.text().pick(lang).to_owned())).collect()
        }
        _ => Vec::new(),
    }
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
                "掛號郵寄者必填；申請人會看到。",
                "Required of what was posted; the applicant reads it.",
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
    let service = Service { means, on, number: text("number"), note: text("note") };
    Ok(Order::RecordService { notice: field(typed, "notice")?, service })
}
