//! The fields of the forms: of those that move the clock here, of those about money in [`super::money`].

use domain::clock::history::StopCause;
use domain::command::{Action, Command};
use domain::correction::Reply;
use domain::decide::MAX_REASON;
use domain::id::Key;
use domain::taipei;
use domain::text::{Lang, Text};
use jiff::Timestamp;
use std::collections::BTreeMap;
use web::trouble::Malformed;
use web::typed::field;

use super::{letter, money, pick_up, service};
use crate::dossier::Dossier;

/// What a field is filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Several lines.
    Text,
    /// One.
    Line,
    Number {
        min: u32,
        max: u32,
    },
    Date,
    /// A civil date and time.
    Instant,
    Choice,
}

/// A field as the page shows it.
pub struct Input {
    pub name: &'static str,
    pub label: String,
    pub hint: String,
    pub kind: Kind,
    pub required: bool,
    pub value: String,
    /// Code and name of what can be chosen.
    pub options: Vec<(String, String)>,
}

impl Input {
    #[must_use]
    pub fn is_text(&self) -> bool {
        self.kind == Kind::Text
    }

    #[must_use]
    pub fn is_choice(&self) -> bool {
        self.kind == Kind::Choice
    }

    #[must_use]
    pub const fn html_type(&self) -> &'static str {
        match self.kind {
            Kind::Number { .. } => "number",
            Kind::Date => "date",
            Kind::Instant => "datetime-local",
            Kind::Text | Kind::Line | Kind::Choice => "text",
        }
    }

    /// The most characters of a text.
    #[must_use]
    pub const fn longest(&self) -> Option<u16> {
        match self.kind {
            Kind::Text => Some(MAX_REASON),
            Kind::Line => Some(MAX_LINE),
            Kind::Number { .. } | Kind::Date | Kind::Instant | Kind::Choice => None,
        }
    }

    /// The least and the most of a number.
    #[must_use]
    pub const fn bounds(&self) -> Option<(u32, u32)> {
        match self.kind {
            Kind::Number { min, max } => Some((min, max)),
            Kind::Text | Kind::Line | Kind::Date | Kind::Instant | Kind::Choice => None,
        }
    }
}

/// Longest line: the number of a voucher, of a dispute.
const MAX_LINE: u16 = 200;

/// The names of the fields of `action`'s form.
pub const fn names(action: Action) -> &'static [&'static str] {
    match action {
        Action::Reroute | Action::DropReview => &["agency", "reason"],
        Action::Transfer => &["body", "reason"],
        Action::RequestCorrection => &["days"],
        Action::AnswerCorrection => &["answer", "arrived_on"],
        Action::DeclineMoreTime => &["reason"],
        Action::RecordArrival => &["what", "arrived_on"],
        Action::RecordService => service::NAMES,
        Action::HandOver => pick_up::NAMES,
        Action::Extend => &["amount", "reason"],
        Action::AddTime | Action::ExtendCorrection => &["days", "reason"],
        Action::Stop => &["cause", "from", "until", "reason"],
        Action::Resume => &["last"],
        Action::Rectify => &["document", "wrong", "right", "reason"],
        other => money::names(other),
    }
}

/// The command that the form of `action` gives.
pub fn command(action: Action, typed: &BTreeMap<String, String>) -> Result<Option<Command>, Malformed> {
    let text = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let maybe = |name: &'static str| match typed.get(name).map(String::as_str) {
        None | Some("") => Ok(None),
        Some(day) => day.parse().map(Some).map_err(|_| Malformed::Field { name }),
    };
    Ok(Some(match action {
        Action::AnswerCorrection => {
            let reply = Box::new(Reply::noted(text("answer")));
            Command::AnswerCorrection { reply, arrived_on: maybe("arrived_on")? }
        }
        Action::ExtendCorrection => {
            Command::ExtendCorrection { days: field(typed, "days")?, reason: text("reason") }
        }
        Action::DeclineMoreTime => Command::DeclineMoreTime { reason: text("reason") },
        Action::DropReview => Command::DropReview { agency: field(typed, "agency")?, reason: text("reason") },
        Action::Transfer => Command::Transfer { to: text("body"), reason: text("reason") },
        Action::RecordArrival => {
            Command::RecordArrival { what: field(typed, "what")?, arrived_on: field(typed, "arrived_on")? }
        }
        Action::Extend => Command::Extend { amount: field(typed, "amount")?, reason: text("reason") },
        Action::AddTime => Command::AddTime { days: field(typed, "days")?, reason: text("reason") },
        Action::Stop => Command::Stop {
            cause: field(typed, "cause")?,
            from: field(typed, "from")?,
            until: maybe("until")?,
            reason: text("reason"),
        },
        Action::Resume => Command::Resume { last: field(typed, "last")? },
        other => return Ok(money::command(other, typed)?.map(|command| Command::Money(Box::new(command)))),
    }))
}

/// The fields with what was typed, or what most likely will be.
pub fn shown(
    action: Action,
    dossier: &Dossier,
    now: Timestamp,
    typed: impl Fn(&str) -> Option<String>,
    lang: Lang,
) -> Vec<Input> {
    let case = dossier.case();
    let names = names(action).iter().filter(|name| money::is_shown(action, name, case));
    names.map(|name| input((action, name), dossier, now, typed(name), lang)).collect()
}

fn input(
    (action, name): (Action, &'static str),
    dossier: &Dossier,
    now: Timestamp,
    typed: Option<String>,
    lang: Lang,
) -> Input {
    let case = dossier.case();
    let terms = &case.item.terms;
    let (label, hint, kind, required) =
        money::describe(action, name).unwrap_or_else(|| describe(action, name, terms.limit.amount()));
    let hint = pick_up::rule(action, name, dossier).unwrap_or(hint);
    let preset = match (action, name) {
        (Action::RequestCorrection, "days") => "14".to_owned(),
        (Action::ExtendCorrection, "days") => case.more_time.map(|days| days.to_string()).unwrap_or_default(),
        (Action::RecordArrival, "arrived_on")
        | (Action::RecordService, "on")
        | (Action::Stop, "from")
        | (Action::Resume, "last") => taipei::day_of(now).to_string(),
        _ => money::preset(action, name, case, now),
    };
    let options = match (action, name) {
        (Action::Stop, "cause") => {
            let option = |one: &StopCause| (one.code().to_owned(), one.text().pick(lang).to_owned());
            StopCause::ALL.iter().map(option).collect()
        }
        (Action::RecordArrival, "what") => {
            let missing = terms.awaits.iter().filter(|what| !case.history.arrived.contains_key(what));
            let name = |what: &Key| {
                dossier
                    .item
                    .as_ref()
                    .map_or_else(|| Text::new(what.as_str(), what.as_str()), |item| item.document_name(what))
            };
            missing.map(|what| (what.to_string(), name(what).pick(lang).to_owned())).collect()
        }
        (Action::Rectify, "document") => letter::choices(dossier),
        (Action::RecordService, name) => service::choices(name, dossier, lang),
        (Action::HandOver, name) => pick_up::choices(name, lang),
        (Action::Reroute, "agency") => {
            let others = dossier.agencies.iter().filter(|agency| agency.code != case.agency);
            others.map(|agency| (agency.code.to_string(), agency.name.pick(lang).to_owned())).collect()
        }
        (Action::DropReview, "agency") => {
            let asked = case.reviewers_asked();
            asked.map(|it| (it.agency.to_string(), it.name.pick(lang).to_owned())).collect()
        }
        _ => money::options(action, name, case, lang),
    };
    Input {
        name,
        label: label.pick(lang).to_owned(),
        hint: hint.pick(lang).to_owned(),
        kind,
        required: required || money::is_needed(action, name, case),
        value: typed.unwrap_or(preset),
        options,
    }
}

fn describe(action: Action, name: &str, limit: u32) -> (Text, Text, Kind, bool) {
    let none = || Text::new("", "");
    match (action, name) {
        (Action::RequestCorrection, _) => (
            Text::new("補正期限（日曆天）", "Period, in calendar days"),
            Text::new(
                "自通知之次日起算；末日逢休息日順延。",
                "From the day after the notice; a last day that is a rest day rolls on.",
            ),
            Kind::Number { min: 1, max: 90 },
            true,
        ),
        (Action::AnswerCorrection, "answer") => (
            Text::new("補正情形", "What came"),
            Text::new("登錄以郵寄或臨櫃補正者。", "For a correction that came by post or at the counter."),
            Kind::Text,
            false,
        ),
        (Action::ExtendCorrection, "days") => (
            Text::new("展延日數（日曆天）", "How many more days"),
            Text::new(
                "自原期限末日之次日起算；全部期間不超過 90 日。",
                "From the day after the last day; 90 days in all at most.",
            ),
            Kind::Number { min: 1, max: 89 },
            true,
        ),
        (Action::Extend, "amount") => (
            Text::new("延長", "Extend by"),
            Text::new(
                format!("與原時限相同單位，最多 {limit}；以一次為限。"),
                format!("In the unit of the limit, at most {limit}; once only."),
            ),
            Kind::Number { min: 1, max: limit },
            true,
        ),
        (Action::AddTime, "days") => {
            (Text::new("增加日數", "Days to add"), none(), Kind::Number { min: 1, max: 3_650 }, true)
        }
        (Action::Rectify, name) => rectifying(name),
        (Action::RecordService, name) => service::describe(name),
        (Action::HandOver, name) => pick_up::describe(name),
        (Action::DropReview, "agency") => (
            Text::new("會審機關", "Agency"),
            Text::new(
                "不再等候其意見，續行辦理；逾期日數仍計入該機關。",
                "The case goes on without its answer; days it was late stay its own.",
            ),
            Kind::Choice,
            true,
        ),
        (Action::DropReview, _) => (
            Text::new("理由", "Reason"),
            Text::new(
                "該機關會看到這段文字，申請人不會。",
                "That agency reads this; the applicant does not.",
            ),
            Kind::Text,
            true,
        ),
        (_, "reason") => (
            Text::new("理由", "Reason"),
            Text::new("申請人會看到這段文字。", "The applicant reads this."),
            Kind::Text,
            action != Action::ExtendCorrection,
        ),
        (_, "agency") => (
            Text::new("機關", "Agency"),
            Text::new(
                "不屬任何機關權限者，選資訊局退回統一分文。",
                "The Department of Information Technology routes what nobody is competent for.",
            ),
            Kind::Choice,
            true,
        ),
        (_, "body") => (
            Text::new("有管轄權之機關", "Competent body"),
            Text::new(
                "限單一窗口以外者（行政程序法第 17 條）；本案即告結案，規費退還。",
                "One outside the window (Administrative Procedure Act, §17). The case is closed and the fee is paid back.",
            ),
            Kind::Line,
            true,
        ),
        (_, "cause") => (Text::new("事由", "Cause"), none(), Kind::Choice, true),
        (_, "what") => (Text::new("資料", "What arrived"), none(), Kind::Choice, true),
        (_, "from") => (Text::new("首日", "First day"), none(), Kind::Date, true),
        (_, "until") => (
            Text::new("末日", "Last day"),
            Text::new("尚不知道時留白。", "Leave empty while nobody knows."),
            Kind::Date,
            false,
        ),
        (_, "last") => (Text::new("停止之末日", "Last day of the stop"), none(), Kind::Date, true),
        _ => (Text::new("收到日期", "Day of arrival"), none(), Kind::Date, action == Action::RecordArrival),
    }
}

/// What is said of an obvious error in a document (行政程序法 §101).
fn rectifying(name: &str) -> (Text, Text, Kind, bool) {
    let none = || Text::new("", "");
    match name {
        "document" => (Text::new("公文書", "Document"), none(), Kind::Choice, true),
        "wrong" => (
            Text::new("原文（誤寫、誤算或類此之顯然錯誤）", "Words that are wrong"),
            Text::new("請依公文書原文填寫。", "As they stand in the document."),
            Kind::Line,
            true,
        ),
        "right" => (Text::new("更正為", "What is right"), none(), Kind::Line, true),
        _ => (
            Text::new("說明", "How it came about"),
            Text::new("申請人會看到這段文字。", "The applicant reads this."),
            Kind::Text,
            false,
        ),
    }
}
