//! Answering a correction in the API (補正).

use domain::command::Command;
use domain::id::{CaseId, Key, Version};
use platform::codec::people::Session;
use platform::record::Record;
use serde::Deserialize;
use serde_json::{Value, json};
use web::correction;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::trouble::Trouble;
use web::visitor::Visitor;

use super::cases::carried_out;
use super::{Answers, drafts};
use crate::{App, answering, own, views};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Correct {
    /// Which list is answered, from 1: another may have been sent meanwhile.
    round: u32,
    #[serde(default)]
    answers: Answers,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MoreTime {
    version: u32,
    days: u32,
    reason: String,
}

/// What is asked for, and what was put down so far; null where nothing is asked.
pub async fn of(app: &App, session: &Session, record: &Record) -> Result<Value, Trouble> {
    let (Some(asked), Some(asks)) = (record.correction(), answering::of(app, session, record).await?) else {
        return Ok(Value::Null);
    };
    let case = &record.loaded.case;
    let mut shown = correction::shown(asked, case.dates.correction_due);
    let documents: Vec<Value> = asks.draft.documents.iter().map(views::document).collect();
    shown.insert("round".to_owned(), json!(asks.open.round));
    shown.insert("more_time_asked".to_owned(), json!(case.more_time));
    shown.insert("documents".to_owned(), json!(documents));
    Ok(Value::Object(shown))
}

/// `POST /api/cases/{case}/answer`: fields and a note; files are those announced before.
pub async fn answer(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let session = visitor.session()?;
    let case: CaseId = incoming.param("case")?;
    let key = incoming.idempotency_key()?;
    let Correct { round, answers: Answers(answers), note } = incoming.json()?;
    let request = incoming.request_key(key, json!([round, answers, note]).to_string().as_bytes());
    let given = answering::Given { round, answers: &answers, note: &note };
    let done = answering::send(app, session, case, request, &given).await?;
    respond::json(200, &carried_out(&done))
}

/// `POST /api/cases/{case}/correction/uploads`: announces a file for one of the documents asked for, and
/// says where to put it.
pub async fn upload(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let asks = answering::asked(app, visitor.session()?, incoming.param("case")?).await?;
    let is_wanted = |key: &Key| asks.open.document(key).is_some();
    drafts::announce(app, incoming, &asks.draft, is_wanted).await
}

/// `POST /api/cases/{case}/more-time`: asks for more time to answer.
pub async fn ask_more_time(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let session = visitor.session()?;
    let case: CaseId = incoming.param("case")?;
    let key = incoming.idempotency_key()?;
    let MoreTime { version, days, reason } = incoming.json()?;
    let request = incoming.request_key(key, json!([version, days, reason]).to_string().as_bytes());
    let command = Command::AskMoreTime { days, reason };
    let done = own::carry_out(app, session, case, request, Some(Version(version)), command).await?;
    respond::json(200, &carried_out(&done))
}
